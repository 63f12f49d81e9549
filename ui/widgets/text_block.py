"""A text block: plain text that wraps anywhere, and can be selected and copied; never edited.

A QLabel cannot break a long word and a QTextEdit costs milliseconds; a thread of messages needs
neither. What is shown is always plain text, whoever wrote it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QFont,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QTextCursor,
    QTextDocument,
    QTextOption,
)
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

_WIDEST = 16_777_215
_NARROWEST = 40


class TextBlock(QWidget):
    """Plain text of any length. It takes the focus on a click, never by Tab.

    ``words`` are asked for the context menu: ``copy`` and ``select_all``.
    """

    def __init__(
        self, text: str = "", *, words: Callable[[str], str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._words = words
        self._document = QTextDocument(self)
        self._document.setDocumentMargin(0)
        self._document.setUndoRedoEnabled(False)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self._document.setDefaultTextOption(option)
        self._cursor = QTextCursor(self._document)
        self._marks: list[QAbstractTextDocumentLayout.Selection] = []
        self._ideal = 0
        self._height_at = (-1, 0)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setCursor(Qt.CursorShape.IBeamCursor)
        self.set_text(text)

    def text(self) -> str:
        """All of it."""
        return self._document.toPlainText()

    def selected(self) -> str:
        """What is selected, with its line breaks."""
        return self._cursor.selectedText().replace("\u2029", "\n").replace("\u2028", "\n")

    def set_text(self, text: str) -> None:
        """Show another text; the same one keeps its selection."""
        if text == self.text():
            return
        self._document.setPlainText(text)
        self._marks.clear()
        self._cursor = QTextCursor(self._document)
        self.setAccessibleName(text)
        self._measure()

    def mark(self, spans: Sequence[tuple[int, int]], *, ground: QColor, ink: QColor) -> None:
        """Highlight these parts of the text, as (start, end), and no others."""
        self._marks = [self._marked(start, end, ground, ink) for start, end in spans]
        self.update()

    @property
    def marked(self) -> tuple[str, ...]:
        """The words that are highlighted."""
        return tuple(one.cursor.selectedText() for one in self._marks)

    def _marked(
        self, start: int, end: int, ground: QColor, ink: QColor
    ) -> QAbstractTextDocumentLayout.Selection:
        made = QAbstractTextDocumentLayout.Selection()
        made.cursor = QTextCursor(self._document)
        made.cursor.setPosition(start)
        made.cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        made.format.setBackground(ground)
        made.format.setForeground(ink)
        return made

    def select_all(self) -> None:
        """Select everything."""
        self._cursor.select(QTextCursor.SelectionType.Document)
        self.update()

    def copy(self) -> None:
        """Put the selection onto the clipboard; everything, if nothing is selected."""
        QGuiApplication.clipboard().setText(self.selected() or self.text())

    # ------------------------------------------------------------------------------ size

    def hasHeightForWidth(self) -> bool:
        """It wraps."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The height of the text when it is that wide."""
        if self._height_at[0] != width:
            self._wrap(width)
            self._height_at = (width, int(self._document.size().height() + 0.999))
        return self._height_at[1]

    def sizeHint(self) -> QSize:
        """As wide as the longest line."""
        return QSize(self._ideal, self.heightForWidth(self._ideal))

    def minimumSizeHint(self) -> QSize:
        """A few letters wide."""
        return QSize(min(_NARROWEST, self._ideal), self.fontMetrics().height())

    def changeEvent(self, event: QEvent) -> None:
        """Follow the font of the theme."""
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._measure()
        super().changeEvent(event)

    def _measure(self) -> None:
        font = QFont(self.font())
        if self._document.defaultFont() != font:
            self._document.setDefaultFont(font)
        self._document.setTextWidth(-1)
        self._ideal = min(int(self._document.idealWidth() + 1.999), _WIDEST)
        self._height_at = (-1, 0)
        self.updateGeometry()
        self.update()

    def _wrap(self, width: int) -> None:
        """Lay the lines out; that costs, so it is done for a width that has changed alone."""
        if self._document.textWidth() != max(width, 1):
            self._document.setTextWidth(max(width, 1))

    # ------------------------------------------------------------------------------ painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the lines that are to be seen."""
        painter = QPainter(self)
        painter.setClipRect(event.rect())
        self._wrap(self.width())
        context = QAbstractTextDocumentLayout.PaintContext()
        context.clip = QRectF(event.rect())
        context.palette = self.palette()
        context.palette.setColor(
            QPalette.ColorRole.Text, self.palette().color(self.foregroundRole())
        )
        context.selections = list(self._marks)
        if self._cursor.hasSelection():
            selection = QAbstractTextDocumentLayout.Selection()
            selection.cursor = self._cursor
            selection.format.setBackground(self.palette().brush(QPalette.ColorRole.Highlight))
            selection.format.setForeground(self.palette().brush(QPalette.ColorRole.HighlightedText))
            context.selections = [*self._marks, selection]
        self._document.documentLayout().draw(painter, context)

    # ------------------------------------------------------------------------------ selecting

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a selection."""
        if event.button() is Qt.MouseButton.LeftButton:
            keep = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._move_to(event.position(), keep=keep)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Stretch the selection."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._move_to(event.position(), keep=True)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Select a word."""
        self._move_to(event.position(), keep=False)
        self._cursor.select(QTextCursor.SelectionType.WordUnderCursor)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy, select everything, stretch the selection; every other key goes on."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self.select_all()
        elif not self._stretch(event):
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """A selection is gone with the focus, but for the context menu."""
        if event.reason() is not Qt.FocusReason.PopupFocusReason:
            self._cursor.clearSelection()
            self.update()
        super().focusOutEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Copy and select everything."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self._words("copy"), self.copy)
        menu.addAction(self._words("select_all"), self.select_all)
        menu.popup(event.globalPos())

    def _stretch(self, event: QKeyEvent) -> bool:
        steps = {
            QKeySequence.StandardKey.SelectNextChar: QTextCursor.MoveOperation.Right,
            QKeySequence.StandardKey.SelectPreviousChar: QTextCursor.MoveOperation.Left,
            QKeySequence.StandardKey.SelectNextWord: QTextCursor.MoveOperation.NextWord,
            QKeySequence.StandardKey.SelectPreviousWord: QTextCursor.MoveOperation.PreviousWord,
            QKeySequence.StandardKey.SelectNextLine: QTextCursor.MoveOperation.Down,
            QKeySequence.StandardKey.SelectPreviousLine: QTextCursor.MoveOperation.Up,
        }
        for key, step in steps.items():
            if event.matches(key):
                self._cursor.movePosition(step, QTextCursor.MoveMode.KeepAnchor)
                self.update()
                return True
        return False

    def _move_to(self, point: QPointF, *, keep: bool) -> None:
        mode = QTextCursor.MoveMode.KeepAnchor if keep else QTextCursor.MoveMode.MoveAnchor
        self._wrap(self.width())
        place = self._document.documentLayout().hitTest(point, Qt.HitTestAccuracy.FuzzyHit)
        self._cursor.setPosition(max(place, 0), mode)
        self.update()
