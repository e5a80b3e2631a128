"""What agents keep sealed, and what the township ordered about them.

Rules: an agent's own data and drafts stand here sealed only; an order of the township is carried
out once, its number never comes back, and what was carried out never changes.
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
    CREATE TABLE agent_vault (
        agent_id TEXT NOT NULL PRIMARY KEY REFERENCES agent (id),
        public_key BLOB NOT NULL CHECK (length(public_key) = 32),
        locked_key BLOB NOT NULL,
        details BLOB
    ) STRICT
    """,
    """
    CREATE TABLE office_order (
        agent_id TEXT NOT NULL REFERENCES agent (id),
        counter INTEGER NOT NULL CHECK (counter > 0),
        what TEXT NOT NULL CHECK (what IN ('reset_pin', 'hand_over')),
        successor TEXT REFERENCES agent (id),
        at TEXT NOT NULL,
        PRIMARY KEY (agent_id, counter)
    ) STRICT
    """,
    """
    CREATE TABLE agent_draft (
        id TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
        agent_id TEXT NOT NULL REFERENCES agent (id),
        item_name TEXT NOT NULL,
        masked_name TEXT NOT NULL,
        stored_at TEXT NOT NULL,
        sealed BLOB NOT NULL,
        agent_key BLOB NOT NULL,
        recovery_key BLOB NOT NULL
    ) STRICT
    """,
    "CREATE INDEX agent_draft_agent ON agent_draft (agent_id, stored_at)",
    """
    CREATE TRIGGER office_order_never_changes BEFORE UPDATE ON office_order
    BEGIN SELECT RAISE(ABORT, 'what was ordered never changes'); END
    """,
    """
    CREATE TRIGGER office_order_stays BEFORE DELETE ON office_order
    BEGIN SELECT RAISE(ABORT, 'what was ordered never changes'); END
    """,
)


def upgrade() -> None:
    """Add the tables."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """There is no way back: the copy made before a migration is."""
    raise NotImplementedError("casebooks are never downgraded")
