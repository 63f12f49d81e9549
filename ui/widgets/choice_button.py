"""A choice button: opens a menu in which several things can be ticked without it closing."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QAction, QIcon, QKeyEvent, QMouseEvent, QShowEvent
from PySide6.QtWidgets import QMenu, QPushButton, QSizePolicy, QWidget

from ui.widgets.kind import set_kind, set_state

_RESTYLED = (QEvent.Type.Polish, QEvent.Type.FontChange, QEvent.Type.StyleChange)
_ARROW, _LARGEST = 0.85, 15
"""How high the arrow is, of a line; beyond some pixels the words need the room."""


class ChoiceButton(QPushButton):
    """`changed` carries the chosen keys in the order of the choices."""

    changed = Signal(tuple)

    def __init__(self, icon: QIcon, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_kind(self, "filter")
        self.setIcon(icon)
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the arrow stands at the end
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._menu = _LastingMenu(self)
        self._menu.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self._menu.triggered.connect(self._on_triggered)
        self.setMenu(self._menu)

    def event(self, event: QEvent) -> bool:
        """The arrow grows with the letters."""
        done = super().event(event)
        if event.type() in _RESTYLED:
            side = min(round(self.fontMetrics().height() * _ARROW), _LARGEST)
            self.setIconSize(QSize(side, side))
        return bool(done)

    def show_choices(self, choices: Sequence[tuple[str, str]], chosen: Collection[str]) -> None:
        """Offer (key, words) and tick the chosen ones."""
        self._menu.clear()
        for key, words in choices:
            action = self._menu.addAction(words.replace("&", "&&"))
            action.setData(key)
            action.setCheckable(True)
            action.setChecked(key in chosen)

    def show_words(self, words: str, *, active: bool) -> None:
        """What the button says, and whether it narrows anything."""
        self.setText(words)
        set_state(self, "active", "true" if active else "false")

    def chosen(self) -> tuple[str, ...]:
        """The keys that are ticked."""
        return tuple(str(one.data()) for one in self._menu.actions() if one.isChecked())

    def _on_triggered(self, _: QAction) -> None:
        self.changed.emit(self.chosen())


class _LastingMenu(QMenu):
    """Stays open when a checkable item is ticked, and opens under its button.

    A button whose layout is mirrored opens its menu towards the left; there is no other way to
    have the arrow at the end, so the menu is put in its place before it is seen.
    """

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        button = self.parentWidget()
        if button is not None:
            self.move(_left_of(button, self.width()), self.y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        action = self.activeAction()
        if action is not None and action.isCheckable() and action.isEnabled():
            action.trigger()
        else:
            super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        action = self.activeAction()
        if (
            event.type() is QEvent.Type.KeyPress
            and event.key() == Qt.Key.Key_Space
            and action is not None
            and action.isCheckable()
        ):
            action.trigger()
        else:
            super().keyPressEvent(event)


def _left_of(button: QWidget, width: int) -> int:
    """Where a menu of that width begins: under its button, and on its screen in any case."""
    screen = button.screen().availableGeometry()
    wanted = button.mapToGlobal(QPoint(0, 0)).x()
    return max(screen.left(), min(wanted, screen.right() + 1 - width))
