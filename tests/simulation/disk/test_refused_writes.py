"""The disk refuses each write of a day in turn: it is told, nothing is harmed, and on it goes."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import pytest

from console.errors import DiskError
from console.i18n import Catalog
from console.store import own
from console.store.copy_file import Copy
from console.store.doctor import examine
from console.store.driver import connect_reader
from tests.simulation.disk.day import Day, found_by
from tests.simulation.disk.disk import Disk, Fault, cut_short, watched
from tests.support.console_desk import Desk, a_desk, begin_day
from tests.support.console_store import KEY
from ui.presenters.errors import sentence_of

RU = Catalog.load("ru")
_CODES = {
    Fault.FULL: {"full"},
    Fault.BROKEN: {"failing"},
    Fault.READ_ONLY: {"failing", "read_only"},
}
_MOST_WRITES = 150
"""More than any step has."""


@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.allowed_logs(r"store\.writer: the store could not write: ", r"the copy of the outbox")
def test_each_write_of_a_day_may_be_refused_and_is_made_up_for(
    tmp_path: Path, fault: Fault
) -> None:
    refused = 0
    with watched(tmp_path) as disk:
        with a_desk(tmp_path) as desk:
            for step in Day().steps():
                after = 0
                while not _done(desk, disk, step.do, fault, after):
                    after += 1
                    assert after < _MOST_WRITES, f"{step.name} never gets through"
                refused += after
            whole = found_by(desk.store.reader, desk.store.path)
        with a_desk(tmp_path) as again:
            assert again.rescue is None
            assert found_by(again.store.reader, again.store.path) == whole
    print(f"{fault.name}: {refused} refused writes")
    assert ("d-5", "Этот останется.") in whole.own.drafts
    assert refused > 100
    assert examine(tmp_path / "store.db", KEY).faults == ()
    with (
        closing(connect_reader(tmp_path / "store.db", KEY)) as store,
        closing(Copy(tmp_path / "store-copy.db", KEY)) as copy,
    ):
        assert copy.rows() == own.read_all(store), "the copy has missed something"
        assert copy.number == own.change_number(store)


@pytest.mark.allowed_logs(r"store\.opening: ")
def test_each_write_of_a_rescue_may_be_refused_and_the_next_start_does_it(tmp_path: Path) -> None:
    with a_desk(tmp_path / "day") as desk:
        _, (first, second, _) = begin_day(desk)
        desk.write(first.ref, "Черновик")
        desk.send(desk.write(second.ref, "Ответ"))
    cut_short(tmp_path / "day" / "store.db", size=3 * 4096)
    refused = 0
    for after in range(_MOST_WRITES):
        folder = tmp_path / f"rescue-{after}"
        shutil.copytree(tmp_path / "day", folder)
        with watched(folder) as disk:
            disk.fail(Fault.FULL, after=after)
            told = _refusal_of_start(folder)
            disk.heal()
            with a_desk(folder) as desk:
                assert (desk.rescue is not None) or told is None
                assert (desk.texts(), desk.waiting()) == (["Черновик"], ["Ответ"])
        if told is None:
            break
        # The library says no more than that where it makes a new file ready for its log.
        assert told.code in {"full", "failing"}
        assert sentence_of(told, RU) == RU.t(f"ui.disk_{told.code}")
        refused += 1
    assert refused > 10


def _refusal_of_start(folder: Path) -> DiskError | None:
    try:
        with a_desk(folder):
            return None
    except DiskError as error:
        return error


def _done(desk: Desk, disk: Disk, do: object, fault: Fault, after: int) -> bool:
    """Try a step with a disk that refuses every write but the first few; whether it was done."""
    before = found_by(desk.store.reader, desk.store.path)
    disk.fail(fault, after=after)
    try:
        do(desk)  # type: ignore[operator]
    except DiskError as error:
        assert error.code in _CODES[fault]
        assert sentence_of(error, RU) == RU.t(f"ui.disk_{error.code}")
        assert found_by(desk.store.reader, desk.store.path) == before, "half of it is there"
        return False
    finally:
        disk.heal()
    return True
