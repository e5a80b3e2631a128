"""Materials: how one stands, in words, and what handing it in makes of the application.

Rules:

* Pure functions; nothing is kept here.
* Completeness advises, never refuses; a promise and later delivery are offered only where the
  authority published them, an exemption too; no date is told that the platform did not give; a
  blank that our own form replaces is done (rules of the counter, 9).
* A promise is the person's own: an agent makes one only where the mandate says so, and it goes
  when the material is handed in in another way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from kiosk.domain.items import Necessity
from kiosk.domain.submissions import MaterialAnswer, MaterialState

if TYPE_CHECKING:
    from datetime import datetime

    from kiosk.domain.items import Material
    from kiosk.journeys.applying import Application, Attachment, Declaration

GENERIC: Final = "generic"
NEVER_REFUSED: Final = "不齐也可以交，部门会一次告诉您缺什么。"
_SHORT: Final = 6
"""A name that fits onto the button."""


@dataclass(frozen=True, slots=True)
class MaterialLine:
    """One row: ``mark`` is done | next | later | open, ``act`` the words of its button."""

    key: str
    text: str
    sub: str
    mark: str
    markIcon: str
    act: str


@dataclass(frozen=True, slots=True)
class Way:
    """One way to hand a material in."""

    key: str
    text: str
    sub: str
    selected: bool = False


WAYS: Final[Mapping[MaterialState, tuple[str, str]]] = MappingProxyType(
    {
        MaterialState.ATTACHED: ("现在拍照", "放在镜头下拍，几页都行"),
        MaterialState.EXEMPT: ("不用交", "指南写了免提交"),
        MaterialState.HELD: ("我带着", "部门要看时，拿原件去"),
        MaterialState.PAPER: ("交纸的", "纸件交到站里或窗口"),
        MaterialState.LATER: ("以后补", "指南写了可以后补"),
        MaterialState.COMMITMENT: ("写承诺代替", "指南写了可以不交，签承诺就行"),
        MaterialState.MISSING: ("没有", "也可以交，说一下原因"),
    }
)
REASONS: Final = ("还没办下来", "找不到了", "在别人手里", "不知道是什么")
OTHER_REASON: Final = "other"
WHY: Final = (*(Way(one, one, "") for one in REASONS), Way(OTHER_REASON, "别的原因", ""))
"""Why a material is missing, as rows to choose from."""


def needs_nothing(application: Application, material: Material) -> bool:
    """A blank form that our own form replaces."""
    return material.blank_form and application.item.form_id != GENERIC


def answer_of(application: Application, key: str) -> MaterialAnswer | None:
    """What was said of a material."""
    return next((one for one in application.materials if one.key == key), None)


def pictures_of(application: Application, key: str) -> list[Attachment]:
    """Its pictures, in order."""
    return [one for one in application.attachments if one.key == key]


def promise_words(application: Application, material: Material) -> str:
    """The promise 告知承诺 that stands in for a material."""
    item = application.item.common_name or application.item.name
    return (
        f"我办“{item}”，没有交“{material.name}”。我承诺：这份材料要证明的事是真的，我符合要求。"
        "部门可以核查。不是真的，我愿意承担责任，退回已经办的。"
    )


def promises_made(application: Application) -> tuple[Declaration, ...]:
    """The promises that were made for materials; signing adds to them."""
    words = {promise_words(application, one) for one in application.item.materials}
    return tuple(one for one in application.declarations if one.words in words)


def may_promise(application: Application) -> bool:
    """The person's own promise; an agent's only where the mandate says so."""
    from kiosk.domain.parties import Way as Who

    if application.way not in {Who.FAMILY, Who.AGENT}:
        return True
    return application.mandate is not None and application.mandate.may_sign_commitments


def ways_of(application: Application, material: Material) -> list[Way]:
    """The ways in which a material may be handed in; the one that was said before is marked."""
    from kiosk.forms.materials import allowed_states

    said = answer_of(application, material.key)
    promising = may_promise(application)
    return [
        Way(one.value, *WAYS[one], selected=said is not None and said.state is one)
        for one in allowed_states(material)
        if promising or one is not MaterialState.COMMITMENT
    ]


def with_way(
    application: Application,
    material: Material,
    state: MaterialState,
    reason: str | None,
    now: datetime,
) -> Application:
    """The application with what was said of a material; its promise stands only while promised."""
    from kiosk.domain.parties import Role
    from kiosk.journeys.applying import Declaration

    said = _without_promise(application, material)
    if state is MaterialState.COMMITMENT:
        person = application.principal
        role, name = (person.role, person.name) if person else (Role.APPLICANT, "")
        promise = Declaration(role, name, promise_words(application, material), now)
        said = replace(said, declarations=(*said.declarations, promise))
    return said.with_material(MaterialAnswer(material.key, state, reason))


def with_pictures(
    application: Application, material: Material, pictures: Sequence[Attachment]
) -> Application:
    """The application with these pictures of a material alone; without any, nothing is said."""
    key = material.key
    others = tuple(one for one in application.attachments if one.key != key)
    changed = replace(_without_promise(application, material), attachments=others)
    for one in pictures:
        changed = changed.with_attachment(one)
    if not pictures:
        said = tuple(one for one in changed.materials if one.key != key)
        changed = replace(changed, materials=said)
    return changed


def _without_promise(application: Application, material: Material) -> Application:
    words = promise_words(application, material)
    kept = tuple(one for one in application.declarations if one.words != words)
    return replace(application, declarations=kept)


def settled(application: Application) -> Application:
    """就交这些: what nobody spoke of is recorded as it stands."""
    from kiosk.forms.materials import parse_materials

    said = {
        one.key: {"state": one.state.value, "reason": one.reason} for one in application.materials
    }
    return replace(application, materials=parse_materials(application.item, said))


def is_open(application: Application, material: Material) -> bool:
    """Whether something is still to be said: nothing was, and it is neither spared nor optional.

    A promise ends with the people who made it: then it is open again.
    """
    if material.exempt or needs_nothing(application, material):
        return False
    said = answer_of(application, material.key)
    if said is not None and said.state is MaterialState.COMMITMENT:
        words = promise_words(application, material)
        return all(one.words != words for one in application.declarations)
    return said is None and material.necessity is not Necessity.OPTIONAL


def lacking(application: Application) -> tuple[Material, ...]:
    """What is not there: nothing said, or said to be missing."""
    found = []
    for material in application.item.materials:
        said = answer_of(application, material.key)
        missing = said is not None and said.state is MaterialState.MISSING
        if missing or is_open(application, material):
            found.append(material)
    return tuple(found)


def next_open(application: Application) -> Material | None:
    """The next one of which nothing was said."""
    return next((one for one in application.item.materials if is_open(application, one)), None)


def line(application: Application, material: Material) -> MaterialLine:
    """The row of one material."""
    mark, sub = _standing(application, material)
    upcoming = next_open(application)
    if upcoming is not None and upcoming.key == material.key:
        mark, sub = "next", _wanted(material) or "还没说怎么交"
    said = answer_of(application, material.key)
    missing = said is not None and said.state is MaterialState.MISSING
    later = "minus" if missing else "calendar-clock"
    icon = {"later": later, "next": "scan-line"}.get(mark, "")
    act = "" if mark == "next" else "看一下" if mark == "done" else "现在交"
    if needs_nothing(application, material):
        act = ""
    return MaterialLine(material.key, material.name, sub, mark, icon, act)


def _standing(application: Application, material: Material) -> tuple[str, str]:
    said = answer_of(application, material.key)
    if said is None:
        if needs_nothing(application, material):
            return "done", "刚才填的就是，不用另交"
        if material.exempt:
            return "done", "不用交"
        optional = material.necessity is Necessity.OPTIONAL
        wanted = _wanted(material)
        return "open", ("看情况交。" if optional else "") + wanted
    pages = len(pictures_of(application, material.key))
    return {
        MaterialState.ATTACHED: ("done", f"拍好了，{pages}页"),
        MaterialState.EXEMPT: ("done", "不用交"),
        MaterialState.HELD: ("done", "您带着，部门要看时拿去"),
        MaterialState.PAPER: ("done", "交纸件，到站里或窗口"),
        MaterialState.LATER: ("later", "以后补，哪天前补，部门会告诉您"),
        MaterialState.COMMITMENT: ("done", "写承诺代替"),
        MaterialState.MISSING: ("later", f"没有：{said.reason or ''}".rstrip("：")),
    }[said.state]


def _wanted(material: Material) -> str:
    """What the guide says of it: number of originals and copies, and its note."""
    counts = [
        f"{words}{count}份"
        for words, count in (("原件", material.originals), ("复印件", material.copies))
        if count
    ]
    return "；".join(part for part in ("、".join(counts), material.note or "") if part)


def wanted(material: Material) -> str:
    """What the guide says of a material, as one grey sentence."""
    told = _wanted(material)
    return f"{told}。" if told else ""


def title(application: Application) -> str:
    """``5样材料，还差1样``; it breaks by meaning."""
    from kiosk.domain.submissions import Kind

    count = len(application.item.materials)
    short = len(lacking(application))
    if application.kind is Kind.SUPPLEMENT and short:
        return f"要补{count}样，\n还差{short}样"
    return f"{count}样材料，\n还差{short}样" if short else f"{count}样材料，\n都说好了"


def act_words(material: Material | None) -> str:
    """The filled button: the next one by name where the name fits."""
    if material is None:
        return "去核对"
    return f"交{material.name}" if len(material.name) <= _SHORT else "交下一样"


def told_materials(application: Application) -> list[tuple[str, str, str]]:
    """For the check page: key, name, and how it stands."""
    return [
        (material.key, material.name, _told(application, material))
        for material in application.item.materials
    ]


def _told(application: Application, material: Material) -> str:
    mark, words = _standing(application, material)
    if mark == "open":
        return "不交" if material.necessity is Necessity.OPTIONAL else "没说"
    return words
