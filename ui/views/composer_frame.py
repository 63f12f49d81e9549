"""The frame of the composer: its parts from top to bottom, and the room that they need."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from ui.context import UiContext
from ui.views.checks_panel import ChecksPanel
from ui.views.etr_line import EtrLine
from ui.views.file_strip import FileStrip
from ui.views.mode_bar import ModeBar
from ui.views.promise_line import PromiseLine
from ui.views.send_bar import Choices, SendBar
from ui.views.start_bar import StartBar
from ui.views.template_picker import gaps_of
from ui.views.template_strip import TemplateStrip
from ui.widgets.banner import Banner
from ui.widgets.kind import set_kind
from ui.widgets.marked_editor import MarkedEditor

_LEAST_LINES, _MOST_LINES = 4, 9


class ComposerFrame(QFrame):
    """Shows ``start_bar`` while nothing is written, else everything else.

    `resized` says that it needs another height.
    """

    resized = Signal()

    def __init__(
        self, context: UiContext, promises: Choices, *, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._counted = 0
        self.start_bar = StartBar(context)
        self.modes = ModeBar(context)
        self.news = Banner()
        self.strip = TemplateStrip(context)
        self.editor = MarkedEditor(context.theme, gaps_of)
        set_kind(self.editor, "composer")
        self.files = FileStrip(context)
        self.etr = EtrLine(context)
        self.promise = PromiseLine(context)
        self.checks = ChecksPanel(context)
        self.bar = SendBar(context, promises)
        self._body = QWidget()
        self._arrange()
        self._tight: bool | None = None
        self.set_tight(tight=False)
        self.start_bar.resized.connect(self.resized)
        self.bar.resized.connect(self.resized)
        self.files.resized.connect(self.resized)
        self.strip.resized.connect(self.resized)
        self.promise.resized.connect(self.resized)

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.start_bar)
        column.addWidget(self._body, 1)
        inner = QVBoxLayout(self._body)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(0)
        inner.addWidget(self.modes)
        inner.addWidget(self.news)
        inner.addWidget(self.strip)
        inner.addWidget(self.editor, 1)
        inner.addWidget(self.files)
        inner.addWidget(self.etr)
        inner.addWidget(self.promise)
        inner.addWidget(self.checks)
        inner.addWidget(self.bar)

    @property
    def is_tight(self) -> bool:
        """Whether there is room for what is needed, and for nothing else."""
        return bool(self._tight)

    def set_tight(self, *, tight: bool) -> None:
        """Where there is little room, everything around the text takes less of it."""
        if tight == self._tight:
            return
        self._tight = tight
        line = self.editor.fontMetrics().lineSpacing()
        px = self._context.theme.px
        self.editor.setMinimumHeight(2 * line + px(8) if tight else px(56))
        self.modes.set_tight(tight=tight)
        self.promise.set_tight(tight=tight)
        self.checks.set_tight(tight=tight)
        self.bar.set_tight(tight=tight)
        self.resized.emit()

    def show_parts(self, *, writing: bool, about: bool) -> None:
        """The text and its bars while ``writing``, else the start bar, if ``about`` anything."""
        self._body.setVisible(writing)
        self.start_bar.setVisible(about and not writing)

    def retranslate_parts(self) -> None:
        """Say everything in the present language; the text is not touched."""
        self.start_bar.retranslate()
        self.modes.retranslate()
        self.bar.retranslate()
        self.checks.retranslate()
        self.promise.forget()
        self.news.hide()

    # ------------------------------------------------------------------------------ its room

    def has_grown(self) -> bool:
        """Whether the text has another number of lines than when it was measured."""
        return self.editor.document().lineCount() != self._counted

    def wanted_height(self) -> int:
        """The height at which everything around the text is seen, and some lines of the text."""
        if self._body.isHidden():
            return self._start_height()
        self._counted = self.editor.document().lineCount()
        around = (*self._above_text(), self.files, self.etr, self.promise, self.checks, self.bar)
        line = self.editor.fontMetrics().lineSpacing()
        shown = min(max(self._counted + 1, _LEAST_LINES), _MOST_LINES)
        return self._heights(around) + shown * line + self._context.theme.px(14) + self._edge()

    def least_height(self) -> int:
        """The height below which something would be cut off."""
        if self._body.isHidden():
            return self._start_height()
        around = (*self._above_text(), self.files, self.etr, self.promise, self.bar)
        inside = self.checks.minimumHeight() + self.editor.minimumHeight()
        return self._heights(around) + inside + self._edge()

    def _above_text(self) -> tuple[QWidget, ...]:
        return self.modes, self.news, self.strip

    def _start_height(self) -> int:
        return _height(self.start_bar, self.width()) + self._edge()

    def _heights(self, parts: tuple[QWidget, ...]) -> int:
        return sum(_height(part, self.width()) for part in parts if not part.isHidden())

    def _edge(self) -> int:
        """The coloured line at the top."""
        return self.height() - self.contentsRect().height()


def _height(part: QWidget, width: int) -> int:
    return part.heightForWidth(width) if part.hasHeightForWidth() else part.sizeHint().height()
