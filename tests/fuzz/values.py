"""Targets: short texts that people type, scan or that stand in a header."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID

from kiosk.domain import banking, dates, identity, names, phones
from kiosk.domain.divisions import division_flaw, normalise_code, significant, within
from kiosk.domain.problems import InputProblem
from kiosk.domain.slips import SlipCode
from kiosk.domain.submissions import is_local_number, local_number, normal_local_number
from sync.bundle.layout import BundleName, is_ours, package_id
from sync.client.outcomes import retry_after
from tests.fuzz.hostile import Hostile
from tests.fuzz.target import Target

TODAY: Final = date(2026, 11, 22)
NOW: Final = datetime(2026, 11, 22, 8, tzinfo=UTC)
_NUMBER: Final = identity.make_resident_id(date(1946, 3, 4))
_SLIP: Final = "JINBAN1:AZoAAAAAcACAAAAAAAAAAQ:AAAAAAAAAAAAAAAAAAAAAA:" + "A" * 43


def targets() -> list[Target]:
    """The targets of this module."""
    return [
        Target("slip-code", "QR text of a slip", _text(_SLIP), _slip, (InputProblem,)),
        Target("resident-id", "resident ID, permits", _text(_NUMBER, "x" + _NUMBER), _resident, ()),
        Target("credit-code", "credit code of a body", _text("91440000MA0000000X"), _credit, ()),
        Target(
            "account", "bank card or passbook", _text("6222021234567890128", "60" * 8), _account, ()
        ),
        Target("phone", "telephone number", _text("13800138000", "0663-8234567"), _phone, ()),
        Target("name", "name of a person or body", _text("李桂英", "阿卜杜拉·买买提"), _name, ()),
        Target("date", "date as typed", _text("1946-03-04", "19460304"), _date, ()),
        Target(
            "division-code",
            "code of a division",
            _text("445202001001", "445202001201"),
            _division,
            (),
        ),
        Target("local-number", "number on a slip", _text(local_number(UUID(_UUID))), _local, ()),
        Target("retry-after", "Retry-After of a reply", _text("30", _HTTP_DATE), _retry, ()),
        Target(
            "bundle-names",
            "names of folders and files on a stick",
            _text("jinban-T0123456789ab-000007", f"{_UUID}.sealed"),
            _names,
            (),
        ),
    ]


_UUID: Final = "019a0000-0000-7000-8000-000000000001"
_HTTP_DATE: Final = "Sun, 22 Nov 2026 08:49:37 GMT"


def _text(*valid: str) -> Callable[[Hostile], str]:
    return lambda hostile: hostile.text(hostile.rng.choice(valid))


def _slip(text: str) -> bool:
    code = SlipCode.parse(text)
    assert SlipCode.parse(code.as_text()) == code
    return True


def _resident(text: str) -> bool:
    flaw = identity.resident_id_flaw(text, TODAY)
    identity.typing_flaw(text, TODAY)
    identity.age(text, TODAY)
    shown = identity.mask_id(identity.normalise_id(text))
    assert flaw is not None or shown.count("*") == 11, shown
    return flaw is None


def _credit(text: str) -> bool:
    identity.credit_code_hint(text)
    return identity.credit_code_flaw(text) is None


def _account(text: str) -> bool:
    banking.account_hint(text)
    identity.mask_account(text)
    return banking.account_flaw(text) is None


def _phone(text: str) -> bool:
    phones.mobile_flaw(text)
    phones.ending(text)
    identity.mask_phone(phones.normalise_phone(text))
    return phones.phone_flaw(text) is None


def _name(text: str) -> bool:
    names.body_name_flaw(text)
    identity.mask_name(text)
    return names.name_flaw(text) is None


def _date(text: str) -> bool:
    dates.date_flaw(text)
    day = dates.parse_date(text)
    assert day is None or dates.in_words(day, TODAY)
    return day is not None


def _division(text: str) -> bool:
    if division_flaw(text) is not None:
        return False
    code = normalise_code(text)
    return within(code, significant(code))


def _local(text: str) -> bool:
    normal_local_number(text)
    return is_local_number(text)


def _retry(text: str) -> bool:
    wait = retry_after(text, now=NOW)
    assert 1 <= wait <= 3600, wait
    return wait != 30.0


def _names(text: str) -> bool:
    found = BundleName.parse(text)
    assert found is None or str(found) == text
    return found is not None or package_id(text) is not None or is_ours(text)
