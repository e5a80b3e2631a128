"""Seating: who is asked for in a filing, in which order, and who the person at the machine is.

Rules (rules of the counter, 1–4): the person concerned who can answer is asked first; then whoever
acts for them (agent with their own ID, guardian with relation); then the other roles that the item
declares. Whoever signs in as a village agent still gives the number that the mandate names. Nobody
is asked for whom the item does not need.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from kiosk.domain.identity import age
from kiosk.domain.items import ProxyWho, ServiceItem
from kiosk.domain.parties import IdType, Party, Role, RoleNeed, Way
from kiosk.journeys.applying import Application
from kiosk.journeys.authorising import ProxyAnswer, ProxyRule

PEOPLE: Final = (IdType.RESIDENT_ID, IdType.RESIDENCE_PERMIT_HMT)
_APPLICANT: Final = RoleNeed(Role.APPLICANT, signs=True)
_AGENT: Final = RoleNeed(Role.AGENT, signs=True, needs_phone=True)
_GUARDIAN: Final = RoleNeed(Role.GUARDIAN, most=2, signs=True)
_ADULT: Final = 18
_FIRST: Final = (Role.APPLICANT, Role.GUARDIAN, Role.REPRESENTATIVE)
_RELATED: Final = frozenset({Role.AGENT, Role.GUARDIAN, Role.HOUSEHOLD_MEMBER, Role.CO_APPLICANT})


@dataclass(frozen=True, slots=True)
class Seat:
    """One role to be filled.

    Attributes:
        need: what the item asks of the role.
        asks_relation: whether the relation to the person concerned is asked.
        asks_proof: whether a picture of the proof of relation is offered.
    """

    need: RoleNeed
    asks_relation: bool = False
    asks_proof: bool = False

    @property
    def role(self) -> Role:
        """The role."""
        return self.need.role

    @property
    def repeated(self) -> bool:
        """Whether several people, or nobody, may sit here."""
        return self.need.most != 1 or self.need.least == 0


def seats(item: ServiceItem, way: Way) -> tuple[Seat, ...]:
    """Who is asked for, the first on the identity page, the others after it."""
    needs = list(item.roles) or [_APPLICANT]
    first = _first(needs)
    others = [need for need in needs if need is not first]
    ordered = [_as_asked(first, way), *_helpers(needs, way)]
    ordered += [_as_asked(need, way) for need in others if _asked(need, way)]
    return tuple(
        Seat(
            need,
            asks_relation=need.role in _RELATED,
            asks_proof=way is Way.GUARDIAN and need.role is Role.GUARDIAN,
        )
        for need in ordered
    )


def ways(item: ServiceItem, rule: ProxyRule) -> tuple[Way, ...]:
    """In which ways an item may be filed here; whether an agent signed in is not looked at.

    A mandate without an agent needs a guide that allows it: where the guide is silent, the agent
    records who was asked.
    """
    offered = []
    people = any(_is_person(need) for need in item.roles) or not item.roles
    if people and not _is_ward(item):
        offered.append(Way.SELF)
    if people and rule.answer is ProxyAnswer.YES and _neighbours_may(rule):
        offered.append(Way.FAMILY)
    if people and rule.answer is not ProxyAnswer.PRESENCE_ONLY and _has_ward(item):
        offered.append(Way.GUARDIAN)
    if people and rule.answer in {ProxyAnswer.YES, ProxyAnswer.UNKNOWN}:
        offered.append(Way.AGENT)
    if _is_for_bodies(item):
        offered.append(Way.BODY)
    return tuple(offered)


def _subject(item: ServiceItem) -> RoleNeed | None:
    return next((need for need in item.roles if need.role is Role.SUBJECT), None)


def _is_ward(item: ServiceItem) -> bool:
    """Whether the person concerned can never file alone (a newborn, a ward)."""
    subject = _subject(item)
    return subject is not None and IdType.BIRTH_CERTIFICATE in subject.id_types


def _has_ward(item: ServiceItem) -> bool:
    """Whether the person concerned may have a guardian."""
    return _subject(item) is None or _is_ward(item)


def _is_person(need: RoleNeed) -> bool:
    return (need.role is Role.APPLICANT and IdType.RESIDENT_ID in need.id_types) or (
        need.role is Role.GUARDIAN and need.least > 0
    )


def _is_for_bodies(item: ServiceItem) -> bool:
    return any(
        IdType.CREDIT_CODE in need.id_types or need.role is Role.REPRESENTATIVE
        for need in item.roles
    )


def _first(needs: list[RoleNeed]) -> RoleNeed:
    for role in _FIRST:
        for need in needs:
            if need.role is role and need.least > 0:
                return need
    return needs[0]


def _helpers(needs: list[RoleNeed], way: Way) -> list[RoleNeed]:
    """Whoever acts for the person concerned, though the item does not declare them."""
    if way in {Way.FAMILY, Way.AGENT}:
        return [_AGENT]
    roles = {need.role for need in needs}
    if way is Way.GUARDIAN and not roles & {Role.GUARDIAN, Role.SUBJECT}:
        return [_GUARDIAN]
    return []


def _asked(need: RoleNeed, way: Way) -> bool:
    """A representative belongs to a body; a guardian only to those who come as one."""
    if need.role is Role.REPRESENTATIVE and need.least == 0:
        return way is Way.BODY
    if need.role is Role.GUARDIAN and need.least == 0:
        return way is Way.GUARDIAN
    return True


def _as_asked(need: RoleNeed, way: Way) -> RoleNeed:
    """Bodies show a credit code, people a document of their own; who must be there is required."""
    if IdType.CREDIT_CODE in need.id_types and need.role is Role.APPLICANT:
        kinds = (IdType.CREDIT_CODE,) if way is Way.BODY else PEOPLE
        return replace(need, id_types=kinds)
    if way is Way.BODY and need.role is Role.REPRESENTATIVE:
        return replace(need, least=1)
    if way is Way.GUARDIAN and need.role is Role.GUARDIAN:
        return replace(need, least=1)
    return need


def _neighbours_may(rule: ProxyRule) -> bool:
    """Whether family or neighbours may; a guide that only names guardian or committee says no."""
    if rule.answer is ProxyAnswer.UNKNOWN or not rule.who:
        return True
    return bool(set(rule.who) & {ProxyWho.ANYONE, ProxyWho.NEAR_RELATIVE, ProxyWho.NEIGHBOUR})


def signers(application: Application, today: date) -> tuple[Party, ...]:
    """Who declares that what was filled in is true; the first one is at the machine.

    The dead sign nothing, children under eighteen have somebody sign for them, and in a proxy
    filing the agent states that they passed it on, while the mandate carries the principal's word.
    """
    if application.for_another and application.way is not Way.GUARDIAN:
        return tuple(one for one in application.parties if one.role is Role.AGENT)
    guardians = tuple(one for one in application.parties if one.role is Role.GUARDIAN)
    if guardians:
        return guardians
    signing = {seat.role for seat in seats(application.item, application.way) if seat.need.signs}
    able = [one for one in application.parties if one.role in signing and _can_sign(one, today)]
    order = (Role.APPLICANT, Role.REPRESENTATIVE)
    return tuple(sorted(able, key=lambda one: one.role not in order))


def _can_sign(party: Party, today: date) -> bool:
    years = age(party.id_number or "", today)
    return not party.deceased and party.id_type in PEOPLE and (years is None or years >= _ADULT)
