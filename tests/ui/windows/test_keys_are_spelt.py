"""A key has one spelling, wherever the window tells of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QMenu, QStyleOptionMenuItem, QWidget

from console.i18n import LANGUAGES
from tests.support.whole_window import WholeWindow, a_whole_window
from ui.commands.keys import key_words

pytestmark = pytest.mark.usefixtures("qapp")


class AMenu(QMenu):
    """Tells what a menu paints for an action."""

    def painted(self, action: QAction) -> str:
        option = QStyleOptionMenuItem()
        self.initStyleOption(option, action)
        return str(option.text)


def everything_told(whole: WholeWindow) -> Iterator[str]:
    window = whole.window
    menu = AMenu()
    for action in window.findChildren(QAction):
        yield menu.painted(action)
        yield action.toolTip()
    for widget in window.findChildren(QWidget):
        yield widget.toolTip()
        yield widget.accessibleName()
    for label in window.findChildren(QLabel):
        yield label.text()
    yield window.desk.parts.appeal.composer.editor.placeholderText()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_key_is_called_return(language: str) -> None:
    with a_whole_window(language=language) as whole:
        whole.window.desk.parts.queue.go(1)
        whole.settle()
        whole.window.dispatcher.run("reply.start")
        composer = whole.window.desk.parts.appeal.composer
        QTest.keyClicks(composer.editor, "call +7 913 555-12-34")
        composer.check_now()
        told = [one for one in everything_told(whole) if "+Return" in one]
        assert told == []
        assert any("Ctrl+Enter" in one for one in everything_told(whole))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_menu_shows_the_key_as_the_sheet_does(language: str) -> None:
    with a_whole_window(language=language) as whole:
        menu, dispatcher = AMenu(), whole.window.dispatcher
        catalog = whole.window.context.catalog
        for command in dispatcher.commands():
            shown = menu.painted(dispatcher.action(command.id)).partition("\t")[2]
            wanted = key_words(command.keys[0], catalog) if command.keys else ""
            assert shown == wanted, command.id
