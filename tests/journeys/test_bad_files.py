"""Slips, packages, replies, settings and trust files that are not what they should be.

"Refused" always means: a known problem with file and place, and a station that is as it was.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.problems import EnvironmentProblem, InputProblem, PlatformProblem
from kiosk.domain.slips import SlipCode
from kiosk.sealing.package import parse
from kiosk.store.home import Home
from kiosk.store.packages import Packages
from sync.protocol import messages
from tests.helpers.command import Kiosk
from tests.helpers.counter import ITEM, home, published, refused

__all__ = ["home"]


@pytest.fixture
def kiosk(home: Path) -> Kiosk:
    return Kiosk(home)


# -- slips, packages, replies ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://example.invalid/JINBAN1",
        "JINBAN1:::",
        "JINBAN2:" + ":".join(["A" * 22, "A" * 22, "A" * 43]),
        "JINBAN1:" + ":".join(["A" * 21, "A" * 22, "A" * 43]),
        "JINBAN1:" + ":".join(["*" * 22, "A" * 22, "A" * 43]),
        "JINBAN1:" + ":".join(["A" * 22, "A" * 22, "A" * 43]) + "\nx",
        "x" * 100_000,
    ],
)
def test_a_code_that_is_no_slip(text: str) -> None:
    with pytest.raises(InputProblem) as caught:
        SlipCode.parse(text)
    assert caught.value.code == "not-a-slip"


@given(st.binary(max_size=400))
def test_bytes_that_are_no_package(data: bytes) -> None:
    with pytest.raises(InputProblem) as caught:
        parse(data)
    assert caught.value.message


@pytest.mark.parametrize("cut", [0, 1, 10, 200, -1, -40])
def test_a_damaged_package_keeps_its_row_and_the_others(
    kiosk: Kiosk, tmp_path: Path, cut: int
) -> None:
    answers = kiosk.example(ITEM, tmp_path)
    ids = [kiosk.ok("file", "--item", ITEM, "--answers", answers)["id"] for _ in range(2)]
    path = Home(kiosk.home).packages / f"{ids[0]}.sealed"
    path.write_bytes(path.read_bytes()[:cut])
    rows = {row["id"]: row["state"] for row in kiosk.ok("queue", "list")}
    assert rows == dict.fromkeys(ids, "queued")
    found = {one["name"]: one for one in kiosk("doctor").json()["checks"]}
    assert found["casebook"]["ok"]  # it is there; that it is damaged is told when it is sent
    with pytest.raises(EnvironmentProblem) as caught:
        Packages(Home(kiosk.home)).read(UUID(ids[0]))
    assert caught.value.code == "package-damaged"
    assert caught.value.path == str(path)
    assert Packages(Home(kiosk.home)).read(UUID(ids[1]))


REPLIES: tuple[type[Any], ...] = (
    messages.Ping,
    messages.Receipt,
    messages.Refusal,
    messages.Absence,
    messages.CaseEvent,
    messages.Enrolment,
    messages.EventPage,
)


@pytest.mark.parametrize("kind", REPLIES)
@given(
    document=st.dictionaries(
        st.sampled_from(["time", "nonce", "epoch", "limits", "submission_id", "number", "events"]),
        st.none() | st.integers() | st.text(max_size=9) | st.lists(st.integers(), max_size=2),
    )
)
def test_a_reply_that_lacks_something_is_no_statement(kind: Any, document: Any) -> None:  # noqa: ANN401
    with pytest.raises(PlatformProblem) as caught:
        kind.from_json(document)
    assert caught.value.code == "bad-reply"
    assert caught.value.path.startswith("/")


# -- settings, trust ------------------------------------------------------------------------------

SETTINGS: dict[str, tuple[Callable[[dict[str, Any]], object] | bytes, str]] = {
    "torn": (b"{", ""),
    "nothing": (b"", ""),
    "a list": (b"[]", ""),
    "bytes": (b"\xff\xff", ""),
    "an unknown name": (lambda one: one.update(more=1), "/more"),
    "no station": (lambda one: one.pop("station"), "/station"),
    "a station of text": (lambda one: one.update(station="x"), "/station"),
    "a number for a name": (lambda one: one["station"].update(name=5), "/station/name"),
    "no name": (lambda one: one["station"].update(name=""), "/station/name"),
    "a division of letters": (lambda one: one["station"].update(division="x"), "/division"),
    "a word for a flag": (lambda one: one.update(demo="yes"), "/demo"),
}


@pytest.mark.parametrize("what", list(SETTINGS))
@pytest.mark.parametrize("command", [("file",), ("sync", "once"), ("init",)])
def test_a_malformed_settings_file_is_named(
    kiosk: Kiosk, tmp_path: Path, what: str, command: tuple[str, ...]
) -> None:
    spoil, place = SETTINGS[what]
    answers = kiosk.example(ITEM, tmp_path)
    file = Home(kiosk.home).settings_file
    if isinstance(spoil, bytes):
        file.write_bytes(spoil)
    else:
        document = json.loads(file.read_bytes())
        spoil(document)
        file.write_text(json.dumps(document), encoding="utf-8")
    before = file.read_bytes()
    words = ["--item", ITEM, "--answers", str(answers)] if command == ("file",) else []
    error = refused(kiosk, kiosk(*command, *words), 2, "bad-settings", place)
    assert error["path"].startswith("settings.json")
    assert file.read_bytes() == before


def _other_keys(document: dict[str, Any]) -> object:
    return document["keys"].update(signing="AAAA")


TRUST: dict[str, Callable[[dict[str, Any]], object] | bytes] = {
    "nothing": b"",
    "torn": b'{"root":',
    "a list": b"[]",
    "no root": lambda one: one.pop("root", None) or one.pop("keys"),
    "a short key": _other_keys,
    "no keys": lambda one: one.pop("keys"),
    "a number for an address": lambda one: one.update(url=5),
}


@pytest.mark.parametrize("what", list(TRUST))
def test_a_malformed_trust_file_sets_nothing_up(tmp_path: Path, what: str) -> None:
    spoil = TRUST[what]
    file = tmp_path / "trust.json"
    if isinstance(spoil, bytes):
        file.write_bytes(spoil)
    else:
        document = json.loads((published() / "trust.json").read_bytes())
        spoil(document)
        file.write_text(json.dumps(document), encoding="utf-8")
    fresh = Kiosk(tmp_path / "fresh")
    ran = fresh("init", "--platform", "http://127.0.0.1:9", "--trust", file)
    assert ran.status == 2, ran
    assert str(file) in ran.json()["error"]["path"]
    assert len(ran.stderr.strip().splitlines()) == 1
    assert not fresh.home.exists()
