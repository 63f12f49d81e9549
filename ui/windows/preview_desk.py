"""The preview beside the composer: shown and hidden by a key, which is remembered."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QTimer

from ui.actions.dispatch import Dispatcher
from ui.bridge import Bridge
from ui.context import UiContext
from ui.presenters.preview import preview
from ui.views.preview_panel import PreviewPanel
from ui.views.speech import Speech
from ui.windows.desk import Desk
from ui.windows.memory import WindowMemory

_KEY = "preview"
_PAUSE_MILLIS = 120
"""How long after the last key the preview follows; it is never drawn within a key press."""

_TALLEST = 0.66
"""How much of the column beside the composer it may take."""


class PreviewDesk(QObject):
    """Lays the panel over the column right of the composer, where there is one, else left of it."""

    def __init__(
        self,
        context: UiContext,
        bridge: Bridge,
        dispatcher: Dispatcher,
        *,
        desk: Desk,
        memory: WindowMemory,
    ) -> None:
        super().__init__(desk)
        self._context = context
        self._dispatcher = dispatcher
        self._desk = desk
        self._memory = memory
        self._speech = Speech(context)
        self._wanted = memory.text(_KEY) == "on"
        self._panel: PreviewPanel | None = None
        self._timer = QTimer(self, singleShot=True, interval=_PAUSE_MILLIS)
        self._timer.setObjectName("preview-pause")
        self._timer.timeout.connect(self.show)
        composer = desk.parts.appeal.composer
        composer.editor.typed.connect(self._soon)
        composer.resized.connect(self._soon)
        desk.page_changed.connect(self._soon)
        bridge.language_changed.connect(self._restyle)
        bridge.theme_changed.connect(self._restyle)
        dispatcher.register("reply.preview", self.toggle)
        dispatcher.refocus(previewing=self._wanted)
        desk.installEventFilter(self)

    @property
    def panel(self) -> PreviewPanel | None:
        """The panel; None before it was first wanted."""
        return self._panel

    def toggle(self) -> None:
        """Show it from now on, or no more."""
        self._wanted = not self._wanted
        self._memory.set_text(_KEY, "on" if self._wanted else "off")
        self._dispatcher.refocus(previewing=self._wanted)
        self.show()

    def show(self) -> None:
        """Show what is being written as it stands, if somebody wants to see it."""
        self._timer.stop()
        composer = self._desk.parts.appeal.composer
        sheet, view = composer.sheet, self._desk.parts.appeal.view
        if not self._wanted or sheet is None or view is None or self._desk.page != "queue":
            if self._panel is not None:
                self._panel.hide()
            return
        panel = self._made()
        appeal = view.appeal
        channels = self._context.console.rulebook.channels
        face = preview(
            composer.editor.text(),
            appeal,
            sheet.mode,
            channel=channels.get(appeal.channel),
            branch=self._speech.branch_name(appeal.branch),
            here=self._speech.here(appeal.branch),
        )
        panel.show_face(face)
        panel.show()
        panel.raise_()
        self._place(panel)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The panel follows the window."""
        if event.type() is QEvent.Type.Resize and self._panel is not None:
            self._soon()
        return bool(super().eventFilter(watched, event))

    def _soon(self) -> None:
        if self._wanted or (self._panel is not None and not self._panel.isHidden()):
            self._timer.start()

    def _restyle(self) -> None:
        if self._panel is not None:
            self._panel.deleteLater()
            self._panel.hide()
            self._panel = None
        self._soon()

    def _made(self) -> PreviewPanel:
        if self._panel is None:
            self._panel = PreviewPanel(self._context, parent=self._desk)
            self._panel.closed.connect(self.toggle)
        return self._panel

    def _place(self, panel: PreviewPanel) -> None:
        parts, edge = self._desk.parts, self._context.theme.px(6)
        beside = parts.inspector if parts.inspector.isVisible() else parts.queue
        corner = beside.mapTo(self._desk, QPoint(0, 0))
        column = QRect(corner, beside.size()).adjusted(edge, edge, -edge, -edge)
        height = min(panel.wanted_height(column.width()), round(column.height() * _TALLEST))
        panel.setGeometry(column.x(), column.bottom() - height + 1, column.width(), height)
