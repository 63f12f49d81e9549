"""Options: what the command line of the console asks for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asks for. ``tour`` is the folder for pictures, None for no tour.

    An empty ``server``, ``language`` or ``theme`` means as the profile remembers. A demonstration
    whose profile was not named (``has_profile``) throws its profile away.
    """

    profile: Path
    has_profile: bool = False
    demo: bool = False
    server: str = ""
    language: str = ""
    theme: str = ""
    tour: Path | None = None
    seed: int = 1
    chaos: str = ""
