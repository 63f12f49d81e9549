"""Commands about queues under a name: share, rename, copy and withdraw, each asked for by keys."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QCheckBox, QWidget

from console.domain.branch import Branch
from console.domain.operator import ALL_BRANCHES
from console.listing import SavedQueue, SharedRow
from console.query_text import spelled
from ui.actions.dispatch import Dispatcher
from ui.bridge import Bridge
from ui.context import UiContext
from ui.dialogs.ask_dialog import AskDialog, ask_dialog
from ui.windows.queue_desk import QueueDesk

T = TypeVar("T")


class SharedQueueCommands(QObject):
    """Lives as long as the window over which it asks."""

    def __init__(
        self,
        context: UiContext,
        bridge: Bridge,
        dispatcher: Dispatcher,
        *,
        queues: QueueDesk,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._context = context
        self._bridge = bridge
        self._dispatcher = dispatcher
        self._queues = queues
        self._window = window
        dispatcher.register("queue.share", self.share)
        dispatcher.register("queue.rename", self.rename)
        dispatcher.register("queue.copy", self.copy)
        dispatcher.register("queue.withdraw", self.withdraw)

    def share(self) -> AskDialog:
        """Share what is shown, or change the shared queue that is shown."""
        t, kept = self._context.t, self._queues.kept
        shared = kept if isinstance(kept, SharedRow) else None
        what = "share" if shared is None else "change"
        dialog = ask_dialog(
            self._context,
            "shared_queues",
            what,
            parent=self._window,
            lead=t(f"shared_queues.{what}_lead"),
        )
        saved = kept if isinstance(kept, SavedQueue) else None
        if saved is not None:
            dialog.add_notice(t("shared_queues.share_lead_own"), "dim")
        name = dialog.add_line(t("shared_queues.name"), "" if kept is None else kept.name)
        own = self._own_branches()
        ticked = {one.key for one in own} if shared is None else set(shared.branches)
        options = [(one.key, one.name) for one in own]
        boxes = dialog.add_several(t("shared_queues.branches"), options, chosen=ticked)
        dialog.add_notice(self._asks(), "dim")
        dialog.require(lambda: "" if name.text().strip() else t("shared_queues.name_missing"))
        dialog.require(lambda: "" if _ticked(boxes) else t("shared_queues.branches_missing"))

        def carry_out() -> None:
            given = name.text().strip()
            future = self._context.console.queues.share(
                given,
                self._queues.query,
                _ticked(boxes),
                queue_id="" if shared is None else shared.id,
                instead_of="" if saved is None else saved.id,
            )
            done = "shared" if shared is None else "changed"
            told = t(f"shared_queues.{done}", name=given)
            self._when_done(future, lambda ident: self._queues.expect(f"shared:{ident}"), told)

        dialog.ask(carry_out)
        return dialog

    def rename(self) -> AskDialog | None:
        """Give the queue that is shown another name."""
        t, kept = self._context.t, self._queues.kept
        if kept is None:
            return None
        dialog = ask_dialog(self._context, "shared_queues", "rename", parent=self._window)
        name = dialog.add_line(t("shared_queues.name"), kept.name)
        dialog.require(lambda: "" if name.text().strip() else t("shared_queues.name_missing"))

        def carry_out() -> None:
            queues, given = self._context.console.queues, name.text().strip()
            shared = isinstance(kept, SharedRow)
            future: Future[Any] = (
                queues.rename_shared(kept.id, given) if shared else queues.rename(kept.id, given)
            )
            self._when_done(future, _nothing, t("shared_queues.renamed", name=given))

        dialog.ask(carry_out)
        return dialog

    def copy(self) -> None:
        """Keep the shared queue that is shown as one's own."""
        kept = self._queues.kept
        if isinstance(kept, SharedRow):
            future = self._context.console.queues.copy(kept.id)
            told = self._context.t("shared_queues.copied", name=kept.name)
            self._when_done(future, lambda saved: self._queues.expect(f"saved:{saved.id}"), told)

    def withdraw(self) -> AskDialog | None:
        """Take the shared queue that is shown away from its branches."""
        t, kept = self._context.t, self._queues.kept
        if not isinstance(kept, SharedRow):
            return None
        names = {one.key: one.name for one in self._context.console.rulebook.branches}
        where = ", ".join(names.get(branch, branch) for branch in kept.branches)
        dialog = ask_dialog(
            self._context,
            "shared_queues",
            "withdraw",
            parent=self._window,
            lead=t("shared_queues.withdraw_lead", name=kept.name, branches=where),
        )

        def carry_out() -> None:
            future = self._context.console.queues.withdraw(kept.id)
            told = t("shared_queues.withdrawn", name=kept.name)
            self._when_done(
                future, lambda _: self._queues.go("open"), told, undo=lambda: self._put_back(kept)
            )

        dialog.ask(carry_out)
        return dialog

    def _put_back(self, kept: SharedRow) -> None:
        """Share again what was withdrawn, where it was."""
        if kept.query is not None:
            future = self._context.console.queues.share(
                kept.name, kept.query, kept.branches, queue_id=kept.id
            )
            self._bridge.when_done(future, owner=self)

    def _asks(self) -> str:
        """What will be shared: the name of its list, and in the query language what narrows it."""
        t, query = self._context.t, self._queues.query
        text = spelled(query, self._context.console.reader.search_language())
        name, said = f"queue.name_{query.queue}", query.text if text is None else text.text
        parts = (t(name) if self._context.catalog.has(name) else "", said)
        asked = " · ".join(filter(None, parts))
        return t("shared_queues.asks", text=asked or t("shared_queues.asks_nothing"))

    def _own_branches(self) -> tuple[Branch, ...]:
        session = self._context.session
        scope = session.branches if session else ()
        return tuple(
            one
            for one in self._context.console.rulebook.branches
            if ALL_BRANCHES in scope or one.key in scope
        )

    def _when_done(
        self,
        future: Future[T],
        then: Callable[[T], object],
        told: str,
        *,
        undo: Callable[[], object] | None = None,
    ) -> None:
        def done(result: T) -> None:
            self._dispatcher.tell(told, undo=undo)
            then(result)

        self._bridge.when_done(future, done, owner=self)


def _ticked(boxes: dict[str, QCheckBox]) -> tuple[str, ...]:
    return tuple(key for key, box in boxes.items() if box.isChecked())


def _nothing(_: object) -> None:
    """Nothing follows."""
