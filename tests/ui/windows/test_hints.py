"""The hints of the first start: beside their parts, by keyboard, once, and again on wish."""

from __future__ import annotations

from collections.abc import Generator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from console.i18n import LANGUAGES, Catalog
from tests.support.fitting import cut_words, out_of_sight
from tests.support.whole_window import WholeWindow, a_whole_window
from ui.presenters.hints import HINTS, hint_words
from ui.windows.hints import HintBubble

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def whole(qapp: object) -> Generator[WholeWindow]:
    with a_whole_window() as one:
        yield one


def started(whole: WholeWindow) -> HintBubble:
    whole.furnished.native.welcome()
    bubble = whole.furnished.native.hints.bubble
    assert bubble is not None
    return bubble


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_hint_names_keys_that_there_are(language: str) -> None:
    catalog = Catalog.load(language)
    assert 3 <= len(HINTS) <= 6
    for at in range(len(HINTS)):
        words = hint_words(at, catalog)
        assert words.title
        assert "{{" not in words.body
        assert "  " not in words.body, "a command without a key"


def press(key: Qt.Key) -> None:
    """Press a key where the keys are."""
    widget = QApplication.focusWidget()
    assert widget is not None
    QTest.keyClick(widget, key)


def test_they_are_walked_by_keys_and_come_to_an_end_once(whole: WholeWindow) -> None:
    bubble = started(whole)
    seen = [bubble.words()]
    for _ in range(len(HINTS) - 1):
        press(Qt.Key.Key_Space)
        seen.append(bubble.words())
    assert len(set(seen)) == len(HINTS)
    press(Qt.Key.Key_Space)
    native = whole.furnished.native
    assert native.hints.bubble is None
    native.welcome()
    assert native.hints.bubble is None, "whoever has seen them is left alone"
    assert whole.window.dispatcher.run("app.hints")
    assert native.hints.bubble is not None


def test_escape_skips_them_for_good_and_gives_the_keys_back(whole: WholeWindow) -> None:
    rows = whole.window.desk.parts.queue.rows
    rows.setFocus()
    started(whole)
    press(Qt.Key.Key_Escape)
    assert QApplication.focusWidget() is rows
    assert not whole.furnished.native.hints.are_new


@pytest.mark.parametrize("zoom", [1.0, 2.0])
def test_each_stands_within_the_window_and_its_words_fit(zoom: float) -> None:
    with a_whole_window(zoom=zoom) as whole:
        bubble = started(whole)
        for _ in HINTS:
            QApplication.processEvents()
            assert whole.window.rect().contains(bubble.geometry()), bubble.words()
            assert cut_words(bubble) == []
            assert out_of_sight(bubble) == []
            bubble.onward.emit()


def test_a_window_that_becomes_smaller_takes_its_hint_along(whole: WholeWindow) -> None:
    bubble = started(whole)
    for _ in range(3):
        bubble.onward.emit()
    whole.window.resize(1000, 600)
    QApplication.processEvents()
    assert whole.window.rect().contains(bubble.geometry())
    whole.window.dispatcher.run("view.language", language="en")
    assert bubble.words() == "The connection"
