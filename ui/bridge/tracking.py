"""Tracking: find one's filing, see where it stands.

Rules (of the counter, 16 and 18):

* By local number and four-digit code, by the full ID number (then the list hides with the session),
  or by the slip's QR code, which shows the state alone.
* A number that cannot be right is told at its last digit; what is wrong stays in the field.
* The words of states, corrections and dates are those of ``kiosk.journeys.tracking``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.domain.dates import CHINA, today_in_china
from kiosk.domain.problems import InputProblem, Problem
from ui.bridge.answers import wanted_words
from ui.bridge.controller import Controller, shown
from ui.bridge.rows import Rows
from ui.bridge.session import Session
from ui.bridge.words import due_words, words_of
from ui.navigation import Page

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from kiosk.journeys.progress import Moment, Tracked
    from ui.bridge.ports import StationPort

QML_IMPORT_NAME = "Kiosk"
QML_IMPORT_MAJOR_VERSION = 1

NUMBER_DIGITS: Final = 9
CODE_DIGITS: Final = 4
ID_LENGTH: Final = 18
_LENGTHS: Final = {"number": NUMBER_DIGITS, "code": CODE_DIGITS, "id": ID_LENGTH, "ending": 4}
_BEFORE: Final = {"code": "number", "ending": "id", "list": "id"}


@dataclass(frozen=True, slots=True)
class FoundRow:
    """One filing of the person who entered their ID."""

    text: str
    sub: str
    tag: str
    tone: str
    iconName: str


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step of the timeline, as ``TimelineStep`` takes it."""

    text: str
    sub: str
    mark: str
    tone: str
    iconName: str


@dataclass(frozen=True, slots=True)
class TrackView:
    """``by``: number | code | id | ending | list, the step of asking."""

    by: str = "number"
    entry: str = ""
    error: str = ""
    busy: bool = False
    title: str = ""
    text: str = ""
    tone: str = "plain"
    icon: str = "info"
    matter: str = ""
    number: str = ""
    wanted: str = ""
    wanted_by: str = ""
    can_supplement: bool = False
    answered: bool = False
    can_refile: bool = False
    can_withdraw: bool = False
    withdrawing: bool = False
    only_state: bool = False


@QmlElement
class TrackController(Controller):
    """查我的办件 and what it finds."""

    PAGES = (Page.TRACK, Page.PROGRESS)

    byChanged = Signal()
    entryChanged = Signal()
    errorChanged = Signal()
    busyChanged = Signal()
    titleChanged = Signal()
    textChanged = Signal()
    toneChanged = Signal()
    iconChanged = Signal()
    matterChanged = Signal()
    numberChanged = Signal()
    wantedChanged = Signal()
    wantedByChanged = Signal()
    canSupplementChanged = Signal()
    answeredChanged = Signal()
    canRefileChanged = Signal()
    canWithdrawChanged = Signal()
    withdrawingChanged = Signal()
    onlyStateChanged = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session, TrackView())
        self._found = Rows(FoundRow, self)
        self._steps = Rows(StepRow, self)
        self._several: tuple[Tracked, ...] = ()
        self._first = ""  # the number or ID that was entered before code or phone ending

    by = Property(str, shown("by"), notify=byChanged)
    entry = Property(str, shown("entry"), notify=entryChanged)
    error = Property(str, shown("error"), notify=errorChanged)
    busy = Property(bool, shown("busy"), notify=busyChanged)
    title = Property(str, shown("title"), notify=titleChanged)
    text = Property(str, shown("text"), notify=textChanged)
    tone = Property(str, shown("tone"), notify=toneChanged)
    icon = Property(str, shown("icon"), notify=iconChanged)
    matter = Property(str, shown("matter"), notify=matterChanged)
    number = Property(str, shown("number"), notify=numberChanged)
    wanted = Property(str, shown("wanted"), notify=wantedChanged)
    wantedBy = Property(str, shown("wanted_by"), notify=wantedByChanged)
    canSupplement = Property(bool, shown("can_supplement"), notify=canSupplementChanged)
    answered = Property(bool, shown("answered"), notify=answeredChanged)
    canRefile = Property(bool, shown("can_refile"), notify=canRefileChanged)
    canWithdraw = Property(bool, shown("can_withdraw"), notify=canWithdrawChanged)
    withdrawing = Property(bool, shown("withdrawing"), notify=withdrawingChanged)
    onlyState = Property(bool, shown("only_state"), notify=onlyStateChanged)

    @Property(QObject, constant=True)
    def found(self) -> Rows:
        """Filings of the person, after the ID number."""
        return self._found

    @Property(QObject, constant=True)
    def steps(self) -> Rows:
        """The timeline of the one that is shown."""
        return self._steps

    @Property(int, notify=byChanged)
    def wantedLength(self) -> int:
        """How many characters the present entry has."""
        return self._wanted_length

    @property
    def _wanted_length(self) -> int:
        return _LENGTHS.get(self.view.by, 0)

    # -- asking ---------------------------------------------------------------------------------

    @Slot(str)
    def choose(self, by: str) -> None:
        """Ask by "number" or by "id"."""
        self.change(by=by, entry="", error="")

    @Slot(str)
    def key(self, digit: str) -> None:
        """One key of the keypad."""
        if len(self.view.entry) < self._wanted_length and not self.view.busy:
            self.change(entry=self.view.entry + digit, error="")

    @Slot()
    def erase(self) -> None:
        """Erase the last digit."""
        self.change(entry=self.view.entry[:-1], error="")

    @Slot()
    def ask(self) -> None:
        """Look it up, or tell what is still missing."""
        missing = self._wanted_length - len(self.view.entry)
        if self.view.busy:
            return
        if missing > 0:
            self.change(error=f"还差{missing}位，请接着按。")
        elif self.view.by == "number":
            self._take_number()
        elif self.view.by == "id":
            self._take_id()
        else:
            self._look_up(self._first, self.view.entry)

    @Slot()
    def noPhone(self) -> None:
        """The filing was made without a phone."""
        if self.view.by == "ending" and not self.view.busy:
            self._look_up(self._first, "")

    @Slot(str)
    def scanned(self, text: str) -> None:
        """A slip was held under the scanner."""
        self.change(busy=True)
        self.session.run(
            lambda station: station.track_slip(text),
            self._open,
            self._refused,
        )

    @Slot(int)
    def open(self, index: int) -> None:
        """One row of the list."""
        if 0 <= index < len(self._several):
            self._open(self._several[index])

    @Slot()
    def supplement(self) -> None:
        """现在补."""
        self.session.go(Page.CORRECTION)

    @Slot()
    def refile(self) -> None:
        """改好再交: a new filing that names the parked one."""
        tracked = self.session.tracked
        if tracked is not None:
            self.session.choose_item(tracked.item_id, tracked.id)
            self.session.go(Page.WHO)

    @Slot(bool)
    def askWithdraw(self, on: bool) -> None:  # noqa: FBT001 -- a slot; QML knows no keywords
        """撤回这件, and 不撤了: nothing is taken back by one touch."""
        self.change(withdrawing=on)

    @Slot()
    def withdraw(self) -> None:
        """真的撤回."""
        tracked = self.session.tracked
        if tracked is not None and not self.view.busy:
            self.change(busy=True)
            self.session.run(lambda station: _taken_back(station, tracked.id), self._shown_again)

    def _shown_again(self, tracked: Tracked) -> None:
        self.session.tracked = tracked
        self._show(tracked)
        asked = "" if tracked.state == "withdrawn" else "撤回的申请存好了，等部门答复。"
        self.change(busy=False, can_withdraw=False, text=asked or self.view.text)

    def _take_number(self) -> None:
        from kiosk.domain.submissions import is_local_number

        digits = self.view.entry
        number = f"{digits[:4]}-{digits[4:8]}-{digits[8:]}"
        if not is_local_number(number):
            self.change(error="编号对不上，请照着凭条看看最后几位。")
            return
        self._first = number
        self.change(by="code", entry="", error="")

    def _take_id(self) -> None:
        from kiosk.domain.identity import resident_id_flaw

        flaw = resident_id_flaw(self.view.entry, today_in_china(self.session.clock.now()))
        if flaw is not None:
            self.change(error=flaw.words)
            return
        self._first = self.view.entry
        self.change(by="ending", entry="", error="")

    def _look_up(self, first: str, second: str) -> None:
        self.change(busy=True)
        if self.view.by == "code":
            self.session.run(
                lambda station: station.track_number(first, second), self._open, self._refused
            )
        else:
            self.session.run(
                lambda station: station.track_person(first, second),
                self._show_several,
                self._refused,
            )

    def _refused(self, problem: Problem) -> None:
        self.change(busy=False)
        if isinstance(problem, InputProblem):
            self.change(entry="", error=words_of(problem).text)
        else:
            self.session.trouble(problem)

    # -- showing --------------------------------------------------------------------------------

    def _show_several(self, several: tuple[Tracked, ...]) -> None:
        self.change(busy=False)
        if not several:
            self.change(error="这台机器30天内没有您的办件。可以用凭条编号查，或打电话问。")
            return
        self._several = several
        self._found.show(
            [
                FoundRow(
                    text=one.item_name or "",
                    sub=f"编号 {one.local_number}",
                    tag=one.words.title,
                    tone=one.words.tone.value,
                    iconName=one.words.icon,
                )
                for one in several
            ]
        )
        if len(several) == 1:
            self._open(several[0])
        else:
            self.change(by="list", entry="")

    def _open(self, tracked: Tracked) -> None:
        self.session.tracked = tracked
        self.change(busy=False, entry="")
        self.session.go(Page.PROGRESS)

    def _show(self, tracked: Tracked) -> None:
        notice = tracked.correction
        open_matter = tracked.item_name is not None
        self._steps.show(_steps(tracked))
        self.change(
            title=tracked.words.title,
            text=tracked.words.text,
            tone=tracked.words.tone.value,
            icon=tracked.words.icon,
            matter=" · ".join(part for part in (tracked.item_name, tracked.masked_name) if part),
            number=tracked.local_number,
            wanted=wanted_words(tracked),
            wanted_by=due_words(notice.by if notice else None, self._today(tracked)),
            can_supplement=notice is not None and open_matter,
            answered=tracked.answered,
            can_refile=open_matter and tracked.state == "parked",
            can_withdraw=open_matter and tracked.state not in _NOT_NOW,
            withdrawing=False,
            only_state=not open_matter,
        )

    def _today(self, tracked: Tracked) -> date | None:
        """To say that the day is over; who answered already is not told so."""
        return None if tracked.answered else today_in_china(self.session.clock.now())

    # -- the controller's part ------------------------------------------------------------------

    def back(self) -> bool:
        """From the code back to the number, from the list back to asking."""
        before = _BEFORE.get(self.view.by)
        if self.session.page is not Page.TRACK or before is None:
            return False
        self.choose(before)
        return True

    def enter(self, page: Page) -> None:
        """A fresh question, unless a list stands there to come back to."""
        if page is Page.PROGRESS and self.session.tracked is not None:
            self._show(self.session.tracked)
        elif page is Page.TRACK and self.view.by != "list":
            self.choose("id" if self.view.by in {"id", "ending"} else "number")

    def speech(self, page: Page) -> str:
        """Title and sentence; numbers are never read aloud."""
        if page is Page.PROGRESS:
            parts = (self.view.title, self.view.text, self.view.wanted, self.view.wanted_by)
            return "。".join(part.rstrip("。") for part in parts if part)
        return "查我的办件。按凭条上的编号，一个一个数字按。"

    def reset(self) -> None:
        """Forget whose filing it was."""
        super().reset()
        self._several, self._first = (), ""
        self._found.show(())
        self._steps.show(())


_NOT_NOW: Final = frozenset({"sending", "withdrawn", "superseded", "not_accepted", "closed"})
"""States in which there is nothing to take back, or not while it is being sent."""


def _taken_back(station: StationPort, submission_id: UUID) -> Tracked:
    station.withdraw(submission_id)
    return station.desk_row(submission_id)


def _steps(tracked: Tracked) -> list[StepRow]:
    """The newest first: where it stands now is on the first page."""
    newest = tracked.timeline[::-1]
    return [_step(moment, now=not index) for index, moment in enumerate(newest)]


def _step(moment: Moment, *, now: bool) -> StepRow:
    words = moment.words
    when = ""
    if moment.at is not None:
        local = moment.at.astimezone(CHINA)
        when = f"{local.month}月{local.day}日 {local.hour}:{local:%M}"
    sub = "，".join(part for part in (when, words.text) if part)
    tone = words.tone.value
    mark = "now" if now and tone in {"wait", "stop"} else "done"
    return StepRow(words.title, sub, mark, tone, words.icon if mark == "now" else "check")
