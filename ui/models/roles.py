"""Roles: under which number a model hands out what only our delegates understand."""

from __future__ import annotations

from enum import IntEnum

from PySide6.QtCore import Qt


class Role(IntEnum):
    """What else a model holds for an index."""

    ROW = Qt.ItemDataRole.UserRole + 1
    """The presenter's row, whole: one call a painted row."""
    REF = Qt.ItemDataRole.UserRole + 2
    """The `Ref` of the appeal."""
    IS_OPEN = Qt.ItemDataRole.UserRole + 3
    """Of a heading: whether what it heads is shown; None for every other row."""
