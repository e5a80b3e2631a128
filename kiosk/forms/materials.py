"""Materials as handed in: which states a material may have, and what is advised.

Rules (rules of the counter, 9): completeness advises and never refuses; a promise 告知承诺 and
later delivery 容缺 exist only where the authority published them, an exemption too; a missing one
carries a reason; a name that the item does not have is refused, so nothing is lost unseen.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from kiosk.domain.characters import tidy
from kiosk.domain.items import Material, Necessity, ServiceItem
from kiosk.domain.problems import InputProblem
from kiosk.domain.submissions import MaterialAnswer, MaterialState
from kiosk.forms.pointers import pointer

UNSAID = "没有说明"
NEVER_REFUSED = "不齐也可以交，部门会一次告诉您缺什么。"
_LONGEST_REASON = 200


def allowed_states(material: Material) -> tuple[MaterialState, ...]:
    """The states that a material may have at filing, in the order in which they are offered."""
    states = [MaterialState.ATTACHED, MaterialState.HELD, MaterialState.PAPER]
    if material.exempt:
        states.insert(0, MaterialState.EXEMPT)
    if material.necessity is Necessity.DEFERRABLE:
        states.append(MaterialState.LATER)
    if material.commitment:
        states.append(MaterialState.COMMITMENT)
    return (*states, MaterialState.MISSING)


def parse_materials(
    item: ServiceItem, data: object, attached: Collection[str] = ()
) -> tuple[MaterialAnswer, ...]:
    """Read what is said of the materials.

    Args:
        item: the item.
        data: ``{key or exact name: state or {"state", "reason"}}``; None for nothing said.
        attached: keys or exact names of materials with a picture or file.

    Returns:
        One answer for every material of the item, in its order. A required one of which nothing
        is said counts as missing, "没有说明"; an exempt one as exempt; others are left out.

    Raises:
        InputProblem: unknown name, unknown or not allowed state, missing without a reason.
    """
    said = dict(_read(item, {} if data is None else data))
    for name in attached:
        material = _find(item, name, pointer(("attach", name)))
        said[material.key] = MaterialAnswer(material.key, MaterialState.ATTACHED)
    for material in item.materials:
        if material.key not in said and material.exempt:
            said[material.key] = MaterialAnswer(material.key, MaterialState.EXEMPT)
        elif material.key not in said and material.necessity is Necessity.REQUIRED:
            said[material.key] = MaterialAnswer(material.key, MaterialState.MISSING, UNSAID)
    return tuple(said[one.key] for one in item.materials if one.key in said)


def _read(item: ServiceItem, data: object) -> Iterator[tuple[str, MaterialAnswer]]:
    if not isinstance(data, Mapping):
        raise InputProblem(
            "bad-materials", "materials must be an object of states by name", path="/materials"
        )
    seen: set[str] = set()
    for name, value in data.items():
        path = pointer(("materials", str(name)))
        material = _find(item, str(name), path)
        if material.key in seen:
            raise InputProblem("bad-materials", f"{path} is said twice", path=path)
        seen.add(material.key)
        yield material.key, _answer(material, value, path)


def _find(item: ServiceItem, name: str, path: str) -> Material:
    by_key = [one for one in item.materials if one.key == name]
    found = by_key or [one for one in item.materials if one.name == name]
    if not found:
        known = ", ".join(one.key for one in item.materials) or "none"
        raise InputProblem(
            "unknown-material",
            f"{item.item_id} has no material {name!r}; its keys: {known}",
            path=path,
        )
    return found[0]


def _answer(material: Material, value: object, path: str) -> MaterialAnswer:
    reason: object = None
    if isinstance(value, dict):
        if set(value) - {"state", "reason"}:
            raise InputProblem("bad-materials", f"{path} knows state and reason only", path=path)
        reason = value.get("reason")
        value = value.get("state")
    allowed = allowed_states(material)
    if not isinstance(value, str) or value not in allowed:
        raise InputProblem(
            "bad-material-state",
            f"{path} must be one of {', '.join(allowed)}, not {value!r}",
            path=path,
        )
    state = MaterialState(value)
    if reason is not None and (not isinstance(reason, str) or len(reason) > _LONGEST_REASON):
        message = f"{path}/reason must be a text of at most {_LONGEST_REASON} characters"
        raise InputProblem("bad-materials", message, path=f"{path}/reason")
    told = tidy(reason) if isinstance(reason, str) else ""
    if state is MaterialState.MISSING and not told:
        raise InputProblem(
            "reason-needed", f"{path} is missing; say why in reason", path=f"{path}/reason"
        )
    return MaterialAnswer(material.key, state, told or None)


def advice(item: ServiceItem, answers: Sequence[MaterialAnswer]) -> list[str]:
    """Plain sentences about what is not there yet; they advise and never refuse."""
    said = {answer.key: answer.state for answer in answers}
    sentences = []
    for material in item.materials:
        state = said.get(material.key)
        if material.exempt and state in (None, MaterialState.EXEMPT):
            continue
        if state is MaterialState.LATER:
            sentences.append(f"“{material.name}”可以后补，哪天前补，部门会告诉您。")
        elif state is MaterialState.COMMITMENT:
            sentences.append(f"“{material.name}”用承诺代替，承诺要本人签字。")
        elif state is MaterialState.PAPER:
            sentences.append(f"“{material.name}”的纸件请交到站里或窗口。")
        elif state is MaterialState.HELD:
            sentences.append(f"“{material.name}”请带好，部门要看原件。")
        elif state is MaterialState.MISSING or (
            state is None and material.necessity is Necessity.REQUIRED
        ):
            sentences.append(f"还缺“{material.name}”。")
    if any(sentence.startswith("还缺") for sentence in sentences):
        sentences.append(NEVER_REFUSED)
    return sentences
