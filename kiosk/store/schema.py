"""The tables of the casebook, as SQLAlchemy Core sees them.

Rules: the migrations are the authority (a test compares these tables with what they build); no
ORM; times are RFC 3339 text in UTC, ids are UUID text; what may be readable in the casebook is an
allow-list: no name, number or answer of a person stands here unsealed or unhashed.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Integer, LargeBinary, MetaData, Table, Text

HEAD: Final = "0002"
"""The revision that this code works with."""

metadata = MetaData()


def _text(name: str, *, key: bool = False, optional: bool = False) -> Column[str]:
    return Column(name, Text, primary_key=key, nullable=optional)


def _number(name: str, *, key: bool = False, optional: bool = False) -> Column[int]:
    return Column(name, Integer, primary_key=key, nullable=optional)


def _bytes(name: str, *, optional: bool = False) -> Column[bytes]:
    return Column(name, LargeBinary, nullable=optional)


meta = Table("meta", metadata, _text("name", key=True), _text("value"))

submission = Table(
    "submission",
    metadata,
    # Sealed: a trigger forbids changing these.
    _text("id", key=True),
    _number("sequence"),
    _text("terminal"),
    _text("local_number"),
    _text("item_id"),
    _text("kind"),
    _text("sealed_at"),
    _text("envelope_digest"),
    _text("content_tag"),
    _text("about", optional=True),
    _text("case_ref", optional=True),
    _text("supersedes", optional=True),
    _text("agent_id", optional=True),
    _number("urgent"),
    # For the screen.
    _text("item_name"),
    _text("masked_name"),
    # The life-cycle.
    _text("state"),
    _number("attempts"),
    _text("next_at", optional=True),
    _text("last_problem", optional=True),
    _text("last_problem_at", optional=True),
    _text("received_at", optional=True),
    _text("receipt_number", optional=True),
    _text("case_number", optional=True),
    _text("case_epoch", optional=True),
    _number("case_seq"),
)

claim = Table(
    "claim",
    metadata,
    _text("submission_id", key=True),
    _text("claim_hash"),
    _text("id_tag", optional=True),
    _text("track_code_tag", optional=True),
    _text("made_at"),
)

event = Table(
    "event",
    metadata,
    _number("number", key=True),
    _text("submission_id"),
    _text("at"),
    _text("signal"),
    _text("from_state"),
    _text("to_state"),
    _text("problem", optional=True),
)

inbox_event = Table(
    "inbox_event",
    metadata,
    _text("epoch", key=True),
    _number("event_id", key=True),
    _text("submission_id"),
    _text("envelope_digest"),
    _number("case_seq"),
    _text("kind"),
    _text("signal", optional=True),
    _text("at"),
    _text("case_number", optional=True),
    _text("last_day", optional=True),
    _text("closing_reason", optional=True),
    _text("duplicate_of", optional=True),
    _text("sealed", optional=True),
    _text("stored_at"),
)

host = Table(
    "host",
    metadata,
    _text("name", key=True),
    _text("paused_until", optional=True),
    _text("pause_reason", optional=True),
    _text("proven_time", optional=True),
)

host_fact = Table(
    "host_fact",
    metadata,
    _text("host", key=True),
    _text("name", key=True),
    _text("value"),
    _text("noted_at"),
)

agent = Table(
    "agent",
    metadata,
    _text("id", key=True),
    _text("name"),
    _text("pin_hash"),
    _number("active"),
    _text("added_at"),
)

agent_vault = Table(
    "agent_vault",
    metadata,
    _text("agent_id", key=True),
    _bytes("public_key"),
    _bytes("locked_key"),
    _bytes("details", optional=True),
)

office_order = Table(
    "office_order",
    metadata,
    _text("agent_id", key=True),
    _number("counter", key=True),
    _text("what"),
    _text("successor", optional=True),
    _text("at"),
)

agent_draft = Table(
    "agent_draft",
    metadata,
    _text("id", key=True),
    _text("agent_id"),
    _text("item_name"),
    _text("masked_name"),
    _text("stored_at"),
    _bytes("sealed"),
    _bytes("agent_key"),
    _bytes("recovery_key"),
)

lockout = Table(
    "lockout",
    metadata,
    _text("subject", key=True),
    _number("failures"),
    _number("until_tick"),
)

audit = Table(
    "audit",
    metadata,
    _number("number", key=True),
    _text("at"),
    _text("event"),
    _text("subject"),
    _text("detail"),
    _bytes("previous"),
    _bytes("digest"),
)

card = Table(
    "card",
    metadata,
    _text("submission_id", key=True),
    _bytes("sealed"),
    _text("stored_at"),
)
