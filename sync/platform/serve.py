"""``serve``: the platform on a socket.

Rules: the first line on stdout is ``{"url": …}``, written when connections are accepted and after
``DIR/url`` and the trust file know the address; SIGTERM and SIGINT end with status 0 after the
running requests; one ``serve`` per data folder; nothing about a person is logged.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import logging
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from kiosk.domain.problems import EnvironmentProblem
from sync.platform import faults
from sync.platform.app import build
from sync.platform.events import prune
from sync.platform.office import UPLOAD_SECONDS, Office
from sync.platform.publishing.trust_file import update_url
from sync.platform.uploads import tidy

_GRACE_SECONDS = 5


class _Server(uvicorn.Server):
    """Says where it listens as soon as it does; ends quietly when told to."""

    def __init__(self, config: uvicorn.Config, data_dir: Path, url: str) -> None:
        super().__init__(config)
        self._data_dir = data_dir
        self._url = url

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to accept, then say so."""
        await super().startup(sockets)
        update_url(self._data_dir, self._url)
        sys.stdout.write(json.dumps({"url": self._url}) + "\n")
        sys.stdout.flush()


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``serve`` to the command line."""
    parser = subparsers.add_parser("serve", help="serve the protocol and the directory")
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="data folder")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0: any free port")
    parser.add_argument("--manual", action="store_true", help="cases wait for 'decide'")
    parser.add_argument("--fault", action="append", default=[], metavar="NAME[=ARG]")
    parser.add_argument("--seed", type=int, default=0, help="of the faults' dice")
    parser.add_argument(
        "--upload-seconds", type=int, default=UPLOAD_SECONDS, help="life of an idle upload"
    )
    parser.set_defaults(handler=run)


def run(arguments: argparse.Namespace) -> int:
    """Serve until told to stop.

    Raises:
        InputProblem: an unknown fault.
        EnvironmentProblem: the address or the folder is taken.
    """
    switched_on = [faults.parse(text) for text in arguments.fault]
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    data_dir: Path = arguments.data
    data_dir.mkdir(parents=True, exist_ok=True)
    with _only_server(data_dir):
        office = Office.open(
            data_dir, manual=arguments.manual, upload_seconds=arguments.upload_seconds
        )
        try:
            tidy(office)
            with office.database.write() as tx:
                prune(tx, office.clock.now())
            app = faults.Switchboard(build(office), switched_on, arguments.seed, office.sign)
            _serve(app, data_dir, _listen(arguments.host, arguments.port))
        finally:
            office.close()
    return 0


def _serve(app: faults.Switchboard, data_dir: Path, listener: socket.socket) -> None:
    host, port = listener.getsockname()[:2]
    url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    config = uvicorn.Config(
        app,
        http=faults.ResettableProtocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    server = _Server(config, data_dir, url)

    def stop(_signal: int, _frame: object) -> None:
        server.should_exit = True

    # uvicorn puts its own handlers over these while it runs and repeats the signal to them
    # afterwards, where it must not kill us.
    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        server.run(sockets=[listener])
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise EnvironmentProblem(
            "address-taken", f"cannot listen on {host} port {port}: {error.strerror}"
        ) from error
    return listener


@contextmanager
def _only_server(data_dir: Path) -> Iterator[None]:
    with (data_dir / "serve.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise EnvironmentProblem(
                "busy", "another serve works on this data folder", path=str(data_dir)
            ) from error
        yield
