"""The walk of the accessibility tree: every window in turn, as a screen reader finds it.

    python -m tests.ui.accessibility.walk > tree.json

Runs in a process of its own, on a display and a bus (see `tests.support.daemons.accessibility`).
The window lives on the main thread, the reader on another, as if it were another program.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QEventLoop, QPoint, Qt, QTimer
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from console.readmodel import Link, SyncStatus
from tests.support.atspi import Node, Reader, a_reader
from tests.support.fake_console import SUPERVISOR, FakeConsole, a_console
from tests.support.outbox_entries import fill_outbox
from tests.support.qt import until_qt
from tests.support.whole_window import WholeWindow, a_whole_window
from ui.views import accessible
from ui.windows.lexicon_window import LexiconWindow

T = TypeVar("T")
_MOST_STOPS = 80
_MOST_READS = 5


def main() -> int:
    """Print every page as JSON: its tree, and where the Tab key leads."""
    app = QApplication(["otklik-walk"])
    app.setStyle("Fusion")
    accessible.install()
    pages = []
    with a_reader(os.environ["OTKLIK_TEST_ACCESSIBILITY"]) as reader:
        for name, window in _every_page():
            pages.append({"page": name, **_read(reader, window, locked=name == "locked window")})
    json.dump(pages, sys.stdout, ensure_ascii=False)
    return 0


def _read(reader: Reader, window: QWidget, *, locked: bool) -> dict[str, object]:
    """The tree of a window and its stops, both of the same moment.

    What is checked or looked up beside comes when it comes, and asks for room: read again, then.
    """
    ident = QAccessible.uniqueId(QAccessible.queryAccessibleInterface(window))
    found: dict[str, object] = {}
    for _ in range(_MOST_READS):
        for _ in range(3):  # what is longer asks for room, and is laid out again
            QApplication.processEvents()
        before = _sizes(window)
        tree = _asked(partial(_tree_of, reader, ident))
        found = {"tree": _plain(tree), "stops": [] if locked else _stops(window)}
        if _sizes(window) == before:
            break
    return found


def _sizes(window: QWidget) -> list[tuple[int, int]]:
    shown = [one for one in window.findChildren(QWidget) if one.isVisible()]
    return [(one.width(), one.height()) for one in shown]


def _every_page() -> Iterator[tuple[str, QWidget]]:
    fake = a_console(40, me=SUPERVISOR)
    fill_outbox(fake)
    with a_whole_window(fake) as whole:
        yield from _pages_of_the_desk(whole, fake)
        yield from _dialogs(whole)
        yield from _beside(whole)
        fake.sync_status = _offline(fake)
        fake.publish(status=True)
        whole.settle()
        yield "offline", whole.window


def _pages_of_the_desk(whole: WholeWindow, fake: FakeConsole) -> Iterator[tuple[str, QWidget]]:
    window, run, parts = whole.window, whole.window.dispatcher.run, whole.window.desk.parts

    def page(name: str) -> tuple[str, QWidget]:
        whole.settle()
        return name, window

    yield page("queue")
    parts.queue.choose(2)
    yield page("appeal")
    parts.appeal.tabs.setCurrentIndex(1)
    yield page("history")
    parts.appeal.tabs.setCurrentIndex(0)
    run("reply.start")
    whole.settle()
    parts.appeal.composer.editor.insertPlainText("Свет дадут к 14:30")
    yield page("reply")
    run("reply.template")
    yield page("templates")
    run("reply.leave")
    run("note.start")
    yield page("note")
    run("reply.leave")
    run("appeal.why")
    yield page("why")
    run("outbox.open")
    yield page("outbox")
    run("view.board")
    yield page("board")
    run("view.shift")
    yield page("shift")
    run("view.queue")
    run("queue.search", text="абракадабра")
    yield page("nothing found")
    run("queue.clear")
    whole.settle()
    parts.queue.choose(1)
    whole.settle()


def _dialogs(whole: WholeWindow) -> Iterator[tuple[str, QWidget]]:
    from tests.ui.windows.test_every_word_fits import dialogs_of

    for make in dialogs_of(whole, "ru"):
        dialog = make()
        dialog.show()
        _let_come(dialog)
        yield type(dialog).__name__, dialog
        dialog.close()
    for command in _ASKING:
        assert whole.window.dispatcher.run(command), command
        whole.settle()
        asked = QApplication.activeModalWidget() or QApplication.activePopupWidget()
        assert asked is not None, f"{command} has opened nothing"
        yield command, asked
        asked.close()
        whole.settle()


def _let_come(dialog: QWidget) -> None:
    QTest.qWaitForWindowExposed(dialog)
    _activate(dialog)


def _activate(window: QWidget) -> None:
    """No window manager is there to do it."""
    if window.windowFlags() & Qt.WindowType.Popup == Qt.WindowType.Popup:
        return  # it has the keys without
    window.raise_()
    window.activateWindow()
    until_qt(window.isActiveWindow, what=f"{window.windowTitle()!r} to have the keys")


_ASKING = (
    "appeal.topic",
    "appeal.place",
    "reply.names",
    "appeal.tag_outage",
    "appeal.assign",
    "appeal.postpone",
    "appeal.duplicate",
    "appeal.transfer",
    "appeal.close",
    "shift.break",
    "view.columns",
    "queue.share",
)
"""Commands that ask something before they do it."""


def _beside(whole: WholeWindow) -> Iterator[tuple[str, QWidget]]:
    """What stands beside the desk, and the lock before it."""
    native = whole.furnished.native
    for section in ("look", "rows", "notices", "quiet"):
        settings = native.open_settings(section)
        _let_come(settings)
        yield f"settings {section}", settings
    settings.close()
    whole.fake.world.words.add("Эзендер")
    assert whole.window.dispatcher.run("app.lexicon")
    words = whole.window.findChild(LexiconWindow, "lexicon")
    assert words is not None
    _let_come(words)
    yield "words", words
    words.close()
    page = native.beside.open_help("40-reply")
    _let_come(page)
    yield "help", page
    page.close()
    own = native.beside.open_own_window()
    assert own is not None
    _let_come(own)
    yield "own window", own
    own.close()
    _activate(whole.window)
    native.hints.start()
    yield "hints", whole.window
    native.hints.end()
    assert whole.window.dispatcher.run("app.lock")
    unlock = native.lock.dialog
    assert unlock is not None
    _let_come(unlock)
    yield "unlock", unlock
    yield "locked window", whole.window
    unlock.opened.emit()
    _activate(whole.window)


def _offline(fake: FakeConsole) -> SyncStatus:
    now = fake.clock.now()
    return SyncStatus(
        Link.OFFLINE,
        since=now - timedelta(minutes=17),
        error="dns",
        next_try_at=now + timedelta(seconds=42),
        clock_offset_ms=95_000,
    )


# Reading


def _asked(work: Callable[[], T]) -> T:
    """What ``work`` finds on a thread of its own, while this one runs the window."""
    found: list[T] = []
    loop = QEventLoop()

    def go() -> None:
        try:
            found.append(work())
        finally:
            loop.quit()

    asking = threading.Thread(target=go, name="screen-reader")
    QTimer.singleShot(0, asking.start)
    loop.exec()
    asking.join()
    return found[0]


def _tree_of(reader: Reader, ident: int) -> Node:
    """A window by its number: a popup stands below the application only while it has the focus."""
    name, root = reader.application().address
    return reader.tree((name, root.replace("/root", f"/{ident}")))


def _plain(node: Node) -> dict[str, object]:
    return {
        "role": node.role,
        "name": node.name,
        "description": node.description,
        "states": sorted(node.states),
        "rect": node.rect,
        "children": [_plain(one) for one in node.children],
    }


# Tab


def _stops(window: QWidget) -> list[dict[str, object]]:
    """Where the Tab key leads in a window, until it comes round."""
    begin = QApplication.focusWidget()
    if begin is None or begin.window() is not window:
        _activate(window)
        window.setFocus()
        window.focusNextChild()
        begin = QApplication.focusWidget()
    assert begin is not None, f"nothing in {window.windowTitle()!r} takes the keys"
    stops = [begin]
    for _ in range(_MOST_STOPS):
        QTest.keyClick(stops[-1], Qt.Key.Key_Tab)
        QApplication.processEvents()
        here = QApplication.focusWidget()
        if here is None or here is begin:
            break
        stops.append(here)
    begin.setFocus()
    return [_stop(one, window) for one in stops]


def _stop(widget: QWidget, window: QWidget) -> dict[str, object]:
    corner = widget.mapToGlobal(QPoint(0, 0))
    return {
        "kind": type(widget).__name__,
        "rect": [corner.x(), corner.y(), widget.width(), widget.height()],
        "pane": _pane_of(widget, window),
    }


_PANES = (
    "ClocksPopover",
    "TemplatePicker",
    "RailView",
    "QueueView",
    "AppealView",
    "InspectorView",
    "StatusBar",
)


def _pane_of(widget: QWidget, window: QWidget) -> str:
    """The part of the window that it belongs to: each is read from its top to its bottom."""
    above: QWidget | None = widget
    while above is not None and above is not window:
        if type(above).__name__ in _PANES:
            return type(above).__name__
        above = above.parentWidget()
    return "window"


if __name__ == "__main__":
    sys.exit(main())
