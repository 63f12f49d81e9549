"""The shell of the window for tests: rail, queue, status bar and menus over a fake console.

The views of one appeal are stand-ins that only note what they were asked to show.
"""

from __future__ import annotations

import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFrame, QPlainTextEdit, QVBoxLayout, QWidget

from console.domain.ids import Ref
from console.i18n import Catalog
from tests.support.fake_console import RULES, FakeConsole, a_console, as_console
from tests.support.qt import until_qt
from ui.actions.dispatch import Dispatcher
from ui.bridge import Bridge
from ui.context import UiContext
from ui.models.queue_loader import QueueLoader
from ui.theme.appearance import Appearance
from ui.theme.theme import Theme
from ui.views.queue_view import QueueView
from ui.views.rail_view import RailView
from ui.views.status_bar import StatusBar
from ui.windows.app_commands import AppCommands
from ui.windows.desk import Desk, Parts
from ui.windows.late import Late
from ui.windows.main_window import MainWindow
from ui.windows.memory import WindowMemory
from ui.windows.queue_desk import QueueDesk
from ui.windows.search_commands import ArchiveDesk, SearchDesk
from ui.windows.shift import Shift


class StandIn(QFrame):
    """Takes the place of a view of one appeal; has an editor, as a composer would."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[Ref | None] = []
        self.editor = QPlainTextEdit()
        self.setFocusProxy(self.editor)
        QVBoxLayout(self).addWidget(self.editor)

    def show_appeal(self, ref: Ref | None) -> None:
        """Note what is to be shown."""
        self.shown.append(ref)


@dataclass(slots=True)
class Shell:
    """All parts, by the names that the window gives them."""

    fake: FakeConsole
    window: MainWindow
    context: UiContext
    bridge: Bridge
    dispatcher: Dispatcher
    appearance: Appearance
    desk: Desk
    queues: QueueDesk
    commands: AppCommands
    shift: Shift
    loader: QueueLoader
    appeal: StandIn
    memory: WindowMemory
    counted: list[int] = field(default_factory=list)

    @property
    def rail(self) -> RailView:
        """The queues at the left."""
        return self.desk.parts.rail

    @property
    def queue(self) -> QueueView:
        """The list of appeals."""
        return self.desk.parts.queue

    def run(self, command: str, **args: Any) -> None:
        """Run a command, which must be possible now."""
        assert self.dispatcher.run(command, **args), f"{command} cannot be run now"

    def key(self, key: Qt.Key, *, to: QWidget | None = None, text: str = "") -> None:
        """Press a key where the focus is."""
        widget = to or QApplication.focusWidget() or self.window
        if text:
            QTest.keyClicks(widget, text)
        else:
            QTest.keyClick(widget, key)

    def settle(self) -> None:
        """Let reads come back, then the short timers run."""
        self.loaded()
        until_qt(lambda: not self.queue._settle.isActive(), what="the choice to settle")
        self.loaded()

    def loaded(self) -> None:
        """Wait until what was asked of the reader's thread has been shown, and what follows."""
        for _ in range(3):
            for pool in (self.loader._lists, self.loader._pool):
                pool.submit(lambda: None).result()
            self._come_round()
            until_qt(lambda: not self.shift._pulse._rest.isActive(), what="the pulse to rest")

    def _come_round(self) -> None:
        done: list[bool] = []
        self.bridge.call(lambda: done.append(True))
        until_qt(lambda: bool(done), what="what was handed over to be shown")

    def titles(self) -> list[str]:
        """The authors that the list shows, from the top."""
        items = (self.queue.model.item(at) for at in range(self.queue.model.rowCount()))
        return [item.row.author for item in items if item is not None]


@contextmanager
def a_shell(
    fake: FakeConsole | None = None,
    *,
    language: str = "ru",
    theme: str = "light",
    size: tuple[int, int] = (1366, 768),
    profile: Path | None = None,
    wait: bool = True,
) -> Generator[Shell]:
    """A shown window over ``fake``, with its first list unless nobody waits; nothing stays."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    with tempfile.TemporaryDirectory() as folder:
        shell = _made(app, fake or a_console(), language, theme, profile or Path(folder))
        shell.window.resize(*size)
        shell.window.show_shift(shell.shift, shell.commands)
        shell.window.show()
        shell.window.activateWindow()
        shell.queue.counted.connect(shell.counted.append)
        if wait:
            until_qt(lambda: bool(shell.counted), what="the first list")
            shell.settle()
        try:
            yield shell
        finally:
            shell.shift.end()
            shell.loader.close()
            shell.window.close()
            shell.memory.save()
            shiboken6.delete(shell.window)
            shiboken6.delete(shell.appearance)
            shiboken6.delete(shell.bridge)
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
            app.setStyleSheet("")


def _made(app: QApplication, fake: FakeConsole, language: str, theme: str, profile: Path) -> Shell:
    look = Theme()
    appearance = Appearance(app, look)
    appearance.choose(theme)
    context = UiContext(as_console(fake), Catalog.load(language), look, RULES.zones)
    bridge, memory = Bridge(), WindowMemory(profile)
    appearance.changed.connect(bridge.theme_changed)
    window = MainWindow(context.catalog, appearance, memory)
    dispatcher = Dispatcher(context, window)
    loader = QueueLoader(fake.reader, fake.clock, bridge)
    appeal = StandIn()
    parts = Parts(
        rail=RailView(context),
        queue=QueueView(context, loader),
        appeal=cast(Any, appeal),
        inspector=cast(Any, StandIn()),
        outbox=cast(Any, Late(StandIn)),
        board=cast(Any, Late(StandIn)),
        shift=cast(Any, Late(StandIn)),
        status=StatusBar(context),
    )
    desk = Desk(context, parts)
    queues = QueueDesk(
        context, bridge, dispatcher, loader=loader, rail=parts.rail, queue=parts.queue
    )
    SearchDesk(context, bridge, dispatcher, loader=loader, queue=parts.queue)
    ArchiveDesk(context, bridge, dispatcher, queue=parts.queue, window=window)
    commands = AppCommands(
        context, bridge, dispatcher, appearance=appearance, desk=desk, window=window
    )
    shift = Shift(
        context, bridge, dispatcher, appearance=appearance, desk=desk, queues=queues, window=window
    )
    dispatcher.refocus(has_appeal=True)
    return Shell(
        fake=fake,
        window=window,
        context=context,
        bridge=bridge,
        dispatcher=dispatcher,
        appearance=appearance,
        desk=desk,
        queues=queues,
        commands=commands,
        shift=shift,
        loader=loader,
        appeal=appeal,
        memory=memory,
    )
