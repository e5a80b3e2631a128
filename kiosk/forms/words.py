"""Words for what is wrong with an answer.

Rules: short, plain, no blame; the author's own ``errorMessage`` (a sentence, or one for a keyword)
comes first; the value itself is never repeated.
"""

from __future__ import annotations

from typing import Any, Final

from kiosk.domain.faults import Flaw
from kiosk.forms.pointers import Json

REQUIRED: Final = Flaw("required", "这一项还没填。")
UNKNOWN: Final = Flaw("unknown-field", "表里没有这一项。")
_PLAIN: Final = {
    "type": "填的样子不对，请重新填。",
    "enum": "请从给出的里面选。",
    "const": "请从给出的里面选。",
    "pattern": "格式对不上，请再看看。",
    "format": "格式对不上，请再看看。",
    "uniqueItems": "有重复的，请看看。",
    "contains": "还少一项，请看看。",
    "not": "这里对不上，请再看看。",
    "multipleOf": "数字对不上，请再看看。",
    "dependentRequired": "这一项还没填。",
}
_LIMITS: Final = {
    "maxLength": "太长了，最多{}个字。",
    "minLength": "太短了，至少{}个字。",
    "maximum": "太大了，最多{}。",
    "minimum": "太小了，至少{}。",
    "exclusiveMaximum": "要小于{}。",
    "exclusiveMinimum": "要大于{}。",
    "maxItems": "太多了，最多{}项。",
    "minItems": "还不够，至少{}项。",
    "maxProperties": "填得太多了，最多{}项。",
    "minProperties": "填得不够，至少{}项。",
}
_BY_FORMAT: Final = {
    "email": "邮箱对不上，请看看有没有@。",
    "time": "时间对不上，比如 09:30。",
    "date-time": "时间对不上，请再看看。",
    "uri": "网址对不上，请再看看。",
}
_OTHER: Final = "这里还没填对，请再看看。"


def words_of(keyword: str, limit: Any, view: dict[str, Json]) -> str:  # noqa: ANN401  any JSON
    """The sentence for a keyword that an answer does not meet."""
    own = view.get("errorMessage")
    if isinstance(own, dict):
        own = own.get(keyword)
    if isinstance(own, str) and own:
        return own
    if keyword == "required":
        return REQUIRED.words
    if keyword == "format" and limit in _BY_FORMAT:
        return _BY_FORMAT[limit]
    if keyword == "minLength" and limit == 1:
        return REQUIRED.words
    if keyword in _LIMITS:
        return _LIMITS[keyword].format(limit)
    return _PLAIN.get(keyword, _OTHER)
