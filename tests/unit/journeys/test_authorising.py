"""May it be filed by another: yes, no, unknown, in person only; on what mandate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, cast

import pytest

from kiosk.domain.identity import make_resident_id
from kiosk.domain.items import Proxy, ProxyWho, ServiceItem
from kiosk.domain.parties import Way
from kiosk.domain.problems import InputProblem
from kiosk.domain.submissions import Kind
from kiosk.forms.examples import example_mandate
from kiosk.journeys.applying import Application, begin, refuse_if_guide_only, review
from kiosk.journeys.authorising import ProxyAnswer, proxy_rule, refuse_unless_named
from kiosk.journeys.documents import read_mandate
from kiosk.main.wiring import Station
from kiosk.sealing.canonical import JsonObject
from tests.helpers.counter import ITEM, application

UNKNOWN, FORBIDDEN, PRESENCE = "coop-setup", "marriage-registration", "pension-cert"


def with_mandate(
    station: Station,
    item_id: str,
    change: Callable[[dict[str, Any]], None] = lambda _mandate: None,
) -> Application:
    made = application(station, item_id, way=Way.AGENT)
    document = example_mandate(made.item, now=station.clock.now())
    change(document)
    mandate, asked = read_mandate(cast("JsonObject", document))
    return replace(made, mandate=mandate, asked=asked, agent_id="a1")


def codes(station: Station, made: Application) -> list[str]:
    found = review(made, station.directory.divisions, station.clock.now())
    return [fault.code for fault in found.faults]


@pytest.mark.parametrize(
    ("item_id", "answer"),
    [
        ("temporary-relief", ProxyAnswer.YES),
        (FORBIDDEN, ProxyAnswer.NO),
        (UNKNOWN, ProxyAnswer.UNKNOWN),
        (PRESENCE, ProxyAnswer.PRESENCE_ONLY),
    ],
)
def test_what_the_guide_says(station: Station, item_id: str, answer: ProxyAnswer) -> None:
    rule = proxy_rule(station.directory.item(item_id))
    assert rule.answer is answer
    assert rule.must_ask_first is (answer is ProxyAnswer.UNKNOWN)
    assert rule.words


def test_the_guides_own_words_come_first(station: Station) -> None:
    item = station.directory.item(ITEM)
    told = replace(item, proxy=Proxy(allowed=True, who=(ProxyWho.NEIGHBOUR,), note="邻居可以。"))
    assert proxy_rule(told).words == "邻居可以。"
    assert proxy_rule(told).who == (ProxyWho.NEIGHBOUR,)


def test_every_item_has_an_answer(station: Station) -> None:
    for item in station.directory.items():
        assert proxy_rule(item).words


@pytest.mark.parametrize("way", [Way.AGENT, Way.FAMILY])
def test_a_proxy_needs_a_mandate(station: Station, way: Way) -> None:
    made = replace(application(station, "temporary-relief"), way=way)
    assert codes(station, made) == ["mandate-missing"]


@pytest.mark.parametrize("way", [Way.SELF, Way.GUARDIAN, Way.BODY])
def test_others_need_none(station: Station, way: Way) -> None:
    made = replace(application(station, "temporary-relief"), way=way)
    assert codes(station, made) == []


def test_with_a_mandate_it_goes(station: Station) -> None:
    assert codes(station, with_mandate(station, "temporary-relief")) == []


def test_where_the_guide_is_silent_somebody_was_asked_first(station: Station) -> None:
    assert codes(station, with_mandate(station, UNKNOWN)) == []
    without = with_mandate(station, UNKNOWN, lambda one: one.pop("asked"))
    assert codes(station, without) == ["ask-first"]


@pytest.mark.parametrize(
    ("item_id", "code"), [(FORBIDDEN, "proxy-forbidden"), (PRESENCE, "presence-only")]
)
def test_no_mandate_serves_where_the_person_must_come(
    station: Station, item_id: str, code: str
) -> None:
    lent = with_mandate(station, "temporary-relief").mandate
    made = replace(application(station, item_id, way=Way.AGENT), mandate=lent, agent_id="a1")
    assert codes(station, made) == [code]


def test_a_mandate_ends(station: Station) -> None:
    def ended(one: dict[str, Any]) -> None:
        day = station.clock.now().date()
        one["valid_from"] = (day - timedelta(days=30)).isoformat()
        one["valid_until"] = (day - timedelta(days=2)).isoformat()

    made = with_mandate(station, "temporary-relief", ended)
    assert codes(station, made) == ["expired"]
    assert codes(station, replace(made, kind=Kind.SUPPLEMENT)) == []


def test_a_mandate_for_another_matter_is_none(station: Station) -> None:
    made = with_mandate(station, "temporary-relief")
    other = replace(made, item=station.directory.item("minimum-living"))
    assert "other-matter" in codes(station, other)


def test_who_is_not_named_does_not_act(station: Station) -> None:
    named = {
        "name": "王代办",
        "id_number": make_resident_id(date(1968, 9, 1), 4),
        "phone": "13900000001",
        "relation": "邻居",
    }

    def by_person(one: dict[str, Any]) -> None:
        del one["committee"]
        one["agents"] = [named]

    made = with_mandate(station, "temporary-relief", by_person)
    assert made.mandate is not None
    refuse_unless_named(made.mandate, "王代办")
    with pytest.raises(InputProblem) as caught:
        refuse_unless_named(made.mandate, "别人")
    assert (caught.value.code, caught.value.path) == ("not-the-agent", "/mandate/agents")
    committee = with_mandate(station, "temporary-relief").mandate
    assert committee is not None
    refuse_unless_named(committee, "谁都可以")


def test_of_whom_nobody_wrote_is_guide_only(station: Station) -> None:
    item: ServiceItem = station.directory.item(ITEM)
    nowhere = replace(item, coverage=replace(item.coverage, prefixes=(), demo_fileable=False))
    form = station.directory.form(item.form_id, item)
    with pytest.raises(InputProblem) as caught:
        begin(nowhere, form, Way.SELF)
    assert (caught.value.code, caught.value.path) == ("guide-only", "/coverage")
    shown = replace(nowhere, coverage=replace(nowhere.coverage, demo_fileable=True))
    refuse_if_guide_only(shown)


def test_another_material_state_drops_its_pictures(station: Station) -> None:
    from kiosk.domain.submissions import MaterialAnswer, MaterialState
    from kiosk.journeys.applying import Attachment

    made = application(station)
    with_picture = made.with_attachment(Attachment("m2", "a.png", "image/png", b"x"))
    assert [one.key for one in with_picture.attachments] == ["m2"]
    order = [one.key for one in with_picture.materials]
    assert order == sorted(order, key=lambda key: int(key[1:]))
    dropped = with_picture.with_material(MaterialAnswer("m2", MaterialState.PAPER))
    assert dropped.attachments == ()
    stamp = made.with_attachment(Attachment("stamp", "a.png", "image/png", b"x"))
    assert stamp.materials == made.materials
    assert len(stamp.attachments) == 1


def test_a_party_takes_the_seat_of_its_role(station: Station) -> None:
    made = application(station)
    assert made.principal is made.party(made.parties[0].role)
    again = made.with_party(replace(made.parties[0], name="张三"))
    assert [party.name for party in again.parties] == ["张三"]
    assert again.for_another is False
    assert replace(made, way=Way.GUARDIAN).for_another
