"""Migrations: the version of the tables in a database, and bringing it up to date."""

from __future__ import annotations

import secrets
import uuid
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, func, inspect, select, text
from sqlalchemy.exc import DBAPIError

from console.server.database import Database, DatabaseError
from console.server.tables import meta

_FOLDER = Path(__file__).parent / "migrations"
_LOCK = 0x6F746B6C  # “otkl”: one migration at a time among all processes


NEWEST = "0011"
"""The version that this program needs. Said here so that a server starts without Alembic."""


def current(database: Database) -> str | None:
    """The version that the database has; None for an empty one."""

    def work(connection: Connection) -> str | None:
        if not inspect(connection).has_table("alembic_version"):
            return None
        query = text("SELECT version_num FROM alembic_version")
        return connection.execute(query).scalar_one_or_none()

    return database.read(work)


def require_newest(database: Database) -> None:
    """`DatabaseError` that says what to do unless the database is up to date."""
    found = current(database)
    if found == NEWEST:
        return
    where = database.engine.url.render_as_string(hide_password=True)
    if found is not None and found not in known():
        raise DatabaseError(
            f"the database {where} has the version {found}, which this program does not know; "
            "run a newer otklik-server"
        )
    state = "is empty" if found is None else f"has the version {found}, not {NEWEST}"
    raise DatabaseError(
        f"the database {where} {state}; run: otklik-server migrate --database {where}"
    )


def known() -> frozenset[str]:
    """Every version that this program can start from."""
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory(str(_FOLDER)).walk_revisions()
    return frozenset(script.revision for script in scripts)


def upgrade(database: Database, *, now: datetime) -> None:
    """Bring the tables to the newest version, and give a new database its epoch and token key."""
    from alembic import command
    from alembic.config import Config

    def work(connection: Connection) -> None:
        if not database.is_sqlite:
            connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        config = Config()
        config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        _begin_epoch(connection, now)

    try:
        database.write(work)
    except DBAPIError as error:
        reason = str(error.orig).strip().splitlines()[0]
        raise DatabaseError(f"the database could not be migrated: {reason}") from error


def _begin_epoch(connection: Connection, now: datetime) -> None:
    if connection.execute(select(meta.c.key).where(meta.c.key == "epoch")).first() is not None:
        return
    values = {
        "epoch": str(uuid.uuid4()),
        "created": now.isoformat(),
        "token_key": secrets.token_hex(32),
    }
    connection.execute(meta.insert(), [{"key": key, "value": v} for key, v in values.items()])
