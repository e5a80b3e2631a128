"""``python -m sync.platform publish``: check, sign and publish a directory.

Rules: every refusal names item, field and reason on stderr and exits 2 with nothing changed; what
only looks inconsistent is a warning on stderr.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO, TypeAlias

from sync.platform.publishing.publisher import SLICE_OVER, Request, publish
from sync.platform.publishing.source import RefusedItems

Subparsers: TypeAlias = "argparse._SubParsersAction[Any]"  # noqa: SLF001 (no public name)


def register(commands: Subparsers) -> None:
    """Add the ``publish`` command."""
    parser = commands.add_parser("publish", help="sign and publish the service directory")
    parser.add_argument("--data", type=Path, required=True, help="the platform's folder")
    parser.add_argument("--items", type=Path, required=True, help="JSON list of items")
    parser.add_argument("--forms", type=Path, help="folder of form files, beside the bundled ones")
    parser.add_argument("--lexicon", type=Path, help="folder of the lexicon (default: bundled)")
    parser.add_argument("--divisions", type=Path, help="CSV of code,name (default: bundled)")
    parser.add_argument("--enrichment", type=Path, help="additions to items (default: bundled)")
    parser.add_argument("--url", help="the platform's address (default: the last one served)")
    parser.add_argument(
        "--slice-over",
        type=int,
        default=SLICE_OVER,
        help="make parts for single prefectures when there are more items than this",
    )
    parser.set_defaults(handler=run)


def run(args: argparse.Namespace) -> int:
    """Publish.

    Returns:
        The exit status: 0 published, 2 refused.

    Raises:
        Problem: everything else that keeps from publishing.
    """
    request = Request(
        data_dir=args.data,
        items=args.items,
        forms=args.forms,
        lexicon=args.lexicon,
        divisions=args.divisions,
        enrichment=args.enrichment,
        url=args.url,
        slice_over=args.slice_over,
    )
    try:
        summary = publish(request, datetime.now(UTC))
    except RefusedItems as refused:
        for fault in refused.faults:
            _say(sys.stderr, f"refused: {fault}")
        _say(sys.stderr, "nothing was published")
        return refused.exit_status
    for fault in summary.warnings:
        _say(sys.stderr, f"warning: {fault}")
    told = {
        "version": summary.version,
        "items": summary.items,
        "changed": summary.changed,
        "roles": list(summary.roles),
        "warnings": len(summary.warnings),
    }
    _say(sys.stdout, json.dumps(told))
    return 0


def _say(stream: TextIO, line: str) -> None:
    stream.write(f"{line}\n")
    stream.flush()
