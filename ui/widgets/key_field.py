"""A field that shows keys pressed together, and takes others by their being pressed in it."""

from __future__ import annotations

import sys

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QWidget

_HELD = {
    "Ctrl": Qt.KeyboardModifier.ControlModifier,
    "Alt": Qt.KeyboardModifier.AltModifier,
    "Shift": Qt.KeyboardModifier.ShiftModifier,
    "Meta": Qt.KeyboardModifier.MetaModifier,
}
_ALONE = (Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Shift, Qt.Key.Key_Meta, Qt.Key.Key_AltGr)
_PASSED_ON = (
    Qt.Key.Key_Tab,
    Qt.Key.Key_Backtab,
    Qt.Key.Key_Escape,
    Qt.Key.Key_Return,
    Qt.Key.Key_Enter,
)
_CLEARING = (Qt.Key.Key_Backspace, Qt.Key.Key_Delete)


class KeyField(QLineEdit):
    """`chosen` carries what was pressed, such as ``Ctrl+Alt+O``; empty for Backspace or Delete.

    What it shows is set by `setText`. Tab, Escape and Enter do what they do everywhere.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)

    def event(self, event: QEvent) -> bool:
        """No shortcut of the window runs while its keys are meant for this field."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if event.key() not in _PASSED_ON:
                event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take what is pressed, once a key is there that is no modifier."""
        bare = event.modifiers() == Qt.KeyboardModifier.NoModifier
        if event.key() in _PASSED_ON:
            event.ignore()
        elif event.key() in _CLEARING and bare:
            self.chosen.emit("")
        elif event.key() not in (*_ALONE, Qt.Key.Key_unknown) and not event.isAutoRepeat():
            held = [name for name, bit in _HELD.items() if bit & event.modifiers()]
            self.chosen.emit("+".join([*held, key_name(event)]))


def key_name(event: QKeyEvent) -> str:
    """The key as Qt writes it; with Shift a digit's key is still the digit, not ``!``."""
    digit = event.nativeVirtualKey() - 0x30 if sys.platform == "win32" else -1
    if sys.platform == "linux" and 10 <= event.nativeScanCode() <= 19:
        digit = (event.nativeScanCode() - 9) % 10
    if 0 <= digit <= 9:
        return str(digit)
    return QKeySequence(event.key()).toString(QKeySequence.SequenceFormat.PortableText)
