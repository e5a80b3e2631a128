"""One person who files without end does not keep others from being served."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.devices.printer import NoPrinter
from kiosk.domain.parties import Way
from kiosk.domain.problems import EnvironmentProblem
from kiosk.domain.submissions import Kind
from kiosk.journeys.admitting import SPAN, admit_resident, let_on
from kiosk.main.agent_room import AgentRoom
from kiosk.main.services import Services
from kiosk.main.wiring import open_station
from kiosk.store.directory_bundle import install_bundled
from tests.helpers.stores import Site, save
from ui.bridge.ports import LinkFacts
from ui.bridge.words import words_of

LIMIT = 4


@pytest.fixture(autouse=True)
def _a_real_station(site: Site) -> None:
    site.home.save_settings(replace(site.home.settings(), demo=False, filings_per_hour=LIMIT))


def asks(site: Site) -> bool:
    """Whether staff is asked for."""
    try:
        admit_resident(site.casebook)
    except EnvironmentProblem as problem:
        told = problem
    else:
        return False
    return (told.code, "代办员" in words_of(told).title) == ("ask-staff", True)


def test_after_so_many_filings_staff_is_asked_for_and_an_hour_later_no_more(site: Site) -> None:
    for _ in range(LIMIT):
        assert not asks(site)
        save(site)
    assert asks(site)
    site.clock.pass_time(SPAN.total_seconds() - 1)
    assert asks(site)
    site.clock.pass_time(2)
    assert not asks(site)


def test_somebody_of_the_staff_lets_people_go_on(site: Site) -> None:
    for _ in range(LIMIT):
        save(site)
    assert asks(site)
    site.clock.pass_time(1)
    let_on(site.casebook)
    for _ in range(LIMIT):
        assert not asks(site)
        site.clock.pass_time(1)
        save(site)
    assert asks(site)


def test_agents_and_what_is_about_a_filing_do_not_count(site: Site) -> None:
    row = save(site)
    for _ in range(LIMIT):
        save(site, agent_id="A1")
        save(site, kind=Kind.WITHDRAW, about=row.id)
    assert not asks(site)
    for _ in range(LIMIT - 1):
        save(site)
    assert asks(site)


def test_a_clock_that_was_set_back_stops_nobody_for_good(site: Site) -> None:
    for _ in range(LIMIT):
        save(site)
    site.clock.pass_time(-86_400)
    assert not asks(site)


@pytest.mark.parametrize("changes", [{"filings_per_hour": 0}, {"demo": True}])
def test_where_it_is_switched_off_nobody_is_stopped(site: Site, changes: dict[str, object]) -> None:
    site.home.save_settings(replace(site.home.settings(), **changes))  # type: ignore[arg-type] # fields of Settings
    for _ in range(LIMIT + 1):
        save(site)
    assert not asks(site)


def test_the_window_asks_for_staff_and_an_agent_who_signs_in_opens_it(site: Site) -> None:
    install_bundled(site.home)
    for _ in range(LIMIT):
        save(site)
    site.clock.pass_time(1)
    site.casebook.close()
    with open_station(site.home.path, site.clock) as station:
        station.agents.add("A1", "演示代办", "739151")
        item = next(iter(station.directory.items())).item_id
    services = Services(site.home.path, site.clock, NoPrinter(), lambda: None, LinkFacts)
    with pytest.raises(EnvironmentProblem) as caught:
        services.begin(item, Way.SELF)
    assert caught.value.code == "ask-staff"
    assert services.begin(item, Way.AGENT).item.item_id == item
    assert services.guide(item).item_id == item
    assert isinstance(services.agents, AgentRoom)
    services.sign_in("A1", "739151")
    assert services.begin(item, Way.SELF).item.item_id == item
    services.close()
