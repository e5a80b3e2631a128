"""One index for all tests of the search: building it takes a second."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.domain.items import ServiceItem
from kiosk.search.engine import Searcher
from kiosk.search.postings import MemoryPostings
from kiosk.search.schema import IndexRows
from kiosk.store.directory_postings import DirectoryPostings
from sync.platform.publishing.index import build
from tests.bench.search import write_index
from tests.helpers.search_corpus import real_items, the_lexicon


@pytest.fixture(scope="session")
def items() -> list[ServiceItem]:
    return real_items()


@pytest.fixture(scope="session")
def rows(items: list[ServiceItem]) -> IndexRows:
    return build(items, the_lexicon())


@pytest.fixture(scope="session")
def searcher(rows: IndexRows) -> Searcher:
    return Searcher(MemoryPostings(rows))


@pytest.fixture(scope="session")
def file_postings(
    rows: IndexRows, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[DirectoryPostings]:
    path: Path = tmp_path_factory.mktemp("index") / "index.db"
    write_index(rows, path)
    connection = sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)
    yield DirectoryPostings(connection)
    connection.close()
