"""The heartbeat: tells the service manager that the window lives; one that hangs is replaced.

Rules:

* It beats from a timer of the GUI thread: what hangs that thread stops the heart, whatever other
  threads do; systemd then ends the process with SIGABRT and starts it again (``WatchdogSec`` and
  ``Restart`` of ``assets/service/jinban.service``), and the savepoint is offered.
* The protocol is sd_notify's: datagrams to ``$NOTIFY_SOCKET``, twice in ``$WATCHDOG_USEC``. Without
  these variables, or when they are meant for another process, nothing beats. They are taken out
  of the environment, so that no child of ours speaks for the window.
* A manager that does not listen costs nothing: a datagram that cannot be sent is dropped.
"""

from __future__ import annotations

import os
import socket
from collections.abc import MutableMapping
from contextlib import suppress
from typing import Final, Self

from PySide6.QtCore import QObject, QTimer

_VARIABLES: Final = ("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID")
_US_PER_BEAT: Final = 2000  # microseconds to milliseconds, and twice as often as is asked for


class Heartbeat(QObject):
    """Speaks to the service manager.

    Args:
        address: of its socket; ``@name`` is an abstract one.
        every_ms: milliseconds between two beats; 0: no beat is wanted.
        parent: the owner; it must live on the GUI thread.
    """

    def __init__(self, address: str, every_ms: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._address = "\0" + address[1:] if address.startswith("@") else address
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
        self._socket.settimeout(0)
        self._timer = QTimer(self, interval=every_ms)
        self._timer.timeout.connect(self._beat)
        self._wanted = every_ms > 0

    @classmethod
    def of(cls, environment: MutableMapping[str, str], parent: QObject) -> Self | None:
        """The heartbeat that the environment asks for, if it does."""
        address, wanted, process = (environment.pop(name, "") for name in _VARIABLES)
        if not address.startswith(("/", "@")):
            return None
        ours = process in {"", str(os.getpid())} and wanted.isascii() and wanted.isdigit()
        return cls(address, max(1, int(wanted) // _US_PER_BEAT) if ours else 0, parent)

    def ready(self) -> None:
        """The pages stand: from now on the heart beats."""
        self._send(b"READY=1")
        if self._wanted:
            self._beat()
            self._timer.start()

    def stop(self) -> None:
        """The window is being closed on purpose."""
        self._timer.stop()
        self._send(b"STOPPING=1")
        self._socket.close()

    def _beat(self) -> None:
        self._send(b"WATCHDOG=1")

    def _send(self, message: bytes) -> None:
        with suppress(OSError):
            self._socket.sendto(message, self._address)
