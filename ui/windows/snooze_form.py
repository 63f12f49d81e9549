"""The form of postponing: what is waited for, and when the appeal wakes at the latest."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from console.domain.appeal import Appeal
from console.domain.mutations import Postpone
from console.domain.outage import Outage
from ui.context import UiContext
from ui.dialogs.ask_dialog import AskDialog, chosen_key

_TIME, _OUTAGE, _RESIDENT = "time", "outage", "resident"


class SnoozeForm:
    """Adds its rows to a dialog; `rule` is what was chosen. Waiting for a time is chosen first."""

    def __init__(
        self, context: UiContext, dialog: AskDialog, appeal: Appeal, *, outage: Outage | None
    ) -> None:
        """``outage`` is the one that the appeal is tagged with, while it lasts."""
        self._context = context
        self._outage = outage
        self._norms = context.console.rulebook.snooze
        t = context.t
        kinds = [_TIME, *([] if outage is None else [_OUTAGE]), _RESIDENT]
        options = [(kind, t(f"snooze.until_{kind}")) for kind in kinds]
        self._kind = dialog.add_choice(t("snooze.what"), options, missing=t("snooze.missing"))
        self._kind.buttons()[0].setChecked(True)
        now = context.now().astimezone(context.zone(appeal.branch))
        offered = (now + timedelta(days=self._norms.days)).replace(
            hour=self._norms.hour, minute=0, second=0, microsecond=0
        )
        self._until = dialog.add_moment(t("snooze.latest"), offered, earliest=now)
        self._reason = dialog.add_text(t("ask.reason"), missing=t("ask.reason_missing"))
        dialog.require(self._too_far)
        self._kind.buttons()[0].setFocus()  # a digit chooses; in a date it would be typed

    def rule(self) -> Postpone:
        """As it was filled in."""
        kind, outage = chosen_key(self._kind), self._outage
        reason = self._reason.toPlainText().strip()
        if kind == _OUTAGE and outage is not None:
            return Postpone(self._moment(), reason, outage.id, outage.version)
        return Postpone(self._moment(), reason, awaits_resident=kind == _RESIDENT)

    def _moment(self) -> datetime:
        return datetime.fromtimestamp(self._until.dateTime().toSecsSinceEpoch(), UTC)

    def _too_far(self) -> str:
        """Each kind has its longest; it is said while the form still stands."""
        most = self._norms.longest_of(self.rule())
        if self._moment() - self._context.now() <= most:
            return ""
        return self._context.t("snooze.too_far", count=most.days)
