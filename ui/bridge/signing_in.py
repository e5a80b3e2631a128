"""代办员登录: the PIN, and a new one where it was forgotten.

Rules (of the counter, 7): a wrong or locked PIN never keeps residents from anything; the PIN is
shown as dots and forgotten at once. Who forgot it asks the township 镇街 for a one-time code of
twelve digits, keys it here, and chooses a new PIN twice; no line is needed. A code is checked
before a PIN is asked for, and is used up only when the new PIN is set.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.domain.problems import InputProblem, Problem
from ui.bridge.controller import Controller, shown
from ui.bridge.rows import Rows
from ui.bridge.session import Session
from ui.bridge.words import words_of
from ui.navigation import Page

if TYPE_CHECKING:
    from ui.bridge.ports import SignedIn, StationFacts

QML_IMPORT_NAME = "Kiosk"
QML_IMPORT_MAJOR_VERSION = 1

SHORTEST_PIN: Final = 6
LONGEST_PIN: Final = 12
CODE_DIGITS: Final = 12
PIN, CODE, NEW, AGAIN = "pin", "code", "new", "again"
_BEFORE: Final = {CODE: PIN, NEW: CODE, AGAIN: NEW}
_WRONG: Final = "密码不对，请再试一次。忘了就按“忘了密码”。"
_WRONG_CODE: Final = "重设码对不上，或用过了。请对着电话再按一次，或重新要一个。"
_DIFFERENT: Final = "两次按的不一样，请从头定一个。"
_CODE_LOCKED: Final = "重设码错了几次，过一会儿再试。乡亲们照样能办事。"
_REFUSED: Final = {
    "wrong-pin": _WRONG,
    "wrong-code": _WRONG_CODE,
    "weak-pin": "这个密码太好猜，别用连号、重复的数字。",
    "bad-pin": f"密码要{SHORTEST_PIN}到{LONGEST_PIN}位数字。",
}


@dataclass(frozen=True, slots=True)
class AgentRow:
    """One village agent of this station."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class _Words:
    """What a stage says."""

    title: str
    sub: str
    label: str
    act: str
    busy: str = "正在核对…"


_WORDS: Final = {
    PIN: _Words("", f"请按密码，{SHORTEST_PIN}到{LONGEST_PIN}位。", "密码", "登录"),
    CODE: _Words(
        "重设密码", "打电话问镇街要重设码，用一次就作废。", f"重设码，{CODE_DIGITS}位", "下一步"
    ),
    NEW: _Words(
        "定个新密码", f"{SHORTEST_PIN}到{LONGEST_PIN}位，别用生日、连号。", "新密码", "下一步"
    ),
    AGAIN: _Words("再按一次", "和刚才定的一样。", "新密码", "改好，登录", "正在改…"),
}


@dataclass(frozen=True, slots=True)
class SignInView:
    """``stage``: pin, code, new or again; ``typed``: dots, or the digits of a code."""

    agent_id: str = ""
    agent_name: str = ""
    stage: str = PIN
    words: _Words = _WORDS[PIN]
    typed: str = ""
    error: str = ""
    busy: bool = False
    loaded: bool = False


@QmlElement
class SignInController(Controller):
    """Names, PIN, code, new PIN."""

    PAGES = (Page.SIGN_IN,)

    agentIdChanged = Signal()
    agentNameChanged = Signal()
    stageChanged = Signal()
    wordsChanged = Signal()
    typedChanged = Signal()
    errorChanged = Signal()
    busyChanged = Signal()
    loadedChanged = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session, SignInView())
        self._agents = Rows(AgentRow, self)
        self._digits = ""
        self._code = ""
        self._new = ""

    agentId = Property(str, shown("agent_id"), notify=agentIdChanged)
    agentName = Property(str, shown("agent_name"), notify=agentNameChanged)
    stage = Property(str, shown("stage"), notify=stageChanged)
    typed = Property(str, shown("typed"), notify=typedChanged)
    error = Property(str, shown("error"), notify=errorChanged)
    busy = Property(bool, shown("busy"), notify=busyChanged)
    loaded = Property(bool, shown("loaded"), notify=loadedChanged)

    @Property(str, notify=wordsChanged)
    def title(self) -> str:
        """The title after the name was chosen."""
        return str(self.view.words.title or self.view.agent_name)

    @Property(str, notify=wordsChanged)
    def sub(self) -> str:
        """One sentence under it."""
        return str(self.view.words.sub)

    @Property(str, notify=wordsChanged)
    def label(self) -> str:
        """What the field is for."""
        return str(self.view.words.label)

    @Property(str, notify=wordsChanged)
    def act(self) -> str:
        """The filled button."""
        return str(self.view.words.act)

    @Property(str, notify=wordsChanged)
    def busyText(self) -> str:
        """While it is being done."""
        return str(self.view.words.busy)

    @Property(QObject, constant=True)
    def agents(self) -> Rows:
        """The agents of this station."""
        return self._agents

    def _show_agents(self, facts: StationFacts) -> None:
        self._agents.show([AgentRow(agent_id, name) for agent_id, name in facts.agents])
        self.change(loaded=True)
        if len(facts.agents) == 1 and not self.view.agent_id:
            self.choose(facts.agents[0][0])

    @Slot(str)
    def choose(self, agent_id: str) -> None:
        """This is me."""
        names = {row.key: row.text for row in self._agents.rows}
        if agent_id in names:
            self.change(agent_id=agent_id, agent_name=names[agent_id])
            self._to(PIN)

    @Slot()
    def forgot(self) -> None:
        """忘了密码: a code of the township instead."""
        if not self.view.busy and self.view.agent_id:
            self._to(CODE)

    # -- keys -----------------------------------------------------------------------------------

    @Slot(str)
    def key(self, digit: str) -> None:
        """One digit."""
        longest = CODE_DIGITS if self.view.stage == CODE else LONGEST_PIN
        if not self.view.busy and len(self._digits) < longest:
            self._type(self._digits + digit)

    @Slot()
    def erase(self) -> None:
        """Erase the last digit."""
        if not self.view.busy:
            self._type(self._digits[:-1])

    def _type(self, digits: str) -> None:
        self._digits = digits
        readable = self.view.stage == CODE
        self.change(typed=digits if readable else "●" * len(digits), error="")

    def _to(self, stage: str, error: str = "") -> None:
        """A stage, with nothing keyed yet; secrets of later stages are forgotten."""
        if stage in {PIN, CODE}:
            self._code = ""
        if stage != AGAIN:
            self._new = ""
        self._digits = ""
        self.change(stage=stage, words=_WORDS[stage], typed="", error=error)
        self.wordsChanged.emit()

    # -- going on -------------------------------------------------------------------------------

    @Slot()
    def submit(self) -> None:
        """Take what was keyed, or tell what is missing."""
        if self.view.busy:
            return
        digits, stage = self._digits, self.view.stage
        if stage == CODE and len(digits) < CODE_DIGITS:
            self.change(error=f"还差{CODE_DIGITS - len(digits)}位，一共{CODE_DIGITS}位。")
        elif stage != CODE and len(digits) < SHORTEST_PIN:
            self.change(error=f"密码至少{SHORTEST_PIN}位。")
        else:
            {PIN: self._sign_in, CODE: self._check, NEW: self._keep, AGAIN: self._reset}[stage](
                digits
            )

    def _sign_in(self, pin: str) -> None:
        agent_id = self.view.agent_id
        self._to(PIN)
        self.change(busy=True)
        self.session.run(
            lambda station: station.sign_in(agent_id, pin), self._signed_in, self._refused
        )

    def _check(self, code: str) -> None:
        agent_id = self.view.agent_id
        self.change(busy=True)
        self.session.run(
            lambda station: station.agents.check_code(agent_id, code),
            lambda _: self._checked(code),
            self._refused,
        )

    def _checked(self, code: str) -> None:
        self.change(busy=False)
        self._to(NEW)
        self._code = code

    def _keep(self, pin: str) -> None:
        self._to(AGAIN)
        self._new = pin

    def _reset(self, pin: str) -> None:
        if pin != self._new:
            self._to(NEW, _DIFFERENT)
            return
        agent_id, code = self.view.agent_id, self._code
        self.change(busy=True)
        self.session.run(
            lambda station: station.agents.reset_pin(agent_id, code, pin),
            self._signed_in,
            self._refused,
        )

    def _signed_in(self, agent: SignedIn) -> None:
        self.change(busy=False)
        self._to(PIN)
        self.session.sign_in(agent)
        self.session.back()
        self.session.go(Page.DESK)

    def _refused(self, problem: Problem) -> None:
        """A refused PIN is keyed anew, a refused code as well; what is right already stays."""
        self.change(busy=False)
        if not isinstance(problem, InputProblem):
            self._to(PIN)
            self.session.trouble(problem)
            return
        stage = self.view.stage
        words = _REFUSED.get(problem.code) or words_of(problem).text
        if problem.code == "locked-out" and stage != PIN:
            words = _CODE_LOCKED
        bad_pin = problem.code in {"weak-pin", "bad-pin"}
        self._to(NEW if bad_pin else PIN if stage == PIN else CODE, words)

    # -- the controller's part ------------------------------------------------------------------

    def enter(self, page: Page) -> None:
        """A fresh PIN; a single agent need not be chosen."""
        del page
        self.reset()
        self.session.run(lambda station: station.facts(), self._show_agents)

    def back(self) -> bool:
        """One stage back; from the PIN back to the names, where there are several."""
        if self.view.stage in _BEFORE:
            self._to(_BEFORE[self.view.stage])
            return True
        if not self.view.agent_id or len(self._agents.rows) == 1:
            return False
        self._to(PIN)
        self.change(agent_id="", agent_name="")
        return True

    def speech(self, page: Page) -> str:
        """Only what to do; never a digit."""
        del page
        return {
            CODE: "打电话问镇街要重设码，一共12位，一个一个按。",
            NEW: "定一个新密码，6到12位。",
            AGAIN: "新密码再按一次。",
        }.get(self.view.stage, "代办员登录。按名字，再按密码。")

    def reset(self) -> None:
        """Forget who and what was keyed."""
        self._digits = self._code = self._new = ""
        super().reset()
