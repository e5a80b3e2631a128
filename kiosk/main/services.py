"""What the window asks of the station, answered over the real stores.

Rules:

* Every method runs on the store worker, one after the other; the stores are opened there, on first
  use, so the first frame pays for none of it, and closed by :meth:`Services.close` on that thread.
* Directory and casebook stand apart: where the casebook cannot be opened, guides still can.
* A newer directory is taken up between two questions, never within one.
* Nothing is kept of what was asked: what makes searching fast is forgotten with the session.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import UUID

from kiosk.domain.clock import Clock
from kiosk.domain.problems import EnvironmentProblem, InputProblem
from kiosk.main.agent_room import AgentRoom
from kiosk.main.savepoint import Savepoint

if TYPE_CHECKING:
    from kiosk.devices.camera import Camera
    from kiosk.devices.printer import Printer
    from kiosk.domain.contacts import ContactCard
    from kiosk.domain.divisions import DivisionLookup
    from kiosk.domain.items import ServiceItem
    from kiosk.domain.parties import Way
    from kiosk.journeys.applying import Application, Review
    from kiosk.journeys.authorising import ProxyRule
    from kiosk.journeys.finding import Finder, Found, FoundItem, Group
    from kiosk.journeys.guiding import Guide
    from kiosk.journeys.helping import Helping
    from kiosk.journeys.progress import Tracked
    from kiosk.journeys.slips import Saved
    from kiosk.main.wiring import Station
    from kiosk.store.directory import Directory
    from kiosk.store.home import Settings
    from ui.bridge.ports import DeskRow, LinkFacts, Part, SignedIn, StationFacts

DESK_ROWS: Final = 200


@dataclass(slots=True)
class _Shelf:
    """The directory as it is open now."""

    directory: Directory
    finder: Finder


class Services:
    """The station behind the window.

    Args:
        home: the station's folder.
        clock: its clock.
        printer: where slips are printed.
        nudge: asks the sync side to try at once.
        link: what the sync side knows of the line, read for the technician's page.

    Attributes:
        drafts: the savepoint of the open draft.
        agents: what agents do for themselves.
    """

    def __init__(
        self,
        home: Path,
        clock: Clock,
        printer: Printer,
        nudge: Callable[[], None],
        link: Callable[[], LinkFacts],
    ) -> None:
        self._home = home
        self._clock = clock
        self._printer = printer
        self._nudge = nudge
        self._link = link
        self._camera: Camera | None = None
        self._open = ExitStack()
        self._station: Station | None = None
        self._shelf: _Shelf | None = None
        self.drafts = Savepoint(home, clock, lambda: self._books().directory, self._stores)
        self.agents = AgentRoom(clock, lambda: self._books().directory, self._stores)

    def close(self) -> None:
        """Close the stores. Called on the store worker, last."""
        if self._shelf is not None:
            self._shelf.directory.close()
            self._shelf = None
        self._station = None
        self._open.close()

    def forget(self) -> None:
        """Drop what is remembered of the person who left."""
        if self._shelf is not None:
            self._shelf.finder.forget()

    # -- what is open ---------------------------------------------------------------------------

    def _stores(self) -> Station:
        if self._station is None:
            from kiosk.main.wiring import open_station
            from kiosk.store.recovery import tidy

            station = self._open.enter_context(open_station(self._home, self._clock))
            tidy(station.casebook, station.device)
            self._station = station
        return self._station

    def _settings(self) -> Settings:
        from kiosk.store.home import Home

        return Home(self._home).settings()

    def _books(self) -> _Shelf:
        if self._shelf is not None and self._shelf.directory.replaced():
            self._shelf.finder.forget()
            self._shelf.directory.close()
            self._shelf = None
        if self._shelf is None:
            from kiosk.journeys.finding import Finder
            from kiosk.store.directory import Directory
            from kiosk.store.home import Home

            directory = Directory.open(Home(self._home).directory_db)
            finder = Finder(directory, self._settings().station.division)
            self._shelf = _Shelf(directory, finder)
        return self._shelf

    # -- the station ----------------------------------------------------------------------------

    def facts(self) -> StationFacts:
        """Name, place and phone of the station; the agents as far as the casebook can be read."""
        from kiosk.devices.printer import NoPrinter
        from ui.bridge.ports import StationFacts

        settings = self._settings()
        return StationFacts(
            name=settings.station.name,
            place=settings.station.place,
            phone=settings.station.phone or None,
            demo=settings.demo,
            directory_age_days=self._books().directory.info().age_days(self._clock.now()),
            agents=self._agents(),
            hours=settings.station.hours or None,
            division=settings.station.division,
            can_print=not isinstance(self._printer, NoPrinter),
        )

    def _agents(self) -> tuple[tuple[str, str], ...]:
        try:
            agents = self._stores().agents.list()
        except EnvironmentProblem:  # told when somebody needs the casebook; guides work without
            return ()
        return tuple((one.id, one.name) for one in agents if one.active)

    # -- finding and guiding --------------------------------------------------------------------

    def search(self, text: str, flags: tuple[str, ...], limit: int) -> Found:
        """As-you-type search."""
        return self._books().finder.search(text, flags=flags, limit=limit)

    def home_items(self) -> tuple[FoundItem, ...]:
        """The direct items of the home page."""
        return self._books().finder.home_items()

    def themes(self) -> tuple[tuple[str, str], ...]:
        """Themes, those of the home page first: (icon, name)."""
        return self._books().finder.themes()

    def by_theme(self, theme: str) -> tuple[FoundItem, ...]:
        """Items of one theme (empty name: all)."""
        return self._books().finder.by_theme(theme)

    def departments(self) -> tuple[Group, ...]:
        """Lines of offices, as a village needs them."""
        return self._books().finder.departments()

    def by_department(self, line: str) -> tuple[FoundItem, ...]:
        """Items of one line of offices."""
        return self._books().finder.by_department(line)

    def flags(self) -> tuple[Group, ...]:
        """马上办, 网上办, 就近办, 一次办, as far as some guide says so."""
        return self._books().finder.flags()

    def by_flag(self, flag: str) -> tuple[FoundItem, ...]:
        """Items of which the guide says so."""
        return self._books().finder.by_flag(flag)

    def item(self, item_id: str) -> ServiceItem:
        """One item."""
        return self._books().directory.item(item_id)

    def guide(self, item_id: str) -> Guide:
        """Its guide in words."""
        from kiosk.journeys.guiding import guide

        return guide(self.item(item_id), self._settings().station.division)

    def divisions(self) -> DivisionLookup:
        """Divisions for pickers and checks."""
        return self._books().directory.divisions

    # -- applying -------------------------------------------------------------------------------

    def proxy_rule(self, item_id: str) -> ProxyRule:
        """May it be filed by another?"""
        from kiosk.journeys.authorising import proxy_rule

        return proxy_rule(self.item(item_id))

    def _admit(self) -> None:
        """Before the first question: what cannot be saved is not begun."""
        from kiosk.journeys.admitting import admit

        admit(self._stores().casebook)

    def begin(self, item_id: str, way: Way) -> Application:
        """A fresh application."""
        from kiosk.journeys.admitting import admit_resident
        from kiosk.journeys.applying import begin

        self._admit()
        if way.value != "agent":
            admit_resident(self._stores().casebook)
        item = self.item(item_id)
        return begin(item, self._books().directory.form(item.form_id, item), way)

    def begin_supplement(self, tracked: Tracked, way: Way) -> Application:
        """A blank supplement for a correction notice."""
        from kiosk.journeys.correcting import begin_supplement

        self._admit()
        item = self.item(tracked.item_id)
        form = self._books().directory.form(item.form_id, item)
        return begin_supplement(tracked, item, form, way)

    def begin_refiling(self, submission_id: UUID, way: Way) -> Application:
        """A blank application in place of a parked submission."""
        from kiosk.journeys.refiling import begin_refiling

        self._admit()
        station = self._stores()
        parked = station.outbox.require(submission_id)
        item = self.item(parked.item_id)
        form = self._books().directory.form(item.form_id, item)
        case = station.tracking.for_staff(parked.about) if parked.about else None
        return begin_refiling(parked, item, form, way, case)

    def review(self, application: Application) -> Review:
        """Faults and advice."""
        from kiosk.journeys.applying import review

        return review(application, self.divisions(), self._clock.now())

    def submit(self, application: Application) -> Saved:
        """Seal and save; returns after the durable commit, then asks for sending."""
        from kiosk.journeys.applying import settled
        from kiosk.journeys.submitting import submit

        sealed = settled(application, self.divisions(), self._clock.now())
        saved = submit(self._stores().desk(), sealed)
        self._nudge()
        return saved

    # -- tracking -------------------------------------------------------------------------------

    def track_slip(self, code: str) -> Tracked:
        """By the slip's QR text."""
        from kiosk.domain.slips import SlipCode

        return self._stores().tracking.by_slip(SlipCode.parse(code))

    def track_number(self, number: str, track_code: str) -> Tracked:
        """By local number and four-digit code."""
        return self._stores().tracking.by_number(number, track_code)

    def track_person(self, id_number: str, phone_ending: str) -> tuple[Tracked, ...]:
        """By the full ID number and the phone's ending."""
        return self._stores().tracking.by_person(id_number, phone_ending)

    @property
    def helping(self) -> Helping:
        """Notes for the people of the station."""
        return self._stores().helping

    # -- staff ----------------------------------------------------------------------------------

    def sign_in(self, agent_id: str, pin: str) -> SignedIn:
        """Sign a village agent in."""
        return self.agents.sign_in(agent_id, pin)

    def desk(self) -> tuple[DeskRow, ...]:
        """Returned by due date, then parked, then unsent by age, then the rest, newest first."""
        from kiosk.main.desk_rows import desk_rows

        station = self._stores()
        page = station.outbox.page(limit=DESK_ROWS)
        return desk_rows(page, station.tracking, station.contacting)

    def desk_row(self, submission_id: UUID) -> Tracked:
        """One row of the desk, opened."""
        return self._stores().tracking.for_staff(submission_id)

    def open_card(self, submission_id: UUID, agent_id: str) -> ContactCard:
        """The contact card of a row, for an agent who may still act; the opening is recorded."""
        station = self._stores()
        agent = station.agents.get(agent_id)
        if agent is None or not agent.active:
            raise InputProblem("unknown-agent", f"{agent_id} may not act at this station any more")
        return station.contacting.open(submission_id, by=agent_id)

    def withdraw(self, submission_id: UUID) -> DeskRow:
        """Take a submission back."""
        from kiosk.journeys.withdrawing import withdraw
        from kiosk.main.desk_rows import desk_row

        station = self._stores()
        item = self.item(station.outbox.require(submission_id).item_id)
        form = self._books().directory.form(item.form_id, item)
        taken_back = withdraw(station.desk(), submission_id, item, form)
        self._nudge()
        return desk_row(taken_back.row, station.tracking)

    def parts(self) -> tuple[Part, ...]:
        """State of everything, worst first."""
        from kiosk.main.parts import parts

        return parts(self._home, self._clock, self._books, self._stores, self._link())

    def sync_now(self) -> None:
        """Ask the sync side to try at once; returns immediately."""
        self._nudge()

    # -- devices --------------------------------------------------------------------------------

    def photograph(self) -> bytes:
        """Take a picture, developed already; the demonstration has pictures of its own."""
        from kiosk.devices.darkroom import Darkroom

        if self._camera is None:
            from kiosk.devices.camera import FolderCamera, NoCamera
            from kiosk.main.photos import sample

            demo = self._settings().demo
            self._camera = FolderCamera(self._home / "camera", sample) if demo else NoCamera()
        with Darkroom() as room:  # its process starts while the camera looks
            return room.develop(self._camera.take())

    def print_slip(self, picture: bytes, document: bytes, name: str = "slip") -> str | None:
        """Print; None when done, else why not, in plain words."""
        from kiosk.devices.printer import Page

        try:
            self._printer.print(Page(name, picture, document))
        except EnvironmentProblem:
            return "没打印出来。请用手机拍下编号，或叫人帮忙。"
        return None
