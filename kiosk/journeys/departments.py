"""Departments as people look for them: one line of offices, whatever each guide calls it.

Rules:

* Guides name an office in full, each in its own words (揭阳市民政局, 县级民政部门); people look for
  民政. So offices of one line stand together, and every item goes on showing the name that its
  guide gives.
* An item stands under every line that its guide names: who receives and who decides may differ.
* What no line knows stands under its own name without the place at its head (龙岗区气象局 is shown
  as 气象局); nothing is guessed from a place alone. A guide without a department is told as such,
  last.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

UNSAID: Final = "指南没写部门"
_GOVERNMENT: Final = "县市政府"
_LINES: Final = (
    (
        "镇街、村居",
        "镇街|乡镇(?!企业)|镇人民政府|（镇）|街道|办事站|便民服务|村（居）|村民委员会|居民委员会",
    ),
    ("公安、派出所", "公安|派出所|车辆管理所|车管所|出入境"),
    ("民政", "(?<!人)民政"),  # 人民政府 is no 民政局
    ("社保、就业", "人力资源|社会保险|社会保障局|社保|就业|劳动"),
    ("医保", "医疗保障|医保"),
    ("卫生健康", "卫生健康|医疗卫生|卫健|疾病预防|妇幼|医院"),
    ("残联", "残疾人联合会|残联"),
    ("退役军人", "退役军人"),
    ("土地、不动产", "自然资源|不动产|国土"),
    ("住房、城建", "住房(?!公积金)|住建|城乡建设"),
    ("公积金", "公积金"),
    ("农业农村", "农业|农村(?!商业|信用)|农机|畜牧|兽医|动物"),
    ("林业", "林业"),
    ("水利", "水利|水务"),
    ("市场监管", "市场监督|市场监管|工商行政"),
    ("税务", "税务"),
    ("教育", "教育|学校"),
    ("交通", "交通运输|公路|海事"),
    ("司法、法律援助", "司法|法律援助|公证"),
    ("征兵、武装部", "兵役|武装部"),
    ("烟草", "烟草"),
    ("城管", "城市管理|综合执法"),
    ("应急、消防", "应急管理|消防"),
    ("环保", "生态环境|环境保护"),
    ("文化、旅游", "文化|旅游|广播电视|文物"),
)
"""Name of a line, in the order in which a village needs them, and the words of its offices."""

_KNOWN: Final = tuple((name, re.compile(words)) for name, words in _LINES)
_ORDER: Final = {name: number for number, name in enumerate((*dict(_LINES), _GOVERNMENT))}
_PLACES: Final = re.compile(r"^(?:[^市省县区]{1,6}(?:省|自治州|市|县|区))+(?=.{2,})")
_ASIDE: Final = re.compile(r"（[^（）]*）|\([^()]*\)")
_HEAD: Final = re.compile("^(?:所在地|当地|本地|县级以上|县级|市级|省级)(?!以上)(?=.{2,})")


@lru_cache(maxsize=4096)
def lines_of(department: str | None) -> tuple[str, ...]:
    """The lines under which an item of this department is looked for; never empty."""
    name = (department or "").strip()
    if not name:
        return (UNSAID,)
    found = tuple(line for line, words in _KNOWN if words.search(name))
    if not found and "人民政府" in name:
        return (_GOVERNMENT,)
    return found or (_own_name(name),)


def order_of(line: str) -> tuple[int, str]:
    """Known lines as a village needs them, the others by name, what is not said last."""
    if line in _ORDER:
        return _ORDER[line], ""
    return len(_ORDER) + (line == UNSAID), line


def _own_name(name: str) -> str:
    short = _HEAD.sub("", _PLACES.sub("", _ASIDE.sub("", name)))
    return short or name
