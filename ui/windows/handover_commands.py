"""The commands of the shift's end: the page, handing over, taking over, and a break."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from console.domain.ids import Ref
from console.domain.operator import Right
from console.readmodel import HandoverFacts, QueueRow
from console.usecases.acting import Done
from ui.actions.dispatch import Dispatcher
from ui.bridge import Bridge
from ui.context import UiContext
from ui.dialogs.ask_dialog import AskDialog, ask_dialog, chosen_key
from ui.models.queue_loader import QueueLoader, read_beside
from ui.presenters.handover import away_words, break_words, row_title
from ui.views.speech import Speech
from ui.widgets.passing import open_once

if TYPE_CHECKING:  # made when it is first asked for
    from console.usecases.handover import OfferLine
    from ui.dialogs.handover_dialog import Colleague, HandoverDialog, Offerable
    from ui.views.handover_view import HandoverView
    from ui.windows.desk import Desk
    from ui.windows.notify import NoticeDesk

BREAKS = (10, 15, 30, 60)
"""The lengths of a break that are offered, in minutes."""

_OPEN = "open"
_MOST_MS = 2**31 - 1


class HandoverCommands(QObject):
    """Registers its handlers; each tells what it has done, with its undoing where there is one.

    In a break only danger is heard of ``notices``; it is over with whoever has it.
    """

    def __init__(
        self,
        context: UiContext,
        bridge: Bridge,
        dispatcher: Dispatcher,
        *,
        loader: QueueLoader | None,
        desk: Desk,
        notices: NoticeDesk,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._context = context
        self._bridge = bridge
        self._dispatcher = dispatcher
        self._loader = loader
        self._window = window
        self._speech = Speech(context)
        dispatcher.register("shift.hand_over", self.hand_over)
        dispatcher.register("shift.accept_all", self.accept_all)
        rest = Break(context, bridge, dispatcher, desk=desk, window=window)
        notices.is_hushed = lambda: rest.is_quiet
        notices.person_changed.connect(rest.forget)

    def join(self, view: HandoverView) -> None:
        """What the page asks for."""
        view.asked.connect(self._asked)

    def hand_over(self, refs: Sequence[Ref] = ()) -> None:
        """Ask what is to be offered to whom; ``refs`` are ticked alone where some are named."""
        self._read(lambda facts: self._open(facts, tuple(refs)))

    def accept_all(self) -> None:
        """Take over all that is offered, with one undoing for all."""
        self._read(lambda facts: self._accept([one.row.ref for one in facts.offered]))

    def _asked(self, what: str, ref: Ref) -> None:
        act: dict[str, Callable[[], None]] = {
            "accept": lambda: self._accept([ref]),
            "decline": lambda: self._decline(ref),
            "withdraw": lambda: self._withdraw(ref),
            "keep": lambda: self._withdraw(ref),
            "again": lambda: self.hand_over([ref]),
        }
        self._dispatcher.guard(act[what])

    def _accept(self, refs: Sequence[Ref]) -> None:
        handovers = self._context.console.handovers
        self._tell_each(handovers.accept(refs), "accepted", undo=handovers.give_back)

    def _withdraw(self, ref: Ref) -> None:
        self._tell_each(self._context.console.handovers.withdraw([ref]), "withdrawn")

    def _decline(self, ref: Ref) -> None:
        t, handovers = self._context.t, self._context.console.handovers
        dialog = self._dialog("decline", lead=t("handover.decline_lead"))
        reason = dialog.add_text(t("ask.reason"), missing=t("ask.reason_missing"))

        def act() -> None:
            future = handovers.decline(ref, reason.toPlainText().strip())
            words = t("handover.done_declined")
            self._bridge.when_done(future, lambda _: self._dispatcher.tell(words), owner=self)

        dialog.ask(lambda: self._dispatcher.guard(act))

    # ------------------------------------------------------------------ offering

    def _open(self, facts: HandoverFacts, chosen: tuple[Ref, ...]) -> HandoverDialog | None:
        from ui.dialogs.handover_dialog import HandoverDialog

        lines = self._offerable(facts, chosen)
        if not lines:
            self._dispatcher.tell(self._context.t("handover.nothing_to_offer"))
            return None
        branches = {line.ref.branch for line in lines if line.chosen}
        dialog = HandoverDialog(
            self._context, lines, self._colleagues(branches), parent=self._window
        )
        dialog.offered.connect(self._offer)
        open_once(dialog)
        dialog.colleague.setFocus()
        return dialog

    def _offerable(self, facts: HandoverFacts, chosen: tuple[Ref, ...]) -> list[Offerable]:
        """My open appeals that nobody is asked to take over yet."""
        from ui.dialogs.handover_dialog import Offerable

        t = self._context.t
        waiting = {one.row.ref for one in facts.offering if not one.offer.reason}
        drafts = {one.draft.appeal: one.draft.text for one in reversed(facts.drafts)}
        found = []
        for row in facts.own:
            if row.ref in waiting:
                continue
            words = drafts.get(row.ref, "")
            note = t("handover.draft_words", text=words) if words else ""
            title, detail = self._words_of(row)
            ticked = not chosen or row.ref in chosen
            found.append(Offerable(row.ref, title, detail, note, ticked))
        return found

    def _words_of(self, row: QueueRow) -> tuple[str, str]:
        here = self._speech.here(row.ref.branch)
        number = here.t("appeal.number", number=row.number) if row.number else ""
        detail = " · ".join(part for part in (row.place, number, row.first_line) if part)
        return row_title(row, here)[1], detail

    def _colleagues(self, branches: set[str]) -> list[Colleague]:
        """Who may answer in every one of these branches; who has a break is told to have one."""
        from ui.dialogs.handover_dialog import Colleague

        context, here = self._context, self._speech.here()
        reader, session = context.console.reader, context.session
        away = reader.away(now=context.now())
        me = session.operator if session else ""
        return [
            Colleague(one.id, one.name, away_words(away[one.id], here) if one.id in away else "")
            for one in reader.operators()
            if one.id != me and all(one.may(Right.ANSWER, branch) for branch in branches)
        ]

    def _offer(self, lines: Sequence[OfferLine], to: str, brief: str) -> None:
        handovers = self._context.console.handovers
        future = handovers.offer(lines, to, brief=brief)
        names = {one.id: one.name for one in self._context.console.reader.operators()}
        self._tell_each(future, "offered", undo=handovers.withdraw, name=names.get(to, to))

    # ------------------------------------------------------------------ doing and saying

    def _read(self, then: Callable[[HandoverFacts], object]) -> None:
        """What there is to hand over, read off this thread."""
        read_beside(
            self._loader,
            "handover-facts",
            self._context.console.handovers.facts,
            then=lambda facts: self._dispatcher.guard(lambda: then(facts)),
            bridge=self._bridge,
            owner=self,
        )

    def _dialog(self, what: str, *, lead: str) -> AskDialog:
        return ask_dialog(self._context, "handover", what, lead=lead, parent=self._window)

    def _tell_each(
        self,
        future: Future[tuple[Done, ...]],
        what: str,
        *,
        undo: Callable[[Sequence[Ref]], Future[Any]] | None = None,
        **words: object,
    ) -> None:
        """Tell how many went through, with one undoing for all, and why another one did not."""

        def then(results: tuple[Done, ...]) -> None:
            changed = [one.ref for one in results if one.error is None]
            if changed:
                told = self._context.t(f"handover.done_{what}", count=len(changed), **words)
                back = None if undo is None else lambda: self._watch(undo(changed))
                self._dispatcher.tell(told, undo=back)
            for one in results:
                if one.error is not None:
                    self._bridge.failed.emit(one.error)
                    return

        self._bridge.when_done(future, then, owner=self)

    def _watch(self, future: Future[Any]) -> None:
        self._bridge.when_done(future, owner=self)


class Break(QObject):
    """A break of whoever sits here: told to colleagues, shown, and quiet but for danger.

    Nothing is closed, locked or paused by it.
    """

    def __init__(
        self,
        context: UiContext,
        bridge: Bridge,
        dispatcher: Dispatcher,
        *,
        desk: Desk,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._context = context
        self._dispatcher = dispatcher
        self._desk = desk
        self._window = window
        self._speech = Speech(context)
        self._is_on = False
        self._until: datetime | None = None
        self._over = QTimer(self, singleShot=True)
        self._over.setObjectName("break-over")
        self._over.timeout.connect(self._show)
        desk.break_banner.pressed.connect(self.end)
        bridge.language_changed.connect(self._show)
        bridge.theme_changed.connect(self._show)
        dispatcher.register("shift.break", self.press)

    @property
    def is_quiet(self) -> bool:
        """Whether unimportant sounds are kept back: while the break lasts, not after its hour."""
        return self._is_on and (self._until is None or self._context.now() < self._until)

    def press(self, minutes: int | None = None) -> None:
        """Come back from the break, or ask how long one is to be (``minutes``: say so at once)."""
        if self._is_on:
            self.end()
        elif minutes is not None:
            self.begin(minutes)
        else:
            self._ask()

    def begin(self, minutes: int) -> None:
        """Have a break of so many minutes; 0: until one is back."""
        now = self._context.now()
        self._is_on = True
        self._until = now + timedelta(minutes=minutes) if minutes else None
        self._context.console.sync.set_away(away=True, until=self._until)
        self._dispatcher.refocus(on_break=True)
        if minutes:
            self._over.start(min(minutes * 60_000, _MOST_MS))
        self._show()

    def end(self) -> None:
        """Be back."""
        if not self._is_on:
            return
        self._is_on, self._until = False, None
        self._over.stop()
        self._context.console.sync.set_away(away=False)
        self._dispatcher.refocus(on_break=False)
        self._show()
        self._dispatcher.tell(self._context.t("handover.break_ended"))

    def forget(self) -> None:
        """Somebody else works here now, or nobody."""
        if self._is_on:
            self.end()

    def _ask(self) -> None:
        t = self._context.t
        lead = t("handover.break_lead")
        dialog = ask_dialog(self._context, "handover", "break", lead=lead, parent=self._window)
        options = [(str(one), t("handover.break_minutes", count=one)) for one in BREAKS]
        options.append((_OPEN, t("handover.break_until_back")))
        length = dialog.add_choice(
            t("handover.break_length"), options, missing=t("handover.break_missing")
        )

        def act() -> None:
            key = chosen_key(length)
            self.begin(0 if key == _OPEN else int(key))

        dialog.ask(lambda: self._dispatcher.guard(act))

    def _show(self) -> None:
        if not self._is_on:
            self._desk.show_break("")
            return
        words, kind = break_words(self._until, self._speech.here())
        icon = self._context.theme.icon("pause", "warning" if kind == "warning" else "info")
        self._desk.show_break(
            words, kind=kind, icon=icon, action=self._context.t("handover.break_back")
        )
