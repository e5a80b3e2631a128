"""The rules of the house that no linter knows: sizes, docstrings, cycles, words, licences."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from functools import cache
from importlib.metadata import version
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).resolve().parents[2]
OURS = ("kiosk", "ui", "sync", "assets", "tests")
MOST_PY, HARD_PY = 400, 600
MOST_QML, HARD_QML = 250, 400
MOST_FUNCTION, HARD_FUNCTION = 40, 60
FORBIDDEN_QT = (
    "QtVirtualKeyboard",
    "QtCharts",
    "QtGraphs",
    "QtDataVisualization",
    "QtQuick3D",
    "QtNetworkAuth",
    "QtHttpServer",
    "QtLottie",
    "QtQuick.VirtualKeyboard",
    "QtWebEngine",
)
"""GPL only, or far more than a kiosk should carry."""
PLACES = (
    re.compile(r"(?<![\w./])/(?:work|root|home/[a-z]\w*)/"),
    re.compile(r"(?:pypi|files\.pythonhosted|registry\.npmjs|mirrors?\.[a-z]+)\.(?:org|com|cn)"),
    re.compile(r"(?:artifactory|devpi|nexus)[.\w-]*/"),
)
UNFINISHED = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")
TEXT = {".py", ".qml", ".md", ".toml", ".yaml", ".yml", ".txt", ".cfg", ".svg", ".mako", ""}


@cache
def tracked() -> tuple[Path, ...]:
    """The files of the project; those under version control where there is one."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False, text=True
    )
    if listed.returncode == 0:
        named = [ROOT / name for name in listed.stdout.split("\0") if name]
    else:
        named = [path for folder in OURS for path in (ROOT / folder).rglob("*")]
    return tuple(path for path in named if path.is_file())


def ours(suffix: str) -> list[Path]:
    return [
        path
        for path in tracked()
        if path.suffix == suffix and path.relative_to(ROOT).parts[0] in OURS
    ]


def shown(paths: list[str]) -> str:
    return "\n".join(sorted(paths))


@pytest.mark.parametrize(
    ("suffix", "most", "hard"), [(".py", MOST_PY, HARD_PY), (".qml", MOST_QML, HARD_QML)]
)
def test_files_are_short(suffix: str, most: int, hard: int) -> None:
    lengths = {
        path.relative_to(ROOT).as_posix(): len(path.read_text("utf-8").splitlines())
        for path in ours(suffix)
    }
    assert lengths
    assert not {name: length for name, length in lengths.items() if length > hard}
    long = {name for name, length in lengths.items() if length > most}
    assert long <= LONG_FILES, f"longer than {most} lines: {long - LONG_FILES}"


LONG_FILES = {
    "tests/crash/store/test_crash.py",  # one checker and what it is checked with
}
"""Files between the limit and the hard limit; the list may only shrink."""


def test_functions_are_short() -> None:
    long, far_too_long = set(), []
    for path in ours(".py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = _body_length(node)
                if length > HARD_FUNCTION:
                    far_too_long.append(f"{path}:{node.lineno} {node.name}: {length}")
                elif length > MOST_FUNCTION and _is_product(path):
                    long.add(f"{path.relative_to(ROOT).as_posix()} {node.name}")
    assert not far_too_long, shown(far_too_long)
    assert long <= LONG_FUNCTIONS, f"longer than {MOST_FUNCTION} lines: {long - LONG_FUNCTIONS}"


LONG_FUNCTIONS = {"sync/platform/publishing/derive.py item"}  # one call with a value per field
"""Functions of the product between the limit and the hard limit; the list may only shrink."""


def _body_length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of the body without the docstring."""
    body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1


def _is_product(path: Path) -> bool:
    return path.relative_to(ROOT).parts[0] != "tests"


def test_every_module_says_its_rules() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in ours(".py")
        if (tree := ast.parse(path.read_text("utf-8"))).body and not ast.get_docstring(tree)
    ]
    assert not silent, shown(silent)


def test_no_package_imports_itself_in_a_circle() -> None:
    graph = grimp.build_graph(
        "kiosk", "ui", "sync", cache_dir=None, exclude_type_checking_imports=True
    )
    modules = sorted(graph.modules)
    order: dict[str, int] = {}
    circles: list[list[str]] = []
    for module in modules:
        _look_for_circles(graph, module, [], order, circles)
    assert not circles, circles


def _look_for_circles(
    graph: grimp.ImportGraph,
    module: str,
    way: list[str],
    order: dict[str, int],
    circles: list[list[str]],
) -> None:
    """Depth first; ``order`` 1: on the way, 2: done."""
    if order.get(module) == 2:
        return
    if order.get(module) == 1:
        circles.append([*way[way.index(module) :], module])
        return
    order[module] = 1
    for other in sorted(graph.find_modules_directly_imported_by(module)):
        _look_for_circles(graph, other, [*way, module], order, circles)
    order[module] = 2


@pytest.mark.parametrize("module", FORBIDDEN_QT)
def test_no_module_of_qt_that_the_licence_forbids(module: str) -> None:
    found = [
        str(path.relative_to(ROOT))
        for path in [*ours(".py"), *ours(".qml")]
        if path != Path(__file__) and re.search(rf"import.*\b{module}\b", path.read_text("utf-8"))
    ]
    assert not found, shown(found)


def test_the_window_loads_no_such_module_either() -> None:
    """What a process that imported the window's modules holds, not what the text says."""
    code = (
        "import sys, ui.app, kiosk.main.window; print(*[m for m in sys.modules if 'PySide6' in m])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True, text=True
    )
    loaded = set(done.stdout.split())
    assert "PySide6.QtQml" in loaded
    assert not {f"PySide6.{name}" for name in FORBIDDEN_QT} & loaded


def _texts() -> list[tuple[Path, str]]:
    return [
        (path, path.read_text("utf-8"))
        for path in tracked()
        if path.suffix in TEXT and path.name != "test_house.py" and path.stat().st_size < 500_000
    ]


def test_no_place_of_a_machine_and_no_registry_stands_in_the_project() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path, text in _texts()
        for pattern in PLACES
        for match in pattern.finditer(text)
    ]
    assert not found, shown(found)


def test_nothing_is_left_for_later() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path, text in _texts()
        for match in UNFINISHED.finditer(text)
    ]
    assert not found, shown(found)


def test_the_notices_name_every_folder_of_assets() -> None:
    notices = "\n".join(
        path.read_text("utf-8")
        for path in tracked()
        if path.name in {"NOTICE", "THIRD_PARTY.md", "THIRD-PARTY.md"}
    )
    folders = {
        path.relative_to(ROOT / "assets").parts[0]
        for path in tracked()
        if (ROOT / "assets") in path.parents and path.parent != ROOT / "assets"
    }
    assert folders
    missing = {name for name in folders if f"assets/{name}" not in notices}
    assert not missing, f"no notice names {sorted(missing)}"


def test_qt_is_one_that_this_python_survives() -> None:
    if sys.version_info < (3, 12):
        assert not version("PySide6-Essentials").startswith("6.12.")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    (bound,) = [one for one in project["dependencies"] if one.startswith("PySide6-Essentials")]
    assert "<6.12" in bound


def test_no_dependency_is_without_an_upper_bound() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    loose = [one for one in project["dependencies"] if "<" not in one]
    assert not loose, loose
