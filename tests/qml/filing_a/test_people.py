"""Names, numbers, phones: one thing at a time, judged early, masked when left."""

from __future__ import annotations

from datetime import date

from kiosk.domain.identity import credit_check, make_resident_id
from kiosk.domain.parties import IdType, Role
from kiosk.journeys.seating import signers
from tests.qml.filing_a.stepping import AGENT_ID, ELDER_ID, Stepping
from ui.navigation import Page

ALLOWANCE = "old-age-allowance-jieyang"


def begin(person: Stepping, item: str, way: str) -> None:
    person.start(item)
    person.choose(way)


def test_a_number_is_judged_while_it_is_typed(person: Stepping) -> None:
    begin(person, ALLOWANCE, "self")
    assert person.title == "您的姓名"
    person.go_on()
    assert person.now.view.error
    person.go_on("李桂英")
    person.type("99")
    assert person.now.view.error == "号码对不上，请看看最前面两位。"
    assert person.now.view.entry == "99", "nothing is cleared"
    for _ in range(2):
        person.now.erase()
    person.type(ELDER_ID[:14])
    assert person.now.view.good == "1943年5月6日生，83岁 对吗？"
    assert person.now.view.note == "差4位"
    person.go_on()
    assert "还差4位" in person.now.view.error
    person.type(ELDER_ID[14:17] + ("0" if ELDER_ID[17] != "0" else "1"))
    assert person.now.view.error == "号码对不上，请看看最后几位。"
    person.now.erase()
    person.go_on(ELDER_ID[17])
    assert person.title == "您的电话"


def test_a_number_is_masked_when_one_comes_back(person: Stepping) -> None:
    begin(person, ALLOWANCE, "self")
    person.tell("李桂英", ELDER_ID, "13800005678")
    assert person.shows(Page.NOTICE)
    person.back()
    assert person.shows(Page.IDENTITY)
    person.go_on()
    shown = person.everything()
    assert ELDER_ID not in shown.replace(" ", "").replace("\n", "")
    assert "440***********0021" in shown
    person.go_on()
    assert "138****5678" in person.everything()
    person.go_on()
    party = person.application.party(Role.APPLICANT)
    assert party is not None
    assert (party.id_number, party.phone) == (ELDER_ID, "13800005678")


def test_a_permit_is_known_by_its_number(person: Stepping) -> None:
    begin(person, ALLOWANCE, "self")
    number = make_resident_id(date(1940, 1, 2), region="810000")
    person.tell("陈大文", number)
    assert person.application.parties[0].id_type is IdType.RESIDENCE_PERMIT_HMT
    assert person.application.parties[0].phone is None


def test_a_neighbour_gives_a_number_and_a_phone_of_their_own(person: Stepping) -> None:
    begin(person, ALLOWANCE, "family")
    assert person.title == "老人的姓名"
    person.tell("李桂英", ELDER_ID, "13800005678")
    assert person.shows(Page.PARTY)
    assert person.title == "您的姓名"
    person.go_on("陈志强")
    person.go_on(ELDER_ID)
    assert person.now.view.error == "帮忙的人和本人不能是同一个人。"
    for _ in ELDER_ID:
        person.now.erase()
    person.go_on(AGENT_ID)
    assert not person.now.step.secondary, "an agent must be reachable"
    person.go_on("13800005678")
    assert "不同的电话" in person.now.view.error
    for _ in range(11):
        person.now.erase()
    person.go_on("06635550011")
    assert person.title == "您是李*英的什么人？"
    person.go_on()
    assert person.now.view.error == "请选一个。"
    person.choose("邻居")
    person.go_on()
    assert person.shows(Page.NOTICE)
    agent = person.application.party(Role.AGENT)
    assert agent is not None
    assert (agent.relation, agent.phone) == ("邻居", "06635550011")
    for title in ("您的姓名", "老人的姓名", "给谁办？"):
        person.back()
        assert person.title == title


def test_the_dead_have_no_phone_and_sign_nothing(person: Stepping) -> None:
    begin(person, "household-death", "self")
    assert person.title == "您的姓名"
    person.tell("李演子", AGENT_ID, "13800005678")
    assert person.title == "去世的家人的姓名"
    person.go_on("李演父")
    person.choose("dead")
    person.go_on()
    person.go_on(ELDER_ID)
    assert person.shows(Page.NOTICE)
    subject = person.application.party(Role.SUBJECT)
    assert subject is not None
    assert subject.deceased
    signing = signers(person.application, person.window.filing.today)
    assert [one.role for one in signing] == [Role.APPLICANT]


def test_a_newborn_may_have_neither_name_nor_number(person: Stepping) -> None:
    begin(person, "birth-household", "guardian")
    person.tell("李演母", AGENT_ID, "13800005678")
    assert person.title == "孩子有什么证件？"
    person.choose("none_yet")
    person.go_on()
    assert person.title == "孩子的姓名"
    person.skip()
    assert person.shows(Page.NOTICE)
    child = person.application.party(Role.SUBJECT)
    assert child is not None
    assert (child.name, child.id_number, child.id_type) == ("", None, IdType.NONE_YET)


def test_a_household_is_listed_one_by_one(person: Stepping) -> None:
    begin(person, "minimum-living", "self")
    person.tell("李演父", AGENT_ID, "13800005678")
    assert person.title == "有共同生活的家人吗？"
    for name, number in (("李桂英", ELDER_ID), ("李小演", make_resident_id(date(2019, 3, 4)))):
        person.skip()
        person.choose("resident_id")
        person.go_on()
        person.go_on(name)
        person.go_on(number)
        person.choose("儿女")
        person.go_on()
        assert name in person.everything()
        assert number not in person.everything()
    person.skip()
    person.choose("resident_id")
    person.go_on()
    person.go_on("李重复")
    person.go_on(ELDER_ID)
    assert person.now.view.error == "这个人已经填过了，请看看。"
    for _ in range(3):
        person.back()
    person.now.act(0)
    person.window.settle()
    assert "李桂英" not in person.everything()
    person.go_on()
    assert person.shows(Page.NOTICE)
    here = [one.name for one in person.application.parties if one.role is Role.HOUSEHOLD_MEMBER]
    assert here == ["李小演"]
    signing = signers(person.application, person.window.filing.today)
    assert [one.name for one in signing] == ["李演父"], "children sign nothing"


def test_a_shop_has_a_code_and_somebody_who_answers_for_it(person: Stepping) -> None:
    begin(person, "food-workshop-new", "body")
    assert person.title == "单位的全名"
    person.go_on("演示商行")
    person.go_on("92440000MA000")
    assert "还差5位" in person.now.view.error
    body = "92440000MA0000001"
    for _ in range(13):
        person.now.erase()
    person.go_on(body + credit_check(body))
    person.skip()
    assert person.title == "负责人的姓名"
    person.tell("李演父", AGENT_ID, "13800005678")
    assert person.shows(Page.NOTICE)
    assert [one.role for one in person.application.parties] == [
        Role.APPLICANT,
        Role.REPRESENTATIVE,
    ]
    signing = signers(person.application, person.window.filing.today)
    assert [one.role for one in signing] == [Role.REPRESENTATIVE]


def test_coming_back_for_another_way_keeps_answers_not_people(person: Stepping) -> None:
    begin(person, ALLOWANCE, "self")
    person.tell("李桂英", ELDER_ID)
    person.fill_in()
    kept, number = person.application.answers, person.application.id
    person.window.go(Page.WHO)
    person.choose("family")
    assert person.application.answers == kept
    assert person.application.id == number
    assert not person.application.parties
