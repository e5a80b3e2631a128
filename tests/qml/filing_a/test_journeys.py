"""The whole way by touch, in the real application in a process of its own."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kiosk.devices.rime_deploy import is_deployed
from kiosk.domain.lifecycle import State
from kiosk.main.demo.cast import DISABLED, ELDER
from kiosk.main.demo.people import file_allowance, file_subsidy
from kiosk.main.demo.walk import Walk
from kiosk.main.wiring import open_station
from tests.helpers.driver import KEYS, Driver

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not is_deployed(KEYS), reason="not runnable here: the keyboard is not deployed"
    ),
]


def test_a_resident_and_an_agent_file_by_touch(pristine: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(pristine, tmp_path / "home"))
    with Driver().start(home) as hand:
        walk = Walk(hand)
        walk.begin()
        own = file_allowance(walk)
        for secret in (ELDER.name, ELDER.id_number):
            assert not [text for text in hand.everything() if secret in text.replace(" ", "")]
        proxy = file_subsidy(walk)
        for secret in (DISABLED.name, DISABLED.id_number):
            assert not [text for text in hand.everything() if secret in text.replace(" ", "")]
    with open_station(home) as station:
        first, second = station.outbox.find(own), station.outbox.find(proxy)
        assert first is not None
        assert second is not None
        assert (first.state, first.agent_id) == (State.QUEUED, None)
        assert (second.state, second.agent_id) == (State.QUEUED, "agent1")
        assert station.tracking.by_number(own, ELDER.code).item_name == "高龄老人生活津贴申请"
