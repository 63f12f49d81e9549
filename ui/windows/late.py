"""Late: a view that is made when it is first asked for, and not with the window."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtWidgets import QWidget

V = TypeVar("V", bound=QWidget)


class Late(Generic[V]):
    """`view` makes the view at its first use and hands out the same one from then on.

    Every view that is made with the window is polished with it, which the first page waits for.
    """

    def __init__(self, make: Callable[[], V]) -> None:
        self._make = make
        self._made: V | None = None

    @property
    def view(self) -> V:
        """The view."""
        if self._made is None:
            self._made = self._make()
        return self._made

    @property
    def made(self) -> V | None:
        """The view, None if nobody has asked for it yet."""
        return self._made
