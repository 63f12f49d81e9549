"""The real window over the real console and a big store, as `ui.main` composes them; no server.

Nobody answers at the server's address, and the session is in the store: the console is offline
from its first moment, which is when everything must come from the disk.
"""

from __future__ import annotations

import gc
import secrets as entropy
import shutil
import sys
import time
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from console.app import Console, open_console
from console.config import Settings
from console.domain.appeal import Appeal
from console.domain.ids import Ref
from console.i18n import Catalog
from console.ports import Precedence
from console.readmodel import QueueQuery
from console.remote.secrets import MemorySecrets
from console.store.profile import Profile
from console.store.vault import secret_name
from console.wire.schema import Rows
from tests.bench.big_store import KEY, NOW
from tests.support.queueing import Queueing
from tests.support.stalls import pump, pump_until
from ui.bridge import Bridge
from ui.context import UiContext
from ui.garbage import spare_what_stays
from ui.main import SWITCH_SECONDS
from ui.theme.appearance import Appearance
from ui.theme.theme import Theme
from ui.views.queue_view import QueueView
from ui.widgets.marked_editor import MarkedEditor
from ui.windows.desk import Desk
from ui.windows.furnish import Furnished, furnish
from ui.windows.main_window import MainWindow
from ui.windows.memory import WindowMemory

SERVER = "http://127.0.0.1:9"

LONGEST = 300.0
"""Seconds for all of a list: a million rows put together beside ten busy programs."""


class ClockFrom:
    """Time that runs on from an instant, so that a store made for that instant is always fresh."""

    def __init__(self, start: datetime) -> None:
        self._start = start
        self._begun = time.monotonic()

    def now(self) -> datetime:
        """The instant (aware UTC)."""
        return self._start + timedelta(seconds=time.monotonic() - self._begun)

    def monotonic(self) -> float:
        """Seconds that never go back."""
        return time.monotonic()

    def entropy(self, count: int) -> bytes:
        """``count`` random bytes."""
        return entropy.token_bytes(count)


def press(widget: QWidget, letter: str) -> None:
    """Type one letter of any alphabet; `QTest.keyClicks` knows the Latin one alone."""
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        event = QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, letter)
        QApplication.sendEvent(widget, event)


def lay_profile(store: Path, folder: Path) -> MemorySecrets:
    """A profile in ``folder`` with a copy of ``store``; the keychain that opens it."""
    profile = Profile(folder)
    profile.create()
    shutil.copyfile(store, profile.store)
    return keychain(profile)


def keychain(profile: Profile) -> MemorySecrets:
    """The keychain with the key of a big store."""
    secrets = MemorySecrets()
    secrets.set(secret_name(profile), KEY.hex())
    return secrets


class BigDesk:
    """The window and the console behind it. `begin` opens the queue; `end` takes all down."""

    def __init__(
        self, app: QApplication, folder: Path, secrets: MemorySecrets, *, server: str = SERVER
    ) -> None:
        self._switch_seconds = sys.getswitchinterval()
        sys.setswitchinterval(SWITCH_SECONDS)
        app.setStyle("Fusion")
        self.console: Console = open_console(
            Settings(profile=folder, server=server, poll_seconds=3600),
            clock=ClockFrom(NOW),
            secrets=secrets,
            passphrase=lambda _: None,
        )
        self.console.start()
        catalog = Catalog.load("ru")
        self.appearance = Appearance(app, Theme())
        self.appearance.choose("light")
        self.bridge = Bridge()
        self.window = MainWindow(catalog, self.appearance, WindowMemory(folder))
        self.window.show()
        self._context = UiContext(
            self.console, catalog, self.appearance.theme, zones=self.console.rulebook.zones
        )
        self._furnished: Furnished | None = None
        self._shown: QueueQuery | None = None
        self._queueings: list[Queueing] = []
        self._queued_before: list[float] = []
        self._clock_began = 0.0

    def furnish(self) -> None:
        """Make the views."""
        self.appearance.changed.connect(self.bridge.theme_changed)
        self._furnished = furnish(
            self._context, self.bridge, appearance=self.appearance, window=self.window
        )
        self._furnished.shift.bug.connect(_raise)

    def begin(self) -> None:
        """Put the views into the window and open the queue."""
        assert self._furnished is not None, "furnish() comes first"
        self.window.show_shift(self._furnished.shift, self._furnished.commands)
        self.queue.counted.connect(self._warm_up)

    def _warm_up(self, _: int) -> None:
        self.queue.counted.disconnect(self._warm_up)
        self.console.warm_up(spare_what_stays)

    def close(self) -> None:
        """As `ui.main` ends."""
        sys.setswitchinterval(self._switch_seconds)
        gc.unfreeze()
        for one in self._queueings:
            one.close()
        if self._furnished is not None:
            self.desk.parts.appeal.flush()
            self._furnished.shift.end()
        self.bridge.close()
        if self._furnished is not None:
            self._furnished.loader.close()
        self.console.close()
        self.window.close()
        self.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    # What the steps use

    @property
    def desk(self) -> Desk:
        """The views."""
        assert self._furnished is not None, "furnish() comes first"
        return self._furnished.shift.desk

    @property
    def queue(self) -> QueueView:
        """The list of appeals."""
        return self.desk.parts.queue

    @property
    def editor(self) -> MarkedEditor:
        """The text of the reply."""
        return self.desk.parts.appeal.composer.editor

    def opened(self) -> None:
        """Begin, and wait for the first painted rows."""
        self._until_listed(self.begin)

    def go(self, key: str) -> None:
        """Open a queue, and wait for its rows."""
        self._until_listed(lambda: self.window.shift.queues.go(key))

    def ask(self, **changes: object) -> None:
        """Sort or narrow the open queue, and wait for its rows."""
        query = replace(self.queue.query, **changes)  # type: ignore[arg-type]
        if query != self.queue.query:
            self._until_listed(lambda: self.window.shift.queues.ask(query))

    def show(self, query: QueueQuery) -> None:
        """Ask for exactly this, and wait for its rows."""
        self._until_listed(lambda: self.window.shift.queues.ask(query))

    def timed(self, query: QueueQuery) -> tuple[float, float]:
        """Ask for exactly this; seconds until its first rows are painted, and until all are.

        Those do not count in which other programs had the processors (where the system tells).
        """
        begun, counted = list[float](), list[float]()

        def note_first() -> None:
            begun.append(self.queue.delegate.painted)

        def note_whole(_: int) -> None:
            counted.append(self._own_seconds())

        self.queue.begun.connect(note_first)
        self.queue.counted.connect(note_whole)
        try:
            self._begin_clock()
            self.window.shift.queues.ask(query)
            done = pump_until(
                lambda: (
                    bool(begun)
                    and (self.queue.delegate.painted > begun[0] or not self.queue.model.rowCount())
                )
            )
            first = self._own_seconds()
            done = pump_until(lambda: bool(counted), seconds=LONGEST) and done
        finally:
            self.queue.begun.disconnect(note_first)
            self.queue.counted.disconnect(note_whole)
        assert done, "the queue was never shown"
        self._shown = query
        return first, max(first, counted[-1])

    def next_appeal(self) -> tuple[float, float]:
        """Take «next»; seconds until another row is marked, and until its appeal is shown."""
        view, before = self.desk.parts.appeal, self.queue.ref
        self._begin_clock()
        self.window.dispatcher.run("queue.take_next")
        done = pump_until(lambda: self.queue.ref not in (None, before))
        marked = self._own_seconds()
        done = pump_until(lambda: view.ref == self.queue.ref) and done
        assert done, "no other appeal was shown"
        return marked, self._own_seconds()

    def _begin_clock(self) -> None:
        if not self._queueings:
            loader = self._furnished.loader if self._furnished else None
            pools = (loader._lists, loader._pool) if loader else ()
            threads = [thread for pool in pools for thread in pool._threads]
            idents = (None, *(one.native_id for one in threads))
            self._queueings = [Queueing(ident) for ident in idents]
        self._clock_began = time.perf_counter()
        self._queued_before = [one.seconds() for one in self._queueings]

    def _own_seconds(self) -> float:
        """Seconds since `_begin_clock`, but for those that others had the processors.

        Window and list wait for each other, and may both wait for a processor: the longer wait is
        what is taken off, which is at most what was lost.
        """
        wall = time.perf_counter() - self._clock_began
        waits = zip(self._queueings, self._queued_before, strict=True)
        return max(0.0, wall - max(one.seconds() - before for one, before in waits))

    def search(self, text: str) -> None:
        """Type into the search field, press Enter, and wait for what is found."""
        self.queue.head.focus_search()
        field = QApplication.focusWidget()
        assert field is not None, "the search field has the focus"
        for letter in text:
            press(field, letter)
            pump(0.01)
        self._until_listed(lambda: QTest.keyClick(field, Qt.Key.Key_Return), or_shown=True)

    def open_at(self, at: int) -> None:
        """Choose an appeal of the list and wait until it is shown."""
        self.queue.choose(at)
        self._until_shown()

    def step(self, times: int) -> None:
        """Press J so many times, and wait for the last appeal."""
        self.queue.rows.setFocus()
        for _ in range(times):
            QTest.keyClick(self.queue.rows, Qt.Key.Key_J)
            pump(0.04)
        self._until_shown()

    def write(self, text: str) -> None:
        """Type, with a pause after each line in which the checks run and the draft is saved."""
        if self.desk.parts.appeal.composer.sheet is None:
            self.window.dispatcher.run("reply.start")
        for letter in text:
            if letter == "\n":
                pump(0.35)
            else:
                press(self.editor, letter)
                pump(0.005)

    def deliver(self, rows: Rows, *, piece: int) -> list[Future[None]]:
        """Hand rows to the store's thread, as sync would."""
        return [
            self.console._writer.submit(
                lambda tx, some=some: tx.mirror.put(some),  # type: ignore[misc]
                precedence=Precedence.SYNC,
            )
            for some in (
                Rows(appeals=rows.appeals[at : at + piece])
                for at in range(0, len(rows.appeals), piece)
            )
        ]

    def mirrored(self, refs: Sequence[Ref]) -> list[Appeal]:
        """These appeals as the server has them."""
        future = self.console._writer.submit(
            lambda tx: [found for ref in refs if (found := tx.mirror.appeal(ref)) is not None]
        )
        return future.result(30)

    def scroll_through(self) -> None:
        """From the top to the end, a page at a time and then in leaps."""
        bar = self.queue.rows.verticalScrollBar()
        bar.setValue(0)
        for _ in range(20):
            bar.setValue(bar.value() + bar.pageStep())
            pump(0.005)
        for leap in range(1, 21):
            bar.setValue(bar.maximum() * leap // 20)
            pump(0.005)

    def _until_listed(self, work: Callable[[], object], *, or_shown: bool = False) -> None:
        counts: list[int] = []

        def note(count: int) -> None:
            counts.append(count)

        self.queue.counted.connect(note)
        before = self.queue.delegate.painted
        try:
            work()
            done = pump_until(
                lambda: (
                    (bool(counts) or (or_shown and self.queue.query == self._shown))
                    and (self.queue.delegate.painted > before or not self.queue.model.rowCount())
                )
            )
        finally:
            self.queue.counted.disconnect(note)
        assert done, "the queue was never shown"
        self._shown = self.queue.query

    def _until_shown(self) -> None:
        view = self.desk.parts.appeal
        done = pump_until(lambda: view.ref is not None and view.ref == self.queue.ref)
        assert done, "the appeal was never shown"


def _raise(error: BaseException) -> None:
    raise error


@contextmanager
def a_big_desk(app: QApplication, store: Path, folder: Path) -> Generator[BigDesk]:
    """The window over a copy of ``store`` in ``folder``, open at its first queue."""
    desk = BigDesk(app, folder, lay_profile(store, folder))
    try:
        desk.furnish()
        desk.opened()
        yield desk
    finally:
        desk.close()
