"""Driver: use the station as a person does.

Rules: the product's own hand (``kiosk.main.puppet.hand``) on the tests' host, as strict as tests
are: Python warnings are errors inside the window too, and every fault fails the test at once.
"""

from __future__ import annotations

from pypinyin import lazy_pinyin

from kiosk.main.puppet.hand import Hand, Launch, Thing
from tests.helpers.command import ROOT, environment

__all__ = ["KEYS", "Driver", "Thing"]

KEYS = ROOT / "build" / "rime"


class Driver(Hand):
    """One station's window in a process of its own: ``Driver().start(home)``."""

    def __init__(self) -> None:
        launch = Launch("tests.helpers.host", environment(), ROOT)
        super().__init__(KEYS, readings=lazy_pinyin, launch=launch)
