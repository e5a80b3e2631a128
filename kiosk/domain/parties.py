"""Parties 当事人: the people and bodies of a filing, by role.

Rules (docs: rules of the counter, 1–7): a filing names parties by role, never "the applicant"
alone; an item declares the roles it needs, who signs, and which may lack an ID number or a phone;
a dead subject signs nothing; a legal person has a credit code.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a party is in a filing."""

    APPLICANT = "applicant"  # 申请人
    SUBJECT = "subject"  # 办理对象: may be a newborn or a dead person
    CO_APPLICANT = "co_applicant"  # 共同申请人
    HOUSEHOLD_MEMBER = "household_member"  # 共同生活的家庭成员
    GUARDIAN = "guardian"  # 监护人
    REPRESENTATIVE = "representative"  # 法定代表人、负责人
    AGENT = "agent"  # 代理人
    WITNESS = "witness"  # 见证人
    PAYEE = "payee"  # 收款人
    CONTACT = "contact"  # 联系人


class Way(StrEnum):
    """Who sits at the machine, for whom (rules of the counter, 2)."""

    SELF = "self"  # 自己办
    FAMILY = "family"  # 家人、邻居帮办，要委托书
    GUARDIAN = "guardian"  # 监护人、父母
    AGENT = "agent"  # 登录的代办员
    BODY = "body"  # 为店铺、合作社、村集体


class IdType(StrEnum):
    """The identity document of a party."""

    RESIDENT_ID = "resident_id"  # 居民身份证
    RESIDENCE_PERMIT_HMT = "residence_permit_hmt"  # 港澳台居民居住证 (81/82/83)
    CREDIT_CODE = "credit_code"  # 统一社会信用代码
    BIRTH_CERTIFICATE = "birth_certificate"  # 出生医学证明
    NONE_YET = "none_yet"  # 还没有证件


@dataclass(frozen=True, slots=True)
class Party:
    """One person or body in one role.

    ``relation`` says what an agent, guardian or household member is to the subject, in plain words.
    ``deceased`` marks a dead subject.
    """

    role: Role
    name: str
    id_type: IdType = IdType.RESIDENT_ID
    id_number: str | None = None
    phone: str | None = None
    relation: str | None = None
    deceased: bool = False


@dataclass(frozen=True, slots=True)
class RoleNeed:
    """What an item asks of one role.

    ``least``/``most`` count parties; ``most`` None means any number. ``signs``: signs the
    declaration. ``needs_id``/``needs_phone``: may not be left out.
    """

    role: Role
    least: int = 1
    most: int | None = 1
    signs: bool = False
    needs_id: bool = True
    needs_phone: bool = False
    may_be_deceased: bool = False
    id_types: tuple[IdType, ...] = (IdType.RESIDENT_ID, IdType.RESIDENCE_PERMIT_HMT)
