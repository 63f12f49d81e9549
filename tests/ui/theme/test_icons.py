"""Icons are drawn at the size that is asked for, and at none without a word from Qt."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon
from PySide6.QtWidgets import QApplication

from ui.theme.icons import LiveIcon


def _icon() -> LiveIcon:
    return LiveIcon("search", lambda: QColor("black"), lambda: QColor("gray"))


def test_a_pixmap_has_the_size_asked_for(qapp: QApplication) -> None:
    drawn = _icon().pixmap(QSize(16, 24), QIcon.Mode.Normal, QIcon.State.Off)
    assert (drawn.width(), drawn.height()) == (16, 16)


def test_a_pixmap_of_no_size_is_none(qapp: QApplication) -> None:
    drawn = _icon().pixmap(QSize(0, 0), QIcon.Mode.Normal, QIcon.State.Off)
    assert drawn.isNull()
