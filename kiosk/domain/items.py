"""Service items 事项 and their guides, as the directory holds them.

Rules: what the source does not say is ``None`` and stays unknown on screen (指南没写); a tag is
shown only for ``True``; an item of confidence C names its source and date; ``coverage`` decides
whether the item may be filed at a station (rules of the counter, 10).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from kiosk.domain.parties import RoleNeed


class Necessity(StrEnum):
    """Whether a material must be handed in 材料必要性."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    DEFERRABLE = "deferrable"  # 容缺后补


class Confidence(StrEnum):
    """How good the source of an item is."""

    OFFICIAL = "A"
    LAW_OR_MIRROR = "B"
    REPOST = "C"


class CoverageBasis(StrEnum):
    """What ties the subject to the item's territory."""

    HOUSEHOLD = "household"  # 户籍
    RESIDENCE = "residence"  # 居住地
    EITHER = "either"


class ProxyWho(StrEnum):
    """Who may file for the subject, where the source says that somebody may."""

    ANYONE = "anyone"
    NEAR_RELATIVE = "near_relative"
    GUARDIAN = "guardian"
    VILLAGE_COMMITTEE = "village_committee"
    NEIGHBOUR = "neighbour"


class MandateForm(StrEnum):
    """The evidence of a mandate that an item accepts; unknown counts as paper."""

    ANY = "any"
    PAPER = "paper"
    WITNESSED = "witnessed"
    NOTARISED = "notarised"


@dataclass(frozen=True, slots=True)
class FourWays:
    """四办 flags; None where the source is silent."""

    on_the_spot: bool | None = None  # 马上办
    online: bool | None = None  # 网上办
    nearby: bool | None = None  # 就近办
    once: bool | None = None  # 一次办


@dataclass(frozen=True, slots=True)
class Material:
    """One material 材料 of a guide. ``key`` is ``m1``, ``m2``… within the item."""

    key: str
    name: str
    necessity: Necessity
    form: str | None = None
    source: str | None = None
    originals: int | None = None
    copies: int | None = None
    note: str | None = None
    commitment: bool | None = None  # 告知承诺 may replace it
    exempt: bool | None = None  # 免提交
    e_licence: str | None = None
    blank_form: bool = False  # an application form that our own form replaces


@dataclass(frozen=True, slots=True)
class Step:
    """One step of handling 办理环节."""

    name: str
    time_limit: str | None = None
    description: str | None = None
    channel: str | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """A period as the guide gives it, e.g. 20 工作日."""

    days: int
    unit: str

    def __str__(self) -> str:
        return (
            f"{self.days}个{self.unit}"
            if self.unit.startswith("工作")
            else f"{self.days}{self.unit}"
        )


@dataclass(frozen=True, slots=True)
class Proxy:
    """May it be filed by another 能不能代办. ``allowed`` None: the guide does not say."""

    allowed: bool | None = None
    who: tuple[ProxyWho, ...] = ()
    note: str | None = None
    mandate_form: MandateForm | None = None
    presence_only: bool = False  # life certification: the person must be present


@dataclass(frozen=True, slots=True)
class Coverage:
    """Where the item counts. ``prefixes``: divisions whose people it serves; empty: unknown."""

    prefixes: tuple[str, ...] = ()
    basis: CoverageBasis | None = None
    demo_fileable: bool = False  # 演示可交: coverage unknown, filing allowed in the demonstration


@dataclass(frozen=True, slots=True)
class Deadline:
    """A period within which people must apply, e.g. within 30 days of birth."""

    days: int
    counts_from: str
    basis: str | None = None


class ProxyTerms(Protocol):
    """What of an item decides whether a mandate carries a filing; an item has more."""

    @property
    def item_id(self) -> str:
        """Which item."""
        ...

    @property
    def proxy(self) -> Proxy:
        """May it be filed by another?"""
        ...

    @property
    def roles(self) -> tuple[RoleNeed, ...]:
        """Who is needed."""
        ...


@dataclass(frozen=True, slots=True)
class ServiceItem:
    """One thing that can be applied for 事项; None where the source is silent."""

    item_id: str
    name: str
    version: int
    common_name: str | None
    implementation_code: str | None
    basic_code: str | None
    department: str | None
    place: str | None
    level: str | None
    item_type: str | None
    service_objects: tuple[str, ...]
    theme: str
    keywords: tuple[str, ...]
    conditions: tuple[str, ...]
    materials: tuple[Material, ...]
    steps: tuple[Step, ...]
    legal_basis: tuple[str, ...]
    legal_period: Period | None
    promised_period: Period | None
    fee: str | None
    charged: bool | None
    channels: tuple[str, ...]
    visits: int | None
    visits_reason: str | None
    four_ways: FourWays
    proxy: Proxy
    coverage: Coverage
    roles: tuple[RoleNeed, ...]
    deadline: Deadline | None
    publicised: bool | None  # 公示: posted in the village
    result: str | None
    notes: str | None
    confidence: Confidence
    source_url: str | None
    source_date: str | None
    form_id: str
    complete: bool = False
