"""Looking up: by slip, number and code, person; what is shown to whom; what a bad event hides."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from kiosk.domain.lifecycle import Signal, State
from kiosk.domain.problems import InputProblem
from kiosk.domain.slips import SlipCode
from kiosk.journeys.progress import (
    CLOSING_WORDS,
    DUPLICATE,
    STATE_WORDS,
    CorrectionLine,
    Tracked,
)
from kiosk.main.wiring import Station
from kiosk.sealing.keys import to_text
from kiosk.store.inbox import ProvenEvent
from sync.protocol.messages import EVENT_SIGNALS, EventKind, event_context
from tests.helpers.counter import application, bring_to, filed, tell
from tests.helpers.stores import HandClock


def event(
    station: Station, tracked: Tracked, seq: int, kind: EventKind, **more: object
) -> ProvenEvent:
    row = station.outbox.require(tracked.id)
    signal = EVENT_SIGNALS.get(kind)
    plain: dict[str, object] = {
        "id": seq,
        "epoch": "e1",
        "submission_id": row.id,
        "envelope_digest": row.envelope_digest,
        "case_seq": seq,
        "kind": kind.value,
        "signal": signal,
        "at": station.clock.now(),
    }
    return ProvenEvent(**plain | more)  # type: ignore[arg-type]


def sealed(station: Station, tracked: Tracked, personal: object) -> str:
    plain = json.dumps(personal, ensure_ascii=False).encode()
    closed = station.device.reply.public.seal(plain, context=event_context(tracked.id))
    return to_text(closed)


def test_the_slip_shows_the_state_and_no_matter(station: Station) -> None:
    saved = filed(station)
    seen = station.tracking.by_slip(saved.code)
    assert (seen.id, seen.state) == (saved.id, State.QUEUED)
    assert seen.item_name is None
    assert seen.masked_name is None


@pytest.mark.parametrize("part", ["claim", "id"])
def test_a_slip_of_another_hand_shows_nothing(station: Station, part: str) -> None:
    saved, other = filed(station), filed(station)
    claim = bytes(16) if part == "claim" else saved.code.claim
    wrong = SlipCode(other.id, claim, saved.code.envelope_digest)
    with pytest.raises(InputProblem) as caught:
        station.tracking.by_slip(wrong)
    assert caught.value.code == "no-such-slip"


def test_number_and_code_open_the_matter(station: Station) -> None:
    saved = filed(station, track_code="4711")
    for typed in (saved.local_number, saved.local_number.replace("-", " ")):
        seen = station.tracking.by_number(typed, "4711")
        assert seen.item_name
        assert seen.masked_name == "李*示"


def test_a_number_that_cannot_be_right_is_told_at_once(station: Station) -> None:
    saved = filed(station)
    wrong = saved.local_number[:-1] + str((int(saved.local_number[-1]) + 1) % 10)
    with pytest.raises(InputProblem) as caught:
        station.tracking.by_number(wrong, "2580")
    assert caught.value.code == "bad-number"


def test_wrong_codes_lock_the_matter_for_a_while_and_never_the_slip(
    station: Station, clock: HandClock
) -> None:
    saved = filed(station, track_code="4711")
    codes = []
    for _ in range(4):
        with pytest.raises(InputProblem) as caught:
            station.tracking.by_number(saved.local_number, "0000")
        codes.append(caught.value.code)
    assert codes == ["no-such-number", "no-such-number", "try-later", "try-later"]
    with pytest.raises(InputProblem) as caught:
        station.tracking.by_number(saved.local_number, "4711")
    assert caught.value.code == "try-later"
    assert station.tracking.by_slip(saved.code).state is State.QUEUED
    clock.wall += timedelta(days=1)  # a changed clock shortens nothing
    with pytest.raises(InputProblem):
        station.tracking.by_number(saved.local_number, "4711")
    clock.pass_time(3600)
    assert station.tracking.by_number(saved.local_number, "4711").id == saved.id


def test_without_a_code_no_number_opens_it(station: Station) -> None:
    saved = filed(station, track_code=None)
    for guess in ("", "0000"):
        with pytest.raises(InputProblem):
            station.tracking.by_number(saved.local_number, guess)


def test_a_number_that_nobody_has_and_a_wrong_code_sound_the_same(station: Station) -> None:
    saved, made = filed(station), application(station)
    from kiosk.domain.submissions import local_number

    said = set()
    for number in (saved.local_number, local_number(made.id)):
        with pytest.raises(InputProblem) as caught:
            station.tracking.by_number(number, "9999")
        said.add((caught.value.code, caught.value.message))
    assert len(said) == 1


def test_a_person_finds_what_is_theirs_for_thirty_days(station: Station, clock: HandClock) -> None:
    made = application(station)
    person = made.principal
    assert person is not None
    assert person.id_number is not None
    assert person.phone is not None
    first = filed(station)
    clock.pass_time(60)
    second = filed(station)
    filed(station, "minimum-living", change=lambda one: one["parties"][0].update(phone=""))
    number, ending = person.id_number, person.phone[-4:]
    wide = "".join(chr(ord(c) + 0xFEE0) for c in number)
    for typed in (number, number.lower(), f" {number[:6]} {number[6:]}", wide):
        found = station.tracking.by_person(typed, ending)
        assert [one.id for one in found] == [second.id, first.id], typed
        assert found[0].item_name
    assert station.tracking.by_person(number, person.phone)[0].id == second.id
    assert station.tracking.by_person(number, "0001") == ()
    clock.pass_time(31 * 86400)
    assert station.tracking.by_person(number, ending) == ()


def test_without_a_phone_the_number_alone_finds_it(station: Station) -> None:
    made = application(station, change=lambda one: one["parties"][0].pop("phone"))
    person = made.principal
    assert person is not None
    assert person.id_number is not None
    saved = filed(station, change=lambda one: one["parties"][0].pop("phone"))
    assert [one.id for one in station.tracking.by_person(person.id_number, "")] == [saved.id]


@pytest.mark.parametrize("state", [state for state in State if state is not State.DRAFT])
def test_every_state_has_its_own_words(station: Station, state: State) -> None:
    saved = filed(station)
    bring_to(station, saved.id, state)
    seen = station.tracking.by_slip(saved.code)
    assert seen.words == STATE_WORDS[state]
    assert seen.timeline[0].at is not None


def test_titles_of_different_states_differ() -> None:
    titles = [words.title for words in STATE_WORDS.values()]
    assert len(set(titles)) == len(titles)
    assert State.DRAFT not in STATE_WORDS


def test_the_timeline_says_what_the_platform_said(station: Station) -> None:
    saved = filed(station)
    seen = station.tracking.by_slip(saved.code)
    kinds = [kind for kind in EventKind if kind is not EventKind.CLOSED]
    said = [event(station, seen, n, kind, case_number="A1") for n, kind in enumerate(kinds, 1)]
    closed = event(station, seen, 99, EventKind.CLOSED, closing_reason="refused")
    tell(station, *said, closed)
    seen = station.tracking.by_slip(saved.code)
    assert seen.words == CLOSING_WORDS["refused"]
    titles = [moment.words.title for moment in seen.timeline]
    assert "补的材料收到了" in titles
    assert "这件已经有人替您交过" in titles
    assert any("A1" in moment.words.text for moment in seen.timeline)
    assert titles[-1] == "没有批准"


def test_what_somebody_filed_before_is_told_until_the_office_goes_on(station: Station) -> None:
    saved = filed(station)
    seen = station.tracking.by_slip(saved.code)
    tell(station, event(station, seen, 1, EventKind.RECEIVED))
    assert station.tracking.by_slip(saved.code).words == STATE_WORDS[State.RECEIVED]
    tell(station, event(station, seen, 2, EventKind.DUPLICATE_OF))
    told = station.tracking.by_slip(saved.code)
    assert (told.state, told.words) == (State.RECEIVED, DUPLICATE)
    tell(station, event(station, seen, 3, EventKind.CLOSED, closing_reason="refused"))
    assert station.tracking.by_slip(saved.code).words == CLOSING_WORDS["refused"]


def test_a_reason_that_is_not_known_is_told_as_closed(station: Station) -> None:
    saved = filed(station)
    seen = station.tracking.by_slip(saved.code)
    tell(station, event(station, seen, 1, EventKind.CLOSED, closing_reason="新的原因"))
    assert station.tracking.by_slip(saved.code).words == STATE_WORDS[State.CLOSED]


def test_a_correction_tells_what_is_wanted(station: Station) -> None:
    saved = filed(station)
    seen = station.tracking.by_slip(saved.code)
    line = {"target": "material:m1", "label": "身份证", "reason": "看不清"}
    personal = {"words": "请补", "lines": [line, {"target": 1}, "x"]}
    wanted = event(
        station,
        seen,
        1,
        EventKind.CORRECTION_WANTED,
        by="2026-12-04",
        sealed=sealed(station, seen, personal),
    )
    tell(station, wanted)
    notice = station.tracking.by_slip(saved.code).correction
    assert notice is not None
    assert (notice.words, notice.by) == ("请补", "2026-12-04")
    assert notice.lines == (CorrectionLine("material:m1", "身份证", "看不清"),)


@pytest.mark.parametrize("part", [None, "!!", "AAAA", "sealed-list", "sealed-odd"], ids=str)
def test_a_part_that_cannot_be_opened_hides_no_state(station: Station, part: str | None) -> None:
    saved = filed(station)
    seen = station.tracking.by_slip(saved.code)
    odd = {"sealed-list": ["x"], "sealed-odd": {"words": 5, "lines": {"a": 1}}}
    given = sealed(station, seen, odd[part]) if part in odd else part
    wanted = event(
        station, seen, 1, EventKind.CORRECTION_WANTED, by="不久", case_number="B7", sealed=given
    )
    tell(station, wanted)
    seen = station.tracking.by_slip(saved.code)
    assert (seen.state, seen.case_number) == (State.CORRECTION_WANTED, "B7")
    assert seen.correction is not None
    assert (seen.correction.words, seen.correction.lines) == ("", ())
    assert seen.correction.by == "不久"


def test_a_correction_without_its_event_is_no_notice(station: Station) -> None:
    """A rebuilt casebook may know the state before it has heard the event again."""
    saved = filed(station)
    station.outbox.apply(saved.id, Signal.TAKE, now=station.clock.now())
    bring = Signal.CASE_CORRECTION_WANTED
    station.outbox.apply(saved.id, bring, now=station.clock.now())
    seen = station.tracking.for_staff(saved.id)
    assert seen.state is State.CORRECTION_WANTED
    assert seen.correction is None
