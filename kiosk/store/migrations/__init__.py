"""How the casebook's schema came to be: Alembic revisions and, for each, the expected schema."""
