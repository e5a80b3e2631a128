"""The real application, looked through by a test: ``python -m tests.helpers.searched_host``.

Rules: the tests' host with three more commands. ``remains`` writes down, for the test to search,
every text that this process can reach: properties of all Qt objects and items, rows of all lists,
the accessibility tree, clipboard and selection, what the keys are composing, and the texts and
bytes of all Python objects. ``made`` gives the bytes that the window made itself (signature,
pictures), so that they can be looked for; ``plant`` leaks on purpose. Stderr goes to the file that
``SEARCHED_STDERR`` names.
"""

from __future__ import annotations

import ctypes
import gc
import os
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kiosk.main.puppet.stage import Stage, main

if "SEARCHED_STDERR" in os.environ:
    target = os.open(os.environ["SEARCHED_STDERR"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(target, 2)
    os.close(target)

import shiboken6
from PySide6.QtCore import QAbstractItemModel, QByteArray, QModelIndex, QObject, QUrl
from PySide6.QtGui import QAccessible, QAccessibleInterface, QClipboard, QGuiApplication
from PySide6.QtQuick import QQuickItem

from ui.bridge.ink import Ink
from ui.bridge.keys import KeySurface

_PR_GET_DUMPABLE = 3


class SearchedStage(Stage):
    """A stage that tells what is left."""

    def __init__(self, *arguments: Any) -> None:  # noqa: ANN401 (as the stage's)
        super().__init__(*arguments)
        self._commands |= {"remains": self.remains, "made": self.made, "plant": self.plant}
        self._planted: list[object] = []

    def remains(self, folder: str) -> dict[str, int]:
        """Write what can be reached into files of a folder, one a channel; their sizes."""
        self.settle()
        gc.collect()
        channels = {
            "objects": self._objects(),
            "accessibility": self._accessible(),
            "clipboard": _clipboard(),
            "keys": self._keys(),
            "python": _python(),
            "process": _texts(
                [list(os.environb.items()), sys.argv, Path("/proc/self/cmdline").read_bytes()]
            ),
        }
        return {
            name: Path(folder, name).write_bytes(b"\n".join(found))
            for name, found in channels.items()
        }

    def made(self) -> dict[str, Any]:
        """Signature and pictures of the application being made; limits of this process."""
        station = self._station
        application = station.session.filing.now_application
        inks = [one for one in gc.get_objects() if isinstance(one, Ink)]
        return {
            "signatures": [png.hex() for ink in inks if (png := ink.png())],
            "pictures": [one.data.hex() for one in application.attachments],
            "core": resource.getrlimit(resource.RLIMIT_CORE),
            "dumpable": ctypes.CDLL(None).prctl(_PR_GET_DUMPABLE, 0, 0, 0, 0),
        }

    def plant(self, channel: str, word: str) -> None:
        """Leak a word on purpose, for the control."""
        window = self._station.window
        if channel == "objects":
            leak = QObject(window)
            leak.setProperty("left", word)
        elif channel == "clipboard":
            QGuiApplication.clipboard().setText(word)
        elif channel == "keys":
            surface = next(iter(window.findChildren(KeySurface)), None) or KeySurface(window)
            for letter in word:
                surface.press(letter)
        elif channel == "accessibility":
            window.setTitle(word)
        elif channel == "python":
            self._planted.append({"left": (word,)})
        elif channel == "process":
            os.environ["LEFT"] = word
        elif channel == "stderr":
            sys.stderr.write(word)
            sys.stderr.flush()

    # -- channels -------------------------------------------------------------------------------

    def _objects(self) -> Iterator[bytes]:
        station = self._station
        roots: list[QObject] = [station.window, station.engine, station.front, station, station.app]
        roots += [station.session, *station.controllers]
        instance = QGuiApplication.instance()
        if instance is not None:
            roots.append(instance)
        seen: set[int] = set()
        waiting = list(roots)
        while waiting:
            one = waiting.pop()
            address = shiboken6.getCppPointer(one)[0]  # wrappers come and go
            if address in seen:
                continue
            seen.add(address)
            waiting += one.children()
            if isinstance(one, QQuickItem):
                waiting += one.childItems()
            waiting += [value for value in _values(one) if isinstance(value, QObject)]
            yield from (text for value in _values(one) for text in _texts(value))
            if isinstance(one, QAbstractItemModel):
                yield from _rows(one)

    def _accessible(self) -> Iterator[bytes]:
        top = QAccessible.queryAccessibleInterface(self._station.window)
        return iter(()) if top is None else _spoken(top)

    def _keys(self) -> Iterator[bytes]:
        """What stands in the input engine: letters, candidates, texts not yet taken."""
        for surface in self._station.window.findChildren(KeySurface):
            session = surface._session
            letters = session.letters.replace(" ", "")  # shown syllable by syllable
            yield from _texts([letters, session.candidates(0, 9), surface.composing])
        inside = self._station._interior
        engine = None if inside is None else inside._input
        if engine is not None:
            fresh = engine.open()
            yield from _texts([fresh.letters, fresh.candidates(0, 9)])
            fresh.close()


def _values(one: QObject) -> list[object]:
    """Values of all properties, dynamic ones too."""
    meta = one.metaObject()
    names = [str(meta.property(number).name()) for number in range(meta.propertyCount())]
    names += [bytes(name.data()).decode() for name in one.dynamicPropertyNames()]
    return [value for name in names if (value := _value(one, name)) is not None]


def _value(one: QObject, name: str) -> object:
    try:
        return one.property(name)
    except RuntimeError:  # of a kind that Python cannot see; none of ours is
        return None


def _texts(value: object) -> Iterator[bytes]:
    if isinstance(value, str):
        yield value.encode("utf-8", "surrogatepass")
    elif isinstance(value, QByteArray):
        yield bytes(value.data())
    elif isinstance(value, bytes | bytearray):
        yield bytes(value)
    elif isinstance(value, QUrl):
        yield value.toString().encode()
    elif isinstance(value, list | tuple | set):
        for part in value:
            yield from _texts(part)
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from _texts([name, part])
    elif isinstance(value, QAbstractItemModel):
        yield from _rows(value)


def _rows(model: QAbstractItemModel) -> Iterator[bytes]:
    for row in range(model.rowCount(QModelIndex())):
        for role in model.roleNames():
            yield from _texts(model.data(model.index(row, 0, QModelIndex()), role))


def _spoken(node: QAccessibleInterface) -> Iterator[bytes]:
    for kind in (QAccessible.Text.Name, QAccessible.Text.Description, QAccessible.Text.Value):
        yield node.text(kind).encode()
    for number in range(node.childCount()):
        child = node.child(number)
        if child is not None:
            yield from _spoken(child)


def _clipboard() -> Iterator[bytes]:
    clipboard = QGuiApplication.clipboard()
    for mode in QClipboard.Mode:
        data = clipboard.mimeData(mode)
        if data is not None:
            for kind in data.formats():
                yield from _texts([kind, data.data(kind)])


def _python() -> Iterator[bytes]:
    """Texts and bytes of every object that the collector knows, and of what they hold directly."""
    seen: set[int] = set()
    for one in gc.get_objects():
        if type(one).__module__ == __name__:
            continue
        for held in gc.get_referents(one):
            yield from _held(held, seen, depth=3)


def _held(value: object, seen: set[int], depth: int) -> Iterator[bytes]:
    if isinstance(value, str | bytes | bytearray):
        if id(value) not in seen:
            seen.add(id(value))
            yield from _texts(value)
    elif depth and isinstance(value, tuple | dict) and not gc.is_tracked(value):
        for part in gc.get_referents(value):
            yield from _held(part, seen, depth - 1)


if __name__ == "__main__":
    sys.exit(main(SearchedStage))
