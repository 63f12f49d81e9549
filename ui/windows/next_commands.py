"""The command «next»: what binds first is shown, taken, and said why; also after sending."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from console.domain.ids import Ref
from console.listing import QueueRow
from console.usecases.next_appeal import Source, find_next
from ui.actions.dispatch import Dispatcher
from ui.bridge import Bridge
from ui.context import UiContext
from ui.models.queue_loader import QueueLoader
from ui.presenters.next_up import why
from ui.views.queue_view import QueueView
from ui.windows.bulk import Bulk


class NextCommands(QObject):
    """Registers its handler. ``text`` gives a preference; ``shown`` the appeal that is open."""

    def __init__(
        self,
        context: UiContext,
        bridge: Bridge,
        dispatcher: Dispatcher,
        *,
        loader: QueueLoader,
        queue: QueueView,
        text: Callable[[str], str],
        shown: Callable[[], Ref | None],
        go: Callable[[Ref], None],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._context = context
        self._bridge = bridge
        self._dispatcher = dispatcher
        self._loader = loader
        self._queue = queue
        self._text = text
        self._shown = shown
        self._go = go
        self._bulk = Bulk(context, bridge, dispatcher, parent=self)
        self._passed: list[Ref] = []
        dispatcher.register("queue.take_next", self.take)

    def take(self) -> None:
        """Show what binds first, and take it if it is nobody's."""
        console, session = self._context.console, self._context.session
        if session is None:
            return
        source, query, now = Source(self._text("next.from")), self._queue.query, console.clock.now()
        here = self._shown()
        passed = [*self._passed, *([] if here is None else [here])]

        def work() -> tuple[QueueRow | None, bool]:
            reader, me = console.reader, session.operator
            held = {
                ref
                for ref, people in reader.presence().items()
                if any(one.typing or one.holds(now) for one in people if one.operator != me)
            }
            found = find_next(reader, source, query, me=me, now=now, but={*held, *passed})
            if found is not None or not passed:
                return found, False
            # Everything has been passed by: from the beginning, but not what is open.
            but = held if here is None else {*held, here}
            return find_next(reader, source, query, me=me, now=now, but=but), True

        self._loader.read(
            "next",
            work,
            then=lambda found: self._show(*found, source=source),
            failed=self._bridge.failed.emit,
            owner=self,
        )

    def after_sending(self) -> None:
        """Go on to the next appeal, where the operator has chosen so."""
        if self._text("after_send") == "next":
            self.take()

    def _show(self, row: QueueRow | None, again: bool, *, source: Source) -> None:
        if again:
            self._passed.clear()
        if row is None:
            self._dispatcher.tell(self._context.t(f"next.nothing_{source}"))
            return
        self._passed.append(row.ref)
        said = why(row, self._context.now(), self._queue.delegate.words)
        self._go(row.ref)
        if row.owner is None:
            claimed = self._context.console.triage.claim((row.ref,))
            self._bulk.do(claimed, "next.taken", why=said)
        else:
            self._dispatcher.tell(self._context.t("next.yours", why=said))
