"""Contact cards: gone with the outcome, gone with time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from kiosk.domain.lifecycle import Signal
from kiosk.domain.submissions import Kind
from kiosk.store.cards import CARD_DAYS, Cards
from kiosk.store.chores import do_chores
from kiosk.store.recovery import tidy
from tests.helpers.stores import START, Site, save


def test_a_card_goes_with_the_outcome_in_the_same_step(site: Site) -> None:
    cards, case, other = Cards(site.casebook), save(site), save(site)
    answer = save(site, about=case.id, kind=Kind.SUPPLEMENT)
    with site.casebook.write() as tx:
        for row in (case, answer, other):
            cards.put(tx, row.id, b"sealed")

    def closed_and_cut_off() -> None:
        with site.casebook.write() as tx:
            site.outbox.apply(case.id, Signal.CASE_CLOSED, now=START, tx=tx)
            raise OSError("power")

    with pytest.raises(OSError, match="power"):
        closed_and_cut_off()
    assert cards.of([case.id, answer.id, other.id]) == {case.id, answer.id, other.id}
    for signal in (Signal.TAKE, Signal.RECEIVED, Signal.CASE_CORRECTION_WANTED):
        site.outbox.apply(case.id, signal, now=START)
    assert cards.exists(case.id)
    site.outbox.apply(case.id, Signal.CASE_CLOSED, now=START)
    assert cards.of([case.id, answer.id, other.id]) == {other.id}
    assert audited(site, "card_erased") == sorted([str(case.id), str(answer.id)])


@pytest.mark.parametrize(
    "ending",
    [
        (Signal.WITHDRAW,),
        (Signal.TAKE, Signal.REFUSED, Signal.SUPERSEDE),
        (Signal.TAKE, Signal.CASE_NOT_ACCEPTED),
        (Signal.TAKE, Signal.CASE_CLOSED),
        (Signal.TAKE, Signal.CASE_WITHDRAWN),
    ],
)
def test_no_outcome_leaves_a_card(site: Site, ending: tuple[Signal, ...]) -> None:
    cards, row = Cards(site.casebook), save(site)
    with site.casebook.write() as tx:
        cards.put(tx, row.id, b"sealed")
    for signal in ending[:-1]:
        site.outbox.apply(row.id, signal, now=START)
        assert cards.exists(row.id)
    site.outbox.apply(row.id, ending[-1], now=START)
    assert not cards.exists(row.id)


def test_cards_are_forgotten_after_half_a_year_and_not_shown_before_that_is_done(
    site: Site,
) -> None:
    cards, old = Cards(site.casebook), save(site)
    with site.casebook.write() as tx:
        cards.put(tx, old.id, b"sealed")
    site.clock.wall = START + timedelta(days=CARD_DAYS, seconds=-1)
    assert cards.exists(old.id)
    fresh = save(site)
    with site.casebook.write() as tx:
        cards.put(tx, fresh.id, b"sealed")
    site.clock.wall = START + timedelta(days=CARD_DAYS)
    assert cards.of([old.id, fresh.id]) == {fresh.id}
    assert cards.take(old.id, by="a-1") is None
    tidy(site.casebook, site.device)
    assert audited(site, "card_erased") == [str(old.id)]
    assert cards.forget(site.clock.now()) == 0


def test_a_station_that_runs_on_forgets_once_a_day(site: Site) -> None:
    cards, row = Cards(site.casebook), save(site)
    with site.casebook.write() as tx:
        cards.put(tx, row.id, b"sealed")
    do_chores(site.casebook)
    site.clock.wall = START + timedelta(days=CARD_DAYS - 1)
    do_chores(site.casebook)
    assert cards.exists(row.id)
    assert audited(site, "card_erased") == []
    site.clock.wall = START + timedelta(days=CARD_DAYS)
    do_chores(site.casebook)
    assert audited(site, "card_erased") == [str(row.id)]


def audited(site: Site, event: str) -> list[str]:
    """Subjects of one kind of audit row, sorted."""
    with site.casebook.read() as tx:
        query = text("SELECT subject FROM audit WHERE event = :event ORDER BY subject")
        return list(tx.execute(query, {"event": event}).scalars())
