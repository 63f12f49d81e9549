"""The appeal: its head, its clocks, its thread and history, and the composer below them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from PySide6.QtCore import QEvent, QObject, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QHideEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QSplitter,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from console.changes import Changes
from console.domain.appeal import ANSWERED, ENDED, Status
from console.domain.draft import Draft, DraftMode
from console.domain.ids import Ref
from console.domain.message import MessageKind
from console.domain.operator import Right
from console.readmodel import AppealView as View
from console.readmodel import Comment, Link
from console.usecases.clocks import clock_facts, main_outage
from ui.actions.dispatch import Dispatcher
from ui.bridge import Bridge
from ui.context import UiContext
from ui.models.queue_loader import QueueLoader, read_beside
from ui.presenters.appeal import appeal_face, reply_waits
from ui.presenters.clocks import AppealClocks
from ui.presenters.comments import comments_face
from ui.presenters.history import Around, history, others_in
from ui.presenters.templates import TemplateShelf
from ui.presenters.thread import Thread, files_of
from ui.views.appeal_head import AppealHead
from ui.views.clocks_panel import ClocksPopover, ClocksStrip
from ui.views.comments_strip import CommentsStrip
from ui.views.composer_view import ComposerView
from ui.views.danger_banner import DangerBanner
from ui.views.history_view import HistoryView
from ui.views.speech import Speech
from ui.views.template_picker import TemplatePicker
from ui.views.thread_view import ThreadView
from ui.widgets.empty_state import EmptyState
from ui.widgets.kind import set_kind

_THREAD, _HISTORY = 0, 1
_SETTLE_MS = 0
_LEASE_MS = 20_000
"""How often it is said anew how long a colleague is known to be writing."""
_THREAD_LEAST = 60
_UNBOUNDED = 16_777_215
_TIGHT, _SCARCE = 480, 360
"""Below this height the composer keeps its parts small; the text is worth more than the clocks."""
_READING, _WRITING = 400, 660
"""Below this height, and that of what must be known before, notices and chips take one line."""
_NOTICE, _DANGER = 66, 100
_COMPOSER_LEAST = 300
"""So much the composer needs to show all of its parts."""


class AppealView(QFrame):
    """Shows one appeal. `link_opened` carries the `Ref` of another one that is to be shown,
    `web_link_opened` a `Link`, `menu_wanted` the button under which a menu of commands belongs,
    `decided` a message and whether it is approved, `file_wanted` the `Ref` and an `Attachment`.
    A view that does not ``writes`` has no composer: one text is never open in two places.
    """

    link_opened = Signal(object)
    web_link_opened = Signal(object)
    menu_wanted = Signal(object)
    decided = Signal(str, bool)
    outbox_wanted = Signal()
    file_wanted = Signal(object, object)

    def __init__(
        self,
        context: UiContext,
        bridge: Bridge,
        dispatcher: Dispatcher,
        *,
        speech: Speech | None = None,
        loader: QueueLoader | None = None,
        writes: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._loader = loader
        self._writes = writes
        self._context = context
        self._bridge = bridge
        self._dispatcher = dispatcher
        self._speech = speech or Speech(context)
        self._ref: Ref | None = None
        self._view: View | None = None
        set_kind(self, "panel_alt")
        self._make_parts()
        self._arrange()
        self._wire()
        self.retranslate()
        self.show_appeal(None)

    # ------------------------------------------------------------------------------ building

    def _make_parts(self) -> None:
        context = self._context
        self.head = AppealHead(context, self._dispatcher)
        self.danger = DangerBanner(context, self._dispatcher, self._speech)
        self.clocks = ClocksStrip(context, self._speech)
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        set_kind(self.tabs, "slim")
        self.tabs.addTab("")
        self.tabs.addTab("")
        self.comments = CommentsStrip(context)
        self.messages = ThreadView(context)
        self.history = HistoryView(context)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.messages)
        self.pages.addWidget(self.history)
        self.composer = ComposerView(context, self._bridge, self._dispatcher, self._speech)
        self.empty = EmptyState()
        self.popover = ClocksPopover(context, parent=self)
        self.picker = TemplatePicker(context, parent=self)
        self._fitting = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._leases = QTimer(self, singleShot=True, interval=_LEASE_MS)
        self._leases.setObjectName("leases")
        self._leases.timeout.connect(self._show_head)
        self._fitting.timeout.connect(self._fit_composer)

    def _arrange(self) -> None:
        self._above = QWidget()
        above = QVBoxLayout(self._above)
        above.setContentsMargins(0, 0, 0, 0)
        above.setSpacing(0)
        above.addWidget(self.danger)
        above.addWidget(self.head)
        self._band = QWidget()
        band = QVBoxLayout(self._band)
        band.setContentsMargins(0, 0, 0, 0)
        band.setSpacing(0)
        band.addWidget(self.clocks)
        band.addWidget(self.tabs)
        above.addWidget(self._band)
        above.addWidget(self.comments)
        above.addWidget(self.pages, 1)
        self._above.installEventFilter(self)
        self._split = QSplitter(Qt.Orientation.Vertical)
        self._split.setChildrenCollapsible(False)
        self._split.addWidget(self._above)
        self._split.addWidget(self.composer)
        self._split.setStretchFactor(0, 1)
        self._split.setStretchFactor(1, 0)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self._split)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)

    def _wire(self) -> None:
        self.tabs.currentChanged.connect(self._turn_to)
        self.head.link_opened.connect(self.link_opened)
        self.head.menu_wanted.connect(self.menu_wanted)
        self.clocks.why_wanted.connect(self.explain_clocks)
        self.popover.closed.connect(self.messages.setFocus)
        self.messages.link_opened.connect(self.web_link_opened)
        self.messages.decided.connect(self.decided)
        self.messages.outbox_wanted.connect(self.outbox_wanted)
        self.messages.rework_wanted.connect(self._rework)
        self.messages.file_wanted.connect(self._press_file)
        self.history.link_opened.connect(self.link_opened)
        self.comments.link_opened.connect(self.link_opened)
        self.composer.picker_wanted.connect(self._open_picker)
        self.composer.resized.connect(self._fitting.start)
        self.danger.resized.connect(self._fitting.start)
        self.composer.sent.connect(lambda _: self.messages.to_newest())
        self.composer.leave_wanted.connect(self._leave_composer)
        self.picker.chosen.connect(self.composer.insert_template)
        self.picker.dismissed.connect(self.composer.focus_text)
        self._bridge.changed.connect(self.on_changes)
        self._bridge.language_changed.connect(self.retranslate)
        self._bridge.theme_changed.connect(self.restyle)
        self._dispatcher.register("appeal.why", self.explain_clocks)

    # ------------------------------------------------------------------------------ showing

    def show_appeal(self, ref: Ref | None) -> None:
        """Show another appeal, or none; what was being written is kept."""
        anew = ref != self._ref
        self._ref = ref
        if anew:
            self.popover.hide()
            self.picker.hide()
            self.tabs.setCurrentIndex(_THREAD)
        self._reload(anew=anew)

    @property
    def ref(self) -> Ref | None:
        """The appeal that is shown."""
        return self._ref

    @property
    def view(self) -> View | None:
        """All of it as it was last read; None while there is none."""
        return self._view

    def open_draft(self, draft: Draft) -> None:
        """Show the appeal of a draft, and go on writing it."""
        self.show_appeal(draft.appeal)
        self.composer.open_draft(draft)

    def on_changes(self, changes: Changes) -> None:
        """Read again what a commit has touched of this appeal."""
        if self._ref is None:
            return
        touched = (
            changes.everything
            or self._ref in changes.appeals
            or changes.operators
            or (changes.outbox and bool(self._view and self._view.entries))
            or any(one.branch == self._ref.branch for one in changes.outages)
        )
        if touched:
            self._reload(anew=False)
        elif changes.presence:
            self._show_head()
            self._show_history()
        if self._view is not None and self._has_any(changes.attachments):
            self._show_thread(self._view, anew=False)

    def _reload(self, *, anew: bool) -> None:
        ref = self._ref
        self._view = self._context.console.reader.appeal(ref) if ref else None
        self._tell_focus()
        if self._view is None:
            self._show_nothing()
            return
        self._stack.setCurrentWidget(self._split)
        self.danger.show_appeal(self._view)
        self._show_head()
        self._show_clocks(self._view)
        self._show_thread(self._view, anew=anew)
        self.composer.show_appeal(self._view if self._writes else None)
        self.composer.setVisible(self._writes)
        self._look_beside(self._view)

    def _look_beside(self, view: View) -> None:
        """What others write under the same post: read off this thread, where there is a loader."""
        ref = view.appeal.ref
        if not view.siblings:
            self.comments.clear()
            return
        reader = self._context.console.reader
        read_beside(
            self._loader,
            "comments",
            lambda: reader.comments_beside(ref),
            then=lambda found: self._show_comments(ref, found),
            bridge=self._bridge,
            owner=self,
        )

    def _show_comments(self, ref: Ref, found: Sequence[Comment]) -> None:
        if self._ref == ref:
            self.comments.show_comments(ref, comments_face(found, self._speech.here(ref.branch)))

    def _show_nothing(self) -> None:
        t, theme = self._context.t, self._context.theme
        if self._ref is None:
            self.empty.say(theme.icon("inbox"), t("appeal.empty_title"), t("appeal.empty_body"))
        else:
            self.empty.say(theme.icon("info"), t("appeal.gone_title"), t("appeal.gone_body"))
        self.comments.clear()
        self.messages.show_thread(None, anew=True)
        self.composer.show_appeal(None)
        self._stack.setCurrentWidget(self.empty)

    def _show_head(self) -> None:
        view = self._view
        if view is None:
            return
        appeal = view.appeal
        presence = self._context.console.reader.presence().get(appeal.ref, ())
        face = appeal_face(
            view,
            self._speech.here(appeal.branch),
            self._speech.people(),
            presence=presence,
            numbers=self._numbers({appeal.duplicate_of or ""} - {""}, appeal.branch),
        )
        if any(one.holds(self._context.now()) for one in presence):
            self._leases.start()
        self.head.show_face(face, may_claim=appeal.owner is None and self._may(Right.ANSWER))

    def _numbers(self, others: Iterable[str], branch: str) -> dict[str, str]:
        """The numbers of other appeals of the branch, by id, as far as they are here."""
        reader = self._context.console.reader
        found = [reader.row_id(Ref(branch, other)) for other in others]
        rows = reader.queue_rows([row for row in found if row is not None])
        return {row.ref.id: row.number for row in rows}

    def _show_clocks(self, view: View) -> None:
        self.clocks.show_clocks(self.clocks_of(view), view.appeal.branch)

    def clocks_of(self, view: View) -> AppealClocks | None:
        """The clocks of an appeal; None where the calendar of its branch is unknown."""
        rulebook, appeal = self._context.console.rulebook, view.appeal
        calendar = rulebook.calendars.get(appeal.branch)
        if calendar is None:
            return None
        outages = {each.id: each for each in view.outages}
        topic = rulebook.topics.topics.get(appeal.topic)
        facts = clock_facts(
            appeal,
            outage=main_outage(appeal, outages),
            is_ours=topic is None or topic.ours,
        )
        soon = timedelta(minutes=self._context.console.settings.due_soon_minutes)
        owed = appeal.status not in ANSWERED
        return AppealClocks(
            facts,
            rulebook.presets,
            calendar,
            soon=soon,
            owed=owed,
            waits=reply_waits(view),
        )

    def _show_thread(self, view: View, *, anew: bool) -> None:
        branch = view.appeal.branch
        here, people = self._speech.here(branch), self._speech.people()
        outage_of = self._speech.outage_of(branch)
        thread = Thread(
            view,
            here,
            people,
            may_approve=self._may(Right.APPROVE),
            outage_of=outage_of,
            files=self._context.console.attachments.states(files_of(view)),
            online=self._context.console.sync.status().link is Link.ONLINE,
        )
        self.messages.show_thread(thread, anew=anew)
        self._show_history()

    def _has_any(self, files: frozenset[str]) -> bool:
        """Whether one of these files is in the thread."""
        return self._view is not None and any(f.id in files for f in files_of(self._view))

    def _press_file(self, ident: str) -> None:
        view = self._view
        for file in files_of(view) if view is not None else ():
            if file.id == ident and view is not None:
                self.file_wanted.emit(view.appeal.ref, file)

    def _show_history(self) -> None:
        """Only while somebody looks: a long history takes longer to word than a thread."""
        view = self._view
        if view is None or self.tabs.currentIndex() != _HISTORY:
            return
        branch = view.appeal.branch
        here, people = self._speech.here(branch), self._speech.people()
        clocks = self.clocks_of(view)
        around = Around(
            numbers=self._numbers(others_in(view), branch),
            clocks=clocks.moments(here) if clocks is not None else (),
            present=self._context.console.reader.presence().get(view.appeal.ref, ()),
        )
        lines = history(view, here, people, self._speech.outage_of(branch), around=around)
        self.history.show_lines(lines)

    def _turn_to(self, page: int) -> None:
        self.pages.setCurrentIndex(page)
        self._show_history()
        self._fitting.start()

    # ------------------------------------------------------------------------------ overlays

    def explain_clocks(self) -> None:
        """Show all clocks, and why they are due when they are; again: close it."""
        if not self.popover.isHidden():
            self.popover.dismiss()
            return
        clocks = self.clocks_of(self._view) if self._view else None
        if clocks is None or self._ref is None:
            return
        self._place_overlays()
        self.popover.open(clocks, self._speech.here(self._ref.branch))

    def _open_picker(self, shelf: TemplateShelf) -> None:
        if self._ref is not None:
            self._place_overlays()
            self.picker.open(shelf, self._speech.here(self._ref.branch))

    def _leave_composer(self) -> None:
        """Close what is open over the composer, else go back to the thread; the draft stays."""
        if not self.picker.isHidden():
            self.picker.hide()
            self.composer.focus_text()
        elif not self.popover.isHidden():
            self.popover.hide()
        else:
            self.composer.rest()
            self.messages.setFocus(Qt.FocusReason.OtherFocusReason)

    def _place_overlays(self) -> None:
        px = self._context.theme.px
        edge = px(8)
        top = self.clocks.mapTo(self, self.clocks.rect().bottomLeft()).y() + px(4)
        room = QRect(edge, top, self.width() - 2 * edge, self.height() - top - edge)
        wanted = min(room.height(), px(420))
        self.popover.setGeometry(room.x(), room.y(), room.width(), wanted)
        editor = self.composer.editor
        bottom = editor.mapTo(self, editor.rect().topLeft()).y() - px(4)
        height = min(max(bottom - top, px(260)), px(380))
        self.picker.setGeometry(edge, max(bottom - height, edge), room.width(), height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The overlays and the composer follow."""
        super().resizeEvent(event)
        self._place_overlays()
        self._fitting.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What stands above the thread has grown or shrunk: share the height out anew."""
        if event.type() is QEvent.Type.LayoutRequest:
            self._fitting.start()
        return super().eventFilter(watched, event)

    def _fit_composer(self) -> None:
        """Give the composer what it needs, and the thread the rest."""
        whole, px = self._split.height(), self._context.theme.px
        scarce = whole < px(_SCARCE)
        writing = self.composer.sheet is not None
        known = self.head.notices * px(_NOTICE) + (0 if self.danger.isHidden() else px(_DANGER))
        roomy = px(_WRITING if writing else _READING) + known
        self.head.set_tight(tight=scarce, compact=scarce or whole < roomy)
        self.danger.set_tight(tight=scarce or (writing and whole < px(_TIGHT)))
        self.danger.setMaximumHeight(0 if scarce and writing else _UNBOUNDED)
        self.history.set_tight(tight=whole < px(_TIGHT))
        self.pages.setMinimumHeight(1 if whole < px(_TIGHT) else 0)
        tight = whole < px(_TIGHT)
        if tight:
            self.composer.set_tight(tight=True)
        needed = px(_COMPOSER_LEAST) if writing and not tight else self.composer.least_height()
        above: list[QWidget] = [one for one in (self.danger, self.head) if _takes_room(one)]
        crowded = tight and whole - self._height_of(*above, self._band) < needed
        self._band.setHidden(writing and (scarce or crowded))
        above += [self._band] if _takes_room(self._band) else []
        beside: list[QWidget] = [] if self.comments.isHidden() else [self.comments]
        starved = whole - self._height_of(*above, *beside) < needed
        self.composer.set_tight(tight=tight or (writing and starved))
        hidden = starved or (writing and scarce) or self.tabs.currentIndex() == _HISTORY
        self.comments.setMaximumHeight(0 if hidden else _UNBOUNDED)
        above += [] if hidden else beside
        least = self._height_of(*above) + (0 if scarce else px(_THREAD_LEAST))
        wanted = min(self.composer.wanted_height(), whole - least)
        wanted = max(wanted, self.composer.least_height())
        if whole > 0 and self._split.sizes()[1] != wanted:
            self._split.setSizes([whole - wanted, wanted])

    def _height_of(self, *parts: QWidget) -> int:
        """What parts above the thread need at this width, and the thread at the very least."""
        width, need = self._above.width(), self.pages.minimumSizeHint().height()
        if self.pages.minimumHeight():
            need = self.pages.minimumHeight()
        for part in parts:
            wraps = part.hasHeightForWidth()
            need += part.heightForWidth(width) if wraps else part.sizeHint().height()
        return need

    # ------------------------------------------------------------------------------ telling

    def retranslate(self) -> None:
        """Say everything in the present language; nothing that is being written is touched."""
        t = self._context.t
        self.tabs.setTabText(_THREAD, t("appeal.tab_thread"))
        self.tabs.setTabText(_HISTORY, t("appeal.tab_history"))
        self.popover.hide()
        self.head.retranslate()
        self.history.retranslate()
        self.clocks.retranslate()
        self.composer.retranslate()
        if self._ref is not None or self._view is None:
            self._reload(anew=False)

    def restyle(self) -> None:
        """The theme has changed."""
        self.composer.restyle()
        self.comments.restyle()
        self.update()
        if self._view is not None:
            self._show_thread(self._view, anew=False)

    def _tell_focus(self) -> None:
        appeal = self._view.appeal if self._view else None
        session = self._context.session
        me = session.operator if session else None
        self._dispatcher.refocus(
            has_appeal=appeal is not None,
            owned=appeal is not None and appeal.owner is not None,
            mine=appeal is not None and me is not None and appeal.owner == me,
            ended=appeal is not None and appeal.status in ENDED,
            answered=appeal is not None and appeal.status in ANSWERED,
            postponed=appeal is not None and appeal.status is Status.POSTPONED,
            awaiting=appeal is not None and appeal.awaiting is not None,
            transfer_requested=appeal is not None and appeal.status is Status.TRANSFER_REQUESTED,
            tagged=appeal is not None and bool(appeal.outages),
            merged=appeal is not None and appeal.duplicate_of is not None,
            has_merged=self._view is not None and bool(self._view.merged),
            mentioned=appeal is not None and me is not None and bool(appeal.mentions_of(me)),
            in_danger=appeal is not None and appeal.danger,
            promised=appeal is not None and appeal.promise_at is not None,
        )

    def _rework(self, message: str) -> None:
        """Begin anew with the text of a returned reply, and its files."""
        for each in self._view.messages if self._view else ():
            if each.id == message:
                interim = each.kind is MessageKind.INTERIM
                mode = DraftMode.INTERIM if interim else DraftMode.REPLY
                self.composer.begin_with(mode, each.text, each.attachments)

    def _may(self, right: Right) -> bool:
        operator = self._context.operator
        return (
            operator is not None and self._ref is not None and operator.may(right, self._ref.branch)
        )

    def flush(self) -> None:
        """Everything that has been written goes to the disk now."""
        self.composer.flush()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing unsaved stays behind."""
        self.flush()
        super().hideEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Nothing unsaved stays behind."""
        self.flush()
        super().closeEvent(event)


def _takes_room(part: QWidget) -> bool:
    return not part.isHidden() and part.maximumHeight() > 0
