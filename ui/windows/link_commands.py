"""The commands between appeals: merge, separate, link, and the way to earlier ones and back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from console.domain.ids import Ref
from console.readmodel import AppealView, EarlierAppeal, LinkedRow, LinkKind, QueueQuery, QueueRow
from console.usecases.acting import GoneError
from ui.actions.dispatch import Dispatcher
from ui.bridge import Bridge
from ui.context import UiContext
from ui.models.queue_loader import QueueLoader
from ui.presenters.kin import because_words, number_words
from ui.presenters.palette import PaletteItem
from ui.views.palette_view import PaletteView
from ui.views.speech import Speech

_MOST_CHOICES = 20
_MOST_EARLIER = 50
_SHORTEST = 3


class LinkCommands(QObject):
    """Registers its handlers; each tells what it has done, with its undoing where there is one.

    ``shown`` is the appeal on the screen, ``go`` shows another one. What takes long to look up is
    read by ``loader``, and the person chooses when it is there.
    """

    def __init__(
        self,
        context: UiContext,
        bridge: Bridge,
        dispatcher: Dispatcher,
        *,
        loader: QueueLoader,
        shown: Callable[[], Ref | None],
        go: Callable[[Ref], None],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._context = context
        self._bridge = bridge
        self._dispatcher = dispatcher
        self._loader = loader
        self._shown = shown
        self._go = go
        self._window = window
        self._speech = Speech(context)
        self._trail: list[Ref] = []
        register = dispatcher.register
        register("appeal.duplicate", self.merge)
        register("appeal.separate", self.separate)
        register("appeal.link", self.link)
        register("appeal.unlink", self.unlink)
        register("appeal.earlier", self.earlier)
        register("appeal.back", self.back)
        register("appeal.settle_mention", self.settle_mention)

    # ------------------------------------------------------------------ merging

    def merge(self, of: str = "", ref: Ref | None = None) -> None:
        """Merge an appeal into another of its branch, which is asked for if not named."""
        target = ref or self._sure()
        if not of:
            self._read(
                "similar",
                lambda: self._similar_items(target),
                lambda items: self._choose(
                    "primary", items, lambda key: self.merge(key, target), branch=target.branch
                ),
            )
            return
        merging = self._context.console.merging
        self._single(merging.merge(target, of), "merged", undo=lambda: merging.separate(target))

    def separate(self, ref: Ref | None = None) -> None:
        """Have a merged appeal stand by itself again: this one, or one that is merged into it."""
        view = self._view(ref or self._sure())
        merging, appeal = self._context.console.merging, view.appeal
        if appeal.duplicate_of is not None:
            into = appeal.duplicate_of
            self._single(
                merging.separate(appeal.ref),
                "separated",
                undo=lambda: merging.merge(appeal.ref, into),
            )
            return
        merged = [joined.appeal for joined in view.merged]
        if len(merged) == 1:
            self.separate(merged[0].ref)
        elif merged:
            here = self._speech.here(appeal.branch)
            items = [
                self._item(one.id, number_words(one.number, here), one.text, one.author.name)
                for one in merged
            ]
            self._choose("separate", items, lambda key: self.separate(Ref(appeal.branch, key)))

    # ------------------------------------------------------------------ links

    def link(self, to: str = "") -> None:
        """Say that another appeal has to do with this one; it is asked for if not named."""
        ref = self._sure()
        if not to:
            self._read(
                "similar",
                lambda: self._similar_items(ref),
                lambda items: self._choose("link", items, self.link, branch=ref.branch),
            )
            return
        merging = self._context.console.merging
        self._single(merging.link(ref, to), "linked", undo=lambda: merging.unlink(ref, to))

    def unlink(self, to: str = "", ref: Ref | None = None) -> None:
        """Take a link back; which one is asked for where there are several."""
        target = ref or self._sure()
        if not to:
            self._read(
                "linked",
                lambda: self._context.console.reader.linked_to(target),
                lambda rows: self._choose_link(target, rows),
            )
            return
        merging = self._context.console.merging
        self._single(merging.unlink(target, to), "unlinked", undo=lambda: merging.link(target, to))

    def _choose_link(self, ref: Ref, rows: list[LinkedRow]) -> None:
        related = {row.row.ref.id: row for row in rows if row.kind is LinkKind.RELATED}

        def end(key: str) -> None:
            if related[key].from_here:
                self.unlink(key, ref)
            else:
                self.unlink(ref.id, related[key].row.ref)

        if len(related) == 1:
            end(next(iter(related)))
        elif related:
            self._choose("unlink", [self._row_item(row.row) for row in related.values()], end)

    # ------------------------------------------------------------------ the way through time

    def earlier(self) -> None:
        """Go to the appeal that this author wrote before the shown one."""
        view = self._view(self._sure())
        appeal = view.appeal
        reader = self._context.console.reader
        self._read(
            "earlier",
            lambda: reader.earlier_of(appeal.author, but=appeal.ref, limit=_MOST_EARLIER),
            lambda found: self._go_earlier(view, found),
        )

    def _go_earlier(self, view: AppealView, found: list[EarlierAppeal]) -> None:
        if self._shown() != view.appeal.ref:
            return
        before = [one.row for one in found if one.row.created_at <= view.appeal.created_at]
        if not before:
            self._dispatcher.tell(
                self._context.t("kin.last_earlier" if found else "kin.no_earlier")
            )
            return
        self.visit(before[0].ref)

    def visit(self, ref: Ref) -> None:
        """Show another appeal; `back` returns to the one that is shown now."""
        came_from = self._shown()
        if came_from is not None and came_from != ref:
            self._trail.append(came_from)
        self._go(ref)

    def back(self) -> None:
        """Return to the appeal that one came from."""
        while self._trail:
            ref = self._trail.pop()
            if ref != self._shown():
                self._go(ref)
                return
        self._dispatcher.tell(self._context.t("kin.nowhere_back"))

    # ------------------------------------------------------------------ mentions

    def settle_mention(self) -> None:
        """Take note of having been called by name."""
        merging = self._context.console.merging
        self._single(merging.settle_mention(self._sure()), "mention_settled")

    # ------------------------------------------------------------------ what is offered

    def _similar_items(self, ref: Ref) -> list[PaletteItem]:
        here = self._speech.here(ref.branch)
        return [
            self._item(
                each.appeal.id,
                number_words(each.appeal.number, here),
                each.appeal.text,
                "; ".join(because_words(reason, here) for reason in each.reasons[:2]),
            )
            for each in self._context.console.reader.similar_to(ref)
        ]

    def _choose(
        self,
        what: str,
        items: Sequence[PaletteItem],
        then: Callable[[str], None],
        *,
        branch: str = "",
    ) -> None:
        """Let one be chosen; with a ``branch``, also any other of it that is searched for."""
        t = self._context.t

        def more(text: str) -> Sequence[PaletteItem]:
            return self._found(branch, text) if branch and len(text) >= _SHORTEST else ()

        palette = PaletteView(
            self._context,
            items,
            more=more,
            title=t(f"kin.choose_{what}_title"),
            hint=t(f"kin.choose_{what}_hint") if branch else "",
            parent=self._window,
        )
        palette.setObjectName(f"choose-{what}")
        palette.choose_over(
            self._window, lambda item: self._dispatcher.guard(lambda: then(item.id))
        )

    def _found(self, branch: str, text: str) -> Sequence[PaletteItem]:
        reader, shown = self._context.console.reader, self._shown()
        query = replace(QueueQuery("all", text=text), branches=(branch,))
        ids = list(reader.queue_ids(query, now=self._context.now()))[:_MOST_CHOICES]
        return [self._row_item(row) for row in reader.queue_rows(ids) if row.ref != shown]

    def _row_item(self, row: QueueRow) -> PaletteItem:
        here = self._speech.here(row.ref.branch)
        return self._item(row.ref.id, number_words(row.number, here), row.first_line, row.author)

    def _item(self, key: str, number: str, text: str, detail: str) -> PaletteItem:
        flat = " ".join(text.split())
        return PaletteItem(
            kind="choice", id=key, title=f"{number} · {flat}", detail=detail, icon="thread"
        )

    # ------------------------------------------------------------------ doing and saying

    def _sure(self) -> Ref:
        ref = self._shown()
        if ref is None:
            raise GoneError("appeal")
        return ref

    def _view(self, ref: Ref) -> AppealView:
        view = self._context.console.reader.appeal(ref)
        if view is None:
            raise GoneError("appeal")
        return view

    def _read(self, name: str, work: Callable[[], Any], then: Callable[[Any], None]) -> None:
        self._loader.read(
            f"link-{name}", work, then=then, failed=self._bridge.failed.emit, owner=self
        )

    def _single(
        self, future: Future[Any], what: str, *, undo: Callable[[], Future[Any]] | None = None
    ) -> None:
        def again() -> None:
            if undo is not None:
                self._bridge.when_done(undo(), owner=self)

        def then(_: object) -> None:
            words = self._context.t(f"kin.done_{what}")
            self._dispatcher.tell(words, undo=None if undo is None else again)

        self._bridge.when_done(future, then, owner=self)
