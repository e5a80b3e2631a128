"""What must not be there at all, and what must stay cheap: rows of the catalogue without a home."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from kiosk.devices.darkroom import develop
from kiosk.domain.problems import InputProblem
from kiosk.store.outbox import _NEXT_DUE, Outbox
from kiosk.store.schema import submission
from tests.helpers.stores import Site, save, site_at

ROOT = Path(__file__).resolve().parents[2]
LEADS_OUT = re.compile(
    r"\b(FileDialog|FolderDialog|QFileDialog|ColorDialog|FontDialog|openUrlExternally|openUrl|"
    r"QDesktopServices|onLinkActivated|DropArea|ContextMenu|MenuBar|Menu|ToolTip|RichText|"
    r"StyledText|MarkdownText|QPrintDialog|WebView)\b"
)
ORDERS = re.compile(r"(?i)\bescpos\b|\\x1b[@dimE!]|\\x1d[VB!(]|/dev/(?:usb/)?lp")
TABLES = re.compile(r"\bimport csv\b|\bcsv\.writer\b|openpyxl|xlsxwriter|to_excel|to_csv")


def found(pattern: re.Pattern[str], *folders: str) -> list[str]:
    """Where a pattern stands in our sources, comments and docstrings aside."""
    hits = []
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix not in {".py", ".qml"}:
                continue
            for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
                code = line.partition("//")[0].partition("# ")[0]
                if pattern.search(code) and not code.lstrip().startswith(("*", '"""')):
                    hits.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()}")
    return hits


def test_nothing_in_the_window_opens_files_links_or_menus() -> None:
    assert found(LEADS_OUT, "ui") == []


def test_no_table_is_exported() -> None:
    assert [hit for hit in found(TABLES, "kiosk", "ui", "sync") if "publishing" not in hit] == []


def test_nothing_is_sent_to_a_printer_as_commands() -> None:
    assert found(ORDERS, "kiosk", "ui", "sync") == []


def test_the_patterns_find_what_they_look_for(tmp_path: Path) -> None:
    for pattern, line in (
        (LEADS_OUT, "    FileDialog { id: open }"),
        (LEADS_OUT, "textFormat: Text.RichText"),
        (TABLES, "import csv"),
        (ORDERS, r'device.write(b"\x1b@")'),
    ):
        assert pattern.search(line)


def bomb(width: int, height: int) -> bytes:
    """A small PNG that says it is gigantic."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)

    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    packed = zlib.compress(bytes(100_000))
    parts = (chunk(b"IHDR", head), chunk(b"IDAT", packed), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


@pytest.mark.parametrize("size", [(60_000, 60_000), (2**31 - 1, 1), (100_000, 1_000)])
def test_a_picture_that_unfolds_without_end_is_refused(size: tuple[int, int]) -> None:
    with pytest.raises(InputProblem) as caught:
        develop(bomb(*size))
    assert caught.value.code in {"too-large", "bad-photo"}


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with site_at(tmp_path / "home") as made:
        yield made


def work(site: Site) -> int:
    """How much SQLite does to find the next due row, in units of ten of its steps."""
    steps: list[int] = []
    with site.casebook.read() as tx:
        connection = tx.connection.driver_connection
        assert connection is not None
        connection.set_progress_handler(lambda: steps.append(1), 10)
        tx.execute(_NEXT_DUE, {"now": "2026-11-22T02:05:07Z"}).scalar()
        connection.set_progress_handler(None, 0)
    return len(steps)


def grow(site: Site, many: int) -> None:
    """Add rows like the first one."""
    with site.casebook.write() as tx:
        values = {column.name: column.name for column in submission.columns} | {
            "id": "printf('%08x-0000-4000-8000-000000000000', n)",
            "sequence": "sequence + n",
            "local_number": "local_number || n",
        }
        columns = ", ".join(values.values())
        tx.execute(
            text(
                f"INSERT INTO submission WITH RECURSIVE more(n) AS (SELECT 1 UNION ALL "
                f"SELECT n + 1 FROM more WHERE n < {many}) SELECT {columns} "
                "FROM submission, more WHERE submission.sequence = 1"
            )
        )


def test_the_next_due_row_is_found_without_reading_the_queue(site: Site) -> None:
    first = save(site, blobs=())
    alone = work(site)
    grow(site, 20_000)
    assert work(site) <= alone + 2
    due = Outbox(site.casebook).next_due(site.clock.now())
    assert due is not None
    assert due.id == first.id
