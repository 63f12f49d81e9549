"""Dragging: appeals as they are carried from a list to an operator."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QMimeData

from console.domain.ids import Ref

MIME = "application/x-otklik-appeals"
"""References, one a line; nothing of an appeal itself leaves the list."""


def carrying(refs: Iterable[Ref]) -> QMimeData:
    """What a drag of these appeals carries."""
    data = QMimeData()
    data.setData(MIME, "\n".join(str(ref) for ref in refs).encode())
    return data


def refs_in(data: QMimeData) -> tuple[Ref, ...]:
    """The appeals that a drag carries; none for anything else."""
    text = bytes(data.data(MIME).data()).decode("utf-8", "replace")
    return tuple(Ref.parse(line) for line in text.splitlines() if "/" in line)
