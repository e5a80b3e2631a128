"""The key surface: what stands behind every on-screen key.

Rules:

* It knows no field: letters go in, ``committed`` and ``erased`` come out; the page that listens
  decides where text goes.
* Modes are ``pinyin``, ``jyutping``, ``stroke``, ``letters`` and ``digits``; the last two never
  compose and need no engine. Without an engine only these two are offered.
* Nothing typed stays: ``clear`` drops the composition, and the session's owner calls
  ``engine.forget()`` when a person leaves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.devices.keying import InputEngine, LettersOnly, Script
from ui.bridge.emptying import empty_when_destroyed
from ui.bridge.rows import Rows

QML_IMPORT_NAME = "Kiosk"
QML_IMPORT_MAJOR_VERSION = 1

_SCRIPTS = {"pinyin": Script.PINYIN, "jyutping": Script.JYUTPING, "stroke": Script.STROKE}
_PLAIN = ("letters", "digits")
_DEEPEST = 400  # candidates further down are noise


@dataclass(frozen=True, slots=True)
class Candidate:
    """One key of the candidate bar."""

    text: str


@QmlElement
class KeySurface(QObject):
    """One composition and its candidates.

    ``use`` is called once at start with the engine of the process; every surface made afterwards
    opens its own session in it.
    """

    _engine: ClassVar[InputEngine] = LettersOnly("no engine was opened")

    committed = Signal(str, arguments=["text"])
    erased = Signal()
    composingChanged = Signal()
    pageChanged = Signal()
    modeChanged = Signal()
    pageSizeChanged = Signal()

    @classmethod
    def use(cls, engine: InputEngine) -> None:
        """Type with ``engine`` from now on."""
        cls._engine = engine

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = self._engine.open()
        self._modes = [*(name for name in _SCRIPTS if _SCRIPTS[name] in self._engine.scripts)]
        self._modes += _PLAIN
        self._mode = self._modes[0]
        self._candidates = Rows(Candidate, self)
        self._composing = ""
        self._start = 0
        self._page_size = 7
        self._more = False
        empty_when_destroyed(self)

    # -- what QML reads -------------------------------------------------------------------------

    @Property(str, notify=composingChanged)
    def composing(self) -> str:
        """Letters that are not yet characters, as they should be shown in the field."""
        return self._composing

    @Property(QObject, constant=True)
    def candidates(self) -> Rows:
        """The candidates of this page (role ``text``), best first."""
        return self._candidates

    @Property(bool, notify=pageChanged)
    def hasMore(self) -> bool:
        """There is a next page of candidates."""
        return self._more

    @Property(bool, notify=pageChanged)
    def hasBefore(self) -> bool:
        """There is a page of candidates before this one."""
        return self._start > 0

    @Property("QStringList", constant=True)  # type: ignore[arg-type]  # a name is taken too
    def modes(self) -> list[str]:
        """The modes that can be had on this machine."""
        return self._modes

    def _get_mode(self) -> str:
        return self._mode

    def _set_mode(self, mode: str) -> None:
        if mode == self._mode or mode not in self._modes:
            return
        self._mode = mode
        if mode in _SCRIPTS:
            self._session.use(_SCRIPTS[mode])
        self.clear()
        self.modeChanged.emit()

    mode = Property(str, _get_mode, _set_mode, notify=modeChanged)

    def _get_page_size(self) -> int:
        return self._page_size

    def _set_page_size(self, size: int) -> None:
        if size != self._page_size and size > 0:
            self._page_size = size
            self.pageSizeChanged.emit()
            self._refresh(self._start)

    pageSize = Property(int, _get_page_size, _set_page_size, notify=pageSizeChanged)

    # -- what keys do ---------------------------------------------------------------------------

    @Slot(str)
    def press(self, key: str) -> None:
        """One key with one character."""
        letter = key.lower()
        if self._mode in _SCRIPTS and len(letter) == 1 and "a" <= letter <= "z":
            self._commit(self._session.press(letter))
            self._refresh(0)
            return
        self._settle()
        self._commit(key)

    @Slot(int)
    def choose(self, index: int) -> None:
        """Take the candidate at ``index`` of this page."""
        if 0 <= index < self._candidates.rowCount():
            self._commit(self._session.choose(self._start + index))
            self._refresh(0)

    @Slot()
    def backspace(self) -> None:
        """Erase a letter that is being composed, else tell the field to erase."""
        if self._session.backspace():
            self._refresh(0)
        else:
            self.erased.emit()

    @Slot()
    def space(self) -> None:
        """Take the best candidate; with nothing composed, a space."""
        if self._composing:
            self._settle()
        else:
            self._commit(" ")

    @Slot()
    def clear(self) -> None:
        """Drop what is being composed."""
        self._session.clear()
        self._refresh(0)

    @Slot()
    def nextPage(self) -> None:
        """Show the next candidates."""
        if self._more:
            self._refresh(self._start + self._page_size)

    @Slot()
    def previousPage(self) -> None:
        """Show the candidates before."""
        self._refresh(max(0, self._start - self._page_size))

    # -- inside ---------------------------------------------------------------------------------

    def _settle(self) -> None:
        """Turn everything that is being composed into its best candidates."""
        while self._session.letters and self._session.candidates(0, 1):
            before = self._session.letters
            self._commit(self._session.choose(0))
            if self._session.letters == before:
                break
        self._session.clear()
        self._refresh(0)

    def _commit(self, text: str) -> None:
        if text:
            self.committed.emit(text)

    def _refresh(self, start: int) -> None:
        composing = self._session.letters
        found: tuple[str, ...] = ()
        if composing and start < _DEEPEST:
            found = self._session.candidates(start, self._page_size + 1)
        self._start = start
        self._more = len(found) > self._page_size
        self._candidates.show([Candidate(text) for text in found[: self._page_size]])
        self.pageChanged.emit()
        if composing != self._composing:
            self._composing = composing
            self.composingChanged.emit()
