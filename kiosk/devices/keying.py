"""Keying: the port through which letters become Chinese characters.

Rules:

* An engine knows no field and no screen: letters go in, text comes out.
* Nothing that a person typed outlives ``forget``: engines learn nothing and keep no history.
* A machine without the library still types letters and digits (:class:`LettersOnly`); ``doctor``
  names what is missing through :attr:`InputEngine.lack`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol


class Script(StrEnum):
    """A way of spelling Chinese; the value is the id of the engine's schema."""

    PINYIN = "kiosk_pinyin"  # 拼音
    JYUTPING = "kiosk_jyutping"  # 粤拼
    STROKE = "kiosk_stroke"  # 笔画


class InputSession(Protocol):
    """One composition in progress."""

    def use(self, script: Script) -> None:
        """Drop what is being composed and spell in ``script`` from now on."""

    def press(self, letter: str) -> str:
        """Feed one lower-case letter; returns text that is committed by it, mostly empty."""

    def backspace(self) -> bool:
        """Erase the last letter; False when nothing was being composed."""

    def choose(self, index: int) -> str:
        """Take candidate ``index`` (counted from the first); returns text committed by it."""

    def candidates(self, start: int, count: int) -> tuple[str, ...]:
        """Candidates ``start`` … ``start + count - 1``, best first; shorter at the end."""

    def clear(self) -> None:
        """Drop what is being composed."""

    def close(self) -> None:
        """Give the session back; it is not used again."""

    @property
    def letters(self) -> str:
        """What is being composed, as it should be shown; empty when nothing is."""


class InputEngine(Protocol):
    """Opens sessions."""

    @property
    def scripts(self) -> tuple[Script, ...]:
        """The scripts that this engine can spell, the usual one first."""

    @property
    def lack(self) -> str:
        """What is missing on this machine, one English sentence; empty when nothing is."""

    def open(self) -> InputSession:
        """A new session."""

    def forget(self) -> None:
        """Wipe every trace of what was typed. Called when a person leaves."""


class _PlainSession:
    """Every letter is committed as it comes."""

    letters = ""

    def use(self, script: Script) -> None:
        raise ValueError(f"no engine spells {script.value}")

    def press(self, letter: str) -> str:
        return letter

    def backspace(self) -> bool:
        return False

    def choose(self, index: int) -> str:
        raise IndexError(index)

    def candidates(self, start: int, count: int) -> tuple[str, ...]:
        del start, count
        return ()

    def clear(self) -> None:
        """Nothing is ever being composed."""

    def close(self) -> None:
        """Nothing is held."""


class LettersOnly:
    """The engine of a machine without librime: letters and digits only.

    Args:
        lack: what is missing and how to get it, for ``doctor``.
    """

    scripts: tuple[Script, ...] = ()

    def __init__(self, lack: str) -> None:
        self.lack = lack

    def open(self) -> InputSession:
        """A session that commits every letter."""
        return _PlainSession()

    def forget(self) -> None:
        """Nothing is ever kept."""
