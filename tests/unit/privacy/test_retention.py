"""docs/retention.md names every column, path and setting that can hold anything."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kiosk.store.home import Home
from kiosk.store.schema import metadata
from tests.helpers.command import ROOT

PAGE = (ROOT / "docs" / "retention.md").read_text("utf-8")
_LOCK = re.compile(r'"(\w+\.lock)"')


def described() -> dict[str, set[str]]:
    """Table → columns, as the page lists them."""
    found: dict[str, set[str]] = {}
    table = ""
    for line in PAGE.splitlines():
        cells = line.split("|")
        if len(cells) != 7:
            continue
        named = re.findall(r"`(\w+)`", cells[1])
        table = named[0] if named else table
        if table:
            found.setdefault(table, set()).update(re.findall(r"`(\w+)`", cells[2]))
    return found


def paths_of(home: Home) -> set[str]:
    """Files and folders that a home gives names to, at its top."""
    named = [value for value in vars(home).values() if isinstance(value, Path)]
    return {path.relative_to(home.path).parts[0] for path in named if path != home.path}


@pytest.mark.parametrize("table", sorted(metadata.tables))
def test_every_column_of_the_casebook_is_on_the_page(table: str) -> None:
    columns = {column.name for column in metadata.tables[table].columns}
    assert described().get(table, set()) == columns


def test_no_table_is_on_the_page_that_is_gone() -> None:
    assert set(described()) == set(metadata.tables)


def test_every_path_of_a_home_is_on_the_page(tmp_path: Path) -> None:
    paths = paths_of(Home(tmp_path))
    assert {"casebook.db", "packages", "drafts", "keys"} <= paths
    missing = {path for path in paths if f"| `{path}` |" not in PAGE}
    assert not missing


def test_every_lock_is_on_the_page() -> None:
    folders = ("kiosk", "sync/engine", "sync/client", "sync/courier", "sync/bundle")
    sources = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    locks = {name for path in sources for name in _LOCK.findall(path.read_text("utf-8"))}
    assert "home.lock" in locks
    assert {lock for lock in locks if f"`{lock}`" not in PAGE} == set()


def test_what_a_real_station_keeps_is_on_the_page(tmp_path: Path) -> None:
    """A station that has worked holds nothing at its top that the page does not name."""
    from tests.helpers.stores import save, site_at

    with site_at(tmp_path / "home") as site:
        save(site)
        found = {path.name for path in site.home.path.iterdir()}
    unknown = {
        name for name in found if f"`{name.removesuffix('-wal').removesuffix('-shm')}`" not in PAGE
    }
    assert not unknown


def test_the_page_says_what_it_cannot_promise() -> None:
    for word in ("freed", "Swap", "Pixels", "TPM", "PDF"):
        assert word in PAGE.partition("## In memory")[2], word
