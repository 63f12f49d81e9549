"""The page of words and forms: steered by keys, undone, and told of what others do."""

from __future__ import annotations

from collections.abc import Generator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from console.domain.mutations import WithdrawWord
from console.domain.operator import Role
from console.domain.shared_word import SharedWord, shared_word_id
from tests.support.builders import an_operator
from tests.support.qt import until_qt
from tests.support.ui_stage import Stage, on_stage
from ui.windows.lexicon_commands import LexiconCommands
from ui.windows.lexicon_window import LexiconWindow


@pytest.fixture
def stage(qapp: QApplication) -> Generator[Stage]:
    with on_stage(qapp) as made:
        yield made


def opened(stage: Stage) -> LexiconWindow:
    window = stage.show(QWidget)
    LexiconCommands(stage.context, stage.bridge, stage.dispatcher, window=window)
    stage.console.publish(status=True)
    stage.settle()
    assert stage.dispatcher.run("app.lexicon")
    page = window.findChild(LexiconWindow, "lexicon")
    assert page is not None
    until_qt(page.isActiveWindow, what="the page to have the keys")
    return page


def share(stage: Stage, word: str, by: str) -> None:
    at = stage.console.clock.now()
    row = SharedWord("tyva", shared_word_id(word), word, by, at)
    stage.world.lexicon[row.ref] = row


def words(page: LexiconWindow) -> list[str]:
    return [line.cells[0] for line in page.lines()]


def test_words_are_found_removed_and_brought_back_by_keys(stage: Stage) -> None:
    assert stage.console.me is not None
    share(stage, "реклоузер", "boris")
    share(stage, "автовышка", stage.console.me.id)
    stage.world.words.add("Изеннер")
    page = opened(stage)
    assert words(page) == ["автовышка", "Изеннер", "реклоузер"]
    page.field.setText("авто")
    QTest.keyClick(page.field, Qt.Key.Key_Down)
    assert (words(page), page.focusWidget()) == (["автовышка"], page.table)
    QTest.keyClick(page.table, Qt.Key.Key_Delete)
    until_qt(lambda: not page.lines(), what="the word to go")
    assert page.empty.title() == "Ничего не нашлось"
    page.undo()
    until_qt(lambda: words(page) == ["автовышка"], what="the word to come back")


def test_a_colleague_s_word_says_why_it_cannot_be_removed(stage: Stage) -> None:
    share(stage, "реклоузер", "boris")
    page = opened(stage)
    page.table.selectRow(0)
    remove = page.findChild(QPushButton, "lexicon-remove")
    assert remove is not None and not remove.isEnabled()
    page.remove()
    assert words(page) == ["реклоузер"]


def test_what_comes_from_colleagues_is_shown_at_once_and_a_removal_of_ones_own_told(
    stage: Stage,
) -> None:
    me = stage.console.me
    assert me is not None
    told: list[str] = []
    stage.dispatcher.told.connect(lambda said, _: told.append(said))
    share(stage, "автовышка", me.id)
    page = opened(stage)
    stage.console.me = an_operator(id="boss", role=Role.SUPERVISOR, branches=("tyva",))
    stage.console.lexicon.change("tyva", "автовышка", "", WithdrawWord())
    stage.console.me = me
    share(stage, "реклоузер", "boris")
    stage.console.publish(words=True)
    stage.settle()
    assert words(page) == ["реклоузер"]
    assert len(told) == 1 and told[0].startswith("Из словаря филиала убрали «автовышка»")
