"""``kiosk queue contact``: the contact card on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import UUID

from sqlalchemy import text

from kiosk.domain.lifecycle import State
from kiosk.main.wiring import open_station
from tests.helpers.command import Kiosk
from tests.helpers.counter import ITEM, bring_to, copy_of_home

PIN = "482915"


def test_a_card_opens_for_an_agent_with_the_pin_while_the_person_is_wanted(tmp_path: Path) -> None:
    kiosk, pin = Kiosk(copy_of_home(tmp_path)), tmp_path / "pin"
    pin.write_text(PIN + "\n", encoding="utf-8")
    kiosk.ok("agent", "add", "a1", "--name", "陈代办", "--pin-file", pin)
    answers = kiosk.example(ITEM, tmp_path)
    document = json.loads(answers.read_text("utf-8")) | {"contact": {"phone": "0663 5550011"}}
    answers.write_text(json.dumps(document), encoding="utf-8")
    saved = kiosk.ok("file", "--item", ITEM, "--answers", answers)
    asking: list[str | Path] = ["queue", "contact", saved["local_number"], "--agent", "a1"]
    asking += ["--pin-file", pin]
    assert kiosk.refused(2, *asking)["code"] == "nobody-wanted"
    with open_station(kiosk.home) as station:
        bring_to(station, UUID(saved["id"]), State.PARKED)
    wrong = tmp_path / "wrong"
    wrong.write_text("482916", encoding="utf-8")
    assert kiosk.refused(2, *asking[:-1], wrong)["code"] == "wrong-pin"
    shown = kiosk.ok("queue", "show", saved["id"])
    assert "0663" not in json.dumps(shown)
    assert "card_opened" not in rows(kiosk)
    card = kiosk.ok(*asking)
    assert card == {"id": saved["id"], "name": "李*示", "phone": "06635550011", "place": ""}
    assert rows(kiosk).count("card_opened") == 1
    kiosk.ok("queue", "withdraw", saved["id"])
    assert kiosk.refused(2, *asking)["code"] == "nobody-wanted"
    assert rows(kiosk).count("card_erased") == 1


def rows(kiosk: Kiosk) -> list[str]:
    """Events of the audit trail."""
    with open_station(kiosk.home) as station, station.casebook.read() as tx:
        return list(tx.execute(text("SELECT event FROM audit ORDER BY number")).scalars())
