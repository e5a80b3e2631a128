"""The moment of saving.

Rules: package first, row second, one commit: what was placed is durable before the transaction that
names it may commit, and is written out while that transaction is prepared; the sequence number is
taken in the same transaction, so a save that does not commit gives it back; a package that an
interrupted save left behind was promised to nobody and makes way (to quarantine) for the one that
is being saved now.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from uuid import UUID

from kiosk.domain.problems import InputProblem
from kiosk.store.casebook import Casebook, Transaction
from kiosk.store.files import Arriving
from kiosk.store.outbox import Outbox
from kiosk.store.packages import Packages
from kiosk.store.witness import note_committed

_COMING: Final = "packages_coming"
"""Key of the transaction's notes: packages that must arrive before it commits."""


@contextmanager
def saving(casebook: Casebook) -> Iterator[Transaction]:
    """The one road to a saved submission; when the block has ended, it is durable.

    In the block: ``casebook.next_sequence(tx)``, seal, :func:`place`, ``outbox.add(tx, …)``.

    Raises:
        EnvironmentProblem: the machine failed. Read ``outbox.get(id)`` again before any word.
    """
    with casebook.home.home_lock(shared=True):
        with casebook.write() as tx:
            coming: list[Arriving] = []
            tx.info[_COMING] = coming
            try:
                yield tx
                for package in coming:
                    package.arrive()
                sequence = casebook.last_sequence(tx)
            finally:
                del tx.info[_COMING]
                for package in coming:
                    package.abandon()
        note_committed(casebook.home, sequence)


def place(tx: Transaction, casebook: Casebook, submission_id: UUID, data: bytes) -> None:
    """Put the package of a submission in its place, within :func:`saving`.

    It is durable when that block ends, before its transaction commits.

    Raises:
        InputProblem: a *saved* submission has this id and other bytes (``id-reused``).
        EnvironmentProblem: the disk is full, read-only or broken.
    """
    packages = Packages(casebook.home)
    try:
        package = packages.begin(submission_id, data)
    except InputProblem:
        if Outbox(casebook).get(submission_id, tx) is not None:
            raise
        packages.quarantine(packages.path(submission_id))
        package = packages.begin(submission_id, data)
    if package is not None:
        coming: list[Arriving] = tx.info[_COMING]
        coming.append(package)
