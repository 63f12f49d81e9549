"""Spelling in the composer: underlined beside the typing, corrected by keys, never in the way."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QTextCharFormat
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from console.changes import Changes
from console.domain.draft import DraftMode
from console.domain.shared_word import SharedWord, shared_word_id
from tests.support.builders import NOON
from tests.support.qt import until_qt
from tests.support.ui_stage import Stage
from tests.support.writing import type_text, write
from ui.views.composer_view import ComposerView


def looked(stage: Stage, composer: ComposerView) -> None:
    """The typing has paused, and the dictionaries have answered."""
    composer._spelling.run()
    stage.settle()


def underlined(composer: ComposerView) -> list[str]:
    text = composer.editor.text()
    return [text[start:end] for start, end in composer.editor.misspelt()]


def offered(composer: ComposerView) -> QMenu:
    """The menu under the word; a popup takes the keys itself."""
    menu = composer.editor.findChild(QMenu, "spelling")
    assert menu is not None
    return menu


def press(menu: QMenu, key: Qt.Key) -> None:
    QTest.keyClick(menu, key)


def test_a_misspelt_word_is_underlined_once_the_typing_pauses(
    stage: Stage, composer: ComposerView
) -> None:
    write(composer, "Здраствуйте, бригата выехала")
    assert underlined(composer) == []
    until_qt(lambda: underlined(composer) == ["Здраствуйте", "бригата"], what="the underlines")
    styles = {one.format.underlineStyle() for one in composer.editor.extraSelections()}
    assert QTextCharFormat.UnderlineStyle.DotLine in styles


def test_no_key_press_asks_the_dictionaries(stage: Stage, composer: ComposerView) -> None:
    write(composer, "Здраствуйте, бригата")
    assert stage.console.spelling.asked == []


def test_the_word_that_is_being_typed_is_not_underlined(
    stage: Stage, composer: ComposerView
) -> None:
    write(composer, "Приехала бригата")
    looked(stage, composer)
    assert underlined(composer) == []
    type_text(composer.editor, " ")
    looked(stage, composer)
    assert underlined(composer) == ["бригата"]


def test_each_word_is_asked_for_once(stage: Stage, composer: ComposerView) -> None:
    write(composer, "Здраствуйте, свет, ")
    looked(stage, composer)
    type_text(composer.editor, "свет, вода, ")
    looked(stage, composer)
    assert stage.console.spelling.asked == [{"Здраствуйте", "свет"}, {"вода"}]


def test_the_names_of_the_appeal_are_never_underlined(stage: Stage, composer: ComposerView) -> None:
    stage.change(author=replace(stage.appeal.author, name="Эзендер Бригата"))
    write(composer, "Здравствуйте, Эзендер! Бригате передали. ")
    looked(stage, composer)
    assert underlined(composer) == []


def test_underlining_is_no_change(stage: Stage, composer: ComposerView) -> None:
    write(composer, "бригата ")
    composer.desk.flush()
    stage.settle()
    before = composer.editor.document().availableUndoSteps()
    looked(stage, composer)
    assert underlined(composer) == ["бригата"]
    assert composer.editor.document().availableUndoSteps() == before
    assert not composer.desk.pending()


def test_f7_and_return_correct_a_word_as_one_step_of_undo(
    stage: Stage, composer: ComposerView
) -> None:
    write(composer, "Приехала бригата, ждём")
    looked(stage, composer)
    QTest.keyClick(composer.editor, Qt.Key.Key_F7)
    stage.settle()
    menu = offered(composer)
    assert [action.text() for action in menu.actions()][:3] == [
        "&1  бригада",
        "&2  бригаде",
        "&3  бригаду",
    ]
    assert menu.activeAction() is menu.actions()[0]
    press(menu, Qt.Key.Key_Return)
    stage.settle()
    assert composer.editor.text() == "Приехала бригада, ждём"
    assert QApplication.focusWidget() is composer.editor
    composer.editor.undo()
    assert composer.editor.text() == "Приехала бригата, ждём"


def test_a_digit_takes_the_suggestion_of_that_number(stage: Stage, composer: ComposerView) -> None:
    write(composer, "Видели бригата, ждём")
    QTest.keyClick(composer.editor, Qt.Key.Key_F7)
    stage.settle()
    QTest.keyClick(composer.editor, Qt.Key.Key_F7)
    stage.settle()
    press(offered(composer), Qt.Key.Key_3)
    stage.settle()
    assert composer.editor.text() == "Видели бригаду, ждём"


def test_f7_goes_round_all_words_and_says_when_there_is_none(
    stage: Stage, composer: ComposerView
) -> None:
    write(composer, "бригата и recieve, свет")
    looked(stage, composer)
    for word in ("бригата", "recieve", "бригата"):
        QTest.keyClick(composer.editor, Qt.Key.Key_F7)
        stage.settle()
        assert composer.editor.textCursor().selectedText() == word
        press(offered(composer), Qt.Key.Key_Escape)
        stage.settle()
    composer.editor.selectAll()
    type_text(composer.editor, "свет, ")
    looked(stage, composer)
    QTest.keyClick(composer.editor, Qt.Key.Key_F7)
    assert composer.bar.said() == "Опечаток не найдено"


def test_an_own_word_is_underlined_no_more(stage: Stage, composer: ComposerView) -> None:
    write(composer, "мастер Эзендер, ждём")
    looked(stage, composer)
    QTest.keyClick(composer.editor, Qt.Key.Key_F7)
    stage.settle()
    menu = offered(composer)
    said = [action.text() for action in menu.actions() if not action.isSeparator()]
    assert said == [
        "Вариантов нет",
        "Добавить «Эзендер» в мой словарь",
        "Добавить в словарь филиала Тываэнерго",
        "Не подчёркивать в этом черновике",
    ]
    menu.actions()[2].trigger()
    menu.close()
    stage.settle()
    assert underlined(composer) == []
    assert stage.world.words == {"Эзендер"}
    assert composer.bar.said() == "Слово «Эзендер» теперь в вашем словаре"


def test_a_word_is_left_alone_in_one_draft_only(stage: Stage, composer: ComposerView) -> None:
    write(composer, "бригата, ждём")
    looked(stage, composer)
    composer._spelling._ignore("бригата")
    assert underlined(composer) == []
    write(composer, "бригата, ждём", DraftMode.NOTE)
    looked(stage, composer)
    assert underlined(composer) == ["бригата"]


def test_the_menu_of_the_mouse_begins_with_what_was_meant(
    stage: Stage, composer: ComposerView
) -> None:
    write(composer, "бригата, ждём")
    looked(stage, composer)
    menu = composer.editor.createStandardContextMenu(QPoint(4, 8))
    composer.editor.menu_asked.emit(menu, composer.editor.cursorRect().topLeft() * 0 + QPoint(9, 9))
    stage.settle()
    assert menu.actions()[0].text() == "&1  бригада"
    menu.actions()[0].trigger()
    assert composer.editor.text() == "бригада, ждём"
    menu.deleteLater()


def test_an_emoji_before_it_moves_no_underline(stage: Stage, composer: ComposerView) -> None:
    write(composer, "свет 💡💡 есть, ")
    type_text(composer.editor, "бригата, ")
    looked(stage, composer)
    assert underlined(composer) == ["бригата"]
    (selection,) = (
        one
        for one in composer.editor.extraSelections()
        if one.format.underlineStyle() is QTextCharFormat.UnderlineStyle.DotLine
    )
    assert selection.cursor.selectedText() == "бригата"
    QTest.keyClick(composer.editor, Qt.Key.Key_F7)
    stage.settle()
    press(offered(composer), Qt.Key.Key_Return)
    assert composer.editor.text() == "свет 💡💡 есть, бригада, "


def test_without_dictionaries_one_writes_all_the_same(stage: Stage, composer: ComposerView) -> None:
    stage.console.spelling.broken = True
    write(composer, "бригата, ждём")
    looked(stage, composer)
    assert underlined(composer) == []
    stage.console.spelling.broken = False
    looked(stage, composer)
    stage.console.spelling.broken = True
    QTest.keyClick(composer.editor, Qt.Key.Key_F7)
    stage.settle()
    assert composer.bar.said().startswith("Проверка правописания сейчас недоступна")
    press(offered(composer), Qt.Key.Key_Escape)


def test_another_person_has_other_words(stage: Stage, composer: ComposerView) -> None:
    stage.world.words.add("бригата")
    write(composer, "бригата, ждём")
    looked(stage, composer)
    assert underlined(composer) == []
    stage.world.words.clear()
    stage.console.changes.publish(Changes(everything=True))
    stage.settle()
    looked(stage, composer)
    assert underlined(composer) == ["бригата"]


@pytest.mark.parametrize("length", [3000])
def test_a_long_text_is_looked_at_whole(stage: Stage, composer: ComposerView, length: int) -> None:
    composer.start(DraftMode.NOTE)
    composer.editor.insert("слово " * (length // 6) + "бригата. ")
    looked(stage, composer)
    assert underlined(composer) == ["бригата"]


def test_a_word_that_a_colleague_shares_is_underlined_no_more_and_the_text_is_not_touched(
    stage: Stage, composer: ComposerView
) -> None:
    write(composer, "Приехала бригата, ждём")
    looked(stage, composer)
    composer.editor.select(3, 7)
    steps = composer.editor.document().availableUndoSteps()
    row = SharedWord("tyva", shared_word_id("бригата"), "бригата", "boris", NOON)
    stage.world.lexicon[row.ref] = row
    stage.console.publish(words=True)
    stage.settle()
    assert underlined(composer) == []
    assert (composer.editor.text(), composer.editor.selection()) == (
        "Приехала бригата, ждём",
        (3, 7),
    )
    assert composer.editor.document().availableUndoSteps() == steps


def test_a_word_is_added_for_all_who_answer_for_the_branch(
    stage: Stage, composer: ComposerView
) -> None:
    write(composer, "мастер Эзендер, ждём")
    looked(stage, composer)
    composer._spelling._add("Эзендер", stage.appeal.branch)
    stage.settle()
    assert underlined(composer) == []
    assert [row.word for row in stage.world.lexicon.values()] == ["Эзендер"]
    assert stage.world.words == set()
    assert composer.bar.said() == "Слово «Эзендер» теперь в словаре филиала Тываэнерго"
