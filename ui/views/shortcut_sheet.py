"""The shortcut sheet: every key there is, from the command table, grouped and searchable."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from ui.commands.spec import Command
from ui.context import UiContext
from ui.presenters.palette import SheetSection, sheet
from ui.widgets.kind import set_kind
from ui.widgets.tall_area import TallArea

_SIZE = (880, 640)
_COLUMN = 360
"""So wide is a column at least, or there is one only."""


class ShortcutSheet(QDialog):
    """Shows `ui.presenters.palette.sheet` and narrows it to what is typed."""

    def __init__(
        self, context: UiContext, commands: Sequence[Command], *, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._commands = commands
        t = context.t
        self.setWindowTitle(t("palette.sheet_title"))
        self._field = QLineEdit()
        self._field.setPlaceholderText(t("palette.sheet_hint"))
        self._field.setAccessibleName(t("palette.sheet_hint"))
        self._field.setClearButtonEnabled(True)
        self._field.textChanged.connect(self._show)
        self._area = TallArea()
        self._area.setAccessibleName(t("palette.sheet_title"))
        footer = QLabel(t("palette.sheet_footer"))
        footer.setWordWrap(True)
        set_kind(footer, "small")
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(12)
        column.addWidget(self._field)
        column.addWidget(self._area, 1)
        column.addWidget(footer)
        px = context.theme.px
        room = self.screen().availableSize() * 0.95
        self.resize(QSize(px(_SIZE[0]), px(_SIZE[1])).boundedTo(room))
        self._show("")
        self._field.setFocus()

    def sections(self) -> list[SheetSection]:
        """What is shown now."""
        return sheet(self._commands, self._context.catalog, query=self._field.text())

    def type(self, text: str) -> None:
        """Narrow the sheet to ``text``."""
        self._field.setText(text)

    def _show(self, _: str) -> None:
        sections = self.sections()
        content = QWidget()
        set_kind(content, "transparent")
        row = QHBoxLayout(content)
        row.setContentsMargins(0, 0, 8, 0)
        row.setSpacing(40)
        number = 2 if self.width() >= 2 * self._context.theme.px(_COLUMN) else 1
        for part in _columns(sections, number):
            column = QVBoxLayout()
            column.setSpacing(20)
            for section in part:
                column.addWidget(self._section(section))
            column.addStretch(1)
            row.addLayout(column, 1)
        if not sections:
            nothing = QLabel(self._context.t("palette.sheet_nothing"))
            set_kind(nothing, "dim")
            nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
            row.addWidget(nothing)
        self._area.setWidget(content)

    def _section(self, section: SheetSection) -> QWidget:
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        title = QLabel(section.title)
        set_kind(title, "strong")
        column.addWidget(title)
        for words, keys in section.lines:
            label = QLabel(words)
            label.setWordWrap(True)
            line = QHBoxLayout()
            line.setSpacing(16)
            line.addWidget(label, 1)
            line.addWidget(self._keys(keys), 0, Qt.AlignmentFlag.AlignVCenter)
            column.addLayout(line)
        return box

    def _keys(self, keys: Sequence[str]) -> QWidget:
        box = QWidget()
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for at, key in enumerate(dict.fromkeys(keys)):
            if at:
                between = QLabel(self._context.t("palette.or"))
                set_kind(between, "small")
                row.addWidget(between)
            cap = QLabel(key)
            set_kind(cap, "key")
            row.addWidget(cap)
        return box


def _columns(sections: Sequence[SheetSection], number: int) -> list[list[SheetSection]]:
    """The sections in reading order, in columns of about the same height."""
    whole = sum(len(one.lines) + 2 for one in sections)
    columns: list[list[SheetSection]] = [[] for _ in range(number)]
    height = 0
    for one in sections:
        at = min(number - 1, height * number // max(1, whole))
        columns[at].append(one)
        height += len(one.lines) + 2
    return columns
