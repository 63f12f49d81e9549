"""The whole window over a fake console, with every real view in it."""

from __future__ import annotations

import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from console.i18n import Catalog
from tests.support.fake_console import RULES, FakeConsole, a_console, as_console
from tests.support.qt import until_qt
from ui.bridge import Bridge
from ui.context import UiContext
from ui.theme.appearance import Appearance
from ui.theme.theme import Theme
from ui.windows.furnish import Furnished, furnish
from ui.windows.main_window import MainWindow
from ui.windows.memory import WindowMemory


@dataclass(frozen=True, slots=True)
class WholeWindow:
    """The window and what it was made of."""

    window: MainWindow
    fake: FakeConsole
    appearance: Appearance
    furnished: Furnished

    def settle(self) -> None:
        """Let reads come back and short timers run out."""
        queue = self.window.desk.parts.queue
        for _ in range(3):
            for pool in (self.furnished.loader._lists, self.furnished.loader._pool):
                pool.submit(lambda: None).result()
            self._come_round()
            until_qt(lambda: not queue._settle.isActive(), what="the choice to settle")

    def _come_round(self) -> None:
        done: list[bool] = []
        self.window.bridge.call(lambda: done.append(True))
        until_qt(lambda: bool(done), what="the event loop to come round")


def open_what_is_not_dangerous(whole: WholeWindow) -> None:
    """Open the first appeal below the lane of danger, which asks for words of its own."""
    queue = whole.window.desk.parts.queue
    rows = (queue.model.item(at) for at in range(queue.model.rowCount()))
    queue.choose(next(at for at, item in enumerate(rows) if item and not item.row.danger))
    whole.settle()


@contextmanager
def a_whole_window(
    fake: FakeConsole | None = None,
    *,
    language: str = "ru",
    theme: str = "light",
    zoom: float = 1.0,
    size: tuple[int, int] = (1366, 768),
) -> Generator[WholeWindow]:
    """A shown window; nothing of it is left behind."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    fake = fake or a_console()
    with tempfile.TemporaryDirectory() as folder:
        appearance = Appearance(app, Theme())
        appearance.zoom_to(zoom)
        appearance.choose(theme)
        context = UiContext(as_console(fake), Catalog.load(language), appearance.theme, RULES.zones)
        bridge, memory = Bridge(), WindowMemory(Path(folder))
        appearance.changed.connect(bridge.theme_changed)
        window = MainWindow(context.catalog, appearance, memory)
        furnished = furnish(context, bridge, appearance=appearance, window=window)
        window.resize(*size)
        window.show_shift(furnished.shift, furnished.commands)
        window.show()
        window.activateWindow()
        whole = WholeWindow(window, fake, appearance, furnished)
        try:
            whole.settle()
            yield whole
        finally:
            furnished.native.end()
            furnished.shift.end()
            furnished.loader.close()
            window.close()
            memory.save()
            for one in (window, appearance, bridge):
                shiboken6.delete(one)
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
            app.setStyleSheet("")
