"""The notice desk over the window: what is shown, heard and opened, with a tray and without."""

from __future__ import annotations

import wave
from collections.abc import Generator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject

from console.changes import Changes
from tests.support.fake_console import SUPERVISOR, a_console, an_appeal
from tests.support.qt import until_qt
from tests.support.whole_window import WholeWindow, a_whole_window
from tests.tools import sounds as source
from ui.presenters.notices import Happening, Notice
from ui.presenters.preferences import NOTICE_CLASSES
from ui.windows.notify import NoticeDesk
from ui.windows.sounds import FOLDER, Sounds, at_volume

pytestmark = pytest.mark.usefixtures("qapp")


@dataclass
class Ears:
    """What would have been heard."""

    heard: list[tuple[str, int]] = field(default_factory=list)

    def play(self, kind: str, volume: int) -> None:
        self.heard.append((kind, volume))

    def stop(self) -> None:
        """Nothing sounds."""


@dataclass
class Balloons:
    """A tray that only notes what it was to show."""

    is_shown: bool = True
    told: list[tuple[str, str]] = field(default_factory=list)

    def tell(self, title: str, body: str) -> None:
        self.told.append((title, body))


@dataclass
class Scene:
    """The desk with its ears and balloons."""

    whole: WholeWindow
    ears: Ears
    balloons: Balloons
    shown: list[Notice] = field(default_factory=list)

    @property
    def desk(self) -> NoticeDesk:
        return self.whole.furnished.native.notices

    def prefer(self, key: str, value: str) -> None:
        self.whole.furnished.native.preferences.set(key, value)

    def happen(self, *kinds: str) -> None:
        self.desk._add([Happening(kind, who="Марина", state="lost") for kind in kinds])
        self.desk._gather.stop()
        self.desk._tell()


@pytest.fixture
def scene(qapp: object) -> Generator[Scene]:
    with a_whole_window(a_console(5, me=SUPERVISOR)) as whole:
        ears, balloons = Ears(), Balloons()
        desk: Any = whole.furnished.native.notices
        desk._sounds = ears
        desk._remark.dismiss()
        desk.begin()
        until_qt(lambda: desk._watch is not None, what="the watch to begin")
        made = Scene(whole, ears, balloons)
        desk.shown.connect(made.shown.append)
        yield made


def test_an_appeal_that_comes_in_is_told_by_itself(scene: Scene) -> None:
    now = scene.whole.fake.clock.now()
    appeal = replace(an_appeal(901), created_at=now, received_at=now, danger=True)
    ref = scene.whole.fake.world.add(appeal)
    scene.whole.fake.publish(ref)
    until_qt(lambda: bool(scene.shown), what="the notice")
    assert scene.shown[0].ref == ref
    assert scene.shown[0].kind == "danger"
    assert scene.ears.heard == [("danger", 75)]


def test_in_front_of_the_person_it_is_a_remark_and_elsewhere_a_balloon(scene: Scene) -> None:
    scene.happen("held")
    assert scene.whole.furnished.shift.notice.text().startswith("Ответ задержан")
    desk: Any = scene.desk
    desk._tray = scene.balloons
    scene.whole.window.showMinimized()
    scene.happen("assigned")
    assert scene.balloons.told == [("Вам назначено обращение", "Марина")]
    desk._tray = scene.whole.furnished.native.tray


def test_of_several_at_once_only_the_most_urgent_is_heard(scene: Scene) -> None:
    scene.happen("new", "danger", "assigned")
    assert scene.ears.heard == [("danger", 75)]


def test_each_class_is_told_as_it_was_chosen(scene: Scene) -> None:
    scene.prefer("notice.new", "off")
    scene.prefer("notice.assigned", "silent")
    scene.prefer("volume", "25")
    scene.happen("new", "assigned")
    assert [one.kind for one in scene.shown] == ["assigned"]
    assert scene.ears.heard == []
    scene.happen("mention")
    assert scene.ears.heard == [("mention", 25)]


def test_in_quiet_hours_it_is_kept_but_danger_gets_through(scene: Scene) -> None:
    scene.prefer("quiet.on", "1")
    scene.prefer("quiet.from", "00:00")
    scene.prefer("quiet.to", "23:59")
    scene.happen("new", "danger")
    assert [one.kind for one in scene.shown] == ["danger"]
    scene.prefer("quiet.on", "0")
    scene.desk.tick()
    scene.desk._tell()
    assert [one.kind for one in scene.shown] == ["danger", "new"]


def test_a_storm_is_told_and_then_rests(scene: Scene) -> None:
    scene.happen(*["new"] * 13)
    assert [one.body for one in scene.shown][-1] == "ещё 12 новых"
    scene.desk._add([Happening("new", who="Ещё")])
    assert not scene.desk._gather.isActive(), "a storm that goes on is told no oftener"
    scene.desk._add([Happening("danger", who="Провод")])
    assert scene.desk._gather.isActive(), "danger never waits"


def test_a_click_opens_what_it_was_about(scene: Scene) -> None:
    ref = next(iter(scene.whole.fake.world.appeals))
    scene.desk._show(Notice("new", "Новое", "", ref))
    scene.desk._on_clicked()
    scene.whole.settle()
    assert scene.whole.window.desk.parts.appeal.ref == ref


def test_the_test_button_shows_and_sounds_even_in_quiet_hours(scene: Scene) -> None:
    scene.prefer("quiet.on", "1")
    scene.desk.try_out("held")
    assert scene.ears.heard == [("held", 75)]
    assert "Ответ задержан" in scene.whole.furnished.shift.notice.text()


def test_where_there_is_no_tray_nothing_is_missing(scene: Scene) -> None:
    native = scene.whole.furnished.native
    native.tray.show(wanted=True)
    assert not native.tray.is_shown  # the offscreen platform has none
    native.tray.tell("nobody", "sees it")
    native.tray.show_state(count=3, token="danger", words="…")
    scene.prefer("tray.close", "1")
    assert not scene.whole.window.stays_in_tray(), "a window that nobody could get back"


def test_a_change_of_nothing_that_matters_is_silent(scene: Scene) -> None:
    scene.desk.on_changes(Changes(drafts=True, presence=True))
    assert scene.shown == []


# Sounds


def test_the_sounds_are_what_their_source_makes(tmp_path: Path) -> None:
    source.write(tmp_path)
    assert set(source.TUNES) == set(NOTICE_CLASSES)
    for name in source.TUNES:
        assert (FOLDER / f"{name}.wav").read_bytes() == (tmp_path / f"{name}.wav").read_bytes()


def test_a_quieter_sound_is_made_once_and_has_the_same_length(tmp_path: Path) -> None:
    loud = FOLDER / "danger.wav"
    assert at_volume(loud, 100, tmp_path) == loud
    made = at_volume(loud, 25, tmp_path / "cache")
    with wave.open(str(loud)) as one, wave.open(str(made)) as other:
        assert one.getnframes() == other.getnframes()
        assert max(other.readframes(9999)) <= max(one.readframes(9999))
    before = made.stat().st_mtime_ns
    assert at_volume(loud, 25, tmp_path / "cache").stat().st_mtime_ns == before


def test_without_a_player_the_bell_is_rung(qapp: object, tmp_path: Path) -> None:
    owner = QObject()
    sounds = Sounds(tmp_path, find=lambda _: None, parent=owner)
    sounds.play("new", 50)
    sounds.stop()
    assert (tmp_path / "new-50.wav").exists()
