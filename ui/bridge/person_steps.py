"""What is asked of one person, in which words, and what an answer is worth. Plain Python.

Rules: words follow who sits at the machine and for whom (您, 老人, 孩子, 家人); only the steps
appear that the role needs; an answer is judged and normalised here, so that what is kept is what is
sealed. A number already known is shown masked and kept by going on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Final

from kiosk.domain.characters import tidy, tidy_name
from kiosk.domain.dates import full_years, in_words
from kiosk.domain.identity import (
    ID_LENGTH,
    birth_date,
    credit_code_flaw,
    is_outside_mainland,
    mask_id,
    mask_name,
    mask_phone,
    normalise_credit_code,
    normalise_id,
    resident_id_flaw,
    typing_flaw,
)
from kiosk.domain.names import body_name_flaw, name_flaw
from kiosk.domain.parties import IdType, Party, Role, Way
from kiosk.domain.phones import normalise_phone, phone_flaw
from kiosk.forms.parties import ROLE_WORDS
from ui.bridge.agent_steps import AGENT_RELATION, known_agent
from ui.bridge.steps import Fact, Option, Step
from ui.bridge.who import subject_word

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.domain.items import ServiceItem
    from kiosk.journeys.applying import Application
    from kiosk.journeys.seating import Seat
    from ui.bridge.filing import Filing
    from ui.bridge.ports import SignedIn

_BORN: Final = slice(6, 14)
_BORN_END: Final = 14
_PHONE_LENGTH: Final = 12
_PEOPLE: Final = frozenset({IdType.RESIDENT_ID, IdType.RESIDENCE_PERMIT_HMT})
_PHONED: Final = frozenset({Role.APPLICANT, Role.AGENT, Role.GUARDIAN, Role.REPRESENTATIVE})
_KIND_WORDS: Final = {
    IdType.RESIDENT_ID: ("身份证", "港澳台居住证也选这个"),
    IdType.BIRTH_CERTIFICATE: ("出生证", "出生医学证明"),
    IdType.NONE_YET: ("还没有证件", ""),
    IdType.CREDIT_CODE: ("营业执照", "统一社会信用代码"),
}
_RELATIONS: Final = {
    Role.AGENT: ("儿女", "夫妻", "兄弟姐妹", "邻居", "别的亲友"),
    Role.GUARDIAN: ("父亲", "母亲", "爷爷奶奶、外公外婆", "儿女、夫妻", "村（居）委会"),
    Role.HOUSEHOLD_MEMBER: ("夫妻", "儿女", "父母", "孙子孙女", "别的家人"),
    Role.CO_APPLICANT: ("夫妻", "父母", "儿女", "一起办的人"),
}

PROOF_STEP: Final = Step(
    kind="photo",
    title="拍关系证明",
    sub="户口本、出生证，或监护证明，拍一张。",
    primary="拍照",
    primary_icon="camera",
    secondary="没带，以后交",
)
PROOF_TAKEN: Final = replace(
    PROOF_STEP, sub="字看得清吗？", primary="就用这张", primary_icon="check", secondary="重拍"
)


@dataclass(frozen=True, slots=True, repr=False)
class Asking:
    """Who is asked, in which filing; ``first``: on the identity page."""

    seat: Seat
    application: Application
    party: Party
    first: bool


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """What was given at one step."""

    at: str
    entry: str
    chosen: tuple[str, ...]


def fresh(seat: Seat, way: Way, agent: SignedIn | None) -> Party:
    """A person of whom nothing is known yet; a signed-in agent is known."""
    if seat.role is Role.AGENT and way is Way.AGENT and agent is not None:
        return known_agent(agent)
    return Party(seat.role, "", _kinds(seat)[0])


def steps_of(seat: Seat, party: Party) -> tuple[str, ...]:
    """The steps for one person, in order."""
    need, steps = seat.need, []
    if len(_kinds(seat)) > 1:
        steps.append("kind")
    steps.append("name")
    if need.may_be_deceased:
        steps.append("living")
    if party.id_type is not IdType.NONE_YET:
        steps.append("number" if party.id_type in _PEOPLE else "code")
    if (need.role in _PHONED or need.needs_phone) and not party.deceased:
        steps.append("phone")
    if seat.asks_relation and party.relation != AGENT_RELATION:
        steps.append("relation")
    if seat.asks_proof:
        steps.append("proof")
    return tuple(steps)


def _kinds(seat: Seat) -> tuple[IdType, ...]:
    """The kinds of document to choose from; permits are known by their number."""
    kinds = [kind for kind in seat.need.id_types if kind is not IdType.RESIDENCE_PERMIT_HMT]
    return tuple(kinds)


# -- words ------------------------------------------------------------------------------------


def whose(asking: Asking) -> str:
    """Whom a question is about: 您, 老人, 孩子 or 负责人, for example."""
    role, way, item = asking.seat.role, asking.application.way, asking.application.item
    if role is Role.APPLICANT:
        return _applicant(way, item)
    if role is Role.SUBJECT:
        return subject_word(item)
    words = {
        Role.AGENT: "代办员" if way is Way.AGENT else "您",
        Role.GUARDIAN: "您" if way is Way.GUARDIAN else "监护人",
        Role.REPRESENTATIVE: "负责人",
        Role.CO_APPLICANT: "对方",
    }
    return words.get(role, "家人")


def _applicant(way: Way, item: ServiceItem) -> str:
    if way in {Way.FAMILY, Way.AGENT}:
        word = subject_word(item)
        return "要办的人" if word == "家人" else word
    if way is Way.GUARDIAN and not any(need.role is Role.SUBJECT for need in item.roles):
        return "孩子" if subject_word(item) == "孩子" else "家人"
    return "您"


def step(at: str, asking: Asking) -> tuple[Step, str]:
    """The step to show, and what stands in its field."""
    makers: dict[str, Callable[[Asking, str], Step]] = {
        "name": _name_step,
        "number": _number_step,
        "code": _code_step,
        "phone": _phone_step,
        "kind": _kind_step,
        "relation": _relation_step,
    }
    entries = {"name": asking.party.name, "code": asking.party.id_number or ""}
    if at in makers:
        return makers[at](asking, whose(asking)), entries.get(at, "")
    return (_LIVING if at == "living" else PROOF_STEP), ""


def _name_step(asking: Asking, who: str) -> Step:
    body = asking.party.id_type is IdType.CREDIT_CODE
    unnamed = asking.party.id_type in {IdType.BIRTH_CERTIFICATE, IdType.NONE_YET}
    title = "单位的全名" if body else f"{who}的姓名"
    sub = "照着营业执照写。" if body else "照着证件写，生僻字可以用笔画。"
    asks_own = who == "您" and not asking.first
    return Step(
        kind="keys",
        title=title,
        sub="先填您自己，您是帮忙的人。" if asks_own else sub,
        label="全名" if body else "姓名",
        placeholder="点下面的键",
        secondary="还没起名" if unnamed else "",
    )


def _number_step(asking: Asking, who: str) -> Step:
    number = asking.party.id_number
    known = f"{mask_id(number)}（不改就按下一步）" if number else ""
    return Step(
        kind="pad",
        title=f"{who}的身份证号" if who == "您" else f"{who}的\n身份证号",
        sub="18位，一个一个按。",
        placeholder=known or "18位",
        groups=(6, 8, 4),
        accent=1,
        extra="X",
        length=ID_LENGTH,
    )


def _code_step(asking: Asking, who: str) -> Step:
    if asking.party.id_type is IdType.CREDIT_CODE:
        return Step(
            kind="keys",
            title="信用代码",
            sub="营业执照上18位的那一串。",
            label="统一社会信用代码",
            placeholder="18位",
            length=ID_LENGTH,
            modes=("digits", "letters"),
        )
    return Step(
        kind="keys",
        title=f"{who}的出生证号",
        sub="出生证右上角的编号。",
        label="出生医学证明编号",
        placeholder="字母和数字",
        length=30,
        modes=("digits", "letters"),
    )


def _phone_step(asking: Asking, who: str) -> Step:
    need, party = asking.seat.need, asking.party
    helper = asking.application.way in {Way.FAMILY, Way.AGENT} and asking.first
    return Step(
        kind="pad",
        title=f"{who}的电话",
        sub="留本人或家里的，别留代办人的。" if helper else "手机、座机都行，座机带区号。",
        placeholder=f"{mask_phone(party.phone)}（不改就按下一步）" if party.phone else "电话号码",
        groups=(3, 4, 5),
        length=_PHONE_LENGTH,
        secondary="" if need.needs_phone else "没有电话",
    )


def _kind_step(asking: Asking, who: str) -> Step:
    options = []
    for kind in _kinds(asking.seat):
        text, sub = _KIND_WORDS[kind]
        options.append(Option(kind.value, text, sub))
    return Step(kind="options", title=f"{who}有什么证件？", options=tuple(options))


_LIVING: Final = Step(
    kind="options",
    title="这位亲人还在吗？",
    sub="不在了的，不用他签名。",
    options=(Option("dead", "已经过世"), Option("living", "还在")),
)


def _relation_step(asking: Asking, who: str) -> Step:
    role, known = asking.seat.role, asking.party.relation
    words = _RELATIONS[role]
    name = mask_name(asking.application.principal.name) if asking.application.principal else "本人"
    title = {
        Role.AGENT: f"您是{name}的什么人？",
        Role.GUARDIAN: f"{who}是他的什么人？",
    }.get(role, "和申请人是什么关系？")
    options = tuple(Option(word, word, selected=word == known) for word in words)
    return Step(kind="options", title=title, options=options)


def list_step(seat: Seat, application: Application, today: date) -> Step:
    """The people who already sit in a repeated role."""
    here = [party for party in application.parties if party.role is seat.role]
    words = ROLE_WORDS[seat.role]
    full = seat.need.most is not None and len(here) >= seat.need.most
    facts = []
    for place, party in enumerate(here, 1):
        born = birth_date(party.id_number or "")
        age = f"，{full_years(born, today)}岁" if born else ""
        value = (party.name or "还没起名") + (f"（{party.relation}）" if party.relation else "")
        number = f"{mask_id(party.id_number)}{age}" if party.id_number else "还没有证件号"
        facts.append(Fact(f"第{place}位", value, act="删", note=number))
    none = "没有，下一步" if seat.need.least == 0 else f"填{words[:4]}"
    return Step(
        kind="facts",
        title="还有谁？" if here else f"有{words}吗？",
        sub="" if here else "一个一个加，没有就下一步。",
        primary="都齐了，下一步" if here else none,
        secondary="" if full else "再加一位" if here else "加一位",
        secondary_icon="" if full else "user-plus",
        facts=tuple(facts),
    )


# -- answers ----------------------------------------------------------------------------------


def judged(at: str, entry: str, today: date) -> tuple[str, str, str]:
    """While digits are typed: fault, read-back, note."""
    if at != "number":
        return "", "", ""
    flaw = typing_flaw(entry, today)
    missing = ID_LENGTH - len(entry)
    note = f"差{missing}位" if missing else ""
    if flaw is not None:
        return flaw.words, "", note
    return "", read_back(entry, today), note


def read_back(entry: str, today: date) -> str:
    """``1943年5月6日生，83岁 对吗？`` as soon as the birth date is complete."""
    if len(entry) < _BORN_END:
        return ""
    digits = entry[_BORN]
    born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    return f"{in_words(born)}生，{full_years(born, today)}岁 对吗？"


def answered(given: Answer, party: Party, seat: Seat, filing: Filing) -> Party | str:
    """The person with the answer in place, or why it cannot stand."""
    if given.at == "number":
        return _numbered(given.entry, party, seat, filing)
    if given.at == "phone":
        return _phoned(given.entry, party, filing)
    if given.at in {"name", "code"}:
        return (_named if given.at == "name" else _coded)(given.entry, party)
    return _chosen(given, party) if given.chosen else "请选一个。"


def _chosen(given: Answer, party: Party) -> Party:
    key = given.chosen[0]
    if given.at == "kind":
        return _of_kind(IdType(key), party)
    if given.at == "living":
        return replace(party, deceased=key == "dead")
    return replace(party, relation=key)


def _named(entry: str, party: Party) -> Party | str:
    body = party.id_type is IdType.CREDIT_CODE
    name = tidy(entry) if body else tidy_name(entry)
    flaw = body_name_flaw(name) if body else name_flaw(name)
    return flaw.words if flaw else replace(party, name=name)


def _numbered(entry: str, party: Party, seat: Seat, filing: Filing) -> Party | str:
    if not entry and party.id_number:
        return party
    number = normalise_id(entry)
    flaw = resident_id_flaw(number, filing.today)
    if flaw is not None:
        return flaw.words
    permit = is_outside_mainland(number)
    kind = IdType.RESIDENCE_PERMIT_HMT if permit else IdType.RESIDENT_ID
    if kind not in seat.need.id_types:
        return f"{ROLE_WORDS[seat.role]}不能用这种证件。"
    principal = filing.now_application.principal
    if seat.role is Role.AGENT and principal and principal.id_number == number:
        return "帮忙的人和本人不能是同一个人。"
    for other in filing.now_application.parties:
        if other.role is seat.role and other.id_number == number and seat.repeated:
            return "这个人已经填过了，请看看。"
    return replace(party, id_number=number, id_type=kind)


def _coded(entry: str, party: Party) -> Party | str:
    if party.id_type is IdType.CREDIT_CODE:
        code = normalise_credit_code(entry)
        flaw = credit_code_flaw(code)
        return flaw.words if flaw else replace(party, id_number=code)
    code = normalise_credit_code(entry)
    if not code:
        return "编号还没填。"
    if not (code.isascii() and code.isalnum()):
        return "编号对不上，请照出生证再看看。"
    return replace(party, id_number=code)


def _phoned(entry: str, party: Party, filing: Filing) -> Party | str:
    if not entry and party.phone:
        return party
    if not entry:
        return (
            "电话还没填。没有就按“没有电话”。" if party.role is not Role.AGENT else "电话还没填。"
        )
    phone = normalise_phone(entry)
    flaw = phone_flaw(phone)
    if flaw is not None:
        return flaw.words
    for other in filing.now_application.parties:
        helper = Role.AGENT in {party.role, other.role} and party.role is not other.role
        if helper and other.phone == phone:
            return "这个号码是另一位的。本人和代办人要留不同的电话。"
    return replace(party, phone=phone)


def _of_kind(kind: IdType, party: Party) -> Party:
    if kind is party.id_type:
        return party
    return replace(party, id_type=kind, id_number=None)
