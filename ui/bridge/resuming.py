"""接着上次办: what was being filled in when the machine stopped, for its owner only.

Rules (of the counter, 18): nothing of it is shown, not even for what it is, before the full ID
number was entered. A number that cannot be right is told and does not count; the third wrong one
wipes everything, and that is said. Then the filing goes on where something is still open, at the
latest on the check page; where it had been saved already, its slip is shown.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from PySide6.QtQml import QmlElement

from kiosk.domain.identity import ID_LENGTH, mask_name, normalise_id, resident_id_flaw, typing_flaw
from ui.bridge.session import Session
from ui.bridge.steps import Fact, Step, StepsController
from ui.bridge.words import words_of
from ui.navigation import Page

if TYPE_CHECKING:
    from kiosk.domain.problems import Problem
    from kiosk.journeys.drafting import Reopened
    from ui.bridge.ports import StationPort

QML_IMPORT_NAME = "Kiosk"
QML_IMPORT_MAJOR_VERSION = 1

_NUMBER: Final = Step(
    kind="pad",
    title="接着上次办",
    sub="请按要办的人的身份证号。",
    label="身份证号",
    placeholder="18位",
    groups=(6, 8, 4),
    accent=1,
    extra="X",
    length=ID_LENGTH,
    hint="对上了，才会打开。错3次，填的就删掉。",
)
_GONE: Final = Step(
    kind="facts",
    title="没有能接着办的",
    sub="机器停了5分钟，或号码错了3次，填的就删掉了。",
    primary="回首页",
    primary_icon="house",
    facts=(
        Fact("填的", "已经删掉，别人看不到"),
        Fact("要办", "回首页，再办一次"),
    ),
)
_FOUND: Final = Step(
    kind="facts",
    title="刚才停了一下",
    sub="您填的都在，从这里接着办。",
    primary="接着办",
)


@QmlElement
class ResumeController(StepsController):
    """The way back into a filing after the machine stopped."""

    PAGES = (Page.RESUME,)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._found: Reopened | None = None

    def enter(self, page: Page) -> None:
        """Ask for the number."""
        del page
        self.reset()
        self.show_step(_NUMBER)

    def judge(self, entry: str) -> None:
        """Early faults, and how many digits are missing; nothing is read back."""
        if self.step.kind != "pad" or not entry:
            return
        flaw = typing_flaw(entry, self.filing.today)
        missing = ID_LENGTH - len(entry)
        self.change(error=flaw.words if flaw else "", note=f"差{missing}位" if missing else "")

    def take(self) -> None:
        """Look for the draft; go on with it; or home."""
        if self.step is _NUMBER:
            self._look()
        elif self._found is None:
            self.session.home()
        else:
            self._go_on(self._found)

    def _look(self) -> None:
        number = normalise_id(self.view.entry)
        flaw = resident_id_flaw(number, self.filing.today)
        if flaw is not None:
            self.change(error=flaw.words)
            return

        def ask(station: StationPort) -> tuple[Reopened | None, float]:
            found = station.drafts.reopen(number)
            return found, station.drafts.waiting()

        self.change(busy=True, busy_text="正在找…", error="")
        self.session.run(ask, self._answered, self._lost)

    def _answered(self, answer: tuple[Reopened | None, float]) -> None:
        self.change(busy=False)
        self._found, left = answer
        if self._found is not None:
            self.show_step(_found_step(self._found))
        elif left > 0:
            self.change(error="这个号码对不上，请再看看。")
        else:
            self.show_step(_GONE)

    def _lost(self, problem: Problem) -> None:
        """It is there, and yet nothing can be done with it."""
        words = words_of(problem)
        self.change(busy=False, error=f"打不开了。{words.text}")

    def _go_on(self, found: Reopened) -> None:
        self.change(busy=True, busy_text="正在打开…")
        self.filing.resume(found, self._lost)

    def reset(self) -> None:
        """Forget what was found."""
        super().reset()
        self._found = None


def _found_step(found: Reopened) -> Step:
    item = found.application.item
    facts = [Fact("办什么", item.common_name or item.name)]
    person = found.application.principal
    if person is not None and person.name:
        facts.append(Fact("给谁办", mask_name(person.name)))
    if found.saved is not None:
        words = "已经存好，没有丢。给您看凭条。"
        return replace(_FOUND, sub=words, primary="看凭条", facts=tuple(facts))
    if found.renewed:
        facts.append(Fact("表格更新了", "变了的要再填，别的都给您留着"))
    return replace(_FOUND, facts=tuple(facts))
