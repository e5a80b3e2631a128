"""Examples that can be filed exactly as printed, for every item and every form.

Rules: all people are invented (region 440000, right check digits, 演示 in the name); a form's
values are found by asking the engine, repaired until it finds no fault, and left out where they are
not needed and cannot be guessed. A form that nothing satisfies is its author's fault and says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

from kiosk.domain.agents import Interest
from kiosk.domain.clock import to_text
from kiosk.domain.dates import CHINA, today_in_china
from kiosk.domain.divisions import DivisionLookup
from kiosk.domain.identity import credit_check, make_resident_id
from kiosk.domain.items import MandateForm, ServiceItem
from kiosk.domain.mandates import REVOCABLE
from kiosk.domain.parties import IdType, Role, RoleNeed
from kiosk.domain.problems import InputProblem
from kiosk.domain.submissions import MaterialState
from kiosk.forms.definition import FormDefinition
from kiosk.forms.engine import Engine
from kiosk.forms.layout import Field
from kiosk.forms.materials import allowed_states
from kiosk.forms.pointers import ABSENT, Json, look_up, with_value, without
from kiosk.forms.samples import Samples

_ROUNDS: Final = 40
_PHONE: Final = "13900000000"
_NAMES: Final = {
    Role.APPLICANT: "李演示",
    Role.SUBJECT: "李演宝",
    Role.CO_APPLICANT: "陈演示",
    Role.HOUSEHOLD_MEMBER: "李演家",
    Role.GUARDIAN: "李演父",
    Role.REPRESENTATIVE: "黄演示",
    Role.PAYEE: "李演示",
}
_RELATIONS: Final = {Role.HOUSEHOLD_MEMBER: "子女", Role.GUARDIAN: "父亲"}
_FIRST_NEED: Final = RoleNeed(Role.APPLICANT)


def example(
    item: ServiceItem,
    definition: FormDefinition,
    *,
    divisions: DivisionLookup | None = None,
    today: date | None = None,
) -> dict[str, Json]:
    """An application document that can be filed as it is.

    Args:
        item: the item.
        definition: its form.
        divisions: to name a division that exists.
        today: the civil date; the real one when left out.

    Raises:
        InputProblem: code ``no-example``: no answers satisfy the form.
    """
    day = today or today_in_china(datetime.now(CHINA))
    return {
        "parties": list(_parties(item)),
        "form": _answers(item, definition, divisions, day),
        "materials": _materials(item),
    }


def example_mandate(item: ServiceItem, *, now: datetime | None = None) -> dict[str, Json]:
    """A mandate document that goes with :func:`example`: the village committee may file.

    Raises:
        InputProblem: code ``proxy-forbidden``: nobody may file this item for another.
    """
    if item.proxy.allowed is False or item.proxy.presence_only:
        raise InputProblem(
            "proxy-forbidden", f"{item.item_id} cannot be filed for another: no mandate serves"
        )
    moment = now or datetime.now(CHINA)
    day = today_in_china(moment)
    principal = _principal(item)
    document: dict[str, Json] = {
        "principal": {key: principal[key] for key in ("name", "id_number")},
        "committee": "演示村村民委员会",
        "matter": {"item_id": item.item_id, "name": item.name},
        "scope": ["代为填表、递交材料", "代为签收通知"],
        "valid_from": day.isoformat(),
        "valid_until": (day + timedelta(days=90)).isoformat(),
        "may_receive_result": False,
        "may_name_account": False,
        "may_sign_commitments": False,
        "revocable": REVOCABLE,
        "evidence": {"form": "paper", "signed_at": to_text(moment), "attachment": "mandate"},
        "interest": Interest.NONE.value,
    }
    certified = {MandateForm.NOTARISED: "notarised", MandateForm.WITNESSED: "witnessed"}
    if item.proxy.mandate_form in certified:
        document["evidence"]["certified"] = certified[item.proxy.mandate_form]
    if item.proxy.allowed is None:
        document["asked"] = {
            "who": "演示镇便民服务中心",
            "when": to_text(moment),
            "answer": "可以代办",
        }
    return document


def _needs(item: ServiceItem) -> Iterator[RoleNeed]:
    for need in item.roles or (_FIRST_NEED,):
        for _ in range(need.least):
            yield need


def _parties(item: ServiceItem) -> Iterator[dict[str, Json]]:
    for index, need in enumerate(_needs(item)):
        kind = need.id_types[0] if need.id_types else IdType.NONE_YET
        party: dict[str, Json] = {
            "role": need.role.value,
            "name": "演示商行" if kind is IdType.CREDIT_CODE else _NAMES.get(need.role, "王演示"),
            "id_type": kind.value,
        }
        old = need.role is Role.APPLICANT and len(item.roles) <= 1
        number = _number(kind, date(1941, 3, 5) if old else date(1990, 9, 1), index)
        if number is not None:
            party["id_number"] = number
        if not need.may_be_deceased and need.role is not Role.SUBJECT:
            party["phone"] = _PHONE
        if need.may_be_deceased:
            party["deceased"] = True
        if need.role in _RELATIONS:
            party["relation"] = _RELATIONS[need.role]
        yield party


def _number(kind: IdType, born: date, index: int) -> str | None:
    if kind is IdType.NONE_YET:
        return None
    if kind is IdType.BIRTH_CERTIFICATE:
        return "Y440000001"
    if kind is IdType.CREDIT_CODE:
        body = "92440000MA0000001"
        return body + credit_check(body)
    region = "810000" if kind is IdType.RESIDENCE_PERMIT_HMT else "440000"
    return make_resident_id(born, 2 + 10 * index, region)


def _principal(item: ServiceItem) -> dict[str, Json]:
    """The person who signs the mandate: alive, with a number of their own."""
    able = [
        party
        for party in _parties(item)
        if party["id_type"] in (IdType.RESIDENT_ID, IdType.RESIDENCE_PERMIT_HMT)
        and not party.get("deceased")
    ]
    made = {"name": _NAMES[Role.REPRESENTATIVE], "id_number": make_resident_id(date(1968, 9, 1))}
    return able[0] if able else made


def _materials(item: ServiceItem) -> dict[str, Json]:
    states: dict[str, Json] = {}
    for material in item.materials:
        allowed = allowed_states(material)
        exempt = MaterialState.EXEMPT in allowed
        states[material.key] = (MaterialState.EXEMPT if exempt else MaterialState.HELD).value
    return states


def _answers(
    item: ServiceItem, definition: FormDefinition, divisions: DivisionLookup | None, today: date
) -> Json:
    """Answers without a fault: filled in, then repaired field by field."""
    engine = Engine(definition, divisions, today)
    prefix = item.coverage.prefixes[0] if item.coverage.prefixes else "445222"
    samples = Samples(engine.schemas, today, divisions, prefix)
    values = {field.pointer: samples.of(field) for field in engine.fields}
    answers = _filled(engine, values)
    stuck: set[str] = set()
    for _ in range(_ROUNDS):
        faults = engine.faults(answers)
        if not faults:
            return engine.clean(answers)
        field = _concerned(engine, [fault.path for fault in faults], stuck)
        if field is None:
            break
        better = _best(engine, answers, field, values[field.pointer])
        if len(engine.faults(better)) >= len(faults):
            stuck.add(field.pointer)
        else:
            answers, stuck = better, set()
    message = f"no example answers satisfy the form {definition.form_id}; give examples in it"
    raise InputProblem("no-example", message, path=engine.faults(answers)[0].path)


def _filled(engine: Engine, values: dict[str, list[Json]]) -> Json:
    """Every visible question answered with its likeliest value; answers may open new ones."""
    answers: Json = {}
    for _ in range(_ROUNDS):
        blank = [
            question.path
            for question in engine.questions(answers)
            if values[question.path] and look_up(answers, _path(engine, question.path)) is ABSENT
        ]
        if not blank:
            return answers
        for path in blank:
            answers = with_value(answers, _path(engine, path), values[path][0])
    return answers


def _concerned(engine: Engine, paths: list[str], stuck: set[str]) -> Field | None:
    """The field to change next: a faulty one, else any other."""
    fields = [field for field in engine.fields if field.pointer not in stuck]
    for path in paths:
        for field in fields:
            if path == field.pointer or path.startswith(field.pointer + "/"):
                return field
    return fields[0] if fields else None


def _best(engine: Engine, answers: Json, field: Field, values: list[Json]) -> Json:
    """The answers with the value of one field that leaves the fewest faults."""
    ways = [without(answers, field.path)]
    ways += [with_value(answers, field.path, value) for value in values]
    return min(ways, key=lambda way: len(engine.faults(way)))


def _path(engine: Engine, pointed: str) -> tuple[str, ...]:
    return next(field.path for field in engine.fields if field.pointer == pointed)
