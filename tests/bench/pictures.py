"""What a photo costs on its way to storage: ``python -m tests.bench.pictures`` prints JSON.

A photo of 12 megapixels becomes one of 2, in the darkroom's own process. The floor is the mere
decoding of the same JPEG by the same library in this process. ``started`` is what a person waits
for (the process was started before the camera was asked), ``cold`` includes the start; ``peak`` is
all the memory of that process, which lives for one picture.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time
from collections.abc import Callable
from statistics import median

from PIL import Image, ImageDraw, ImageFilter

from kiosk.devices.darkroom import Darkroom, develop

BUDGET = 1.3
ROUNDS = 9
_READY_SECONDS = 0.5


def photo() -> bytes:
    """Twelve megapixels of a written sheet on a table, with a sensor's grain."""
    grain = Image.effect_noise((4000, 3000), 12).convert("RGB")
    sheet = Image.new("RGB", (4000, 3000), (107, 90, 72))
    pen = ImageDraw.Draw(sheet)
    pen.rectangle((400, 200, 3600, 2800), fill=(250, 248, 240))
    for row in range(300, 2700, 60):
        for column in range(500, 3500, 45):
            pen.line((column, row, column + 30, row + (row * column) % 40), (30, 30, 34), width=5)
    picture = Image.blend(sheet.filter(ImageFilter.GaussianBlur(1)), grain, 0.12)
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=92)
    return buffer.getvalue()


def wall(act: Callable[[], object]) -> float:
    """Seconds of one act."""
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def started(data: bytes) -> float:
    """Seconds from the picture to its small one, the process being there already."""
    with Darkroom() as room:
        time.sleep(_READY_SECONDS)
        return wall(lambda: room.develop(data))


def peak(data: bytes) -> int:
    """Kilobytes of the darkroom's process at its largest.

    Asked by a small process: one that was just started counts what its starter had.
    """
    asks = (
        "import resource, sys\nfrom kiosk.devices.darkroom import develop\n"
        "develop(sys.stdin.buffer.read())\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    done = subprocess.run([sys.executable, "-c", asks], input=data, capture_output=True, check=True)
    return int(done.stdout)


def measure() -> dict[str, float | int | bool]:
    """All figures; each round measures floor and work one after the other."""
    data = photo()

    def decode() -> None:
        Image.open(io.BytesIO(data)).load()

    rounds = [(wall(decode), started(data), wall(lambda: develop(data))) for _ in range(ROUNDS)]
    floor, ready, cold = (median(column) for column in zip(*rounds, strict=True))
    ratio = median(one[1] / one[0] for one in rounds)
    return {
        "source_bytes": len(data),
        "stored_bytes": len(develop(data)),
        "decode_ms": round(floor * 1000, 1),
        "started_ms": round(ready * 1000, 1),
        "cold_ms": round(cold * 1000, 1),
        "started_over_decode": round(ratio, 2),
        "budget": BUDGET,
        "within_budget": ratio <= BUDGET,
        "peak_mb": peak(data) // 1024,
    }


if __name__ == "__main__":
    print(json.dumps(measure(), indent=2))
