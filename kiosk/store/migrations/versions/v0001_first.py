"""The first schema.

Rules: STRICT tables; sealed columns of a submission never change; nothing owed is deleted; history
and audit only grow; the two partial indexes make "what is due next" one seek at any size.
"""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = (
    """
    CREATE TABLE meta (
        name TEXT NOT NULL PRIMARY KEY,
        value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE submission (
        id TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
        sequence INTEGER NOT NULL,
        terminal TEXT NOT NULL,
        local_number TEXT NOT NULL,
        item_id TEXT NOT NULL,
        kind TEXT NOT NULL,
        sealed_at TEXT NOT NULL,
        envelope_digest TEXT NOT NULL CHECK (length(envelope_digest) = 64),
        content_tag TEXT NOT NULL,
        about TEXT,
        case_ref TEXT,
        supersedes TEXT,
        agent_id TEXT,
        urgent INTEGER NOT NULL CHECK (urgent IN (0, 1)),
        item_name TEXT NOT NULL,
        masked_name TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN (
            'queued', 'sending', 'unknown', 'filed', 'parked', 'withdrawn', 'superseded',
            'received', 'accepted', 'in_progress', 'suspended', 'correction_wanted',
            'not_accepted', 'closed')),
        attempts INTEGER NOT NULL CHECK (attempts >= 0),
        next_at TEXT,
        last_problem TEXT,
        last_problem_at TEXT,
        received_at TEXT,
        receipt_number TEXT,
        case_number TEXT,
        case_epoch TEXT,
        case_seq INTEGER NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE claim (
        submission_id TEXT NOT NULL PRIMARY KEY REFERENCES submission (id) ON DELETE CASCADE,
        claim_hash TEXT NOT NULL,
        id_tag TEXT,
        track_code_tag TEXT,
        made_at TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE event (
        number INTEGER NOT NULL PRIMARY KEY,
        submission_id TEXT NOT NULL REFERENCES submission (id) ON DELETE CASCADE,
        at TEXT NOT NULL,
        signal TEXT NOT NULL,
        from_state TEXT NOT NULL,
        to_state TEXT NOT NULL,
        problem TEXT
    ) STRICT
    """,
    """
    CREATE TABLE inbox_event (
        epoch TEXT NOT NULL,
        event_id INTEGER NOT NULL,
        submission_id TEXT NOT NULL,
        envelope_digest TEXT NOT NULL,
        case_seq INTEGER NOT NULL,
        kind TEXT NOT NULL,
        signal TEXT,
        at TEXT NOT NULL,
        case_number TEXT,
        last_day TEXT,
        closing_reason TEXT,
        duplicate_of TEXT,
        sealed TEXT,
        stored_at TEXT NOT NULL,
        PRIMARY KEY (epoch, event_id)
    ) STRICT
    """,
    """
    CREATE TABLE host (
        name TEXT NOT NULL PRIMARY KEY,
        paused_until TEXT,
        pause_reason TEXT,
        proven_time TEXT
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE host_fact (
        host TEXT NOT NULL,
        name TEXT NOT NULL,
        value TEXT NOT NULL,
        noted_at TEXT NOT NULL,
        PRIMARY KEY (host, name)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE agent (
        id TEXT NOT NULL PRIMARY KEY,
        name TEXT NOT NULL,
        pin_hash TEXT NOT NULL,
        active INTEGER NOT NULL CHECK (active IN (0, 1)),
        added_at TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE lockout (
        subject TEXT NOT NULL PRIMARY KEY,
        failures INTEGER NOT NULL CHECK (failures >= 0),
        until_tick INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE audit (
        number INTEGER NOT NULL PRIMARY KEY,
        at TEXT NOT NULL,
        event TEXT NOT NULL,
        subject TEXT NOT NULL,
        detail TEXT NOT NULL,
        previous BLOB NOT NULL,
        digest BLOB NOT NULL CHECK (length(digest) = 32)
    ) STRICT
    """,
    """
    CREATE TABLE card (
        submission_id TEXT NOT NULL PRIMARY KEY REFERENCES submission (id) ON DELETE CASCADE,
        sealed BLOB NOT NULL,
        stored_at TEXT NOT NULL
    ) STRICT
    """,
)

INDEXES = (
    """
    CREATE INDEX submission_ready ON submission (urgent, sequence)
        WHERE state IN ('queued', 'unknown', 'filed') AND next_at IS NULL
    """,
    """
    CREATE INDEX submission_later ON submission (urgent, next_at)
        WHERE state IN ('queued', 'unknown', 'filed') AND next_at IS NOT NULL
    """,
    "CREATE INDEX submission_state ON submission (state, sequence, id)",
    "CREATE INDEX submission_order ON submission (sequence, id)",
    "CREATE INDEX submission_local_number ON submission (local_number)",
    "CREATE INDEX submission_about ON submission (about) WHERE about IS NOT NULL",
    "CREATE INDEX claim_hash ON claim (claim_hash)",
    "CREATE INDEX claim_id_tag ON claim (id_tag) WHERE id_tag IS NOT NULL",
    "CREATE INDEX event_submission ON event (submission_id, number)",
    "CREATE INDEX inbox_submission ON inbox_event (submission_id, epoch, case_seq)",
)

TRIGGERS = (
    """
    CREATE TRIGGER submission_stays_sealed BEFORE UPDATE OF
        id, sequence, terminal, local_number, item_id, kind, sealed_at, envelope_digest,
        content_tag, about, case_ref, supersedes, agent_id, urgent
    ON submission BEGIN SELECT RAISE(ABORT, 'a sealed column never changes'); END
    """,
    """
    CREATE TRIGGER submission_owed_stays BEFORE DELETE ON submission
    WHEN OLD.state IN ('queued', 'sending', 'unknown', 'filed', 'parked')
    BEGIN SELECT RAISE(ABORT, 'what is owed is never deleted'); END
    """,
    """
    CREATE TRIGGER event_never_changes BEFORE UPDATE ON event
    BEGIN SELECT RAISE(ABORT, 'history never changes'); END
    """,
    """
    CREATE TRIGGER event_stays BEFORE DELETE ON event
    WHEN EXISTS (SELECT 1 FROM submission WHERE id = OLD.submission_id)
    BEGIN SELECT RAISE(ABORT, 'history stays with its submission'); END
    """,
    """
    CREATE TRIGGER inbox_event_never_changes BEFORE UPDATE ON inbox_event
    BEGIN SELECT RAISE(ABORT, 'what the platform said never changes'); END
    """,
    """
    CREATE TRIGGER audit_never_changes BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit trail only grows'); END
    """,
    """
    CREATE TRIGGER audit_stays BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit trail only grows'); END
    """,
)


def upgrade() -> None:
    """Build everything."""
    for statement in (*TABLES, *INDEXES, *TRIGGERS):
        op.execute(statement)


def downgrade() -> None:
    """There is no way back: the copy made before a migration is."""
    raise NotImplementedError("casebooks are never downgraded")
