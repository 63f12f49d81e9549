"""A plain text editor that shows gaps to be filled in and underlines what was found wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QMimeData, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFont,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QSyntaxHighlighter,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import QPlainTextDocumentLayout, QPlainTextEdit, QTextEdit, QWidget

from ui.context import Look

GapFinder = Callable[[str], Iterable[tuple[int, int]]]
"""Finds the gaps of a text as (start, end)."""

_MARKS = {"danger": "danger", "warning": "ring_soon", "info": "info"}


@dataclass(frozen=True, slots=True)
class Mark:
    """Characters to be underlined, and how: danger, warning or info."""

    start: int
    end: int
    kind: str


class MarkedEditor(QPlainTextEdit):
    """Plain text alone. Tab goes from gap to gap, and out of the editor where there is none.

    `typed` comes after each change that the person made, `left` when the focus goes elsewhere;
    `files_given` carries the paths of files, and `picture_given` a `QImage`, that were pasted or
    dropped.
    """

    typed = Signal()
    left = Signal()
    files_given = Signal(list)
    picture_given = Signal(QImage)

    def __init__(self, theme: Look, gaps: GapFinder, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._gaps = gaps
        self._marks: tuple[Mark, ...] = ()
        self._highlighter: _GapHighlighter | None = None
        self._revision = 0
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self._own = self.new_document("")
        self.use_document(self._own)

    # ------------------------------------------------------------------------------ documents

    def new_document(self, text: str) -> QTextDocument:
        """A document for `use_document`; each keeps an undo history of its own."""
        document = QTextDocument(self)
        document.setDocumentLayout(QPlainTextDocumentLayout(document))
        document.setDefaultFont(self.font())
        document.setPlainText(text)
        document.setUndoRedoEnabled(True)
        return document

    def use_document(self, document: QTextDocument | None) -> None:
        """Edit another document (None: an empty one of its own)."""
        chosen = document or self._own
        self._let_go()
        self.setDocument(chosen)
        chosen.setDefaultFont(QFont(self.font()))
        self._highlighter = _GapHighlighter(chosen, self._theme, self._gaps)
        self._revision = chosen.revision()
        chosen.contentsChange.connect(self._on_change)
        self.set_marks(())

    def _let_go(self) -> None:
        if self._highlighter is None:
            return
        self.document().contentsChange.disconnect(self._on_change)
        self._highlighter.setDocument(None)
        self._highlighter.deleteLater()
        self._highlighter = None

    def text(self) -> str:
        """All of it."""
        return self.toPlainText()

    def insert(self, text: str) -> int:
        """Put ``text`` in place of the selection, as one step of undo; where it begins."""
        cursor = self.textCursor()
        start = cursor.selectionStart()
        cursor.beginEditBlock()
        cursor.insertText(text)
        cursor.endEditBlock()
        self.setTextCursor(cursor)
        return start

    def replace(self, edits: Iterable[tuple[int, int, str]]) -> None:
        """Make several changes, which do not overlap, as one step of undo."""
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        for start, end, text in sorted(edits, reverse=True):
            cursor.setPosition(start)
            cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
            cursor.insertText(text)
        cursor.endEditBlock()

    def select(self, start: int, end: int) -> None:
        """Select characters and bring them into view."""
        last = max(0, self.document().characterCount() - 1)
        cursor = self.textCursor()
        cursor.setPosition(min(start, last))
        cursor.setPosition(min(end, last), QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)
        self.ensureCursorVisible()

    # ------------------------------------------------------------------------------ gaps

    def gap_at_cursor(self) -> tuple[int, int] | None:
        """The gap in which the cursor stands, or which is selected."""
        cursor = self.textCursor()
        start, end = cursor.selectionStart(), cursor.selectionEnd()
        for gap in self._gaps(self.text()):
            if gap[0] <= start and end <= gap[1]:
                return gap
        return None

    def to_gap(self, *, forward: bool) -> bool:
        """Select the next (or the previous) gap, from the last on to the first; False: none."""
        gaps = list(self._gaps(self.text()))
        if not gaps:
            return False
        cursor = self.textCursor()
        if forward:
            after = [gap for gap in gaps if gap[0] >= cursor.selectionEnd()]
            chosen = after[0] if after else gaps[0]
        else:
            before = [gap for gap in gaps if gap[1] <= cursor.selectionStart()]
            chosen = before[-1] if before else gaps[-1]
        self.select(*chosen)
        return True

    # ------------------------------------------------------------------------------ marks

    def set_marks(self, marks: Iterable[Mark]) -> None:
        """Underline these; neither text nor undo history is touched."""
        self._marks = tuple(marks)
        self._show_marks()

    def marks(self) -> tuple[Mark, ...]:
        """What is underlined."""
        return self._marks

    def _show_marks(self) -> None:
        shown = []
        for mark in self._marks:
            selection = QTextEdit.ExtraSelection()
            cursor = QTextCursor(self.document())
            last = max(0, self.document().characterCount() - 1)
            cursor.setPosition(min(mark.start, last))
            cursor.setPosition(min(mark.end, last), QTextCursor.MoveMode.KeepAnchor)
            style = QTextCharFormat()
            style.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
            style.setUnderlineColor(self._theme.color(_MARKS[mark.kind]))
            selection.cursor = cursor
            selection.format = style
            shown.append(selection)
        self.setExtraSelections(shown)

    # ------------------------------------------------------------------------------ events

    def restyle(self) -> None:
        """Colours and fonts have changed; the text is not touched."""
        self.document().setDefaultFont(QFont(self.font()))
        if self._highlighter is not None:
            self._highlighter.rehighlight()
        self._show_marks()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme's font."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange and self._highlighter is not None:
            self.document().setDefaultFont(QFont(self.font()))

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Text, files and pictures."""
        return bool(_files_in(source)) or source.hasImage() or super().canInsertFromMimeData(source)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Take text into the text, and hand on what is none."""
        files = _files_in(source)
        if files:
            self.files_given.emit(files)
        elif source.hasImage() and not source.hasText():
            self.picture_given.emit(source.imageData())
        else:
            super().insertFromMimeData(source)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Tab and Shift+Tab go to the gaps first."""
        forward = event.key() == Qt.Key.Key_Tab
        if (forward or event.key() == Qt.Key.Key_Backtab) and self.to_gap(forward=forward):
            return
        super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click into a gap selects it, so that typing fills it in."""
        super().mouseReleaseEvent(event)
        if event.button() is Qt.MouseButton.LeftButton and not self.textCursor().hasSelection():
            gap = self.gap_at_cursor()
            if gap is not None and gap[0] < self.textCursor().position() < gap[1]:
                self.select(*gap)

    def focusNextPrevChild(self, next: bool) -> bool:
        """Tab belongs to the gaps while there are any."""
        if self.hasFocus() and any(True for _ in self._gaps(self.text())):
            return False
        return bool(super().focusNextPrevChild(next))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Say that the person has gone elsewhere."""
        super().focusOutEvent(event)
        self.left.emit()

    def _on_change(self) -> None:
        """Colours change «contents», too; only a new revision is a change of the text."""
        revision = self.document().revision()
        if revision != self._revision:
            self._revision = revision
            self.typed.emit()


def _files_in(source: QMimeData) -> list[str]:
    """The paths of files, where there is nothing else."""
    addresses = source.urls() if source.hasUrls() else []
    return [a.toLocalFile() for a in addresses] if all(a.isLocalFile() for a in addresses) else []


class _GapHighlighter(QSyntaxHighlighter):
    """Gives gaps a ground of their own."""

    def __init__(self, document: QTextDocument, theme: Look, gaps: GapFinder) -> None:
        super().__init__(document)
        self._theme = theme
        self._gaps = gaps

    def highlightBlock(self, text: str) -> None:
        """Colour the gaps of one paragraph."""
        for start, end in self._gaps(text):
            style = QTextCharFormat()
            style.setBackground(self._theme.color("gap"))
            style.setForeground(self._theme.color("gap_text"))
            self.setFormat(start, end - start, style)
