"""Finding 找事项: search as people type, and browsing for those who do not.

Rules:

* What counts here comes first among equals; an item of another place stays readable and carries its
  tag ("广州市的事项，这里不能交"). An item of which nobody wrote whom it serves is guide only,
  unless the demonstration marks it (rules of the counter, 10).
* Nothing found is said plainly; the nearest themes are offered instead of a guess.
* A filter for 四办 shows only what the guide itself says is so: unknown is not yes. A way of which
  no guide says yes is not offered at all.
* The directory is read once for browsing, on the first list that is asked for; no list reads it
  again, however many items there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Final, Protocol

from kiosk.domain.divisions import within
from kiosk.domain.items import ServiceItem
from kiosk.journeys.departments import lines_of, order_of
from kiosk.search.engine import Hit, Searcher
from kiosk.search.postings import Postings

LIMIT: Final = 20
FLAG_NAMES: Final = {
    "on_the_spot": "马上办",
    "online": "网上办",
    "nearby": "就近办",
    "once": "一次办",
}
FLAGS: Final = tuple(FLAG_NAMES)  # names of ``FourWays``
OTHER_ICON: Final = "layout-grid"
DEMO_TAG: Final = "演示可交"
UNKNOWN_TAG: Final = "指南没写哪里能交，先问镇街"
DIRECT_TILES: Final = 4
_DIRECT: Final = (
    ("高龄津贴", "高龄老人津贴申请"),
    ("养老认证", "养老保险待遇资格认证"),
    ("社保卡", "社保卡申领"),
    ("居民医保", "居民参保登记"),
    ("护理补贴", "残疾人护理补贴"),
    ("换身份证", "身份证换领"),
    ("低保", "最低生活保障"),
    ("生育登记", "生育登记"),
)
"""What every village asks for: the name on the tile, and what is looked for."""
_NEAR_BONUS: Final = 0.08  # what serving this place is worth against a slightly better match
_WIDER: Final = 5  # how many times more to look at when a filter will drop some


@dataclass(frozen=True, slots=True)
class LifeEvent:
    """One tile of the home page: a name, its icon, and the themes of items under it."""

    name: str
    icon: str
    themes: tuple[str, ...]


LIFE_EVENTS: Final = (
    LifeEvent("户口身份证", "id-card", ("户口身份证", "出入境", "外来人口")),
    LifeEvent("房子土地", "house", ("房子土地",)),
    LifeEvent("残疾人", "accessibility", ("残疾人",)),
    LifeEvent("困难救助", "hand-heart", ("困难救助", "打官司", "上学")),
    LifeEvent("种田养殖", "sprout", ("农林牧渔",)),
    LifeEvent("找工作", "briefcase", ("找工作创业",)),
    LifeEvent("生孩子", "baby", ("生孩子", "结婚离婚")),
)
_MORE: Final = (
    LifeEvent("老人", "hand-coins", ("老人",)),
    LifeEvent("养老社保", "wallet", ("养老社保",)),
    LifeEvent("看病医保", "heart-pulse", ("看病医保",)),
    LifeEvent("退役军人", "star", ("退役军人",)),
    LifeEvent("身后事", "flower-2", ("身后事",)),
    LifeEvent("车辆", "car", ("车辆",)),
)


@dataclass(frozen=True, slots=True)
class Group:
    """A heading to browse by: how many items stand under it, and how many of them count here."""

    key: str
    name: str
    total: int
    here: int


class Catalogue(Protocol):
    """The directory, as far as finding needs it."""

    @property
    def postings(self) -> Postings:
        """The search index."""
        ...

    def item(self, item_id: str) -> ServiceItem:
        """One item."""
        ...

    def items(self) -> Iterator[ServiceItem]:
        """Every item."""
        ...


@dataclass(frozen=True, slots=True)
class FoundItem:
    """One line of a list. ``tag`` is for the resident; empty when the item counts here."""

    item_id: str
    name: str
    common_name: str | None
    department: str | None
    place: str | None
    score: float
    sure: bool
    file_here: bool
    tag: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a search gave. ``themes`` are offered when nothing sure was found."""

    hits: tuple[FoundItem, ...]
    themes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Shelved:
    """What browsing knows of one item."""

    found: FoundItem
    theme: str
    lines: tuple[str, ...]
    flags: tuple[str, ...]


class Finder:
    """Search and browse for one station.

    Args:
        directory: the served directory.
        station_division: twelve digits; empty when the station has no place yet.
    """

    def __init__(self, directory: Catalogue, station_division: str) -> None:
        self._directory = directory
        self._here = station_division
        self._item = lru_cache(maxsize=1024)(directory.item)

    def forget(self) -> None:
        """Drop what is remembered of queries; called when a person leaves."""
        if "_searcher" in self.__dict__:
            self._searcher.forget()

    def search(self, text: str, *, flags: Sequence[str] = (), limit: int = LIMIT) -> Found:
        """The items that answer ``text``, best first.

        Args:
            text: what was typed so far.
            flags: names of ``FourWays`` that must be true.
            limit: how many at most.
        """
        wider = limit * (_WIDER if flags else 1)
        hits = self._searcher.search(text, wider, near=self._here)
        named = any(hit.why == "name" for hit in hits)

        def order(pair: tuple[Hit, FoundItem]) -> tuple[bool, float]:
            hit, found = pair
            return (named and hit.why == "sound"), -(hit.score + self._bonus(found))

        pairs = [
            (hit, self._found(item, hit.score, sure=hit.sure))
            for hit in hits
            if _all_true(item := self._item(hit.item_id), flags)
        ]
        found = tuple(found for _, found in sorted(pairs, key=order)[:limit])
        if any(one.sure for one in found):
            return Found(found, ())
        return Found(found, self._searcher.themes(text))

    def home_items(self, used: Iterable[str] = ()) -> tuple[FoundItem, ...]:
        """The four direct items of the home page.

        Args:
            used: item ids by use at this station, the most used first; what is missing is filled
                with what every village asks for.
        """
        chosen = {item_id: self._found(self._item(item_id)) for item_id in used}
        asked = [hit for name, words in _DIRECT if (hit := self._named(name, words)) is not None]
        # A tile that can only be read disappoints: what can be filed here stands first.
        for found in sorted(asked, key=lambda one: not one.file_here):
            chosen.setdefault(found.item_id, found)
        return tuple(chosen.values())[:DIRECT_TILES]

    def _named(self, name: str, words: str) -> FoundItem | None:
        """What is surely meant by the words, under the name that the tile shows."""
        best = next(iter(self.search(words).hits), None)
        return replace(best, common_name=name) if best is not None and best.sure else None

    def life_events(self) -> tuple[LifeEvent, ...]:
        """The tiles of the home page that lead to something."""
        return tuple(event for event in LIFE_EVENTS if self.by_theme(event.name))

    def themes(self) -> tuple[tuple[str, str], ...]:
        """Every theme as (icon, name): those of the home page first."""
        known = [event for event in (*LIFE_EVENTS, *_MORE) if self.by_theme(event.name)]
        covered = {theme for event in known for theme in event.themes}
        rest = sorted(set(self._by_theme) - covered)
        return (
            *((event.icon, event.name) for event in known),
            *((OTHER_ICON, theme) for theme in rest),
        )

    def by_theme(self, theme: str) -> tuple[FoundItem, ...]:
        """Items of a life event or theme; the empty name means all."""
        events = [event for event in (*LIFE_EVENTS, *_MORE) if event.name == theme]
        themes = events[0].themes if events else (theme,) if theme else sorted(self._by_theme)
        return self._listed(found for name in themes for found in self._by_theme.get(name, ()))

    def departments(self) -> tuple[Group, ...]:
        """Lines of offices (:mod:`kiosk.journeys.departments`), as a village needs them."""
        return _groups(self._by_line, sorted(self._by_line, key=order_of))

    def by_department(self, line: str) -> tuple[FoundItem, ...]:
        """Items of one line of offices."""
        return self._listed(self._by_line.get(line, ()))

    def flags(self) -> tuple[Group, ...]:
        """马上办, 网上办, 就近办 and 一次办, as far as some guide says so."""
        return _groups(self._by_flag, [flag for flag in FLAGS if flag in self._by_flag])

    def by_flag(self, flag: str) -> tuple[FoundItem, ...]:
        """Items of which the guide says that they are 马上办, 网上办, 就近办 or 一次办."""
        return self._listed(self._by_flag.get(flag, ()))

    @cached_property
    def _searcher(self) -> Searcher:
        return Searcher(self._directory.postings)

    @cached_property
    def _shelf(self) -> tuple[_Shelved, ...]:
        """Read once, on the first browse; searching never needs it."""
        return tuple(
            _Shelved(
                self._found(item),
                item.theme,
                lines_of(item.department),
                tuple(flag for flag in FLAGS if _all_true(item, (flag,))),
            )
            for item in self._directory.items()
        )

    @cached_property
    def _by_theme(self) -> dict[str, list[FoundItem]]:
        return _gathered((one.theme, one.found) for one in self._shelf)

    @cached_property
    def _by_line(self) -> dict[str, list[FoundItem]]:
        return _gathered((line, one.found) for one in self._shelf for line in one.lines)

    @cached_property
    def _by_flag(self) -> dict[str, list[FoundItem]]:
        return _gathered((flag, one.found) for one in self._shelf for flag in one.flags)

    def _found(self, item: ServiceItem, score: float = 1.0, *, sure: bool = True) -> FoundItem:
        file_here, tag = self._where(item)
        return FoundItem(
            item_id=item.item_id,
            name=item.name,
            common_name=item.common_name,
            department=item.department,
            place=item.place,
            score=score,
            sure=sure,
            file_here=file_here,
            tag=tag,
        )

    def _where(self, item: ServiceItem) -> tuple[bool, str]:
        prefixes = item.coverage.prefixes
        if not prefixes:
            demo = item.coverage.demo_fileable
            return demo, DEMO_TAG if demo else UNKNOWN_TAG
        if any(self._here and within(self._here, prefix) for prefix in prefixes):
            return True, ""
        return False, f"{item.place or '别处'}的事项，这里不能交"

    def _bonus(self, found: FoundItem) -> float:
        if not found.tag:
            return _NEAR_BONUS
        return _NEAR_BONUS / 2 if found.file_here else 0.0

    def _listed(self, found: Iterable[FoundItem]) -> tuple[FoundItem, ...]:
        """What counts here first, then by name."""
        return tuple(sorted(found, key=lambda one: (-self._bonus(one), one.name, one.item_id)))


def _gathered(pairs: Iterable[tuple[str, FoundItem]]) -> dict[str, list[FoundItem]]:
    found: defaultdict[str, list[FoundItem]] = defaultdict(list)
    for key, one in pairs:
        found[key].append(one)
    return dict(found)


def _groups(by: Mapping[str, Sequence[FoundItem]], order: Iterable[str]) -> tuple[Group, ...]:
    return tuple(
        Group(key, FLAG_NAMES.get(key, key), len(by[key]), sum(one.file_here for one in by[key]))
        for key in order
    )


def _all_true(item: ServiceItem, flags: Sequence[str]) -> bool:
    return all(flag in FLAGS and getattr(item.four_ways, flag) is True for flag in flags)
