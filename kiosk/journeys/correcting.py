"""Correcting 补正: answer a correction notice with a supplement.

Rules: only the questioned fields and materials open, and they start blank (what was sealed cannot
be read back); what the office names and today's guide does not know opens under the office's own
words; the supplement is a submission of its own that names the case; the principal, another
agent, or another station may answer; an expired mandate does not block it
(rules of the counter, 17).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from kiosk.domain.items import Material, Necessity, ServiceItem
from kiosk.domain.lifecycle import State
from kiosk.domain.parties import Way
from kiosk.domain.problems import InputProblem
from kiosk.domain.submissions import Kind
from kiosk.forms.definition import FormDefinition, only_fields
from kiosk.journeys.applying import Application, Continues, new_id
from kiosk.journeys.progress import CorrectionNotice, Tracked

_FIELD: Final = "field:"
_MATERIAL: Final = "material:"
_ANSWERS: Final = "/form"  # an office may point into the whole application document


@dataclass(frozen=True, slots=True)
class Opened:
    """What a notice opens: JSON Pointers of form fields and keys of materials."""

    fields: tuple[str, ...]
    materials: tuple[str, ...]


def opened_by(notice: CorrectionNotice) -> Opened:
    """The fields and materials that a notice questions; anything else stays shut."""
    targets = [line.target for line in notice.lines]
    fields = [one.removeprefix(_FIELD) for one in targets if one.startswith(_FIELD)]
    return Opened(
        fields=tuple(
            one.removeprefix(_ANSWERS) if one.startswith(f"{_ANSWERS}/") else one for one in fields
        ),
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
    wanted = replace(item, materials=_wanted(item, opened, tracked.correction), roles=())
    return Application(
        id=new_id(),
        item=wanted,
        form=only_fields(form, opened.fields),
        way=way,
        kind=Kind.SUPPLEMENT,
        continues=Continues(about=tracked.id, case_ref=tracked.case_number),
    )


def _wanted(item: ServiceItem, opened: Opened, notice: CorrectionNotice) -> tuple[Material, ...]:
    known = {material.key: material for material in item.materials}
    labels = {line.target: line.label for line in notice.lines}
    return tuple(
        known.get(key) or Material(key, labels[_MATERIAL + key] or key, Necessity.REQUIRED)
        for key in dict.fromkeys(opened.materials)
    )
