"""给谁办: the first page of a filing.

Rules (of the counter, 2 and 3): only the ways are offered that the item and its rule on proxies
allow, in words that follow the subject. Where the guide is silent, a signed-in agent first records
who was asked and what they answered; everybody else is told to ask. Cards go at once.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from PySide6.QtQml import QmlElement

from ui.bridge.session import Session
from ui.bridge.steps import Fact, Option, Step, StepsController
from ui.navigation import Page

if TYPE_CHECKING:
    from kiosk.domain.items import ServiceItem
    from kiosk.domain.parties import Way
    from kiosk.journeys.authorising import ProxyRule
    from ui.bridge.ports import StationPort

QML_IMPORT_NAME = "Kiosk"
QML_IMPORT_MAJOR_VERSION = 1

_ASK: Final = "ask"
_ASKED_WHO: Final = "asked-who"
_ANSWER: Final = "answer"
_REFUSED: Final = "refused"
_WAYS: Final = "ways"
_BEFORE: Final = {_ASK: _WAYS, _ASKED_WHO: _WAYS, _ANSWER: _ASKED_WHO, _REFUSED: _WAYS}
_OLD: Final = ("高龄", "老年", "老人", "长者", "敬老")
_YOUNG: Final = ("儿童", "孩子", "新生儿", "出生", "孤儿", "未成年")


def subject_word(item: ServiceItem) -> str:
    """What the person concerned is called: 老人, 孩子 or 家人."""
    from kiosk.domain.parties import IdType, Role

    if any(n.role is Role.SUBJECT and n.may_be_deceased for n in item.roles):
        return "去世的家人"
    if any(n.role is Role.SUBJECT and IdType.BIRTH_CERTIFICATE in n.id_types for n in item.roles):
        return "孩子"
    words = item.name + (item.common_name or "")
    if any(word in words for word in _OLD):
        return "老人"
    return "孩子" if any(word in words for word in _YOUNG) else "家人"


@QmlElement
class WhoController(StepsController):
    """In which way the item is filed."""

    PAGES = (Page.WHO,)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._at = _WAYS
        self._item: ServiceItem | None = None
        self._rule: ProxyRule | None = None
        self._asked = ""

    def enter(self, page: Page) -> None:
        """Ask the directory what is allowed."""
        del page
        self.reset()
        item_id = self.session.item_id
        if item_id is None:
            self.session.home()
            return

        def ask(station: StationPort) -> tuple[ServiceItem, ProxyRule]:
            return station.item(item_id), station.proxy_rule(item_id)

        self.session.run(ask, self._show)

    def _show(self, found: tuple[ServiceItem, ProxyRule]) -> None:
        self._item, self._rule = found
        self.change(context=self._item.common_name or self._item.name)
        self._to(_WAYS)

    def _to(self, at: str) -> None:
        assert self._item is not None
        assert self._rule is not None
        self._at = at
        if at == _WAYS:
            self.show_step(_ways_step(self._item, self._rule, self.session))
        elif at == _ASK:
            self.show_step(_ASK_STEP)
        elif at == _ASKED_WHO:
            self.show_step(_WHO_STEP, self._asked)
        elif at == _ANSWER:
            self.show_step(_ANSWER_STEP)
        else:
            self.show_step(_REFUSED_STEP)

    def picked(self, key: str) -> None:
        """One of the cards."""
        from kiosk.domain.parties import Way

        assert self._rule is not None
        if key == _ASK:
            self._to(_ASK)
        elif key == Way.AGENT and self._rule.must_ask_first:
            self._to(_ASKED_WHO)
        else:
            self._begin(Way(key))

    def take(self) -> None:
        """On from the small steps."""
        from kiosk.domain.parties import Way

        if self._at == _ASK:
            self.session.go(Page.SIGN_IN)
        elif self._at == _ASKED_WHO:
            self._asked = self.view.entry.strip()
            if self._asked:
                self._to(_ANSWER)
            else:
                self.change(error="请写下问了谁，比如“镇便民服务中心”。")
        elif self._at == _REFUSED:
            self._to(_WAYS)
        elif not self.chosen:
            self.change(error="请选一个。")
        elif self.chosen == ("no",):
            self._to(_REFUSED)
        else:
            self._begin(Way.AGENT)

    def other(self) -> None:
        """Back to the cards."""
        self._to(_WAYS)

    def _begin(self, way: Way) -> None:
        assert self._item is not None
        self.filing.begin(self._item.item_id, way, self._begun)

    def _begun(self) -> None:
        from kiosk.domain.mandates import Asked

        if self._asked:
            now = self.session.clock.now()
            asked = Asked(self._asked, now, "可以代办")
            self.filing.replace(replace(self.filing.now_application, asked=asked))
        self.filing.next(Page.WHO)

    def back(self) -> bool:
        """From the small steps back to the cards."""
        before = _BEFORE.get(self._at)
        if before is None:
            return False
        self._to(before)
        return True

    def reset(self) -> None:
        """Forget what was asked."""
        super().reset()
        self._at, self._asked = _WAYS, ""
        self._item = self._rule = None


def _ways_step(item: ServiceItem, rule: ProxyRule, session: Session) -> Step:
    from kiosk.domain.parties import Way
    from kiosk.journeys.seating import ways

    offered = ways(item, rule)
    agent = session.agent
    cards = [
        _card(way, item, agent.name if agent else "")
        for way in sorted(offered, key=lambda one: one is not Way.AGENT)
        if way is not Way.AGENT or agent is not None
    ]
    if rule.must_ask_first and agent is None and Way.AGENT in offered:
        cards.append(Option(_ASK, "帮别人办", rule.words, iconName="users", need="要代办员来帮您"))
    closed = "" if Way.AGENT in offered or Way.FAMILY in offered else rule.words
    return Step(
        kind="cards",
        title="给谁办？",
        sub=closed or "选一个，点一下。",
        primary="",
        options=tuple(cards),
    )


def _card(way: Way, item: ServiceItem, agent: str) -> Option:
    from kiosk.domain.parties import Role, Way

    subject = subject_word(item)
    if way is Way.SELF:
        if any(need.role is Role.SUBJECT for need in item.roles):
            return Option(way, "我来办", f"给{subject}办", iconName="user", need="带好自己的身份证")
        return Option(way, "给自己办", "我就是要办的人", iconName="user", need="带好自己的身份证")
    if way is Way.FAMILY:
        sub = f"替{subject}跑一趟" if subject != "家人" else "替他跑一趟"
        return Option(way, "帮家人邻居办", sub, iconName="users", need="要本人同意，签委托书")
    if way is Way.GUARDIAN:
        sub = "给孩子办" if subject == "孩子" else "给孩子，或照管的家人办"
        return Option(
            way,
            "监护人、父母",
            sub,
            iconName="baby" if subject == "孩子" else "hand-heart",
            need="带好证明关系的材料",
        )
    if way is Way.AGENT:
        return Option(way, "代办员帮办", agent, iconName="user-check", need="要本人同意，签委托书")
    return Option(way, "为店铺、合作社", "公司、村集体也行", iconName="store", need="带好营业执照")


_ASK_STEP: Final = Step(
    kind="facts",
    title="先问镇街",
    sub="指南没写这件事能不能请人代办。",
    primary="代办员登录",
    primary_icon="log-in",
    secondary="回去选",
    facts=(
        Fact("先问", "打电话问镇街：能不能代办"),
        Fact("再办", "请代办员登录，记下问了谁"),
        Fact("也可以", "本人来办，就不用问"),
    ),
)
_WHO_STEP: Final = Step(
    kind="keys",
    title="问了谁？",
    sub="指南没写能不能代办，要记下问过谁。",
    label="单位和人",
    placeholder="比如：镇便民服务中心",
)
_ANSWER_STEP: Final = Step(
    kind="options",
    title="他们怎么说？",
    options=(Option("yes", "可以代办"), Option("no", "要本人办")),
)
_REFUSED_STEP: Final = Step(
    kind="facts",
    title="这件要本人办",
    sub="镇街说不能代办。",
    primary="回去选",
    facts=(
        Fact("现在", "请本人来站里，机器上一样能办"),
        Fact("来不了", "打镇街电话，问能不能上门办"),
    ),
)
