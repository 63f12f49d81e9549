"""The composition of the window: what is made, in which order, and how it is ended; no logic."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from console.clock import SystemClock
from console.config import Settings
from console.errors import OtklikError
from console.i18n import LANGUAGES, Catalog
from console.logs import start_logging, stop_logging
from ui import qt_log
from ui.bridge import Bridge
from ui.context import UiContext
from ui.crash import CrashDialog, CrashWatch, describe
from ui.garbage import spare_what_stays
from ui.options import Options
from ui.theme.appearance import Appearance
from ui.theme.theme import Theme
from ui.views import accessible
from ui.windows.main_window import MainWindow
from ui.windows.memory import WindowMemory
from ui.windows.qt_words import QtWords

if TYPE_CHECKING:
    from console.app import Console
    from console.demo.credentials import Credentials
    from console.demo.launch import DemoServer
    from console.ports import Secrets
    from console.readmodel import Rescue
    from console.remote.client import Transport
    from ui.models.queue_loader import QueueLoader
    from ui.windows.first_page import FirstPage
    from ui.windows.furnish import Furnished
    from ui.windows.native import Native
    from ui.windows.shift import Shift

EXIT_FAILED = 1
SWITCH_SECONDS = 0.0005


def run(options: Options) -> int:
    """Open the window and stay until it is closed; the exit code."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication(["otklik"])
    # A thread that computes hands the interpreter over after this time, each time this one needs
    # it back: with the default of 5 ms a page is painted in a tenth of a second beside one.
    sys.setswitchinterval(SWITCH_SECONDS)
    app.setStyle("Fusion")
    app.setApplicationName("Otklik")
    app.setDesktopFileName("otklik")
    app.setQuitOnLastWindowClosed(False)
    accessible.install()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: _quit())
    if not options.demo or options.has_profile:
        return Program(app, options).run()
    with _throw_away_profile() as profile:
        return Program(app, replace(options, profile=profile)).run()


class Program:
    """One run: the window first, then the console behind it, then the desk in it."""

    def __init__(self, app: QApplication, options: Options) -> None:
        self._app = app
        self._options = options
        self._memory = WindowMemory(options.profile)
        self._catalog = Catalog.load(self._language())
        self._words = QtWords()
        self._words.speak(self._catalog.language)
        self._appearance = Appearance(app, Theme())
        self._appearance.zoom_to(self._memory.number("zoom", 1.0))
        self._appearance.choose(options.theme or self._memory.text("theme", "system"))
        self._bridge = Bridge()
        self._crash = CrashWatch(self._tell_bug)
        self._window = MainWindow(self._catalog, self._appearance, self._memory)
        self._starting: threading.Thread | None = None
        self._demo: DemoServer | None = None
        self._log: logging.Handler | None = None
        self._console: Console | None = None
        self._loader: QueueLoader | None = None
        self._shift: Shift | None = None
        self._native: Native | None = None
        self._wants_other_server = self._is_warm = False
        self._code = 0

    def run(self) -> int:
        """Show the window, work until it is closed, and end everything that was begun."""
        self._crash.install()
        qt_log.listen()
        self._window.closed.connect(self._app.quit)
        try:
            QTimer.singleShot(0, self._begin)
            self._app.exec()
        finally:
            self._end()
            qt_log.leave()
            self._crash.remove()
        return self._code

    # Beginning

    def _begin(self) -> None:
        t = self._catalog.t
        if not self._options.demo:
            known = self._options.server or self._memory.text("server")
            if known and self._opens_unasked():
                self._open_remembered(known)
                return
            self._window.show()
            self._window.say_starting(t("ui.opening"))
            self._later(lambda: self._open_remembered(known))
            return
        self._window.show()
        self._window.say_starting(t("ui.demo_preparing"), t("ui.demo_body"))
        self._starting = threading.Thread(target=self._start_demo, name="demo-start")
        self._starting.start()

    def _opens_unasked(self) -> bool:
        """Whether there is a store that opens without a passphrase: the queue comes at once."""
        from console.store.profile import Profile

        profile = Profile(self._options.profile)
        return profile.store.exists() and not profile.wrapped_key.exists()

    def _start_demo(self) -> None:
        """On a thread of its own: make the child server, tell the window how far it is."""
        from console.demo.launch import start

        def progress(step: str, done: int, total: int) -> None:
            self._bridge.call(lambda: self._say_demo(step, done, total))

        try:
            demo = start(self._options.profile, seed=self._options.seed, progress=progress)
        except OtklikError as error:
            failure = error
            self._bridge.call(lambda: self._give_up(failure))
            return
        self._demo = demo  # here and not later: the window may be closed before it hears of it
        self._bridge.call(lambda: self._on_demo(demo))

    def _say_demo(self, step: str, done: int = 0, total: int = 0) -> None:
        """Say which step it is at; only of the longest it is known how far it has come."""
        t = self._catalog.t
        words = t(f"ui.demo_step_{step}", done=done, total=total)
        self._window.say_starting(
            t("ui.demo_preparing"), words, progress=done / total if done and total else -1.0
        )

    def _on_demo(self, demo: DemoServer) -> None:
        self._say_demo("connecting")
        self._guarded(lambda: self._open(demo.url))

    def _open_remembered(self, server: str) -> None:
        """Open the store for ``server``; without one, ask for it first."""
        if not server:
            from ui.dialogs.server import ServerDialog

            dialog = ServerDialog(self._catalog, parent=self._window)
            if not dialog.exec():
                self._app.quit()
                return
            server = dialog.address()
        self._guarded(lambda: self._open(server))

    def _open(self, server: str) -> None:
        """Open the store and begin to synchronise with ``server``."""
        from console.app import Machinery, open_console

        options = self._options
        settings = Settings(
            profile=options.profile,
            server=server,
            language=self._catalog.language,
            demo=options.demo,
            seed=options.seed,
        )
        if self._log is None:
            self._log = start_logging(options.profile / "logs")
        self._console = open_console(
            settings,
            clock=SystemClock(),
            secrets=_secrets(demo=options.demo),
            passphrase=self._ask_passphrase,
            machinery=Machinery(transport=_bad_network(options)) if options.chaos else None,
        )
        self._memory.set_text("server", "" if options.demo else server)
        if self._console.session.current is not None and self._demo is None:
            self._show_first(self._console)
            return
        self._window.show()
        self._console.start()
        self._sign_in(self._console)

    def _sign_in(self, console: Console) -> None:
        if self._demo is not None:
            account = self._demo.operator
            future = console.session.sign_in(account.login, account.password)
            self._bridge.when_done(future, lambda _: self._furnish(console), self._give_up)
        elif self._ask_who(console, again=False):
            self._furnish(console)
        elif self._wants_other_server:
            self._close_console()
            self._later(lambda: self._open_remembered(""))
        else:
            self._app.quit()

    # The desk

    def _show_first(self, console: Console) -> None:
        """The queue alone; once it is painted, what the desk is made of, and then the desk."""
        from ui.windows.first_page import FirstPage

        page = FirstPage(self._context_of(console), self._bridge, self._memory)
        self._loader = page.loader
        self._window.show_first(page)
        self._window.show()
        self._later(lambda: self._import_desk(console, page))

    def _import_desk(self, opened: Console, page: FirstPage) -> None:
        """On a thread of its own, which lets the queue be scrolled meanwhile."""

        def work() -> None:
            import console.sync.runner
            import console.usecases.queues
            import ui.windows.furnish

            assert console.sync.runner and console.usecases.queues and ui.windows.furnish

        page.loader.read(
            "desk",
            work,
            then=lambda _: self._furnish_by_steps(opened, page),
            failed=self._give_up,
            owner=page,
        )

    def _furnish_by_steps(self, console: Console, page: FirstPage) -> None:
        from ui.windows.furnish import furnishing

        console.start()
        steps = furnishing(
            page.context,
            self._bridge,
            appearance=self._appearance,
            window=self._window,
            first=page,
        )

        def step() -> None:
            if self._console is not console:
                return  # closed meanwhile
            made = next(steps)
            if made is None:
                self._later(step)
            else:
                self._put_in(made)

        step()

    def _context_of(self, console: Console) -> UiContext:
        return UiContext(
            console, self._catalog, self._appearance.theme, zones=console.rulebook.zones
        )

    def _furnish(self, console: Console) -> None:
        from ui.windows.furnish import furnish

        context = self._context_of(console)
        self._put_in(
            furnish(context, self._bridge, appearance=self._appearance, window=self._window)
        )

    def _put_in(self, desk: Furnished) -> None:
        """Put the desk into the window, and begin."""
        console = desk.shift.context.console
        self._appearance.changed.connect(self._bridge.theme_changed)
        self._loader, self._shift = desk.loader, desk.shift
        self._shift.bug.connect(self._crash.report)
        self._shift.sign_in_asked.connect(lambda: self._ask_who(console, again=True))
        desk.commands.language_chosen.connect(self._words.speak)
        dispatcher = self._shift.dispatcher
        dispatcher.register("app.switch_role", self._switch_role)
        dispatcher.register("app.sign_out", self._sign_out)
        self._window.show_shift(self._shift, desk.commands)
        self._native = desk.native
        self._native.begin()
        if self._is_seen():
            self._later(self._native.welcome)
        queue = self._shift.desk.parts.queue
        if queue.is_whole:
            self._later(self._warm_up)
        else:
            queue.counted.connect(self._warm_up)
        if self._options.tour is not None:
            QTimer.singleShot(0, self._tour)
        if console.rescue is not None:
            self._tell_rescue(console.rescue)

    def _warm_up(self, _: int = 0) -> None:
        """The first list is read: now what is slow may be."""
        if self._shift is not None and self._console is not None and not self._is_warm:
            self._is_warm = True
            self._console.warm_up(spare_what_stays)

    def _switch_role(self) -> None:
        """Sign in as the other of the demonstration's two people."""
        if self._demo is None or self._console is None:
            return
        session = self._console.session.current
        account: Credentials = self._demo.operator
        if session is not None and session.login == account.login:
            account = self._demo.supervisor
        future = self._console.session.sign_in(account.login, account.password)
        self._bridge.when_done(future)

    def _sign_out(self) -> None:
        if self._console is not None:
            console = self._console
            future = console.session.sign_out()
            self._bridge.when_done(future, lambda _: self._ask_after_sign_out(console))

    def _ask_after_sign_out(self, console: Console) -> None:
        if not self._ask_who(console, again=False):
            self._window.close()

    def _ask_who(self, console: Console, *, again: bool) -> bool:
        """Have somebody sign in; whether they did."""
        from ui.dialogs.sign_in import SignInDialog

        session = console.session.current
        context = UiContext(console, self._catalog, self._appearance.theme)
        dialog = SignInDialog(
            context,
            self._bridge,
            again=again,
            login=session.login if session else "",
            parent=self._window,
        )
        accepted = bool(dialog.exec())
        self._wants_other_server = dialog.other_server
        return accepted

    def _tour(self) -> None:
        from ui.tour import run as walk

        assert self._demo is not None and self._options.tour is not None
        self._code = walk(self._window, self._demo, self._options.tour, sys.stdout)
        self._window.close()

    # Asking and telling

    def _ask_passphrase(self, reason: str) -> str | None:
        from ui.dialogs.passphrase import PassphraseDialog

        dialog = PassphraseDialog(self._catalog, reason, parent=self._window)
        return dialog.passphrase() if dialog.exec() else None

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except OtklikError as error:
            self._give_up(error)

    def _give_up(self, error: Exception) -> None:
        """Say why there can be no window, and end."""
        from ui.presenters.errors import is_bug, sentence_of, title_of

        if is_bug(error):
            self._crash.report(error)
            return
        self._code = EXIT_FAILED
        catalog = self._window_catalog()
        words = sentence_of(error, catalog)
        if self._is_seen():
            from PySide6.QtWidgets import QMessageBox

            box = QMessageBox(self._window)
            box.setIcon(QMessageBox.Icon.Warning)
            box.setWindowTitle(catalog.t("ui.app"))
            box.setText(title_of(error, catalog))
            box.setInformativeText(words)
            box.exec()
        else:
            print(f"otklik: {words}", file=sys.stderr)
        self._app.quit()

    def _tell_bug(self, error: BaseException) -> None:
        description = describe(error)
        if not self._is_seen():
            print(description, file=sys.stderr)
            self._code = EXIT_FAILED
            self._app.quit()
            return
        if not CrashDialog(self._window_catalog(), description, parent=self._window).exec():
            self._code = EXIT_FAILED
            self._window.close()

    def _tell_rescue(self, rescue: Rescue) -> None:
        """Say what became of a damaged store, until it has been read; nothing waits for that."""
        from PySide6.QtWidgets import QMessageBox

        from ui.presenters.errors import rescue_words

        catalog = self._window_catalog()
        box = QMessageBox(self._window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Information)
        box.setWindowTitle(catalog.t("ui.app"))
        box.setText(rescue_words(rescue, catalog))
        box.open()

    def _is_seen(self) -> bool:
        """Whether a person sits before the window."""
        return self._options.tour is None and QGuiApplication.platformName() != "offscreen"

    def _window_catalog(self) -> Catalog:
        return self._shift.context.catalog if self._shift is not None else self._catalog

    def _language(self) -> str:
        wanted = self._options.language or self._memory.text("language", LANGUAGES[0])
        return wanted if wanted in LANGUAGES else LANGUAGES[0]

    def _later(self, work: Callable[[], None]) -> None:
        """Let the window be painted first."""
        QTimer.singleShot(0, work)

    # Ending

    def _end(self) -> None:
        if self._starting is not None:
            self._starting.join()
        if self._native is not None:
            self._native.end()
        if self._shift is not None:
            self._shift.end()
        self._bridge.close()
        if self._loader is not None:
            self._loader.close()
        self._close_console()
        if self._demo is not None:
            self._demo.stop()
        if self._log is not None:
            stop_logging(self._log)
        self._words.stop()
        self._window.close()
        self._window.deleteLater()

    def _close_console(self) -> None:
        if self._console is not None:
            self._console.close()
            self._console = None


def _quit() -> None:
    """End as if the window had been closed: nothing is lost and nothing stays behind."""
    QApplication.quit()


@contextmanager
def _throw_away_profile() -> Iterator[Path]:
    """A profile that is gone afterwards, whatever happens."""
    import shutil
    import tempfile

    folder = Path(tempfile.mkdtemp(prefix="otklik-demo-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _secrets(*, demo: bool) -> Secrets:
    """The system's keychain; the demonstration's key ends with the process."""
    from console.remote.secrets import KeychainSecrets, MemorySecrets

    return MemorySecrets() if demo else KeychainSecrets()


def _bad_network(options: Options) -> Transport:
    from console.demo.chaos import parse
    from console.remote.chaos import bad_network

    return bad_network(parse(options.chaos), options.seed)
