"""Packages: what is sealed opens at the platform and nowhere else; damage never passes."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.domain.problems import InputProblem
from kiosk.domain.submissions import Kind, local_number
from kiosk.sealing.canonical import JsonObject, canonical, parse_object
from kiosk.sealing.keys import OpenKey, SealKey, SigningKey, VerifyKey, from_text, to_text
from kiosk.sealing.package import MAX_BLOB, MAX_BLOBS, Head, Package, parse, seal

PLATFORM = OpenKey.generate()
STRANGER = OpenKey.generate()
DEVICE = SigningKey.generate()
ID = UUID("01937b5e-0000-7000-8000-000000000001")
PAYLOAD: JsonObject = {"parties": [{"name": "李桂英"}], "form": {"why": "年满80岁"}}
BLOBS = [b"first picture" * 50, b"second"]


def head() -> Head:
    return Head(
        id=ID,
        kind=Kind.FILING,
        item_id="old-age-allowance-jieyang",
        item_version=3,
        form_id="old-age-allowance",
        form_version=1,
        station="DEMO-0001",
        terminal="T0123456789ab",
        sequence=7,
        local_number=local_number(ID),
        sealed_at="2026-11-22T02:00:00Z",
        clock_suspect=False,
        hpke_key_id=PLATFORM.public.id,
        device_key_id=DEVICE.public.id,
        reply_key=to_text(STRANGER.public.raw),
        supersedes=UUID(int=5),
    )


def sealed(payload: JsonObject = PAYLOAD, blobs: list[bytes] | None = None) -> bytes:
    given_blobs = BLOBS if blobs is None else blobs
    return seal(head(), payload, given_blobs, to=PLATFORM.public, by=DEVICE)


def blob_bytes(package: Package, index: int) -> bytes:
    start = package.blob_offset(index)
    return package.data[start : start + package.blobs[index].size]


def test_what_is_sealed_opens_at_the_platform() -> None:
    package = parse(sealed())
    assert package.head == head()
    opened = package.open_payload(PLATFORM)
    assert opened["form"] == PAYLOAD["form"]
    opened_blobs = [package.open_blob(blob_bytes(package, index), PLATFORM) for index in (0, 1)]
    assert opened_blobs == BLOBS
    assert package.signed_by(DEVICE.public)
    assert not package.signed_by(SigningKey.generate().public)


def test_nothing_readable_names_a_person() -> None:
    data = sealed()
    assert "李桂英".encode() not in data
    assert b"first picture" not in data


def test_the_put_body_is_a_prefix_of_the_file() -> None:
    whole = parse(sealed())
    body = parse(whole.data[: whole.body_size])
    assert body.envelope_digest == whole.envelope_digest
    assert body.open_payload(PLATFORM)["form"] == PAYLOAD["form"]


def test_the_terminal_and_strangers_cannot_open_it() -> None:
    with pytest.raises(InputProblem, match="another key"):
        parse(sealed()).open_payload(STRANGER)


def test_a_blob_opens_only_in_its_own_package() -> None:
    first = parse(sealed())
    other_head = replace(head(), id=UUID(int=9), local_number=local_number(UUID(int=9)))
    second = parse(seal(other_head, PAYLOAD, BLOBS, to=PLATFORM.public, by=DEVICE))
    with pytest.raises(InputProblem):
        second.open_blob(blob_bytes(first, 0), PLATFORM)


def test_a_payload_cannot_move_to_another_envelope() -> None:
    first, second = parse(sealed()), parse(sealed(blobs=[]))
    mixed = replace(second, data=first.data, payload_offset=first.payload_offset)
    with pytest.raises(InputProblem):
        replace(mixed, payload=first.payload).open_payload(PLATFORM)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(place=st.integers(min_value=0), flip=st.integers(1, 255))
def test_a_flipped_byte_never_passes(place: int, flip: int) -> None:
    """Wherever a byte of envelope, signature or payload changes, some check says so."""
    data = bytearray(sealed(blobs=[]))
    data[place % len(data)] ^= flip
    try:
        package = parse(bytes(data))
        package.open_payload(PLATFORM)
    except InputProblem:
        return
    assert not package.signed_by(DEVICE.public)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300))
def test_noise_is_refused(data: bytes) -> None:
    with pytest.raises(InputProblem):
        parse(data)


@pytest.mark.parametrize("cut", [0, 7, 11, 40, 400])
def test_a_truncated_package_is_refused(cut: int) -> None:
    with pytest.raises(InputProblem):
        parse(sealed(blobs=[])[:cut])


def test_limits_are_enforced_before_sealing() -> None:
    with pytest.raises(InputProblem, match="at most"):
        sealed(blobs=[b"x" * (MAX_BLOB + 1)])
    with pytest.raises(InputProblem, match="at most"):
        sealed(blobs=[b"x"] * (MAX_BLOBS + 1))
    with pytest.raises(InputProblem, match="answers"):
        sealed(payload={"form": {"long": "字" * 400_000}})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("suite", "none"),
        ("id", "not-a-uuid"),
        ("kind", "gift"),
        ("sequence", -1),
        ("sequence", True),
        ("item_id", None),
        ("item_id", "x" * 201),
        ("blobs", {}),
        ("blobs", [{"digest": "00", "size": 1}]),
        ("payload", {"digest": "0" * 64, "size": 0}),
        ("about", "x"),
    ],
)
def test_a_bad_envelope_is_refused_with_its_place(name: str, value: object) -> None:
    package = parse(sealed(blobs=[]))
    envelope: JsonObject = {**package.envelope, name: value}  # type: ignore[dict-item]
    written = canonical(envelope)
    data = b"JINBAN1\n" + len(written).to_bytes(4, "big") + written + bytes(64)
    with pytest.raises(InputProblem) as caught:
        parse(data + package.sealed_payload())
    assert caught.value.path.startswith(f"/{name}")


def test_an_envelope_that_is_not_canonical_is_refused() -> None:
    package = parse(sealed(blobs=[]))
    written = package.envelope_bytes.replace(b'"format":1', b'"format": 1')
    data = b"JINBAN1\n" + len(written).to_bytes(4, "big") + written + package.signature
    with pytest.raises(InputProblem, match="canonical"):
        parse(data + package.sealed_payload())


@pytest.mark.parametrize(
    "data",
    [b"[]", b"{", b'{"a":1,"a":2}', b'{"a":NaN}', b"\xff", b'{"a":' * 40 + b"1" + b"}" * 40],
)
def test_untrusted_json_is_limited(data: bytes) -> None:
    with pytest.raises(InputProblem):
        parse_object(data, what="the document", limit=1000)


def test_too_large_is_told_before_parsing() -> None:
    with pytest.raises(InputProblem, match="at most 10"):
        parse_object(b'{"a":"0123456789"}', what="the document", limit=10)


def test_keys_hide_themselves_and_read_back() -> None:
    assert to_text(DEVICE.seed) not in repr(DEVICE)
    assert to_text(PLATFORM.raw) not in repr(PLATFORM)
    assert from_text(to_text(DEVICE.seed)) == DEVICE.seed
    assert SealKey(PLATFORM.public.raw).id == PLATFORM.public.id
    assert not VerifyKey(b"\0" * 32).verifies(bytes(64), b"data")
    for text in ("***", "AAAA", "é"):
        with pytest.raises(InputProblem):
            from_text(text)
