"""What the window asks of the station. Implemented in ``kiosk.main.services``.

Rules: every method blocks and is called on the store worker through the relay, never on the GUI
thread; arguments and results are frozen values of the journeys; known problems are raised as
``kiosk.domain.problems.Problem``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # nothing of this is needed before the first frame
    from datetime import datetime
    from uuid import UUID

    from kiosk.domain.agents import AgentDetails, AsideDraft
    from kiosk.domain.contacts import ContactCard
    from kiosk.domain.divisions import DivisionLookup
    from kiosk.domain.helping import HelpRequest, Waiting
    from kiosk.domain.items import ServiceItem
    from kiosk.domain.lifecycle import State
    from kiosk.domain.parties import Way
    from kiosk.journeys.applying import Application, Review
    from kiosk.journeys.authorising import ProxyRule
    from kiosk.journeys.drafting import Reopened
    from kiosk.journeys.finding import Found, FoundItem, Group
    from kiosk.journeys.guiding import Guide
    from kiosk.journeys.progress import StateWords, Tracked
    from kiosk.journeys.slips import Saved
    from kiosk.sealing.keys import OpenKey


@dataclass(frozen=True, slots=True)
class StationFacts:
    """What is public of the station. ``agents`` as (id, name).

    ``hours``: when somebody is there, as the station puts it; None: it does not say.
    ``division``: where it stands; ``can_print``: whether there is a printer at all.
    """

    name: str
    place: str
    phone: str | None
    demo: bool
    directory_age_days: int | None
    agents: tuple[tuple[str, str], ...]
    hours: str | None = None
    division: str = ""
    can_print: bool = False


@dataclass(frozen=True, slots=True)
class LinkFacts:
    """What is known of the line, told by the sync side; None: not tried yet."""

    online: bool | None = None
    portal: bool = False
    owed: int = 0
    last_contact: datetime | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class DeskRow:
    """One line of the agent's desk; the name is masked. ``card``: a contact card may be opened."""

    id: UUID
    local_number: str
    item_name: str
    masked_name: str
    state: State
    words: StateWords
    saved_at: datetime
    by: str | None
    card: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One line of the technician's page: part, state word, fact, one act; worst first."""

    key: str
    icon: str
    name: str
    tone: str
    word: str
    fact: str
    act: str | None


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The village agent at the machine, with what only they can open; ``repr`` shows neither."""

    id: str
    name: str
    details: AgentDetails | None = field(default=None, repr=False)
    key: OpenKey | None = field(default=None, repr=False)


class DraftPort(Protocol):
    """The savepoint of the open draft."""

    def save(self, application: Application, owner_id: str) -> None:
        """Keep it for its owner, in place of what was kept before."""
        ...

    def waiting(self) -> float:
        """For how many seconds a draft of before a crash can be offered; 0.0: there is none."""
        ...

    def reopen(self, id_number: str) -> Reopened | None:
        """The draft that waits, if this is its owner's full ID; the third wrong one wipes it."""
        ...

    def wipe(self) -> None:
        """Forget it."""
        ...


class AgentPort(Protocol):
    """What agents do for themselves."""

    def keep_details(self, agent_id: str, details: AgentDetails) -> None:
        """Keep an agent's number and phone, sealed to them."""
        ...

    def check_code(self, agent_id: str, code: str) -> None:
        """See whether a one-time code of the township is right, without using it up."""
        ...

    def reset_pin(self, agent_id: str, code: str, pin: str) -> SignedIn:
        """Set a PIN anew by the township's code, and sign in with it."""
        ...

    def put_aside(self, agent_id: str, application: Application) -> None:
        """Put what an agent began aside, sealed to them and to the township."""
        ...

    def aside(self, agent_id: str) -> tuple[AsideDraft, ...]:
        """The drafts that an agent answers for, the newest first."""
        ...

    def take_up(self, agent_id: str, key: OpenKey, draft_id: UUID) -> Reopened:
        """A draft again; it stays until it is saved."""
        ...


class HelpPort(Protocol):
    """Notes of people who found nobody there."""

    def leave(self, note_id: UUID, request: HelpRequest) -> None:
        """Keep a note; returns when it is durable."""
        ...

    def waiting(self) -> tuple[Waiting, ...]:
        """What waits, the oldest first; nothing is opened."""
        ...

    def open(self, note_id: UUID, *, by: str) -> HelpRequest:
        """A note, for the signed-in agent; the opening is recorded."""
        ...

    def done(self, note_id: UUID, *, by: str) -> None:
        """The note is gone."""
        ...


class StationPort(Protocol):
    """The station, as the window sees it."""

    @property
    def helping(self) -> HelpPort:
        """Notes for the people of the station."""
        ...

    @property
    def drafts(self) -> DraftPort:
        """The savepoint of the open draft."""
        ...

    @property
    def agents(self) -> AgentPort:
        """What agents do for themselves."""
        ...

    def facts(self) -> StationFacts:
        """Name, place and phone of the station."""
        ...

    def search(self, text: str, flags: tuple[str, ...], limit: int) -> Found:
        """As-you-type search; ``flags`` names of ``FourWays``."""
        ...

    def home_items(self) -> tuple[FoundItem, ...]:
        """The direct items of the home page, by local use."""
        ...

    def themes(self) -> tuple[tuple[str, str], ...]:
        """Life events: (icon, name)."""
        ...

    def by_theme(self, theme: str) -> tuple[FoundItem, ...]:
        """Items of one life event (empty name: all)."""
        ...

    def departments(self) -> tuple[Group, ...]:
        """Lines of offices, as a village needs them."""
        ...

    def by_department(self, line: str) -> tuple[FoundItem, ...]:
        """Items of one line of offices."""
        ...

    def flags(self) -> tuple[Group, ...]:
        """马上办, 网上办, 就近办, 一次办, as far as some guide says so."""
        ...

    def by_flag(self, flag: str) -> tuple[FoundItem, ...]:
        """Items of which the guide says so."""
        ...

    def item(self, item_id: str) -> ServiceItem:
        """One item."""
        ...

    def guide(self, item_id: str) -> Guide:
        """Its guide in words."""
        ...

    def proxy_rule(self, item_id: str) -> ProxyRule:
        """May it be filed by another?"""
        ...

    def begin(self, item_id: str, way: Way) -> Application:
        """A fresh application."""
        ...

    def begin_refiling(self, submission_id: UUID, way: Way) -> Application:
        """A blank application in place of a parked submission."""
        ...

    def begin_supplement(self, tracked: Tracked, way: Way) -> Application:
        """A blank supplement for a correction notice."""
        ...

    def divisions(self) -> DivisionLookup:
        """Divisions for pickers and checks (safe to use on the GUI thread)."""
        ...

    def review(self, application: Application) -> Review:
        """Faults and advice."""
        ...

    def submit(self, application: Application) -> Saved:
        """Seal and save; returns after the durable commit."""
        ...

    def track_slip(self, code: str) -> Tracked:
        """By the slip's QR text."""
        ...

    def track_number(self, number: str, track_code: str) -> Tracked:
        """By local number and four-digit code."""
        ...

    def track_person(self, id_number: str, phone_ending: str) -> tuple[Tracked, ...]:
        """By the full ID number and the last four digits of the phone; this station, 30 days."""
        ...

    def sign_in(self, agent_id: str, pin: str) -> SignedIn:
        """Sign a village agent in."""
        ...

    def desk(self) -> tuple[DeskRow, ...]:
        """Returned by due date, then expiring, then unsent by age, then the rest of today."""
        ...

    def desk_row(self, submission_id: UUID) -> Tracked:
        """One row of the desk, opened."""
        ...

    def open_card(self, submission_id: UUID, agent_id: str) -> ContactCard:
        """The contact card of a row, for the signed-in agent; the opening is recorded."""
        ...

    def withdraw(self, submission_id: UUID) -> DeskRow:
        """Take a submission back."""
        ...

    def parts(self) -> tuple[Part, ...]:
        """State of everything, worst first."""
        ...

    def sync_now(self) -> None:
        """Ask the sync side to try at once; returns immediately."""
        ...

    def photograph(self) -> bytes:
        """Take a picture with the station's camera, already shrunk (JPEG)."""
        ...

    def print_slip(self, picture: bytes, document: bytes, name: str = "slip") -> str | None:
        """Print; None when done, else why not, in plain words."""
        ...
