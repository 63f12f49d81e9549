"""Hotkeys at the desk: chosen in the settings, tried out there, and what they do."""

from __future__ import annotations

from collections.abc import Generator

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QPushButton

from tests.support.hotkey_stages import FakeHotkeys
from tests.support.whole_window import WholeWindow, a_whole_window
from ui.presenters.hotkeys import chord
from ui.widgets.key_field import KeyField
from ui.windows.native import Native

pytestmark = pytest.mark.usefixtures("qapp")
CTRL_ALT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


class Scene:
    """The whole window with a system of hotkeys that a test plays."""

    def __init__(self, whole: WholeWindow) -> None:
        self.whole = whole
        self.system = FakeHotkeys()
        self.native: Native = whole.furnished.native
        self.native.hotkeys._make = lambda _: self.system
        self.native.begin()

    def choose(self, name: str, key: int, text: str = "") -> str:
        """Press Ctrl, Alt and ``key`` in the settings' field; what is said there then."""
        settings = self.native.open_settings("hotkeys")
        field = settings.control(name)
        assert isinstance(field, KeyField)
        field.keyPressEvent(QKeyEvent(QEvent.Type.KeyPress, key, CTRL_ALT, text))
        return settings.said(name)

    def press(self, keys: str) -> None:
        pressed = chord(keys)
        assert pressed is not None
        self.system.press(pressed)

    def said(self, name: str) -> str:
        return self.native.open_settings().said(name)


@pytest.fixture
def scene(qapp: object) -> Generator[Scene]:
    with a_whole_window() as whole:
        yield Scene(whole)
        whole.furnished.native.end()


def test_keys_are_chosen_tried_out_refused_in_words_and_bring_the_window(scene: Scene) -> None:
    assert scene.system.taken == {}, "nothing is taken unasked"
    assert scene.choose("hotkey.front", Qt.Key.Key_F4) == (
        "Ctrl+Alt+F4 система оставляет себе. Выберите другие клавиши."
    )
    shcha = 0x0429
    assert scene.choose("hotkey.front", shcha) == "Работает: Ctrl+Alt+O."
    assert scene.choose("hotkey.call", Qt.Key.Key_O).startswith("Ctrl+Alt+O уже выбраны")
    taken = chord("Ctrl+Alt+K")
    assert taken is not None
    scene.system.elsewhere.add(taken)
    assert scene.choose("hotkey.call", Qt.Key.Key_K).startswith("Ctrl+Alt+K уже заняла другая")
    scene.system.elsewhere.clear()
    settings = scene.native.open_settings("hotkeys")
    tests = [one for one in settings.findChildren(QPushButton) if one.isVisible()]
    tests[1].click()
    assert scene.said("hotkey.call").startswith("Нажмите Ctrl+Alt+K")
    scene.press("Ctrl+Alt+K")
    assert scene.said("hotkey.call") == "Нажатие пришло: Ctrl+Alt+K работает."
    scene.native.preferences.set("language", "en")
    assert scene.said("hotkey.call") == "The press has come: Ctrl+Alt+K works."
    field = settings.control("hotkey.call")
    assert isinstance(field, KeyField)
    field.chosen.emit("")
    assert scene.said("hotkey.call") == ""
    tests[1].click()
    assert scene.said("hotkey.call") == "Choose the keys first."
    settings.close()
    a_press_brings_the_window_and_the_form_of_a_call_behind_a_lock_after_it(scene)


def a_press_brings_the_window_and_the_form_of_a_call_behind_a_lock_after_it(
    scene: Scene,
) -> None:
    window, native = scene.whole.window, scene.native
    native.preferences.set("hotkey.front", "Ctrl+Alt+O")
    native.preferences.set("hotkey.call", "Ctrl+Alt+K")
    window.hide()
    scene.press("Ctrl+Alt+O")
    assert window.isVisible()
    assert scene.system.lifted == [int(window.winId())]
    native.lock.lock()
    scene.press("Ctrl+Alt+K")
    calls = [one for one in QApplication.topLevelWidgets() if "CallForm" in type(one).__name__]
    assert calls == [], "nobody writes down a call behind a lock"
    native.lock._open()
    calls = [one for one in QApplication.topLevelWidgets() if "CallForm" in type(one).__name__]
    assert [one.isVisible() for one in calls] == [True]
    calls[0].close()
