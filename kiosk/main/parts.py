"""The parts of the machine for the technician: what works, what does not, and the one act.

Rules: each part is looked at by itself, so that one that is broken hides no other; worst first;
codes may stand here, nothing personal may; what was not looked at is not called fine.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from kiosk import __version__
from kiosk.domain.clock import Clock
from kiosk.domain.dates import CHINA
from kiosk.domain.lifecycle import State, is_owed
from kiosk.domain.problems import Problem
from kiosk.store.home import LEAST_FREE, Home
from ui.bridge.ports import LinkFacts, Part

if TYPE_CHECKING:
    from kiosk.main.wiring import Station
    from kiosk.store.directory import Directory

STALE_DAYS: Final = 30
_GB: Final = 1_000_000_000
_WORST_FIRST: Final = {"stop": 0, "wait": 1, "ok": 2}
_ROOMY: Final = 5 * LEAST_FREE
_FINDINGS: Final = {
    "casebook-damaged": ("server", "办件库检查", "有损坏"),
    "nothing-sent": ("inbox", "有网没送出", "要看一看"),
    "second-copy-absent": ("hard-drive", "第二份", "没插上"),
    "second-copy-behind": ("hard-drive", "第二份", "没存全"),
    "no-ballast": ("hard-drive", "备用空间", "用掉了"),
    "clock-behind": ("clock", "时钟", "慢了"),
}


class _Shelf(Protocol):
    @property
    def directory(self) -> Directory:
        """The directory as it is open now."""
        ...


def parts(
    home: Path,
    clock: Clock,
    books: Callable[[], _Shelf],
    stores: Callable[[], Station],
    link: LinkFacts,
) -> tuple[Part, ...]:
    """Every part, worst first."""
    found = [
        _look("casebook", "server", "办件库", lambda: _casebook(stores())),
        _look("owed", "inbox", "没送到", lambda: _owed(stores())),
        _line(link),
        _look("directory", "book-open", "办事名录", lambda: _directory(books(), clock.now())),
        *_keeping(stores),
        _look("disk", "hard-drive", "硬盘", lambda: _disk(Home(home))),
        _clock_part(clock.now()),
        _look("terminal", "monitor-smartphone", "这台机器", lambda: _terminal(stores())),
    ]
    return tuple(sorted(found, key=lambda part: _WORST_FIRST[part.tone]))


def _look(key: str, icon: str, name: str, look: Callable[[], Part]) -> Part:
    try:
        return look()
    except Problem as problem:
        return Part(key, icon, name, "stop", "打不开", f"{problem.code}: {problem.message}", None)


def _terminal(station: Station) -> Part:
    fact = f"{station.device.terminal} · {station.settings.station.code}"
    return Part(
        "terminal", "monitor-smartphone", "这台机器", "ok", f"版本 {__version__}", fact, None
    )


def _casebook(station: Station) -> Part:
    total = sum(station.outbox.counts().values())
    return Part("casebook", "server", "办件库", "ok", "能读写", f"{total} 件，加密保存", None)


def _owed(station: Station) -> Part:
    counts = station.outbox.counts()
    owed = sum(count for state, count in counts.items() if is_owed(state))
    parked = counts.get(State.PARKED, 0)
    if parked:
        fact = f"{parked} 件平台不收，要改了重交；还有 {owed} 件等着送"
        return Part("owed", "inbox", "没送到", "stop", f"{parked} 件", fact, None)
    if owed:
        return Part("owed", "inbox", "没送到", "wait", f"{owed} 件", "有网时自动送", "现在送")
    return Part("owed", "inbox", "没送到", "ok", "没有", "都送到了", None)


def _keeping(stores: Callable[[], Station]) -> tuple[Part, ...]:
    """What is wrong with the keeping, as far as no other part says it."""
    from kiosk.store.findings import findings
    from sync.engine.links import links_up

    try:
        found = findings(stores().casebook, carrier=bool(links_up()))
    except Problem:
        return ()  # the casebook has a part of its own
    return tuple(
        Part(one.code, icon, name, "stop", word, one.detail, None)
        for one in found
        if one.code in _FINDINGS
        for icon, name, word in (_FINDINGS[one.code],)
    )


def _line(link: LinkFacts) -> Part:
    last = f"上次通 {_moment(link.last_contact)}" if link.last_contact else "还没通过"
    fact = f"{last}；{link.problem}" if link.problem else last
    if link.online:
        return Part("line", "wifi", "网络", "ok", "有网", last, None)
    if link.portal:
        return Part("line", "globe-lock", "网络", "wait", "没登录", fact, "再试")
    word = "没网" if link.online is False else "还没试"
    return Part("line", "wifi-off", "网络", "wait", word, fact, "再试")


def _directory(shelf: _Shelf, now: datetime) -> Part:
    info = shelf.directory.info()
    age = info.age_days(now)
    source = "随机器带来" if info.source == "bundled" else "平台签名"
    fact = f"{info.items} 项，第 {info.version} 版，{source}"
    tone = "wait" if age > STALE_DAYS else "ok"
    return Part("directory", "book-open", "办事名录", tone, f"{age} 天前", fact, None)


def _disk(home: Home) -> Part:
    free = home.free_bytes()
    fact = f"剩 {free / _GB:.1f} GB"
    if free < LEAST_FREE:
        return Part("disk", "hard-drive", "硬盘", "stop", "满了", fact, None)
    tone = "ok" if free > _ROOMY else "wait"
    return Part(
        "disk", "hard-drive", "硬盘", tone, "够用" if tone == "ok" else "快满了", fact, None
    )


def _clock_part(now: datetime) -> Part:
    return Part("clock", "clock", "时钟", "ok", _moment(now), "北京时间", None)


def _moment(moment: datetime) -> str:
    local = moment.astimezone(CHINA)
    return f"{local.month}月{local.day}日 {local.hour}:{local:%M}"
