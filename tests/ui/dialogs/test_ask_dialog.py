"""The form over one action: nothing is chosen for a person, nothing that is missing passes."""

from __future__ import annotations

from collections.abc import Generator
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QPushButton, QRadioButton, QWidget

from console.i18n import LANGUAGES
from tests.support.fitting import cut_words
from tests.support.ui_builders import KYZYL, NOW
from tests.support.ui_stage import Stage, on_stage
from tests.support.writing import type_text
from ui.dialogs.ask_dialog import AskDialog, chosen_key
from ui.theme.apply import apply

OPTIONS = [("one", "Первое"), ("two", "Второе & третье"), ("four", "Четвёртое")]
MISSING = "Выберите что-нибудь."


@pytest.fixture
def stage(qapp: QApplication) -> Generator[Stage]:
    with on_stage(qapp) as made:
        yield made


def a_dialog(stage: Stage) -> AskDialog:
    return AskDialog(stage.context, title="Вопрос", lead="Пояснение.", accept="Сделать")


def opened(stage: Stage, dialog: AskDialog) -> AskDialog:
    dialog.finish()
    return stage.show(lambda: dialog)


def button(dialog: AskDialog, words: str) -> QPushButton:
    return next(one for one in dialog.findChildren(QPushButton) if one.text() == words)


def press(dialog: AskDialog, key: Qt.Key, *, control: bool = False) -> None:
    modifier = Qt.KeyboardModifier.ControlModifier if control else Qt.KeyboardModifier.NoModifier
    QTest.keyClick(focused(dialog), key, modifier)


def focused(dialog: AskDialog) -> QWidget:
    return dialog.focusWidget() or dialog


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_nothing_is_chosen_beforehand_and_so_nothing_can_be_accepted(
    stage: Stage, key: Qt.Key
) -> None:
    dialog = a_dialog(stage)
    group = dialog.add_choice("Что", OPTIONS, missing=MISSING)
    opened(stage, dialog)
    assert chosen_key(group) == ""
    assert not button(dialog, "Сделать").isEnabled()
    assert dialog.said() == MISSING
    press(dialog, key)
    press(dialog, key, control=True)
    assert dialog.isVisible()
    assert dialog.said() == MISSING


@pytest.mark.parametrize(("digit", "wanted"), [(1, "one"), (2, "two"), (3, "four")])
def test_a_digit_chooses(stage: Stage, digit: int, wanted: str) -> None:
    dialog = a_dialog(stage)
    group = dialog.add_choice("Что", OPTIONS, missing=MISSING)
    opened(stage, dialog)
    press(dialog, Qt.Key(Qt.Key.Key_0 + digit))
    assert chosen_key(group) == wanted
    assert dialog.said() == ""
    assert button(dialog, "Сделать").isEnabled()
    press(dialog, Qt.Key.Key_Return, control=True)
    assert dialog.result() == dialog.DialogCode.Accepted


def test_each_option_says_its_digit(stage: Stage) -> None:
    dialog = a_dialog(stage)
    dialog.add_choice("Что", OPTIONS, missing=MISSING)
    radios = opened(stage, dialog).findChildren(QRadioButton)
    assert [one.text() for one in radios] == ["1. Первое", "2. Второе && третье", "3. Четвёртое"]
    assert [one.accessibleName() for one in radios] == [words for _, words in OPTIONS]


def test_digits_are_text_where_somebody_writes(stage: Stage) -> None:
    dialog = a_dialog(stage)
    group = dialog.add_choice("Что", OPTIONS, missing=MISSING)
    field = dialog.add_text("Почему")
    opened(stage, dialog)
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_2)
    assert field.toPlainText() == "2"
    assert chosen_key(group) == ""


def test_a_missing_text_is_said_and_what_was_entered_stays(stage: Stage) -> None:
    dialog = a_dialog(stage)
    group = dialog.add_choice("Что", OPTIONS, missing=MISSING)
    field = dialog.add_text("Почему", missing="Напишите причину.")
    opened(stage, dialog)
    press(dialog, Qt.Key.Key_2)
    press(dialog, Qt.Key.Key_Return, control=True)
    assert dialog.isVisible()
    assert dialog.said() == "Напишите причину."
    assert chosen_key(group) == "two"
    type_text(field, "так надо")
    assert dialog.said() == "", "what is mended is not complained of any more"
    QTest.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert dialog.result() == dialog.DialogCode.Accepted


@pytest.mark.parametrize("blank", ["", "   ", "\n"])
def test_blanks_are_no_reason(stage: Stage, blank: str) -> None:
    dialog = a_dialog(stage)
    dialog.add_text("Почему", missing="Напишите причину.").setPlainText(blank)
    opened(stage, dialog)
    button(dialog, "Сделать").click()
    assert dialog.isVisible()


def test_escape_gives_up(stage: Stage) -> None:
    dialog = a_dialog(stage)
    dialog.add_choice("Что", OPTIONS, missing=MISSING)
    accepted: list[int] = []
    dialog.accepted.connect(lambda: accepted.append(1))
    opened(stage, dialog)
    press(dialog, Qt.Key.Key_1)
    press(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert accepted == []


def test_a_moment_is_shown_in_the_time_of_the_place_and_not_before_the_earliest(
    stage: Stage,
) -> None:
    dialog = a_dialog(stage)
    there = NOW.astimezone(KYZYL)
    field = dialog.add_moment("Когда", there + timedelta(hours=3), earliest=there)
    opened(stage, dialog)
    assert field.text() == "18.03.2026 18:00"
    field.setDateTime(field.dateTime().addDays(-1))
    moment = datetime.fromtimestamp(field.dateTime().toSecsSinceEpoch(), UTC)
    assert moment == NOW


def test_what_the_caller_requires_is_said_too(stage: Stage) -> None:
    dialog, allowed = a_dialog(stage), [False]
    dialog.require(lambda: "" if allowed[0] else "Ещё нельзя.")
    opened(stage, dialog)
    button(dialog, "Сделать").click()
    assert (dialog.isVisible(), dialog.said()) == (True, "Ещё нельзя.")
    allowed[0] = True
    button(dialog, "Сделать").click()
    assert not dialog.isVisible()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("zoom", [1.0, 2.0])
def test_every_word_of_a_form_fits(qapp: QApplication, zoom: float, language: str) -> None:
    with on_stage(qapp, language=language) as stage:
        stage.theme.use(stage.theme.tokens, zoom=zoom)
        apply(qapp, stage.theme)
        t = stage.context.t
        dialog = AskDialog(
            stage.context,
            title=t("ask.close_title"),
            lead=t("ask.close_lead"),
            accept=t("ask.close_accept"),
        )
        dialog.add_notice(t("ask.close_overdue", time="18 марта 12:00"), "danger")
        options = [(one, t(f"ask.outcome_{one}")) for one in ("solved", "no_reply_needed")]
        dialog.add_choice(t("ask.outcome"), options, missing=t("ask.outcome_missing"))
        dialog.add_text(t("ask.fact"), missing=t("ask.fact_missing"))
        opened(stage, dialog)
        assert cut_words(dialog) == []
        press(dialog, Qt.Key.Key_1)
        press(dialog, Qt.Key.Key_Return, control=True)
        assert dialog.said() == t("ask.fact_missing")
        stage.settle()
        assert cut_words(dialog) == []
        assert dialog.findChildren(QPlainTextEdit)[0].isVisible()
