"""Writing in a composer as a person does, key by key."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from console.domain.appeal import Outcome
from console.domain.draft import DraftMode
from ui.views.composer_view import ComposerView

GOOD = "Здравствуйте! Оборвался провод, бригада работает. Свет включим сегодня до 16:30."


def type_text(widget: QWidget, text: str) -> None:
    """Press a key for each letter; QTest itself knows the Latin ones alone."""
    for letter in text:
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, letter)
            QApplication.sendEvent(widget, event)


def write(composer: ComposerView, text: str, mode: DraftMode = DraftMode.REPLY) -> None:
    composer.start(mode)
    for line in text.split("\n"):
        type_text(composer.editor, line)


def ready(composer: ComposerView, text: str = GOOD) -> None:
    write(composer, text)
    composer.bar.outcome_chosen.emit(Outcome.EXPLAINED)


def press_send(composer: ComposerView) -> None:
    QTest.keyClick(composer.editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
