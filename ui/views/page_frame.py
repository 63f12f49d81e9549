"""The frame of a page beside the queue: a head over all the room that is left."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget


def page_head(title: QWidget, *, gap: int = 8) -> QHBoxLayout:
    """The line at the top of a page, which begins with its title."""
    head = QHBoxLayout()
    head.setContentsMargins(16, 12, 16, 8)
    head.setSpacing(gap)
    head.addWidget(title)
    return head


def lay_page(page: QWidget, head: QHBoxLayout, body: QWidget) -> None:
    """Lay ``head`` over ``body`` in ``page``, from edge to edge."""
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addLayout(head)
    column.addWidget(body, 1)
