"""Settings of one console run: from the command line, with defaults."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the profile is, which server, and how this run behaves.

    ``undo_seconds`` is how long a sent reply can still be taken back; ``poll_seconds`` how often
    to pull without a poke; ``draft_millis`` within which every key of a draft is on the disk.
    """

    profile: Path
    server: str
    language: str = "ru"
    demo: bool = False
    seed: int = 1
    undo_seconds: float = 0.0
    poll_seconds: float = 20.0
    draft_millis: int = 300
    due_soon_minutes: int = 60
