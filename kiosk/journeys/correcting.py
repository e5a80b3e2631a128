"""Correcting 补正: answer a correction notice with a supplement.

Rules: only the questioned fields and materials open, and they start blank (what was sealed cannot
be read back); the supplement is a submission of its own that names the case; the principal, another
agent, or another station may answer; an expired mandate does not block it
(rules of the counter, 17).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from kiosk.domain.items import ServiceItem
from kiosk.domain.lifecycle import State
from kiosk.domain.parties import Way
from kiosk.domain.problems import InputProblem
from kiosk.domain.submissions import Kind
from kiosk.forms.definition import FormDefinition, only_fields
from kiosk.journeys.applying import Application, Continues, new_id
from kiosk.journeys.progress import CorrectionNotice, Tracked

_FIELD = "field:"
_MATERIAL = "material:"


@dataclass(frozen=True, slots=True)
class Opened:
    """What a notice opens: JSON Pointers of form fields and keys of materials."""

    fields: tuple[str, ...]
    materials: tuple[str, ...]


def opened_by(notice: CorrectionNotice) -> Opened:
    """The fields and materials that a notice questions; anything else stays shut."""
    targets = [line.target for line in notice.lines]
    return Opened(
        fields=tuple(one.removeprefix(_FIELD) for one in targets if one.startswith(_FIELD)),
        materials=tuple(
            one.removeprefix(_MATERIAL) for one in targets if one.startswith(_MATERIAL)
        ),
    )


def begin_supplement(
    tracked: Tracked, item: ServiceItem, form: FormDefinition, way: Way
) -> Application:
    """A blank supplement for one correction notice.

    Args:
        tracked: the submission with its notice.
        item: its service item.
        form: its form; only the questioned fields are kept.
        way: who answers.

    Raises:
        InputProblem: nothing is wanted of this submission now (``no-correction``).
    """
    if tracked.state is not State.CORRECTION_WANTED or tracked.correction is None:
        raise InputProblem("no-correction", "the department wants nothing more for this case now")
    opened = opened_by(tracked.correction)
    wanted = replace(
        item,
        materials=tuple(one for one in item.materials if one.key in opened.materials),
        roles=(),
    )
    return Application(
        id=new_id(),
        item=wanted,
        form=only_fields(form, opened.fields),
        way=way,
        kind=Kind.SUPPLEMENT,
        continues=Continues(about=tracked.id, case_ref=tracked.case_number),
    )
