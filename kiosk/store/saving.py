"""The moment of saving.

Rules: package first, row second, one commit; the sequence number is taken in the same transaction,
so a save that does not commit gives it back; a package that an interrupted save left behind was
promised to nobody and makes way (to quarantine) for the one that is being saved now.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from kiosk.domain.problems import InputProblem
from kiosk.store.casebook import Casebook, Transaction
from kiosk.store.outbox import Outbox
from kiosk.store.packages import Packages


@contextmanager
def saving(casebook: Casebook) -> Iterator[Transaction]:
    """The one road to a saved submission; when the block has ended, it is durable.

    In the block: ``casebook.next_sequence(tx)``, seal, :func:`place`, ``outbox.add(tx, …)``.

    Raises:
        EnvironmentProblem: the machine failed. Read ``outbox.get(id)`` again before any word.
    """
    with casebook.home.home_lock(shared=True), casebook.write() as tx:
        yield tx


def place(tx: Transaction, casebook: Casebook, submission_id: UUID, data: bytes) -> None:
    """Put the package of a submission durably in its place, within :func:`saving`.

    Raises:
        InputProblem: a *saved* submission has this id and other bytes (``id-reused``).
        EnvironmentProblem: the disk is full, read-only or broken.
    """
    packages = Packages(casebook.home)
    try:
        packages.write(submission_id, data)
    except InputProblem:
        if Outbox(casebook).get(submission_id, tx) is not None:
            raise
        packages.quarantine(packages.path(submission_id))
        packages.write(submission_id, data)
