"""The queue desk: keeps rail, queue and the store in step, and carries out queue commands."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QInputDialog, QMessageBox

from console.changes import Changes
from console.domain.operator import ALL_BRANCHES, Right
from console.listing import Grouping, QueueQuery, QueueSort, SavedQueue, SyncStatus
from ui.actions.dispatch import Dispatcher
from ui.bridge import Bridge
from ui.context import UiContext
from ui.models.queue_loader import QueueLoader, RailData
from ui.presenters.rail import RailWorld
from ui.views.queue_view import QueueView
from ui.views.rail_view import RailView

RECOUNT_MS = 30_000
"""How often lists and counts are read anew although nothing came: deadlines pass by themselves."""

GO = ("mine", "unassigned", "due_soon", "overdue", "danger", "approval", "drafts", "mentions",
      "promises", "open", "postponed", "answered", "all")  # fmt: skip
"""The queues that have a command of their own."""


class QueueDesk(QObject):
    """`titled` carries the name of the queue shown; `page_asked` ``board`` or ``outbox``."""

    titled = Signal(str)
    page_asked = Signal(str)

    def __init__(
        self,
        context: UiContext,
        bridge: Bridge,
        dispatcher: Dispatcher,
        *,
        loader: QueueLoader,
        rail: RailView,
        queue: QueueView,
    ) -> None:
        super().__init__(rail)
        self._context = context
        self._bridge = bridge
        self._dispatcher = dispatcher
        self._loader = loader
        self._rail = rail
        self._queue = queue
        self._data: RailData | None = None
        self._counting = self._count_again = False
        self._held = 0
        self._key = "open"
        self._roots: tuple[str, ...] = ()
        rail.chosen.connect(self.go)
        queue.query_changed.connect(self.ask)
        queue.way_chosen.connect(self._take_way)
        queue.begun.connect(self._on_rows)
        queue.counted.connect(self._on_rows)
        self._recount = QTimer(self)
        self._recount.setObjectName("recount")
        self._recount.setInterval(RECOUNT_MS)
        self._recount.timeout.connect(self.refresh)
        self._register()

    @property
    def stored(self) -> int:
        """The number of appeals on this computer, as last counted."""
        return self._data.counts.of("all") if self._data else 0

    def start(self, query: QueueQuery) -> None:
        """Read what is there and keep it up to date until `stop`."""
        self._show_rail()
        if self._queue.shows(query):
            self._take_over(query)
        else:
            self.ask(query)
        self._queue.show_presence()
        self._count()
        self._read_topics()
        self._recount.start()

    def stop(self) -> None:
        """Keep up no longer."""
        self._recount.stop()

    def go(self, key: str) -> None:
        """Show a queue of the rail, or the page that stands there."""
        if key in ("board", "outbox"):
            self.page_asked.emit(key)
            return
        saved = self._saved(key)
        self.ask(
            saved.query
            if saved
            else QueueQuery(key, sort=self._queue.query.sort, group=self._queue.query.group),
            key=key,
        )

    def ask(self, query: QueueQuery, *, key: str = "") -> None:
        """Show a query; ``key`` is the line of the rail that it belongs to."""
        shown = key or (self._key if self._is_of_saved(query) else query.queue)
        self._key = shown
        self._rail.set_current(shown)
        title = self._rail.title(shown)
        self._queue.ask(query, title)
        self._dispatcher.refocus(filtered=self._queue.head.is_narrowed)
        self.page_asked.emit("queue")
        self.titled.emit(title)

    def _take_over(self, query: QueueQuery) -> None:
        """Go on from the first page, which shows this already."""
        self._key = query.queue
        self._rail.set_current(self._key)
        title = self._rail.title(self._key)
        self._queue.head.show_query(query, title)
        self._dispatcher.refocus(filtered=self._queue.head.is_narrowed)
        self._on_rows()
        self.titled.emit(title)

    def ask_anew(self) -> None:
        """Show the same queue without words and filters: somebody else looks at it."""
        page = self._queue.query.queue
        query = QueueQuery(page, sort=self._queue.query.sort)
        self._key = page
        self._queue.ask(query, self._rail.title(page))
        self._dispatcher.refocus(filtered=False)

    def mark(self) -> None:
        """Mark the line of the queue that is shown: another page had been."""
        self._rail.set_current(self._key)

    def refresh(self) -> None:
        """Read the shown list and all counts anew."""
        self._queue.reload()
        self._count()

    def on_changes(self, changes: Changes) -> None:
        """Read again what a commit may have touched."""
        self._queue.on_changes(changes)
        if changes.everything or changes.operators:
            self.offer()
        if changes.appeals or changes.everything or changes.drafts or changes.outbox:
            self._count()

    def show_status(self, status: SyncStatus) -> None:
        """How the console stands with the server."""
        if status.held != self._held:
            self._held = status.held
            self._show_rail()
        self._queue.show_status(status, stored=self.stored)

    def offer(self) -> None:
        """Offer the branches and topics that the signed-in person can see."""
        world = self._world()
        self._queue.offer(world.branches, world.topics)
        self._show_rail()

    def retranslate(self) -> None:
        """Read every word anew."""
        self._rail.retranslate()
        self._queue.retranslate()
        self.offer()
        title = self._rail.title(self._key)
        self._queue.head.show_query(self._queue.query, title)
        self.titled.emit(title)

    # Commands

    def _register(self) -> None:
        register = self._dispatcher.register
        register("queue.next", lambda: self._queue.go(1))
        register("queue.previous", lambda: self._queue.go(-1))
        register("queue.search", self._search)
        register("queue.filter", self._queue.head.open_filter)
        register("queue.clear", self._queue.head.clear)
        register("queue.save", self.save)
        register("queue.forget", self.forget)
        for sort in QueueSort:
            register(f"queue.sort.{sort}", lambda chosen=sort: self._queue.sort_by(chosen))
        for kind in Grouping:
            register(f"queue.group.{kind}", lambda chosen=kind: self._queue.group_by(chosen))
        register("queue.fold", self._queue.fold)
        register("queue.fold_all", self._queue.fold_all)
        for key in GO:
            register(f"queue.go.{key}", lambda chosen=key: self.go(chosen))
        register("outbox.open", lambda: self.go("outbox"))

    def save(self, name: str | None = None) -> None:
        """Keep the present query under a name, which is asked for where none is given."""
        t = self._context.t
        given = name if name is not None else self._ask_name()
        if not given:
            return
        future = self._context.console.queues.save(given, self._queue.query)
        self._bridge.when_done(future, self._on_saved, owner=self)
        self._dispatcher.tell(t("ui.queue_saved", name=given))

    def forget(self, key: str = "", *, ask: bool = True) -> None:
        """Delete a saved queue: the one that is shown, if none is named."""
        saved = self._saved(key or self._key)
        if saved is None or (ask and not self._is_sure(saved)):
            return
        future = self._context.console.queues.remove(saved.id)
        self._bridge.when_done(future, lambda _: self.go("open"), owner=self)
        self._count()

    def _search(self, text: str | None = None) -> None:
        self.page_asked.emit("queue")
        self._queue.head.focus_search()
        if text is not None:
            self._queue.head.search(text)

    def _ask_name(self) -> str:
        t = self._context.t
        dialog = QInputDialog(self._queue)
        dialog.setWindowTitle(t("queue.save_title"))
        dialog.setLabelText(f"{t('queue.save_hint')}\n\n{t('queue.save_label')}")
        dialog.setOkButtonText(t("queue.save_button"))
        dialog.setCancelButtonText(t("ui.cancel"))
        accepted = dialog.exec()
        return dialog.textValue().strip() if accepted else ""

    def _is_sure(self, saved: SavedQueue) -> bool:
        t = self._context.t
        box = QMessageBox(self._queue)
        box.setIcon(QMessageBox.Icon.Question)
        box.setText(t("queue.forget_question", name=saved.name))
        yes = box.addButton(t("queue.forget_button"), QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(t("ui.cancel"), QMessageBox.ButtonRole.RejectRole)
        box.exec()
        return box.clickedButton() is yes

    def _on_saved(self, saved: SavedQueue) -> None:
        self._count()
        self._key = f"saved:{saved.id}"
        self._rail.set_current(self._key)

    def _take_way(self, way: str) -> None:
        if way == "clear":
            self._queue.head.clear()
        elif way == "unassigned":
            self.go("unassigned")
        elif way == "retry":
            self._context.console.sync.try_now()
        elif way == "go_online":
            self._context.console.sync.set_work_offline(False)
        elif way == "outbox":
            self.go("outbox")
        elif way == "reload":
            self._queue.ask(self._queue.query, self._rail.title(self._key))

    # Topics

    def _read_topics(self) -> None:
        """The rules of topics take as long to read as the first page: not before it, nor here."""
        rulebook = self._context.console.rulebook
        self._loader.read(
            "topics",
            lambda: tuple(dict.fromkeys(key.partition(".")[0] for key in rulebook.topics.topics)),
            then=self._on_topics,
            failed=self._bridge.failed.emit,
            owner=self,
        )

    def _on_topics(self, roots: tuple[str, ...]) -> None:
        self._roots = roots
        self.offer()

    # Counts

    def _count(self) -> None:
        if self._counting:
            self._count_again = True
            return
        self._counting = True
        self._loader.count(then=self._on_data, failed=self._on_count_failed, owner=self)

    def _on_data(self, data: RailData) -> None:
        self._data, self._counting = data, False
        self._show_rail()
        if self._count_again:
            self._count_again = False
            self._count()

    def _on_count_failed(self, error: Exception) -> None:
        self._counting = False
        self._bridge.failed.emit(error)

    def _on_rows(self) -> None:
        self._dispatcher.refocus(has_rows=self._queue.model.rowCount() > 0)

    def _show_rail(self) -> None:
        self._rail.show_world(self._world())

    def _world(self) -> RailWorld:
        session = self._context.session
        scope = session.branches if session else ()
        rulebook = self._context.console.rulebook
        branches = tuple(
            one for one in rulebook.branches if ALL_BRANCHES in scope or one.key in scope
        )
        data = self._data
        return RailWorld(
            counts=data.counts if data else _NOTHING.counts,
            branches=branches if len(branches) > 1 else (),
            topics=self._roots,
            saved=data.saved if data else (),
            held=self._held,
            board=self._context.may(Right.SEE_BOARD),
        )

    def _saved(self, key: str) -> SavedQueue | None:
        kind, _, name = key.partition(":")
        if kind != "saved" or self._data is None:
            return None
        return next((one for one in self._data.saved if one.id == name), None)

    def _is_of_saved(self, query: QueueQuery) -> bool:
        """Whether it is a saved queue, however narrowed, that is being shown."""
        saved = self._saved(self._key)
        return saved is not None and saved.query.queue == query.queue


_NOTHING = RailData()
