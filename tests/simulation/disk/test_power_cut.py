"""The power goes at every write of a day, and at every write of a migration and of a rescue."""

from __future__ import annotations

import shutil
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path

import pytest

from console.readmodel import RescueReason
from console.store import profile as profiles
from console.store.doctor import examine
from console.store.driver import connect_writer
from console.store.migrate import migrate, version_of
from console.store.opening import open_store
from console.store.profile import Profile, note_damage
from console.store.reader import StoreReader
from console.store.schema import STEPS
from tests.simulation.disk.day import Day, Found, Step, found_by
from tests.simulation.disk.disk import Disk, Image, images, watched
from tests.support.builders import NOON
from tests.support.console_desk import a_desk, begin_day
from tests.support.console_store import KEY, ZONES, EightHours

SEED = 20261123
OLDER = r"store\.opening: the store is older than its copy"


@pytest.mark.allowed_logs(OLDER)
def test_a_power_cut_at_any_write_of_a_day_loses_nothing_that_was_promised(tmp_path: Path) -> None:
    steps, states, disk = _a_day(tmp_path / "day")
    cuts, behind, mixed = 0, 0, 0
    for image in images(disk.log, seed=SEED):
        done = len(image.marks)
        certain = max((n for n in range(done) if steps[n].durable), default=-1)
        # What was under way may have been done, and what was not promised may be gone.
        possible = states[certain + 1 : done + 2]
        with watched(tmp_path / "after"):  # so that nobody waits for the real disk
            found, why = _after(image, tmp_path / "after", disk)
        where = f"cut behind event {image.at}, {done} steps done"
        assert found.own in [state.own for state in possible], where
        assert found.told in [state.told for state in possible], where
        behind += why is RescueReason.BEHIND
        mixed += found not in possible
        assert why is None or why is RescueReason.BEHIND, where
        assert why is not None or found in possible, f"half of something is there: {where}"
        cuts += 1
    print(f"{cuts} power cuts; store behind its copy {behind} times")
    assert cuts > 250


def test_a_power_cut_at_any_write_of_a_migration_loses_nothing_of_a_full_outbox(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "day"
    with a_desk(folder) as desk:
        _, appeals = begin_day(desk)
        for number in range(40):
            desk.send(desk.write(appeals[number % 3].ref, f"Ответ {number}", ident=f"d-{number}"))
        written = desk.waiting()
    with watched(folder) as disk, closing(connect_writer(folder / "store.db", KEY)) as store:
        migrate(store, (*STEPS, _NEXT))
    for image in images(disk.log, seed=SEED):
        after = _laid_out(image, tmp_path / "after", disk)
        if not (after / "store.db").exists():
            shutil.copy(folder / "store-copy.db", after)
        with closing(connect_writer(after / "store.db", KEY)) as store:
            assert version_of(store) in (len(STEPS), len(STEPS) + 1)
            assert migrate(store, (*STEPS, _NEXT)) <= len(STEPS) + 1
            assert store.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            sql = "SELECT envelope ->> '$.body.text', urgent FROM outbox ORDER BY seq"
            assert store.execute(sql).fetchall() == [(text, 0) for text in written]


@pytest.mark.allowed_logs(OLDER, r"store\.opening: the store is damaged")
@pytest.mark.parametrize("moment", range(7))
def test_a_rescue_that_is_broken_off_is_done_by_the_next_start(
    tmp_path: Path, moment: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with a_desk(tmp_path) as desk:
        _, (appeal, *_) = begin_day(desk)
        desk.send(desk.write(appeal.ref, "Ответ", ident="sent"))
        desk.write(appeal.ref, "Черновик", ident="kept")
    (tmp_path / "store-copy.db").unlink()  # what is in the store alone must come through as well
    with closing(connect_writer(tmp_path / "store.db", KEY)) as store:
        store.execute("DELETE FROM appeal")
    note_damage(tmp_path / "store.db")
    left = iter(range(moment))

    def step(do: str) -> None:
        if next(left, None) is None:
            raise _PowerCutError(do)

    real = profiles._move

    def move(file: Path, folder: Path) -> None:
        step("move")
        real(file, folder)

    monkeypatch.setattr(profiles, "_move", move)
    dying = _Dying(tmp_path, step)
    with suppress(_PowerCutError):
        open_store(dying, KEY, clocks=EightHours(), now=NOON)
    monkeypatch.undo()
    with a_desk(tmp_path) as desk:
        assert desk.waiting() == ["Ответ"]
        assert desk.texts() == ["Черновик"]
    assert list((tmp_path / "aside").rglob("store.db")), "the damaged file is gone"


class _PowerCutError(Exception):
    """The power is gone."""


class _Dying(Profile):
    """A profile whose machine loses its power at some moment."""

    def __init__(self, folder: Path, step: object) -> None:
        super().__init__(folder)
        self._step = step

    def forget_damage(self) -> None:
        self._step("before")  # type: ignore[operator]
        super().forget_damage()
        self._step("after")  # type: ignore[operator]


_NEXT = """
ALTER TABLE outbox ADD COLUMN urgent INTEGER NOT NULL DEFAULT 1;
UPDATE outbox SET urgent = 0;
CREATE INDEX outbox_urgent ON outbox (urgent, seq);
"""
"""What the step of a later version might be."""


def _a_day(folder: Path) -> tuple[list[Step], list[Found], Disk]:
    """Live through a day; what was found before its first step and after each one."""
    steps = Day().steps()
    folder.mkdir()
    with watched(folder) as disk, a_desk(folder) as desk:
        states = [found_by(desk.store.reader, desk.store.path)]
        for number, step in enumerate(steps):
            step.do(desk)
            disk.mark(number)
            states.append(found_by(desk.store.reader, desk.store.path))
    return steps, states, disk


def _after(image: Image, folder: Path, disk: Disk) -> tuple[Found, RescueReason | None]:
    """What the next start finds."""
    profile = Profile(_laid_out(image, folder, disk))
    profile.create()
    rescue = open_store(profile, KEY, clocks=EightHours(), now=NOON)
    reader = StoreReader(profile.store, KEY, due_soon=timedelta(minutes=60), zones=ZONES)
    try:
        found = found_by(reader, profile.store)
    finally:
        reader.close()
    assert examine(profile.store, KEY).faults == ()
    return found, None if rescue is None else rescue.why


def _laid_out(image: Image, folder: Path, disk: Disk) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    image.lay_out(folder, of=disk.folder)
    return folder
