"""Guiding: an item's guide in the words of the counter.

Rules (rules of the counter, 3, 8–13): the bold words answer, the grey ones give the reason; what
the guide does not say is 指南没写, never guessed and never left blank; a tag stands only for a sure
yes; fees of the office and 代办不收钱 are two sentences; no due date before the department gives
one; the grade and date of the source are always there; an item of another place says so and where
to go; deadlines and posting in the village are told before the start; a form counts as filled in
here only when the item has a form of its own. Long text is split into pages, never cut.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from kiosk.domain.divisions import within
from kiosk.domain.items import Confidence, Material, Necessity, Period, ProxyWho, ServiceItem

UNSAID: Final = "指南没写"
HELP_IS_FREE: Final = "代办不收钱。有人收钱，请告诉我们。"
DUE_LATER: Final = "受理后，部门告诉您最晚哪天。"
_GENERIC: Final = "generic"
_PAGE: Final = 160
_ANSWER: Final = 48
_BREAKS: Final = "。；;，,、 "
_Wanted: TypeAlias = Callable[[Material], bool]


class RowKey(StrEnum):
    """The five questions of a guide."""

    WHO = "who"
    MATERIALS = "materials"
    TIME = "time"
    FEE = "fee"
    VISITS = "visits"


@dataclass(frozen=True, slots=True)
class Row:
    """One question, its bold answer and the grey reason. ``known`` False: the guide is silent."""

    key: RowKey
    question: str
    answer: str
    reason: str
    known: bool = True


@dataclass(frozen=True, slots=True)
class Section:
    """One further part of the guide: its title and its pages of lines."""

    key: str
    title: str
    pages: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class FilingHere:
    """Whether the item can be filed at this station; if not, why and where to go."""

    allowed: bool
    words: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class Guide:
    """The guide of one item as the screen shows it.

    ``warnings`` are told before the start (deadline, posting in the village); ``promise``,
    ``later`` and ``exempt`` name the materials that may be promised, brought later, left out.
    """

    item_id: str
    name: str
    common_name: str
    summary: str
    tags: tuple[str, ...]
    rows: tuple[Row, ...]
    sections: tuple[Section, ...]
    source: str
    here: FilingHere
    another: str
    another_allowed: bool | None
    warnings: tuple[str, ...]
    promise: tuple[str, ...]
    later: tuple[str, ...]
    exempt: tuple[str, ...]


def guide(item: ServiceItem, station_division: str) -> Guide:
    """The guide of an item at a station.

    Args:
        item: the item.
        station_division: code of the station's place.
    """
    here = filing_here(item, station_division)
    return Guide(
        item_id=item.item_id,
        name=item.name,
        common_name=item.common_name or "",
        summary=f"办好后拿到：{item.result}" if item.result else "",
        tags=tuple(_tags(item)),
        rows=(_who(item), _materials(item), _time(item), _fee(item), _visits(item)),
        sections=tuple(_sections(item)),
        source=source_line(item),
        here=here,
        another=may_another_file(item),
        another_allowed=False if item.proxy.presence_only else item.proxy.allowed,
        warnings=tuple(_warnings(item)),
        promise=_names(item, lambda material: material.commitment is True),
        later=_names(item, lambda material: material.necessity is Necessity.DEFERRABLE),
        exempt=_names(item, lambda material: material.exempt is True),
    )


def filing_here(item: ServiceItem, station_division: str) -> FilingHere:
    """Whether the station's people are among those whom the item serves."""
    prefixes = item.coverage.prefixes
    if not prefixes:
        if item.coverage.demo_fileable:
            return FilingHere(allowed=True, words="指南没写收哪里的件。演示可交。")
        return FilingHere(
            allowed=False, words="指南没写收哪里的件，这里只能看。", where=_where(item)
        )
    if any(within(station_division, prefix) for prefix in prefixes):
        return FilingHere(allowed=True, words="在这里可以交。")
    place = item.place or "别处"
    return FilingHere(allowed=False, words=f"{place}的事项，这里不能交。", where=_where(item))


def may_another_file(item: ServiceItem) -> str:
    """May it be filed by another, in words; an unknown stays unknown."""
    proxy = item.proxy
    if proxy.presence_only:
        return "要本人到场，不能代办。"
    if proxy.allowed is None:
        return "指南没写能不能代办，先问镇街。"
    if not proxy.allowed:
        return _ended(f"要本人办：{proxy.note}" if proxy.note else "要本人办")
    if proxy.note:
        return _ended(proxy.note)
    who = "、".join(_WHO_WORDS[one] for one in proxy.who)
    return f"可以由{who}代办。" if who else "可以请人代办。"


def source_line(item: ServiceItem) -> str:
    """The grade and date of the source; 大字 never drops it."""
    day = _day(item.source_date)
    told = f"{day}抄录" if day else "抄录日期不明"
    if item.confidence is Confidence.OFFICIAL:
        return f"来源：官方办事指南，{told}。"
    if item.confidence is Confidence.LAW_OR_MIRROR:
        return f"来源：法规或政府网页，{told}，以当地窗口为准。"
    return f"来源：网上转载，{told}，以当地窗口为准。"


_WHO_WORDS: Final = {
    ProxyWho.ANYONE: "任何人",
    ProxyWho.NEAR_RELATIVE: "近亲属",
    ProxyWho.GUARDIAN: "监护人",
    ProxyWho.VILLAGE_COMMITTEE: "村（居）委会",
    ProxyWho.NEIGHBOUR: "邻居",
}


def _tags(item: ServiceItem) -> Iterator[str]:
    ways = item.four_ways
    yes = {
        "马上办": ways.on_the_spot,
        "网上办": ways.online,
        "就近办": ways.nearby,
        "一次办": ways.once,
        "可以代办": item.proxy.allowed and not item.proxy.presence_only,
        "村里要公示": item.publicised,
    }
    yield from (words for words, sure in yes.items() if sure is True)


def _warnings(item: ServiceItem) -> Iterator[str]:
    if item.deadline is not None:
        limit = item.deadline
        yield (
            f"从{limit.counts_from}算，要在{limit.days}天内办。"
            "在这里存好不算办理的日子。怕来不及，请直接去窗口。"
        )
    if item.publicised is True:
        yield "办的时候，名字和事项会在村里公示。"


def _who(item: ServiceItem) -> Row:
    answer, more = _short(item.conditions)
    reason = may_another_file(item)
    return Row(
        RowKey.WHO,
        "谁能办",
        answer or UNSAID,
        f"{more}{reason}",
        known=bool(answer),
    )


def _materials(item: ServiceItem) -> Row:
    needed = [
        material.name
        for material in item.materials
        if material.necessity is Necessity.REQUIRED
        and not material.exempt
        and not _filled_here(item, material)
    ]
    if not item.materials:
        return Row(RowKey.MATERIALS, "带什么", UNSAID, "带上身份证，先问窗口。", known=False)
    answer, more = _short(needed, "、")
    notes = [more] if more else []
    counts = {
        "免交": sum(material.exempt is True for material in item.materials),
        "可以后补": sum(one.necessity is Necessity.DEFERRABLE for one in item.materials),
        "看情况带": sum(one.necessity is Necessity.OPTIONAL for one in item.materials),
        "可以写承诺代替": sum(material.commitment is True for material in item.materials),
    }
    notes += [f"{words}的有{count}样。" for words, count in counts.items() if count]
    if any(_filled_here(item, material) for material in item.materials):
        notes.append("表在这里填。")
    return Row(RowKey.MATERIALS, "带什么", answer or "必带的，指南没列", "".join(notes))


def _time(item: ServiceItem) -> Row:
    promised, legal = item.promised_period, item.legal_period
    if promised is not None:
        reason = f"法定最长{_period(legal)}。" if legal is not None and legal != promised else ""
        return Row(RowKey.TIME, "要多久", _period(promised), f"{reason}{DUE_LATER}")
    if legal is not None:
        return Row(RowKey.TIME, "要多久", f"法定最长{_period(legal)}", DUE_LATER)
    return Row(RowKey.TIME, "要多久", UNSAID, DUE_LATER, known=False)


def _fee(item: ServiceItem) -> Row:
    if item.charged is False:
        return Row(RowKey.FEE, "多少钱", item.fee or "不收费", HELP_IS_FREE)
    if item.charged or item.fee:
        return Row(RowKey.FEE, "多少钱", item.fee or "要收费，指南没写多少", HELP_IS_FREE)
    return Row(RowKey.FEE, "多少钱", UNSAID, HELP_IS_FREE, known=False)


def _visits(item: ServiceItem) -> Row:
    if item.visits is None:
        return Row(RowKey.VISITS, "跑几次", UNSAID, "要不要去窗口，先问镇街。", known=False)
    answer = f"去窗口{item.visits}次" if item.visits else "不用去窗口"
    reason = _ended(item.visits_reason) if item.visits_reason else ""
    return Row(RowKey.VISITS, "跑几次", answer, reason)


def _sections(item: ServiceItem) -> Iterator[Section]:
    parts: list[tuple[str, str, Sequence[str]]] = [
        ("conditions", "要符合什么", _numbered(item.conditions)),
        (
            "materials",
            "材料清单",
            [_material_line(item, m, i) for i, m in enumerate(item.materials, 1)],
        ),
        ("steps", "怎么办", [_step_line(item, index) for index in range(len(item.steps))]),
        ("channels", "还可以去哪里办", item.channels),
        ("result", "办好拿到什么", [item.result] if item.result else []),
        ("basis", "依据", item.legal_basis),
        ("notes", "说明", [item.notes] if item.notes else []),
    ]
    for key, title, lines in parts:
        told = lines or ([] if key == "notes" else [UNSAID])
        if told:
            yield Section(key, title, paged(told))


def _filled_here(item: ServiceItem, material: Material) -> bool:
    return material.blank_form and item.form_id != _GENERIC


def _material_line(item: ServiceItem, material: Material, number: int) -> str:
    counts = [
        f"{words}{count}份"
        for words, count in (("原件", material.originals), ("复印件", material.copies))
        if count
    ]
    marks = [
        {Necessity.OPTIONAL: "看情况带", Necessity.DEFERRABLE: "可以后补"}.get(
            material.necessity, ""
        ),
        "免交" if material.exempt is True else "",
        "可以写承诺代替" if material.commitment is True else "",
        "表在这里填" if _filled_here(item, material) else "",
        material.note or "",
    ]
    told = "；".join(part for part in ["、".join(counts), *marks] if part)
    return f"{number}. {material.name}" + (f"（{told}）" if told else "")


def _step_line(item: ServiceItem, index: int) -> str:
    step = item.steps[index]
    line = f"{index + 1}. {step.name}"
    if step.time_limit:
        line += f"（{step.time_limit}）"
    return f"{line}：{step.description}" if step.description else line


def paged(lines: Sequence[str], most: int = _PAGE) -> tuple[tuple[str, ...], ...]:
    """Lines on pages of at most ``most`` characters; nothing is lost, long lines are broken."""
    pages: list[list[str]] = [[]]
    room = most
    for line in (part for whole in lines for part in _broken(whole, most)):
        if len(line) > room and pages[-1]:
            pages.append([])
            room = most
        pages[-1].append(line)
        room -= len(line)
    return tuple(tuple(page) for page in pages if page)


def _broken(line: str, most: int) -> Iterator[str]:
    """A line in parts of at most ``most`` characters, broken after a mark where there is one."""
    rest = line
    while len(rest) > most:
        mark = max(rest.rfind(sign, 0, most) for sign in _BREAKS)
        end = mark + 1 if mark > most // 2 else most
        yield rest[:end]
        rest = rest[end:]
    if rest:
        yield rest


def _short(parts: Sequence[str], joint: str = "；") -> tuple[str, str]:
    """What fits into a bold answer, and a word on how much more there is."""
    kept: list[str] = []
    for part in parts:
        if kept and len(joint.join([*kept, part])) > _ANSWER:
            break
        kept.append(part)
    left = len(parts) - len(kept)
    return joint.join(kept), f"还有{left}条，往下看。" if left else ""


def _numbered(lines: Sequence[str]) -> list[str]:
    if len(lines) == 1:
        return list(lines)
    return [f"{number}. {line}" for number, line in enumerate(lines, 1)]


def _names(item: ServiceItem, wanted: _Wanted) -> tuple[str, ...]:
    return tuple(material.name for material in item.materials if wanted(material))


def _where(item: ServiceItem) -> str:
    who = item.department or item.place
    if who and item.place and item.place not in who:
        who = f"{item.place}，{who}"
    ways = "、".join(item.channels)
    told = "；".join(part for part in (who, ways) if part)
    return f"请到：{told}。" if told else "先问镇街便民服务中心。"


def _period(period: Period) -> str:
    return str(period) if period.days else "当天"


def _day(text: str | None) -> str:
    """``2026-11-20`` → ``2026年11月20日``; ``2026-11`` → ``2026年11月``; other text as it is."""
    if not text:
        return ""
    parts = text.split("-")
    if not all(part.isdigit() for part in parts):
        return text
    return "".join(f"{int(part)}{unit}" for part, unit in zip(parts, "年月日", strict=False))


def _ended(text: str) -> str:
    return text if text.endswith(("。", "！", "？")) else f"{text}。"
