"""A migrated database of a test's own, once over SQLite and once over PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Generator
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from console.server.app import create_app
from console.server.database import Database, open_database
from console.server.intake.enrich import RuleEnricher, default_enricher
from tests.support.clock import StandingClock
from tests.support.postgres import Cluster
from tests.support.server import (
    BRANCHES,
    LiveServer,
    migrated,
    quick_passwords,
    serving,
    sqlite_url,
)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy, for making one takes longer than most tests."""
    folder = tmp_path_factory.mktemp("template")
    with migrated(sqlite_url(folder)):
        pass
    return folder / "centre.db"


@pytest.fixture(scope="session")
def postgres_template(postgres: Cluster) -> Generator[str]:
    """The name of a migrated PostgreSQL database to copy."""
    url = postgres.create_database()
    with migrated(url):
        pass
    yield make_url(url).database or ""
    postgres.drop_database(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[str]:
    """The URL of a migrated database: each test that asks runs over both."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "centre.db")
        yield sqlite_url(tmp_path)
        return
    cluster: Cluster = request.getfixturevalue("postgres")
    url = cluster.create_database(template=request.getfixturevalue("postgres_template"))
    yield url
    cluster.drop_database(url)


@pytest.fixture
def database(database_url: str) -> Generator[Database]:
    """An open, migrated database."""
    opened = open_database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def clock() -> StandingClock:
    """Noon in Krasnoyarsk, until the test moves it."""
    return StandingClock()


@pytest.fixture(scope="session")
def rules() -> RuleEnricher:
    """The shipped rules, read once."""
    return default_enricher()


@pytest.fixture
def server(database: Database, clock: StandingClock, rules: RuleEnricher) -> Generator[LiveServer]:
    """A server over `database`, whose time is that of `clock`."""
    app = create_app(
        database, branches=BRANCHES, clock=clock, enricher=rules, passwords=quick_passwords()
    )
    with serving(app) as live:
        yield live
