"""The facts of an appeal: labels and values in two columns; values can be copied."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from ui.context import UiContext
from ui.presenters.appeal import Fact
from ui.widgets.kind import set_kind


class FactsPanel(QWidget):
    """Shows `Fact`s."""

    def __init__(self, context: UiContext, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        px = context.theme.px
        self._facts: tuple[Fact, ...] = ()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(px(8))
        self._grid.setVerticalSpacing(px(3))
        self._grid.setColumnStretch(1, 1)

    def show_facts(self, facts: tuple[Fact, ...]) -> None:
        """Show these; nothing is touched where nothing has changed."""
        if facts == self._facts:
            return
        self._facts = facts
        while item := self._grid.takeAt(0):
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for row, fact in enumerate(facts):
            self._grid.addWidget(_label(fact.label, "small"), row, 0)
            value = _label(fact.value, "")
            value.setToolTip(fact.hint)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._grid.addWidget(value, row, 1)

    def facts(self) -> tuple[Fact, ...]:
        """What is shown."""
        return self._facts


def _label(words: str, kind: str) -> QLabel:
    label = QLabel(words)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
    if kind:
        set_kind(label, kind)
    return label
