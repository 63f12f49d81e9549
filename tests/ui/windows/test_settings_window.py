"""The settings window: searched, set by keyboard, applied at once, kept in one place."""

from __future__ import annotations

from collections.abc import Generator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QTimeEdit

from tests.support.fitting import cut_words
from tests.support.whole_window import WholeWindow, a_whole_window
from ui.windows.settings_window import SettingsWindow

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def whole(qapp: object) -> Generator[WholeWindow]:
    with a_whole_window() as one:
        yield one


@pytest.fixture
def settings(whole: WholeWindow) -> SettingsWindow:
    assert whole.window.dispatcher.run("app.settings")
    found = whole.window.findChild(SettingsWindow, "settings")
    assert found is not None
    return found


def choose(settings: SettingsWindow, key: str, value: str) -> None:
    box = settings.control(key)
    assert isinstance(box, QComboBox)
    box.setCurrentIndex(box.findData(value))


def test_a_theme_is_worn_at_once_and_kept(whole: WholeWindow, settings: SettingsWindow) -> None:
    choose(settings, "theme", "dark")
    assert whole.appearance.theme.name == "dark"
    assert whole.window.memory.text("theme") == "dark"
    choose(settings, "zoom", "1.5")
    assert whole.appearance.theme.zoom == 1.5


def test_a_language_is_spoken_at_once_by_the_settings_too(
    whole: WholeWindow, settings: SettingsWindow
) -> None:
    choose(settings, "language", "en")
    assert whole.window.context.catalog.language == "en"
    assert settings.windowTitle() == "Settings"
    assert whole.window.memory.text("language") == "en"


def test_what_a_command_changes_shows_in_the_settings(
    whole: WholeWindow, settings: SettingsWindow
) -> None:
    whole.window.dispatcher.run("view.theme", choice="contrast")
    box = settings.control("theme")
    assert isinstance(box, QComboBox)
    assert box.currentData() == "contrast"


def test_the_undo_window_holds_for_the_next_reply(
    whole: WholeWindow, settings: SettingsWindow
) -> None:
    whole.furnished.native.begin()
    assert whole.fake.outbox.undo_seconds == 0.0, "a colleague sees it within two seconds"
    choose(settings, "undo_seconds", "20")
    assert whole.fake.outbox.undo_seconds == 20.0


def test_a_setting_is_found_and_set_without_a_mouse(
    whole: WholeWindow, settings: SettingsWindow
) -> None:
    QTest.keyClicks(settings.field, "quiet danger")
    QApplication.processEvents()
    assert settings.shown() == ("quiet.danger",)
    QTest.keyClick(settings.field, Qt.Key.Key_Return)
    switch = settings.control("quiet.danger")
    assert isinstance(switch, QCheckBox)
    assert QApplication.focusWidget() is switch
    QTest.keyClick(switch, Qt.Key.Key_Space)
    assert not whole.furnished.native.preferences.is_on("quiet.danger")
    settings.field.setFocus()
    QTest.keyClick(settings.field, Qt.Key.Key_Escape)
    assert len(settings.shown()) > 1
    QTest.keyClick(settings.field, Qt.Key.Key_Escape)
    assert settings.isHidden()


def test_what_is_set_in_a_section_is_shown_anew_at_the_next_opening(
    whole: WholeWindow, settings: SettingsWindow
) -> None:
    settings.open_section("quiet")
    field = settings.control("quiet.from")
    assert isinstance(field, QTimeEdit)
    field.setTime(field.time().addSecs(3600))
    settings.close()
    again = whole.furnished.native.open_settings("quiet")
    shown = again.control("quiet.from")
    assert isinstance(shown, QTimeEdit)
    assert shown.time().toString("HH:mm") == "23:00"


def test_a_senseless_value_is_refused_and_a_kept_one_ignored(whole: WholeWindow) -> None:
    preferences = whole.furnished.native.preferences
    with pytest.raises(ValueError, match="sepia"):
        preferences.set("theme", "sepia")
    whole.window.memory.set_text("lock.minutes", "soon")
    assert preferences.text("lock.minutes") == "15"


def test_every_word_of_every_section_fits(settings: SettingsWindow) -> None:
    from ui.presenters.preferences import SECTIONS

    for section in SECTIONS:
        settings.open_section(section)
        QApplication.processEvents()
        assert cut_words(settings) == [], section


def test_in_a_narrow_window_everything_stands_in_one_column(settings: SettingsWindow) -> None:
    settings.resize(380, 380)
    QApplication.processEvents()
    assert len(settings.shown()) > 15
    QApplication.processEvents()
    assert cut_words(settings) == []
    settings.resize(820, 600)
    QApplication.processEvents()
    assert settings.shown()[0] == "language"
    assert len(settings.shown()) < 6


def test_the_hours_of_quiet_can_be_read(settings: SettingsWindow) -> None:
    settings.open_section("quiet")
    QApplication.processEvents()
    for key, said in (("quiet.from", "22:00"), ("quiet.to", "07:00")):
        field = settings.control(key)
        assert isinstance(field, QTimeEdit) and field.lineEdit().text() == said
        assert field.lineEdit().width() > field.fontMetrics().horizontalAdvance(said)
