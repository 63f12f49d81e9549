"""Wrapping: how painted text is to be broken into lines."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetrics

_TALL = 100_000


def wrap_flags(metrics: QFontMetrics, text: str, width: int) -> int:
    """Break between words, and within one only where it does not fit by itself."""
    flags = Qt.TextFlag.TextWordWrap
    if any(metrics.horizontalAdvance(word) > width for word in text.split()):
        flags |= Qt.TextFlag.TextWrapAnywhere
    return int(flags)


def wrapped_rect(metrics: QFontMetrics, text: str, room: QRect) -> QRect:
    """Where ``text`` stands within ``room``, however many lines it takes."""
    tall = QRect(room.left(), room.top(), max(room.width(), 1), _TALL)
    return metrics.boundingRect(tall, wrap_flags(metrics, text, room.width()), text)
