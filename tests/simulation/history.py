"""The history: what people wrote and asked for, kept outside of the program, to compare with it.

Everything written carries a token of its own, so that it can be found again wherever it is: in a
draft, in an outbox, or among the messages of the centre. What was asked for but not answered before
the process died may have happened or not; the history knows the difference.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

from console.domain.ids import Ref
from console.readmodel import OutboxEntry


class Fate(StrEnum):
    """Whether something happened: the program has answered, has not yet, or was never asked."""

    NO = "no"
    MAYBE = "maybe"
    YES = "yes"


@dataclass(slots=True)
class Words:
    """A text that somebody wrote. ``kept`` is how many keystrokes the program said to have kept.

    ``seen`` are the messages that its author had on the screen when it was sent; ``files`` say by
    digest whether a file is attached to it; ``quoted`` are the outages whose restoration times it
    quotes, ``begun_at`` when, in seconds.
    """

    token: str
    station: str
    author: str
    ref: Ref
    note: bool = False
    typed: int = 0
    kept: int = 0
    sent: Fate = Fate.NO
    thrown: Fate = Fate.NO
    seen: frozenset[str] = frozenset()
    outlived: bool = True
    files: dict[str, Fate] = field(default_factory=dict)
    quoted: frozenset[str] = frozenset()
    begun_at: float = 0.0

    def text(self) -> str:
        """The words as typed so far."""
        return f"{self.token} Ответ жителю. {'.' * self.typed}"

    @property
    def is_kept(self) -> bool:
        """Whether the program has ever said that it has them."""
        return self.kept > 0 or self.sent is Fate.YES


@dataclass(frozen=True, slots=True)
class Asked:
    """A mutation that went into an outbox: where it stood there, and of what."""

    station: str
    author: str
    seq: int
    target: Ref


@dataclass(slots=True)
class History:
    """All of one run. ``reworded`` are the texts that somebody has approved in other words."""

    words: dict[str, Words] = field(default_factory=dict)
    asked: dict[str, Asked] = field(default_factory=dict)
    approvals: dict[str, frozenset[str]] = field(default_factory=dict)
    reworded: set[str] = field(default_factory=set)
    people_at: dict[str, set[str]] = field(default_factory=dict)
    operations: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)

    def write(self, station: str, author: str, ref: Ref, *, note: bool = False) -> Words:
        """A new text is begun."""
        token = f"[w{len(self.words) + 1}]"
        self.words[token] = Words(token, station, author, ref, note=note)
        return self.words[token]

    def went_in(self, station: str, author: str, entry: OutboxEntry) -> None:
        """An outbox has taken an entry."""
        self.asked[entry.envelope.id] = Asked(station, author, entry.seq, entry.envelope.target)


def token_of(text: str) -> str:
    """The token that a text begins with; empty where it has none."""
    return text[: text.index("]") + 1] if text.startswith("[w") else ""


def typed_of(text: str) -> int:
    """How many keystrokes a text holds."""
    return len(text) - len(text.rstrip("."))


class Story:
    """What happened, line by line; always hashed, and kept where somebody will read it."""

    def __init__(self, *, keep: bool) -> None:
        self._hash = hashlib.blake2b(digest_size=16)
        self._keep = keep
        self.lines: list[str] = []

    def tell(self, seconds: float, who: str, what: str) -> None:
        """One line."""
        line = f"{_clock(seconds)} {who}: {what}"
        self._hash.update(line.encode())
        if self._keep:
            self.lines.append(line)

    def digest(self) -> str:
        """The same for the same run."""
        return self._hash.hexdigest()


def _clock(seconds: float) -> str:
    hours, rest = divmod(seconds, 3600)
    minutes, rest = divmod(rest, 60)
    return f"{int(hours):02}:{int(minutes):02}:{rest:06.3f}"
