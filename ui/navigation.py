"""The way through the station: which page follows which, in plain Python.

Rules:

* A page is a name; a :class:`Trail` is the stack of pages behind a person. Every page has a way
  back, a way out (leave) and a next step.
* :func:`next_page` is the only place that knows the order of the filing journey; it looks at a
  :class:`Progress` (what is already known) and never at widgets.
* Leaving forgets the trail: the next person cannot go "back" into somebody's session.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the journeys are not imported before the first frame
    from kiosk.domain.parties import Way


class Page(StrEnum):
    """Every page of the station."""

    ATTRACT = "attract"
    HOME = "home"
    RESUME = "resume"
    FIND = "find"
    BROWSE = "browse"
    GUIDE = "guide"
    WHO = "who"
    IDENTITY = "identity"
    PARTY = "party"
    NOTICE = "notice"
    MANDATE = "mandate"
    QUESTION = "question"
    MATERIALS = "materials"
    MATERIAL = "material"
    CHECK = "check"
    SIGN = "sign"
    SAVED = "saved"
    TRACK = "track"
    PROGRESS = "progress"
    CORRECTION = "correction"
    SIGN_IN = "sign_in"
    DESK = "desk"
    TECHNICIAN = "technician"
    LEAVE = "leave"
    HELP = "help"
    HELP_NOTE = "help_note"
    HELP_DESK = "help_desk"
    TROUBLE = "trouble"


STAFF_PAGES = frozenset({Page.SIGN_IN, Page.DESK, Page.HELP_DESK, Page.TECHNICIAN})
"""Pages with the longer idle time of staff."""

STEPS: tuple[tuple[str, frozenset[Page]], ...] = (
    ("给谁办", frozenset({Page.WHO, Page.IDENTITY, Page.PARTY})),
    ("先看清", frozenset({Page.NOTICE, Page.MANDATE})),
    ("回答问题", frozenset({Page.QUESTION})),
    ("交材料", frozenset({Page.MATERIALS, Page.MATERIAL})),
    ("核对保存", frozenset({Page.CHECK, Page.SIGN})),
)
"""The five steps of the step bar and the pages that belong to each."""

SUPPLEMENT_BEGINS = 2
"""The step with which the answer to a correction notice begins."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What of a filing is already there.

    ``parties_wanted``: roles that are asked for after the first one; ``questions``: how many
    questions are visible; ``question``: index of the present one.
    """

    way: Way | None = None
    identity_known: bool = False
    parties_wanted: int = 0
    notice_shown: bool = False
    needs_mandate: bool = False
    mandate_given: bool = False
    question: int = 0
    questions: int = 0
    materials: int = 0
    supplement: bool = False


def next_page(page: Page, progress: Progress) -> Page:
    """The page after ``page`` on the way to saving.

    Raises:
        ValueError: the page is not part of the filing journey.
    """
    following = _NEXT.get(page)
    if following is None:
        raise ValueError(f"{page} is not part of the filing journey")
    return following(progress)


def road(page: Page, progress: Progress) -> tuple[Page, ...]:
    """The pages that lead from the guide to ``page``, which ends them.

    Raises:
        ValueError: the journey does not come to that page.
    """
    # All questions are one page of the road.
    whole = replace(progress, question=max(0, progress.questions - 1))
    pages = [Page.GUIDE]
    while pages[-1] is not page:
        pages.append(next_page(pages[-1], whole))
    return tuple(pages)


def _first_open(progress: Progress) -> Page:
    if progress.questions:
        return Page.QUESTION
    return Page.MATERIALS if progress.materials else Page.CHECK


def _after_party(progress: Progress) -> Page:
    return Page.PARTY if progress.parties_wanted else Page.NOTICE


def _after_notice(progress: Progress) -> Page:
    if progress.needs_mandate and not progress.mandate_given:
        return Page.MANDATE
    return _first_open(progress)


def _after_question(progress: Progress) -> Page:
    if progress.question + 1 < progress.questions:
        return Page.QUESTION
    return Page.MATERIALS if progress.materials else Page.CHECK


_NEXT: Mapping[Page, Callable[[Progress], Page]] = {
    Page.GUIDE: lambda _: Page.WHO,
    Page.WHO: lambda _: Page.IDENTITY,
    Page.IDENTITY: _after_party,
    Page.PARTY: lambda _: Page.NOTICE,
    Page.NOTICE: _after_notice,
    Page.MANDATE: _first_open,
    Page.CORRECTION: _first_open,
    Page.QUESTION: _after_question,
    Page.MATERIALS: lambda _: Page.CHECK,
    Page.CHECK: lambda _: Page.SIGN,
    Page.SIGN: lambda _: Page.SAVED,
}


def step_of(page: Page) -> int | None:
    """Index into :data:`STEPS`, None outside the filing journey."""
    return next((index for index, (_, pages) in enumerate(STEPS) if page in pages), None)


@dataclass(frozen=True, slots=True)
class Trail:
    """The pages behind a person; the last one is shown. Never empty."""

    pages: tuple[Page, ...] = (Page.ATTRACT,)

    @property
    def here(self) -> Page:
        """The page being shown."""
        return self.pages[-1]

    @property
    def can_go_back(self) -> bool:
        """Whether there is a page to go back to (the attract page is not one)."""
        return len(self.pages) > 1 and self.pages[-2] is not Page.ATTRACT

    def to(self, page: Page) -> Trail:
        """With ``page`` on top; the same page twice in a row is kept once."""
        return self if page is self.here else replace(self, pages=(*self.pages, page))

    def back(self) -> Trail:
        """One page back; home stays home."""
        return replace(self, pages=self.pages[:-1]) if self.can_go_back else self

    def back_to(self, page: Page) -> Trail:
        """Back to the last visit of ``page``, or to it directly when it was never visited."""
        if page in self.pages:
            last = len(self.pages) - self.pages[::-1].index(page)
            return replace(self, pages=self.pages[:last])
        return self.to(page)

    def restart(self, page: Page = Page.HOME) -> Trail:
        """A fresh trail: nothing of the session before it remains."""
        return Trail((page,))
