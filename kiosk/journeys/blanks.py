"""Sheets without a number: the mandate that is signed by hand, the notice (rules 4 and 8).

Rules: the paper says what the screen says; places for signature, seal or thumbprint, witness and
date stay empty; printing needs no login and saves nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from kiosk.domain.dates import in_words
from kiosk.domain.mandates import REVOCABLE, Person
from kiosk.journeys.slips import Paper

_POWERS: Final = (
    ("receive", "代领结果"),
    ("account", "代填收款账户（账户是本人的）"),
    ("commit", "代签承诺"),
)


def mandate_blank(
    principal: Person,
    lines: Sequence[tuple[str, str]],
    powers: Sequence[str],
    today: date,
    *,
    demo: bool,
) -> Paper:
    """The mandate as it is signed by hand.

    Args:
        principal: who gives it.
        lines: who, what, until when, as the screen says them.
        powers: keys of the powers beyond filling in and handing in.
        today: the day it is printed.
        demo: whether it is a demonstration.
    """
    granted = [words for key, words in _POWERS if key in powers]
    return Paper(
        title="委托书",
        number="",
        qr=(),
        warning=f"委托人：{principal.name}（证件号码由本人手写）",
        lines=(*lines, ("另外可以", "、".join(granted) or "没有")),
        steps=(
            REVOCABLE,
            "委托人签名（或盖章、按手印）：\n\n",
            "见证人和证件号码（不会写字时）：\n\n",
            "日期：       年     月     日",
        ),
        footer=f"{in_words(today)}打印。签好后带回站里拍照，原件留给站里。",
        demo=demo,
    )


def notice_paper(title: str, lines: Sequence[tuple[str, str]], *, demo: bool) -> Paper:
    """The notice, to take home; in proxy filing for the principal."""
    return Paper(
        title="告知",
        number="",
        qr=(),
        warning=title,
        lines=tuple(lines),
        steps=("看清了再交，不想交就不交。",),
        footer="有不明白的，问站里，或打镇街的电话。",
        demo=demo,
    )
