"""Mandates, judged again where the filing arrives: flagged and held, never lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from kiosk.domain.mandates import asked_json, mandate_json
from kiosk.domain.submissions import Kind
from kiosk.forms.examples import example, example_mandate
from kiosk.forms.mandates import parse_asked, parse_mandate
from kiosk.sealing.canonical import JsonObject
from sync.platform import catalogue
from sync.platform.catalogue import ProxyRule, PublishedItem
from sync.platform.publishing.publisher import proxy_rule
from tests.helpers.platform_process import PlatformProcess
from tests.helpers.proxy_filings import filing, mandate, named, person
from tests.helpers.raw_station import RawStation
from tests.helpers.real_items import form_of, items

File: TypeAlias = Callable[..., dict[str, Any]]


@pytest.fixture
def file(served: PlatformProcess, station: RawStation) -> File:
    def put(payload: JsonObject, **head: Any) -> dict[str, Any]:  # noqa: ANN401 (fields of Head)
        package = station.package(payload=payload, **head)
        station.file(package)
        return served.case(package.head.id)

    return put


def test_a_mandate_that_carries_is_accepted(file: File) -> None:
    entry = file(filing(person(), person("agent")))
    assert (entry["state"], entry["flags"], entry["held"]) == ("accepted", [], False)


PRINCIPAL = person()
AGENT, STRANGER = person("agent", name="演示代办"), person("agent", name="演示旁人")
BY_NAME = {"committee": None, "agents": [named(AGENT)]}


def made(**changes: Any) -> JsonObject:  # noqa: ANN401 (members of a mandate)
    document = mandate(PRINCIPAL, **changes)
    return {name: value for name, value in document.items() if value is not None}


@pytest.mark.parametrize(
    ("document", "agent", "flag"),
    [
        (None, AGENT, "mandate-missing"),
        ("forged", AGENT, "mandate-bad"),
        ({}, AGENT, "mandate-bad"),
        (made(valid_until="2026-11-21"), AGENT, "mandate-expired"),
        (made(valid_from="2026-11-23"), AGENT, "mandate-not-yet"),
        (made(matter={"item_id": "other", "name": "别的"}), AGENT, "mandate-other-matter"),
        (mandate(person()), AGENT, "mandate-other-principal"),
        (made(**BY_NAME), STRANGER, "mandate-not-named"),
        (made(**BY_NAME), person("agent", id_number=None), "mandate-not-named"),
    ],
)
def test_what_does_not_carry_is_received_flagged_and_held(
    served: PlatformProcess,
    file: File,
    document: Any,  # noqa: ANN401 (whatever came as a mandate)
    agent: JsonObject,
    flag: str,
) -> None:
    entry = file(filing(PRINCIPAL, agent, mandate=document))
    assert entry["flags"] == [flag]
    assert (entry["state"], entry["case_number"], entry["held"]) == ("received", None, True)
    words = ["--reason", "委托书要重新签", "--material", "m1"]
    assert served.decide(entry["submission_id"], "correct", *words)["state"] == "correction_wanted"


def test_who_is_named_acts(file: File) -> None:
    assert file(filing(PRINCIPAL, AGENT, mandate=made(**BY_NAME)))["flags"] == []
    unnumbered = {**AGENT, "id_number": None}
    assert file(filing(PRINCIPAL, unnumbered, mandate=made(**BY_NAME)))["flags"] == []


def test_an_answer_to_a_correction_needs_no_mandate(station: RawStation, file: File) -> None:
    first = station.package()
    station.file(first)
    entry = file(filing(PRINCIPAL, AGENT, mandate=None), kind=Kind.SUPPLEMENT, about=first.head.id)
    assert (entry["flags"], entry["effects"]) == ([], 1)


def test_a_clock_that_was_set_back_makes_no_mandate_young(file: File) -> None:
    ended = made(valid_from="2020-01-01", valid_until="2020-12-31")
    sealed = {"sealed_at": "2020-06-01T00:00:00Z"}
    evidence = ended["evidence"]
    assert isinstance(evidence, dict)
    document = {**ended, "evidence": {**evidence, "signed_at": "2020-01-01T00:00:00Z"}}
    payload = filing(PRINCIPAL, AGENT, mandate=document)
    assert file(payload, **sealed)["flags"] == []
    assert file(payload, **sealed, clock_suspect=True)["flags"] == ["mandate-expired"]


def test_a_cancelled_mandate_carries_nothing_more(
    served: PlatformProcess, station: RawStation, file: File
) -> None:
    principal = person()
    payload = filing(principal, AGENT)
    first = station.package(payload=payload)
    station.file(first)
    assert file(payload)["flags"] == []
    station.file(station.package(kind=Kind.REVOKE_MANDATE, about=first.head.id))
    assert served.case(first.head.id)["state"] == "suspended"
    assert file(payload)["flags"] == ["mandate-revoked"]
    anew = mandate(principal, scope=["新的委托"])
    assert file(filing(principal, AGENT, mandate=anew))["flags"] == []


def test_a_cancellation_that_comes_first_keeps_its_filing_from_being_accepted(
    served: PlatformProcess, station: RawStation
) -> None:
    package = station.package(payload=filing(person(), AGENT))
    station.file(station.package(kind=Kind.REVOKE_MANDATE, about=package.head.id))
    station.file(package)
    entry = served.case(package.head.id)
    assert (entry["state"], entry["flags"]) == ("suspended", ["mandate-revoked"])
    assert entry["case_number"] is None


def test_what_is_only_told_holds_nothing(file: File) -> None:
    entry = file(filing(PRINCIPAL, AGENT, {**PRINCIPAL, "role": "payee"}, evidence={}))
    assert entry["flags"] == ["account-unmandated", "paper-unshown"]
    assert entry["state"] == "accepted"
    may = filing(
        PRINCIPAL, AGENT, {**PRINCIPAL, "role": "payee"}, mandate=made(may_name_account=True)
    )
    assert file(may)["flags"] == []


@pytest.mark.parametrize(
    ("rule", "flags"),
    [
        (ProxyRule(False, False, None, False), ["mandate-proxy-forbidden"]),
        (ProxyRule(True, True, None, False), ["mandate-presence-only"]),
        (ProxyRule(None, False, None, False), ["mandate-ask-first"]),
        (ProxyRule(True, False, "notarised", False), ["mandate-notary-needed"]),
        (ProxyRule(True, False, "any", False), []),
        (ProxyRule(True, False, "of a newer release", False), []),
    ],
)
def test_what_was_published_of_the_item_counts(
    served: PlatformProcess, file: File, rule: ProxyRule, flags: list[str]
) -> None:
    item_id = f"ruled-{rule.allowed}-{rule.presence_only}-{rule.mandate_form}"
    item = PublishedItem(item_id, frozenset({1}), None, rule)
    catalogue.record(served.data_dir, [item], {})
    document = made(matter={"item_id": item_id, "name": "演示事项"})
    asked = filing(PRINCIPAL, AGENT, mandate=document)
    assert file(asked, item_id=item_id)["flags"] == flags
    if rule.allowed is None:
        said = {"who": "演示镇", "when": "2026-11-20T02:00:00Z", "answer": "可以"}
        assert file({**asked, "asked": said}, item_id=item_id)["flags"] == []


def test_the_rule_of_an_item_outlives_a_record_that_does_not_know_it(tmp_path: Path) -> None:
    rule = ProxyRule(None, False, "paper", True)
    catalogue.record(tmp_path, [PublishedItem("one", frozenset({1}), None, rule)], {})
    catalogue.record(tmp_path, [PublishedItem("one", frozenset({2}))], {})
    found = catalogue.read(tmp_path).items["one"]
    assert (found.rule, sorted(found.versions)) == (rule, [1, 2])
    plain = json.loads((tmp_path / catalogue.FILE_NAME).read_text())
    del plain["items"]["one"]["rule"]
    (tmp_path / catalogue.FILE_NAME).write_text(json.dumps(plain))
    assert catalogue.read(tmp_path).items["one"].rule is None


def test_what_a_station_lets_pass_is_let_pass_here(served: PlatformProcess, file: File) -> None:
    """Every real item, with its example mandate as a station seals it."""
    sealed = datetime(2026, 11, 22, 1, 2, 3, tzinfo=UTC)
    fileable = [i for i in items().values() if i.proxy.allowed is not False]
    fileable = [item for item in fileable if not item.proxy.presence_only]
    known = [
        PublishedItem(item.item_id, frozenset({1}), None, proxy_rule(item)) for item in fileable
    ]
    catalogue.record(served.data_dir, known, {})
    flagged = {}
    for item in fileable[::4]:
        document = example_mandate(item, now=sealed)
        asked = document.pop("asked", None)
        document.pop("interest")
        payload = filing(
            *example(item, form_of(item), today=sealed.date())["parties"],
            mandate=mandate_json(parse_mandate(document)),
            asked=asked_json(parse_asked(asked)) if asked else None,
        )
        entry = file(payload, item_id=item.item_id)
        if any(str(flag).startswith("mandate-") for flag in entry["flags"]):
            flagged[item.item_id] = entry["flags"]
    assert len(fileable) > 40
    assert flagged == {}
