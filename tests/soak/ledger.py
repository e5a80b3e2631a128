"""The ledger of everything that was really run: ``docs/soak.md``.

Rules: the page itself is the record, so that nobody can quote other numbers; every batch is added
under a lock, so several runs may go on at once and a run that is killed loses one batch at most.
"""

from __future__ import annotations

import fcntl
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

LEDGER: Final = Path(__file__).resolve().parents[2] / "docs" / "soak.md"

_HEAD: Final = """# What was run

Written by `make soak`, which goes on where the last run stopped. A trial is one kill, one cut or
one failed call; a promise is an application whose saving had been told to a person before it.
*Lost* counts promises broken, damaged casebooks, rows without their package and broken audit
trails; *doubles* counts applications with more than one effect on the platform (only where a
platform takes part). A harness proves something only while it catches the negative controls below
it.

"""
_TRIALS_HEAD: Final = (
    "| harness | trials | promises | lost | doubles | hours |\n|---|---:|---:|---:|---:|---:|\n"
)
_CONTROLS_HEAD: Final = (
    "\n## Negative controls\n\n| harness | what was weakened | trials | caught |\n"
    "|---|---|---:|---:|\n"
)
_TAIL: Final = """
## What each harness does

* **kills**: SIGKILL at random instants of one or all of several processes on one home: two that
  save, one that moves rows through the life-cycle, one that sweeps, one that reads and verifies.
* **migrations**: SIGKILL while a casebook is copied and migrated.
* **directories**: SIGKILL while the directory is replaced.
* **deliveries**: SIGKILL of the exchange with a real platform that drops replies, while another
  process saves; at the end every application must have exactly one effect.
* **kernel**: a real process on ext4 whose file system is shut down by the kernel without writing
  its log (`FS_IOC_SHUTDOWN`), then mounted again. Only promises read before the cut count. Needs
  root.
* **swaps**: the same cuts while the directory is replaced.
* **power**: the SQL and file calls of the real store replayed on a simulated disk that drops,
  reorders and tears whatever was not synced; some trials cut again during the recovery. SQLite
  itself runs on that disk, without SQLCipher: the same calls with other bytes.
* **calls**: the same replay with every single call of the disk failing, once or from then on, as
  broken or full; then looked at as it is and after a power cut.

Not here: a rig that cuts real power, flash that lies about its syncs, file systems other than ext4.
"""
_TRIALS_ROW: Final = re.compile(r"\| (\w+) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \| (\d+\.\d+) \|")
_CONTROLS_ROW: Final = re.compile(r"\| (\w+) \| ([^|]+) \| (\d+) \| (\d+) \|")


@dataclass(frozen=True, slots=True)
class Control:
    """How often a weakened store was tried, and how often that was noticed."""

    trials: int = 0
    caught: int = 0

    def __add__(self, other: Control) -> Control:
        return Control(self.trials + other.trials, self.caught + other.caught)


@dataclass(frozen=True, slots=True)
class Batch:
    """What some trials came to."""

    trials: int = 0
    promises: int = 0
    faults: tuple[str, ...] = ()
    doubles: int = 0
    controls: dict[str, Control] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Total:
    """Everything that a harness has run."""

    trials: int = 0
    promises: int = 0
    lost: int = 0
    doubles: int = 0
    hours: float = 0.0

    def plus(self, batch: Batch, seconds: float) -> Total:
        """With one more batch."""
        return replace(
            self,
            trials=self.trials + batch.trials,
            promises=self.promises + batch.promises,
            lost=self.lost + len(batch.faults),
            doubles=self.doubles + batch.doubles,
            hours=self.hours + seconds / 3600,
        )


@dataclass(slots=True)
class Ledger:
    """The numbers of the page."""

    totals: dict[str, Total] = field(default_factory=dict)
    controls: dict[tuple[str, str], Control] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str) -> Ledger:
        """Read the page."""
        trials, _, controls = text.partition(_CONTROLS_HEAD)
        return cls(
            {
                found[1]: Total(
                    int(found[2]), int(found[3]), int(found[4]), int(found[5]), float(found[6])
                )
                for found in _TRIALS_ROW.finditer(trials)
            },
            {
                (found[1], found[2]): Control(int(found[3]), int(found[4]))
                for found in _CONTROLS_ROW.finditer(controls)
            },
        )

    def text(self) -> str:
        """The page."""
        totals = [
            f"| {name} | {one.trials} | {one.promises} | {one.lost} | {one.doubles} "
            f"| {one.hours:.4f} |\n"
            for name, one in sorted(self.totals.items())
        ]
        controls = [
            f"| {harness} | {what} | {one.trials} | {one.caught} |\n"
            for (harness, what), one in sorted(self.controls.items())
        ]
        return "".join([_HEAD, _TRIALS_HEAD, *totals, _CONTROLS_HEAD, *controls, _TAIL])

    def add(self, harness: str, batch: Batch, seconds: float) -> None:
        """Enter a batch."""
        self.totals[harness] = self.totals.get(harness, Total()).plus(batch, seconds)
        for what, control in batch.controls.items():
            known = self.controls.get((harness, what), Control())
            self.controls[harness, what] = known + control


@contextmanager
def open_ledger(path: Path = LEDGER) -> Iterator[Ledger]:
    """The ledger, to be changed; nobody else changes it meanwhile."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        ledger = Ledger.parse(file.read())
        yield ledger
        # Opened for appending, so that it need not exist; one write, whatever happens to us.
        data = ledger.text().encode()
        with path.open("r+b", buffering=0) as page:
            page.write(data)
            page.truncate(len(data))
