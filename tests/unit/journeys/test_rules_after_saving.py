"""Small promises around saving: deadlines, dates on paper, discretion, reading aloud on record."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from kiosk.domain.dates import CHINA
from kiosk.domain.discretion import DISCREET
from kiosk.domain.lifecycle import State
from kiosk.domain.mandates import Mandate
from kiosk.domain.parties import Way
from kiosk.forms.examples import example_mandate
from kiosk.journeys.applying import Application
from kiosk.journeys.deadlines import deadline_words
from kiosk.journeys.documents import read_mandate
from kiosk.journeys.slips import Letterhead, principal_copy, slip
from kiosk.journeys.submitting import submit
from kiosk.main.wiring import Station
from tests.helpers.counter import ITEM, application, bring_to, filed

NOON = datetime(2026, 11, 22, 12, 5, tzinfo=CHINA)
SENSITIVE = "disability-care-subsidy"


def proxied(station: Station) -> Application:
    """A proxy filing with its mandate."""
    item = station.directory.item(SENSITIVE)
    mandate, _ = read_mandate(example_mandate(item, now=station.clock.now()))
    return replace(application(station, SENSITIVE, way=Way.FAMILY), mandate=mandate)


def test_a_deadline_is_told_with_the_phone_and_the_way_to_the_town(station: Station) -> None:
    limited = [one for one in station.directory.items() if one.deadline is not None]
    assert limited, "the directory has matters with a deadline"
    for item in limited:
        assert item.deadline is not None
        told = deadline_words(item, "0663-5550000")
        assert f"{item.deadline.days}天内" in told
        assert item.deadline.counts_from in told
        assert "存在这里不算" in told
        assert "打0663-5550000问" in told
        assert (item.department or "镇街便民服务中心") in told
        assert "打" not in deadline_words(item, None).replace("打听", "")
    assert deadline_words(station.directory.item(ITEM), "1") == ""


def test_what_has_a_deadline_goes_first(station: Station) -> None:
    limited = next(one for one in station.directory.items() if one.deadline is not None)
    plain = filed(station)
    made = application(station)
    urgent = submit(
        station.desk(), replace(made, item=replace(made.item, deadline=limited.deadline))
    )
    order = station.outbox.owed(None)
    assert order.index(urgent.id) < order.index(plain.id)
    due = station.outbox.next_due(station.clock.now())
    assert due is not None
    assert due.id == urgent.id


@pytest.mark.parametrize("phone", ["0663-5550000", None])
def test_paper_says_when_to_ask_and_promises_no_message(
    station: Station, phone: str | None
) -> None:
    made = proxied(station)
    saved, head = submit(station.desk(), made), Letterhead("长滩村", phone, demo=True)
    copy = principal_copy(saved, made, head, NOON)
    assert copy is not None
    for paper in (slip(saved, made, head, NOON), copy):
        words = "".join(paper.steps)
        assert "2026年12月2日还查不到，请来站里，或" in words
        assert (f"或打{phone}" if phone else "或问村里的代办员") in words
        assert "短信" not in words
        assert "退回" not in words


def test_a_sensitive_matter_shows_its_state_alone_but_to_staff(station: Station) -> None:
    saved = filed(station, SENSITIVE, track_code="4711")
    plain = filed(station, track_code="4711")
    person = application(station, SENSITIVE).principal
    assert person is not None
    assert person.id_number is not None
    found = station.tracking.by_number(saved.local_number, "4711")
    mine = station.tracking.by_person(person.id_number, (person.phone or "")[-4:])
    for one in (found, *[each for each in mine if each.id == saved.id]):
        assert (one.item_name, one.masked_name, one.state) == (DISCREET, None, State.QUEUED)
    assert station.tracking.by_slip(saved.code).item_name is None
    assert station.tracking.for_staff(saved.id).item_name != DISCREET
    open_one = station.tracking.by_number(plain.local_number, "4711")
    assert open_one.item_name not in {None, DISCREET}


def test_a_sensitive_one_that_came_back_can_still_be_mended(station: Station) -> None:
    saved = filed(station, SENSITIVE, track_code="4711")
    bring_to(station, saved.id, State.PARKED)
    seen = station.tracking.by_number(saved.local_number, "4711")
    assert (seen.state, seen.item_id) == (State.PARKED, SENSITIVE)
    assert seen.item_name is not None, "the window offers to mend what was opened by its code"


def test_that_a_mandate_was_read_aloud_stands_in_the_audit_trail(station: Station) -> None:
    made, at = proxied(station), datetime(2026, 11, 22, 2, 31, tzinfo=UTC)
    quiet = submit(station.desk(), made)
    assert isinstance(made.mandate, Mandate)
    evidence = replace(made.mandate.evidence, read_aloud_at=at)
    heard = replace(proxied(station), mandate=replace(made.mandate, evidence=evidence))
    saved = submit(station.desk(), heard)
    query = text("SELECT subject, at FROM audit WHERE event = 'mandate_read_aloud'")
    with station.casebook.read() as tx:
        rows = [tuple(row) for row in tx.execute(query)]
    assert rows == [(str(saved.id), "2026-11-22T02:31:00Z")]
    assert quiet.id != saved.id
