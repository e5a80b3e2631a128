"""Searching: what people type, hostile text, and the promises of the ranking."""

import json
from collections import defaultdict
from pathlib import Path
from threading import Lock

import pytest
import sqlcipher3.dbapi2 as sqlcipher
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from kiosk.domain.items import ServiceItem
from kiosk.search.engine import Searcher
from kiosk.search.folding import fold
from kiosk.search.postings import MemoryPostings
from kiosk.search.schema import TABLES, IndexRows
from kiosk.store.directory_postings import DirectoryPostings
from sync.platform.publishing.index import build
from tests.bench.search import write_index
from tests.helpers.search_corpus import make_item, own_queries, the_lexicon

_PIECES = st.sampled_from([*"身份证丢咗zhengqian老人80岁 ，🙂證\u200d\ud7ff𠮷%_'\"", "sfz", "唔见"])


def test_people_find_what_they_ask_for(searcher: Searcher) -> None:
    right: defaultdict[str, int] = defaultdict(int)
    total: defaultdict[str, int] = defaultdict(int)
    missed = []
    for query in own_queries():
        hits = searcher.search(query.text)
        if query.expected:
            good = any(hit.item_id in query.expected for hit in hits[:5])
        else:
            good = not any(hit.sure for hit in hits)
        right[query.kind] += good
        total[query.kind] += 1
        if not good:
            missed.append(query.text)
    assert sum(right.values()) >= 0.95 * sum(total.values()), missed
    assert all(right[kind] >= 0.9 * total[kind] for kind in total), missed


def test_the_file_answers_like_the_memory(
    searcher: Searcher, file_postings: DirectoryPostings
) -> None:
    from_file = Searcher(file_postings)
    for query in own_queries()[::3]:
        assert from_file.search(query.text) == searcher.search(query.text)


@pytest.mark.parametrize(
    "text", ["", "   ", "，。！？", "🙂🙂", "今天天气怎么样", "充话费", "\u200b"]
)
def test_nothing_is_said_plainly(searcher: Searcher, text: str) -> None:
    assert searcher.search(text) == ()
    assert searcher.themes(text) == ()


@settings(max_examples=150, deadline=None)
@given(text=st.one_of(st.lists(_PIECES, max_size=30).map("".join), st.text(max_size=60)))
def test_no_text_breaks_the_search(searcher: Searcher, text: str) -> None:
    hits = searcher.search(text, 7)
    assert len(hits) <= 7
    assert len({hit.item_id for hit in hits}) == len(hits)
    assert all(0 < hit.score <= 1 for hit in hits)
    assert searcher.search(text, 7) == hits


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_exact_characters_never_stand_behind_a_homophone(
    searcher: Searcher, items: list[ServiceItem], data: st.DataObject
) -> None:
    name = fold(data.draw(st.sampled_from(items)).name)
    start = data.draw(st.integers(0, len(name) - 2))
    query = name[start : start + data.draw(st.integers(2, 5))]
    whys = [hit.why for hit in searcher.search(query)]
    assert "sound" not in whys[: len(whys) - whys[::-1].index("name")] if "name" in whys else True


def test_a_homophone_is_found_but_behind_the_written_word() -> None:
    items = [make_item("sy", "失业登记"), make_item("dw", "事业登记"), make_item("x", "养犬登记")]
    searcher = Searcher(MemoryPostings(build(items, the_lexicon())))
    assert searcher.search("事业")[0].item_id == "dw"
    assert searcher.search("失业")[0].item_id == "sy"
    assert searcher.search("师业登记")[0].item_id == "sy"


@pytest.mark.parametrize(
    "text",
    [
        "身份证丢了",
        "shenfenzhengdiule",
        "身份zheng丢了",
        "sfzdl",
        "丢了身份证",
        "身份證唔見咗",
        "ＳＦＺＤＬ",
    ],
)
def test_one_matter_by_every_road(searcher: Searcher, text: str) -> None:
    assert "id-card-lost" in [hit.item_id for hit in searcher.search(text)[:3]]


def test_items_of_the_place_come_first_within_a_name() -> None:
    items = [
        make_item(
            f"i{number:03d}", "申领居住证", place=f"地方{number}", prefixes=(f"44{number:02d}05",)
        )
        for number in range(40)
    ]
    searcher = Searcher(MemoryPostings(build(items, the_lexicon())))
    hits = searcher.search("居住证", 5, near="442305100201")
    assert hits[0].item_id == "i023"
    assert len(searcher.search("居住证", 3)) == 3


def test_an_index_without_rows_finds_nothing() -> None:
    empty = Searcher(MemoryPostings(IndexRows({})))
    assert empty.search("身份证") == ()
    assert empty.themes("shenfen") == ()


def test_the_answer_can_be_printed(searcher: Searcher) -> None:
    (first, *_) = searcher.search("低保")
    assert json.dumps([first.item_id, first.score, first.sure])
    assert first.sure
    assert set(TABLES)  # the port is read by name


def test_the_connection_of_an_engine_is_shared(rows: IndexRows, tmp_path: Path) -> None:
    path = tmp_path / "index.db"
    write_index(rows, path)
    engine = create_engine(
        "sqlite://",
        module=sqlcipher,
        creator=lambda: sqlcipher.connect(
            f"{path.as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
        ),
        poolclass=StaticPool,
        pool_reset_on_return=None,
    )
    searcher = Searcher(DirectoryPostings.of(engine, Lock()))
    assert searcher.search("低保")[0].item_id == "minimum-living"
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM search_names").scalar() == 90
    assert searcher.search("wubaohu")[0].item_id == "extremely-poor"
    engine.dispose()


def test_look_ups_in_a_file(file_postings: DirectoryPostings, rows: IndexRows) -> None:
    memory = MemoryPostings(rows)
    assert file_postings.get("search_tokens", "c低保") == memory.get("search_tokens", "c低保")
    assert file_postings.get("search_tokens", "no such token") is None
    assert file_postings.get("no_such_table", "x") is None
    assert file_postings.range("no_such_table", "", 5) == []
    for prefix in ("", "she", "#s", "𠮷", "~"):
        assert file_postings.range("search_starts", prefix, 9) == memory.range(
            "search_starts", prefix, 9
        )
