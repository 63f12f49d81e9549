"""A channel: where an appeal came from and its answer goes, with what fits and who can read it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Visibility(StrEnum):
    """Who can read a text."""

    PUBLIC = "public"
    """Anybody: a comment under a post."""
    PRIVATE = "private"
    """The resident alone: a letter, a call, a personal message."""
    INTERNAL = "internal"
    """Colleagues alone: a note."""


class LengthUnit(StrEnum):
    """What a channel counts when it limits the length of a text."""

    CHARACTERS = "characters"
    UTF16 = "utf16"
    """UTF-16 code units: an emoji counts twice."""


@dataclass(frozen=True, slots=True)
class Channel:
    """One channel of resources/rules/channels.toml.

    ``limit`` is the greatest length of one reply in ``unit``, None where there is none.
    ``visibility`` is that of a reply which is not a note.
    """

    key: str
    visibility: Visibility
    limit: int | None = None
    unit: LengthUnit = LengthUnit.CHARACTERS

    def length(self, text: str) -> int:
        """The length of ``text`` as this channel counts it."""
        if self.unit is LengthUnit.UTF16:
            return len(text) + sum(1 for letter in text if ord(letter) > 0xFFFF)
        return len(text)

    def left(self, text: str) -> int | None:
        """How much more fits (negative: how much is over); None where there is no limit."""
        return None if self.limit is None else self.limit - self.length(text)
