"""Filing anew 改好再交: a submission that the platform refused comes back under a new id.

Rules (rules of the counter, 14): only what is parked is filed anew; its package cannot be read or
edited, so everything is asked again; the new one names the old (``supersedes``) and replaces it in
the commit that saves it, never before, so that one of the two always stands. A supplement is filed
anew as a supplement to the same case. Requests (withdraw, revoke a mandate) are made again, not
filed anew.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from kiosk.domain.items import ServiceItem
from kiosk.domain.lifecycle import State
from kiosk.domain.parties import Way
from kiosk.domain.problems import InputProblem
from kiosk.domain.submissions import Kind
from kiosk.forms.definition import FormDefinition
from kiosk.journeys.applying import Application, Continues, begin
from kiosk.journeys.correcting import begin_supplement
from kiosk.journeys.progress import Tracked
from kiosk.store.rows import OutboxRow

_REQUESTS: Final = frozenset({Kind.WITHDRAW, Kind.REVOKE_MANDATE})


def begin_refiling(
    parked: OutboxRow,
    item: ServiceItem,
    form: FormDefinition,
    way: Way,
    case: Tracked | None = None,
) -> Application:
    """A blank application that replaces a parked one once it is saved.

    Args:
        parked: the refused submission.
        item: its service item as the directory holds it now.
        form: its form.
        way: who answers.
        case: for a refused supplement, the submission that it was about, as it stands now.

    Raises:
        InputProblem: not parked (``not-parked``), a request (``ask-again``), nothing is wanted of
            the case any more (``no-correction``), or the item is a guide only (``guide-only``).
    """
    if parked.state is not State.PARKED:
        raise InputProblem(
            "not-parked", f"{parked.id} is {parked.state}; only what was refused is filed anew"
        )
    if parked.kind in _REQUESTS:
        raise InputProblem("ask-again", f"{parked.id} was a request; make it again")
    if parked.kind is Kind.SUPPLEMENT:
        if case is None or case.id != parked.about:
            raise InputProblem("no-correction", f"the case that {parked.id} concerned is not here")
        fresh = begin_supplement(case, item, form, way)
    else:
        fresh = replace(begin(item, form, way), kind=parked.kind)
    continues = replace(fresh.continues, supersedes=parked.id)
    if parked.kind not in {Kind.FILING, Kind.SUPPLEMENT}:
        continues = Continues(about=parked.about, supersedes=parked.id)
    return replace(fresh, continues=continues)
