"""What exchange costs: ``python -m tests.bench.sync``.

Prints one JSON document: 200 submissions while the platform drops 30 % of its replies (attempts,
effects, seconds), the overhead of uploading over a line cut every 0.3 MB, and submissions a second
on a good line. Ratios mean something on any machine, seconds only on this one.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

from kiosk.sealing.package import parse
from sync.client.uploads import Blob, Uploader
from tests.helpers.fault_proxy import FaultProxy, Faults
from tests.helpers.platform_process import platform, publish_catalogue
from tests.helpers.sync_station import station

SUBMISSIONS = 200


def dropped_replies(folder: Path, fault: str) -> dict[str, float]:
    """Rounds until nothing is owed."""
    folder.mkdir()
    publish_catalogue(folder / "platform")
    with (
        platform(folder / "platform", faults=[fault] if fault else [], seed=11) as served,
        station(folder / "home", served.keys, served.fleet_code, served.url) as place,
    ):
        rows = [place.save() for _ in range(SUBMISSIONS)]
        began, rounds, lost = time.monotonic(), 0, 0
        while True:
            done = place.once(served.url)
            rounds, lost = rounds + 1, lost + len(done.problems)
            if done.completed and done.tally.owed == 0:
                break
        seconds = time.monotonic() - began
        cases = served.cases()
        return {
            "submissions": SUBMISSIONS,
            "attempts": sum(place.outbox.require(row).attempts for row in rows),
            "replies_lost": lost,
            "rounds": rounds,
            "effects": sum(int(case["effects"]) for case in cases),
            "cases": len({case["case_number"] for case in cases}),
            "seconds": round(seconds, 1),
        }


def cut_line(folder: Path, seed: int) -> float:
    """Bytes sent for each byte of the blobs."""
    folder.mkdir()
    publish_catalogue(folder / "platform")
    with (
        platform(folder / "platform") as served,
        station(folder / "home", served.keys, served.fleet_code, served.url) as place,
    ):
        one = place.save(blobs=12, size=400_000)
        package = parse(place.stores.packages.read(one))
        with place.client(served.url) as client:
            client.enrol(place.fleet_code, {"code": "DEMO01"})
            client.put(one, package.data[: package.body_size], package.envelope_digest)
        port = int(served.url.rpartition(":")[2])
        bad_line = Faults(cut_mean=300_000)
        with FaultProxy(port, bad_line, seed=seed) as proxy, place.client(proxy.url) as client:
            uploader = Uploader(client, lambda _seconds: None)
            for index, part in enumerate(package.blobs):
                start = package.blob_offset(index)
                uploader.upload(Blob(one, part.digest, package.data[start : start + part.size]))
            sent = proxy.counters.up
        return round(sent / sum(part.size for part in package.blobs), 3)


def main() -> int:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        document = {
            "drop-reply=0.3": dropped_replies(folder / "dropped", "drop-reply=0.3"),
            "good line": dropped_replies(folder / "good", ""),
            "bytes over a line cut every 0.3 MB": [
                cut_line(folder / f"cut{seed}", seed) for seed in range(1, 5)
            ],
        }
    json.dump(document, sys.stdout, indent=2)
    sys.stdout.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
