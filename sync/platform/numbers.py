"""Numbers that the platform gives: receipts and cases.

Rules:

* Sequences live in the database; a clock that jumps back cannot give a number twice.
* The date in a number is Beijing's, as on every official paper.
* A case number is the item's 实施编码 (31 characters), yyyymmdd and four or more digits that count
  per code and day. An item without a code gets a code of the same layout that no authority uses.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta, timezone

from sqlalchemy import Connection

from sync.platform.database import count

_BEIJING = timezone(timedelta(hours=8))


def receipt_number(tx: Connection, now: datetime) -> str:
    """收件号: ``S20261122-000017``; never a case number."""
    day = _day(now)
    return f"S{day}-{count(tx, f'receipt:{day}'):06d}"


def case_number(tx: Connection, code: str, now: datetime) -> str:
    """办件编号 for an item with the given code."""
    day = _day(now)
    return f"{code}{day}{count(tx, f'case:{code}:{day}'):04d}"


def demo_code(item_id: str) -> str:
    """31 characters for an item whose source gives no 实施编码: ``DEMO…``.

    18 in place of the authority's credit code (``DEMO`` and 14 hex digits), ``9`` in place of the
    level, 12 in place of the basic code (``44`` and 10 digits); all from the SHA-256 of the id.
    """
    name = hashlib.sha256(item_id.encode()).hexdigest()
    return f"DEMO{name[:14].upper()}944{int(name[14:30], 16) % 10**10:010d}"


def _day(now: datetime) -> str:
    return now.astimezone(_BEIJING).strftime("%Y%m%d")
