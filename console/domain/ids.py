"""Identifiers: time-ordered UUIDs made from a given instant and given randomness."""

from __future__ import annotations

import re
from datetime import datetime
from typing import NamedTuple


class Ref(NamedTuple):
    """The primary key of everything that belongs to a branch: (branch key, id).

    The branch comes first so that tables can be partitioned by it without changing a key.
    """

    branch: str
    id: str

    def __str__(self) -> str:
        return f"{self.branch}/{self.id}"

    @staticmethod
    def parse(text: str) -> Ref:
        """The reverse of ``str(ref)``; `ValueError` if there is no slash in it."""
        branch, slash, ident = text.partition("/")
        if not slash or not branch or not ident:
            raise ValueError(f"not a reference: {text!r}")
        return Ref(branch, ident)


_UUID_GROUPS = ((0, 8), (8, 12), (12, 16), (16, 20), (20, 32))
_SECOND = re.compile(r"([0-9a-f]{8}-[0-9a-f]{4}-)7([0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12})")
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def is_key(text: str) -> bool:
    """Whether ``text`` can be an id or a branch key of ours: one short word of Latin letters."""
    return _KEY.fullmatch(text) is not None


def uuid7(at: datetime, entropy: bytes) -> str:
    """A version 7 UUID (RFC 9562): 48 bits of Unix milliseconds, then 74 bits of ``entropy``.

    ``at`` is an aware instant; ``entropy`` is at least 10 random bytes, given by the caller so
    that a whole shift can be replayed.
    """
    if len(entropy) < 10:
        raise ValueError("uuid7 needs 10 bytes of entropy")
    millis = int(at.timestamp() * 1000) & ((1 << 48) - 1)
    random_a = int.from_bytes(entropy[:2], "big") & 0x0FFF
    random_b = int.from_bytes(entropy[2:10], "big") & ((1 << 62) - 1)
    value = (millis << 80) | (0x7 << 76) | (random_a << 64) | (0b10 << 62) | random_b
    digits = f"{value:032x}"
    return "-".join(digits[a:b] for a, b in _UUID_GROUPS)


def second_id(ident: str) -> str | None:
    """The id under which what was asked for as ``ident`` is asked for once more.

    Always the same for the same one (a version 8 UUID of RFC 9562 instead of a version 7 one), so
    that asking twice is asking once. None for what is no version 7 UUID: there is no third id.
    """
    return _SECOND.sub(r"\g<1>8\g<2>", ident) if _SECOND.fullmatch(ident) else None
