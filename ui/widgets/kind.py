"""Kinds: dynamic properties that the style sheet matches, set so that it notices."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget


def set_kind(widget: QWidget, kind: str) -> None:
    """Give ``widget`` a kind, such as ``danger``; the style sheet knows what it looks like."""
    set_state(widget, "kind", kind)


def set_state(widget: QWidget, name: str, value: str) -> None:
    """Set a property that the style sheet matches, and let it match anew."""
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)
    widget.update()
