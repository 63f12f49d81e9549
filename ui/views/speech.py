"""Speech: how a view speaks of appeals now - language, zone, moment, names of people and places."""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from PySide6.QtCore import QTimeZone

from console.domain.outage import Outage
from ui.context import UiContext
from ui.presenters.here import Here
from ui.presenters.names import People
from ui.presenters.refusals import OutageOf, error_words


class Speech:
    """Makes a `Here` for a branch whenever one is needed; it keeps nothing that can grow old.

    ``home`` is the zone of the clock on the operator's wall, by default the workstation's.
    """

    def __init__(self, context: UiContext, *, home: ZoneInfo | None = None) -> None:
        self._context = context
        self._home = home or workstation_zone()

    def here(self, branch: str = "") -> Here:
        """How to speak of an appeal of ``branch`` now; without one, as the workstation does."""
        zone = self._context.zone(branch) if branch else self._home or ZoneInfo("UTC")
        return Here(self._context.catalog, self._context.now(), zone, branch, self._home)

    def people(self) -> People:
        """Everybody's names, and who is looking."""
        session = self._context.session
        operators = self._context.console.reader.operators()
        return People.of(operators, session.operator if session else "")

    def branch_name(self, branch: str) -> str:
        """The name of a branch; its key for an unknown one."""
        return self.branch_names().get(branch, branch)

    def branch_names(self) -> dict[str, str]:
        """The names of all branches by key."""
        return {each.key: each.name for each in self._context.console.rulebook.branches}

    def outage_of(self, branch: str) -> OutageOf:
        """Finds outages of a branch in the registry."""

        def find(outage: str) -> Outage | None:
            return self._context.console.reader.outage(branch, outage)

        return find

    def error(self, error: BaseException, branch: str = "") -> str:
        """Why something failed, in one sentence."""
        return error_words(error, self.here(branch), self.people(), self.outage_of(branch))


def workstation_zone() -> ZoneInfo | None:
    """The workstation's own zone, None where its name is unknown to the time zone database."""
    name = bytes(QTimeZone.systemTimeZoneId().data()).decode("ascii", "replace")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return None
