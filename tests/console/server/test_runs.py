"""Runs: a database that was put back to a backup is noticed, and nothing else is taken for it."""

from __future__ import annotations

from sqlalchemy import Connection

from console.server import feed, runs
from console.server.database import Database
from tests.support.clock import StandingClock


def _starts(database: Database, clock: StandingClock) -> str:
    """A server starts; what its readers hear of."""
    database.write(lambda c: runs.begin(c, clock))
    return database.read(runs.newest)


def _changes(database: Database, count: int) -> int:
    """So many changes in the branch, and where its feed ends then."""

    def work(connection: Connection) -> int:
        return [feed.next_change(connection, "omsk") for _ in range(count)][-1]

    return database.write(work)


def _has_forgotten(database: Database, run: str, cursor: int) -> bool:
    """Whether a reader at ``cursor`` is told to begin anew; the newest run is told in any case."""

    def work(connection: Connection) -> bool:
        heads = feed.heads(connection)
        found = runs.judge(connection, run, {"omsk": cursor}, heads=heads)
        assert found.newest == runs.newest(connection)
        return found.rewound

    return database.read(work)


def test_a_server_that_only_starts_again_has_forgotten_nothing(
    database: Database, clock: StandingClock
) -> None:
    first = _starts(database, clock)
    end = _changes(database, 5)
    _starts(database, clock)
    _changes(database, 5)
    assert not _has_forgotten(database, first, end)
    assert not _has_forgotten(database, first, end - 2)
    assert not _has_forgotten(database, "", 0)


def test_a_backup_put_back_is_noticed_when_the_numbers_are_where_they_were_again(
    database: Database, clock: StandingClock
) -> None:
    """The backup was taken at 5, the console had read up to 8, and by now there are 20 again."""
    before = _starts(database, clock)
    _changes(database, 5)
    _starts(database, clock)
    _changes(database, 15)
    assert _has_forgotten(database, before, 8)
    assert not _has_forgotten(database, before, 5)


def test_a_run_that_the_backup_does_not_know_is_noticed(
    database: Database, clock: StandingClock
) -> None:
    _starts(database, clock)
    _changes(database, 5)
    assert _has_forgotten(database, "a-run-after-the-backup", 2)


def test_a_cursor_beyond_the_end_is_noticed_whatever_the_run(
    database: Database, clock: StandingClock
) -> None:
    run = _starts(database, clock)
    end = _changes(database, 5)
    assert _has_forgotten(database, run, end + 1)
    assert _has_forgotten(database, "", end + 1)


def test_whoever_begins_at_zero_has_nothing_to_forget(
    database: Database, clock: StandingClock
) -> None:
    _starts(database, clock)
    assert not _has_forgotten(database, "a-run-that-never-was", 0)
