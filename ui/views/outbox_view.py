"""The outbox: every entry with its state and cause, and what a person can do about it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from functools import cache
from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QHideEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QLabel,
    QMessageBox,
    QPushButton,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from console.changes import Changes
from console.domain.draft import Draft
from console.domain.ids import Ref
from console.domain.mutations import Seen
from console.readmodel import EntryState, OutboxEntry
from ui.actions.dispatch import Dispatcher
from ui.bridge import Bridge
from ui.context import UiContext
from ui.models.outbox import OutboxModel
from ui.presenters.compare import comparison
from ui.presenters.outbox import (
    About,
    EntryFace,
    lost_drafts,
    lost_faces,
    outbox_faces,
    summary,
)
from ui.views import outbox_delegate
from ui.views.compare_view import CompareView
from ui.views.outbox_delegate import OutboxDelegate
from ui.views.page_frame import lay_page, page_head
from ui.views.speech import Speech
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.empty_state import EmptyState
from ui.widgets.flow import Flow
from ui.widgets.kind import set_kind
from ui.widgets.passing import open_once
from ui.widgets.row_list import RowList
from ui.widgets.text_block import TextBlock

_SECOND_MS = 1000
_MANY = 100
"""From so many entries on they are not read anew for each that changes."""

_REST_MS = 500
_NO_MODIFIER = Qt.KeyboardModifier.NoModifier
_KEYPAD = Qt.KeyboardModifier.KeypadModifier
_SIDE = 380
_BUTTONS = ("retry", "edit", "reschedule", "copy", "open", "discard")


class OutboxView(QFrame):
    """`appeal_activated` carries the `Ref` of the entry's appeal, `draft_restored` a `Draft` that
    was an entry a moment ago, `later_wanted` an `OutboxEntry` that is to leave at another time.
    """

    appeal_activated = Signal(object)
    later_wanted = Signal(object)
    draft_restored = Signal(object)

    def __init__(
        self,
        context: UiContext,
        bridge: Bridge,
        dispatcher: Dispatcher,
        *,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._bridge = bridge
        self._dispatcher = dispatcher
        self._speech = Speech(context)
        self._entries: dict[int, OutboxEntry] = {}
        self._seq: int | None = None
        self._decided_by: Seen | None = None
        self._abouts: dict[Ref, About] = {}
        self._counts = False
        set_kind(self, "panel")
        self._make_parts()
        self._lay_out()
        self._wire()
        self.retranslate()

    @property
    def face(self) -> EntryFace | None:
        """The entry that is shown in full."""
        at = self._model.place_of(self._seq)
        return self._model.faces[at] if at >= 0 else None

    @property
    def rows(self) -> RowList:
        """The list."""
        return self._list

    def refresh(self) -> None:
        """Read the outbox anew; the chosen entry stays chosen."""
        entries = self._context.console.reader.outbox()
        self._entries = {entry.seq: entry for entry in entries}
        now, queued = self._context.now(), EntryState.QUEUED
        self._counts = any(one.state is queued and one.not_before > now for one in entries)
        here = cache(self._speech.here)
        faces = outbox_faces(
            entries,
            lambda ref: here(ref.branch),
            self._speech.people(),
            about=self._about,
            outage_of=self._outage_anywhere,
            link=self._context.console.sync.status().link,
        )
        reader = self._context.console.reader
        status = self._context.console.sync.status()
        lost = lost_drafts(
            reader.drafts(), lambda ref: reader.row_id(ref) is not None, status=status
        )
        faces = (*lost_faces(lost, lambda ref: here(ref.branch)), *faces)
        self._model.show(faces)
        said = summary(entries, self._speech.here(), lost=len(lost))
        self._summary.setText(said.text)
        set_kind(self._summary, said.kind)
        self._pages.setCurrentWidget(self._split if faces else self._empty)
        self._choose_again()
        self._show_entry()

    def choose(self, seq: int) -> None:
        """Show an entry in full, if it is there still."""
        if self._model.place_of(seq) >= 0:
            self._seq = seq
            self._choose_again()
            self._show_entry()

    def retranslate(self) -> None:
        """Read every word anew."""
        t = self._context.t
        self._abouts.clear()
        self._title.setText(t("outbox.title"))
        self._list.setAccessibleName(t("outbox.title"))
        self._scroll.setAccessibleName(t("access.outbox_detail"))
        icon = self._context.theme.icon("outbox", "text_dim")
        self._empty.say(icon, t("outbox.empty_title"), t("outbox.empty_body"))
        for name, button in self._buttons.items():
            button.setText(t(f"outbox.{name}"))
        self._compare_title.setText(t("outbox.compare_title"))
        self._compare.retranslate()
        self.refresh()

    def setFocus(self) -> None:  # type: ignore[override]
        """The list takes the keys."""
        self._list.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        """Be up to date when seen; waiting times count down."""
        super().showEvent(event)
        self._second.start()
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """Rest while nobody looks."""
        super().hideEvent(event)
        self._second.stop()
        self._rest.stop()
        self._dispatcher.refocus(has_entry=False, entry_held=False, entry_waits=False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter presses the button that has the keys: in the list it takes the entry back."""
        if isinstance(event, QKeyEvent) and isinstance(watched, QPushButton):
            plain = event.modifiers() in (_NO_MODIFIER, _KEYPAD)
            if plain and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                if event.type() is QEvent.Type.ShortcutOverride:
                    event.accept()
                    return True
                if event.type() is QEvent.Type.KeyPress:
                    watched.click()
                    return True
        return super().eventFilter(watched, event)

    # ------------------------------------------------------------------ commands

    def retry(self) -> None:
        """Send the held entry anyway, against what is there now."""
        face = self.face
        if face is not None and "outbox.retry" in face.can:
            self._do(self._context.console.outbox.retry(face.seq, shown=self._decided_by))

    def edit(self) -> None:
        """Take the entry back; its words become a draft again."""
        face = self.face
        if face is not None and "outbox.edit" in face.can:
            self._do(self._context.console.outbox.cancel(face.seq), self._on_taken_back)

    def reschedule(self) -> None:
        """Ask when the entry is to leave instead."""
        face = self.face
        if face is not None and "outbox.reschedule" in face.can:
            self.later_wanted.emit(self._entries[face.seq])

    def discard(self) -> None:
        """Throw the entry away, after a question."""
        face = self.face
        if face is None or "outbox.discard" not in face.can:
            return
        t = self._context.t
        box = QMessageBox(self)
        box.setObjectName("discard-entry")
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle(t("outbox.discard_title"))
        box.setText(t("outbox.discard_title"))
        detail = "outbox.discard_text" if face.text else "outbox.discard_change"
        box.setInformativeText(t(detail, what=face.what))
        yes = box.addButton(t("outbox.discard_confirm"), QMessageBox.ButtonRole.DestructiveRole)
        no = box.addButton(t("ui.cancel"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(no)
        seq, draft, console = face.seq, face.draft, self._context.console

        def decided() -> None:
            if box.clickedButton() is yes:
                gone = console.drafts.discard(draft) if draft else console.outbox.discard(seq)
                self._do(gone)

        box.finished.connect(decided)
        open_once(box)

    def compare(self) -> None:
        """Bring the comparison into sight, from its beginning; the keys then move it."""
        if self._compare_title.isHidden():
            return
        self._scroll.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._scroll.verticalScrollBar().setValue(self._compare_title.y())

    # ------------------------------------------------------------------ building

    def _make_parts(self) -> None:
        context = self._context
        self._title = _label("title")
        self._summary = _label("dim")
        self._model = OutboxModel()
        self._list = RowList(row_height=context.theme.px(outbox_delegate.ROW))
        self._list.setObjectName("outbox")
        self._list.setModel(self._model)
        self._delegate = OutboxDelegate(context)
        self._list.setItemDelegate(self._delegate)
        self._list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._what = ElidedLabel()
        set_kind(self._what, "strong")
        self._since = _label("small")
        self._causes = QFrame()
        set_kind(self._causes, "card_warning")
        self._cause_words = _label("strong")
        self._advice = _label("")
        self._text = TextBlock(words=lambda what: context.t(f"thread.{what}"))
        self._compare_title = _label("section")
        self._compare = CompareView(context)
        self._buttons = {name: QPushButton() for name in _BUTTONS}
        for name, button in self._buttons.items():
            button.setObjectName(f"outbox-{name}")
            button.installEventFilter(self)
        self._empty = EmptyState()
        self._second = QTimer(self)
        self._second.setObjectName("outbox-second")
        self._second.setInterval(_SECOND_MS)
        self._is_chosen = False
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.setObjectName("outbox-rest")

    def _lay_out(self) -> None:
        head = page_head(self._title, gap=12)
        head.addWidget(self._summary, 1)
        causes = QVBoxLayout(self._causes)
        causes.setContentsMargins(12, 10, 12, 10)
        causes.setSpacing(4)
        causes.addWidget(self._cause_words)
        causes.addWidget(self._advice)
        card = QFrame()
        set_kind(card, "card")
        self._card = card
        inside = QVBoxLayout(card)
        inside.setContentsMargins(12, 10, 12, 10)
        inside.addWidget(self._text)
        buttons = QWidget()
        flow = Flow(buttons, gap=8)
        for button in self._buttons.values():
            flow.addWidget(button)
        detail = QWidget()
        set_kind(detail, "transparent")
        column = QVBoxLayout(detail)
        column.setContentsMargins(16, 12, 16, 16)
        column.setSpacing(10)
        for part in (self._what, self._since, self._causes, buttons, card):
            column.addWidget(part)
        column.addWidget(self._compare_title)
        column.addWidget(self._compare)
        column.addStretch(1)
        self._scroll = QScrollArea()
        set_kind(self._scroll, "detail")
        self._scroll.setObjectName("outbox-detail")
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(detail)
        self._split = QSplitter()
        self._split.setChildrenCollapsible(False)
        self._split.setHandleWidth(1)
        self._split.addWidget(self._list)
        self._split.addWidget(self._scroll)
        self._split.setStretchFactor(1, 1)
        self._split.setSizes([_SIDE, 900 - _SIDE])
        self._pages = QStackedWidget()
        self._pages.addWidget(self._split)
        self._pages.addWidget(self._empty)
        lay_page(self, head, self._pages)

    def _wire(self) -> None:
        self._second.timeout.connect(self._count_down)
        self._split.splitterMoved.connect(self._keep_share)
        self._rest.timeout.connect(self.refresh)
        self._bridge.changed.connect(self._on_changes)
        self._bridge.language_changed.connect(self.retranslate)
        self._bridge.theme_changed.connect(self._on_look)
        self._list.selectionModel().currentChanged.connect(self._on_current)
        self._list.doubleClicked.connect(lambda _: self._open())
        register = self._dispatcher.register
        for name, act in (
            ("retry", self.retry),
            ("edit", self.edit),
            ("reschedule", self.reschedule),
            ("discard", self.discard),
        ):
            register(f"outbox.{name}", act)
            self._buttons[name].clicked.connect(act)
        register("outbox.compare", self.compare)
        self._buttons["copy"].clicked.connect(self._copy)
        self._buttons["open"].clicked.connect(self._open)
        self._dispatcher.attach("outbox", self)

    # ------------------------------------------------------------------ what happens

    def _do(self, future: Future[Any], then: Callable[[Any], Any] | None = None) -> None:
        self._bridge.when_done(future, then, owner=self)

    def _on_taken_back(self, draft: Draft | None) -> None:
        if draft is not None:
            self.draft_restored.emit(draft)

    def _on_changes(self, changes: Changes) -> None:
        if changes.everything:
            self._abouts.clear()
        for ref in changes.appeals:
            self._abouts.pop(ref, None)
        mine = changes.outbox or changes.drafts or changes.status or changes.everything
        around = changes.appeals or changes.outages or changes.attachments
        if not self.isVisible() or not (mine or around):
            return
        if len(self._entries) < _MANY:
            self.refresh()
        elif not self._rest.isActive():  # a long one is read anew after each that leaves
            self._rest.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The list is as wide as its words need at this zoom, but leaves half to the entry."""
        super().resizeEvent(event)
        self._share()

    def _share(self) -> None:
        whole = self.width()  # the splitter itself is laid out after this
        side = min(self._context.theme.px(_SIDE), whole // 2)
        if not self._is_chosen and whole > 0:
            self._split.setSizes([side, whole - side])

    def _keep_share(self) -> None:
        """From now on the width is the person's own choice."""
        self._is_chosen = True

    def _on_look(self) -> None:
        self._list.set_row_height(self._context.theme.px(outbox_delegate.ROW))
        self._share()
        self.retranslate()

    def _on_current(self, index: QModelIndex, _: QModelIndex) -> None:
        if index.isValid() and self._model.faces[index.row()].seq != self._seq:
            self._seq = self._model.faces[index.row()].seq
            self._show_entry()

    def _count_down(self) -> None:
        if self._counts:  # also for the second in which the last one has run out
            self.refresh()

    def _copy(self) -> None:
        face = self.face
        if face is not None:
            QGuiApplication.clipboard().setText(face.text)
            self._dispatcher.tell(self._context.t("outbox.copied"))

    def _open(self) -> None:
        face = self.face
        if face is not None:
            self.appeal_activated.emit(face.ref)

    # ------------------------------------------------------------------ what is shown

    def _choose_again(self) -> None:
        faces = self._model.faces
        if not faces:
            self._seq = None
            return
        at = max(0, self._model.place_of(self._seq))
        self._seq = faces[at].seq
        if self._list.currentIndex().row() != at:
            self._list.setCurrentIndex(self._model.index(at, 0))

    def _show_entry(self) -> None:
        face = self.face
        held = face is not None and face.state == EntryState.HELD
        if self.isVisible():
            waits = face is not None and "outbox.reschedule" in face.can
            self._dispatcher.refocus(has_entry=face is not None, entry_held=held, entry_waits=waits)
        if face is None:
            return
        self._what.setText(" · ".join(filter(None, (face.what, face.about))))
        self._since.setText(f"{face.state_words}. {face.since}")
        self._causes.setVisible(bool(face.causes or face.advice))
        self._cause_words.setText("\n".join(face.causes))
        self._cause_words.setVisible(bool(face.causes))
        self._advice.setText(face.advice)
        self._advice.setVisible(bool(face.advice))
        self._text.set_text(face.text)
        compared = held and bool(face.text) and not face.draft
        self._card.setVisible(bool(face.text) and not compared)
        self._offer(face)
        self._show_what_is_best(face)
        self._compare_title.setVisible(compared)
        self._compare.setVisible(compared)
        self._decided_by = None
        if compared:
            self._show_comparison(face)

    def _offer(self, face: EntryFace) -> None:
        """Show what can be done; where the keys were on what cannot any more, the list has them.

        Qt would give them to the next button, and a second press would do something else.
        """
        offered = {name for name in _BUTTONS if f"outbox.{name}" in face.can}
        offered |= {"open"} if face.about else set()
        offered |= {"copy"} if face.text else set()
        if any(button.hasFocus() and name not in offered for name, button in self._buttons.items()):
            self._list.setFocus()
        for name, button in self._buttons.items():
            button.setVisible(name in offered)

    def _show_what_is_best(self, face: EntryFace) -> None:
        """Words that have gone stale are best looked at again; sending them blindly is not."""
        held = face.state == EntryState.HELD
        best = next((one for one in ("edit", "retry") if f"outbox.{one}" in face.can), "copy")
        for name, button in self._buttons.items():
            kind = "primary" if held and name == best else ""
            set_kind(button, "danger" if name == "discard" else kind)

    def _show_comparison(self, face: EntryFace) -> None:
        entry = self._entries[face.seq]
        view = self._context.console.reader.appeal(face.ref)
        here = self._speech.here(face.ref.branch)
        outage_of = self._speech.outage_of(face.ref.branch)
        people = self._speech.people()
        self._decided_by = Seen.of(view.appeal) if view is not None else None
        self._compare.show_comparison(comparison(entry, view, here, people, outage_of))

    def _about(self, ref: Ref) -> About:
        known = self._abouts.get(ref)
        if known is None:
            known = self._abouts[ref] = self._read_about(ref)
        return known

    def _read_about(self, ref: Ref) -> About:
        view = self._context.console.reader.appeal(ref)
        if view is None:
            return About()
        number = self._context.t("appeal.number", number=view.appeal.number)
        return About(who=view.appeal.author.name, number=number)

    def _outage_anywhere(self, outage: str) -> Any:
        for entry in self._entries.values():
            found = self._context.console.reader.outage(entry.envelope.target.branch, outage)
            if found is not None:
                return found
        return None


def _label(kind: str) -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(kind not in ("title",))
    set_kind(label, kind)
    return label
