"""How far a submission is, in words that never claim more than is proven.

Rules: 已保存, 已送到（缺照片）, 已收件, 已受理 and 办结 are different states with different words;
a lost reply is "unknown", never failed or sent. Dates are the platform's; none is computed here.
Values only, so that the window can import them before anything heavy is loaded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from uuid import UUID

from kiosk.domain.lifecycle import State


class Tone(StrEnum):
    """The colour and weight of a state: waiting or your turn, good, came back, plain."""

    WAIT = "wait"
    OK = "ok"
    STOP = "stop"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class StateWords:
    """How one state is told: icon name, tone, bold words, grey words."""

    icon: str
    tone: Tone
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the timeline; ``at`` None for what is still to come."""

    at: datetime | None
    words: StateWords


@dataclass(frozen=True, slots=True)
class CorrectionLine:
    """One thing to add or mend 补正: ``material:m3`` or ``field:/bank_account``."""

    target: str
    label: str
    reason: str


@dataclass(frozen=True, slots=True)
class CorrectionNotice:
    """补正告知: what is wanted, in the office's words, and the last day the platform gave."""

    words: str
    by: str | None
    lines: tuple[CorrectionLine, ...]


@dataclass(frozen=True, slots=True)
class Tracked:
    """What a person may see of one submission. Matter and name are None on the slip alone.

    ``answered``: what is wanted was handed in at this station; the words say how far it came.
    """

    id: UUID
    local_number: str
    state: State
    words: StateWords
    timeline: tuple[Moment, ...]
    case_number: str | None
    receipt_number: str | None
    correction: CorrectionNotice | None
    item_id: str
    item_name: str | None
    masked_name: str | None
    answered: bool = False


STATE_WORDS: Final[Mapping[State, StateWords]] = MappingProxyType(
    {
        State.QUEUED: StateWords(
            "hourglass",
            Tone.WAIT,
            "已保存，等待上传",
            "政府部门还没有收到。这不是受理编号。",
        ),
        State.SENDING: StateWords(
            "cloud-upload", Tone.WAIT, "正在送，别关机", "送到了会写在这里。"
        ),
        State.UNKNOWN: StateWords(
            "cloud-alert",
            Tone.WAIT,
            "不确定部门收到没有",
            "送到一半断了。我们会自动再查，不会重复提交，您不用重填。",
        ),
        State.FILED: StateWords(
            "cloud-upload",
            Tone.WAIT,
            "已送到，照片还在传",
            "部门收到了申请，还缺照片。有网时自动接着传。",
        ),
        State.PARKED: StateWords(
            "undo-2", Tone.STOP, "没送成，要您来改", "带上凭条到站里，改好再交一次。"
        ),
        State.WITHDRAWN: StateWords("undo-2", Tone.PLAIN, "已撤回", "这件不再办理。"),
        State.SUPERSEDED: StateWords("undo-2", Tone.PLAIN, "已改过重交", "请看新的那一件。"),
        State.RECEIVED: StateWords(
            "circle-check", Tone.OK, "部门收到了", "还没有受理。缺什么，部门会一次说清。"
        ),
        State.ACCEPTED: StateWords("circle-check", Tone.OK, "部门受理了", "部门正在办。"),
        State.IN_PROGRESS: StateWords("circle-check", Tone.OK, "正在办", "部门正在办。"),
        State.SUSPENDED: StateWords(
            "calendar-clock", Tone.WAIT, "先停一停", "部门要先做别的核查，时间不算在内。"
        ),
        State.CORRECTION_WANTED: StateWords(
            "undo-2", Tone.STOP, "要补一样材料", "只补这几样，别的不用重填。"
        ),
        State.NOT_ACCEPTED: StateWords(
            "undo-2", Tone.STOP, "这次不能受理", "原因和怎么申诉写在通知书上。"
        ),
        State.CLOSED: StateWords("circle-check", Tone.OK, "办好了", "结果以部门通知为准。"),
    }
)

ANSWER_OWED: Final = StateWords(
    "hourglass", Tone.WAIT, "补的材料还没送到", "有网时自动送，不用再补。"
)
ANSWER_RECEIVED: Final = StateWords(
    "circle-check", Tone.OK, "补的材料部门收到了", "部门看过，会说下一步。"
)
ANSWER_PARKED: Final = StateWords(
    "undo-2", Tone.STOP, "补的材料没送成", "平台没收下。请改好再补一次。"
)

DUPLICATE: Final = StateWords(
    "users", Tone.PLAIN, "这件已经有人替您交过", "在办的是先交的那一件，不用再交。"
)

CLOSING_WORDS: Final[Mapping[str, StateWords]] = MappingProxyType(
    {
        "granted": StateWords("circle-check", Tone.OK, "办好了", "结果以部门通知为准。"),
        "refused": StateWords("undo-2", Tone.STOP, "没有批准", "原因和怎么申诉写在决定书上。"),
        "withdrawn": StateWords("undo-2", Tone.PLAIN, "已撤回", "这件不再办理。"),
        "returned": StateWords("undo-2", Tone.STOP, "没有补齐，退了件", "材料齐了可以重新交。"),
    }
)


def words_for(state: State, closing_reason: str | None = None) -> StateWords:
    """The words of a state; a closed case is told by its reason."""
    told = STATE_WORDS[state]
    return CLOSING_WORDS.get(closing_reason or "", told) if state is State.CLOSED else told
