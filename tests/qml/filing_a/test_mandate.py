"""Notice and mandate: before the questions, on the evidence that the item demands."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.domain.items import MandateForm
from kiosk.domain.mandates import EvidenceForm, Mandate
from kiosk.domain.notices import NOTICE_VERSION
from tests.qml.filing_a.stepping import AGENT_ID, ELDER_ID, WITNESS_ID, Stepping
from ui.navigation import Page

SUBSIDY = "disability-care-subsidy"


@pytest.fixture
def agent(person: Stepping) -> Stepping:
    """An agent at the mandate, for an elder."""
    person.sign_in()
    person.start(SUBSIDY)
    person.choose("agent")
    person.tell("李桂英", ELDER_ID, "13800005678")
    assert person.title == "代办员的姓名"
    person.tell("陈志强", AGENT_ID, "06635550011")
    person.declare("none")
    assert person.shows(Page.NOTICE)
    assert "当事人的姓名" in person.everything()
    person.go_on()
    return person


def mandate_of(agent: Stepping) -> Mandate | None:
    return agent.application.mandate


def test_the_mandate_says_who_what_until_when_and_how_to_cancel(agent: Stepping) -> None:
    shown = agent.everything()
    assert agent.shows(Page.MANDATE)
    assert agent.application.notice is not None
    assert agent.application.notice.version == NOTICE_VERSION
    for words in ("陈志强（村代办员）", "只办“重度残疾人护理补贴”这一件", "不能转给别人办"):
        assert words in shown
    assert "2027年2月20日" in shown
    assert AGENT_ID not in shown
    assert AGENT_ID[-4:] in shown
    assert "随时可以" in agent.now.speech(Page.MANDATE)


def test_signed_on_paper_and_photographed(agent: Stepping) -> None:
    agent.go_on()
    assert agent.now.chosen == (), "no power is given beforehand"
    agent.choose("receive")
    agent.go_on()
    assert "glass" not in agent.keys, "this item wants paper"
    agent.go_on()
    assert agent.now.view.error == "请选一个。"
    agent.choose("paper")
    agent.go_on()
    assert mandate_of(agent) is None
    agent.go_on()
    assert agent.now.view.picture[:2] == b"\xff\xd8"
    first = agent.now.view.picture
    agent.skip()
    assert agent.now.view.picture == b""
    agent.go_on()
    assert agent.now.view.picture != first
    agent.go_on()
    assert agent.shows(Page.QUESTION)
    mandate = mandate_of(agent)
    assert mandate is not None
    assert mandate.may_receive_result
    assert not mandate.may_name_account
    assert not mandate.may_sign_commitments
    assert [one.id_number for one in mandate.agents] == [AGENT_ID]
    assert [one.key for one in agent.application.attachments] == ["mandate"]
    assert len(agent.application.attachments[0].data) <= 400_000


def test_signed_on_the_glass_where_the_item_allows_it(agent: Stepping) -> None:
    item = agent.application.item
    allows = replace(item, proxy=replace(item.proxy, mandate_form=MandateForm.ANY))
    agent.window.filing.replace(replace(agent.application, item=allows))
    agent.go_on()
    agent.go_on()
    agent.choose("glass")
    agent.go_on()
    agent.go_on()
    assert mandate_of(agent) is None, "nobody has signed"
    assert agent.now.view.error
    agent.sign()
    agent.go_on()
    assert agent.shows(Page.QUESTION)
    mandate = mandate_of(agent)
    assert mandate is not None
    assert mandate.evidence.form is EvidenceForm.GLASS
    (picture,) = agent.application.attachments
    assert picture.key == mandate.evidence.attachment
    assert picture.data.startswith(b"\x89PNG")


def test_a_mark_needs_a_witness_who_is_nobody_elses(agent: Stepping) -> None:
    agent.go_on()
    agent.go_on()
    agent.choose("thumbprint")
    agent.go_on()
    assert agent.title == "念给本人听"
    agent.go_on()
    agent.go_on("黄见证")
    agent.go_on(AGENT_ID)
    assert agent.now.view.error == "见证人不能是办这件事的人，请换一位。"
    for _ in AGENT_ID:
        agent.now.erase()
    agent.go_on(WITNESS_ID)
    agent.go_on()
    agent.go_on()
    mandate = mandate_of(agent)
    assert mandate is not None
    assert mandate.evidence.form is EvidenceForm.THUMBPRINT
    assert mandate.evidence.read_aloud_at is not None
    assert mandate.evidence.witness is not None
    assert mandate.evidence.witness.name == "黄见证"


def test_a_blank_is_printed_and_shows_no_full_number(agent: Stepping) -> None:
    agent.go_on()
    agent.go_on()
    agent.skip()
    assert not agent.now.view.error
    assert (agent.home / "prints" / "mandate.png").stat().st_size > 1000
    assert (agent.home / "prints" / "mandate.pdf").read_bytes().startswith(b"%PDF")


def test_the_notice_is_printed(person: Stepping) -> None:
    person.start("old-age-allowance-jieyang")
    person.choose("self")
    person.tell("李桂英", ELDER_ID)
    person.skip()
    assert (person.home / "prints" / "notice.png").stat().st_size > 1000
    assert person.application.notice is None, "printed is not yet understood"


def test_other_people_end_the_mandate_a_new_phone_does_not(agent: Stepping) -> None:
    agent.go_on()
    agent.go_on()
    agent.choose("paper")
    agent.go_on()
    agent.go_on()
    agent.go_on()
    assert mandate_of(agent) is not None
    agent.window.go(Page.IDENTITY)
    agent.go_on()
    agent.go_on()
    agent.go_on("06635550099")
    assert mandate_of(agent) is not None
    agent.window.go(Page.IDENTITY)
    agent.now.erase()
    agent.go_on("芳")
    agent.go_on()
    agent.go_on()
    assert mandate_of(agent) is None
    assert not agent.application.attachments
