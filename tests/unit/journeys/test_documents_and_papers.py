"""Application documents that are wrong, and the papers that people take home."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, cast

import pytest
import zxingcpp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.domain.dates import CHINA
from kiosk.domain.items import Confidence
from kiosk.domain.parties import IdType, Role, Way
from kiosk.domain.problems import InputProblem
from kiosk.domain.slips import SlipCode
from kiosk.forms.examples import example_mandate
from kiosk.journeys.applying import Application, begin
from kiosk.journeys.documents import read_application, read_mandate
from kiosk.journeys.slips import Letterhead, principal_copy, qr_matrix, slip
from kiosk.journeys.submitting import submit
from kiosk.main.wiring import Station
from kiosk.sealing.canonical import Json, JsonObject
from tests.helpers.counter import ITEM, application, example

HEAD = Letterhead("长滩村（演示）", "0663-5550000", demo=True)
NOON = datetime(2026, 11, 22, 12, 5, tzinfo=CHINA)


def fresh(station: Station) -> Application:
    item = station.directory.item(ITEM)
    return begin(item, station.directory.form(item.form_id, item), Way.SELF)


def party(document: dict[str, Any]) -> dict[str, Any]:
    one: dict[str, Any] = document["parties"][0]
    return one


WRONG: dict[str, tuple[Any, str]] = {
    "not a member": (lambda d: d.update(more=1), "/more"),
    "form": (lambda d: d.update(form=[]), "/form"),
    "materials": (lambda d: d.update(materials=["m1"]), "/materials"),
    "material": (lambda d: d["materials"].update(m99="held"), "/materials/m99"),
    "state": (lambda d: d["materials"].update(m1=3), "/materials/m1"),
    "parties": (lambda d: d.update(parties={}), "/parties"),
    "nobody": (lambda d: d.update(parties=[]), "/parties"),
    "party": (lambda d: d.update(parties=["x"]), "/parties/0"),
    "short party": (lambda d: d.update(applicant="李"), "/applicant"),
    "short party member": (lambda d: d.update(applicant={"name": "李", "a": 1}), "/applicant/a"),
    "name": (lambda d: party(d).pop("name"), "/parties/0/name"),
    "empty name": (lambda d: party(d).update(name=" "), "/parties/0/name"),
    "name of numbers": (lambda d: party(d).update(name=5), "/parties/0/name"),
    "role": (lambda d: party(d).update(role="chief"), "/parties/0/role"),
    "no role": (lambda d: party(d).pop("role"), "/parties/0/role"),
    "id type": (lambda d: party(d).update(id_type="passport"), "/parties/0/id_type"),
    "number": (lambda d: party(d).update(id_number=4400), "/parties/0/id_number"),
    "phone": (lambda d: party(d).update(phone=139), "/parties/0/phone"),
    "deceased": (lambda d: party(d).update(deceased="no"), "/parties/0/deceased"),
    "asked": (lambda d: d.update(asked={"who": 1}), "/asked"),
}


@pytest.mark.parametrize("name", list(WRONG))
def test_a_wrong_document_names_the_place(station: Station, name: str) -> None:
    spoil, path = WRONG[name]
    document = example(station)
    spoil(document)
    with pytest.raises(InputProblem) as caught:
        read_application(fresh(station), document, ())
    assert caught.value.path.startswith(path)
    assert caught.value.message


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["parties", "applicant", "form", "materials", "asked", "name", "role"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    document=st.dictionaries(
        st.sampled_from(sorted({"parties", "form", "asked", "materials", "applicant"})), _JSON
    )
)
def test_whatever_it_is_it_is_read_or_refused_in_words(
    station: Station, document: dict[str, Any]
) -> None:
    told: InputProblem | None = None
    try:
        assert read_application(fresh(station), document, ()).parties
    except InputProblem as problem:
        told = problem
    assert told is None or (told.message and told.path.startswith("/"))


def test_the_short_form_is_one_applicant_without_papers(station: Station) -> None:
    made = read_application(fresh(station), {"applicant": {"name": "李演示"}}, ())
    assert [(one.role, one.id_type) for one in made.parties] == [(Role.APPLICANT, IdType.NONE_YET)]


def test_a_mandate_may_carry_who_was_asked(station: Station) -> None:
    item = station.directory.item("coop-setup")
    document = cast("JsonObject", example_mandate(item))
    mandate, asked = read_mandate(document)
    assert mandate.committee
    assert asked is not None
    assert "asked" in document
    with pytest.raises(InputProblem) as caught:
        read_mandate({**document, "principal": {"name": "李"}})
    assert caught.value.path.startswith("/principal")


def test_the_slip_says_first_that_nothing_was_received(station: Station) -> None:
    made = replace(application(station), agent_id="a1")
    saved = submit(station.desk(), made)
    paper = slip(saved, made, HEAD, NOON)
    assert paper.title == "凭条（未受理）"
    assert "还没有收到" in paper.warning
    assert paper.number == saved.local_number
    assert paper.demo
    words = repr(paper.lines) + "".join(paper.steps) + paper.footer
    person = made.parties[0]
    assert person.name not in words
    assert str(person.id_number) not in words
    assert "短信" not in words
    assert "不是申请日期" in words
    assert "a1" in words
    quiet = slip(saved, application(station), Letterhead("站", None, demo=False), NOON)
    assert "问村里的代办员" in "".join(quiet.steps)


def test_the_code_on_the_slip_is_read_back_by_a_reader(station: Station) -> None:
    saved = submit(station.desk(), application(station))
    matrix = qr_matrix(saved.code.as_text())
    side, scale, quiet = len(matrix), 4, 4
    whole = (side + 2 * quiet) * scale
    rows = bytearray(b"\xff" * whole * whole)
    for y, x in ((y, x) for y in range(side * scale) for x in range(side * scale)):
        if matrix[y // scale][x // scale]:
            rows[(y + quiet * scale) * whole + x + quiet * scale] = 0
    image = memoryview(bytes(rows)).cast("B", (whole, whole))
    (found,) = zxingcpp.read_barcodes(image)
    assert SlipCode.parse(found.text) == saved.code


def test_a_code_that_no_paper_can_carry_is_refused() -> None:
    with pytest.raises(ValueError, match="600"):
        qr_matrix("x" * 601)


def test_the_principal_gets_a_paper_of_their_own(station: Station) -> None:
    made = application(station, "temporary-relief", way=Way.AGENT)
    saved = submit(station.desk(), made)
    assert principal_copy(saved, made, HEAD, NOON) is None
    mandate, _ = read_mandate(cast("JsonObject", example_mandate(made.item)))
    paper = principal_copy(saved, replace(made, mandate=mandate), HEAD, NOON)
    assert paper is not None
    said = dict(paper.lines)
    assert said["替您办的人"] == mandate.committee
    assert "取消" in paper.steps[0]
    assert "0663-5550000" in paper.steps[0]


def test_the_source_of_an_item_is_graded(station: Station) -> None:
    assert {item.confidence for item in station.directory.items()} <= set(Confidence)


@pytest.mark.parametrize(
    ("contact", "path"),
    [
        ("13800005678", "/contact"),
        ({}, "/contact"),
        ({"phone": "13800005678", "place": "田里"}, "/contact"),
        ({"address": "长滩村1号"}, "/contact/address"),
        ({"phone": 13800005678}, "/contact/phone"),
        ({"phone": "123"}, "/contact/phone"),
        ({"place": " "}, "/contact/place"),
    ],
)
def test_a_contact_card_holds_one_way(station: Station, contact: Json, path: str) -> None:
    with pytest.raises(InputProblem) as caught:
        application(station, change=lambda document: document.update(contact=contact))
    assert caught.value.path == path


def test_a_contact_card_comes_with_the_masked_name(station: Station) -> None:
    card = application(
        station, change=lambda document: document.update(contact={"place": "田里"})
    ).contact
    assert card is not None
    assert (card.masked_name, card.place) == ("李*示", "田里")
