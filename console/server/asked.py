"""Asked: a search of the archive as it was asked for, and where it goes on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from console.domain.query import Query
from console.domain.query_match import Matcher

MOST = 50
"""Answers of one request."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: at most ``limit`` appeals of ``branches``, which the caller has found to
    be allowed, that come after the place ``before``: an id, and maybe how many of the ranked ones
    have been given («ID.50»). ``text`` is the query as typed, ``reparse`` takes apart another.
    """

    matcher: Matcher
    text: str
    reparse: Callable[[str], Query]
    branches: Sequence[str]
    before: str = ""
    limit: int = MOST

    @property
    def narrowed(self) -> list[str]:
        """The branches that an answer may be of."""
        wanted = set(self.branches)
        for one in self.matcher.query.filters:
            if one.key == "branch":
                wanted = wanted - set(one.values) if one.excluded else wanted & set(one.values)
        return sorted(wanted)

    @property
    def before_id(self) -> str:
        """The id in ``before``."""
        return self.before.partition(".")[0]

    @property
    def given(self) -> int:
        """How many of the ranked ones have been given."""
        given = self.before.partition(".")[2]
        return int(given) if given.isdecimal() and len(given) < 6 else 0
