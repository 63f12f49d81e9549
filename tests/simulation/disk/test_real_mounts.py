"""A real full disk and a real read-only one: told in a sentence, nothing saved is harmed."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest

from console.errors import DiskError, StoreError
from console.i18n import Catalog
from console.store.doctor import examine
from tests.support.console_desk import Desk, a_desk, begin_day
from tests.support.console_store import KEY
from tests.support.small_disk import fill, read_only, small_disk
from ui.presenters.errors import sentence_of

RU = Catalog.load("ru")
SIZE = 3 * 1024 * 1024
LOGS = (r"store\.writer: the store could not write", r"the copy of the outbox")


@pytest.fixture(name="small")
def _small(tmp_path: Path) -> Generator[Path]:
    """A file system of three megabytes."""
    with small_disk(tmp_path / "disk", size=SIZE) as folder:
        yield folder


@pytest.mark.expected_logs(LOGS[0])
@pytest.mark.allowed_logs(LOGS[1])
def test_on_a_full_disk_all_that_was_saved_stays_and_work_goes_on_with_space(
    small: Path,
) -> None:
    ballast = small / "somebody-elses-film"
    with a_desk(small / "profile") as desk:
        _, (appeal, *_) = begin_day(desk)
        desk.write(appeal.ref, "До тесноты", ident="before")
        fill(ballast)
        kept, error = _write_until_refused(desk)
        assert sentence_of(error, RU) == RU.t("ui.disk_full")
        assert desk.texts() == sorted(["До тесноты", *kept]), "something saved was harmed"
        ballast.unlink()
        desk.write(appeal.ref, "Снова просторно", ident="after")
        assert desk.texts() == sorted(["До тесноты", "Снова просторно", *kept])
    with a_desk(small / "profile") as again:
        assert again.rescue is None
        assert again.texts() == sorted(["До тесноты", "Снова просторно", *kept])
    assert examine(small / "profile" / "store.db", KEY).faults == ()


def test_a_program_that_starts_on_a_full_disk_says_so_and_harms_nothing(small: Path) -> None:
    with a_desk(small / "profile") as desk:
        _, (appeal, *_) = begin_day(desk)
        desk.write(appeal.ref, "Написано раньше")
    ballast = small / "somebody-elses-film"
    fill(ballast)
    with pytest.raises(StoreError) as caught, a_desk(small / "profile"):
        pass
    assert sentence_of(caught.value, RU) == RU.t("ui.disk_full")
    ballast.unlink()
    with a_desk(small / "profile") as again:
        assert (again.rescue, again.texts()) == (None, ["Написано раньше"])


def test_a_read_only_profile_is_told_at_the_start_and_is_not_touched(small: Path) -> None:
    with a_desk(small / "profile") as desk:
        _, (appeal, *_) = begin_day(desk)
        desk.write(appeal.ref, "Написано раньше")
    with read_only(small):
        before = _contents(small)
        with pytest.raises(StoreError) as caught, a_desk(small / "profile"):
            pass
        assert RU.t("cause.read_only") in sentence_of(caught.value, RU)
        assert _contents(small) == before
    with a_desk(small / "profile") as again:
        assert (again.rescue, again.texts()) == (None, ["Написано раньше"])


def _write_until_refused(desk: Desk) -> tuple[list[str], DiskError]:
    """Drafts that were taken, and the error of the first that was not."""
    ref = desk.store.reader.drafts()[0].appeal
    kept: list[str] = []
    for number in range(200):
        text = f"Тесно {number} " * 400
        try:
            desk.write(ref, text, ident=f"tight-{number}")
        except DiskError as error:
            return kept, error
        kept.append(text)
    pytest.fail("the disk was never full")


def _contents(folder: Path) -> dict[Path, bytes]:
    return {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
