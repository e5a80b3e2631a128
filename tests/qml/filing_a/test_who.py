"""给谁办: only what item, rule and the counter's law allow."""

from __future__ import annotations

import pytest

from kiosk.domain.parties import IdType, Role, Way
from kiosk.journeys.authorising import ProxyAnswer, proxy_rule
from kiosk.journeys.seating import seats, ways
from kiosk.store.directory import Directory
from kiosk.store.directory_bundle import bundled_directory
from tests.qml.filing_a.stepping import Stepping
from ui.navigation import Page


def test_every_item_that_can_be_filed_has_a_way_and_somebody_who_answers() -> None:
    with bundled_directory() as path:
        directory = Directory.open(path)
        items = [one for one in directory.items() if one.coverage.demo_fileable]
        directory.close()
    assert len(items) > 80
    for item in items:
        rule = proxy_rule(item)
        offered = ways(item, rule)
        assert offered, item.item_id
        if rule.answer in {ProxyAnswer.NO, ProxyAnswer.PRESENCE_ONLY}:
            assert not {Way.FAMILY, Way.AGENT} & set(offered), item.item_id
        if rule.answer is ProxyAnswer.UNKNOWN:
            assert Way.FAMILY not in offered, item.item_id
        if rule.answer is ProxyAnswer.PRESENCE_ONLY:
            assert Way.GUARDIAN not in offered, item.item_id
        for way in offered:
            first = seats(item, way)[0]
            assert not first.need.may_be_deceased, (item.item_id, way)
            assert first.need.id_types, (item.item_id, way)
            roles = [seat.role for seat in seats(item, way)]
            assert len(roles) == len(set(roles)), (item.item_id, way)
            assert (Role.AGENT in roles) == (way in {Way.FAMILY, Way.AGENT})
            assert way is not Way.GUARDIAN or roles[0] is Role.GUARDIAN or len(roles) > 1
            if way is not Way.BODY:
                assert IdType.CREDIT_CODE not in first.need.id_types, (item.item_id, way)


def test_where_the_guide_is_silent_one_is_told_to_ask(person: Stepping) -> None:
    person.start("medical-assistance")
    assert person.keys == ["self", "guardian", "ask"]
    assert "指南没写能不能代办，先问镇街。" in person.everything()
    person.choose("ask")
    assert person.title == "先问镇街"
    person.back()
    assert person.title == "给谁办？"
    person.choose("ask")
    person.go_on()
    assert person.shows(Page.SIGN_IN)


def test_an_agent_records_who_was_asked(person: Stepping) -> None:
    person.sign_in()
    person.start("medical-assistance")
    person.choose("agent")
    person.go_on()
    assert person.now.view.error
    person.go_on("镇便民服务中心")
    person.go_on()
    assert person.now.view.error == "请选一个。"
    person.choose("no")
    person.go_on()
    assert person.title == "这件要本人办"
    person.go_on()
    person.choose("agent")
    person.go_on()
    person.choose("yes")
    person.go_on()
    assert person.shows(Page.IDENTITY)
    asked = person.application.asked
    assert asked is not None
    assert asked.who == "镇便民服务中心"
    assert person.application.agent_id == "agent1"


def test_the_next_person_finds_nothing_of_who_was_asked(person: Stepping) -> None:
    person.sign_in()
    person.start("medical-assistance")
    person.choose("agent")
    person.type("镇便民服务中心")
    person.window.session.end()
    person.window.settle()
    person.window.session.begin()
    person.sign_in()
    person.start("medical-assistance")
    person.choose("agent")
    assert not person.now.view.entry


@pytest.mark.parametrize("agent", [False, True])
def test_an_own_matter_is_offered_to_nobody_else(person: Stepping, *, agent: bool) -> None:
    if agent:
        person.sign_in()
    with bundled_directory() as path:
        directory = Directory.open(path)
        item = next(
            one
            for one in directory.items()
            if one.proxy.presence_only and one.coverage.demo_fileable
        )
        directory.close()
    person.start(item.item_id)
    assert person.keys == ["self"]
    assert "要本人到场，不能由别人代办。" in person.everything()
