"""Check every QML file against the real types: ``python -m ui.lint``. Any warning is an error.

Rules:

* The Python types of ``ui.bridge`` are described from their live meta objects, inherited members
  included, so that a misspelt property of a controller or a list is found before the program runs.
  A property of type QObject is described by the class that its getter says it returns.
* Works on a copy under ``build/``: descriptions hold paths of this machine and are never committed.
* Exit status: 0 clean, 1 something to mend, 3 the tools of PySide6 are missing.
"""

from __future__ import annotations

import ast
import importlib
import json
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import Property, QMetaMethod, QMetaObject, QObject

ROOT = Path(__file__).resolve().parents[1]
MODULE = "Kiosk"
_DEADLINE_S = 120.0
_KINDS = {QMetaMethod.MethodType.Signal: "signals", QMetaMethod.MethodType.Slot: "slots"}


def registered(package: str) -> dict[type[QObject], bool]:
    """Classes of a package that QML knows, by their decorators; True: QML may create them."""
    home = Path(str(importlib.import_module(package).__file__)).parent
    found: dict[type[QObject], bool] = {}
    for path in sorted(home.glob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if not isinstance(node, ast.ClassDef):
                continue
            marks = {ast.unparse(mark).partition("(")[0] for mark in node.decorator_list}
            if "QmlElement" in marks:
                module = importlib.import_module(f"{package}.{path.stem}")
                found[getattr(module, node.name)] = "QmlUncreatable" not in marks
    return found


def describe(classes: Mapping[type[QObject], bool]) -> list[dict[str, Any]]:
    """The classes in the form of Qt's own moc output, which qmltyperegistrar reads."""
    known = {one.__name__ for one in classes}
    described = []
    for one, creatable in classes.items():
        base = next(up for up in one.__mro__ if up.__module__.startswith("PySide6."))
        infos = [{"name": "QML.Element", "value": "auto"}]
        if not creatable:
            infos.append({"name": "QML.Creatable", "value": "false"})
        described.append(
            {
                "className": one.__name__,
                "qualifiedClassName": one.__name__,
                "object": True,
                "superClasses": [{"access": "public", "name": base.__name__}],
                "classInfos": infos,
                **_methods(_meta(one), _meta(base)),
                "properties": _properties(one, _meta(base), known),
            }
        )
    return described


def _meta(one: Any) -> QMetaObject:  # noqa: ANN401 -- the stubs do not know the attribute
    meta: QMetaObject = one.staticMetaObject
    return meta


def _methods(meta: QMetaObject, base: QMetaObject) -> dict[str, list[dict[str, Any]]]:
    methods: dict[str, list[dict[str, Any]]] = {"signals": [], "slots": []}
    for number in range(base.methodCount(), meta.methodCount()):
        method = meta.method(number)
        kind = _KINDS.get(method.methodType())
        if kind is None:
            continue
        names = [bytes(name.data()).decode() for name in method.parameterNames()]
        types = [bytes(name.data()).decode() for name in method.parameterTypes()]
        methods[kind].append(
            {
                "access": "public",
                "name": bytes(method.name().data()).decode(),
                "returnType": str(method.typeName()),
                "arguments": [
                    {"name": name or f"a{place}", "type": kind_}
                    for place, (name, kind_) in enumerate(zip(names, types, strict=True), 1)
                ],
            }
        )
    return methods


def _properties(one: type[QObject], base: QMetaObject, known: set[str]) -> list[dict[str, Any]]:
    meta = _meta(one)
    properties = []
    for place, number in enumerate(range(base.propertyCount(), meta.propertyCount())):
        prop = meta.property(number)
        kind = str(prop.typeName())
        if kind == "QObject*":
            kind = _returned(one, str(prop.name()), known) or kind
        entry: dict[str, Any] = {
            "name": str(prop.name()),
            "type": kind,
            "index": place,
            "read": "read",
        }
        if prop.hasNotifySignal():
            entry["notify"] = bytes(prop.notifySignal().name().data()).decode()
        if prop.isWritable():
            entry["write"] = "write"
        if prop.isConstant():
            entry["constant"] = True
        properties.append(entry)
    return properties


def _returned(one: type[QObject], name: str, known: set[str]) -> str | None:
    """The class that the getter of a property is annotated with, when QML knows it."""
    for up in one.__mro__:
        found = vars(up).get(name)
        if isinstance(found, Property):
            getter: Any = found.fget
            said = str(getattr(getter, "__annotations__", {}).get("return", ""))
            said = said.removesuffix(" | None")
            return f"{said}*" if said in known else None
    return None


def lint(
    qml: Path, classes: Mapping[type[QObject], bool], out: Path, extra: Iterable[Path] = ()
) -> tuple[int, str]:
    """Check all QML files.

    Args:
        qml: folder that holds the folder of the module.
        classes: the Python types, from :func:`registered`.
        out: work folder; emptied first.
        extra: QML files outside the module that use it.

    Returns:
        0 or 1, and what the tools said, with the paths of the sources.
    """
    if out.exists():
        shutil.rmtree(out)
    shutil.copytree(qml, out)
    module = out / MODULE
    description = out / "types.json"
    document = {"classes": describe(classes), "inputFile": "bridge.py", "outputRevision": 69}
    description.write_text(json.dumps([document]), encoding="utf-8")
    types = module / "kiosk.qmltypes"
    failed, words = _run(
        "pyside6-qmltyperegistrar",
        *("--import-name", MODULE, "--major-version", "1", "--generate-qmltypes", types),
        *("-o", out / "unused.cpp", description),
    )
    if failed:
        return 1, words
    with (module / "qmldir").open("a", encoding="utf-8") as qmldir:
        qmldir.write(f"typeinfo {types.name}\n")
    files = [*sorted(out.rglob("*.qml")), *extra]
    failed, words = _run("pyside6-qmllint", "-W", "0", "-I", out, *files)
    told = [line for line in words.splitlines() if line.startswith(("Warning: ", "Error: "))]
    return (1 if failed else 0), "".join(f"{line}\n" for line in told).replace(str(out), str(qml))


def _run(tool: str, *arguments: object) -> tuple[int, str]:
    command = [str(Path(sysconfig.get_path("scripts")) / tool), *map(str, arguments)]
    done = subprocess.run(  # noqa: S603 -- a tool of PySide6, no shell
        command, check=False, capture_output=True, text=True, timeout=_DEADLINE_S
    )
    return done.returncode, done.stdout + done.stderr


def main() -> int:
    """Command line; takes no arguments."""
    extra = sorted((ROOT / "tests").rglob("*.qml"))
    try:
        status, words = lint(
            ROOT / "ui" / "qml", registered("ui.bridge"), ROOT / "build" / "qml", extra
        )
    except FileNotFoundError as missing:
        sys.stderr.write(f"{missing.filename} is missing; install PySide6-Essentials\n")
        return 3
    sys.stderr.write(words)
    return status


if __name__ == "__main__":
    sys.exit(main())
