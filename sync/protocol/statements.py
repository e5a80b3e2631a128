"""Signed statements of the platform: ping, receipt, refusal, case event.

Rules:

* A statement is a JSON object with a ``type`` and a ``signature`` member
  ``{"key_id", "value"}``; the signature covers the RFC 8785 form of the object without
  ``signature``. It proves itself wherever it comes from: network, stick, screen.
* A client believes a statement only if a platform key that it knows verifies it *and* the id,
  digest or nonce is the one it asked about. Everything else is noise.
"""

from __future__ import annotations

from collections.abc import Iterable

from kiosk.domain.problems import InputProblem, PlatformProblem
from kiosk.sealing.canonical import JsonObject, canonical
from kiosk.sealing.keys import SigningKey, VerifyKey, from_text, to_text


def sign(statement: JsonObject, key: SigningKey) -> JsonObject:
    """The statement with its ``signature`` member."""
    bare = {name: value for name, value in statement.items() if name != "signature"}
    value = to_text(key.sign(canonical(bare)))
    return {**bare, "signature": {"key_id": key.public.id, "value": value}}


def prove(statement: JsonObject, keys: Iterable[VerifyKey], *, kind: str) -> JsonObject:
    """Check type and signature.

    Args:
        statement: what arrived.
        keys: the platform's keys known to this terminal.
        kind: the expected ``type``.

    Returns:
        The statement without its signature.

    Raises:
        PlatformProblem: not signed by a known key, or of another type (code ``unproven``).
    """
    bare = {name: value for name, value in statement.items() if name != "signature"}
    signature = statement.get("signature")
    if bare.get("type") == kind and isinstance(signature, dict):
        key_id, value = signature.get("key_id"), signature.get("value")
        if isinstance(key_id, str) and isinstance(value, str):
            known = {key.id: key for key in keys}.get(key_id)
            if known is not None and _verifies(known, value, bare):
                return bare
    raise PlatformProblem("unproven", f"the platform's {kind} is not signed by a key we know")


def _verifies(key: VerifyKey, value: str, bare: JsonObject) -> bool:
    try:
        signature = from_text(value, length=64, what="signature")
        signed = canonical(bare)
    except (InputProblem, ValueError):
        # Not base64url, or a document without a canonical form (numbers beyond 2^53).
        return False
    return key.verifies(signature, signed)
