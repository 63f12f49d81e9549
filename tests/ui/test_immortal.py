"""The interpreter survives a shift's worth of signals."""

from __future__ import annotations

import subprocess
import sys

_EMITS = """
{first}
from PySide6.QtCore import QCoreApplication, QObject, Signal

class Bell(QObject):
    rung = Signal()

app = QCoreApplication([])
bell = Bell()
heard = []
bell.rung.connect(lambda: heard.append(1))
for _ in range(20_000):
    bell.rung.emit()
assert len(heard) == 20_000
"""


def test_many_signals_do_not_bring_the_interpreter_down() -> None:
    script = _EMITS.format(first="import ui")
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
