"""Alembic's environment.

Rules: the connection comes from :mod:`kiosk.store.migrate`; every revision is one BEGIN IMMEDIATE
transaction that ends only if the schema is the expected one; no batch mode.
"""

from __future__ import annotations

from alembic import context

attributes = context.config.attributes
context.configure(
    connection=attributes["connection"],
    transactional_ddl=True,
    transaction_per_migration=True,
    render_as_batch=False,
    on_version_apply=attributes["checks"],
)
with context.begin_transaction():
    context.run_migrations()
