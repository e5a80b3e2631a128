"""怎么找您: the contact card at saving, in small steps. Plain Python.

Rules (of the counter, 6, 14 and 16): it may be left out by one touch and nothing is chosen
beforehand; phones of the person's own side that were told already are offered masked, the helper's
never; another phone may be a landline, or a relative's who agreed; a place is said as people say
it. What happens with the card is told before it is left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kiosk.domain.contacts import HOME, MOST, PLACES, ContactCard, card_by_phone, card_by_place
from kiosk.domain.faults import Flaw
from kiosk.domain.identity import mask_name, mask_phone
from kiosk.domain.parties import Party, Role
from kiosk.domain.phones import normalise_phone
from ui.bridge.steps import Option, Step

if TYPE_CHECKING:
    from kiosk.journeys.applying import Application

CONTACT: Final = "contact"
PHONE: Final = "contact-phone"
WHERE: Final = "contact-where"
PLACE: Final = "contact-place"
NO_CARD: Final = "不留，下一步"
_OWN: Final = "phone:"
_SAID: Final = "place:"
_OTHER_PHONE: Final = "other-phone"
_OTHER_PLACE: Final = "other-place"
_WRITTEN: Final = "written"
_PHONE_LENGTH: Final = 12
_LOOKED_FOR: Final = (Role.APPLICANT, Role.GUARDIAN, Role.REPRESENTATIVE, Role.CO_APPLICANT)


def contact_step(application: Application) -> Step:
    """The one page: how shall we find you?"""
    options = [
        Option(f"{_OWN}{phone}", f"打电话 {mask_phone(phone)}", "刚才填的号码")
        for phone in _phones(application)
    ]
    options.append(Option(_OTHER_PHONE, "打别的电话", "座机、家人的都行"))
    options.append(Option(f"{_SAID}{HOME}", f"到{HOME}找我"))
    options.append(Option(_OTHER_PLACE, "到别的地方找我"))
    return Step(
        kind="options",
        title="要补材料时，\n怎么找您？",
        sub="只给代办员，办完就删。",
        secondary=NO_CARD,
        options=tuple(options),
    )


PHONE_STEP: Final = Step(
    kind="pad",
    title="打哪个电话？",
    sub="座机带区号。是家里人的，先问他同意不同意。",
    placeholder="电话号码",
    groups=(3, 4, 5),
    length=_PHONE_LENGTH,
    secondary=NO_CARD,
)
WHERE_STEP: Final = Step(
    kind="options",
    title="到哪里找您？",
    secondary=NO_CARD,
    options=(
        *(Option(f"{_SAID}{place}", f"到{place}") for place in PLACES),
        Option(_WRITTEN, "别的地方，自己写"),
    ),
)
PLACE_STEP: Final = Step(
    kind="keys",
    title="到哪里找您？",
    sub="怎么说都行，代办员听得懂就好。",
    label="在哪里",
    placeholder="比如：榕树下的小店",
    length=MOST,
    secondary=NO_CARD,
)


def chosen_card(application: Application, key: str) -> ContactCard | str:
    """The card for an option, or the next small step."""
    name = _name(application)
    if key.startswith(_OWN):
        return ContactCard(name, phone=key.removeprefix(_OWN))
    if key.startswith(_SAID):
        return ContactCard(name, place=key.removeprefix(_SAID))
    return {_OTHER_PHONE: PHONE, _OTHER_PLACE: WHERE}.get(key, PLACE)


def typed_card(application: Application, at: str, entry: str) -> ContactCard | Flaw:
    """The card for what was typed, or what is wrong with it."""
    name = _name(application)
    if at == PLACE:
        return card_by_place(name, entry)
    if not entry:
        return Flaw("phone-empty", f"电话还没填。不留就按“{NO_CARD}”。")
    if normalise_phone(entry) in _helpers_phones(application):
        return Flaw("agent-phone", "这是代办人的电话，请留本人或家里的。")
    return card_by_phone(name, entry)


def _name(application: Application) -> str:
    person = application.to_reach
    return mask_name(person.name) if person else ""


def _phones(application: Application) -> tuple[str, ...]:
    """Phones of the person's own side, each once."""
    helpers = _helpers_phones(application)
    mine = (_phone(one) for one in application.parties if one.role in _LOOKED_FOR)
    return tuple(dict.fromkeys(phone for phone in mine if phone and phone not in helpers))


def _helpers_phones(application: Application) -> frozenset[str]:
    helping = [_phone(one) for one in application.parties if one.role is Role.AGENT]
    if application.mandate is not None:
        helping += [normalise_phone(agent.phone or "") for agent in application.mandate.agents]
    return frozenset(phone for phone in helping if phone)


def _phone(party: Party) -> str:
    return normalise_phone(party.phone or "")
