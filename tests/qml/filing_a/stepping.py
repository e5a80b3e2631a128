"""A person at the pages of small steps: types, chooses, goes on, and looks at what is shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from kiosk.domain.identity import make_resident_id
from kiosk.forms.examples import example
from kiosk.journeys.applying import Application
from tests.helpers.filing_window import FilingWindow
from ui.bridge.ports import SignedIn
from ui.bridge.steps import StepsController
from ui.navigation import Page

ELDER_ID = make_resident_id(date(1943, 5, 6))
AGENT_ID = make_resident_id(date(1980, 5, 6), 3)
WITNESS_ID = make_resident_id(date(1970, 5, 6), 5)


class Stepping:
    """The window and whatever page of steps it shows.

    Args:
        window: the real window.
        home: its home.
    """

    def __init__(self, window: FilingWindow, home: Path) -> None:
        self.window = window
        self.home = home

    def shows(self, page: Page) -> bool:
        """Whether this page is shown."""
        return self.window.session.page is page

    @property
    def now(self) -> StepsController:
        """The controller of the page."""
        found = self.window.window.app.controller
        assert isinstance(found, StepsController)
        return found

    @property
    def application(self) -> Application:
        """The application being made."""
        return self.window.filing.now_application

    @property
    def title(self) -> str:
        """The question, in one line."""
        return self.now.step.title.replace("\n", "")

    @property
    def keys(self) -> list[str]:
        """Keys of what can be chosen."""
        return [one.key for one in self.now.step.options]

    def sign_in(self) -> None:
        """The demonstration's agent."""
        self.window.session.sign_in(SignedIn("agent1", "陈志强（演示）"))

    def start(self, item_id: str) -> None:
        """开始办 on the guide of an item."""
        self.window.session.item_id = item_id
        self.window.go(Page.WHO)

    def choose(self, key: str) -> None:
        """One of the options."""
        self.now.choose(self.keys.index(key))
        self.window.settle()

    def type(self, text: str) -> None:
        """Key after key."""
        for one in text:
            self.now.type(one)

    def go_on(self, text: str = "") -> None:
        """Type, then the filled button."""
        self.type(text)
        self.now.next()
        self.window.settle()

    def skip(self) -> None:
        """The other button."""
        self.now.skip()
        self.window.settle()

    def back(self) -> None:
        """返回."""
        self.window.window.app.stepBack()
        self.window.settle()

    def tell(self, name: str, number: str, phone: str = "") -> None:
        """Name, number and phone of one person."""
        if self.now.view.entry != name:
            self.go_on(name)
        else:
            self.go_on()
        self.go_on(number)
        self.go_on(phone) if phone else self.skip()

    def declare(self, said: str) -> None:
        """The agent says whose matter it is."""
        self.choose(said)
        self.go_on()

    def sign(self) -> None:
        """A stroke on the glass."""
        ink = self.now.ink
        assert ink is not None
        ink.begin(20, 20)
        ink.extend(220, 160)

    def fill_in(self) -> None:
        """The questions, as the example of the form answers them."""
        filing = self.window.filing
        found = example(
            self.application.item,
            self.application.form,
            divisions=filing.divisions,
            today=filing.today,
        )
        answers = found["form"]
        assert isinstance(answers, dict)
        filing.replace(replace(self.application, answers=answers))

    def everything(self) -> str:
        """All texts that are visible."""
        return "\n".join(self.window.texts())
