"""Local numbers and slip codes."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.problems import InputProblem
from kiosk.domain.slips import SlipCode, claim_hash
from kiosk.domain.submissions import is_local_number, local_number

ids = st.uuids()


@given(ids)
def test_a_local_number_checks_itself(submission_id: UUID) -> None:
    number = local_number(submission_id)
    assert number == local_number(submission_id)
    assert is_local_number(number)
    assert is_local_number(number.replace("-", " "))


@given(ids, st.integers(0, 8), st.integers(1, 9))
def test_every_wrong_digit_is_found(submission_id: UUID, place: int, shift: int) -> None:
    digits = list(local_number(submission_id).replace("-", ""))
    digits[place] = str((int(digits[place]) + shift) % 10)
    assert not is_local_number("".join(digits))


@given(ids, st.integers(0, 7))
def test_every_swap_of_neighbours_is_found(submission_id: UUID, place: int) -> None:
    digits = list(local_number(submission_id).replace("-", ""))
    swapped = [*digits]
    swapped[place], swapped[place + 1] = swapped[place + 1], swapped[place]
    assert is_local_number("".join(swapped)) == (swapped == digits)


@pytest.mark.parametrize("text", ["", "1234-5678", "12345678９", "abcd-efgh-i", "1234-5678-90"])
def test_what_is_no_local_number(text: str) -> None:
    assert not is_local_number(text)


@given(ids, st.binary(min_size=16, max_size=16), st.binary(min_size=32, max_size=32))
def test_a_slip_code_reads_back_and_stays_small(
    submission_id: UUID, claim: bytes, digest: bytes
) -> None:
    code = SlipCode(submission_id, claim, digest.hex())
    text = code.as_text()
    assert SlipCode.parse(text) == code
    assert len(text.encode()) < 600
    assert claim.hex() not in repr(code)
    assert code.claim_hash == claim_hash(claim) != claim_hash(claim + b"x")


@given(st.text(max_size=200))
def test_anything_else_is_refused_in_words(text: str) -> None:
    with pytest.raises(InputProblem) as caught:
        SlipCode.parse(text)
    assert caught.value.code == "not-a-slip"
