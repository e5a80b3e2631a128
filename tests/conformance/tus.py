"""``make conformance-tus``: tus-js-client, written by others, uploads to the reference platform.

Rules: the client is installed below ``build/conformance/tus``, never into the project; it knows tus
and nothing of us, so a relay signs for it. Afterwards the platform says that nothing is owed.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from tests.conformance.world import World, world
from tests.helpers.raw_station import blob

ROOT: Final = Path(__file__).resolve().parents[2]
MODULES: Final = ROOT / "build/conformance/tus/node_modules"
_SCRIPT: Final = Path(__file__).with_name("tus_client.mjs")
_SIZES: Final = {"whole": 200_000, "cut": 300_000, "offsets": 90_000, "termination": 70_000}
_EXPIRES: Final = 5
_SECONDS: Final = 300


def why_not() -> str:
    """What keeps it from running here; empty: nothing."""
    if shutil.which("node") is None:
        return "node is not installed"
    if not (MODULES / "tus-js-client").is_dir():
        return "tus-js-client is not installed; run make conformance-tus"
    return ""


def main() -> None:
    """The command: 0 passed or not runnable here, 1 failed."""
    reason = why_not()
    if reason:
        sys.stdout.write(f"not runnable here: {reason}\n")
        return
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        for name in ("lasting", "short"):
            (place / name).mkdir()
        with world(place / "lasting") as lasting:
            run(lasting, place / "lasting", _SIZES, 0)
        with world(place / "short", ["--upload-seconds", str(_EXPIRES)]) as short:
            run(short, place / "short", {"expiration": 50_000}, _EXPIRES)


def run(place: World, folder: Path, sizes: dict[str, int], expires: int) -> None:
    """Play the scenes with one sealed file each; nothing may be owed at the end."""
    package = place.station.package(*(os.urandom(size) for size in sizes.values()))
    assert place.station.file(package).missing
    scenes: list[list[Any]] = [["abilities", None]]
    for index, name in enumerate(sizes):
        file = folder / f"{name}.blob"
        file.write_bytes(blob(package, index))
        part = package.blobs[index]
        described = {
            "file": str(file),
            "sha256": part.digest,
            "size": part.size,
            "submission": str(package.head.id),
        }
        scenes.append([name, described])
    plan = {
        "modules": str(MODULES),
        "relay": place.relay,
        "scenes": scenes,
        "expires": expires,
    }
    done = subprocess.run(
        ["node", str(_SCRIPT)],
        input=json.dumps(plan).encode(),
        check=False,
        timeout=_SECONDS,
    )
    if done.returncode:
        sys.exit(done.returncode)
    owed = place.station.receipt(place.station.ask(package.head.id)).missing
    assert not owed, owed


if __name__ == "__main__":
    main()
