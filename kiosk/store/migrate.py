"""Bringing a casebook to the schema of this code.

Rules: a newer schema is refused; before an older one is migrated a copy is made by the backup API
(never restored by itself); each revision is one transaction that commits only if the whole schema
(tables, indexes, triggers) is the expected one; Alembic is imported only when there is work to do.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, text

from kiosk.domain.problems import EnvironmentProblem
from kiosk.store.files import PRIVATE_FILE, disk, fsync_folder
from kiosk.store.schema import HEAD
from kiosk.store.sqlite import WRITE, connect

MIGRATIONS: Final = Path(__file__).with_name("migrations")

SchemaRow = tuple[str, str, str]


def revision_of(connection: Connection) -> str | None:
    """The revision of a casebook; None: nothing has been built yet."""
    named = text("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'")
    if connection.execute(named).first() is None:
        return None
    row = connection.execute(text("SELECT version_num FROM alembic_version")).first()
    return None if row is None else str(row[0])


def is_current(connection: Connection, path: Path) -> bool:
    """Whether the schema is that of this code.

    Raises:
        EnvironmentProblem: it is newer than this code, or not what its revision says.
    """
    found = revision_of(connection)
    if found is None:
        return False
    if found > HEAD:
        raise EnvironmentProblem(
            "newer-casebook",
            f"{path} was written by a newer version of jinban (schema {found}, this one knows "
            f"{HEAD}); install the newer version again",
            path=str(path),
        )
    if found < HEAD:
        return False
    check_schema(connection, found)
    return True


def schema_rows(connection: Connection) -> list[SchemaRow]:
    """Everything in ``sqlite_master`` that the revisions built, white space aside."""
    rows = connection.execute(
        text(
            "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' "
            "AND name <> 'alembic_version' ORDER BY type, name"
        )
    )
    return [(kind, name, " ".join(sql.split())) for kind, name, sql in rows]


def expected_rows(revision: str, scripts: Path | None = None) -> list[SchemaRow]:
    """The schema that a revision must leave."""
    (file,) = ((scripts or MIGRATIONS) / "versions").glob(f"v{revision}_*.json")
    return [(kind, name, sql) for kind, name, sql in json.loads(file.read_bytes())]


def check_schema(connection: Connection, revision: str, scripts: Path | None = None) -> None:
    """Compare the schema with the expected one.

    Raises:
        EnvironmentProblem: an object is missing, added or different.
    """
    differing = set(schema_rows(connection)) ^ set(expected_rows(revision, scripts))
    if differing:
        names = ", ".join(sorted({name for _, name, _ in differing}))
        raise EnvironmentProblem(
            "casebook-schema",
            f"the casebook's schema is not that of revision {revision} ({names}); "
            "do not use it, call the technician",
        )


def upgrade(
    engine: Engine, *, target: str = "head", scripts: Path | None = None, check: bool = True
) -> None:
    """Run the missing revisions.

    Args:
        engine: of the casebook, built by :func:`kiosk.store.sqlite.build_engine`.
        target: the revision to stop at.
        scripts: Alembic's folder; None: ours.
        check: whether each revision's schema is compared with the expected one.
    """
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(scripts or MIGRATIONS))
    config.set_main_option("path_separator", "os")
    with engine.connect() as connection:
        writing = connection.execution_options(**{WRITE: True})
        config.attributes["connection"] = writing
        config.attributes["checks"] = [_check_step(scripts)] if check else []
        command.upgrade(config, target)


def _check_step(scripts: Path | None) -> Callable[..., None]:
    def check(*, ctx: Any, step: Any, **_: object) -> None:  # noqa: ANN401 (Alembic's own types)
        check_schema(ctx.connection, step.up_revision_id, scripts)

    return check


def copy_before(path: Path, key: bytes, revision: str) -> Path:
    """Copy a casebook by the backup API, encrypted under the same key, and fsync the copy."""
    target = path.with_name(f"{path.stem}.before-{revision}{path.suffix}")
    with disk(target):
        target.unlink(missing_ok=True)
        target.touch(mode=PRIVATE_FILE)
    source, copy = connect(path, key), connect(target, key, create=True)
    try:
        source.backup(copy)
    finally:
        copy.close()
        source.close()
    with disk(target):
        fsync_folder(target.parent)
    return target


def bring_up(engine: Engine, path: Path, key: bytes, lock: Callable[[], Any]) -> bool:
    """Make the schema current.

    Args:
        engine: of the casebook.
        path: its file.
        key: its raw key.
        lock: gives a context manager that excludes other processes while migrating.

    Returns:
        Whether something was done.

    Raises:
        EnvironmentProblem: newer than this code, or not what its revision says.
    """
    with engine.connect() as connection, connection.begin():
        if is_current(connection, path):
            return False
    with lock():
        with engine.connect() as connection, connection.begin():
            if is_current(connection, path):
                return False
            found = revision_of(connection)
        if found is not None:
            copy_before(path, key, HEAD)
        upgrade(engine)
    return True
