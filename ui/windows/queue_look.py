"""The look of the queue: how much room its rows have and what they show, remembered for each."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from ui.actions.dispatch import Dispatcher
from ui.context import UiContext
from ui.dialogs.ask_dialog import AskDialog, ask_dialog, chosen_key
from ui.presenters.preferences import BY_KEY, DENSITIES
from ui.presenters.queue import FACTS
from ui.views.queue_view import QueueView
from ui.windows.preferences import Preferences
from ui.windows.row_look import KEYS, show_look


class QueueLook(QObject):
    """Lives as long as the window; what is set takes effect at once, wherever it is set."""

    def __init__(
        self,
        context: UiContext,
        dispatcher: Dispatcher,
        queue: QueueView,
        *,
        preferences: Preferences,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._context = context
        self._queue = queue
        self._preferences = preferences
        self._window = window
        for name in DENSITIES:
            dispatcher.register(f"view.rows.{name}", lambda chosen=name: self.choose(chosen))
        dispatcher.register("view.columns", self.ask)
        preferences.changed.connect(self._on_changed)
        self.show()

    def choose(self, density: str) -> None:
        """Give the rows so much room, now and at the next start."""
        self._preferences.set("density", density)

    def show(self) -> None:
        """Show the rows as whoever is signed in likes them."""
        show_look(self._queue, self._preferences)

    def ask(self) -> AskDialog:
        """A small dialog over all of it; the queue behind follows each choice.

        What was so before comes back if it is left by Esc.
        """
        t, values = self._context.t, self._preferences
        before = {key: values.text(key) for key in KEYS}
        dialog = ask_dialog(
            self._context, "columns", "rows", parent=self._window, lead=t("columns.rows_lead")
        )
        densities = [(name, t(f"columns.density_{name}")) for name in DENSITIES]
        group = dialog.add_choice(t("columns.density"), densities, missing="")
        for button in group.buttons():
            button.setChecked(button.objectName() == before["density"])
        group.buttonToggled.connect(lambda *_: self.choose(chosen_key(group)))
        facts = [(name, t(f"columns.row_{name}")) for name in FACTS]
        shown = {name for name in FACTS if values.is_on(f"row.{name}")}
        boxes = dialog.add_several(t("columns.facts"), facts, chosen=shown)
        for name, box in boxes.items():
            box.toggled.connect(lambda on, key=f"row.{name}": values.set(key, "1" if on else "0"))
        dialog.add_notice(t("columns.always"), "dim")
        dialog.rejected.connect(lambda: self._put_back(before))
        dialog.ask(lambda: None)
        return dialog

    def _put_back(self, before: dict[str, str]) -> None:
        for key, value in before.items():
            if BY_KEY[key].sensible(value) == value:
                self._preferences.set(key, value)

    def _on_changed(self, key: str) -> None:
        if key in KEYS:
            self.show()
