"""Migrations of the casebook: all or nothing, checked, never backwards."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import OperationalError

from kiosk.domain.problems import EnvironmentProblem
from kiosk.store import migrate, schema
from kiosk.store.casebook import Casebook
from kiosk.store.keys import load_casebook_key
from kiosk.store.sqlite import WRITE, build_engine, connect
from tests.helpers.stores import HandClock, Site, save

NEXT = f"{int(schema.HEAD) + 1:04d}"
"""A revision after the last one."""
FURTHER = '''
"""A further revision."""

import os

from alembic import op

revision = "{revision}"
down_revision = "{before}"
branch_labels = None
depends_on = None


def upgrade():
    op.execute("CREATE TABLE extra (name TEXT NOT NULL PRIMARY KEY) STRICT")
    op.execute("INSERT INTO extra VALUES ('half')")
    op.execute("DELETE FROM meta")
    {fault}
    op.execute("CREATE INDEX extra_name ON extra (name)")
'''
ADDED = [
    ["table", "extra", "CREATE TABLE extra (name TEXT NOT NULL PRIMARY KEY) STRICT"],
    ["index", "extra_name", "CREATE INDEX extra_name ON extra (name)"],
]


def scripts_with(folder: Path, fault: str, added: list[list[str]] = ADDED) -> Path:
    """Alembic's folder with one more revision."""
    scripts = folder / "scripts"
    shutil.copytree(migrate.MIGRATIONS, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    versions = scripts / "versions"
    source = FURTHER.format(fault=fault, revision=NEXT, before=schema.HEAD)
    (versions / f"v{NEXT}_further.py").write_text(source)
    rows = [list(row) for row in migrate.expected_rows(schema.HEAD)]
    (versions / f"v{NEXT}_further.json").write_text(json.dumps(rows + added))
    return scripts


@pytest.fixture
def engine(site: Site) -> Engine:
    """Of a casebook at the last revision with something in it."""
    save(site)
    site.casebook.close()
    return build_engine(site.home.casebook, load_casebook_key(site.home))


def revision(engine: Engine) -> str | None:
    with engine.connect() as connection, connection.begin():
        return migrate.revision_of(connection)


def content(engine: Engine) -> tuple[list[migrate.SchemaRow], int]:
    with engine.connect() as connection, connection.begin():
        rows = connection.execute(text("SELECT count(*) FROM meta")).scalar_one()
        return migrate.schema_rows(connection), rows


def test_a_good_migration_arrives(engine: Engine, tmp_path: Path) -> None:
    migrate.upgrade(engine, scripts=scripts_with(tmp_path, ""))
    assert revision(engine) == NEXT
    engine.dispose()


@pytest.mark.parametrize(
    ("fault", "added", "expected"),
    [
        ("raise RuntimeError('half way')", ADDED, RuntimeError),
        ("op.execute('CREATE TABLE meta (x)')", ADDED, OperationalError),
        ("", ADDED[:1], EnvironmentProblem),
        ("op.execute('DROP TRIGGER audit_stays')", ADDED, EnvironmentProblem),
    ],
)
def test_a_failing_migration_leaves_nothing(
    engine: Engine, tmp_path: Path, fault: str, added: list[list[str]], expected: type[Exception]
) -> None:
    before = content(engine)
    with pytest.raises(expected):
        migrate.upgrade(engine, scripts=scripts_with(tmp_path, fault, added))
    assert (revision(engine), content(engine)) == (schema.HEAD, before)
    engine.dispose()


def test_a_process_that_dies_half_way_leaves_nothing(site: Site, tmp_path: Path) -> None:
    save(site)
    site.casebook.close()
    key = load_casebook_key(site.home)
    scripts = scripts_with(tmp_path, "os._exit(9)")
    pid = os.fork()
    if pid == 0:
        try:
            migrate.upgrade(build_engine(site.home.casebook, key), scripts=scripts)
        finally:
            os._exit(70)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 9
    with site.reopened() as casebook:
        casebook.check()
    engine = build_engine(site.home.casebook, key)
    assert revision(engine) == schema.HEAD
    engine.dispose()


def test_a_newer_casebook_is_refused_with_a_sentence(site: Site, engine: Engine) -> None:
    with engine.connect() as connection:
        writing = connection.execution_options(**{WRITE: True})
        with writing.begin():
            writing.execute(text("UPDATE alembic_version SET version_num = '0999'"))
    engine.dispose()
    with pytest.raises(EnvironmentProblem) as caught:
        Casebook.open(site.home, HandClock())
    assert caught.value.code == "newer-casebook"
    assert "0999" in caught.value.message


@pytest.mark.parametrize(
    "damage",
    ["DROP TRIGGER submission_owed_stays", "CREATE TABLE more (x)", "DROP INDEX claim_hash"],
)
def test_a_casebook_that_is_not_what_it_says_is_refused(site: Site, damage: str) -> None:
    with site.casebook.write() as tx:
        tx.execute(text(damage))
    with pytest.raises(EnvironmentProblem) as caught:
        site.reopened()
    assert caught.value.code == "casebook-schema"


def test_the_copy_made_before_is_whole_and_encrypted(site: Site) -> None:
    row = save(site)
    key = load_casebook_key(site.home)
    copy = migrate.copy_before(site.home.casebook, key, NEXT)
    assert copy.stat().st_mode & 0o077 == 0
    assert b"SQLite format 3" not in copy.read_bytes()[:100]
    connection = connect(copy, key)
    assert connection.execute("SELECT id FROM submission").fetchall() == [(str(row.id),)]
    connection.close()


def test_an_older_casebook_is_copied_then_migrated(
    site: Site, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.dispose()
    scripts = scripts_with(tmp_path, "")
    monkeypatch.setattr(migrate, "MIGRATIONS", scripts)
    monkeypatch.setattr(migrate, "HEAD", NEXT)
    with Casebook.open(site.home, HandClock()) as casebook, casebook.read() as tx:
        assert migrate.revision_of(tx) == NEXT
    assert site.home.casebook.with_name(f"casebook.before-{NEXT}.db").exists()


def test_head_is_the_last_revision() -> None:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(migrate.MIGRATIONS))
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_current_head() == schema.HEAD


def test_the_tables_in_code_are_those_of_the_migrations(site: Site) -> None:
    with site.casebook.read() as tx:
        inspector = inspect(tx)
        names = set(inspector.get_table_names()) - {"alembic_version"}
        assert names == set(schema.metadata.tables)
        for name, table in schema.metadata.tables.items():
            real = {column["name"]: column for column in inspector.get_columns(name)}
            assert list(real) == [column.name for column in table.columns]
            for column in table.columns:
                assert real[column.name]["nullable"] is column.nullable, (name, column.name)
                kind = "BLOB" if str(column.type) == "BLOB" else str(column.type)
                assert str(real[column.name]["type"]) == kind
            key = inspector.get_pk_constraint(name)["constrained_columns"]
            assert key == [column.name for column in table.primary_key]
