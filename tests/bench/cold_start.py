"""One cold start in a process of its own: prints the seconds from its launch to its first rows.

    python -m tests.bench.cold_start otklik|bare PROFILE

``bare`` is a window of PySide6 with a table and nothing else. The launcher's clock is read from
the environment (BENCH_LAUNCHED, seconds since the epoch), so that the interpreter counts too; the
time in which other programs had the processors does not (where the system tells).
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from tests.support.queueing import Queueing

LAUNCHED = "BENCH_LAUNCHED"
_SERVER = "http://127.0.0.1:9"


def _painted() -> None:
    since = time.time() - float(os.environ[LAUNCHED])
    print(since - Queueing().seconds(), flush=True)


def bare() -> None:
    """A main window with a table of thirty rows."""
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
    for number in range(30):
        model.appendRow([QStandardItem(f"{number} · {column}") for column in range(6)])
    table = QTableView()
    table.setModel(model)
    table.setItemDelegate(Telling(table))
    window = QMainWindow()
    window.setCentralWidget(table)
    window.resize(1366, 768)
    window.show()
    app.exec()


def otklik(profile: Path) -> None:
    """The console as it is started by its command, but for the keychain that a test has to fill."""
    from ui import __main__ as command

    _tell_when_painted(profile)
    command.main(["--profile", str(profile), "--server", _SERVER])


def _tell_when_painted(profile: Path) -> None:
    """Have the first painted row told, and the window closed then."""
    import ui.main
    from console.store.profile import Profile
    from tests.bench.big_desk import keychain

    secrets = keychain(Profile(profile))
    ui.main._secrets = lambda *, demo: secrets
    furnish = ui.main.Program._furnish

    def furnish_and_watch(program: ui.main.Program, console: object) -> None:
        from ui.views.queue_delegate import QueueDelegate

        paint = QueueDelegate._paint_item

        def paint_and_tell(*args: object) -> None:
            from PySide6.QtCore import QTimer

            paint(*args)  # type: ignore[arg-type]
            _painted()
            QueueDelegate._paint_item = paint  # type: ignore[method-assign]
            QTimer.singleShot(0, program._window.close)

        QueueDelegate._paint_item = paint_and_tell  # type: ignore[method-assign,assignment]
        furnish(program, console)  # type: ignore[arg-type]

    ui.main.Program._furnish = furnish_and_watch  # type: ignore[method-assign,assignment]


if __name__ == "__main__":
    if sys.argv[1] == "bare":
        bare()
    else:
        otklik(Path(sys.argv[2]))
