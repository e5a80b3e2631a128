"""Publishing: what is refused, what is warned of, what comes out."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.directory_rows import text_of
from kiosk.domain.item_reading import from_json, from_text, to_json
from kiosk.domain.items import Confidence, ProxyWho, ServiceItem
from kiosk.domain.parties import Role
from kiosk.domain.problems import EnvironmentProblem, InputProblem
from sync.platform import catalogue
from sync.platform.publishing import source, trust_file
from sync.platform.publishing.consistency import warnings
from sync.platform.publishing.derive import Derivation
from sync.platform.publishing.divisions import Divisions
from sync.platform.publishing.enrichment import Enrichment
from sync.platform.publishing.repository import Repository
from sync.platform.publishing.source import RefusedItems
from sync.platform.secrets import PlatformSecrets
from sync.protocol.trust import Trust
from tests.helpers.publishing import Publisher, small_item

ITEMS = Path(__file__).parents[3] / "assets" / "directory" / "items.json"


def write(folder: Path, document: object) -> Path:
    path = folder / "items.json"
    path.write_text(json.dumps(document, ensure_ascii=True), "utf-8")
    return path


@pytest.fixture(scope="module")
def derivation() -> Derivation:
    return Derivation(Divisions.load(), Enrichment.load(), {})


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"name": None}, "/name"),
        ({"name": ""}, "/name"),
        ({"name": "  "}, "/name"),
        ({"name": 5}, "/name"),
        ({"id": "with space"}, "/id"),
        ({"id": "../up"}, "/id"),
        ({"id": ""}, "/id"),
        ({"legal_days": -1}, "/legal_days"),
        ({"legal_days": "20"}, "/legal_days"),
        ({"legal_days": True}, "/legal_days"),
        ({"promised_days": 2.5}, "/promised_days"),
        ({"confidence": "D"}, "/confidence"),
        ({"materials": {}}, "/materials"),
        ({"materials": [{"name": "a"}, {}]}, "/materials/1"),
        ({"materials": [{"name": "a", "required": "maybe"}]}, "/materials/0/required"),
        ({"materials": [{"name": "a", "copies": {"copy": -1}}]}, "/materials/0/copies/copy"),
        ({"steps": [{"name": None}]}, "/steps/0/name"),
        ({"four_way_flags": {"once": "yes"}}, "/four_way_flags/once"),
        ({"added": {"keywords": ["a", 3]}}, "/added/keywords/1"),
        ({"item_code": "x" * 51}, "/item_code"),
        ({"notes": "a\u202eb"}, "/notes"),
        ({"conditions": ["fine", "bell\x07"]}, "/conditions/1"),
        ({"notes": "\ud800"}, "/notes"),
    ],
)
def test_a_refusal_names_item_and_field(
    tmp_path: Path, wrong: dict[str, Any], pointer: str
) -> None:
    bad = small_item("bad") | wrong
    with pytest.raises(RefusedItems) as refused:
        source.load(write(tmp_path, [small_item("good"), bad]))
    (fault, *_) = refused.value.faults
    assert fault.pointer == pointer
    assert fault.item == (bad["id"] or "number 2")
    assert fault.reason
    assert refused.value.exit_status == 2


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[",
        b"{}",
        b"[]",
        b"[1]",
        b"null",
        b'[{"id": "a", "id": "b"}]',
        b'[{"id": "a", "name": "n", "legal_days": NaN}]',
        b"\xff",
        b"[" * 100_000,
    ],
)
def test_what_is_no_items_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "items.json"
    path.write_bytes(content)
    with pytest.raises(InputProblem) as refused:
        source.load(path)
    assert refused.value.code == "bad-items"


def test_an_id_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedItems, match="item same, field /id: another item"):
        source.load(write(tmp_path, [small_item("same"), small_item("same")]))


def test_a_refused_publish_changes_nothing(tmp_path: Path) -> None:
    publisher = Publisher(tmp_path)
    with pytest.raises(RefusedItems):
        publisher.publish([small_item("good"), {"id": "bad"}])
    assert not publisher.data.exists()
    publisher.publish([small_item("good")])
    before = {path: path.read_bytes() for path in publisher.data.rglob("*") if path.is_file()}
    with pytest.raises(RefusedItems):
        publisher.publish([small_item("better"), {"id": "bad"}])
    after = {path: path.read_bytes() for path in publisher.data.rglob("*") if path.is_file()}
    assert after == before


def test_an_item_with_nothing_but_id_and_name_stays_unknown(derivation: Derivation) -> None:
    item = derivation.item({"id": "x", "name": "甲"})
    assert item.proxy.allowed is None
    assert item.coverage.prefixes == ()
    assert item.publicised is None
    assert item.legal_period is None
    assert item.charged is None
    assert item.four_ways.once is None
    assert item.confidence is Confidence.REPOST
    assert [need.role for need in item.roles] == [Role.APPLICANT]
    assert from_json(to_json(item)) == item


def test_the_real_items(derivation: Derivation) -> None:
    items = {entry["id"]: derivation.item(entry) for entry in source.load(ITEMS)}
    assert len(items) == 91
    for item in items.values():
        assert from_text(text_of(to_json(item))) == item
        assert [material.key for material in item.materials] == [
            f"m{number}" for number in range(1, len(item.materials) + 1)
        ]
        assert item.proxy.allowed or not item.proxy.who, item.item_id
    assert sum(item.proxy.allowed is None for item in items.values()) == 55
    assert items["household-death"].proxy.who == (
        ProxyWho.NEAR_RELATIVE,
        ProxyWho.NEIGHBOUR,
    )
    dead = next(need for need in items["household-death"].roles if need.role is Role.SUBJECT)
    assert dead.may_be_deceased
    assert not dead.signs
    assert items["pension-cert"].proxy.presence_only
    assert items["homestead"].publicised
    assert items["residence-permit-apply-hualong"].coverage.prefixes == ("440113104",)
    assert items["old-age-allowance-jieyang"].coverage.prefixes == ("4452",)


def test_every_addition_concerns_a_real_item() -> None:
    real = {entry["id"] for entry in source.load(ITEMS)}
    assert set(Enrichment.load().items) <= real


def test_an_addition_without_a_basis_is_refused(tmp_path: Path) -> None:
    document = {
        "role_sets": {},
        "defaults": {"demo_fileable": {"value": False}, "source_date": {"value": None}},
        "items": {"x": {"proxy": {"who": ["anyone"]}}},
    }
    path = tmp_path / "enrichment.json"
    path.write_text(json.dumps(document))
    with pytest.raises(InputProblem) as refused:
        Enrichment.load(path)
    assert refused.value.path == "/items/x/proxy"


@pytest.mark.parametrize(
    ("entry", "pointer"),
    [
        ({"onsite_visits": 1}, "/onsite_reason"),
        ({"promised_days": 9, "promised_days_unit": "日", "case_type": "即办件"}, "/case_type"),
        (
            {
                "promised_days": 9,
                "promised_days_unit": "日",
                "legal_days": 5,
                "legal_days_unit": "日",
            },
            "/promised_days",
        ),
        ({"legal_days": 5}, "/legal_days_unit"),
        ({"materials": [{"name": "a"}, {"name": "a"}]}, "/materials"),
        ({"implementing_division": "火星市"}, "/implementing_division"),
    ],
)
def test_what_looks_wrong_is_a_warning(
    derivation: Derivation, entry: dict[str, Any], pointer: str
) -> None:
    raw = small_item("odd") | entry
    assert [fault.pointer for fault in warnings(raw, derivation.item(raw))] == [pointer]


def test_an_item_version_rises_only_with_its_content(tmp_path: Path) -> None:
    publisher = Publisher(tmp_path)
    publisher.publish([small_item("a"), small_item("b")])
    summary = publisher.publish([small_item("a", notes="new"), small_item("b")])
    assert (summary.version, summary.changed) == (2, 1)
    publisher.publish([small_item("b")])
    publisher.publish([small_item("a"), small_item("b")])
    known = catalogue.read(publisher.data).items
    assert known["a"].versions == {1, 2, 3}
    assert known["b"].versions == {1}


def test_private_things_are_private_and_never_below_tuf(tmp_path: Path) -> None:
    publisher = Publisher(tmp_path)
    publisher.publish([small_item("a")])
    assert (publisher.data / "private").stat().st_mode & 0o777 == 0o700
    for path in (publisher.data / "private").iterdir():
        assert path.stat().st_mode & 0o777 == 0o600
    code = PlatformSecrets.load_or_create(publisher.data).fleet_code
    served = [path for path in (publisher.data / "tuf").rglob("*") if path.is_file()]
    assert served
    assert not [path for path in served if code.encode() in path.read_bytes()]


def test_trust_file_follows_the_address_and_keeps_its_root(tmp_path: Path) -> None:
    publisher = Publisher(tmp_path)
    publisher.data.mkdir()
    trust_file.update_url(publisher.data, "http://first/")
    publisher.publish([small_item("a")])
    first = Trust.parse(publisher.trust())
    trust_file.update_url(publisher.data, "http://second/")
    publisher.publish([small_item("b")])
    second = Trust.parse(publisher.trust())
    assert (first.url, second.url) == ("http://first/", "http://second/")
    assert first.root_digest == second.root_digest
    assert first.fleet_code == second.fleet_code
    assert first.keys == second.keys


def test_a_lost_key_is_told_never_replaced(tmp_path: Path) -> None:
    publisher = Publisher(tmp_path)
    publisher.publish([small_item("a")])
    (publisher.data / "private" / "tuf-targets.pem").unlink()
    with pytest.raises(EnvironmentProblem) as lost:
        publisher.publish([small_item("b")])
    assert lost.value.code == "lost-key"


def test_leftovers_of_a_crash_are_written_over(tmp_path: Path) -> None:
    publisher = Publisher(tmp_path)
    publisher.publish([small_item("a")])
    metadata = publisher.data / "tuf" / "metadata"
    for name in ("2.common.json", "2.targets.json", "2.snapshot.json"):
        (metadata / name).write_text("half a fi")
    publisher.publish([small_item("b")])
    assert "common/dir-full-2.jsonl.zst" in Repository(publisher.data).targets_of("common")


def test_damaged_secrets_are_told(tmp_path: Path) -> None:
    PlatformSecrets.load_or_create(tmp_path)
    (tmp_path / "private" / "platform.json").write_text("{}")
    with pytest.raises(EnvironmentProblem) as damaged:
        PlatformSecrets.load_or_create(tmp_path)
    assert damaged.value.code == "bad-secrets"


@given(st.data())
def test_an_item_of_a_newer_or_broken_publisher_never_crashes(data: st.DataObject) -> None:
    item = Derivation(Divisions({"44": "广东省"}), Enrichment.load(), {}).item(small_item("x"))
    document = to_json(item)
    name = data.draw(st.sampled_from([part.name for part in fields(ServiceItem)]))
    document[name] = data.draw(
        st.one_of(st.none(), st.booleans(), st.integers(), st.text(), st.just([{}]), st.just({}))
    )
    document["something-new"] = 1
    try:
        read = from_json(document)
    except InputProblem as problem:
        assert problem.path.startswith(f"/{name}")  # noqa: PT017 (either way is right)
    else:
        assert from_json(to_json(read)) == read
