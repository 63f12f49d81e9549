"""A shared queue: a question to the list of appeals that everybody of a branch has in the rail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from console.domain.ids import Ref


@dataclass(frozen=True, slots=True)
class Overwritten:
    """What the last change replaced although its author had not seen it.

    ``by`` is whose change that was (an operator's id); ``withdrawn``: they had taken it away.
    """

    by: str
    name: str
    query: str
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class SharedQueue:
    """A queue under a name, as a row of one branch; shared with several, it is a row of each.

    ``queue`` is the list that it is of, and ``query`` what narrows it, in the query language (see
    `console.query_text`). ``sort`` and ``group`` are words of the console, to be passed over by one
    that does not know them; ``strict`` is for just what the query says, spelt as it is. ``by`` (an
    operator's id) changed it last, at ``at`` (UTC). One that is withdrawn stays as a row, so that
    whoever follows the feed hears of it.
    """

    branch: str
    id: str
    name: str
    queue: str
    query: str
    by: str
    at: datetime
    sort: str = "due"
    group: str = "none"
    strict: bool = False
    version: int = 1
    withdrawn: bool = False
    over: Overwritten | None = None

    @property
    def ref(self) -> Ref:
        """Where it stands."""
        return Ref(self.branch, self.id)
