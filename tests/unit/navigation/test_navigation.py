"""The navigation map: every way through leads on, back and out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.parties import Way
from ui.navigation import STAFF_PAGES, STEPS, Page, Progress, Trail, next_page, road, step_of

JOURNEY = [page for _, pages in STEPS for page in pages]
PROGRESS = st.builds(
    Progress,
    way=st.sampled_from(Way),
    identity_known=st.booleans(),
    parties_wanted=st.integers(0, 3),
    notice_shown=st.booleans(),
    needs_mandate=st.booleans(),
    mandate_given=st.booleans(),
    question=st.integers(0, 4),
    questions=st.integers(0, 4),
    materials=st.integers(0, 4),
    supplement=st.booleans(),
)


@given(PROGRESS)
def test_the_journey_always_ends_at_saved(progress: Progress) -> None:
    from dataclasses import replace

    page, seen = Page.GUIDE, 0
    while page is not Page.SAVED:
        following = next_page(page, progress)
        if following is page is Page.PARTY:
            progress = replace(progress, parties_wanted=progress.parties_wanted - 1)
        elif following is page is Page.QUESTION:
            progress = replace(progress, question=progress.question + 1)
        page, seen = following, seen + 1
        assert seen < 40, "the journey goes round in circles"


@given(PROGRESS)
def test_the_mandate_comes_before_the_questions(progress: Progress) -> None:
    after = next_page(Page.NOTICE, progress)
    wanted = progress.needs_mandate and not progress.mandate_given
    assert (after is Page.MANDATE) == wanted


@given(PROGRESS, st.sampled_from([Page.IDENTITY, Page.NOTICE, Page.CHECK, Page.SIGN]))
def test_the_road_to_a_page_passes_each_page_once(progress: Progress, page: Page) -> None:
    pages = road(page, progress)
    assert (pages[0], pages[-1]) == (Page.GUIDE, page)
    assert len(set(pages)) == len(pages)
    assert Page.QUESTION not in pages or progress.questions


def test_no_road_leads_off_the_journey() -> None:
    with pytest.raises(ValueError, match="not part of the filing journey"):
        road(Page.DESK, Progress())


@pytest.mark.parametrize("page", [Page.HOME, Page.TRACK, Page.SAVED, Page.DESK])
def test_pages_outside_the_journey_have_no_next(page: Page) -> None:
    with pytest.raises(ValueError, match="not part of the filing journey"):
        next_page(page, Progress())


def test_steps_are_disjoint_and_in_order() -> None:
    assert len(JOURNEY) == len(set(JOURNEY))
    assert [step_of(page) for page in (Page.WHO, Page.QUESTION, Page.SIGN)] == [0, 2, 4]
    assert step_of(Page.HOME) is None
    assert not STAFF_PAGES & set(JOURNEY)


@given(st.lists(st.sampled_from(Page), max_size=20))
def test_back_never_reaches_the_attract_page_or_an_empty_trail(pages: list[Page]) -> None:
    trail = Trail()
    for page in pages:
        trail = trail.to(page)
        before = trail.pages
        back = trail.back()
        assert back.pages
        assert back == trail or back.pages == before[:-1]
        if trail.can_go_back:
            assert back.here is not Page.ATTRACT
    assert trail.restart(Page.ATTRACT) == Trail()


@given(st.lists(st.sampled_from(Page), min_size=1, max_size=20), st.sampled_from(Page))
def test_back_to_keeps_nothing_behind_the_page(pages: list[Page], wanted: Page) -> None:
    trail = Trail()
    for page in pages:
        trail = trail.to(page)
    there = trail.back_to(wanted)
    assert there.here is wanted
    assert there.pages == trail.pages[: len(there.pages)] or there == trail.to(wanted)


def test_the_same_page_twice_is_one_step() -> None:
    trail = Trail().to(Page.HOME).to(Page.FIND)
    assert trail.to(Page.FIND) is trail
