"""Taking back and filing anew, in every state, whatever happens at the same time."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from kiosk.domain.lifecycle import Signal, State
from kiosk.domain.parties import Way
from kiosk.domain.problems import InputProblem
from kiosk.domain.submissions import Kind
from kiosk.journeys.applying import Application, Continues, settled
from kiosk.journeys.correcting import begin_supplement
from kiosk.journeys.documents import read_application
from kiosk.journeys.progress import CorrectionLine, CorrectionNotice, Tracked
from kiosk.journeys.refiling import begin_refiling
from kiosk.journeys.slips import Saved
from kiosk.journeys.submitting import submit
from kiosk.journeys.withdrawing import Withdrawn, withdraw
from kiosk.main.wiring import Station
from kiosk.store.packages import Packages, verified
from tests.helpers.counter import ITEM, bring_to, example, filed

OVER = {State.WITHDRAWN, State.SUPERSEDED, State.NOT_ACCEPTED, State.CLOSED}
SEALED = [state for state in State if state is not State.DRAFT]


def take_back(station: Station, submission_id: UUID) -> Withdrawn:
    item = station.directory.item(ITEM)
    form = station.directory.form(item.form_id, item)
    return withdraw(station.desk(), submission_id, item, form)


@pytest.mark.parametrize("state", [state for state in SEALED if state not in OVER])
def test_withdrawing_in_every_living_state(station: Station, state: State) -> None:
    saved = filed(station)
    bring_to(station, saved.id, state)
    done = take_back(station, saved.id)
    never_sent = state in {State.QUEUED, State.PARKED}
    assert done.row.state is (State.WITHDRAWN if never_sent else state)
    request = station.outbox.require(done.request.id)
    assert (request.kind, request.about, request.state) == (
        Kind.WITHDRAW,
        saved.id,
        State.QUEUED,
    )
    head = verified(Packages(station.home).read(request.id), request.id).head
    assert (head.kind, head.about, head.item_id) == (Kind.WITHDRAW, saved.id, ITEM)


@pytest.mark.parametrize("state", sorted(OVER))
def test_what_is_over_is_not_withdrawn(station: Station, state: State) -> None:
    saved = filed(station)
    bring_to(station, saved.id, state)
    with pytest.raises(InputProblem) as caught:
        take_back(station, saved.id)
    assert caught.value.code == "already-over"
    assert len(station.outbox.page()) == 1


@pytest.mark.parametrize("state", [State.UNKNOWN, State.RECEIVED, State.ACCEPTED])
def test_two_taps_make_one_request(station: Station, state: State) -> None:
    saved = filed(station)
    bring_to(station, saved.id, state)
    first, second = take_back(station, saved.id), take_back(station, saved.id)
    assert first.request == second.request
    assert len(station.outbox.page(about=saved.id)) == 1


def test_a_refused_request_may_be_made_again(station: Station) -> None:
    saved = filed(station)
    bring_to(station, saved.id, State.ACCEPTED)
    first = take_back(station, saved.id).request
    bring_to(station, first.id, State.PARKED)
    assert take_back(station, saved.id).request.id != first.id


def test_a_request_is_not_withdrawn(station: Station) -> None:
    saved = filed(station)
    request = take_back(station, saved.id).request
    with pytest.raises(InputProblem) as caught:
        take_back(station, request.id)
    assert caught.value.code == "not-withdrawable"
    assert station.outbox.require(request.id).state is State.QUEUED


def test_nobody_withdraws_what_is_not_here(station: Station) -> None:
    with pytest.raises(InputProblem) as caught:
        take_back(station, uuid4())
    assert caught.value.code == "unknown-submission"


def test_what_is_taken_for_sending_meanwhile_gets_a_request_only(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The exchange takes the row between the look and the commit: no tombstone, no bug."""
    saved = filed(station)
    from kiosk.journeys import submitting

    really = submitting._tags

    def meanwhile(*given: object) -> tuple[str | None, str | None]:
        station.outbox.apply(saved.id, Signal.TAKE, now=station.clock.now())
        return really(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(submitting, "_tags", meanwhile)
    done = take_back(station, saved.id)
    assert done.row.state is State.SENDING
    assert station.outbox.require(done.request.id).state is State.QUEUED


def parked(station: Station) -> Saved:
    saved = filed(station)
    bring_to(station, saved.id, State.PARKED)
    return saved


def anew(station: Station, old: UUID, case: Tracked | None = None) -> Application:
    item = station.directory.item(ITEM)
    form = station.directory.form(item.form_id, item)
    return begin_refiling(station.outbox.require(old), item, form, Way.SELF, case)


def filled(station: Station, blank: Application) -> Application:
    made = read_application(blank, example(station), ())
    return settled(made, station.directory.divisions, station.clock.now())


def test_filed_anew_it_names_the_old_and_replaces_it_when_it_is_saved(station: Station) -> None:
    old = parked(station)
    blank = anew(station, old.id)
    assert blank.id != old.id
    assert blank.continues == Continues(supersedes=old.id)
    assert not blank.answers
    assert not blank.parties
    assert station.outbox.require(old.id).state is State.PARKED  # nothing was saved yet
    new = submit(station.desk(), filled(station, blank))
    assert station.outbox.require(old.id).state is State.SUPERSEDED
    row = station.outbox.require(new.id)
    assert (row.state, row.supersedes, row.kind) == (State.QUEUED, old.id, Kind.FILING)
    assert verified(Packages(station.home).read(new.id), new.id).head.supersedes == old.id
    history = [step.signal for step in station.outbox.proofs(old.id)]
    assert history[-1] is Signal.SUPERSEDE


@pytest.mark.parametrize("state", [state for state in SEALED if state is not State.PARKED])
def test_only_what_is_parked_is_filed_anew(station: Station, state: State) -> None:
    saved = filed(station)
    bring_to(station, saved.id, state)
    with pytest.raises(InputProblem) as caught:
        anew(station, saved.id)
    assert caught.value.code == "not-parked"


def test_released_meanwhile_the_new_one_is_not_saved(station: Station) -> None:
    old = parked(station)
    made = filled(station, anew(station, old.id))
    station.outbox.apply(old.id, Signal.RELEASE, now=station.clock.now())
    with pytest.raises(InputProblem) as caught:
        submit(station.desk(), made)
    assert caught.value.code == "not-parked"
    assert station.outbox.get(made.id) is None
    assert not Packages(station.home).exists(made.id)
    assert station.outbox.require(old.id).state is State.QUEUED


def test_the_same_refiling_twice_is_one(station: Station) -> None:
    old = parked(station)
    made = filled(station, anew(station, old.id))
    assert submit(station.desk(), made) == submit(station.desk(), made)
    assert len(station.outbox.page()) == 2


def test_two_refilings_of_one_old_are_not_both_saved(station: Station) -> None:
    old = parked(station)
    first, second = (filled(station, anew(station, old.id)) for _ in range(2))
    submit(station.desk(), first)
    with pytest.raises(InputProblem) as caught:
        submit(station.desk(), second)
    assert caught.value.code == "not-parked"


def test_a_request_is_asked_again_not_filed_anew(station: Station) -> None:
    saved = filed(station)
    bring_to(station, saved.id, State.ACCEPTED)
    request = take_back(station, saved.id).request
    bring_to(station, request.id, State.PARKED)
    with pytest.raises(InputProblem) as caught:
        anew(station, request.id)
    assert caught.value.code == "ask-again"


def test_a_refused_supplement_comes_back_as_a_supplement(station: Station) -> None:
    saved = filed(station)
    bring_to(station, saved.id, State.CORRECTION_WANTED)
    case = replace(
        station.tracking.for_staff(saved.id),
        correction=CorrectionNotice("", None, (CorrectionLine("material:m1", "证", "看不清"),)),
    )
    item = station.directory.item(ITEM)
    form = station.directory.form(item.form_id, item)
    refused = submit(station.desk(), begin_supplement(case, item, form, Way.SELF))
    bring_to(station, refused.id, State.PARKED)
    with pytest.raises(InputProblem) as caught:
        anew(station, refused.id)
    assert caught.value.code == "no-correction"
    again = anew(station, refused.id, case)
    assert again.kind is Kind.SUPPLEMENT
    assert again.continues == Continues(about=saved.id, supersedes=refused.id)
    assert [material.key for material in again.item.materials] == ["m1"]
    submit(station.desk(), again)
    assert station.outbox.require(refused.id).state is State.SUPERSEDED


def test_a_refused_consultation_keeps_what_it_was_about(station: Station) -> None:
    saved = filed(station)
    asked = filled(station, anew(station, parked(station).id))
    asked = replace(asked, kind=Kind.CONSULTATION, continues=Continues(about=saved.id))
    question = submit(station.desk(), asked)
    bring_to(station, question.id, State.PARKED)
    again = anew(station, question.id)
    assert again.kind is Kind.CONSULTATION
    assert again.continues == Continues(about=saved.id, supersedes=question.id)
