"""Icons, fonts, QR, ink, licences, forbidden modules, and the interpreter's own health."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import zxingcpp
from fontTools.ttLib import TTFont
from PySide6.QtCore import QObject, QPoint, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest

from tests.helpers.screens import Screen
from ui.bridge import fonts, icons, ink, qr
from ui.lint import ROOT

Show = Callable[..., Screen]
ASSETS = ROOT / "assets"
SOURCES = [
    path
    for folder in ("ui", "kiosk", "tests")
    for path in (ROOT / folder).rglob("*")
    if path.suffix in {".py", ".qml"} and path != Path(__file__)
]
QML = [path for path in SOURCES if path.suffix == ".qml"]


def test_no_module_of_qt_that_is_only_gpl() -> None:
    forbidden = re.compile(
        r"(QtQuick\.VirtualKeyboard|QtQuick3D|\bQt(Charts|DataVisualization|Graphs|HttpServer"
        r"|Multimedia|NetworkAuth|VirtualKeyboard|WebEngine))"
    )
    importing = re.compile(r"^\s*(from PySide6|import )[^\n]*", re.MULTILINE)
    for path in SOURCES:
        for line in importing.finditer(path.read_text(encoding="utf-8")):
            assert not forbidden.search(line[0]), path


def test_qml_uses_no_shader_and_no_free_text() -> None:
    shader = re.compile(r"\b(ShaderEffect|MultiEffect|layer\.effect|gradient:|Gradient)\b")
    free = re.compile(r"^\s*(Text|Label|TextField|TextInput|TextEdit|TextArea) \{", re.MULTILINE)
    for path in QML:
        code = path.read_text(encoding="utf-8")
        assert not shader.search(code), path
        if path.name != "Words.qml":
            assert not free.search(code), path


def test_only_the_theme_holds_a_colour() -> None:
    for path in (ROOT / "ui" / "qml" / "Kiosk" / "components").glob("*.qml"):
        assert not re.search(r'"#[0-9A-Fa-f]{3,8}"', path.read_text(encoding="utf-8")), path


def test_licences_are_here() -> None:
    assert "ISC License" in (ASSETS / "icons" / "LICENSE").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE" in (ASSETS / "fonts" / "OFL.txt").read_text(encoding="utf-8")
    for folder in ("icons", "fonts", "art", "input"):
        assert (ASSETS / folder / "README.md").is_file()


@pytest.mark.parametrize("path", sorted((ASSETS / "icons").glob("*.svg")), ids=lambda p: p.stem)
def test_every_icon_draws_in_its_colour(path: Path) -> None:
    image = icons.draw(path.stem, "a61b14", 2, 48)
    solid = [
        colour
        for x in range(48)
        for y in range(48)
        if (colour := image.pixelColor(x, y)).alpha() == 255
    ]
    assert solid
    for colour in solid:  # blending may round by one
        assert abs(colour.red() - 0xA6) < 3
        assert abs(colour.green() - 0x1B) < 3
        assert abs(colour.blue() - 0x14) < 3


def test_every_icon_that_qml_names_exists() -> None:
    known = {path.stem for path in (ASSETS / "icons").glob("*.svg")}
    naming = re.compile(r'[iI]con(?:Name)?: "([a-z0-9-]+)"|name: "([a-z0-9-]+)"')
    for path in (ROOT / "ui" / "qml" / "Kiosk" / "components").glob("*.qml"):
        for found in naming.finditer(path.read_text(encoding="utf-8")):
            name = found[1] or found[2]
            assert name in known or name.startswith("village-"), f"{path.name}: {name}"


def test_an_unknown_icon_is_told(qtlog: object, qapp: QGuiApplication) -> None:
    with pytest.raises(FileNotFoundError):
        icons.draw("no-such-icon", "000000", 2, 48)


def test_our_font_covers_gb2312_and_the_places_of_guangdong() -> None:
    wanted = set((ASSETS / "input" / "places.txt").read_text(encoding="utf-8"))
    wanted |= set((ASSETS / "input" / "characters.txt").read_text(encoding="utf-8"))
    for row in range(0xB0, 0xF8):
        for cell in range(0xA1, 0xFF):
            wanted.add(bytes((row, cell)).decode("gb2312", errors="ignore"))
    wanted -= {"", "\n", "\t"}
    for style in ("Regular", "Bold"):
        file = ASSETS / "fonts" / f"JinbanSans-{style}.otf"
        assert file.stat().st_size < 3_000_000
        font = TTFont(file)
        assert {c for c in wanted if ord(c) not in font.getBestCmap()} == set()
        names = {str(record) for record in font["name"].names if record.nameID in {1, 4, 6, 16}}
        assert not any("Noto" in name or "Source" in name for name in names)


def test_without_font_packages_ours_stands_in(qapp: QGuiApplication) -> None:
    usual = qapp.font()
    try:
        report = fonts.install(qapp, only_ours=True)
        assert report.families == (fonts.OURS,)
        assert "fonts-noto-cjk" in report.lack
        assert qapp.font().families() == [fonts.OURS]
    finally:
        qapp.setFont(usual)


def test_qr_is_read_back(show: Show) -> None:
    text = "JB1:T0123456789AB:0417-7:00112233445566778899aabbccddeeff"
    screen = show(
        f"import QtQuick\nimport Kiosk\nRectangle {{ color: Theme.paper\n"
        f'QrCode {{ width: 380; height: 380; text: "{text}" }} }}'
    )
    image = screen.view.grabWindow().convertToFormat(QImage.Format.Format_Grayscale8)
    image = image.copy(0, 0, 400, 400)
    grey = memoryview(bytes(image.constBits()))
    read = zxingcpp.read_barcodes(grey.cast("B", (400, image.bytesPerLine())))
    assert [code.text for code in read] == [text]


def test_qr_has_a_quiet_zone_of_four_modules(show: Show) -> None:
    assert qr.QUIET == 4
    modules = len(qr.matrix("x")) + 2 * qr.QUIET
    code = f"QrCode {{ width: {modules * 10}; height: width; text: 'x' }}"
    screen = show(f"import QtQuick\nimport Kiosk\nItem {{ {code} }}")
    image = screen.view.grabWindow()
    assert image.pixelColor(39, 45) == QColor("white")
    assert image.pixelColor(45, 45) == QColor("black")


def test_a_signature_is_kept_and_forgotten(show: Show) -> None:
    screen = show(Path(__file__).parent / "MandateSheet.qml")
    pad = next(item for item in screen.items() if item.objectName() == "pad")
    found = next(item for item in screen.items() if isinstance(item, ink.Ink))
    assert found.png() == b""
    start = screen.box(found).center().toPoint() + QPoint(-200, 0)
    left = Qt.MouseButton.LeftButton
    QTest.mousePress(screen.view, left, Qt.KeyboardModifier.NoModifier, start)
    for step in range(1, 20):
        QTest.mouseMove(screen.view, start + QPoint(20 * step, 5 * step))
    QTest.mouseMove(screen.view, QPoint(1079, 1919))  # off the pad: held at its edge
    QTest.mouseRelease(screen.view, left, Qt.KeyboardModifier.NoModifier, start)
    assert pad.property("strokes") == 1
    picture = QImage.fromData(found.png())
    assert picture.width() <= found.width() + 60
    assert picture.pixelColor(0, 0) == QColor("white")
    assert hashlib.sha256(found.png()).digest() == hashlib.sha256(found.png()).digest()
    found.clear()
    assert found.png() == b""
    assert pad.property("strokes") == 0


def test_void_calls_keep_the_reference_count_of_none() -> None:
    # PySide6 6.12.0 on Python 3.11 drops one reference of None with nearly every void call and
    # kills the process after some thousands of them.
    thing = QObject()
    item = QQuickItem()
    before = sys.getrefcount(None)
    for _ in range(100_000):
        thing.setObjectName("x")
        item.setWidth(3.0)
    drift = sys.getrefcount(None) - before
    assert abs(drift) < 1000, drift


def test_importing_the_window_stays_lean() -> None:
    heavy = [
        "sqlalchemy",
        "requests",
        "jsonschema",
        "jsonschema_rs",
        "qrcode",
        "PIL",
        "tuf",
        "cryptography",
        "fastapi",
    ]
    code = (
        "import sys\nimport ui.app\n"
        f"heavy = {heavy!r}\n"
        "found = [name for name in heavy if name in sys.modules]\n"
        "found += [n for n in sys.modules if n.startswith(('kiosk.store', 'sync'))]\n"
        "assert not found, found\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, timeout=60)


def test_icons_come_at_the_size_asked_for() -> None:
    size = QSize()
    image = icons.IconProvider().requestImage("check/0b5a4a/2", size, QSize(64, 64))
    assert (image.width(), size.width()) == (64, 64)
