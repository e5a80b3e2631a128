"""A signature holds for exactly one request; the smallest change breaks it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.problems import InputProblem
from kiosk.sealing.keys import SigningKey
from sync.protocol.request_signing import claimed_key_id, sign_headers, verify_headers

KEY = SigningKey(bytes(range(32)))
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
URL = "http://127.0.0.1:8080/v1/events?after=17&limit=5"
HEADERS = {"Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"}


def signed(method: str = "PATCH", url: str = URL, body: bytes = b"abc") -> dict[str, str]:
    return {**HEADERS, **sign_headers(method, url, HEADERS, body, key=KEY, created=NOW)}


def check(
    headers: dict[str, str],
    *,
    method: str = "PATCH",
    url: str = URL,
    body: bytes = b"abc",
    key: SigningKey = KEY,
    now: datetime = NOW,
) -> None:
    verify_headers(method, url, headers, body, key=key.public, now=now)


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "POST", "PATCH", "DELETE"])
@pytest.mark.parametrize("body", [b"", b"abc", bytes(300_000)])
def test_an_honest_request_passes(method: str, body: bytes) -> None:
    check(signed(method, body=body), method=method, body=body)


def test_a_proxy_may_rewrite_scheme_and_authority_and_header_case() -> None:
    headers = {name.lower(): value for name, value in signed().items()}
    check(headers, url=URL.replace("http://127.0.0.1:8080", "https://gov.example"))


def test_the_key_id_can_be_read_before_it_is_proven() -> None:
    assert claimed_key_id(signed()) == KEY.public.id


@pytest.mark.parametrize("text", ["", "x", "a=1", "a=()", "a=();keyid=7", "ä", "a=(" * 50])
def test_without_a_readable_signature_it_is_unsigned(text: str) -> None:
    with pytest.raises(InputProblem) as caught:
        claimed_key_id({"Signature-Input": text})
    assert caught.value.code == "unsigned"


@pytest.mark.parametrize(
    ("change", "value"),
    [
        ("Upload-Offset", "262144"),
        ("Content-Type", "text/plain"),
        ("Content-Digest", "sha-256=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:"),
        ("Upload-Length", "9"),
        ("Upload-Metadata", "sha256 YWJj"),
    ],
)
def test_a_changed_or_added_header_is_noticed(change: str, value: str) -> None:
    with pytest.raises(InputProblem) as caught:
        check({**signed(), change: value})
    assert caught.value.code == "bad-signature"


def test_a_changed_request_is_noticed() -> None:
    headers = signed()
    for broken in (
        {"method": "PUT"},
        {"url": URL.replace("17", "18")},
        {"url": URL.replace("events", "event")},
        {"body": b"abd"},
        {"body": b""},
        {"key": SigningKey.generate()},
    ):
        with pytest.raises(InputProblem) as caught:
            check(headers, **broken)
        assert caught.value.code == "bad-signature"


@pytest.mark.parametrize("missing", ["Signature", "Signature-Input", "Content-Digest"])
def test_a_missing_part_is_noticed(missing: str) -> None:
    headers = signed()
    del headers[missing]
    with pytest.raises(InputProblem) as caught:
        check(headers)
    assert caught.value.code == "bad-signature"


def test_a_write_without_digest_is_refused_even_if_validly_signed() -> None:
    headers = sign_headers("GET", URL, {}, b"", key=KEY, created=NOW)
    with pytest.raises(InputProblem):
        verify_headers("PUT", URL, headers, b"", key=KEY.public, now=NOW)


@pytest.mark.parametrize("minutes", [-6, 6, 60 * 24 * 365])
def test_a_wrong_clock_has_its_own_name(minutes: int) -> None:
    with pytest.raises(InputProblem) as caught:
        check(signed(), now=NOW + timedelta(minutes=minutes))
    assert caught.value.code == "clock"


@given(st.text(max_size=80), st.text(max_size=80))
def test_rubbish_is_refused_without_a_crash(first: str, second: str) -> None:
    with pytest.raises(InputProblem):
        check({"Signature-Input": first, "Signature": second})
