"""What every controller is: one frozen view, one page or a few, nothing kept past a session.

Rules:

* A controller holds ONE frozen dataclass (its view) and replaces it with :meth:`Controller.change`;
  only the notify signals of fields that changed are emitted. Lists are ``Rows`` over frozen rows.
* A controller never touches the store: it asks ``self.session.run(lambda station: …, then)``.
  Nothing of ``kiosk.journeys`` is imported when a controller's module is (first frame); types stand
  under ``TYPE_CHECKING``, functions are imported where they are used.
* When the session ends, :meth:`Controller.reset` brings the blank view back.

How a page and its controller are added:

1. ``ui/navigation.py``: the page's name in ``Page`` (``FOO_BAR = "foo_bar"``).
2. ``ui/qml/Kiosk/pages/FooBarPage.qml`` with ``required property AppController app`` and
   ``required property FooController controller``; the page shell inside brings header and footer.
3. ``ui/bridge/foo.py``: ``@QmlElement class FooController(Controller)`` with
   ``PAGES = (Page.FOO_BAR,)``; one controller may serve several pages, and ``enter(page)`` is
   called before each is shown.
4. ``ui/bridge/controllers.py``: the class in ``CONTROLLERS``.

A field of the view ``open_count`` is shown to QML like this (names in camel case)::

    openCountChanged = Signal()
    openCount = Property(int, shown("open_count"), notify=openCountChanged)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import QObject

from ui.bridge.session import Session
from ui.navigation import Page

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def shown(field: str) -> Callable[[Controller], Any]:
    """The getter of a property that shows one field of the view."""

    def get(controller: Controller) -> Any:  # noqa: ANN401 -- whatever the field holds
        return getattr(controller.view, field)

    return get


def signal_name(field: str) -> str:
    """``open_count`` → ``openCountChanged``."""
    first, *others = field.split("_")
    return "".join((first, *(word.capitalize() for word in others), "Changed"))


@dataclass(frozen=True, slots=True)
class _Nothing:
    """The view of a page that shows nothing of its own."""


class Controller(QObject):
    """Base of the controllers.

    Args:
        session: the person at the machine; also the way to the station.
        blank: the view of a fresh session; None for a page that shows nothing of its own.
    """

    PAGES: ClassVar[tuple[Page, ...]] = ()

    def __init__(self, session: Session, blank: DataclassInstance | None = None) -> None:
        super().__init__(session)
        self.session = session
        self._blank = blank or _Nothing()
        self.view: Any = self._blank

    def change(self, **changed: object) -> None:
        """Replace fields of the view and tell QML those that differ."""
        old = self.view
        self.view = replace(old, **changed)
        for name in changed:
            if getattr(old, name) != getattr(self.view, name):
                getattr(self, signal_name(name)).emit()

    def enter(self, page: Page) -> None:
        """Called before one of :attr:`PAGES` is shown, on the way forth and back."""

    def back(self) -> bool:
        """Whether "back" was a step inside the page and is done; False: leave the page."""
        return False

    def speech(self, page: Page) -> str:
        """What is read aloud on a page: title, sentence, numbered choices."""
        del page
        return ""

    def reset(self) -> None:
        """Forget the person: the blank view."""
        self.change(**{one.name: getattr(self._blank, one.name) for one in fields(self._blank)})
