"""``python -m sync.platform``: publish, serve, cases, decide, office, courier, operator's marks.

Exit statuses: 0 done, 2 bad input or usage, 3 environment; anything else is a bug.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from kiosk.domain.problems import Problem
from sync.platform import courier, desk, orders, serve


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; problems become one sentence on stderr."""
    parser = argparse.ArgumentParser(
        prog="python -m sync.platform", description="The reference provincial platform."
    )
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")
    serve.register(subparsers)
    desk.register(subparsers)
    orders.register(subparsers)
    courier.register(subparsers)
    given = sys.argv[1:] if arguments is None else list(arguments)
    if not given or given[0] not in subparsers.choices:
        # Publishing brings pinyin tables and TUF: half a second that no other command waits for.
        from sync.platform.publishing import command as publishing

        publishing.register(subparsers)
    parsed = parser.parse_args(given)
    try:
        return int(parsed.handler(parsed))
    except Problem as problem:
        where = f" ({problem.path})" if problem.path else ""
        sys.stderr.write(f"{problem.code}: {problem.message}{where}\n")
        return problem.exit_status


if __name__ == "__main__":
    sys.exit(main())
