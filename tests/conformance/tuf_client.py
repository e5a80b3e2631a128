"""Our updater as client under test of the public suite of TUF (theupdateframework/tuf-conformance).

Rules: it speaks the suite's command line and nothing else is its own: the updater is
``sync.engine.directory_update.refreshed``, the fetcher ours over our transport, and the time comes
as an argument, as at a station (``JINBAN_TIME``, which the suite's ``faketime`` is turned into).
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tuf.api.exceptions import DownloadError, RepositoryError

from sync.client.transport import Transport
from sync.client.tuf_fetcher import TufFetcher
from sync.engine.directory_update import Tree, refreshed

_ANCHOR: Final = "anchor"
_SECONDS: Final = 30.0


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; 0 done, 1 refused."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--metadata-dir", type=Path, required=True)
    parser.add_argument("--metadata-url", default="")
    parser.add_argument("--target-name", action="append", default=[])
    parser.add_argument("--target-base-url", default="")
    parser.add_argument("--target-dir", type=Path)
    parser.add_argument("command", choices=("init", "refresh", "download"))
    parser.add_argument("root", nargs="?", type=Path)
    given = parser.parse_args(arguments)
    if given.command == "init":
        for name in ("root.json", _ANCHOR):
            shutil.copyfile(given.root, given.metadata_dir / name)
        return 0
    try:
        _update(given)
    except (RepositoryError, DownloadError, OSError, ValueError) as error:
        sys.stderr.write(f"refused: {type(error).__name__}: {error}\n")
        return 1
    return 0


def _update(given: argparse.Namespace) -> None:
    anchor = (given.metadata_dir / _ANCHOR).read_bytes()
    tree = Tree(given.metadata_url, given.target_base_url, anchor)
    with Transport() as transport:
        fetcher = TufFetcher(transport, seconds=_SECONDS)
        updater = refreshed(tree, given.metadata_dir, fetcher, _now())
        for name in given.target_name:
            info = updater.get_targetinfo(name)
            if info is None:
                raise ValueError(f"{name} is not published")
            folder = str(given.target_dir)
            file = os.path.join(folder, name.replace("/", "%2F"))  # noqa: PTH118 (names of theirs)
            if updater.find_cached_target(info, file) is None:
                updater.download_target(info, file)


def _now() -> datetime:
    text = os.environ.get("JINBAN_TIME")
    if text is None:
        return datetime.now(UTC)
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


if __name__ == "__main__":
    sys.exit(main())
