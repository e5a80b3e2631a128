"""The tables of the platform, in plain SQLAlchemy.

Rules:

* Nothing here or in any statement of this package belongs to one database engine only.
* Moments are RFC 3339 text in UTC; order comes from sequences, never from moments.
* No personal data in a column: the sealed bytes stay sealed, columns named ``…_tag`` are keyed
  hashes, a flag is one word.
* ``effects`` has no unique constraint on purpose: it is the evidence that every submission took
  effect once, and evidence must be able to show a fault.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

SCHEMA_VERSION = 1

metadata = MetaData()

facts = Table(
    "facts",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)

counters = Table(
    "counters",
    metadata,
    Column("name", String(128), primary_key=True),
    Column("value", BigInteger, nullable=False),
)

terminals = Table(
    "terminals",
    metadata,
    Column("terminal", String(64), primary_key=True),
    Column("device_key", String(64), nullable=False),
    Column("device_key_id", String(16), nullable=False, unique=True),
    Column("reply_key", String(64), nullable=False),
    Column("station", String(200), nullable=False),
    Column("place", Text, nullable=False),
    Column("enrolled_at", String(32), nullable=False),
    Column("seen_at", String(32)),
    Column("status", Text),
    Column("acked", BigInteger, nullable=False),
    Column("events_floor", BigInteger, nullable=False),
    Column("clones", Integer, nullable=False),
)

submissions = Table(
    "submissions",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("envelope_digest", String(64), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("item_id", String(200), nullable=False),
    Column("station", String(200), nullable=False),
    Column("terminal", String(64), ForeignKey("terminals.terminal"), nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("local_number", String(16), nullable=False),
    Column("reply_key", String(64), nullable=False),
    Column("about", String(36)),
    Column("case_ref", String(64)),
    Column("supersedes", String(36)),
    Column("received_at", String(32), nullable=False),
    Column("completed_at", String(32)),
    Column("receipt_number", String(32), nullable=False, unique=True),
    Column("state", String(20), nullable=False),  # filed, received, withdrawn, superseded
    Column("last_case_seq", Integer, nullable=False),
    Column("subject_tag", String(64)),
    Column("clone", Boolean, nullable=False),
    Index("submissions_by_sequence", "terminal", "sequence"),
    Index("submissions_by_about", "about"),
)

bodies = Table(
    "bodies",
    metadata,
    Column("submission_id", String(36), ForeignKey("submissions.id"), primary_key=True),
    Column("body", LargeBinary, nullable=False),
)

parts = Table(
    "parts",
    metadata,
    Column("submission_id", String(36), ForeignKey("submissions.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("digest", String(64), nullable=False, index=True),
    Column("size", BigInteger, nullable=False),
)

blobs = Table(
    "blobs",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("stored_at", String(32), nullable=False),
)

tombstones = Table(
    "tombstones",
    metadata,
    Column("submission_id", String(36), primary_key=True),
    Column("code", String(20), nullable=False),  # withdrawn, superseded
    Column("by_submission", String(36), nullable=False),
)

cases = Table(
    "cases",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("submission_id", String(36), ForeignKey("submissions.id"), unique=True, nullable=False),
    Column("item_id", String(200), nullable=False),
    Column("case_number", String(80), unique=True),
    Column("state", String(20), nullable=False),
    Column("subject_tag", String(64)),
    Column("opened_at", String(32), nullable=False),
    Index("cases_by_subject", "item_id", "subject_tag"),
)

effects = Table(
    "effects",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("submission_id", String(36), ForeignKey("submissions.id"), nullable=False, index=True),
    Column("case_id", Integer, ForeignKey("cases.id")),
    Column("what", String(32), nullable=False),
    Column("at", String(32), nullable=False),
)

events = Table(
    "events",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("terminal", String(64), nullable=False),
    Column("submission_id", String(36), ForeignKey("submissions.id"), nullable=False),
    Column("case_seq", Integer, nullable=False),
    Column("at", String(32), nullable=False),
    Column("statement", Text, nullable=False),
    UniqueConstraint("submission_id", "case_seq"),
    Index("events_by_terminal", "terminal", "id"),
)

flags = Table(
    "flags",
    metadata,
    Column("submission_id", String(36), ForeignKey("submissions.id"), primary_key=True),
    Column("flag", String(40), primary_key=True),
)

contacts = Table(
    "contacts",
    metadata,
    Column("submission_id", String(36), ForeignKey("submissions.id"), primary_key=True),
    Column("phone_tag", String(64), primary_key=True),
    Column("subject_tag", String(64), nullable=False),
    Index("contacts_by_phone", "phone_tag", "subject_tag"),
)

agreements = Table(
    "agreements",
    metadata,
    Column("submission_id", String(36), ForeignKey("submissions.id"), primary_key=True),
    Column("mandate_tag", String(64), nullable=False, index=True),
)

agent_days = Table(
    "agent_days",
    metadata,
    Column("submission_id", String(36), ForeignKey("submissions.id"), primary_key=True),
    Column("agent_tag", String(64), nullable=False),
    Column("day", String(10), nullable=False),
    Index("agent_days_by_day", "agent_tag", "day"),
)

pictures = Table(
    "pictures",
    metadata,
    Column("submission_id", String(36), ForeignKey("submissions.id"), primary_key=True),
    Column("digest", String(64), primary_key=True),
    Column("picture_tag", String(64), nullable=False),
    Column("subject_tag", String(64)),
    Index("pictures_by_tag", "picture_tag", "subject_tag"),
)

revocations = Table(
    "revocations",
    metadata,
    Column("terminal", String(64), ForeignKey("terminals.terminal"), primary_key=True),
    Column("revoked_at", String(32), nullable=False),
    Column("since", String(32), nullable=False),
)

courier_refusals = Table(
    "courier_refusals",
    metadata,
    Column("submission_id", String(36), primary_key=True),
    Column("envelope_digest", String(64), primary_key=True),
    Column("terminal", String(64), nullable=False, index=True),
    Column("at", String(32), nullable=False),
    Column("statement", Text, nullable=False),
)

uploads = Table(
    "uploads",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("terminal", String(64), nullable=False),
    Column("submission_id", String(36), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("received", BigInteger, nullable=False),
    Column("expires_at", String(32), nullable=False),
    Index("uploads_by_digest", "terminal", "submission_id", "digest"),
)
