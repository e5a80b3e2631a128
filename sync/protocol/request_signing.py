"""Request signatures (RFC 9421, Ed25519) of an enrolled device: made by the client, checked here.

Rules:

* A signature covers ``@method``, ``@path`` and ``@query``, every header of :data:`COVERED` that the
  request carries and, on every method but GET, HEAD and OPTIONS, ``content-digest`` (an empty body
  has a digest too). Scheme and authority are not covered: proxies at a county rewrite them, and a
  device is enrolled at one platform only.
* ``created`` is mandatory; outside the tolerance the problem is ``clock``, not ``bad-signature``,
  so that a terminal with a dead battery learns what to mend.
* The same request may arrive twice within the tolerance: every request of the protocol is
  idempotent, so no nonce is kept.
* Functions take plain values: neither ``requests`` nor a web framework is known here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import http_sf
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from http_message_signatures import (
    HTTPMessageSigner,
    HTTPMessageVerifier,
    InvalidSignature,
    MappingKeyResolver,
)
from http_message_signatures.algorithms import ED25519
from http_message_signatures.exceptions import HTTPMessageSignaturesException

from kiosk.domain.problems import InputProblem
from kiosk.sealing.keys import SigningKey, VerifyKey

TAG: Final = "jinban-device"
COVERED: Final = ("upload-offset", "upload-length", "upload-metadata", "content-type")
"""Headers with a meaning: signed whenever they are present."""
TOLERANCE: Final = timedelta(minutes=5)
_LABEL = "jinban"
_BODILESS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(slots=True)
class _Message:
    """The request as the library wants to see it."""

    method: str
    url: str
    headers: dict[str, str]


def sign_headers(  # noqa: PLR0913 (a request has this many parts)
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    key: SigningKey,
    created: datetime,
) -> dict[str, str]:
    """The headers that sign a request.

    Args:
        method: upper case.
        url: absolute, as it will be sent (percent-encoded).
        headers: what will be sent; those of :data:`COVERED` are signed.
        body: the whole body, empty when there is none.
        key: the device's key.
        created: the proven present, aware.

    Returns:
        The headers to add: ``Signature-Input``, ``Signature`` and, on a write, ``Content-Digest``.
    """
    message = _Message(method, url, dict(headers))
    identity = key.public.id
    private = Ed25519PrivateKey.from_private_bytes(key.seed)
    signer = HTTPMessageSigner(
        signature_algorithm=ED25519,
        key_resolver=MappingKeyResolver(public_keys={}, private_keys={identity: private}),
    )
    signer.sign(
        message,
        key_id=identity,
        created=created,
        label=_LABEL,
        tag=TAG,
        covered_component_ids=_components(headers),
        body=None if method in _BODILESS else body,
    )
    return {name: value for name, value in message.headers.items() if name not in headers}


def claimed_key_id(headers: Mapping[str, str]) -> str:
    """The id of the key that is said to have signed; proves nothing before :func:`verify_headers`.

    Raises:
        InputProblem: no readable signature (``unsigned``).
    """
    text = {name.lower(): value for name, value in headers.items()}.get("signature-input", "")
    try:
        parsed = http_sf.parse(text.encode("ascii"), tltype="dictionary")
    except (ValueError, TypeError) as error:
        raise _unsigned() from error
    for entry in parsed.values() if isinstance(parsed, dict) else ():
        identity = entry[1].get("keyid") if isinstance(entry, tuple) else None
        if isinstance(identity, str):
            return identity
    raise _unsigned()


def verify_headers(  # noqa: PLR0913 (a request has this many parts)
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes | None,
    *,
    key: VerifyKey,
    now: datetime,
    tolerance: timedelta = TOLERANCE,
) -> None:
    """Check that the owner of ``key`` signed exactly this request, just now.

    Args:
        method: upper case.
        url: absolute, as received.
        headers: as received.
        body: the whole body; None when it is still to come: the caller compares it with
            :func:`declared_digest`, which the signature covers.
        key: the key that the terminal enrolled.
        now: the platform's present, aware.
        tolerance: how far ``created`` may lie from ``now``.

    Raises:
        InputProblem: ``unsigned``, ``bad-signature`` or ``clock``.
    """
    verifier = _verifier(key)
    required = _components(headers)
    if method not in _BODILESS:
        required = (*required, "content-digest")
    try:
        results = verifier.verify(
            _Message(method, url, dict(headers)),
            max_age=None,
            expect_tag=TAG,
            require_components=required,
            body=None if method in _BODILESS else body,
        )
    except (InvalidSignature, HTTPMessageSignaturesException, ValueError) as error:
        raise InputProblem(
            "bad-signature", "the request's signature does not match its content or its key"
        ) from error
    for result in results:
        _check_time(result.parameters.get("created"), now, tolerance)


def declared_digest(headers: Mapping[str, str]) -> bytes:
    """The SHA-256 of the body that ``Content-Digest`` announces.

    Raises:
        InputProblem: there is none (``bad-signature``).
    """
    text = {name.lower(): value for name, value in headers.items()}.get("content-digest", "")
    try:
        parsed = http_sf.parse(text.encode("ascii"), tltype="dictionary")
    except (ValueError, TypeError):
        parsed = {}
    entry = parsed.get("sha-256") if isinstance(parsed, dict) else None
    if isinstance(entry, tuple) and isinstance(entry[0], bytes):
        return entry[0]
    raise InputProblem("bad-signature", "the request does not announce the SHA-256 of its body")


class _Verifier(HTTPMessageVerifier):
    """The clock is an argument of ours, so the library leaves times alone."""

    def validate_created_and_expires(
        self,
        sig_input: object,
        max_age: timedelta | None = None,
    ) -> None:
        """Nothing: :func:`verify_headers` compares ``created`` with the caller's clock."""


def _verifier(key: VerifyKey) -> _Verifier:
    public = Ed25519PublicKey.from_public_bytes(key.raw)
    resolver = MappingKeyResolver(public_keys={key.id: public}, private_keys={})
    return _Verifier(signature_algorithm=ED25519, key_resolver=resolver)


def _components(headers: Mapping[str, str]) -> tuple[str, ...]:
    present = {name.lower() for name in headers}
    return ("@method", "@path", "@query", *(name for name in COVERED if name in present))


def _check_time(created: object, now: datetime, tolerance: timedelta) -> None:
    if isinstance(created, int):
        try:
            if abs(datetime.fromtimestamp(created, tz=UTC) - now) <= tolerance:
                return
        except (OverflowError, OSError, ValueError):
            pass
        raise InputProblem("clock", "the request was signed too long ago or in the future")
    raise InputProblem("bad-signature", "the signature does not say when it was made")


def _unsigned() -> InputProblem:
    return InputProblem("unsigned", "the request carries no readable device signature")
