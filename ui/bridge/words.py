"""Words for residents: what the window says when something is in the way.

Rules: the code of a known problem becomes a bold title, one plain sentence and the words of the way
on; nobody is blamed but the machine; no 请勿, 非法, 失败, 异常, 错误码. A code without words of its
own gets those of its kind. The code itself stands small under the sentence, for the technician.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from kiosk.domain.dates import parse_date
from kiosk.domain.problems import EnvironmentProblem, InputProblem, PlatformProblem, Problem

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True)
class ResidentWords:
    """Bold title, one plain sentence, icon and tone of a trouble."""

    title: str
    text: str
    icon: str = "info"
    tone: str = "wait"


_PAUSED: Final = ResidentWords(
    "这台机器先不收新申请", "查指南还能用。请叫人帮忙，或到镇街窗口办。", "hard-drive", "stop"
)
_NOT_THIS: Final = ResidentWords("这一步没走通", "机器没看懂，回上一页再试一次。", "info")
_NO_ROAD: Final = ResidentWords(
    "现在送不出去", "能先填好、存着，有网时自动送出。", "wifi-off", "wait"
)

_SEALED: Final = ResidentWords(
    "这件现在打不开", "请镇街开一份交接文件，技术员装好，就能接着办。", "lock"
)
_BY_CODE: Final[Mapping[str, ResidentWords]] = MappingProxyType(
    {
        "no-such-number": ResidentWords(
            "没查到", "编号和4位查询码对不上，请照着凭条再看一遍。", "file-search"
        ),
        "try-later": ResidentWords(
            "先停一停", "错了几次，过几分钟再查。要快的话，请打凭条上的电话。", "clock"
        ),
        "bad-number": ResidentWords("编号对不上", "请照着凭条，看看最后几位。", "file-search"),
        "no-such-slip": ResidentWords(
            "没查到这张凭条", "它不是在这台机器存的。可以打凭条上的电话问。", "file-search"
        ),
        "not-a-slip": ResidentWords("这不是凭条上的码", "请扫凭条上的方形码。", "file-search"),
        "wrong-pin": ResidentWords("密码不对", "请再试一次。忘了就找镇街重设。", "lock"),
        "locked-out": ResidentWords(
            "先停一停", "密码错了几次，过一会儿再试。乡亲们照样能办事。", "lock"
        ),
        "guide-only": ResidentWords(
            "这件在这里只能看", "指南没写这里能不能交。请到指南写的窗口办。", "book-open"
        ),
        "unknown-item": ResidentWords(
            "这件事项找不到了", "名录更新过。请回首页再找一次。", "search"
        ),
        "saving-unknown": ResidentWords(
            "不确定存好没有", "先别走开，请叫人帮忙查一下。再存一次也不会变成两件。", "cloud-alert"
        ),
        "not-parked": ResidentWords("这件不用重交", "它的情况变了，请再查一次。", "file-search"),
        "already-over": ResidentWords(
            "这件已经结束了", "不用撤回。还要办的话，请再填一次。", "file-search"
        ),
        "no-correction": ResidentWords(
            "现在不用补", "部门没有要补的了，请再查一次。", "file-search"
        ),
        "no-card": ResidentWords("没有联系卡", "这个人没留怎么找他，或卡片已经删了。", "contact"),
        "nobody-wanted": ResidentWords(
            "现在不用找人", "这件的情况变了，请看一看这一行。", "contact"
        ),
        "no-note": ResidentWords("这张条子没有了", "别人已经办好，删掉了。", "message-square-text"),
        "unknown-draft": _SEALED,
        "sealed-to-another": _SEALED,
        "ask-staff": ResidentWords(
            "请叫代办员来一下", "刚才办了很多件。代办员登录一下，就能接着办。", "lock"
        ),
        "disk-full": _PAUSED,
        "no-casebook": _PAUSED,
        "casebook-corrupt": _PAUSED,
        "no-directory": ResidentWords(
            "办事名录打不开", "查办件还能用。请叫人帮忙，或到镇街窗口办。", "hard-drive", "stop"
        ),
        "busy": ResidentWords("机器正忙", "等一会儿，再按一次。", "hourglass"),
        "no-trust": ResidentWords(
            "这台机器还没接上平台", "能看指南，先不能交申请。请叫技术员。", "cable", "stop"
        ),
    }
)


def due_words(by: str | None, today: date | None = None) -> str:
    """By when the office wants something, as people say a date; empty when it gave none.

    Args:
        by: the platform's own day.
        today: to say so when that day is over: it may still be handed in, the office decides.
    """
    if not by:
        return ""
    day = parse_date(by)
    told = f"{by if day is None else f'{day.month}月{day.day}日'}前要送到部门"
    if day is not None and today is not None and today > day:
        return f"{told}，已经过了。还可以补，收不收由部门定。"
    return f"{told}。"


def words_of(problem: Problem) -> ResidentWords:
    """What residents read about a known problem."""
    known = _BY_CODE.get(problem.code)
    if known is not None:
        return known
    if isinstance(problem, InputProblem):
        return _NOT_THIS
    if isinstance(problem, PlatformProblem):
        return _NO_ROAD
    if isinstance(problem, EnvironmentProblem):
        return _PAUSED
    return ResidentWords("机器出了点毛病", "不怪您。请叫人帮忙，或到镇街窗口办。", "circle-alert")
