"""What the window asks of the station, answered over real stores, and when they are broken."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from kiosk.devices.printer import Page, Printer
from kiosk.domain.lifecycle import Signal, State
from kiosk.domain.parties import Way
from kiosk.domain.problems import EnvironmentProblem, InputProblem
from kiosk.journeys.applying import Application
from kiosk.journeys.authorising import ProxyAnswer
from kiosk.journeys.documents import read_application
from kiosk.main.commands.station import DEMONSTRATION
from kiosk.main.services import Services
from kiosk.main.wiring import open_station
from kiosk.store.home import Home
from tests.helpers.counter import ITEM, bring_to, example
from tests.helpers.stores import HandClock
from ui.bridge.ports import LinkFacts


@dataclass
class Paper:
    """A printer whose paper may run out."""

    pages: list[Page] = field(default_factory=list)
    empty: bool = False

    def print(self, page: Page) -> None:
        if self.empty:
            raise EnvironmentProblem("no-paper", "there is no paper")
        self.pages.append(page)


@dataclass
class Bell:
    """Counts how often the exchange was asked to try."""

    rung: int = 0
    link: LinkFacts = field(default_factory=LinkFacts)

    def nudge(self) -> None:
        self.rung += 1

    def facts(self) -> LinkFacts:
        return self.link


@pytest.fixture
def paper() -> Paper:
    return Paper()


@pytest.fixture
def bell() -> Bell:
    return Bell()


@pytest.fixture
def services(home: Path, clock: HandClock, paper: Paper, bell: Bell) -> Iterator[Services]:
    printer: Printer = paper
    made = Services(home, clock, printer, bell.nudge, bell.facts)
    yield made
    made.close()


def filled(services: Services, blank: Application, home: Path, clock: HandClock) -> Application:
    with open_station(home, clock) as station:
        document = example(station, blank.item.item_id)
    return read_application(blank, document, ())


def test_the_main_job(services: Services, home: Path, clock: HandClock, bell: Bell) -> None:
    assert services.search("高龄津贴", (), 5).hits
    assert services.proxy_rule(ITEM).answer in ProxyAnswer
    assert services.guide(ITEM)
    made = replace(filled(services, services.begin(ITEM, Way.SELF), home, clock), track_code="4711")
    assert services.review(made).faults == ()
    saved = services.submit(made)
    assert bell.rung == 1
    assert services.submit(made) == saved
    assert services.track_slip(saved.code.as_text()).id == saved.id
    assert services.track_number(saved.local_number, "4711").item_name
    person = made.parties[0]
    assert person.id_number is not None
    assert person.phone is not None
    assert services.track_person(person.id_number, person.phone[-4:])[0].id == saved.id
    (row,) = services.desk()
    assert (row.id, row.state, row.by) == (saved.id, State.QUEUED, None)
    assert services.desk_row(saved.id).masked_name == "李*示"
    assert services.withdraw(saved.id).state is State.WITHDRAWN
    assert len(services.desk()) == 2
    services.sync_now()
    assert bell.rung == 4


def test_a_parked_one_is_filed_anew(services: Services, home: Path, clock: HandClock) -> None:
    saved = services.submit(filled(services, services.begin(ITEM, Way.SELF), home, clock))
    with open_station(home, clock) as station:
        bring_to(station, saved.id, State.PARKED)
    blank = services.begin_refiling(saved.id, Way.SELF)
    new = services.submit(filled(services, blank, home, clock))
    states = {row.id: row.state for row in services.desk()}
    assert states == {saved.id: State.SUPERSEDED, new.id: State.QUEUED}
    with pytest.raises(InputProblem):
        services.begin_refiling(new.id, Way.SELF)


def test_what_came_back_stands_first_on_the_desk(
    services: Services, home: Path, clock: HandClock
) -> None:
    made = [
        services.submit(filled(services, services.begin(ITEM, Way.SELF), home, clock)).id
        for _ in range(5)
    ]
    states = [State.ACCEPTED, State.QUEUED, State.PARKED, State.NOT_ACCEPTED, State.UNKNOWN]
    with open_station(home, clock) as station:
        for one, state in zip(made, states, strict=True):
            bring_to(station, one, state)
        station.outbox.apply(made[0], Signal.CASE_IN_PROGRESS, now=clock.now())
    shown = [row.state for row in services.desk()]
    assert shown == [
        State.PARKED,
        State.NOT_ACCEPTED,
        State.QUEUED,
        State.UNKNOWN,
        State.IN_PROGRESS,
    ]


def test_browsing(services: Services) -> None:
    assert services.home_items()
    themes = services.themes()
    assert themes
    assert services.by_theme(themes[0][1])
    assert len(services.by_theme("")) == 91
    line = services.departments()[0]
    assert len(services.by_department(line.key)) == line.total
    assert [len(services.by_flag(one.key)) for one in services.flags()] == [7, 11, 4, 5]
    assert services.item(ITEM).item_id == ITEM
    assert services.divisions().get("440000000000") is not None
    with pytest.raises(InputProblem):
        services.item("nothing")


def test_facts_and_agents(services: Services, home: Path, clock: HandClock) -> None:
    facts = services.facts()
    assert facts.demo
    assert facts.can_print
    assert (facts.hours, facts.division) == (DEMONSTRATION.station.hours, "445222990201")
    assert facts.agents == ()
    with open_station(home, clock) as station:
        station.agents.add("a1", "陈演代", "480216")
        station.agents.add("a2", "王演代", "480217")
        station.agents.set_active("a2", active=False)
    assert services.facts().agents == (("a1", "陈演代"),)
    assert services.sign_in("a1", "480216").name == "陈演代"
    for agent, pin in (("a1", "000001"), ("a2", "480217"), ("nobody", "480216")):
        with pytest.raises(InputProblem) as caught:
            services.sign_in(agent, pin)
        assert caught.value.code in {"wrong-pin", "locked-out"}


def test_without_a_casebook_guides_still_open(services: Services, home: Path) -> None:
    Home(home).casebook.unlink()
    assert services.facts().agents == ()
    assert services.search("社保卡", (), 3).hits
    with pytest.raises(EnvironmentProblem) as caught:
        services.desk()
    assert caught.value.code == "no-casebook"
    parts = {part.key: part for part in services.parts()}
    assert parts["casebook"].tone == parts["owed"].tone == "stop"
    assert "no-casebook" in parts["casebook"].fact
    assert parts["directory"].tone in {"ok", "wait"}


def test_without_a_directory_tracking_still_works(
    services: Services, home: Path, clock: HandClock
) -> None:
    saved = services.submit(filled(services, services.begin(ITEM, Way.SELF), home, clock))
    services.close()
    Home(home).directory_db.unlink()
    assert services.track_slip(saved.code.as_text()).state is State.QUEUED
    with pytest.raises(EnvironmentProblem):
        services.search("社保卡", (), 3)
    assert {part.key: part.tone for part in services.parts()}["directory"] == "stop"


def test_a_newer_directory_is_taken_up_between_two_questions(
    services: Services, home: Path
) -> None:
    before = services.item(ITEM)
    file = Home(home).directory_db
    shutil.copy(file, file.with_suffix(".new"))
    file.with_suffix(".new").replace(file)
    assert services.item(ITEM) == before
    assert services.search("高龄", (), 3).hits


def test_parts_tell_the_worst_first(
    services: Services, home: Path, clock: HandClock, bell: Bell
) -> None:
    saved = services.submit(filled(services, services.begin(ITEM, Way.SELF), home, clock))
    parts = {part.key: part for part in services.parts()}
    assert (parts["owed"].tone, parts["owed"].act) == ("wait", "现在送")
    assert (parts["line"].tone, parts["line"].word) == ("wait", "还没试")
    with open_station(home, clock) as station:
        bring_to(station, saved.id, State.PARKED)
    bell.link = LinkFacts(online=True, last_contact=clock.now())
    shown = services.parts()
    assert shown[0].key == "owed"
    assert shown[0].tone == "stop"
    assert {part.key: part.word for part in shown}["line"] == "有网"
    for link, word in (
        (LinkFacts(online=False, portal=True, problem="portal"), "没登录"),
        (LinkFacts(online=False, problem="unreachable"), "没网"),
    ):
        bell.link = link
        line = {part.key: part for part in services.parts()}["line"]
        assert (line.word, line.act) == (word, "再试")
        assert line.fact.endswith(str(link.problem))
    clock.pass_time(90 * 86400)
    assert {part.key: part.tone for part in services.parts()}["directory"] == "wait"


@pytest.mark.parametrize(("free", "tone"), [(1, "stop"), (100_000_000, "wait"), (10**12, "ok")])
def test_the_disk_is_told(
    services: Services, monkeypatch: pytest.MonkeyPatch, free: int, tone: str
) -> None:
    monkeypatch.setattr(Home, "free_bytes", lambda _home: free)
    assert {part.key: part.tone for part in services.parts()}["disk"] == tone


def test_printing_says_what_to_do_when_there_is_no_paper(services: Services, paper: Paper) -> None:
    assert services.print_slip(b"picture", b"document") is None
    assert paper.pages[0].name == "slip"
    paper.empty = True
    said = services.print_slip(b"picture", b"document", "copy")
    assert said is not None
    assert "拍下编号" in said


def test_a_station_without_trust_keeps_nothing_it_could_not_send(
    services: Services, home: Path, clock: HandClock
) -> None:
    made = filled(services, services.begin(ITEM, Way.SELF), home, clock)
    Home(home).trust_file.unlink()
    with pytest.raises(EnvironmentProblem) as caught:
        services.submit(made)
    assert caught.value.code == "no-trust"
    assert services.desk() == ()
