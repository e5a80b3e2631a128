"""All measurements in one document: ``python -m tests.bench [FILE]``.

Each part runs as a process of its own, one after the other, and prints JSON. Ratios against floors
and peers of the same run are what counts; seconds belong to this machine on this day.
"""

from __future__ import annotations

import json
import platform
import subprocess
import sys
from pathlib import Path

from tests.helpers.command import ROOT, environment

PARTS = ("start", "search", "forms", "store", "sync", "pictures")


def main(argv: list[str]) -> int:
    """Run every part; 1 when one of them failed."""
    target = Path(argv[0]) if argv else None
    found: dict[str, object] = {
        "machine": {"python": platform.python_version(), "system": platform.platform()}
    }
    failed = []
    for part in PARTS:
        print(f"measuring {part}…", file=sys.stderr, flush=True)
        done = subprocess.run(
            [sys.executable, "-m", f"tests.bench.{part}"],
            cwd=ROOT,
            env=environment({"PYTHONWARNINGS": "default"}),
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        if done.returncode:
            failed.append(part)
        else:
            found[part] = json.loads(done.stdout)
    text = json.dumps(found, ensure_ascii=False, indent=1)
    if target is not None:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text + "\n", encoding="utf-8")
    print(text)
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
