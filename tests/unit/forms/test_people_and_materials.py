"""Parties, materials and mandates: the rules of the counter."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from kiosk.domain.identity import credit_check, make_resident_id
from kiosk.domain.items import MandateForm, Material, Necessity, Proxy, ServiceItem
from kiosk.domain.mandates import Asked, asked_json, mandate_json
from kiosk.domain.parties import IdType, Party, Role, RoleNeed
from kiosk.domain.problems import InputProblem
from kiosk.domain.submissions import MaterialAnswer, MaterialState
from kiosk.forms.mandates import mandate_faults, parse_asked, parse_mandate
from kiosk.forms.materials import NEVER_REFUSED, UNSAID, advice, allowed_states, parse_materials
from kiosk.forms.parties import normalised, party_advice, party_faults
from tests.helpers.real_items import items

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
TODAY = date(2026, 11, 22)
ELDER = make_resident_id(date(1941, 3, 5))
HELPER = make_resident_id(date(1985, 6, 7))
THIRD = make_resident_id(date(1970, 1, 1))
CODE_BODY = "93440000MA0000002"
CODE = CODE_BODY + credit_check(CODE_BODY)
Json = Any


def the(item_id: str, *roles: RoleNeed, **changes: Json) -> ServiceItem:
    changes |= {"roles": roles} if roles else {}
    return replace(items()[item_id], **changes)


def codes(item: ServiceItem, *parties: Party) -> list[str]:
    return [fault.code for fault in party_faults(item, parties, TODAY)]


APPLICANT = Party(Role.APPLICANT, "李演示", id_number=ELDER)


def test_one_applicant_is_enough_for_a_plain_item_and_nobody_is_not() -> None:
    item = the("old-age-allowance-jieyang")
    assert codes(item, APPLICANT) == []
    assert codes(item) == ["applicant-missing"]
    assert codes(item, APPLICANT, replace(APPLICANT, id_number=THIRD)) == ["applicant-too-many"]
    assert codes(item, replace(APPLICANT, id_number=None)) == ["id-empty"]
    assert codes(item, replace(APPLICANT, phone="12345")) == ["phone-short"]


def test_no_phone_is_fine_unless_the_item_needs_one() -> None:
    need = RoleNeed(Role.APPLICANT, needs_phone=True)
    assert codes(the("homestead", need), APPLICANT) == ["phone-empty"]
    assert "没留电话也可以交" in party_advice([APPLICANT], TODAY)[0]


def test_a_dead_subject_needs_no_phone_and_only_where_the_item_knows_the_dead() -> None:
    item = the("household-death")
    dead = Party(Role.SUBJECT, "李演故", id_number=THIRD, deceased=True)
    assert codes(item, dead, APPLICANT) == []
    assert codes(the("old-age-allowance-jieyang"), replace(APPLICANT, deceased=True)) == [
        "deceased"
    ]


@pytest.mark.parametrize(
    ("id_type", "number", "wrong"),
    [
        (IdType.BIRTH_CERTIFICATE, "Y440000001", []),
        (IdType.BIRTH_CERTIFICATE, None, []),
        (IdType.BIRTH_CERTIFICATE, "Y44/0001", ["id-shape"]),
        (IdType.NONE_YET, None, []),
        (IdType.NONE_YET, "1", ["id-unwanted"]),
        (IdType.CREDIT_CODE, CODE, ["id-type"]),
    ],
)
def test_a_newborn(id_type: IdType, number: str | None, wrong: list[str]) -> None:
    child = Party(Role.SUBJECT, "李演宝", id_type, number)
    assert codes(the("birth-household"), child, APPLICANT) == wrong


def test_a_newborn_may_have_no_name_yet() -> None:
    child = Party(Role.SUBJECT, "", IdType.NONE_YET)
    assert codes(the("birth-household"), child, APPLICANT) == []


def test_a_household_of_five_and_nobody_twice() -> None:
    item = the("temporary-relief")
    members = [
        Party(
            Role.HOUSEHOLD_MEMBER,
            f"李演{name}",
            id_number=make_resident_id(date(1990, 1, 1), order),
        )
        for order, name in enumerate("甲乙丙丁")
    ]
    assert codes(item, APPLICANT, *members) == []
    assert codes(item, APPLICANT, *members, members[0]) == ["repeated"]


def test_a_co_operative_has_a_credit_code_and_a_wrong_check_digit_does_not_stop_it() -> None:
    item = the(
        "homestead",
        RoleNeed(Role.APPLICANT, id_types=(IdType.CREDIT_CODE,)),
        RoleNeed(Role.REPRESENTATIVE),
    )
    body = Party(Role.APPLICANT, "演示第3合作社", IdType.CREDIT_CODE, CODE)
    head = Party(Role.REPRESENTATIVE, "黄演示", id_number=THIRD)
    assert codes(item, body, head) == []
    wrong = replace(body, id_number=CODE[:-1] + ("1" if CODE[-1] != "1" else "2"))
    assert codes(item, wrong, head) == []
    assert codes(item, replace(body, id_number="91"), head) == ["credit-short"]


def test_permits_of_hong_kong_macao_and_taiwan() -> None:
    item = the("old-age-allowance-jieyang")
    permit = replace(
        APPLICANT,
        id_type=IdType.RESIDENCE_PERMIT_HMT,
        id_number=make_resident_id(date(1980, 1, 1), 3, "810000"),
    )
    assert codes(item, permit) == []
    assert codes(item, replace(permit, id_number=ELDER)) == ["id-not-permit"]


def test_names_of_nine_characters_and_full_width_numbers() -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) for c in ELDER)
    party = Party(Role.APPLICANT, "迪丽热巴•迪力木拉", id_number=wide, phone="+86 13900000000")
    assert codes(the("old-age-allowance-jieyang"), party) == []
    kept = normalised(party)
    assert (kept.name, kept.id_number, kept.phone) == ("迪丽热巴·迪力木拉", ELDER, "13900000000")


def test_roles_that_an_item_does_not_know_are_refused_but_contacts_are_welcome() -> None:
    item = the("old-age-allowance-jieyang")
    payee = Party(Role.PAYEE, "李演示", id_number=ELDER)
    contact = Party(Role.CONTACT, "李演家", IdType.NONE_YET, phone="0663-5551234")
    assert codes(item, APPLICANT, payee) == ["role-not-needed"]
    assert codes(item, APPLICANT, contact) == []


def test_a_child_without_a_guardian_is_advised() -> None:
    child = Party(Role.SUBJECT, "李演宝", id_number=make_resident_id(date(2020, 1, 1)), phone="1")
    assert party_advice([child], TODAY) == ["孩子不满14岁，要父母或监护人同意。"]
    guardian = Party(Role.GUARDIAN, "李演父", id_number=HELPER)
    assert party_advice([child, guardian], TODAY) == []


PLAIN = Material("m1", "户口簿", Necessity.REQUIRED)


@pytest.mark.parametrize(
    ("material", "more"),
    [
        (PLAIN, set()),
        (replace(PLAIN, exempt=True), {"exempt"}),
        (replace(PLAIN, exempt=False, commitment=False), set()),
        (replace(PLAIN, commitment=True), {"commitment"}),
        (replace(PLAIN, necessity=Necessity.DEFERRABLE), {"later"}),
    ],
)
def test_promises_and_later_delivery_only_where_published(
    material: Material, more: set[str]
) -> None:
    usual = {"attached", "held", "paper", "missing"}
    assert {state.value for state in allowed_states(material)} == usual | more


def with_materials(*materials: Material) -> ServiceItem:
    return replace(items()["homestead"], materials=materials)


TWO = with_materials(PLAIN, Material("m2", "照片", Necessity.OPTIONAL))


def test_materials_by_key_or_exact_name_and_what_is_not_said_is_missing() -> None:
    assert parse_materials(TWO, {"户口簿": "held"}) == (MaterialAnswer("m1", MaterialState.HELD),)
    assert parse_materials(TWO, {"m2": {"state": "missing", "reason": " 丢了 "}}) == (
        MaterialAnswer("m1", MaterialState.MISSING, UNSAID),
        MaterialAnswer("m2", MaterialState.MISSING, "丢了"),
    )
    assert parse_materials(TWO, None, ["照片"])[1] == MaterialAnswer("m2", MaterialState.ATTACHED)
    exempt = with_materials(replace(PLAIN, exempt=True))
    assert parse_materials(exempt, {})[0].state is MaterialState.EXEMPT
    assert advice(exempt, parse_materials(exempt, {})) == []


@pytest.mark.parametrize(
    ("data", "code", "path"),
    [
        ([], "bad-materials", "/materials"),
        ({"m9": "held"}, "unknown-material", "/materials/m9"),
        ({"户口": "held"}, "unknown-material", "/materials/户口"),
        ({"m1": "later"}, "bad-material-state", "/materials/m1"),
        ({"m1": "commitment"}, "bad-material-state", "/materials/m1"),
        ({"m1": "exempt"}, "bad-material-state", "/materials/m1"),
        ({"m1": 3}, "bad-material-state", "/materials/m1"),
        ({"m1": "missing"}, "reason-needed", "/materials/m1/reason"),
        (
            {"m1": {"state": "missing", "reason": " \u200b"}},
            "reason-needed",
            "/materials/m1/reason",
        ),
        ({"m1": {"state": "held", "why": "x"}}, "bad-materials", "/materials/m1"),
        ({"m1": {"state": "missing", "reason": 3}}, "bad-materials", "/materials/m1/reason"),
        ({"m1": "held", "户口簿": "paper"}, "bad-materials", "/materials/户口簿"),
    ],
)
def test_unknown_names_and_states_are_refused_with_their_path(
    data: Json, code: str, path: str
) -> None:
    with pytest.raises(InputProblem) as caught:
        parse_materials(TWO, data)
    assert (caught.value.code, caught.value.path, caught.value.exit_status) == (code, path, 2)


def test_advice_is_plain_and_never_refuses() -> None:
    said = parse_materials(TWO, {})
    assert advice(TWO, said) == ["还缺“户口簿”。", NEVER_REFUSED]
    assert advice(TWO, parse_materials(TWO, {"m1": "attached"})) == []
    assert "纸件" in advice(TWO, parse_materials(TWO, {"m1": "paper"}))[0]
    later = with_materials(replace(PLAIN, necessity=Necessity.DEFERRABLE, commitment=True))
    assert "后补" in advice(later, parse_materials(later, {"m1": "later"}))[0]
    assert "承诺" in advice(later, parse_materials(later, {"m1": "commitment"}))[0]
    assert "原件" in advice(TWO, parse_materials(TWO, {"m1": "held"}))[0]


def person(name: str, number: str, **more: str) -> dict[str, str]:
    return {"name": name, "id_number": number} | more


def mandate_document(**changes: Json) -> dict[str, Json]:
    document: dict[str, Json] = {
        "principal": person("李演示", ELDER),
        "agents": [person("陈演示", HELPER, phone="13900000001", relation="邻居")],
        "matter": {"item_id": "old-age-allowance-jieyang", "name": "高龄老人生活津贴申请"},
        "scope": ["代为填表"],
        "valid_from": "2026-11-01",
        "valid_until": "2027-01-31",
        "evidence": {"form": "paper", "signed_at": "2026-11-01T08:00:00+08:00"},
    }
    return document | changes


def mandate_codes(
    document: dict[str, Json],
    *parties: Party,
    proxy: Proxy | None = None,
    asked: Asked | None = None,
) -> list[str]:
    item = replace(
        items()["old-age-allowance-jieyang"],
        proxy=proxy or Proxy(allowed=True, mandate_form=MandateForm.ANY),
    )
    found = mandate_faults(item, parse_mandate(document), parties or (APPLICANT,), NOW, asked=asked)
    assert all(fault.words.endswith("。") for fault in found)
    return [fault.code for fault in found]


def evidence(form: str, **more: Json) -> dict[str, Json]:
    return {"form": form, "signed_at": "2026-11-01T08:00:00Z"} | more


WITNESS = {"witness": person("王见证", THIRD), "read_aloud_at": "2026-11-01T07:55:00Z"}


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({}, []),
        ({"evidence": evidence("glass")}, []),
        ({"evidence": evidence("seal")}, ["witness-missing", "not-read-aloud"]),
        ({"evidence": evidence("thumbprint", **WITNESS)}, []),
        (
            {"evidence": evidence("seal", **WITNESS | {"witness": person("陈演示", HELPER)})},
            ["witness-partial"],
        ),
        ({"valid_until": "2026-11-20"}, ["expired"]),
        ({"valid_from": "2026-11-23"}, ["not-yet"]),
        ({"valid_until": "2026-10-01"}, ["period"]),
        ({"valid_until": "2036-10-01"}, ["too-long"]),
        ({"matter": {"item_id": "homestead", "name": "宅基地"}}, ["other-matter"]),
        ({"principal": person("李演示", THIRD)}, ["other-principal"]),
        ({"principal": person("李演示", "440000194103050029")}, ["id-check", "other-principal"]),
        (
            {"agents": [person("李演示", ELDER, phone="13900000001", relation="自己")]},
            ["own-agent"],
        ),
        ({"evidence": evidence("paper") | {"signed_at": "2026-12-01T00:00:00Z"}}, ["signed-later"]),
    ],
)
def test_what_keeps_a_mandate_from_carrying(changes: dict[str, Json], wrong: list[str]) -> None:
    assert mandate_codes(mandate_document(**changes)) == wrong


def test_what_the_guide_says_of_proxies_decides_first() -> None:
    document = mandate_document()
    asked = parse_asked({"who": "镇里", "when": "2026-11-20T01:00:00Z", "answer": "可以"})
    assert mandate_codes(document, proxy=Proxy(allowed=False)) == ["proxy-forbidden"]
    presence = Proxy(allowed=True, presence_only=True)
    assert mandate_codes(document, proxy=presence) == ["presence-only"]
    assert mandate_codes(document, proxy=Proxy()) == ["ask-first"]
    assert mandate_codes(document, proxy=Proxy(), asked=asked) == []


@pytest.mark.parametrize(
    ("demanded", "given", "wrong"),
    [
        (None, evidence("glass"), ["paper-needed"]),
        (MandateForm.PAPER, evidence("glass"), ["paper-needed"]),
        (MandateForm.WITNESSED, evidence("paper"), ["witness-needed"]),
        (MandateForm.WITNESSED, evidence("paper", certified="witnessed"), []),
        (MandateForm.NOTARISED, evidence("paper", certified="witnessed"), ["notary-needed"]),
        (MandateForm.NOTARISED, evidence("paper", certified="notarised"), []),
    ],
)
def test_an_item_may_demand_the_form_of_a_mandate(
    demanded: MandateForm | None, given: Json, wrong: list[str]
) -> None:
    proxy = Proxy(allowed=True, mandate_form=demanded)
    assert mandate_codes(mandate_document(evidence=given), proxy=proxy) == wrong


def test_the_agent_is_neither_paid_nor_the_contact() -> None:
    document = mandate_document()
    payee = Party(Role.PAYEE, "陈演示", id_number=HELPER)
    other = Party(Role.PAYEE, "王某", id_number=THIRD)
    own = Party(Role.PAYEE, "李演示", id_number=ELDER)
    contact = Party(Role.CONTACT, "李演家", IdType.NONE_YET, phone="139-0000-0001")
    assert mandate_codes(document, APPLICANT, payee) == ["agent-is-payee"]
    assert mandate_codes(document, APPLICANT, other) == ["payee-not-principal"]
    assert mandate_codes(document, APPLICANT, own) == []
    assert mandate_codes(document, APPLICANT, contact) == ["agent-phone"]
    marked = mandate_document(evidence=evidence("seal", **WITNESS))
    assert "witness-partial" in mandate_codes(marked, APPLICANT, other)


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"agents": []}, "/agents"),
        ({"agents": [person("甲", HELPER)] * 3}, "/agents"),
        ({"agents": [person("甲", HELPER)]}, "/agents/0/phone"),
        ({"committee": "村委会"}, ""),
        ({"scope": []}, "/scope"),
        ({"valid_from": "下周"}, "/valid_from"),
        ({"evidence": evidence("faceprint")}, "/evidence/form"),
        ({"may_pass_on": True}, ""),
        ({"principal": {"name": "甲"}}, "/principal"),
    ],
)
def test_a_malformed_mandate_is_refused_with_its_path(changes: Json, path: str) -> None:
    with pytest.raises(InputProblem) as caught:
        parse_mandate(mandate_document(**changes))
    assert caught.value.code == "bad-mandate"
    assert caught.value.path == path or caught.value.path == path.rpartition("/")[0]


def test_a_mandate_reads_back_from_its_own_json_and_shows_nobody() -> None:
    mandate = parse_mandate(mandate_document(evidence=evidence("seal", **WITNESS)))
    assert parse_mandate(mandate_json(mandate)) == mandate
    assert ELDER not in repr(mandate)
    assert "李演示" not in repr(mandate)
    assert mandate.names("陈演示")
    assert not mandate.names("别人")


def test_a_mandate_to_the_committee() -> None:
    document = mandate_document(committee="演示村村民委员会")
    del document["agents"]
    mandate = parse_mandate(document)
    assert mandate.names("谁都行")
    assert parse_mandate(mandate_json(mandate)) == mandate


def test_a_mandate_ends_with_its_last_day_in_china() -> None:
    item = replace(items()["old-age-allowance-jieyang"], proxy=Proxy(allowed=True))
    mandate = parse_mandate(mandate_document(valid_until="2026-11-22"))
    evening = datetime(2026, 11, 22, 15, 59, tzinfo=UTC)
    assert mandate_faults(item, mandate, (APPLICANT,), evening) == ()
    late = mandate_faults(item, mandate, (APPLICANT,), evening + timedelta(minutes=1))
    assert [fault.code for fault in late] == ["expired"]


def test_a_record_of_whom_was_asked() -> None:
    record = {"who": "镇里", "when": "2026-11-20T01:00:00Z", "answer": "可以"}
    assert asked_json(parse_asked(record)) == record
    with pytest.raises(InputProblem, match="/asked"):
        parse_asked({"who": "镇里"})
