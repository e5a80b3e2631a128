"""Pictures are decoded apart, within limits, and stored small, upright and without a record."""

from __future__ import annotations

import contextlib
import io
import os
import random
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, PngImagePlugin

from kiosk.devices import darkroom, darkroom_child
from kiosk.devices.darkroom import MAX_BYTES, MAX_PIXELS, Darkroom, develop
from kiosk.domain.problems import EnvironmentProblem, InputProblem

WORDS = b"CANARY-GPS-23.5N-115.9E"
ORIENTATION, DESCRIPTION, GPS = 0x0112, 0x010E, 0x8825


def encoded(picture: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def decoded(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data)) as picture:
        picture.load()
        return picture


def colour(data: bytes, at: tuple[int, int]) -> tuple[int, int, int]:
    found = decoded(data).convert("RGB").getpixel(at)
    assert isinstance(found, tuple)
    red, green, blue = found
    return red, green, blue


def noise(width: int, height: int) -> Image.Image:
    return Image.frombytes("RGB", (width, height), os.urandom(width * height * 3))


def corner(turn: int = 1) -> bytes:
    """A picture with a red upper left corner, once it is turned as its record says."""
    upright = Image.new("RGB", (96, 64), "white")
    ImageDraw.Draw(upright).rectangle((0, 0, 31, 31), fill="red")
    back = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = upright.transpose(back[turn]) if turn in back else upright
    record = Image.Exif()
    record[ORIENTATION] = turn
    return encoded(stored, exif=record.tobytes(), quality=95)


# -- what comes out --------------------------------------------------------------------------------


def test_the_worst_photo_fits() -> None:
    small = develop(encoded(noise(4000, 3000), quality=97))
    width, height = decoded(small).size
    assert len(small) <= MAX_BYTES
    assert MAX_PIXELS * 0.9 < width * height <= MAX_PIXELS
    assert width / height == pytest.approx(4 / 3, abs=0.01)


def test_a_small_picture_keeps_its_size() -> None:
    assert decoded(develop(encoded(Image.new("RGB", (640, 480), "teal"), "PNG"))).size == (640, 480)


@pytest.mark.parametrize("turn", range(1, 9))
def test_it_is_turned_as_the_camera_said(turn: int) -> None:
    upright = develop(corner(turn))
    assert decoded(upright).size == (96, 64)
    red, green, _ = colour(upright, (10, 10))
    assert red > 200
    assert green < 60
    assert min(colour(upright, (80, 50))) > 230


def test_the_camera_s_record_is_left_behind() -> None:
    record = Image.Exif()
    record[DESCRIPTION] = WORDS.decode()
    record.get_ifd(GPS)[29] = WORDS.decode()
    plain = Image.new("RGB", (64, 64), "white")
    thumb = encoded(plain, comment=WORDS)
    jpeg = encoded(
        plain, exif=record.tobytes(), comment=WORDS, xmp=b"<x>" + WORDS + b"</x>", icc_profile=WORDS
    )
    text = PngImagePlugin.PngInfo()
    text.add_text("Author", WORDS.decode())
    text.add_itxt("XML:com.adobe.xmp", WORDS.decode())
    text.add_text("Comment", WORDS.decode(), zip=True)
    png = encoded(plain, "PNG", pnginfo=text, exif=record.tobytes())
    for data in (jpeg, png, jpeg + thumb + WORDS):
        assert WORDS in data
        small = develop(data)
        assert b"CANARY" not in small
        assert set(decoded(small).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_what_is_clear_becomes_white() -> None:
    for mode, clear in (("RGBA", (0, 0, 0, 0)), ("LA", (0, 0))):
        data = encoded(Image.new(mode, (32, 32), clear), "PNG")
        assert min(colour(develop(data), (5, 5))) > 250
    palette = Image.new("P", (32, 32), 0)
    palette.putpalette([0, 0, 0, 200, 0, 0])
    data = encoded(palette, "PNG", transparency=0)
    assert min(colour(develop(data), (5, 5))) > 250


@pytest.mark.parametrize(
    "data",
    [
        encoded(Image.new("CMYK", (40, 30), (0, 0, 0, 0))),
        encoded(Image.new("I;16", (40, 30), 65535), "PNG"),
        encoded(Image.new("L", (40, 30), 255)),
        encoded(Image.new("1", (40, 30), 1), "PNG"),
        encoded(Image.new("RGB", (40, 30), "white").quantize(4), "PNG"),
        encoded(Image.new("RGB", (40, 30), "white"), progressive=True),
        encoded(
            Image.new("RGB", (40, 30), "white"),
            "PNG",
            save_all=True,
            append_images=[Image.new("RGB", (40, 30), "black")],
        ),
    ],
    ids=["cmyk", "16 bit", "grey", "1 bit", "palette", "progressive", "animated"],
)
def test_every_kind_of_white_is_white(data: bytes) -> None:
    small = develop(data)
    assert (decoded(small).mode, decoded(small).size) == ("RGB", (40, 30))
    assert min(colour(small, (5, 5))) > 240


# -- what is refused -------------------------------------------------------------------------------


def png(width: int, height: int, packed: bytes, *more: tuple[bytes, bytes]) -> bytes:
    """A PNG of these parts, with right check sums."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    parts = [(b"IHDR", head), *more, (b"IDAT", packed), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)


GOOD = encoded(Image.new("RGB", (200, 150), "navy"), quality=90)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'
HOSTILE = {
    "nothing": b"",
    "a document": b"%PDF-1.7",
    "zeros after a PNG's beginning": b"\x89PNG\r\n\x1a\n" + b"\0" * 40,
    "an SVG": SVG,
    "an SVG that says it is a JPEG": b"\xff\xd8\xff\xe0" + SVG,
    "an SVG within a PNG's beginning": b"\x89PNG\r\n\x1a\n" + SVG,
    "a GIF": encoded(Image.new("P", (20, 20)), "GIF"),
    "a BMP": encoded(Image.new("RGB", (20, 20)), "BMP"),
    "a TIFF": encoded(Image.new("RGB", (20, 20)), "TIFF"),
    "PostScript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
    "a size and nothing else": b"\xff\xd8\xff\xc0\x00\x11\x08\x00\x10\x00\x20\x03" + bytes(9),
    "a JPEG of no height": b"\xff\xd8\xff\xc0\x00\x11\x08\x00\x00\x00\x20\x03" + bytes(9),
    "a JPEG cut in its tables": GOOD[:200],
    "a PNG with too little in it": png(500, 500, zlib.compress(bytes(10))),
    "a PNG of noise": png(50, 50, b"\x78\x9c" + random.Random(1).randbytes(300)),
    "a bomb in a PNG's text": png(
        50, 50, zlib.compress(bytes(50)), (b"zTXt", b"a\0\0" + zlib.compress(bytes(200_000_000)))
    ),
    "a chunk longer than the file": png(9, 9, zlib.compress(bytes(333))).replace(
        b"\0\0\0\0IEND", b"\x7f\xff\xff\xffIEND"
    )[:-30],
}
BOMBS = {
    "60 000 by 60 000": png(60_000, 60_000, zlib.compress(bytes(100_000))),
    "the widest": png(2**31 - 1, 1, zlib.compress(bytes(100_000))),
    "a JPEG of the largest size": GOOD.replace(
        struct.pack(">HH", 150, 200), struct.pack(">HH", 65_500, 65_500)
    ),
}


@pytest.mark.parametrize("what", list(HOSTILE))
def test_what_is_no_picture_is_refused(what: str) -> None:
    with pytest.raises(InputProblem) as caught:
        develop(HOSTILE[what])
    assert caught.value.code == "bad-photo"
    assert caught.value.message == "this is not a picture that can be read"


@pytest.mark.parametrize("what", list(BOMBS))
def test_what_is_too_large_is_refused_by_its_head(
    what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(darkroom, "Darkroom", None)  # no process is even started
    with pytest.raises(InputProblem) as caught:
        develop(BOMBS[what])
    assert caught.value.code == "too-large"


def test_a_picture_that_is_something_else_as_well_comes_out_as_a_picture_only() -> None:
    script = b"<script>CANARY</script><?php CANARY ?>"
    archive = b"PK\x03\x04CANARY"
    for data in (GOOD + archive, GOOD[:2] + b"\xff\xfe\x00\x2a" + script + b"  " + GOOD[2:]):
        small = develop(data)
        assert b"CANARY" not in small
        assert decoded(small).size == (200, 150)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, len(GOOD) - 1), st.binary(min_size=1, max_size=40), st.booleans())
def test_whatever_is_changed_ends_in_a_picture_or_a_sentence(
    at: int, noise: bytes, cut: bool
) -> None:
    data = GOOD[:at] + noise + (b"" if cut else GOOD[at + len(noise) :])
    with contextlib.suppress(InputProblem):
        assert len(develop(data)) <= MAX_BYTES


# -- the process -----------------------------------------------------------------------------------


def child(folder: Path, body: str) -> Path:
    """A program in the darkroom's place, locked as the real one is."""
    path = folder / "child.py"
    source = Path(darkroom_child.__file__)
    path.write_text(
        f"import sys, os\nsys.path.insert(0, {str(source.parent)!r})\n"
        f"import darkroom_child\ndata = b''\n{body}\n",
        encoding="utf-8",
    )
    return path


@pytest.mark.parametrize(
    "body",
    [
        "os.abort()",
        "os._exit(0)",
        "sys.stdin.buffer.read(); sys.stdout.write('rubbish')",
        "sys.stdin.buffer.read(); sys.stdout.write('jpeg\\n<html>')",
        "darkroom_child._lock(); os.write(1, b'jpeg\\n' + b'\\xff\\xd8\\xff' * 10_000_000)",
        "darkroom_child._lock(); bytearray(2_000_000_000)",
        "import ctypes; ctypes.string_at(0)",
    ],
    ids=["aborts", "says nothing", "rubbish", "no picture", "endless", "memory", "segfault"],
)
def test_a_process_that_dies_or_lies_is_a_plain_sentence(tmp_path: Path, body: str) -> None:
    with Darkroom(child(tmp_path, body)) as room, pytest.raises(InputProblem) as caught:
        room.develop(encoded(noise(600, 500)))
    assert caught.value.code == "bad-photo"


@pytest.mark.parametrize("body", ["import time; time.sleep(60)", "while True: pass"])
def test_a_process_that_hangs_is_killed(tmp_path: Path, body: str) -> None:
    room = Darkroom(child(tmp_path, body), seconds=0.3)
    with room, pytest.raises(InputProblem):
        room.develop(encoded(noise(600, 500)))
    assert room._process.returncode == -9


def test_the_process_can_open_nothing(tmp_path: Path) -> None:
    """Every door that a broken decoder could try, tried from inside."""
    body = """
import ctypes, socket, resource, subprocess
libc = ctypes.CDLL(None)
darkroom_child._lock()
tried = {
    "open": lambda: open("/etc/passwd"), "socket": lambda: socket.socket(),
    "unix": lambda: socket.socket(socket.AF_UNIX), "pipe": os.pipe,
    "write": lambda: open("left", "w"), "limit": lambda: resource.setrlimit(
        resource.RLIMIT_NOFILE, (4096, 8192)) if os.getuid() else resource.nothing,
}
opened = []
for name, attempt in tried.items():
    try:
        attempt()
        opened.append(name)
    except (OSError, ValueError, AttributeError):
        pass
state = [libc.prctl(3, 0, 0, 0, 0), resource.getrlimit(resource.RLIMIT_CORE)[1],
         libc.prctl(39, 0, 0, 0, 0), sorted(os.environ)]
raise SystemExit(os.write(1, repr((opened, state)).encode()) and 0)
"""
    with Darkroom(child(tmp_path, body)) as room:
        with pytest.raises(InputProblem):
            room.develop(GOOD)
        said = os.pread(room._answer, 1000, 0).decode()
    assert said == "([], [0, 0, 1, ['LC_CTYPE']])"


def test_a_machine_that_cannot_start_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-python"))
    with pytest.raises(EnvironmentProblem) as caught:
        Darkroom()
    assert caught.value.code == "no-darkroom"


def test_it_leaves_no_process_and_no_file_behind() -> None:
    def opened() -> set[str]:
        paths = list(Path("/proc/self/fd").iterdir())
        return {str(path.readlink()) for path in paths if path.is_symlink()}

    before = opened()
    develop(GOOD)
    with Darkroom() as unused:
        pass
    assert unused._process.returncode is not None
    assert opened() <= before
    listed = subprocess.run(
        ["ps", "--ppid", str(os.getpid()), "-o", "args="],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "darkroom" not in listed.stdout
