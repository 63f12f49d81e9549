"""Dialogs that are made for one question, and are gone with it."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog


def open_once(dialog: QDialog) -> None:
    """Open ``dialog`` over its window without waiting; it is deleted once it is finished."""
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
