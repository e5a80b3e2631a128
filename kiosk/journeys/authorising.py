"""Authorising: may this person file for that one, and on what evidence?

Rules (rules of the counter, 2–7): the village agent signs in with a PIN; family and neighbours
bring their own ID and a mandate, no account; a guardian or parent brings relation and proof, no
mandate. The mandate comes before the questions. A mandate names one matter, its scope, its period
and who may act: one or two agents, or the village committee (then any signed-in agent of the
station acts for it). Where the guide does not say whether another may file, the agent first records
who was asked and what they answered. The agent says whether the matter is their own or a
relative's; whatever they say, the filing goes on, and the platform sees it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from kiosk.domain.agents import Interest
from kiosk.domain.items import ProxyWho, ServiceItem
from kiosk.domain.mandates import Mandate
from kiosk.domain.parties import Party, Role
from kiosk.domain.problems import InputProblem


class ProxyAnswer(StrEnum):
    """May it be filed by another?"""

    YES = "yes"
    NO = "no"
    PRESENCE_ONLY = "presence_only"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ProxyRule:
    """The answer for one item, with the words for the resident."""

    answer: ProxyAnswer
    words: str
    who: tuple[ProxyWho, ...] = ()

    @property
    def must_ask_first(self) -> bool:
        """Whether the agent must record who was asked."""
        return self.answer is ProxyAnswer.UNKNOWN


def proxy_rule(item: ServiceItem) -> ProxyRule:
    """What the guide says about filing for another."""
    if item.proxy.presence_only:
        return ProxyRule(ProxyAnswer.PRESENCE_ONLY, "要本人到场，不能由别人代办。")
    if item.proxy.allowed is None:
        return ProxyRule(ProxyAnswer.UNKNOWN, "指南没写能不能代办，先问镇街。")
    if not item.proxy.allowed:
        return ProxyRule(ProxyAnswer.NO, "指南写明要本人办。")
    return ProxyRule(ProxyAnswer.YES, item.proxy.note or "可以请人代办。", item.proxy.who)


def interest_advice(
    interest: Interest | None, parties: Sequence[Party], card_phone: str = ""
) -> tuple[str, ...]:
    """What is said to an agent about their own part in a matter; never a refusal.

    Args:
        interest: what they declared; None: nothing yet.
        parties: everybody in the filing.
        card_phone: the phone of the contact card, if one was left.
    """
    agents = {one.id_number for one in parties if one.role is Role.AGENT and one.id_number}
    phones = {one.phone for one in parties if one.role is Role.AGENT and one.phone}
    sentences = []
    if interest is None:
        sentences.append("代办员还没说，是不是自己或亲戚的事。不说也能交，部门看得到。")
    elif interest is not Interest.NONE:
        whose = "自己" if interest is Interest.OWN else "亲戚"
        sentences.append(f"代办员说了，这是{whose}的事。能办，部门看得到。")
    elif any(one.id_number in agents for one in parties if one.role is not Role.AGENT):
        sentences.append("代办员也是这件事里的人，请改成“我自己也有份”。")
    if card_phone in phones:
        sentences.append("联系卡上是代办员的电话，找不到本人。请留本人或家里的。")
    return tuple(sentences)


def refuse_unless_named(mandate: Mandate, agent_name: str) -> None:
    """Check that the mandate lets this agent act.

    Raises:
        InputProblem: the mandate names other people (``not-the-agent``).
    """
    if not mandate.names(agent_name):
        named = "、".join(agent.name for agent in mandate.agents)
        raise InputProblem(
            "not-the-agent",
            f"the mandate names {named}, not {agent_name}",
            path="/mandate/agents",
        )
