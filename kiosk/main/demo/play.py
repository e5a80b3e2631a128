"""The play: the scenes in their order.

Rules: one scene builds on what those before it left at the station; a scene that the window did not
play to its end is a failed check, and its filing is then made by command, so that the rest is
played.
"""

from __future__ import annotations

import json
from pathlib import Path

from kiosk.devices.rime_deploy import deploy, is_deployed
from kiosk.main.commands.window import keyboard_folder
from kiosk.main.demo import exchange, power_cut
from kiosk.main.demo.cast import ALLOWANCE, SUBSIDY, readings
from kiosk.main.demo.record import Record
from kiosk.main.demo.world import World
from kiosk.main.puppet.hand import Hand

SEED = 7


def play(world: World, record: Record) -> None:
    """Play everything.

    Raises:
        EnvironmentProblem: platform or keyboard cannot be had on this machine.
    """
    keys = keyboard_folder()
    if not is_deployed(keys):
        deploy(keys)
    world.found()
    hand = Hand(keys, readings=readings)
    try:
        _by_day(world, record, hand)
    finally:
        hand.kill()
    record.figures["seconds"] = round(record.seconds)


def _by_day(world: World, record: Record, hand: Hand) -> None:
    with record.scene("No line: she finds what she needs", "The platform is down."):
        hand.start(world.home, sync=True)
        hand.see("现在没有网", within=30)
        record.picture(hand, "attract", "The station waits. There is no line.")
        hand.tap("点这里开始")
        record.picture(hand, "home", "Home.")
        hand.tap("找事项：比如“老人钱”")
        hand.type("gljt")
        hand.see("高龄老人生活津贴申请")
        record.picture(hand, "find", "gljt")
        hand.tap("高龄老人生活津贴申请")
        hand.see("谁能办")
        record.picture(hand, "guide", "guide")
    answers = _example(world, ALLOWANCE)
    first = world.kiosk("file", "--item", ALLOWANCE, "--answers", answers)
    hand.kill()
    with record.scene("The power fails", "SIGKILL"):
        power_cut.cut_the_power(world, record, ALLOWANCE, answers, SEED)
    with (
        world.platform("--fault", exchange.LOSS, "--seed", str(SEED)),
        record.scene("The line comes back and loses 30 % of its replies", "drop"),
    ):
        hand.restart()
        hand.tap("点这里开始")
        hand.tap("代办员")
        hand.tap("机器状态")
        record.picture(hand, "owed", "owed")
        record.figures["taps"] = exchange.send_everything(world, hand)
        hand.see("都送到了", within=30)
        record.picture(hand, "sent", "sent")
        exchange.check_exactly_once(world, record)
        exchange.count_attempts(world, record)


def _example(world: World, item: str) -> Path:
    path = world.folder / f"{item}.json"
    document = world.kiosk("directory", "form", item, "--example")
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return path
