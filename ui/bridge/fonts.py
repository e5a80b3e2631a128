"""Fonts: what the window is written in.

Rules:

* Noto Sans CJK SC first, HanaMinB behind it for rare characters of names. Where a package is
  missing our own subset stands in (GB 2312, Guangdong's names), and ``lack`` says what to install.
* The families are always set on the application: a text without a family shows empty boxes.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication

FONTS = Path(__file__).resolve().parents[2] / "assets" / "fonts"
FULL = "Noto Sans CJK SC"
RARE = "HanaMinB"
OURS = "Jinban Sans"
_PACKAGES = {FULL: "fonts-noto-cjk", RARE: "fonts-hanazono"}
_BODY_PX = 36


@dataclass(frozen=True, slots=True)
class FontReport:
    """The families in use, best first, and what is missing (an English sentence, or empty)."""

    families: tuple[str, ...]
    lack: str


def install(app: QGuiApplication, *, only_ours: bool = False) -> FontReport:
    """Set the families of ``app``.

    Args:
        app: the application.
        only_ours: leave the system's fonts aside; pictures in tests are then the same everywhere.
    """
    known = frozenset() if only_ours else frozenset(QFontDatabase.families())
    families = [family for family in (FULL,) if family in known]
    if not families:
        for style in ("Regular", "Bold"):
            QFontDatabase.addApplicationFont(str(FONTS / f"JinbanSans-{style}.otf"))
        families.append(OURS)
    if RARE in known:
        families.append(RARE)
    missing = [_PACKAGES[family] for family in (FULL, RARE) if family not in known]
    font = QFont(families)
    font.setPixelSize(_BODY_PX)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    app.setFont(font)
    lack = f"install {' and '.join(missing)} to show every character" if missing else ""
    return FontReport(tuple(families), lack)
