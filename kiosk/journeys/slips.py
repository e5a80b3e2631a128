"""The paper that a person takes home: the slip, and the copy for the principal in proxy filing.

Rules: the first words say that the department has *not* received it; the number is 本机编号,
never a case number; no promise of messages or dates that we do not own; the name is masked; a
demonstration slip says so. A proxy filing also prints, for the principal, who acted, in which
matter, until when and how to cancel (rules of the counter, 6).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias
from uuid import UUID

from kiosk.domain.dates import in_words
from kiosk.domain.identity import mask_name
from kiosk.domain.lifecycle import State
from kiosk.domain.slips import SlipCode
from kiosk.journeys.applying import Application

Matrix: TypeAlias = tuple[tuple[bool, ...], ...]
MAX_QR_BYTES = 600
WAIT_DAYS = 10
"""After so many days without news somebody should ask."""


@dataclass(frozen=True, slots=True)
class Saved:
    """A saved application as the person may know it, and the code of its slip."""

    id: UUID
    local_number: str
    state: State
    masked_name: str
    sealed_at: datetime
    code: SlipCode


@dataclass(frozen=True, slots=True)
class Paper:
    """One printed page: title, the QR code, and lines of (label, text); ``warning`` stands out."""

    title: str
    number: str
    qr: Matrix
    warning: str
    lines: tuple[tuple[str, str], ...]
    steps: tuple[str, ...]
    footer: str
    demo: bool


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What the station prints about itself."""

    station: str
    phone: str | None
    demo: bool


def slip(saved: Saved, application: Application, head: Letterhead, local: datetime) -> Paper:
    """The slip for one saved application.

    Args:
        saved: its row and code.
        application: for the name of the matter.
        head: the station.
        local: the time of saving in the station's timezone.
    """
    lines = [
        ("办什么", application.item.common_name or application.item.name),
        ("给谁办", saved.masked_name),
        ("存的时间", f"{local:%Y年%m月%d日 %H:%M}（不是申请日期）"),
        ("存在哪里", head.station),
    ]
    if application.agent_id:
        lines.append(("代办员", application.agent_id))
    return Paper(
        title="凭条（未受理）",
        number=saved.local_number,
        qr=qr_matrix(saved.code.as_text()),
        warning="政府部门还没有收到。这不是受理编号。",
        lines=tuple(lines),
        steps=(
            "现在：锁在这台机器里，断电也不会丢。",
            "有网时：自动送出，不用您再来。",
            f"想知道办到哪了：带这张凭条来站里查。{_no_news(head, local)}",
        ),
        footer="凭条只有编号，没有您的证件号码。请收好，别给不认识的人。",
        demo=head.demo,
    )


def principal_copy(
    saved: Saved, application: Application, head: Letterhead, local: datetime
) -> Paper | None:
    """The copy for the principal, None when nobody filed for another."""
    mandate = application.mandate
    if mandate is None:
        return None
    who = "、".join(mask_name(agent.name) for agent in mandate.agents) or (mandate.committee or "")
    cancel = f"打{head.phone}，或来站里说一声" if head.phone else "来站里说一声"
    return Paper(
        title="给委托人的一份",
        number=saved.local_number,
        qr=qr_matrix(saved.code.as_text()),
        warning="有人替您交了这件申请，部门还没有收到。",
        lines=(
            ("替您办的人", who),
            ("办什么", application.item.common_name or application.item.name),
            ("委托到", f"{mandate.valid_until:%Y年%m月%d日}"),
            ("存的时间", f"{local:%Y年%m月%d日 %H:%M}"),
        ),
        steps=(
            f"不想让他办了，随时可以取消：{cancel}，不收钱。",
            f"想知道办到哪了：带这张来站里查。{_no_news(head, local)}",
            "代办不收钱。有人收钱，请告诉我们。",
        ),
        footer="这张给委托人本人，请转交。",
        demo=head.demo,
    )


def _no_news(head: Letterhead, local: datetime) -> str:
    """What to do when nothing is heard; never a promise that a message comes."""
    day = in_words((local + timedelta(days=WAIT_DAYS)).date())
    ask = f"或打{head.phone}" if head.phone else "或问村里的代办员"
    return f"{day}还查不到，请来站里，{ask}。"


def qr_matrix(text: str) -> Matrix:
    """The modules of a QR code, level M, without the quiet zone.

    Raises:
        ValueError: more than 600 bytes would not be readable from paper.
    """
    if len(text.encode()) > MAX_QR_BYTES:
        raise ValueError(f"a slip code of more than {MAX_QR_BYTES} bytes is not readable")
    import qrcode
    from qrcode.constants import ERROR_CORRECT_M

    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(text)
    code.make(fit=True)
    return tuple(tuple(bool(module) for module in row) for row in code.get_matrix())
