"""Pages of lists: every row on exactly one page, in order, whatever the names are."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ui.bridge.item_lists import ItemRow, Room

TEXTS = st.text(alphabet="高龄老人生活津贴a1 ", max_size=60)
ROWS = st.lists(
    st.builds(ItemRow, TEXTS, TEXTS, TEXTS, TEXTS, st.just("ok"), st.just(value=False)), max_size=40
)


@given(ROWS, st.floats(0, 3000), st.floats(0, 3000))
def test_pages_cover_all_rows_in_order(
    rows: list[ItemRow], height: float, with_pager: float
) -> None:
    starts = Room(height=height, with_pager=min(height, with_pager)).starts(rows)
    assert starts[0] == 0
    assert list(starts) == sorted(set(starts))
    assert starts[-1] < max(1, len(rows))


def test_a_longer_name_takes_more_room() -> None:
    short = [ItemRow(str(n), "社保卡", "", "", "ok", best=False) for n in range(20)]
    long = [ItemRow(str(n), "社保卡" * 20, "", "", "ok", best=False) for n in range(20)]
    assert len(Room().starts(long)) > len(Room().starts(short)) > 1


def test_what_fits_needs_no_pager() -> None:
    rows = [ItemRow(str(n), "社保卡", "", "", "ok", best=False) for n in range(4)]
    assert Room(height=740, with_pager=100).starts(rows) == (0,)
