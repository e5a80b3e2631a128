"""The play: the scenes in their order.

Rules: one scene builds on what those before it left at the station; what the window did not play to
its end is a failed check, and that filing is then made by command, so that the rest is played.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Final

from kiosk.main.demo import correction, exchange, people, power_cut
from kiosk.main.demo.cast import ALLOWANCE, SUBSIDY, THIRD, readings
from kiosk.main.demo.record import Record
from kiosk.main.demo.walk import HELD, Walk
from kiosk.main.demo.world import World
from kiosk.main.demonstration import AGENT
from kiosk.main.puppet.hand import QT_WORDS, Hand

SEED: Final = 7
_NO_LINE: Final = "现在没有网"
_SHOWN_BEFORE: Final = frozenset({"name", "number", "notice", "photo"})
_START_SECONDS: Final = 60.0


class Play:
    """One run.

    Args:
        world: station and platform.
        record: takes down what happens.
        keys: folder of the keyboard's compiled dictionaries.
    """

    def __init__(self, world: World, record: Record, keys: Path) -> None:
        self.world = world
        self.record = record
        self.hand = Hand(keys, readings=readings, tolerated=(QT_WORDS,))
        self.resident = ""
        self.elder = ""

    def run(self) -> None:
        """Every scene."""
        self.hand.start(self.world.home, sync=True)
        try:
            self.resident_files()
            self.agent_files()
            self.power_fails()
            with self.world.platform("--fault", exchange.LOSS, "--seed", str(SEED)):
                self.line_comes_back()
                self.paper_is_wanted()
        finally:
            self.hand.kill()
        self.record.figures["warnings of Qt"] = "; ".join(self.hand.overheard) or "none"
        self.record.figures["seconds"] = round(self.record.seconds)

    # -- scenes ---------------------------------------------------------------------------------

    def resident_files(self) -> None:
        """The platform is down; she finds, reads, fills in, signs, saves."""
        with self.record.scene(
            "No line, and a resident files for herself",
            "The platform is switched off. 李桂英, 83, finds the old-age allowance by four "
            "letters, reads the guide, answers, photographs two papers, signs and saves.",
        ):
            walk = Walk(self.hand, self._shoot("resident"))
            self.hand.see(_NO_LINE, within=_START_SECONDS)
            walk.shoot("waiting", "The station waits, and says that there is no line.")
            walk.begin()
            self.hand.see("没网：能先填好", within=_START_SECONDS)
            walk.shoot("home", "Home: what this village asks for most, and a search box.")
            self.resident = self._id_of(people.file_allowance(walk))
            self._check_saved(self.resident, "her application is saved, and only that is claimed")
        self.resident = self.resident or self._by_command(ALLOWANCE)

    def agent_files(self) -> None:
        """The village agent files for an elder."""
        with self.record.scene(
            "The village agent files for an elder",
            "陈志强 signs in with his PIN and files the care subsidy for 陈秀珍, who sits "
            "beside him: her mandate on paper, photographed, and four photographs.",
        ):
            walk = Walk(self.hand, self._shoot("agent", _SHOWN_BEFORE))
            self._fresh_window()
            self.elder = self._id_of(people.file_subsidy(walk))
            self._check_saved(self.elder, "the elder's application is saved")
        self.elder = self.elder or self._by_command(SUBSIDY)

    def power_fails(self) -> None:
        """SIGKILL while a third is being saved; then the same many times by command."""
        with self.record.scene(
            "The power fails in the middle of saving",
            "黄伯成 has signed. He taps “签好了，保存”, and the window is killed. After the "
            "restart his application is whole or absent, never half.",
        ):
            walk = Walk(self.hand, self._shoot("power"))
            before = self.world.queue()
            self._fresh_window()
            walk.begin()
            quiet = Walk(self.hand)
            people.fill_in_allowance(quiet, THIRD, (HELD, HELD, HELD, HELD))
            walk.shoot("third", "The third is signed; one tap from being saved.")
            dice = random.Random()  # noqa: S311 -- an instant, not a secret
            self.hand.tap_and_kill("签好了，保存", after=dice.uniform(0.05, 0.6))
            self.hand.restart()
            self._check_after_cut(walk, before)
            walk.onward("点这里开始", "退出")
            self.hand.stop()
        answers = self._example(ALLOWANCE)
        with self.record.scene(
            "… and again, by command",
            "The same road to a saved application without the window: `kiosk file`, killed while "
            "it writes, at random instants and at the first sign of a file.",
        ):
            power_cut.cut_the_power(self.world, self.record, ALLOWANCE, answers, SEED)

    def line_comes_back(self) -> None:
        """The platform comes up and loses 30 % of its replies."""
        with self.record.scene(
            "The line comes back and loses 30 % of its replies",
            "The platform does what it is asked, and then three replies in ten are lost: the "
            "connection is reset. The station asks and sends again under the same id.",
        ):
            walk = Walk(self.hand, self._shoot("line"))
            self._fresh_window()
            exchange.to_machine_page(walk)
            walk.shoot("owed", "What is owed, on the technician's page.")
            taps = exchange.sync_until(self.hand, lambda: exchange.all_told(self.world))
            self.hand.see("都送到了", within=_START_SECONDS)
            walk.shoot("sent", "Nothing is owed any more.")
            walk.onward("点这里开始", "退出")
            self.record.figures["rounds until everything had arrived and had its number"] = taps
            exchange.check_exactly_once(self.world, self.record)
        exchange.count_attempts(self.world, self.record)

    def paper_is_wanted(self) -> None:
        """One comes back for correction and is supplemented through the window."""
        with self.record.scene(
            "A paper is wanted, and handed in",
            "The office cannot read the passbook. She looks her filing up by number and code, "
            "photographs it again, and the case goes on.",
        ):
            walk = Walk(self.hand, self._shoot("paper"))
            self._fresh_window()
            number = self.world.one(self.resident)["local_number"]
            correction.ask_for_paper(self.world, self.resident)
            correction.fetch_news(walk, lambda: self._heard("correction_wanted"))
            correction.answer_it(walk, number)
            correction.fetch_news(walk, lambda: self._heard("corrected"))
            correction.look_up(walk, number, "")
            walk.shoot("timeline", "The timeline tells the whole story, newest first.")
            correction.check_timeline(walk, self.record)
            correction.check_answer(self.world, self.record, self.resident)

    # -- small things ---------------------------------------------------------------------------

    def _shoot(self, scene: str, but: frozenset[str] = frozenset()) -> Callable[[str, str], None]:
        def shoot(name: str, caption: str) -> None:
            if name not in but:
                self.record.picture(self.hand, f"{scene}-{name}", caption)

        return shoot

    def _fresh_window(self) -> None:
        """An open window that waits for somebody."""
        if not self.hand.is_open:
            self.hand.restart()
        elif self.hand.page() != "attract":
            self.hand.kill()
            self.hand.restart()

    def _id_of(self, number: str) -> str:
        found = next(row for row in self.world.queue() if row["local_number"] == number)
        return str(found["id"])

    def _heard(self, kind: str) -> bool:
        """Whether the station has heard such an event of the resident's case."""
        return any(event["kind"] == kind for event in self.world.one(self.resident)["events"])

    def _check_saved(self, submission: str, sentence: str) -> None:
        row = self.world.one(submission)
        held = row["state"] == "queued" and row["case_number"] is None and not self.world.halves()
        self.record.check(sentence, held=held, detail=f"{row['local_number']}: {row['state']}")

    def _check_after_cut(self, walk: Walk, before: list[dict[str, object]]) -> None:
        rows, halves = self.world.queue(), self.world.halves()
        ids = {row["id"] for row in rows}
        self.record.check(
            "after the restart the first two are there",
            held={self.resident, self.elder} <= ids,
            detail=f"{len(rows)} filings",
        )
        third = "whole" if len(rows) > len(before) else "absent"
        self.record.check(
            "the third is whole or absent, not half", held=not halves, detail=halves or third
        )
        self.record.figures["the third, killed at 保存, was afterwards"] = third
        walk.begin()
        walk.onward("请按密码", "代办员")
        walk.hand.type(AGENT[2])
        walk.onward("还没送到", "登录")
        walk.shoot("restart", "After the restart: everything that was saved, masked, still owed.")

    def _by_command(self, item: str) -> str:
        """File an example of the item by command; its id."""
        words: list[str | Path] = ["file", "--item", item, "--answers", self._example(item)]
        if item == SUBSIDY:
            pin = self._paper("pin", AGENT[2])
            mandate = self.world.kiosk("directory", "form", item, "--example-mandate")
            paper = self._paper("mandate.json", json.dumps(mandate, ensure_ascii=False))
            words += ["--agent", AGENT[0], "--pin-file", pin, "--mandate", paper]
        return str(self.world.kiosk(*words)["id"])

    def _example(self, item: str) -> Path:
        document = self.world.kiosk("directory", "form", item, "--example")
        return self._paper(f"{item}.json", json.dumps(document, ensure_ascii=False))

    def _paper(self, name: str, text: str) -> Path:
        path = self.world.folder / name
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)
        return path


def play(world: World, record: Record, keys: Path) -> None:
    """Set everything up and play it.

    Args:
        world: an empty one.
        record: takes down what happens.
        keys: folder of the keyboard's compiled dictionaries.

    Raises:
        EnvironmentProblem: the platform cannot be had on this machine.
    """
    world.found()
    Play(world, record, keys).run()
