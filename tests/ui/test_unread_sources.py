"""A module that is imported after Qt is not read through, and Qt works in it as before."""

from __future__ import annotations

import linecache
import sys
from pathlib import Path

import pytest

from ui.unread_sources import leave_sources_unread

_MODULE = """
from PySide6.QtCore import QObject, Signal

class Bell(QObject):
    rung = Signal(int)

bell, heard = Bell(), []
bell.rung.connect(heard.append)
bell.rung.emit(7)
bell.setObjectName("bell")
"""


def test_a_module_is_imported_without_its_source_being_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave_sources_unread()
    path = tmp_path / "a_module_with_a_bell.py"
    path.write_text(_MODULE, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    try:
        module = __import__(path.stem)  # the statement, which the binding watches
        assert str(path) not in linecache.cache
        assert module.heard == [7]
        assert module.bell.objectName() == "bell"
    finally:
        sys.modules.pop(path.stem, None)
