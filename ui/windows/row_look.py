"""The look of rows: what is kept of it, shown in a queue; the first page needs no more of it."""

from __future__ import annotations

from typing import Final

from ui.context import UiContext
from ui.presenters.queue import FACTS
from ui.views.queue_view import QueueView
from ui.windows.preferences import Preferences

KEYS: Final = ("density", *(f"row.{name}" for name in FACTS))
"""The preferences that it is made of."""


def show_look(queue: QueueView, values: Preferences) -> None:
    """Show the rows as whoever is signed in likes them; what is looked at stays where it is."""
    queue.set_facts(frozenset(name for name in FACTS if values.is_on(f"row.{name}")))
    if values.text("density") != queue.density:
        queue.set_density(values.text("density"))


def whose(context: UiContext) -> str:
    """For whom personal preferences are kept: the id of whoever is signed in."""
    session = context.session
    return "" if session is None else session.operator
