"""The queue desk: keeps rail, queue and the store in step, and carries out queue commands."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QInputDialog, QMessageBox

from console.changes import Changes
from console.domain.ids import Ref
from console.domain.operator import ALL_BRANCHES, Right
from console.listing import Grouping, QueueQuery, QueueSort, SavedQueue, SharedRow, SyncStatus
from ui.actions.dispatch import Dispatcher
from ui.bridge import Bridge
from ui.context import UiContext
from ui.models.queue_loader import QueueLoader, RailData
from ui.presenters.rail import RailWorld, shared_note
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
        self._touched: set[Ref] | None = None
        self._held = 0
        self._key = "open"
        self._expected: tuple[str, QueueQuery] | None = None
        self._told: set[tuple[str, str, str, str]] = set()
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

    @property
    def query(self) -> QueueQuery:
        """What is asked for now."""
        return self._queue.query

    @property
    def kept(self) -> SavedQueue | SharedRow | None:
        """The queue under a name that is shown, however narrowed; None where none is."""
        return self._saved(self._key) or self._shared(self._key)

    def expect(self, key: str) -> None:
        """What is shown belongs to a line of the rail that will be there after the next reading."""
        self._expected = (key, self._queue.query)
        self._count()

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
        if key in ("board", "outbox", "shift"):
            self.page_asked.emit(key)
            return
        shared = self._shared(key)
        if shared is not None and shared.query is None:
            self._dispatcher.tell(shared_note(shared, self._context.catalog))
            self.mark()
            return
        kept = self._saved(key) or shared
        query = kept.query if kept is not None else None
        if query is None:
            query = QueueQuery(key, sort=self._queue.query.sort, group=self._queue.query.group)
        self.ask(query, key=key)

    def ask(self, query: QueueQuery, *, key: str = "") -> None:
        """Show a query; ``key`` is the line of the rail that it belongs to."""
        shown = key or (self._key if self._is_of_saved(query) else query.queue)
        self._key = shown
        self._rail.set_current(shown)
        title = self._rail.title(shown)
        self._queue.ask(query, title)
        self._refocus()
        self.page_asked.emit("queue")
        self.titled.emit(title)

    def _take_over(self, query: QueueQuery) -> None:
        """Go on from the first page, which shows this already."""
        self._key = query.queue
        self._rail.set_current(self._key)
        title = self._rail.title(self._key)
        self._queue.head.show_query(query, title)
        self._refocus()
        self._on_rows()
        self.titled.emit(title)

    def ask_anew(self) -> None:
        """Show the same queue without words and filters: somebody else looks at it."""
        page = self._queue.query.queue
        query = QueueQuery(page, sort=self._queue.query.sort)
        self._key = page
        self._queue.ask(query, self._rail.title(page))
        self._told.clear()
        self._refocus()

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
            self._touched = None
            self.offer()
        elif self._touched is not None:
            self._touched |= changes.appeals
        whatever = changes.everything or changes.drafts or changes.outbox or changes.queues
        if changes.appeals or whatever:
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
        self.expect(f"saved:{saved.id}")

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
        touched, self._touched = self._touched, set()
        self._loader.count(
            then=self._on_data, failed=self._on_count_failed, owner=self, touched=touched
        )

    def _on_data(self, data: RailData) -> None:
        before, self._data, self._counting = self._data, data, False
        self._show_rail()
        self._take_expected()
        self._follow(before, data)
        self._refocus()
        if self._count_again:
            self._count_again = False
            self._count()

    def _take_expected(self) -> None:
        if self._expected is None:
            return
        key, query = self._expected
        if self._saved(key) is None and self._shared(key) is None:
            return  # the next reading has it
        self._expected = None
        if self._queue.query == query:  # else somewhere else has been gone to
            self._key = key
            self._rail.set_current(key)
            self._show_title()

    def _follow(self, before: RailData | None, data: RailData) -> None:
        """What others did to shared queues: it is told, and what is shown goes along."""
        for one in data.shared:
            self._tell_overwritten(one, quietly=before is None)
        was = next((x for x in (before.shared if before else ()) if x.key == self._key), None)
        now = self._shared(self._key)
        if was is None or was == now:
            return
        if now is None:
            gone = next((one for one in data.shared if one.id == was.id), was)
            self._key = self._queue.query.queue
            self._rail.set_current(self._key)
            if gone.by != self._me:
                told = self._context.t("shared_queues.gone", name=was.name, who=gone.by_name)
                self._dispatcher.tell(told)
        elif now.query is not None and was.query == self._untouched_query() != now.query:
            self.ask(now.query, key=now.key)
        self._show_title()

    def _tell_overwritten(self, one: SharedRow, *, quietly: bool) -> None:
        """The last change wins; who made it and whose it replaced unseen are both told, once."""
        mark = (one.id, one.by, one.over_by, one.over_name)
        if not one.over_by or mark in self._told:
            return
        self._told.add(mark)
        me = self._me
        if quietly or me not in (one.by, one.over_by):
            return
        key, who = ("over_theirs", one.over_by_name) if me == one.by else ("over_mine", one.by_name)
        words = self._context.t(f"shared_queues.{key}", name=one.name, who=who, was=one.over_name)
        self._dispatcher.tell(words)

    def _untouched_query(self) -> QueueQuery | None:
        """What is asked for; None while somebody types something else."""
        query, typed = self._queue.query, self._queue.head.field.text()
        return query if typed.strip() == query.text.strip() else None

    def _show_title(self) -> None:
        title = self._rail.title(self._key)
        self._queue.head.show_title(title)
        self.titled.emit(title)

    @property
    def _me(self) -> str:
        session = self._context.session
        return session.operator if session else ""

    def _refocus(self) -> None:
        kept = self.kept
        self._dispatcher.refocus(
            filtered=self._queue.head.is_narrowed,
            shows_saved=isinstance(kept, SavedQueue),
            shows_shared=isinstance(kept, SharedRow),
        )

    def _on_count_failed(self, error: Exception) -> None:
        self._counting, self._touched = False, None
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
            shared=data.shared if data else (),
            held=self._held,
            board=self._context.may(Right.SEE_BOARD),
        )

    def _saved(self, key: str) -> SavedQueue | None:
        kind, _, name = key.partition(":")
        if kind != "saved" or self._data is None:
            return None
        return next((one for one in self._data.saved if one.id == name), None)

    def _shared(self, key: str) -> SharedRow | None:
        rows = self._data.shared if self._data is not None else ()
        return next((one for one in rows if one.key == key and one.branches), None)

    def _is_of_saved(self, query: QueueQuery) -> bool:
        """Whether it is a queue under a name, however narrowed, that is being shown."""
        kept = self.kept
        return kept is not None and kept.query is not None and kept.query.queue == query.queue


_NOTHING = RailData()
