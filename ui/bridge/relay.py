"""The relay: work goes to the store worker, results come back to the GUI thread.

Rules: the GUI thread does Qt only; whatever touches the casebook, the disk or a slow library runs
on one serial executor (one writer). Results return by one queued signal and are dropped when the
session that asked for them has ended: nobody sees what a former person asked for. Known problems go
to ``failed``; anything else is a bug and is raised on the GUI thread, where it shouts.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from kiosk.domain.problems import Problem

Result = TypeVar("Result")


class Relay(QObject):
    """Runs work elsewhere and answers here.

    Args:
        executor: the serial executor of the store.
        parent: the owner.
    """

    idleChanged = Signal()
    _finished = Signal(object)

    def __init__(self, executor: Executor, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._executor = executor
        self._session = 0
        self._waiting = 0
        self._finished.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def busy(self) -> bool:
        """Whether an answer is still to come."""
        return self._waiting > 0

    def end_session(self) -> None:
        """Drop the answers that are still to come."""
        self._session += 1

    def run(
        self,
        work: Callable[[], Result],
        then: Callable[[Result], None],
        failed: Callable[[Problem], None] | None = None,
    ) -> None:
        """Run ``work`` on the store worker, then ``then`` (or ``failed``) on the GUI thread."""
        session = self._session
        self._waiting += 1

        def answer(future: Future[Result]) -> None:
            self._finished.emit(lambda: self._answer(session, future, then, failed))

        self._executor.submit(work).add_done_callback(answer)

    def _deliver(self, answer: Callable[[], None]) -> None:
        answer()

    def _answer(
        self,
        session: int,
        future: Future[Result],
        then: Callable[[Result], None],
        failed: Callable[[Problem], None] | None,
    ) -> None:
        self._waiting -= 1
        try:
            result = future.result()
        except Problem as problem:
            if session == self._session:
                if failed is None:
                    raise
                failed(problem)
        else:
            if session == self._session:
                then(result)
        self.idleChanged.emit()
