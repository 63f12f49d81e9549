"""The strip under the search field: what is said about the search, and what may be typed next."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from ui.context import UiContext
from ui.presenters.search import Suggestion
from ui.widgets.flow import Flow
from ui.widgets.kind import set_kind

_LONGEST = 32


class SearchStrip(QWidget):
    """`chosen` carries a `Suggestion`; `forget_asked`: the history is to be cleared."""

    chosen = Signal(object)
    forget_asked = Signal()

    def __init__(self, context: UiContext, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._shown: tuple[Suggestion, ...] = ()
        self._buttons: list[QPushButton] = []
        self._notes = QLabel()
        self._notes.setWordWrap(True)
        set_kind(self._notes, "dim")
        self._row = QWidget()
        self._flow = Flow(self._row, gap=6)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self._notes)
        column.addWidget(self._row)
        self.say(())
        self.suggest(())

    @property
    def notes(self) -> str:
        """What is said now."""
        return self._notes.text()

    @property
    def suggestions(self) -> tuple[Suggestion, ...]:
        """What is offered now, the first is taken by Tab."""
        return self._shown

    def say(self, lines: Sequence[str]) -> None:
        """Say something about the search, or nothing."""
        self._notes.setText("\n".join(lines))
        self._notes.setVisible(bool(lines))
        self._settle()

    def suggest(self, suggestions: Sequence[Suggestion]) -> None:
        """Offer what may be typed next, or nothing."""
        if tuple(suggestions) == self._shown and self._buttons:
            return
        self._shown = tuple(suggestions)
        for button in self._buttons:
            self._flow.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = [self._button(one) for one in suggestions]
        if suggestions and suggestions[0].kind == "recent":
            self._buttons.append(self._forget_button())
        for button in self._buttons:
            self._flow.addWidget(button)
        self._row.setVisible(bool(self._buttons))
        self._row.setAccessibleName(self._context.t("search.strip_name"))
        self._settle()

    def _settle(self) -> None:
        self.setVisible(bool(self._shown) or bool(self._notes.text()))

    def _button(self, one: Suggestion) -> QPushButton:
        t = self._context.t
        words = one.words if len(one.words) <= _LONGEST else f"{one.words[: _LONGEST - 1]}…"
        button = QPushButton(words.replace("&", "&&"), self._row)
        set_kind(button, "filter")
        if one.kind == "recent":
            button.setIcon(self._context.theme.icon("history"))
        key = "again" if one.kind == "recent" else "complete"
        button.setAccessibleName(t(f"search.{key}", text=one.words))
        first = one is self._shown[0] and one.kind != "recent"
        button.setToolTip(t("search.complete_hint") if first else one.text.strip())
        button.clicked.connect(lambda: self.chosen.emit(one))
        return button

    def _forget_button(self) -> QPushButton:
        button = QPushButton(self._context.t("search.forget"), self._row)
        set_kind(button, "link")
        button.clicked.connect(self.forget_asked)
        return button
