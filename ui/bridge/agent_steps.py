"""What is asked of a signed-in agent at each filing. Plain Python.

Rules (of the counter, 6): the agent says whether the matter is their own or a relative's; nothing
is chosen beforehand, every answer goes on, and who can see it is told. Number and phone, once
given, are not asked again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kiosk.domain.agents import Interest
from kiosk.domain.identity import is_outside_mainland
from kiosk.domain.parties import IdType, Party, Role
from ui.bridge.steps import Option, Step

if TYPE_CHECKING:
    from ui.bridge.ports import SignedIn

OWN_PART: Final = "own-part"
AGENT_RELATION: Final = "村代办员"
_OPTIONS: Final = (
    Option(Interest.NONE, "不是", "我和他不是亲戚"),
    Option(Interest.RELATIVE, "是我亲戚的事", "夫妻、父母、儿女、兄弟姐妹，别的亲戚也算"),
    Option(Interest.OWN, "我自己也有份", "比如我也是家里人，或钱会到我手里"),
)
_WORDS: Final = {
    None: "没说",
    Interest.NONE: "不是自己的，也不是亲戚的",
    Interest.RELATIVE: "是亲戚的事",
    Interest.OWN: "自己也有份",
}


def known_agent(agent: SignedIn) -> Party:
    """The agent as far as they are known: by name, and by what they gave before."""
    name = agent.name.split("（", maxsplit=1)[0]
    details = agent.details
    if details is None:
        return Party(Role.AGENT, name, relation=AGENT_RELATION)
    permit = is_outside_mainland(details.id_number)
    return Party(
        Role.AGENT,
        name,
        IdType.RESIDENCE_PERMIT_HMT if permit else IdType.RESIDENT_ID,
        details.id_number,
        phone=details.phone,
        relation=AGENT_RELATION,
    )


def own_part_step(said: Interest | None) -> Step:
    """Is it the agent's own matter, or a relative's?"""
    options = (
        Option(one.key, one.text, one.sub, selected=said is not None and one.key == said)
        for one in _OPTIONS
    )
    return Step(
        kind="options",
        title="是您自己、\n您亲戚的事吗？",
        sub="是也能办。照实说，部门看得到。",
        options=tuple(options),
    )


def own_part_words(said: Interest | None) -> str:
    """The answer, told back."""
    return _WORDS[said]
