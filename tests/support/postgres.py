"""PostgreSQL for tests: a private cluster, or databases in one that is given."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import uuid
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy.engine import URL, make_url

from tests.support.daemons import running
from tests.support.waiting import until

_FAST = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "listen_addresses=")
_ROLE = "otklik"


@dataclass(frozen=True, slots=True)
class Cluster:
    """A PostgreSQL server in which databases may be made; ``admin`` reaches it as superuser."""

    admin: URL

    def create_database(self, *, template: str = "template0") -> str:
        """Make a database (a copy of ``template``, in UTF-8) and give its SQLAlchemy URL."""
        name = f"otklik_{uuid.uuid4().hex[:12]}"
        self._run(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} ENCODING 'UTF8'").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
        return self.admin.set(database=name).render_as_string(hide_password=False)

    def drop_database(self, url: str) -> None:
        """Drop the database at ``url``, whoever is still connected to it."""
        name = make_url(url).database or ""
        self._run(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def _run(self, statement: sql.Composed) -> None:
        plain = self.admin.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(statement)


def borrowed_cluster(url: str) -> Cluster:
    """The server at ``url``, any form of PostgreSQL URL with the right to make databases."""
    return Cluster(make_url(url).set(drivername="postgresql+psycopg"))


@contextmanager
def own_cluster() -> Generator[Cluster]:
    """A cluster of our own, gone at the end; skips where PostgreSQL is not installed."""
    programs = _programs()
    user = _user()
    # pytest's own folders are closed to the user that PostgreSQL must run as under root.
    folder = Path(tempfile.mkdtemp(prefix="otklik-pg-"))
    try:
        shutil.chown(folder, user)
        _initialise(programs, folder / "data", user)
        settings = [part for one in _FAST for part in ("-c", one)]
        command = [str(programs / "postgres"), "-D", str(folder / "data"), "-k", str(folder)]
        with running(
            [*command, *settings],
            # SIGINT is PostgreSQL's "fast" shutdown: connections are cut, files are closed.
            stop=signal.SIGINT,
            user=user,
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ):
            cluster = Cluster(
                URL.create(
                    "postgresql+psycopg",
                    username=_ROLE,
                    database="postgres",
                    query={"host": str(folder)},
                )
            )
            until(lambda: _answers(cluster), what="PostgreSQL to accept connections", within=30)
            yield cluster
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _initialise(programs: Path, data: Path, user: int) -> None:
    plain = ("--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync")
    made = subprocess.run(
        [str(programs / "initdb"), "--pgdata", str(data), "--username", _ROLE, *plain],
        user=user,
        cwd=data.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        pytest.fail(f"initdb ended with {made.returncode}:\n{made.stderr}")


def _programs() -> Path:
    """The newest PostgreSQL's folder of programs: Debian keeps them off the PATH."""
    on_path = shutil.which("postgres")
    if on_path and shutil.which("initdb", path=str(Path(on_path).parent)):
        return Path(on_path).parent
    installed = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    versions = sorted(installed, key=lambda path: float(path.parts[-3]))
    if not versions:
        pytest.skip("PostgreSQL is not installed (Debian package postgresql)")
    return versions[-1].parent


def _user() -> int:
    """Who PostgreSQL runs as: ourselves, but never root, which it refuses."""
    if os.geteuid():
        return os.geteuid()
    try:
        return pwd.getpwnam("postgres").pw_uid
    except KeyError:
        return pwd.getpwnam("nobody").pw_uid


def _answers(cluster: Cluster) -> bool:
    plain = cluster.admin.set(drivername="postgresql").render_as_string()
    try:
        psycopg.connect(plain).close()
    except psycopg.OperationalError:
        return False
    return True
