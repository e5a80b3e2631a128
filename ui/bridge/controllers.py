"""Every controller of the window. A new one is added to ``CONTROLLERS``, and nowhere else.

Rules: importing this module registers every QML type of the pages, those that no controller stands
for included. It comes right after the first frame, before the first touch is answered, so nothing
of the journeys, the store or the network may come along.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import ui.bridge.ink
import ui.bridge.keys
import ui.bridge.photo
import ui.bridge.qr  # noqa: F401 -- each of the four registers QML types
from ui.bridge.aside import HelpController, LeaveController, TroubleController
from ui.bridge.asking import QuestionController
from ui.bridge.authority import AuthorityController, NoticeController
from ui.bridge.browsing import BrowseController
from ui.bridge.checking import CheckController
from ui.bridge.controller import Controller
from ui.bridge.correcting import CorrectionController
from ui.bridge.desk import DeskController
from ui.bridge.finding import FindController
from ui.bridge.guiding import GuideController
from ui.bridge.help_desk import HelpDeskController
from ui.bridge.help_note import HelpNoteController
from ui.bridge.home import HomeController
from ui.bridge.material import MaterialController
from ui.bridge.materials import MaterialsController
from ui.bridge.people import PeopleController
from ui.bridge.resuming import ResumeController
from ui.bridge.saved import SavedController
from ui.bridge.session import Session
from ui.bridge.signing import SignController
from ui.bridge.signing_in import SignInController
from ui.bridge.technician import TechnicianController
from ui.bridge.tracking import TrackController
from ui.bridge.who import WhoController

CONTROLLERS: Final[Sequence[type[Controller]]] = (
    HomeController,
    ResumeController,
    FindController,
    BrowseController,
    GuideController,
    QuestionController,
    MaterialsController,
    MaterialController,
    CheckController,
    CorrectionController,
    WhoController,
    PeopleController,
    NoticeController,
    AuthorityController,
    SignController,
    SavedController,
    TrackController,
    SignInController,
    DeskController,
    TechnicianController,
    TroubleController,
    HelpController,
    HelpNoteController,
    HelpDeskController,
    LeaveController,
)


def create_controllers(session: Session) -> tuple[Controller, ...]:
    """One of each, for the window's one session object."""
    return tuple(kind(session) for kind in CONTROLLERS)
