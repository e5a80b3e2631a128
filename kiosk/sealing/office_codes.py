"""One-time codes of the township, short enough to be read over a telephone.

Rules:

* Twelve digits: two of a counter, ten of a keyed digest over the whole order and its counter. Who
  knows a code can do that one thing to that one agent of that one terminal, once.
* The key is what the platform's sealing key and the terminal's reply key agree on (X25519, HKDF):
  both ends can compute it since the enrolment, nobody ever sends it, and no line is needed.
* The terminal takes only counters above the last one that it carried out, a hundred at most: a code
  that was used, or overtaken by a later one that was used, is worth nothing.
"""

from __future__ import annotations

import hmac
import re
from typing import Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kiosk.domain.agents import Order
from kiosk.domain.problems import InputProblem
from kiosk.sealing.canonical import JsonObject, canonical
from kiosk.sealing.keys import OpenKey, SealKey

DIGITS: Final = 12
_COUNTED: Final = 2
_WINDOW: Final = 10**_COUNTED
_PROOF: Final = 10 ** (DIGITS - _COUNTED)
_LABEL: Final = b"jinban office code v1\0"
_CODE: Final = re.compile(r"[0-9]{12}")
_BETWEEN: Final = str.maketrans("", "", " -\u3000")


def office_secret(own: OpenKey, other: SealKey, terminal: str) -> bytes:
    """What platform and terminal share.

    Args:
        own: one's own private key (sealing key of the platform, reply key of the terminal).
        other: the other end's public key.
        terminal: the terminal's id.

    Raises:
        InputProblem: the other key is none that anything can be agreed on with (``bad-key``).
    """
    try:
        private = X25519PrivateKey.from_private_bytes(own.raw)
        agreed = private.exchange(X25519PublicKey.from_public_bytes(other.raw))
    except ValueError as error:
        raise InputProblem("bad-key", "no secret can be agreed on with this key") from error
    return HKDF(SHA256(), 32, salt=None, info=_LABEL + terminal.encode()).derive(agreed)


def office_code(secret: bytes, order: Order, counter: int) -> str:
    """The code of an order: twelve digits."""
    document: JsonObject = {
        "kind": order.kind.value,
        "terminal": order.terminal,
        "agent": order.agent,
        "successor": order.successor,
        "counter": counter,
    }
    proof = int.from_bytes(hmac.digest(secret, canonical(document), "sha256")) % _PROOF
    return f"{counter % _WINDOW:0{_COUNTED}d}{proof:0{DIGITS - _COUNTED}d}"


def counter_of(secret: bytes, order: Order, code: str, last: int) -> int | None:
    """The counter of a code that is right and not used up; else None.

    Args:
        secret: see :func:`office_secret`.
        order: what the code should allow.
        code: as it was typed; spaces and hyphens do not count.
        last: the highest counter that was carried out for this agent.
    """
    typed = code.translate(_BETWEEN)
    if _CODE.fullmatch(typed) is None or not typed.isascii():
        return None
    counter = last + 1 + (int(typed[:_COUNTED]) - last - 1) % _WINDOW
    right = hmac.compare_digest(office_code(secret, order, counter), typed)
    return counter if right else None
