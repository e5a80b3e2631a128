"""Building the index: the same input gives the same bytes, little changes change little."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.items import ServiceItem
from kiosk.search.folding import fold
from kiosk.search.packing import (
    ItemAt,
    NameEntry,
    pack_name,
    pack_postings,
    unpack_name,
    unpack_postings,
)
from kiosk.search.schema import CREATE, TABLES, IndexRows
from kiosk.search.sounds import Sounds
from sync.platform.publishing.index import build
from tests.helpers.search_corpus import corpus, make_item, the_lexicon


def test_the_order_of_items_does_not_matter(items: list[ServiceItem], rows: IndexRows) -> None:
    assert list(build(items[::-1], the_lexicon())) == list(rows)


def test_one_changed_item_changes_few_rows(items: list[ServiceItem], rows: IndexRows) -> None:
    at = next(at for at, item in enumerate(items) if item.item_id == "dog-registration")
    changed = [*items]
    changed[at] = replace(items[at], keywords=(*items[at].keywords, "养猫登记"))
    before, after = set(rows), set(build(changed, the_lexicon()))
    assert 0 < len(after - before) < 60
    assert len(before - after) < 60


def test_equal_names_share_their_entry() -> None:
    items = [
        make_item(f"i{n}", "申领居住证", prefixes=(f"44{n % 21 + 1:02d}",)) for n in range(500)
    ]
    rows = build(items, the_lexicon())
    assert len(rows.tables["search_names"]) == 1
    assert len(rows.tables["search_places"]) == 21


def test_rows_are_cheap_where_names_repeat() -> None:
    rows = build(corpus(3000), the_lexicon())
    assert rows.size / 3000 < 1500  # the words of the lexicon included; 200 000 items: see bench


def test_tables_are_what_they_say(rows: IndexRows) -> None:
    assert set(rows.tables) == set(TABLES)
    assert len(CREATE) == len(TABLES)
    keys = [(table, key) for table, key, _ in rows]
    assert len(set(keys)) == len(keys)
    assert rows.size == sum(len(key.encode()) + len(value) for _, key, value in rows)


@given(
    strengths=st.dictionaries(st.text(min_size=1), st.integers(1, 9), max_size=60),
    cap=st.integers(1, 50),
)
def test_postings_keep_the_strongest_and_the_count(strengths: dict[str, int], cap: int) -> None:
    count, postings = unpack_postings(pack_postings(strengths, cap))
    assert count == len(strengths)
    assert [strength for _, strength in postings] == sorted(strengths.values(), reverse=True)[:cap]


@given(tokens=st.dictionaries(st.integers(0, 2**32 - 1), st.integers(1, 9)))
def test_a_name_comes_back_as_it_was(tokens: dict[int, int]) -> None:
    entry = NameEntry(
        name="申领居住证",
        theme="外来人口",
        actions=frozenset({"办理"}),
        folded="申领居住证\n暂住证\n粤居码",
        count=3,
        items=(ItemAt("a", "4401", "广州市"), ItemAt("b", "", "")),
        tokens=tokens,
    )
    assert unpack_name(pack_name(entry)) == entry


@given(text=st.text(max_size=50))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("滿八十歲", "满80岁"),
        ("八十几岁", "80几岁"),
        ("十八周岁", "18周岁"),
        ("ＳＢＫ 办理！", "sbk办理"),
        ("三十条", "三十条"),
    ],
)
def test_folding(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_polyphones_have_the_readings_that_words_use(rows: IndexRows) -> None:
    sounds = Sounds({key: value.decode() for key, value in rows.tables["search_sounds"].items()})
    assert set(sounds.readings("行")) >= {"xing", "hang"}
    assert set(sounds.readings("长")) >= {"chang", "zhang"}
    assert sounds.readings("份") == ("fen",)
    assert sounds.readings("女") == ("nv",)
    assert sounds.syllables("shenfen证") == ("shen", "fen", "zheng")
