"""The inside of the darkroom: one picture in, one small upright JPEG out, then the end.

Rules:

* A program of its own (``python -I -S darkroom_child.py …``): it knows nothing of the station,
  has no environment, and one picture is its whole life, so nothing of a person outlives it.
* Before it reads a byte of the picture everything it needs is loaded and every limit is set:
  memory, processor time, size of what it writes, no core file, no further file or socket, no new
  rights. A picture that breaks the decoder breaks this process and nothing else.
* Metadata (place, time, device, words) stay behind: only pixels are written, turned upright as the
  camera's record said; colours of print (CMYK), 16 bits and transparency become plain RGB on white.
* The answer is a word and a line end, then the picture if the word is ``jpeg``.
"""

from __future__ import annotations

import io
import os
import resource
import sys
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

MAX_PIXELS: Final = 2_000_000
MAX_BYTES: Final = 400_000
MAX_SOURCE_PIXELS: Final = 64_000_000
MEMORY: Final = 512 * 1024 * 1024
CPU_SECONDS: Final = 10
ANSWER_BYTES: Final = MAX_BYTES + 64
_QUALITIES: Final = ((85, 1.0), (75, 0.8), (65, 0.7), (50, 0.6), (35, 0.0))
"""Tried in this order, with the share of the first one's bytes that is to be expected at best."""
_STREAMS: Final = 3
_ORIENTATION: Final = 0x0112
_TURNS: Final = {2: 0, 3: 3, 4: 1, 5: 5, 6: 4, 7: 6, 8: 2}
"""The record's orientation to Pillow's ``Transpose``."""
_SET_DUMPABLE: Final = 4
_SET_NO_NEW_PRIVS: Final = 38


def main() -> None:
    """Load, lock the door, read, develop, answer."""
    sys.path.append(sys.argv[1])
    from PIL import Image, JpegImagePlugin, MpoImagePlugin, PngImagePlugin, TiffImagePlugin

    del (
        JpegImagePlugin,
        MpoImagePlugin,
        PngImagePlugin,
        TiffImagePlugin,
    )  # loaded now: later nothing can be opened
    _encoded(Image.new("RGB", (8, 8)))  # whatever the encoder loads late, it loads now
    _lock()
    sys.stdout.buffer.write(_answer(sys.stdin.buffer.read(), Image))
    sys.stdout.buffer.flush()
    os._exit(0)  # nothing is left to tidy up, and tidying takes time


def _lock() -> None:
    """Give up what a decoder does not need."""
    import ctypes

    library = ctypes.CDLL(None)
    library.prctl(_SET_DUMPABLE, 0, 0, 0, 0)
    library.prctl(_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    for limit, value in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, ANSWER_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_NOFILE, _STREAMS),
    ):
        resource.setrlimit(limit, (value, value))


def _answer(data: bytes, pillow: Any) -> bytes:  # noqa: ANN401 (the module Image)
    try:
        with pillow.open(io.BytesIO(data), formats=("JPEG", "PNG")) as picture:
            if picture.width * picture.height > MAX_SOURCE_PIXELS:
                return b"too-large\n"
            return b"jpeg\n" + _encoded(_plain(_upright(_small(picture))))
    except (MemoryError, pillow.DecompressionBombError):
        return b"too-large\n"
    except Exception:  # noqa: BLE001 (top of this process: whatever a decoder says, it is no picture)
        return b"bad-photo\n"


def _small(picture: Picture) -> Picture:
    """At most two megapixels; a JPEG is decoded at a fraction of its size already."""
    from PIL import Image

    orientation = picture.getexif().get(_ORIENTATION, 1)
    size = _fitting(picture.size)
    picture.draft("RGB", size)
    picture.load()
    whole = _eight_bits(picture)
    sharp = Image.Resampling.HAMMING  # two thirds of the time of a cubic one, letters as clear
    small = whole.resize(size, sharp) if whole.size != size else whole
    small.info = {"orientation": orientation}
    return small


def _upright(picture: Picture) -> Picture:
    from PIL import Image

    turn = _TURNS.get(picture.info["orientation"])
    return picture if turn is None else picture.transpose(Image.Transpose(turn))


def _eight_bits(picture: Picture) -> Picture:
    """In a mode that can be made smaller without steps; 16 bits of grey become eight."""
    if picture.mode in {"I", "I;16", "I;16B", "I;16L"}:
        return picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if picture.mode == "P":
        return picture.convert("RGBA" if "transparency" in picture.info else "RGB")
    if picture.mode == "1":
        return picture.convert("L")
    if "transparency" in picture.info:  # one colour or one grey that counts as clear
        return picture.convert("RGBA")
    return picture


def _plain(picture: Picture) -> Picture:
    """RGB; what is clear becomes white."""
    from PIL import Image

    if picture.mode not in {"RGBA", "LA"}:
        return picture.convert("RGB")
    ground = Image.new("RGB", picture.size, "white")
    ground.paste(picture, mask=picture.getchannel("A"))
    return ground


def _fitting(size: tuple[int, int], pixels: int = MAX_PIXELS) -> tuple[int, int]:
    width, height = size
    if width * height <= pixels:
        return size
    factor = (pixels / (width * height)) ** 0.5
    wide, high = max(1, int(width * factor)), max(1, int(height * factor))
    return min(wide, pixels // high), min(high, pixels // min(wide, pixels // high))


def _encoded(picture: Picture) -> bytes:
    first = 0
    for quality, share in _QUALITIES:
        if first * share > MAX_BYTES:
            continue
        buffer = io.BytesIO()
        picture.save(buffer, "JPEG", quality=quality)
        if buffer.tell() <= MAX_BYTES:
            return buffer.getvalue()
        first = first or buffer.tell()
    smaller = _fitting(picture.size, picture.width * picture.height // 2)
    return _encoded(picture.resize(smaller))


if __name__ == "__main__":
    main()
