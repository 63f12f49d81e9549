"""How alarms over a generated stream are counted: delay, recall, precision, false alarms.

An alarm is **right** when most of its evidence is of storms, else **false**. A house with one or
two neighbours is no storm here: an alarm about it is false, strict as that is. What was told counts
once, as it was then. A storm is **found** when what is told is mostly of it, be it told anew or
again with more evidence. Of two storms in one place, which any eye sees as one, the second is found
with its third appeal there. The delay is counted in its own appeals and in minutes from its first
one. One that is never found has an infinite delay, so a median over all storms hides none.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Final

from tests.bench.storms.stream import Episode, Stream

_ENOUGH: Final = 3


@dataclass(frozen=True, slots=True)
class Alarm:
    """That something was told of: when, from what appeals, and whether it was told before."""

    at: datetime
    branch: str
    evidence: tuple[str, ...]
    again: bool = False
    confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class Found:
    """A storm with its delay in its own appeals and in minutes; infinite where never found."""

    episode: Episode
    appeals: float = math.inf
    minutes: float = math.inf

    @property
    def is_found(self) -> bool:
        """Whether it was found at all."""
        return math.isfinite(self.appeals)


@dataclass(frozen=True, slots=True)
class Result:
    """The count of one detector over one stream, or over several."""

    found: tuple[Found, ...] = ()
    right: int = 0
    false: int = 0
    branch_days: float = 0.0
    decoyed: Counter[str] | None = None
    sure: tuple[tuple[float, bool], ...] = ()
    """(confidence, whether it was right) of each, when it was first told."""

    def __add__(self, other: Result) -> Result:
        return Result(
            (*self.found, *other.found),
            self.right + other.right,
            self.false + other.false,
            self.branch_days + other.branch_days,
            (self.decoyed or Counter()) + (other.decoyed or Counter()),
            self.sure + other.sure,
        )

    @property
    def recall(self) -> float:
        """The share of storms that were found."""
        return sum(one.is_found for one in self.found) / max(1, len(self.found))

    @property
    def precision(self) -> float:
        """The share of alarms that were right."""
        return self.right / max(1, self.right + self.false)

    @property
    def false_a_day(self) -> float:
        """False alarms of a branch in a day."""
        return self.false / self.branch_days if self.branch_days else 0.0

    @property
    def appeals(self) -> float:
        """The median delay in appeals: 1 would be the first one."""
        return median(one.appeals for one in self.found) if self.found else math.nan

    @property
    def minutes(self) -> float:
        """The median delay in minutes from the first appeal."""
        return median(one.minutes for one in self.found) if self.found else math.nan


class Judge:
    """Counts the alarms of one stream, for as many detectors as are to be compared."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._posts = {post.id: post for post in stream.posts}
        self._cries: dict[str, list[datetime]] = {}
        for post in stream.posts:
            if post.storm:
                self._cries.setdefault(post.storm, []).append(post.at)

    def score(self, alarms: Iterable[Alarm]) -> Result:
        """Count the alarms that came after the quiet weeks."""
        first: dict[str, datetime] = {}
        right = false = 0
        decoyed: Counter[str] = Counter()
        sure: list[tuple[float, bool]] = []
        for alarm in alarms:
            if alarm.at < self._stream.quiet_until:
                continue
            storms = self._storms(alarm)
            if not alarm.again:
                sure.append((alarm.confidence, 2 * storms.total() > len(alarm.evidence)))
            if 2 * storms.total() > len(alarm.evidence):
                right += not alarm.again
                for storm, count in storms.items():
                    if 2 * count > len(alarm.evidence) or count >= _ENOUGH:
                        first[storm] = min(alarm.at, first.get(storm, alarm.at))
            elif not alarm.again:
                false += 1
                decoyed[self._decoy(alarm)] += 1
        found = tuple(self._found(episode, first) for episode in self._stream.episodes)
        days = (self._stream.until - self._stream.quiet_until).total_seconds() / 86_400
        return Result(found, right, false, days * len(self._stream.lands), decoyed, tuple(sure))

    def _storms(self, alarm: Alarm) -> Counter[str]:
        return Counter(storm for one in alarm.evidence if (storm := self._posts[one].storm))

    def _decoy(self, alarm: Alarm) -> str:
        kinds = Counter(self._posts[one].decoy or "chance" for one in alarm.evidence)
        return kinds.most_common(1)[0][0]

    def _found(self, episode: Episode, first: Mapping[str, datetime]) -> Found:
        at = first.get(episode.name)
        if at is None:
            return Found(episode)
        before = sum(cry <= at for cry in self._cries[episode.name])
        return Found(episode, before, (at - episode.first).total_seconds() / 60)
