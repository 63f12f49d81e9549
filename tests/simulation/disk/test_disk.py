"""The disk itself: it must be able to lose what may be lost, and only that."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlcipher3 import dbapi2

from console.store.driver import Connection, connect_writer
from tests.simulation.disk.disk import Disk, Fault, Image, Mark, cut_short, flip, images, watched

KEY = bytes(range(32))
COMMITS = 12
SEED = 20260311


def test_with_the_products_settings_no_power_cut_loses_an_acknowledged_commit(
    tmp_path: Path,
) -> None:
    disk = _a_day(tmp_path / "disk", synchronous="FULL")
    cuts = 0
    for image in images(disk.log, seed=SEED):
        found = _rows(image, tmp_path, disk)
        assert found is not None
        assert set(image.marks) <= found, f"a commit was lost by a power cut behind {image.at}"
        cuts += 1
    assert cuts > 100


def test_without_syncs_a_power_cut_does_lose_commits(tmp_path: Path) -> None:
    disk = _a_day(tmp_path / "disk", synchronous="OFF")
    outcomes = [(_rows(image, tmp_path, disk), image) for image in images(disk.log, seed=SEED)]
    lost = [image for found, image in outcomes if found is None or not set(image.marks) <= found]
    assert lost, "the disk cannot lose anything, and so proves nothing"


def test_hardware_that_lies_about_syncs_loses_commits_too(tmp_path: Path) -> None:
    disk = _a_day(tmp_path / "disk", synchronous="FULL", lies=True)
    outcomes = [(_rows(image, tmp_path, disk), image) for image in images(disk.log, seed=SEED)]
    assert any(found is None or not set(image.marks) <= found for found, image in outcomes)


def test_the_same_seed_leaves_the_same_images_and_another_one_others(tmp_path: Path) -> None:
    disk = _a_day(tmp_path / "disk", synchronous="FULL")
    first = [image.files for image in images(disk.log, seed=1)]
    assert [image.files for image in images(disk.log, seed=1)] == first
    assert [image.files for image in images(disk.log, seed=2)] != first


@pytest.mark.parametrize(
    ("fault", "said"), [(Fault.FULL, "full"), (Fault.BROKEN, "disk I/O error")]
)
def test_a_write_can_be_refused_and_the_next_one_taken(
    tmp_path: Path, fault: Fault, said: str
) -> None:
    with watched(tmp_path) as disk:
        connection = _open(tmp_path)
        disk.fail(fault, lasting=False)
        with pytest.raises(dbapi2.Error, match=said):
            _commit(connection, 1)
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        _commit(connection, 2)
        assert _read(connection) == {2}
        assert disk.counts[f"refused: {fault.name.lower()}"] == 1
        connection.close()


def test_a_read_only_disk_lets_read_and_refuses_the_rest(tmp_path: Path) -> None:
    with watched(tmp_path) as disk:
        connection = _open(tmp_path)
        _commit(connection, 1)
        disk.fail(Fault.READ_ONLY)
        with pytest.raises(dbapi2.Error):
            _commit(connection, 2)
        disk.heal()
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        assert _read(connection) == {1}
        connection.close()


def test_files_elsewhere_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "ours").mkdir()
    with watched(tmp_path / "ours") as disk:
        connection = _open(tmp_path)
        disk.fail(Fault.FULL)
        _commit(connection, 1)
        connection.close()
    assert not disk.log


def test_a_flipped_page_and_a_short_file_are_noticed_by_the_library(tmp_path: Path) -> None:
    connection = _open(tmp_path)
    for number in range(COMMITS):
        _commit(connection, number)
    connection.close()
    whole = (tmp_path / "store.db").read_bytes()
    flip(tmp_path / "store.db", page=1, chance=Random(SEED))
    with pytest.raises(dbapi2.DatabaseError):
        _whole(tmp_path / "store.db")
    (tmp_path / "store.db").write_bytes(whole)
    cut_short(tmp_path / "store.db", size=len(whole) - 4096)
    with pytest.raises(dbapi2.DatabaseError):
        _whole(tmp_path / "store.db")


def _a_day(folder: Path, *, synchronous: str, lies: bool = False) -> Disk:
    """Commits of a few pages each, every one marked when it has been acknowledged."""
    folder.mkdir()
    with watched(folder) as disk:
        if lies:
            disk.lie()
        connection = _open(folder)
        connection.execute(f"PRAGMA synchronous = {synchronous}")
        connection.execute("PRAGMA wal_autocheckpoint = 12")
        for number in range(COMMITS):
            _commit(connection, number)
            disk.mark(number)
        connection.close()
    assert [event.what for event in disk.log if isinstance(event, Mark)] == list(range(COMMITS))
    return disk


def _open(folder: Path) -> Connection:
    connection = connect_writer(folder / "store.db", KEY)
    connection.execute("CREATE TABLE IF NOT EXISTS t (n INTEGER PRIMARY KEY, body TEXT)")
    return connection


def _commit(connection: Connection, number: int) -> None:
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("INSERT INTO t VALUES (?, ?)", (number, f"{number} " * 3000))
    connection.execute("COMMIT")


def _rows(image: Image, folder: Path, disk: Disk) -> set[Any] | None:
    """What a restart finds; None if it is not a whole database."""
    after = folder / f"after-{image.at}"
    image.lay_out(after, of=disk.folder)
    try:
        return _whole(after / "store.db")
    except dbapi2.DatabaseError:
        return None


def _whole(path: Path) -> set[Any]:
    connection = dbapi2.connect(str(path))
    try:
        connection.execute(f"PRAGMA key = \"x'{KEY.hex()}'\"")
        if connection.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
            raise dbapi2.DatabaseError("the structure is wrong")
        if not connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 't'").fetchone():
            return set()
        return _read(connection)
    finally:
        connection.close()


def _read(connection: Connection) -> set[Any]:
    return {number for (number,) in connection.execute("SELECT n FROM t WHERE body <> ''")}
