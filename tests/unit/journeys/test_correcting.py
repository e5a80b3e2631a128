"""Corrections: only what is questioned opens, blank; by slip and code, on the real platform."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kiosk.domain.lifecycle import State
from kiosk.domain.parties import Way
from kiosk.domain.problems import InputProblem
from kiosk.domain.submissions import Kind, MaterialAnswer, MaterialState
from kiosk.forms.engine import Engine
from kiosk.journeys.applying import Attachment, review
from kiosk.journeys.correcting import begin_supplement, opened_by
from kiosk.journeys.progress import CorrectionLine, CorrectionNotice, Tracked
from kiosk.journeys.submitting import submit
from kiosk.main.wiring import Station
from sync.engine.assembly import exchange
from sync.protocol.trust import Trust
from tests.helpers.counter import ITEM, application, copy_of_platform, filed
from tests.helpers.platform_process import PlatformProcess, platform


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlatformProcess]:
    data = copy_of_platform(tmp_path_factory.mktemp("office"))
    with platform(data, manual=True) as running:
        yield running


def connect(station: Station, office: PlatformProcess) -> None:
    trust = Trust.parse((office.data_dir / "trust.json").read_bytes())
    station.home.save_trust(replace(trust, url=office.url).as_bytes())
    station.home.save_settings(replace(station.settings, platform_url=office.url))


def once(station: Station) -> None:
    with exchange(station.home, station.casebook, station.clock) as running:
        done = running.engine.run(brisk=True, wait=lambda _seconds: False)
    assert done.reached, done
    assert not done.problems, done


def notice(*targets: str) -> CorrectionNotice:
    lines = tuple(CorrectionLine(target, f"标签 {target}", "看不清") for target in targets)
    return CorrectionNotice("请补", "2026-12-04", lines)


def wanted(station: Station, *targets: str) -> Tracked:
    tracked = station.tracking.for_staff(filed(station).id)
    return replace(tracked, state=State.CORRECTION_WANTED, correction=notice(*targets))


def supplement(station: Station, tracked: Tracked) -> Any:  # noqa: ANN401 (an application)
    item = station.directory.item(ITEM)
    return begin_supplement(tracked, item, station.directory.form(item.form_id, item), Way.SELF)


def test_only_the_questioned_fields_and_materials_open_and_they_are_blank(
    station: Station,
) -> None:
    full = application(station)
    first = next(iter(full.answers))
    tracked = wanted(station, f"field:/{first}", "material:m3")
    blank = supplement(station, tracked)
    assert not blank.answers
    assert not blank.materials
    assert not blank.parties
    assert [material.key for material in blank.item.materials] == ["m3"]
    engine = Engine(blank.form, station.directory.divisions, station.clock.now().date())
    assert [question.path for question in engine.questions({})] == [f"/{first}"]
    assert blank.continues.about == tracked.id
    assert blank.id != tracked.id


def test_a_pointer_into_the_whole_document_means_the_same_field(station: Station) -> None:
    assert opened_by(notice("field:/form/a/b", "field:/c", "material:m1", "else:x")).fields == (
        "/a/b",
        "/c",
    )
    assert opened_by(notice("material:m1", "else:x")).materials == ("m1",)


def test_a_material_that_the_guide_does_not_know_opens_under_the_offices_words(
    station: Station,
) -> None:
    blank = supplement(station, wanted(station, "material:m77", "material:m77"))
    assert [(one.key, one.name) for one in blank.item.materials] == [("m77", "标签 material:m77")]
    answered = blank.with_attachment(Attachment("m77", "a.png", "image/png", b"x"))
    assert answered.materials == (MaterialAnswer("m77", MaterialState.ATTACHED),)
    assert submit(station.desk(), answered).state is State.QUEUED


@pytest.mark.parametrize("state", [state for state in State if state is not State.DRAFT])
def test_without_a_notice_nothing_opens(station: Station, state: State) -> None:
    tracked = replace(station.tracking.for_staff(filed(station).id), state=state)
    with pytest.raises(InputProblem) as caught:
        supplement(station, tracked)
    assert caught.value.code == "no-correction"


@pytest.mark.parametrize("way", list(Way))
def test_nobody_needs_a_mandate_for_a_correction(station: Station, way: Way) -> None:
    tracked = wanted(station, "material:m3")
    blank = replace(supplement(station, tracked), way=way)
    answered = blank.with_material(MaterialAnswer("m3", MaterialState.PAPER))
    found = review(answered, station.directory.divisions, station.clock.now())
    assert found.faults == ()


def test_from_filing_to_work_going_on_again(station: Station, office: PlatformProcess) -> None:
    connect(station, office)
    saved = filed(station, track_code="4711")
    once(station)
    assert station.outbox.require(saved.id).state is State.RECEIVED
    office.decide(saved.id, "accept")
    office.decide(
        saved.id, "correct", "--material", "m3", "--reason", "看不清账号", "--by", "2026-12-04"
    )
    once(station)
    tracked = station.tracking.by_number(saved.local_number, "4711")
    assert tracked.state is State.CORRECTION_WANTED
    assert tracked.correction is not None
    assert [(line.target, line.reason) for line in tracked.correction.lines] == [
        ("material:m3", "看不清账号")
    ]
    blank = supplement(station, tracked)
    answered = blank.with_attachment(Attachment("m3", "存折.png", "image/png", b"a new photo"))
    late = submit(station.desk(), answered)
    assert station.outbox.require(late.id).kind is Kind.SUPPLEMENT
    once(station)
    once(station)
    assert station.outbox.require(saved.id).state is State.IN_PROGRESS
    assert station.outbox.require(late.id).state is State.RECEIVED
    told = station.tracking.by_slip(saved.code)
    assert told.state is State.IN_PROGRESS
    assert "补的材料收到了" in [moment.words.title for moment in told.timeline]
    entry = office.case(late.id)
    assert (entry["effects"], entry["blobs"]) == (1, 1)


def test_a_second_answer_to_one_notice_harms_nothing(
    station: Station, office: PlatformProcess
) -> None:
    connect(station, office)
    saved = filed(station, submission_id=None)
    once(station)
    office.decide(saved.id, "accept")
    office.decide(saved.id, "correct", "--material", "m1", "--reason", "缺一页")
    once(station)
    tracked = station.tracking.by_slip(saved.code)
    answers = [
        submit(
            station.desk(),
            supplement(station, tracked).with_material(MaterialAnswer("m1", MaterialState.PAPER)),
        )
        for _ in range(2)
    ]
    once(station)
    once(station)
    assert station.outbox.require(saved.id).state is State.IN_PROGRESS
    assert [office.case(one.id)["effects"] for one in answers] == [1, 1]


def test_the_platform_refuses_for_good_what_was_replaced(
    station: Station, office: PlatformProcess, home: Path
) -> None:
    """A parked filing comes back under a new id; the old one can never come to life."""
    from kiosk.domain.lifecycle import Signal
    from kiosk.journeys.refiling import begin_refiling

    connect(station, office)
    old = filed(station)
    for step in (Signal.TAKE, Signal.REFUSED):
        station.outbox.apply(old.id, step, now=station.clock.now())
    parked = station.outbox.require(old.id)
    made = application(station)
    fresh = begin_refiling(parked, made.item, made.form, Way.SELF)
    new = submit(
        station.desk(),
        replace(fresh, parties=made.parties, answers=made.answers, materials=made.materials),
    )
    once(station)
    assert station.outbox.require(old.id).state is State.SUPERSEDED
    assert station.outbox.require(new.id).state is State.RECEIVED
    known = {case["submission_id"] for case in office.cases()}
    assert str(new.id) in known
    assert str(old.id) not in known
