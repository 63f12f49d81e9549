"""One window at work in a process of its own: prints the megabytes that it holds at the end.

    python -m tests.bench.memory_at_size PROFILE

Prints resident megabytes after the start, after queues, searches and appeals were looked at, and
the most that it ever held.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")

from PySide6.QtWidgets import QApplication

from console.readmodel import QueueQuery, QueueSort
from console.store.profile import Profile
from tests.bench.big_desk import BigDesk, keychain
from tests.support.stalls import pump
from ui.immortal import keep_constants_alive


def resident_megabytes(what: str = "VmRSS") -> float:
    """What this process holds in memory, 0 where the system does not tell."""
    try:
        text = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return 0.0
    line = next(one for one in text.splitlines() if one.startswith(what))
    return int(line.split()[1]) / 1024


def work(desk: BigDesk) -> None:
    """What somebody does in a shift."""
    for query in (
        QueueQuery("all"),
        QueueQuery("all", QueueSort.NEWEST),
        QueueQuery("all", QueueSort.PLACE),
        QueueQuery("open", branches=("omsk",)),
        QueueQuery("all", text="отключение"),
        QueueQuery("all", text="1000777"),
        QueueQuery("open"),
    ):
        desk.show(query)
        desk.open_at(0)
        pump(0.3)
    for _ in range(40):
        desk.step(1)
    desk.scroll_through()
    desk.write("Здравствуйте! Свет дадут к вечеру.\n")
    pump(1.0)


def main() -> None:
    """Run it."""
    keep_constants_alive()
    app = QApplication(["otklik-memory"])
    folder = Path(sys.argv[1])
    desk = BigDesk(app, folder, keychain(Profile(folder)))
    try:
        desk.furnish()
        desk.opened()
        pump(4.0)
        print(f"{resident_megabytes():.0f}")
        work(desk)
        print(f"{resident_megabytes():.0f}")
        print(f"{resident_megabytes('VmHWM'):.0f}")
    finally:
        desk.close()


if __name__ == "__main__":
    main()
