"""Who may act by a mandate: the helper who is here, a second one, or the village committee.

Rules (of the counter, 4): usually it is the one who is here, and nothing is asked; a second agent
is named with number, phone and relation, and either may act alone, because the mandate says so
(without these words both would have to act together, civil code, article 166); a committee acts
through its agents, so only a signed-in agent may name one. Plain Python; the page shows the steps.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from kiosk.domain.dates import in_words
from ui.bridge.steps import Option, Step

if TYPE_CHECKING:
    from kiosk.domain.mandates import Person
    from ui.bridge.filing import Filing
    from ui.bridge.ports import StationFacts

DAYS: Final = 90
WHOM: Final = "whom"
SECOND_NAME, SECOND_ID = "second-name", "second-id"
SECOND_PHONE, SECOND_KIN = "second-phone", "second-kin"
COMMITTEE: Final = "committee"
BEFORE: Final = {
    SECOND_NAME: WHOM,
    SECOND_ID: SECOND_NAME,
    SECOND_PHONE: SECOND_ID,
    SECOND_KIN: SECOND_PHONE,
    COMMITTEE: WHOM,
}
"""The step before each."""
STEPS: Final = frozenset({WHOM, *BEFORE})
EITHER: Final = "两位受托人可以分别来办"
_PHONE_LENGTH: Final = 12
_COMMITTEES: Final = {"村": "村民委员会", "社区": "居民委员会"}
_KIN: Final = ("村代办员", "儿女", "夫妻", "兄弟姐妹", "邻居", "别的亲友")


class Deputies:
    """Whom a mandate names.

    Args:
        filing: the application being made.
    """

    def __init__(self, filing: Filing) -> None:
        self._filing = filing
        self.clear()

    def clear(self) -> None:
        """Only the one who is here."""
        self.second: Person | None = None
        self.committee = ""
        self._name = self._number = self._phone = ""

    # -- who ------------------------------------------------------------------------------------

    @property
    def principal(self) -> Person:
        """Who gives the mandate: the first person of the filing."""
        from kiosk.domain.mandates import Person

        party = self._filing.now_application.party(self._filing.seats[0].role)
        assert party is not None
        return Person(party.name, party.id_number or "")

    @property
    def first(self) -> Person:
        """The helper who is here."""
        from kiosk.domain.mandates import Person
        from kiosk.domain.parties import Role

        party = self._filing.now_application.party(Role.AGENT)
        assert party is not None
        return Person(party.name, party.id_number or "", party.phone, party.relation)

    @property
    def agents(self) -> tuple[Person, ...]:
        """The agents by name; nobody where the committee acts."""
        if self.committee:
            return ()
        return (self.first,) if self.second is None else (self.first, self.second)

    def lines(self, station: StationFacts | None) -> tuple[tuple[str, str], ...]:
        """The mandate in words: on the card, on paper, read aloud."""
        item, today = self._filing.now_application.item, self._filing.today
        until = in_words(today + timedelta(days=DAYS), today)
        phone = station.phone if station else None
        call = f"打{phone}，或来站里说一声" if phone else "来站里说一声就行"
        return (
            *self._who_lines(),
            ("办什么", f"只办“{item.common_name or item.name}”这一件"),
            ("到哪天", f"办完为止，最晚{until}"),
            ("不能", "不能转给别人办，不能收钱"),
            ("想取消", f"随时可以：{call}"),
        )

    def _who_lines(self) -> tuple[tuple[str, str], ...]:
        from kiosk.domain.identity import mask_id

        if self.committee:
            return (("请谁办", self.committee), ("谁来办", f"村代办员{self.first.name}"))
        told = "\n".join(f"{one.name}（{one.relation}）" for one in self.agents)
        numbers = "\n".join(mask_id(one.id_number) for one in self.agents)
        if self.second is None:
            return (("请谁办", told), ("他的证件", numbers))
        return (("请谁办", f"{told}\n哪一位来办都行"), ("他们的证件", numbers))

    # -- the steps ------------------------------------------------------------------------------

    def step(self, at: str, station: StationFacts | None) -> tuple[Step, str]:
        """A step, and what stands in its field."""
        if at == WHOM:
            return self._whom_step(), ""
        if at == COMMITTEE:
            return _COMMITTEE_STEP, self.committee or _committee_of(station)
        if at == SECOND_NAME:
            return _NAME_STEP, self._name
        return {SECOND_ID: _ID_STEP, SECOND_PHONE: _PHONE_STEP, SECOND_KIN: _KIN_STEP}[at], ""

    def _whom_step(self) -> Step:
        from kiosk.domain.parties import Way

        options = [
            Option("one", f"只请{self.first.name}", "就他一个人"),
            Option("two", "再加一位", "两位中哪一位来办都行"),
        ]
        if self._filing.now_application.way is Way.AGENT:
            options.append(Option(COMMITTEE, "请村（居）委会", "由村里的代办员来办"))
        return Step(kind="options", title="请谁来办？", sub="由本人定。", options=tuple(options))

    def take(self, at: str, entry: str, chosen: tuple[str, ...]) -> tuple[str, str]:
        """Take an answer.

        Returns:
            The next step ("" when it is known who acts), and what is wrong ("" if nothing).
        """
        if at in {WHOM, SECOND_KIN} and not chosen:
            return at, "请选一个。"
        if at == WHOM:
            return self._take_whom(chosen[0])
        if at == SECOND_KIN:
            return self._take_kin(chosen[0])
        takers = {
            COMMITTEE: self._take_committee,
            SECOND_NAME: self._take_name,
            SECOND_ID: self._take_number,
            SECOND_PHONE: self._take_phone,
        }
        return takers[at](entry)

    def _take_whom(self, key: str) -> tuple[str, str]:
        if key == "one":
            self.clear()
            return "", ""
        return (SECOND_NAME if key == "two" else COMMITTEE), ""

    def _take_committee(self, entry: str) -> tuple[str, str]:
        from kiosk.domain.characters import tidy
        from kiosk.domain.names import body_name_flaw

        name = tidy(entry)
        flaw = body_name_flaw(name)
        if flaw is not None:
            return COMMITTEE, flaw.words
        self.clear()
        self.committee = name
        return "", ""

    def _take_name(self, entry: str) -> tuple[str, str]:
        from kiosk.domain.characters import tidy_name
        from kiosk.domain.names import name_flaw

        name = tidy_name(entry)
        flaw = name_flaw(name)
        if flaw is not None:
            return SECOND_NAME, flaw.words
        self._name = name
        return SECOND_ID, ""

    def _take_number(self, entry: str) -> tuple[str, str]:
        from kiosk.domain.identity import normalise_id, resident_id_flaw

        number = normalise_id(entry)
        flaw = resident_id_flaw(number, self._filing.today)
        if flaw is not None:
            return SECOND_ID, flaw.words
        if number == self.principal.id_number:
            return SECOND_ID, "这是本人的号码，帮忙的人要填别人。"
        if number == self.first.id_number:
            return SECOND_ID, f"这是{self.first.name}的号码，请填另一位的。"
        self._number = number
        return SECOND_PHONE, ""

    def _take_phone(self, entry: str) -> tuple[str, str]:
        from kiosk.domain.parties import Role
        from kiosk.domain.phones import normalise_phone, phone_flaw

        phone = normalise_phone(entry)
        flaw = phone_flaw(phone)
        if flaw is not None:
            return SECOND_PHONE, flaw.words
        others = [one for one in self._filing.now_application.parties if one.role is not Role.AGENT]
        if any(one.phone == phone for one in others):
            return SECOND_PHONE, "这个号码是本人那边留的，请留他自己的。"
        self._phone = phone
        return SECOND_KIN, ""

    def _take_kin(self, relation: str) -> tuple[str, str]:
        from kiosk.domain.mandates import Person

        self.committee = ""
        self.second = Person(self._name, self._number, self._phone, relation)
        return "", ""


def _committee_of(station: StationFacts | None) -> str:
    """``长滩村便民服务站（演示）`` → ``长滩村村民委员会``; empty where the name does not tell."""
    name = station.name if station else ""
    for kind, body in _COMMITTEES.items():
        place, found, _ = name.partition(kind)
        if found and place:
            return f"{place}{kind}{body}"
    return ""


_COMMITTEE_STEP: Final = Step(
    kind="keys",
    title="哪个村（居）委会？",
    sub="全名，和公章上的一样。",
    label="村（居）委会",
    placeholder="点下面的键",
)
_NAME_STEP: Final = Step(
    kind="keys",
    title="再请哪一位？",
    sub="照着证件写，生僻字可以用笔画。",
    label="姓名",
    placeholder="点下面的键",
)
_ID_STEP: Final = Step(
    kind="pad",
    title="他的\n身份证号",
    sub="18位，一个一个按。",
    placeholder="18位",
    groups=(6, 8, 4),
    accent=1,
    extra="X",
    length=18,
)
_PHONE_STEP: Final = Step(
    kind="pad",
    title="他的电话",
    sub="手机、座机都行，座机带区号。",
    placeholder="电话号码",
    groups=(3, 4, 5),
    length=_PHONE_LENGTH,
)
_KIN_STEP: Final = Step(
    kind="options",
    title="他是本人的什么人？",
    options=tuple(Option(word, word) for word in _KIN),
)
