"""The agent's own part in a matter: declared, sealed, flagged, and never a refusal."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import pytest
from sqlalchemy import select

from kiosk.domain.agents import Interest
from kiosk.domain.contacts import ContactCard
from kiosk.domain.parties import Party, Role, Way
from kiosk.domain.problems import InputProblem
from kiosk.forms.examples import example_mandate
from kiosk.journeys.applying import Application, review
from kiosk.journeys.authorising import interest_advice
from kiosk.journeys.documents import read_application, read_interest, read_mandate
from kiosk.journeys.submitting import payload, submit
from kiosk.main.wiring import Station
from kiosk.sealing.canonical import JsonObject
from kiosk.store.audit import AuditEvent
from kiosk.store.schema import audit
from tests.helpers.counter import application

ITEM = "temporary-relief"
AGENT = Party(
    Role.AGENT, "陈志强", id_number="440000198005060031", phone="13800009999", relation="村代办员"
)


def by_agent(station: Station, interest: Interest | None, **changes: Any) -> Application:  # noqa: ANN401
    made = application(station, ITEM, way=Way.AGENT)
    document = example_mandate(made.item, now=station.clock.now())
    mandate, asked = read_mandate(cast("JsonObject", document))
    return replace(made, mandate=mandate, asked=asked, agent_id="a1", interest=interest, **changes)


def recorded(station: Station) -> list[tuple[str, str]]:
    query = select(audit.c.subject, audit.c.detail)
    mine = audit.c.event == AuditEvent.AGENT_INTEREST.value
    with station.casebook.read() as tx:
        return [(row.subject, row.detail) for row in tx.execute(query.where(mine))]


@pytest.mark.parametrize("interest", [*Interest, None])
def test_every_answer_is_sealed_and_recorded_and_none_keeps_a_filing_back(
    station: Station, interest: Interest | None
) -> None:
    made = by_agent(station, interest)
    found = review(made, station.directory.divisions, station.clock.now())
    assert found.faults == ()
    assert any("代办员" in words for words in found.advice) is (interest is not Interest.NONE)
    assert payload(made, b"")["interest"] == interest
    saved = submit(station.desk(), made)
    assert recorded(station) == [(str(saved.id), interest.value if interest else "unsaid")]


def test_who_files_for_themselves_declares_nothing(station: Station) -> None:
    made = application(station, ITEM)
    found = review(made, station.directory.divisions, station.clock.now())
    assert all("代办员" not in words for words in found.advice)
    submit(station.desk(), made)
    assert recorded(station) == []


def test_another_answer_is_another_application(station: Station) -> None:
    made = by_agent(station, Interest.NONE)
    submit(station.desk(), made)
    with pytest.raises(InputProblem) as caught:
        submit(station.desk(), replace(made, interest=Interest.RELATIVE))
    assert caught.value.code == "id-reused"


def test_an_agent_among_those_concerned_is_told(station: Station) -> None:
    member = replace(AGENT, role=Role.HOUSEHOLD_MEMBER, phone=None)
    assert interest_advice(Interest.NONE, (AGENT,)) == ()
    assert interest_advice(Interest.NONE, (AGENT, member)) != ()
    assert "自己" in interest_advice(Interest.OWN, (AGENT, member))[0]
    assert "亲戚" in interest_advice(Interest.RELATIVE, (AGENT,))[0]


def test_the_agents_own_phone_on_the_card_is_told(station: Station) -> None:
    made = by_agent(station, Interest.NONE)
    made = replace(made, parties=(*made.parties, AGENT))
    for phone, told in ((AGENT.phone, True), ("13800001111", False)):
        assert phone is not None
        one = replace(made, contact=ContactCard("李*示", phone=phone))
        found = review(one, station.directory.divisions, station.clock.now())
        assert any("联系卡" in words for words in found.advice) is told


def test_it_comes_with_the_answers_or_with_the_mandate(station: Station) -> None:
    made = application(station, ITEM)
    document: JsonObject = {"parties": [{"role": "applicant", "name": "李"}], "interest": "own"}
    assert read_application(made, document, ()).interest is Interest.OWN
    assert read_interest(cast("JsonObject", example_mandate(made.item))) is Interest.NONE
    assert read_interest({}) is None


@pytest.mark.parametrize("said", ["", "no", "OWN", 1, True, [], {"none": 1}])
def test_another_word_is_refused_with_its_place(said: Any) -> None:  # noqa: ANN401
    with pytest.raises(InputProblem) as caught:
        read_interest({"interest": said})
    assert (caught.value.code, caught.value.path) == ("bad-interest", "/interest")


def test_a_committee_s_agent_is_neither_payee_nor_witness_nor_the_phone(
    station: Station,
) -> None:
    """The committee's mandate names nobody, so who files is known from the filing alone."""
    from kiosk.domain.mandates import EvidenceForm, Person

    made = by_agent(station, Interest.NONE)
    assert made.mandate is not None
    assert made.mandate.committee is not None
    payee = replace(AGENT, role=Role.PAYEE)
    sealed = replace(
        made.mandate.evidence,
        form=EvidenceForm.SEAL,
        witness=Person(AGENT.name, AGENT.id_number or ""),
        read_aloud_at=station.clock.now(),
    )
    made = replace(
        made,
        mandate=replace(made.mandate, evidence=sealed),
        parties=(replace(made.parties[0], phone=AGENT.phone), AGENT, payee),
    )
    found = review(made, station.directory.divisions, station.clock.now())
    codes = {fault.code for fault in found.faults}
    assert {"agent-is-payee", "witness-partial", "agent-phone"} <= codes
