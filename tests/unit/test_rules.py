"""The page on the rules names what exists, and words that nobody may read are nowhere."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.helpers.catalogue import ROOT, missing

RULES: Final = 20
_ROW: Final = re.compile(
    r"^\| (\d+) \| ([^|]+) \| `([\w.]+)` \| `([^`]+)` \| ([^|]*)\|$", re.MULTILINE
)
NOWHERE: Final = {
    "短信": "nobody promises a message that we do not send",
    "没网也能办": "without a line one can fill in and keep, no more",
    "保证办": "nothing is promised for the office",
}
"""Words of residents that stand nowhere, and why."""
REPAYING: Final = "退回已经办的"
"""The one 退回 there is: what a false promise costs. A correction is 补, never 退回."""


def rows() -> list[tuple[str, str, str, str, str]]:
    """Rule, clause, module, test, gap."""
    return _ROW.findall((ROOT / "docs" / "rules.md").read_text("utf-8"))


def test_every_rule_has_a_row_and_every_row_can_be_read() -> None:
    page = (ROOT / "docs" / "rules.md").read_text("utf-8")
    lines = [line for line in page.splitlines() if re.match(r"\| \d", line)]
    assert len(rows()) == len(lines)
    assert {int(rule) for rule, *_ in rows()} == set(range(1, RULES + 1))
    assert [int(rule) for rule, *_ in rows()] == sorted(int(rule) for rule, *_ in rows())


def test_every_module_and_test_that_is_named_exists() -> None:
    for rule, clause, module, test, _gap in rows():
        where = ROOT / f"{module.replace('.', '/')}.py"
        assert where.is_file(), f"{rule}, {clause}: there is no {module}"
        assert not missing(test), f"{rule}, {clause}: there is no {test}"


def test_no_test_is_a_row_of_its_own_page() -> None:
    named = [test for *_, test, _gap in rows()]
    own = [one for one in named if one.startswith("tests/unit/test_rules.py")]
    assert own == ["tests/unit/test_rules.py::test_words_that_nobody_may_read"]


def test_words_that_nobody_may_read() -> None:
    found = [
        (file.relative_to(ROOT).as_posix(), word)
        for file, text in residents_words()
        for word in (*NOWHERE, "退回")
        if word in text.replace(REPAYING, "")
    ]
    assert not found


def residents_words() -> Iterator[tuple[Path, str]]:
    """Every text in the code that residents may see: no docstring, no comment."""
    for folder in ("kiosk/domain", "kiosk/forms", "kiosk/journeys", "kiosk/main", "ui"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            tree = ast.parse(file.read_text("utf-8"))
            for node in ast.walk(tree):
                docs = getattr(node, "body", None)
                if isinstance(docs, list) and docs and isinstance(docs[0], ast.Expr):
                    docs.pop(0)
            for node in ast.walk(tree):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield file, node.value
    for file in sorted((ROOT / "ui").rglob("*.qml")):
        for line in file.read_text("utf-8").splitlines():
            yield file, line.partition("//")[0]


def test_the_search_for_words_sees_texts_and_no_docstrings() -> None:
    texts = {text for _, text in residents_words()}
    assert "听不明白，先停" in texts
    assert any("现在补" in text for text in texts)
    assert not [text for text in texts if text.startswith("Words for residents")]
