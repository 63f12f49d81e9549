"""The port through which the system is asked for keys that work in every program."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from ui.presenters.hotkeys import Chord, State


@dataclass(frozen=True, slots=True)
class Wanted:
    """One hotkey to ask for; ``words`` say to a person what it does."""

    chord: Chord
    words: str


class Hotkeys(QObject):
    """`pressed` carries the name of a hotkey, once for each time that it is pressed down.

    `told` says what became of one: its name, a `State`, and the keys in the system's words where
    it has given others than were asked for. This one is of a system that has none to give.
    """

    pressed = Signal(str)
    told = Signal(str, str, str)

    def take(self, wanted: Mapping[str, Wanted]) -> None:
        """Have these by name, and no others any more; each is told, now or later."""
        for name in wanted:
            self.tell(name, "nowhere")

    def leave(self) -> None:
        """Give back whatever was taken; may be called twice."""

    def lift(self, _window: int) -> None:
        """After `pressed`: let the window of this system id come before those of others.

        Systems keep programs from pushing themselves forward; what a person has just pressed is
        the proof that it was wanted.
        """

    def tell(self, name: str, state: State, said: str = "") -> None:
        """Emit `told`."""
        self.told.emit(name, state, said)
