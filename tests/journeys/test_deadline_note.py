"""``kiosk file``: a deadline that saving does not keep is told, and refuses nobody."""

from __future__ import annotations

from pathlib import Path

from tests.helpers.command import Kiosk
from tests.helpers.counter import ITEM, copy_of_home

LIMITED = "birth-household"


def test_a_deadline_is_a_note_and_no_refusal(tmp_path: Path) -> None:
    kiosk = Kiosk(copy_of_home(tmp_path))
    for item, told in ((LIMITED, True), (ITEM, False)):
        ran = kiosk("file", "--item", item, "--answers", kiosk.example(item, tmp_path))
        assert ran.status == 0, ran
        assert ran.json()["state"] == "queued"
        assert ("存在这里不算" in ran.stderr) is told
    first, second = kiosk.ok("queue", "list")
    assert kiosk.ok("queue", "show", first["id"])["urgent"] is True
    assert kiosk.ok("queue", "show", second["id"])["urgent"] is False
