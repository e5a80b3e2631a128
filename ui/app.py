"""The Qt application and its QML engine.

Rules:

* Software scene graph unless ``KIOSK_GL`` asks for the machine's own. It costs a sixteenth of
  software GL, and all our drawing is made for it.
* Importing this module stays lean (it stands before the first frame): Qt, fonts and icons. The
  types of the pages come with ``ui.bridge.controllers``.
* Every Qt message goes to ``logging`` under ``kiosk.qt``; warnings are warnings there, so that
  tests and the technician see them. What may be a person's words or numbers is left out.
* QML finds its types in the module ``Kiosk``: files under ``ui/qml/Kiosk`` and the types of
  ``ui.bridge``.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QGuiApplication
from PySide6.QtQml import QQmlApplicationEngine
from PySide6.QtQuick import QQuickWindow, QSGRendererInterface

from ui.bridge import fonts
from ui.bridge.icons import IconProvider

QML = Path(__file__).resolve().parent / "qml"
PORTRAIT = (1080, 1920)
LANDSCAPE = (1920, 1080)

_log = logging.getLogger("kiosk.qt")
_VALUES = r"""\"[^"\n]*\"|(?<!\w)'[^'\n]*'|\S*@\S*|[^\x00-\x7f]+|\w*\d{5,}\w*"""
_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def log_qt_messages() -> None:
    """Bring Qt's messages into ``logging``. Not called in tests: there pytest-qt listens."""

    def handle(kind: QtMsgType, context: object, message: str | None) -> None:
        del context
        _log.log(_LEVELS.get(kind, logging.WARNING), "%s", redacted(message or ""))

    qInstallMessageHandler(handle)


def redacted(message: str) -> str:
    """A message of Qt without quoted values, Chinese, and numbers longer than a line's."""
    return re.sub(_VALUES, "…", message)


def create_app(argv: Sequence[str], *, only_our_fonts: bool = False) -> QGuiApplication:
    """The one application of the process, with fonts set; an existing one is used again.

    Args:
        argv: command line for Qt.
        only_our_fonts: see :func:`ui.bridge.fonts.install`.
    """
    running = QGuiApplication.instance()
    if running is None and not os.environ.get("KIOSK_GL"):
        QQuickWindow.setGraphicsApi(QSGRendererInterface.GraphicsApi.Software)
    app = running if isinstance(running, QGuiApplication) else QGuiApplication(list(argv))
    app.setApplicationName("jinban")
    app.setApplicationDisplayName("近办")
    fonts.install(app, only_ours=only_our_fonts)
    # Glyphs are laid out without hinting: the same picture offscreen and on the panel.
    QQuickWindow.setTextRenderType(QQuickWindow.TextRenderType.QtTextRendering)
    return app


def create_engine() -> QQmlApplicationEngine:
    """A QML engine that knows the module ``Kiosk`` and the icons."""
    engine = QQmlApplicationEngine()
    engine.addImportPath(str(QML))
    engine.addImageProvider("ic", IconProvider())
    return engine
