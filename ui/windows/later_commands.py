"""Sending later: the dialog that asks for the hour, for a new reply and for one that waits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from console.domain.schedule import SCHEDULED_FROM
from console.domain.words import relative_days
from console.readmodel import OutboxEntry
from ui.actions.dispatch import Dispatcher
from ui.bridge import Bridge
from ui.context import UiContext
from ui.dialogs.ask_dialog import AskDialog, chosen_key
from ui.presenters.here import Here
from ui.presenters.later import changed_words, later_choices
from ui.presenters.outbox import entry_text
from ui.views.composer_view import ComposerView
from ui.views.speech import Speech

_NOW, _CUSTOM = "now", "custom"
Then = Callable[[datetime | None], None]
"""Takes the chosen instant (UTC); None stands for now."""


class LaterCommands(QObject):
    """Asks when, in the time of the appeal's region, and hands the answer on."""

    def __init__(
        self, context: UiContext, bridge: Bridge, dispatcher: Dispatcher, *, window: QWidget
    ) -> None:
        super().__init__(window)
        self._context = context
        self._bridge = bridge
        self._dispatcher = dispatcher
        self._window = window
        self._speech = Speech(context)

    def ask(self, composer: ComposerView) -> None:
        """When the reply in the composer is to leave; nothing stands against it any more."""
        ref = composer.ref()
        if ref is not None:
            here = self._speech.here(ref.branch)
            self._ask(
                here,
                lambda until: composer.send(not_before=until),
                text=composer.editor.text(),
            )

    def ask_again(self, entry: OutboxEntry) -> None:
        """When an entry that waits is to leave instead."""
        here = self._speech.here(entry.envelope.target.branch)
        outbox = self._context.console.outbox

        def change(until: datetime | None) -> None:
            words = here.t("later.now_done")
            if until is not None:
                words = changed_words(until, here)
            self._bridge.when_done(
                outbox.reschedule(entry.seq, until),
                lambda _: self._dispatcher.tell(words),
                owner=self,
            )

        self._ask(here, change, text=entry_text(entry), entry=entry)

    def _ask(self, here: Here, then: Then, *, text: str, entry: OutboxEntry | None = None) -> None:
        t, choices = self._context.t, later_choices(here)
        change = "" if entry is None else "_change"
        dialog = AskDialog(
            self._context,
            title=t(f"later.title{change}"),
            lead=t("later.lead", zone=here.zone_name(here.now)),
            accept=t(f"later.accept{change}"),
            parent=self._window,
        )
        dialog.setObjectName("send-later")
        days = relative_days(text)
        if days:
            dialog.add_notice(t("later.days", words=", ".join(days)), "warning")
        options = [(key, words) for key, words, _ in choices]
        if entry is not None:
            options.insert(0, (_NOW, t("later.now")))
        options.append((_CUSTOM, t("later.custom")))
        group = dialog.add_choice(t("later.when"), options, missing=t("later.missing"))
        first = entry.not_before if entry is not None else choices[0][2]
        earliest = here.now + SCHEDULED_FROM
        field = dialog.add_moment(
            t("later.own"), max(first, earliest).astimezone(here.zone), earliest=earliest
        )
        own = next(one for one in group.buttons() if one.objectName() == _CUSTOM)
        field.dateTimeChanged.connect(lambda _: own.setChecked(True))

        def act() -> None:
            key = chosen_key(group)
            if key == _NOW:
                then(None)
            elif key == _CUSTOM:
                then(datetime.fromtimestamp(field.dateTime().toSecsSinceEpoch(), UTC))
            else:
                then(next(instant for name, _, instant in choices if name == key))

        dialog.ask(lambda: self._dispatcher.guard(act))
