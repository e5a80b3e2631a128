"""``python -m sync.platform.publishing.bundle``: make the directory that the program brings along.

Rules: the content depends only on the assets it is made from and on ``--published-at``; it is made
by the same road as every publish, signed in a scratch folder. The scratch keys are thrown away:
``assets/tuf/root.json`` is the anchor of a station that never adopted a trust file, and nobody can
publish under it.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from datetime import datetime
from pathlib import Path

from backports import zstd

from kiosk.domain.clock import from_text
from kiosk.domain.directory_rows import read
from kiosk.domain.problems import Problem
from sync.platform.publishing.publisher import COMMON, Request, publish
from sync.platform.publishing.repository import Repository

_ASSETS = Path(__file__).resolve().parents[3] / "assets"


def make(assets: Path, published_at: datetime) -> None:
    """Write ``directory/bundle.*`` and, if there is none, ``tuf/root.json`` below ``assets``."""
    with tempfile.TemporaryDirectory() as scratch:
        request = Request(Path(scratch), assets / "directory" / "items.json")
        publish(request, published_at)
        repository = Repository(Path(scratch))
        (whole,) = (
            file
            for path, file in repository.targets_of(COMMON).items()
            if path.startswith(f"{COMMON}/dir-full-")
        )
        data = repository.read(whole)
        header, _ = read(zstd.decompress(data).splitlines())
        told = {
            "version": header.version,
            "published_at": header.published_at,
            "state_digest": header.state_digest,
        }
        (assets / "directory" / "bundle.jsonl.zst").write_bytes(data)
        (assets / "directory" / "bundle.json").write_text(json.dumps(told, indent=1) + "\n")
        anchor = assets / "tuf" / "root.json"
        if not anchor.exists():
            shutil.copyfile(repository.metadata / "1.root.json", anchor)


def main() -> int:
    """Read the command line and make the bundle."""
    parser = argparse.ArgumentParser(description="make the bundled directory")
    parser.add_argument("--published-at", required=True, help="RFC 3339 instant, e.g. of the data")
    args = parser.parse_args()
    try:
        make(_ASSETS, from_text(args.published_at))
    except Problem as problem:
        sys.stderr.write(f"{problem.message}\n")
        return problem.exit_status
    return 0


if __name__ == "__main__":
    sys.exit(main())
