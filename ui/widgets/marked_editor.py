"""A plain text editor that shows gaps to be filled in and underlines what was found wrong.

Places are counted in characters, as texts are everywhere here; Qt itself counts an emoji twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QMimeData, QPoint, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
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
_WIDEST = 0xFFFF
"""The last letter that Qt counts once."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Characters to be underlined, and how: danger, warning or info."""

    start: int
    end: int
    kind: str


class MarkedEditor(QPlainTextEdit):
    """Plain text alone. Tab goes from gap to gap, and out of the editor where there is none.

    `typed` comes after each change that the person made, `left` when the focus goes elsewhere,
    `menu_asked` with the menu of the right mouse button before it is shown, and its place;
    `files_given` carries the paths of files, and `picture_given` a `QImage`, that were pasted or
    dropped.
    """

    typed = Signal()
    left = Signal()
    menu_asked = Signal(object, QPoint)
    files_given = Signal(list)
    picture_given = Signal(QImage)

    def __init__(self, theme: Look, gaps: GapFinder, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._gaps = gaps
        self._marks: tuple[Mark, ...] = ()
        self._misspelt: tuple[tuple[int, int], ...] = ()
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
        self._misspelt = ()
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
        start = self._in_text(cursor.selectionStart())
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
            begins, ends = self._in_document(start), self._in_document(end)
            cursor.setPosition(begins)
            cursor.setPosition(ends, QTextCursor.MoveMode.KeepAnchor)
            cursor.insertText(text)
        cursor.endEditBlock()

    def select(self, start: int, end: int) -> None:
        """Select characters and bring them into view."""
        cursor = self.textCursor()
        cursor.setPosition(self._in_document(start))
        cursor.setPosition(self._in_document(end), QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)
        self.ensureCursorVisible()

    def selection(self) -> tuple[int, int]:
        """Where the selection was begun, and where the cursor stands; the same without one."""
        cursor = self.textCursor()
        return self._in_text(cursor.anchor()), self._in_text(cursor.position())

    def place_at(self, point: QPoint) -> int:
        """The place in the text under a point of the editor."""
        return self._in_text(self.cursorForPosition(point).position())

    def _in_document(self, place: int) -> int:
        """Where Qt has a place of the text; past its end: the end."""
        last = max(0, self.document().characterCount() - 1)
        text = self.text()
        if len(text) == last:
            return min(place, last)
        return min(place + sum(1 for letter in text[:place] if ord(letter) > _WIDEST), last)

    def _in_text(self, position: int) -> int:
        """The place in the text that Qt has at ``position``."""
        text = self.text()
        if len(text) == self.document().characterCount() - 1:
            return position
        at = 0
        for place, letter in enumerate(text):
            if at >= position:
                return place
            at += 2 if ord(letter) > _WIDEST else 1
        return len(text)

    # ------------------------------------------------------------------------------ gaps

    def gap_at_cursor(self) -> tuple[int, int] | None:
        """The gap in which the cursor stands, or which is selected."""
        start, end = sorted(self.selection())
        for gap in self._gaps(self.text()):
            if gap[0] <= start and end <= gap[1]:
                return gap
        return None

    def to_gap(self, *, forward: bool) -> bool:
        """Select the next (or the previous) gap, from the last on to the first; False: none."""
        gaps = list(self._gaps(self.text()))
        if not gaps:
            return False
        start, end = sorted(self.selection())
        if forward:
            after = [gap for gap in gaps if gap[0] >= end]
            chosen = after[0] if after else gaps[0]
        else:
            before = [gap for gap in gaps if gap[1] <= start]
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

    def set_misspelt(self, words: Iterable[tuple[int, int]]) -> None:
        """Underline these words in another way; neither text nor undo history is touched."""
        self._misspelt = tuple(words)
        self._show_marks()

    def misspelt(self) -> tuple[tuple[int, int], ...]:
        """The words that are underlined as misspelt."""
        return self._misspelt

    def _show_marks(self) -> None:
        wave = QTextCharFormat.UnderlineStyle.WaveUnderline
        dots = QTextCharFormat.UnderlineStyle.DotLine
        shown = [self._underlined(start, end, dots, "danger") for start, end in self._misspelt]
        shown += [
            self._underlined(mark.start, mark.end, wave, _MARKS[mark.kind]) for mark in self._marks
        ]
        if shown or self.extraSelections():
            self.setExtraSelections(shown)

    def _underlined(
        self, start: int, end: int, how: QTextCharFormat.UnderlineStyle, token: str
    ) -> QTextEdit.ExtraSelection:
        selection = QTextEdit.ExtraSelection()
        cursor = QTextCursor(self.document())
        cursor.setPosition(self._in_document(start))
        cursor.setPosition(self._in_document(end), QTextCursor.MoveMode.KeepAnchor)
        style = QTextCharFormat()
        style.setUnderlineStyle(how)
        style.setUnderlineColor(self._theme.color(token))
        selection.cursor = cursor
        selection.format = style
        return selection

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

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Qt's own menu, with what belongs to the word under the mouse above it."""
        menu = self.createStandardContextMenu(event.pos())
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.menu_asked.emit(menu, event.pos())
        menu.popup(event.globalPos())

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
            if gap is not None and gap[0] < self.selection()[1] < gap[1]:
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
