"""One-time codes of the township: both ends agree, nobody else does, each counts once."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.agents import AgentDetails, Order, OrderKind
from kiosk.domain.problems import InputProblem
from kiosk.sealing.keys import OpenKey, SealKey
from kiosk.sealing.office_codes import DIGITS, counter_of, office_code, office_secret

OFFICE = OpenKey(bytes(range(32)))
TERMINAL = OpenKey(bytes(range(1, 33)))
ORDER = Order(OrderKind.RESET_PIN, "T0123456789ab", "a-1")
SECRET = office_secret(TERMINAL, OFFICE.public, ORDER.terminal)


def test_both_ends_agree_and_another_terminal_does_not() -> None:
    assert office_secret(OFFICE, TERMINAL.public, ORDER.terminal) == SECRET
    assert office_secret(OFFICE, TERMINAL.public, "Tffffffffffff") != SECRET
    assert office_secret(OFFICE, OpenKey.generate().public, ORDER.terminal) != SECRET


def test_a_key_on_which_nothing_can_be_agreed_is_a_known_problem() -> None:
    with pytest.raises(InputProblem) as caught:
        office_secret(TERMINAL, SealKey(bytes(32)), ORDER.terminal)
    assert caught.value.code == "bad-key"


@given(counter=st.integers(1, 10**6), ahead=st.integers(1, 100))
def test_a_code_brings_its_counter(counter: int, ahead: int) -> None:
    last = counter - ahead
    code = office_code(SECRET, ORDER, counter)
    assert len(code) == DIGITS
    assert code.isdecimal()
    found = counter_of(SECRET, ORDER, f"{code[:4]} {code[4:8]}-{code[8:]}", last)
    assert found == counter


@given(counter=st.integers(1, 10**6), behind=st.integers(0, 10**6))
def test_a_code_that_was_used_or_overtaken_is_worth_nothing(counter: int, behind: int) -> None:
    code = office_code(SECRET, ORDER, counter)
    assert counter_of(SECRET, ORDER, code, counter + behind) is None


@pytest.mark.parametrize(
    "other",
    [
        replace(ORDER, agent="a-2"),
        replace(ORDER, terminal="Tffffffffffff"),
        replace(ORDER, kind=OrderKind.HAND_OVER),
        Order(OrderKind.HAND_OVER, ORDER.terminal, "a-1", "b-1"),
    ],
)
def test_a_code_is_for_one_order_alone(other: Order) -> None:
    assert counter_of(SECRET, ORDER, office_code(SECRET, other, 1), 0) is None


@given(st.text(max_size=20))
def test_whatever_is_typed_is_never_a_crash(typed: str) -> None:
    assert counter_of(SECRET, ORDER, typed, 0) is None


@pytest.mark.parametrize("typed", ["", "1" * 11, "1" * 13, "０" * 12, "٣" * 12, "+1234567890 "])
def test_what_has_not_the_form_of_a_code_is_none(typed: str) -> None:
    assert counter_of(SECRET, ORDER, typed, 0) is None


def test_every_changed_digit_spoils_a_code() -> None:
    code = office_code(SECRET, ORDER, 7)
    for place in range(DIGITS):
        digit = str((int(code[place]) + 1) % 10)
        assert counter_of(SECRET, ORDER, code[:place] + digit + code[place + 1 :], 0) is None


def test_what_an_agent_entered_is_not_shown_by_accident() -> None:
    assert "440000" not in repr(AgentDetails("440000198005060031", "13800001111"))
