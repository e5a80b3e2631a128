"""What a process of the station keeps to itself: dumps, tracebacks, logs.

Rules:

* No core file and no dump: the limit is zero, and the process is marked as not to be dumped, which
  a program that the kernel hands dumps to cannot overrule; other processes of the same user cannot
  look into it either.
* A bug is told by place and kind: files, lines, names of functions, class of the error. The words
  of an error may quote what a person typed and are never told; locals are never told.
* Logs go to stderr, one line a record, tracebacks by the rule above.
* Called by whoever owns the process (command line, window, stage), never at import.
"""

from __future__ import annotations

import logging
import resource
import sys
import threading
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import Final

_SET_DUMPABLE: Final = 4


def be_discreet() -> None:
    """No core files, discreet tracebacks, discreet logs; cheap, for the first line of a process."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.excepthook = _tell
    threading.excepthook = lambda args: _tell(args.exc_type, args.exc_value, args.exc_traceback)
    handler = logging.StreamHandler()
    handler.setFormatter(_Discreet("%(levelname)s %(name)s: %(message)s"))
    handler.setLevel(logging.WARNING)
    logging.getLogger().addHandler(handler)


def refuse_dumps() -> None:
    """Mark this process as not to be dumped or looked into.

    Apart from :func:`be_discreet` because it takes some milliseconds: the window calls it once its
    first frame is shown, before anybody can have typed anything.
    """
    import ctypes

    ctypes.CDLL(None).prctl(_SET_DUMPABLE, 0, 0, 0, 0)


def told(error: BaseException) -> str:
    """Where an error came from and of what kind it is, without its words."""
    return "".join(
        f"{''.join(traceback.format_tb(one.__traceback__))}{_kind(one)}\n" for one in _chain(error)
    )


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what it came from, the oldest first."""
    found: list[BaseException] = []
    one: BaseException | None = error
    while one is not None and one not in found:
        found.append(one)
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return reversed(found)


def _kind(error: BaseException) -> str:
    kind = type(error)
    return (
        kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"
    )


def _tell(
    kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
) -> None:
    del trace
    if issubclass(kind, KeyboardInterrupt | SystemExit):
        return
    sys.stderr.write(f"Traceback (words left out):\n{told(error or kind())}")


class _Discreet(logging.Formatter):
    """Leaves out what an error said."""

    def formatException(  # noqa: N802 (logging's name)
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None]
        | tuple[None, None, None],
    ) -> str:
        return told(ei[1]).rstrip() if ei[1] is not None else ""
