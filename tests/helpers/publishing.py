"""Publishing into a folder and serving it, for tests of the directory."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from kiosk.store.home import Home, Settings, Station
from sync.platform.publishing.publisher import Request, Summary, publish

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
DIVISIONS = """code,name
44,广东省
4401,广州市
440105,海珠区
4452,揭阳市
445202,榕城区
445202001,榕华街道
445202001001,演示社区
"""


def small_item(item_id: str, **more: object) -> dict[str, Any]:
    """A small item of the source format."""
    return {"id": item_id, "name": f"{item_id}的事项", **more}


class Publisher:
    """A platform folder with few divisions, so that publishing is quick."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "divisions.csv").write_text(DIVISIONS, "utf-8")

    def publish(
        self, items: list[dict[str, Any]], now: datetime = NOW, slice_over: int = 20_000
    ) -> Summary:
        """Publish ``items``."""
        path = self.folder / "items.json"
        path.write_text(json.dumps(items, ensure_ascii=False), "utf-8")
        return publish(
            Request(
                self.data, path, divisions=self.folder / "divisions.csv", slice_over=slice_over
            ),
            now,
        )

    def trust(self) -> bytes:
        """The trust file."""
        return (self.data / "trust.json").read_bytes()


def station(folder: Path, trust: bytes | None = None) -> Home:
    """A set-up home without casebook."""
    home = Home(folder)
    home.create()
    home.save_settings(Settings(Station("S1", "演示站", "445202001001")))
    if trust is not None:
        home.save_trust(trust)
    return home


class _Quiet(SimpleHTTPRequestHandler):
    requested: list[str]

    def log_message(self, *args: object) -> None:
        self.requested.append(str(args[1]))


@contextlib.contextmanager
def served(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Serve ``folder`` on loopback; yields the address and the list of requests."""
    requested: list[str] = []
    handler = type("Handler", (_Quiet,), {"requested": requested})
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(folder))) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", requested
        finally:
            server.shutdown()
            thread.join()
