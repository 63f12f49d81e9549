"""Mentioning: in a note, «@» and some letters offer the colleagues of the branch by name."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from console.domain.draft import DraftMode
from console.domain.mention import beginning_at, colleagues_of, fitting, spelt
from console.domain.operator import Operator
from ui.views.composing import Composing
from ui.widgets.kind import set_kind
from ui.widgets.marked_editor import MarkedEditor

_MOST = 8
_TAKING = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)


class Mentioning(QObject):
    """Watches the editor of a composer; nothing is offered while a reply is written.

    Keys while it is open: ↑ ↓ choose, Enter or Tab take, Esc closes; all else goes on typing.
    """

    def __init__(self, composing: Composing, editor: MarkedEditor) -> None:
        super().__init__(editor)
        self._composing = composing
        self._editor = editor
        self._offered: tuple[Operator, ...] = ()
        self._colleagues: tuple[Operator, ...] = ()
        self._start = 0
        self._refused = -1
        self.list = QListWidget(editor)
        self.list.setObjectName("mentions")
        set_kind(self.list, "overlay")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemClicked.connect(lambda _: self.take())
        self.list.hide()
        editor.typed.connect(self.look)
        editor.cursorPositionChanged.connect(self._on_moved)
        editor.installEventFilter(self)

    @property
    def is_open(self) -> bool:
        """Whether names are offered."""
        return self.list.isVisible()

    def names(self) -> tuple[str, ...]:
        """The names that are offered, first to last."""
        return tuple(one.name for one in self._offered)

    def look(self) -> None:
        """Offer whoever fits what has been typed after the sign."""
        sheet, view = self._composing.sheet, self._composing.view
        if sheet is None or view is None or sheet.mode is not DraftMode.NOTE:
            self.close()
            return
        cursor = self._editor.textCursor().position()
        found = beginning_at(self._editor.text(), cursor)
        if found is None or found[0] == self._refused:
            self.close()
            return
        self._start, typed = found
        if not self.is_open:
            everybody = self._composing.context.console.reader.operators()
            self._colleagues = colleagues_of(view.appeal.branch, everybody)
        me = self._composing.me()
        fits = (one for one in fitting(typed, self._colleagues) if one.id != me)
        self._offered = tuple(fits)[:_MOST]
        if self._offered:
            self._open()
        else:
            self.close()

    def take(self) -> None:
        """Put the chosen name in place of what was typed of it."""
        row = self.list.currentRow()
        if not 0 <= row < len(self._offered):
            return
        words = f"{spelt(self._offered[row], self._colleagues)} "
        cursor = self._editor.textCursor()
        end = cursor.position()
        self.close()
        cursor.setPosition(self._start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(words)
        self._editor.setTextCursor(cursor)
        self._refused = self._start
        self._editor.typed.emit()

    def close(self) -> None:
        """Offer nothing."""
        self.list.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys of the list, while it is open."""
        if event.type() == QEvent.Type.FocusOut:
            self.close()
        if not self.is_open or event.type() not in (
            QEvent.Type.KeyPress,
            QEvent.Type.ShortcutOverride,
        ):
            return super().eventFilter(watched, event)
        assert isinstance(event, QKeyEvent)
        key, plain = event.key(), not event.modifiers()
        ours = key in (*_TAKING, Qt.Key.Key_Escape, Qt.Key.Key_Up, Qt.Key.Key_Down)
        if not (ours and plain):
            return super().eventFilter(watched, event)
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
        elif key in _TAKING:
            self.take()
        elif key == Qt.Key.Key_Escape:
            self._refused = self._start
            self.close()
        else:
            step = 1 if key == Qt.Key.Key_Down else -1
            self.list.setCurrentRow((self.list.currentRow() + step) % self.list.count())
        return True

    def _on_moved(self) -> None:
        if self.is_open:
            self.look()

    def _open(self) -> None:
        t, px = self._composing.context.t, self._composing.context.theme.px
        self.list.setAccessibleName(t("kin.whom"))
        self.list.clear()
        for one in self._offered:
            self.list.addItem(QListWidgetItem(one.name))
        self.list.setCurrentRow(0)
        row = self.list.sizeHintForRow(0)
        height = row * len(self._offered) + px(8)
        width = min(px(280), self._editor.viewport().width() - px(8))
        self.list.resize(width, min(height, row * _MOST + px(8)))
        window = self._editor.window()
        self.list.setParent(window)
        here = self._editor.cursorRect()
        below = self._editor.viewport().mapTo(window, here.bottomLeft()).y() + px(4)
        above = self._editor.viewport().mapTo(window, here.topLeft()).y() - self.list.height()
        left = self._editor.viewport().mapTo(window, here.topLeft()).x()
        fits = below + self.list.height() <= window.height() - px(8)
        left = min(left, window.width() - self.list.width() - px(8))
        self.list.move(QPoint(max(left, px(4)), below if fits else max(above - px(4), px(4))))
        self.list.show()
        self.list.raise_()
