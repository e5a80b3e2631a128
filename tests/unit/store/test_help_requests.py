"""Notes of people who found nobody there: sealed, opened on the record, gone when done."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from kiosk.domain.faults import Flaw
from kiosk.domain.helping import HelpRequest, help_request
from kiosk.domain.problems import EnvironmentProblem, InputProblem
from kiosk.journeys.helping import Helping
from kiosk.sealing.keys import OpenKey
from kiosk.store.audit import Audit
from kiosk.store.casebook import Casebook
from kiosk.store.help_requests import MOST_WAITING, HelpRequests
from kiosk.store.home import Home
from kiosk.store.keys import load_device
from kiosk.store.moving import move_in, move_out
from tests.helpers.stores import Site

PHONE = "13800005678"


def made(
    name: str = "李阿婆", phone: str = PHONE, place: str = "", wish: str = "不会填"
) -> HelpRequest:
    request = help_request(name, phone, place, wish)
    assert isinstance(request, HelpRequest), request
    return request


def helping(site: Site) -> Helping:
    return Helping(HelpRequests(site.casebook), site.device.staff)


def trail(site: Site) -> list[tuple[str, str, str]]:
    with site.casebook.read() as tx:
        rows = tx.execute(
            text(
                "SELECT event, subject, detail FROM audit WHERE event LIKE 'help%' ORDER BY number"
            )
        ).all()
    return [(row.event, row.subject, row.detail) for row in rows]


def test_a_note_is_left_opened_on_the_record_and_gone(site: Site) -> None:
    desk, note = helping(site), uuid4()
    desk.leave(note, made())
    desk.leave(note, made())
    (waiting,) = desk.waiting()
    assert (waiting.id, waiting.left_at, waiting.seen) == (note, site.clock.now(), False)
    opened = desk.open(note, by="a-1")
    assert (opened.card.masked_name, opened.card.phone, opened.wish) == ("李阿婆", PHONE, "不会填")
    assert desk.waiting()[0].seen
    assert desk.open(note, by="a-2") == opened
    desk.done(note, by="a-2")
    desk.done(note, by="a-2")
    assert desk.waiting() == ()
    assert list(site.home.help.iterdir()) == []
    with pytest.raises(InputProblem) as caught:
        desk.open(note, by="a-1")
    assert caught.value.code == "no-note"
    steps = [("help_asked", ""), ("help_opened", "a-1"), ("help_opened", "a-2")]
    assert trail(site) == [(e, str(note), by) for e, by in [*steps, ("help_done", "a-2")]]
    assert Audit(site.casebook).verify().ok


def test_the_oldest_comes_first_and_survives_a_restart(site: Site) -> None:
    notes = [uuid4() for _ in range(3)]
    for note in notes:
        helping(site).leave(note, made(phone="", place="榕树下"))
        site.clock.pass_time(61)
    helping(site).open(notes[1], by="a-1")
    with site.reopened() as casebook:
        again = Helping(HelpRequests(casebook), site.device.staff)
        assert [one.id for one in again.waiting()] == notes
        assert [one.seen for one in again.waiting()] == [False, True, False]
        assert again.open(notes[0], by="a-1").card.place == "榕树下"


def test_nothing_of_it_stands_there_in_clear(site: Site) -> None:
    helping(site).leave(uuid4(), made())
    (path,) = site.home.help.iterdir()
    assert path.stat().st_mode & 0o077 == 0
    assert site.home.help.stat().st_mode & 0o077 == 0
    data = path.read_bytes()
    for told in ("李阿婆", PHONE, "不会填"):
        assert told.encode() not in data
    assert PHONE not in repr(made())


def test_another_key_or_another_name_does_not_open_it(site: Site) -> None:
    note, other = uuid4(), uuid4()
    helping(site).leave(note, made())
    with pytest.raises(InputProblem):
        Helping(HelpRequests(site.casebook), OpenKey.generate()).open(note, by="a-1")
    (path,) = site.home.help.iterdir()
    path.rename(path.with_name(path.name.replace(str(note), str(other))))
    with pytest.raises(InputProblem):
        helping(site).open(other, by="a-1")


def test_foreign_files_are_left_alone(site: Site) -> None:
    helping(site).leave(uuid4(), made())
    for name in ("x", "..new", "20261122T020507Z_nonsense.new", f"{uuid4()}.new", ".half.tmp"):
        (site.home.help / name).write_bytes(b"?")
    assert len(helping(site).waiting()) == 1


def test_a_full_box_says_so(site: Site) -> None:
    desk = helping(site)
    for _ in range(MOST_WAITING):
        desk.leave(uuid4(), made())
    with pytest.raises(InputProblem) as caught:
        desk.leave(uuid4(), made())
    assert caught.value.code == "help-full"
    desk.done(desk.waiting()[0].id, by="a-1")
    desk.leave(uuid4(), made())
    assert len(desk.waiting()) == MOST_WAITING


def test_what_the_disk_refuses_leaves_no_trace(site: Site) -> None:
    site.home.help.write_bytes(b"a file where the folder should be")
    with pytest.raises(EnvironmentProblem):
        helping(site).leave(uuid4(), made())
    assert helping(site).waiting() == ()
    assert trail(site) == []


@pytest.mark.parametrize(
    ("name", "phone", "place", "wish", "code"),
    [
        ("", PHONE, "", "x", "name-empty"),
        ("\u200b\u202e", PHONE, "", "x", "name-empty"),
        ("李" * 21, PHONE, "", "x", "name-long"),
        ("李", "12345", "", "x", "phone-short"),
        ("李", "", "", "x", "place-empty"),
        ("李", "", "家" * 41, "x", "place-long"),
        ("李", PHONE, "", " ", "wish-empty"),
        ("李", PHONE, "", "难" * 61, "wish-long"),
    ],
)
def test_what_cannot_find_anybody_is_told(
    name: str, phone: str, place: str, wish: str, code: str
) -> None:
    flaw = help_request(name, phone, place, wish)
    assert isinstance(flaw, Flaw)
    assert flaw.code == code


@given(st.text(max_size=30), st.text(max_size=50), st.text(max_size=70))
def test_whatever_is_written_fits_or_is_told(name: str, place: str, wish: str) -> None:
    request = help_request(name, "", place, wish)
    if isinstance(request, HelpRequest):
        again = help_request(request.card.masked_name, "", request.card.place, request.wish)
        assert isinstance(again, HelpRequest)
        assert again.card == request.card


def test_notes_travel_with_a_station_that_moves(site: Site, tmp_path: Path) -> None:
    note = uuid4()
    helping(site).leave(note, made())
    site.casebook.close()
    move_out(site.home, site.clock, tmp_path / "stick", "a long enough passphrase 7")
    arrived = Home(tmp_path / "new")
    move_in(arrived, site.clock, tmp_path / "stick", "a long enough passphrase 7")
    with Casebook.open(arrived, site.clock) as casebook:
        there = Helping(HelpRequests(casebook), load_device(arrived).staff)
        assert there.open(note, by="a-1").card.phone == PHONE
