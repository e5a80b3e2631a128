"""Trust files that are not what a platform writes are refused with the place of the fault."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from kiosk.domain.problems import InputProblem
from kiosk.sealing.keys import OpenKey, SigningKey
from sync.protocol.trust import MAX_TRUST, PlatformKeys, Trust
from tests.helpers.counter import published

Spoil = Callable[[dict[str, Any]], object]


def document() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((published() / "trust.json").read_bytes())
    return found


SPOILT: dict[str, tuple[Spoil, str]] = {
    "no root": (lambda one: one.pop("root"), "/root"),
    "an unsigned root": (lambda one: one.update(root={}), "/root"),
    "no address": (lambda one: one.pop("url"), "/url"),
    "no fleet code": (lambda one: one.update(fleet_code=5), "/fleet_code"),
    "no keys": (lambda one: one.pop("keys"), "/keys"),
    "a key too short": (lambda one: one["keys"].update(sealing="AAAA"), ""),
    "a courier that is nobody": (lambda one: one["keys"].update(courier="age1"), "/keys/courier"),
    "a courier of numbers": (lambda one: one["keys"].update(courier=5), "/keys/courier"),
}


@pytest.mark.parametrize("what", list(SPOILT))
def test_a_spoilt_trust_file_names_its_fault(what: str) -> None:
    spoil, path = SPOILT[what]
    spoiled = document()
    spoil(spoiled)
    with pytest.raises(InputProblem) as caught:
        Trust.parse(json.dumps(spoiled).encode())
    assert caught.value.path.startswith(path)
    assert caught.value.message


def test_a_trust_file_reads_back() -> None:
    trust = Trust.parse((published() / "trust.json").read_bytes())
    assert Trust.parse(trust.as_bytes()) == trust
    without = document()
    without["keys"].pop("courier", None)
    assert Trust.parse(json.dumps(without).encode()).root_digest == trust.root_digest


def test_an_endless_trust_file_is_not_parsed() -> None:
    with pytest.raises(InputProblem) as caught:
        Trust.parse(b" " * (MAX_TRUST + 1))
    assert caught.value.code == "too-large"


@pytest.mark.parametrize(
    "change",
    [{"signing": []}, {"sealing": 5}, {"sealing": None}, {"signing": "x"}, {"signing": [5]}],
)
def test_keys_are_whole_or_refused(change: dict[str, object]) -> None:
    valid = PlatformKeys((SigningKey(bytes(32)).public,), OpenKey(bytes([3] * 32)).public).as_json()
    assert PlatformKeys.from_json(valid).as_json() == valid
    with pytest.raises(InputProblem) as told:
        PlatformKeys.from_json({**valid, **change})
    assert (told.value.code, told.value.path) == ("bad-trust", "/keys")
