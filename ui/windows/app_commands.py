"""The commands of the program itself: palette, keys, theme, language, zoom, panes, link."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from console.domain.ids import Ref
from console.i18n import LANGUAGES, Catalog
from console.readmodel import QueueQuery
from ui.actions.dispatch import Dispatcher
from ui.bridge import Bridge
from ui.context import UiContext
from ui.presenters.palette import PaletteItem, command_items, queue_items
from ui.theme.appearance import Appearance
from ui.views.palette_view import PaletteView
from ui.views.shortcut_sheet import ShortcutSheet
from ui.widgets.passing import open_once
from ui.windows.desk import Desk

_ABOUT_THE_APPEAL = ("reply", "appeal", "approval")


class AppCommands(QObject):
    """Registers its handlers. `language_chosen` and `look_changed` ask to be remembered."""

    language_chosen = Signal(str)
    look_changed = Signal()
    queue_chosen = Signal(str)
    appeal_chosen = Signal(object)

    def __init__(
        self,
        context: UiContext,
        bridge: Bridge,
        dispatcher: Dispatcher,
        *,
        appearance: Appearance,
        desk: Desk,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._context = context
        self._bridge = bridge
        self._dispatcher = dispatcher
        self._appearance = appearance
        self._desk = desk
        self._window = window
        register = dispatcher.register
        register("app.palette", self.open_palette)
        register("app.shortcuts", self.open_sheet)
        register("view.queue", lambda: desk.show_page("queue"))
        register("view.board", lambda: desk.show_page("board"))
        register("view.shift", lambda: desk.show_page("shift"))
        register("view.next_pane", lambda: desk.next_pane(1))
        register("view.previous_pane", lambda: desk.next_pane(-1))
        register("view.zoom_in", lambda: self._zoom(1))
        register("view.zoom_out", lambda: self._zoom(-1))
        register("view.zoom_reset", lambda: self._zoom(0))
        register("view.theme", self.switch_theme)
        register("view.language", self.switch_language)
        register("app.quit", window.close)

    def open_palette(self) -> PaletteView:
        """Open the palette over the upper middle of the window."""
        catalog, has_appeal = self._context.catalog, self._dispatcher.focus.has_appeal
        commands = [one for one in self._dispatcher.commands() if self._dispatcher.enabled(one.id)]
        if has_appeal:  # what can be done with it comes first
            commands.sort(key=lambda one: one.group not in _ABOUT_THE_APPEAL)
        items = [
            *command_items(commands, catalog),
            *queue_items(self._desk.parts.rail.all_queues(), catalog),
        ]
        palette = PaletteView(self._context, items, more=self._appeals, parent=self._window)
        palette.setObjectName("palette")
        palette.choose_over(self._window, self._run)
        return palette

    def open_sheet(self) -> ShortcutSheet:
        """Open the sheet of all keys."""
        sheet = ShortcutSheet(self._context, self._dispatcher.commands(), parent=self._window)
        sheet.setObjectName("shortcuts")
        centre = self._window.mapToGlobal(self._window.rect().center())
        sheet.move(centre - sheet.rect().center())
        open_once(sheet)
        return sheet

    def switch_theme(self, choice: str = "") -> None:
        """Use a theme, or the one after the present."""
        self._appearance.choose(choice or self._appearance.next_choice())
        self._dispatcher.tell(self._context.t(f"ui.theme_{self._appearance.choice}"))
        self.look_changed.emit()

    def switch_language(self, language: str = "") -> None:
        """Speak a language, or the other one; every text is read anew, nothing restarts."""
        if not language:
            at = LANGUAGES.index(self._context.catalog.language)
            language = LANGUAGES[(at + 1) % len(LANGUAGES)]
        self._context.catalog = Catalog.load(language)
        self._dispatcher.retranslate()
        self.language_chosen.emit(language)
        self._bridge.language_changed.emit()

    def _zoom(self, steps: int) -> None:
        if steps:
            self._appearance.zoom_by(steps)
        else:
            self._appearance.zoom_to(1.0)
        percent = round(self._appearance.theme.zoom * 100)
        self._dispatcher.tell(self._context.t("ui.zoom", percent=percent))
        self.look_changed.emit()

    def _run(self, item: PaletteItem) -> None:
        if item.kind == "command":
            self._dispatcher.run(item.id)
        elif item.kind == "queue":
            self.queue_chosen.emit(item.id)
        else:
            self.appeal_chosen.emit(Ref.parse(item.id))

    def _appeals(self, text: str) -> Sequence[PaletteItem]:
        """An appeal by its number, where the whole number has been typed."""
        digits = text.removeprefix("№").strip()
        if not digits.isdigit() or len(digits) < 3:
            return ()
        console, t = self._context.console, self._context.t
        query, now = QueueQuery("all", text=digits), self._context.now()
        ids = console.reader.queue_ids(query, now=now, limit=5)
        return [
            PaletteItem(
                kind="appeal",
                id=str(row.ref),
                title=t("palette.appeal_title", number=row.number),
                detail=row.author,
                icon="thread",
            )
            for row in console.reader.queue_rows(ids)
            if row.number.startswith(digits)
        ]
