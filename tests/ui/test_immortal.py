"""The interpreter survives a shift's worth of signals and calls."""

from __future__ import annotations

import subprocess
import sys

import pytest

_BEGIN = """
import ui
from PySide6.QtCore import QCoreApplication, QObject, Signal

class Bell(QObject):
    rung = Signal()

app = QCoreApplication([])
bell = Bell()
heard = []
bell.rung.connect(lambda: heard.append(1))
"""


@pytest.mark.parametrize(
    "many",
    ["bell.rung.emit()", "app.processEvents()", "bell.setObjectName('x')", "bell.isWidgetType()"],
)
def test_many_calls_do_not_bring_the_interpreter_down(many: str) -> None:
    script = f"{_BEGIN}\nfor _ in range(20_000):\n    {many}\n"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
