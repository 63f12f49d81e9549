"""One cold start in a process of its own: prints the seconds from its launch to its first rows.

    python -m tests.bench.cold_start otklik|bare PROFILE KEY

``bare`` is a window of PySide6 with a table, in it the first page of the queue as the raw driver
reads it from the same store, and nothing else. ``otklik`` prints a second number: when the whole
desk stood around the queue. KEY is the store's, in hexadecimal. The launcher's clock is read from
the environment (BENCH_LAUNCHED, seconds since the epoch), so that the interpreter counts too; the
time in which other programs had the processors does not (where the system tells).
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

LAUNCHED = "BENCH_LAUNCHED"
FIRST_ROWS = 64
_SERVER = "http://127.0.0.1:9"


_FIRST_PAGE = f"""
SELECT number, status, author, place, first_line, due_at FROM queue_row
WHERE ended = 0 ORDER BY ended, due_key, row LIMIT {FIRST_ROWS}
"""


def _painted() -> None:
    from tests.support.queueing import Queueing

    since = time.time() - float(os.environ[LAUNCHED])
    print(since - Queueing().seconds(), flush=True)


def bare(profile: Path, key: str) -> None:
    """A main window with a table of the first rows."""
    from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QTimer
    from PySide6.QtGui import QPainter, QStandardItem, QStandardItemModel
    from PySide6.QtWidgets import (
        QApplication,
        QMainWindow,
        QStyledItemDelegate,
        QStyleOptionViewItem,
        QTableView,
    )

    told: list[bool] = []

    class Telling(QStyledItemDelegate):
        def paint(
            self,
            painter: QPainter,
            option: QStyleOptionViewItem,
            index: QModelIndex | QPersistentModelIndex,
        ) -> None:
            super().paint(painter, option, index)
            if not told:
                told.append(True)
                _painted()
                QTimer.singleShot(0, app.quit)

    app = QApplication(["bare"])
    model = QStandardItemModel()
    for row in _first_page(profile, key):
        model.appendRow([QStandardItem(str(value)) for value in row])
    table = QTableView()
    table.setModel(model)
    table.setItemDelegate(Telling(table))
    window = QMainWindow()
    window.setCentralWidget(table)
    window.resize(1366, 768)
    window.show()
    app.exec()


def _first_page(profile: Path, key: str) -> list[tuple[object, ...]]:
    from sqlcipher3 import dbapi2

    connection = dbapi2.connect(str(profile / "store.db"))
    connection.execute(f"PRAGMA key = \"x'{key}'\"")
    rows: list[tuple[object, ...]] = connection.execute(_FIRST_PAGE).fetchall()
    connection.close()
    return rows


def otklik(profile: Path, key: str) -> None:
    """The console as it is started by its command, but for the keychain that a test has to fill."""
    from ui import __main__ as command

    _tell_when_painted(profile, key)
    command.main(["--profile", str(profile), "--server", _SERVER])


def _tell_when_painted(profile: Path, key: str) -> None:
    """Have the first painted row told, then the desk, and the window closed after that."""
    import ui.main
    from console.remote.secrets import MemorySecrets
    from console.store.profile import Profile
    from console.store.vault import secret_name

    secrets = MemorySecrets()
    secrets.set(secret_name(Profile(profile)), key)
    ui.main._secrets = lambda *, demo: secrets
    program = ui.main.Program
    show, put_in = program._show_first, program._put_in

    def show_and_watch(self: ui.main.Program, console: object) -> None:
        from ui.views.queue_delegate import QueueDelegate

        paint = QueueDelegate._paint_item

        def paint_and_tell(*args: object) -> None:
            paint(*args)  # type: ignore[arg-type]
            _painted()
            QueueDelegate._paint_item = paint  # type: ignore[method-assign]

        QueueDelegate._paint_item = paint_and_tell  # type: ignore[method-assign,assignment]
        show(self, console)  # type: ignore[arg-type]

    def put_in_and_close(self: ui.main.Program, desk: object) -> None:
        from PySide6.QtCore import QTimer

        put_in(self, desk)  # type: ignore[arg-type]
        _painted()
        QTimer.singleShot(0, self._window.close)

    program._show_first = show_and_watch  # type: ignore[method-assign]
    program._put_in = put_in_and_close  # type: ignore[method-assign]


if __name__ == "__main__":
    {"bare": bare, "otklik": otklik}[sys.argv[1]](Path(sys.argv[2]), sys.argv[3])
