"""The tray: an icon that says how the link stands and how many appeals wait, and a menu."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from ui.actions.dispatch import Dispatcher
from ui.context import UiContext

_SIDES = (16, 22, 32, 48)
_MOST = 99
_MENU = ("app.settings", "app.lock", "sync.work_offline", "app.quit")


class Tray(QObject):
    """Shows itself where the system has a tray. `activated` asks for the window, `clicked` for
    what the last balloon was about.
    """

    activated = Signal()
    clicked = Signal()

    def __init__(
        self, context: UiContext, dispatcher: Dispatcher, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._dispatcher = dispatcher
        self._icon: QSystemTrayIcon | None = None
        self._menu: QMenu | None = None
        self._count, self._token, self._words = 0, "accent", ""

    @property
    def is_shown(self) -> bool:
        """Whether there is an icon."""
        return self._icon is not None

    def show(self, *, wanted: bool) -> None:
        """Be there, if that is wanted and the system has a tray."""
        if not wanted or not QSystemTrayIcon.isSystemTrayAvailable():
            self.remove()
        elif self._icon is None:
            self._icon = QSystemTrayIcon(self)
            self._icon.activated.connect(self._on_activated)
            self._icon.messageClicked.connect(self.clicked)
            self._menu = QMenu()
            self._icon.setContextMenu(self._menu)
            self.retranslate()
            self._paint()
            self._icon.show()

    def remove(self) -> None:
        """Be there no more."""
        if self._icon is not None and self._menu is not None:
            self._icon.hide()
            self._menu.deleteLater()
            self._icon.deleteLater()
            self._icon = self._menu = None

    def show_state(self, *, count: int, token: str, words: str) -> None:
        """``count`` appeals wait; ``token`` colours the sign, ``words`` say it all."""
        if (count, token, words) != (self._count, self._token, self._words):
            self._count, self._token, self._words = count, token, words
            self._paint()

    def tell(self, title: str, body: str) -> None:
        """Show a balloon."""
        if self._icon is not None:
            self._icon.showMessage(title, body, state_icon(self._context, 0, "accent"))

    def retranslate(self) -> None:
        """Read every word anew."""
        if self._menu is None:
            return
        self._menu.clear()
        shown = self._menu.addAction(self._context.t("notify.tray_open"))
        shown.triggered.connect(self.activated)
        for name in _MENU:
            if any(one.id == name for one in self._dispatcher.commands()):
                self._menu.addAction(self._dispatcher.action(name))

    def _paint(self) -> None:
        if self._icon is not None:
            self._icon.setIcon(state_icon(self._context, self._count, self._token))
            self._icon.setToolTip(self._words)

    def _on_activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason is not QSystemTrayIcon.ActivationReason.Context:
            self.activated.emit()


def state_icon(context: UiContext, count: int, token: str) -> QIcon:
    """The program's sign in the colour of a token, with a count at its corner."""
    icon = QIcon()
    for side in _SIDES:
        icon.addPixmap(_picture(context, side, count, token))
    return icon


def _picture(context: UiContext, side: int, count: int, token: str) -> QPixmap:
    picture = QPixmap(side, side)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    theme = context.theme
    theme.paint_icon(painter, QRectF(0, 0, side, side), "logo", token)
    if token == "danger":  # a stroke across: lost is not told by colour alone
        painter.setPen(theme.color("danger"))
        painter.drawLine(QPoint(1, side - 2), QPoint(side - 2, 1))
    if count:
        badge = QRectF(side * 0.4, side * 0.4, side * 0.6, side * 0.6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("danger"))
        painter.drawEllipse(badge)
        font = theme.font("tiny")
        font.setPixelSize(max(6, round(side * (0.42 if count < 10 else 0.32))))
        painter.setFont(font)
        painter.setPen(theme.color("danger_text"))
        words = str(count) if count <= _MOST else "∞"
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, words)
    painter.end()
    return picture
