"""Parts: a text cut where a channel takes no more of it, at the ends of thoughts."""

from __future__ import annotations

import re
from typing import Final

from console.domain.channel import Channel

MARK: Final = " 10/10"
"""The longest mark of a part; room for it is kept in each."""

_CUTS: Final = (
    re.compile(r"\n\s*\n"),
    re.compile(r"\n"),
    re.compile(r"(?<=[.!?…])[»\")]*\s+"),
    re.compile(r"\s+"),
)
"""Where a text is best cut, the best places first."""

_LEAST: Final = 0.4
"""How full a part must be for a better cut to be preferred."""


def parts_of(text: str, channel: Channel | None) -> tuple[str, ...]:
    """``text`` as ``channel`` takes it: whole where it fits, else in parts that each do.

    A part that is one of several has room for `MARK`. Between two parts only white space is left
    out.
    """
    whole = text.strip()
    if channel is None or channel.limit is None or channel.length(whole) <= channel.limit:
        return (whole,) if whole else ()
    room = max(1, channel.limit - len(MARK))
    found = []
    while channel.length(whole) > room:
        end = _cut(whole, _fitting(whole, room, channel))
        found.append(whole[:end].rstrip())
        whole = whole[end:].lstrip()
    return (*found, whole) if whole else tuple(found)


def _fitting(text: str, room: int, channel: Channel) -> int:
    """How many letters of ``text`` fit into ``room``."""
    end = min(len(text), room)
    while end > 1 and channel.length(text[:end]) > room:
        end -= max(1, channel.length(text[:end]) - room) // 2 or 1
    return end


def _cut(text: str, most: int) -> int:
    """Where to end a part that may have ``most`` letters."""
    for cut in _CUTS:
        # Each ends with white space, which is left out: one letter more may be looked at.
        places = [match.end() for match in cut.finditer(text, 0, most + 1)]
        if places and places[-1] >= most * _LEAST:
            return places[-1]
    return most
