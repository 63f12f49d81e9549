"""The call-taker's form: address first, and beside it what can be told and what came before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QListWidgetItem,
    QPushButton,
    QWidget,
)

from console.domain.appeal import Author, Place
from console.domain.dictation import dictated
from console.domain.ids import Ref
from console.domain.message import EtrQuote
from console.domain.mutations import CreateAppeal
from console.domain.operator import ALL_BRANCHES
from console.domain.phone import is_whole, readable
from console.domain.suggest import AppealClue, suggest
from console.readmodel import CallForm, EarlierAppeal, OutboxEntry
from ui.bridge import Bridge
from ui.context import UiContext
from ui.dialogs.call_frame import CallFrame, label_of
from ui.models.queue_loader import QueueLoader
from ui.presenters.call import (
    OutageWords,
    PlaceChoice,
    callback_words,
    is_empty,
    lack,
    outage_words,
    place_choices,
)
from ui.presenters.here import Here
from ui.presenters.kin import earlier_faces
from ui.presenters.names import topic_name
from ui.widgets.kind import set_kind

T = TypeVar("T")

KEEP_MS = 300
"""How long after the last key the form goes to the disk, as a draft does."""

LOOK_MS = 120
"""How long after the last key an address, a phone or words are looked up."""

_EARLIER = 5
_SURE_TOPIC = 0.5


@dataclass(frozen=True, slots=True)
class _Heard:
    """What the words of the caller speak for."""

    topic: str = ""
    dangers: tuple[str, ...] = ()


class CallFormDialog(CallFrame):
    """One call. `written` carries the `OutboxEntry`, `link_opened` the `Ref` of an earlier appeal.

    Ctrl+Enter writes the call down, F9 does so as one whose caller was told of the outage; Esc
    puts the form aside, and it is there again at the next opening, whatever happens in between.
    """

    written = Signal(object)
    link_opened = Signal(object)

    def __init__(
        self,
        context: UiContext,
        bridge: Bridge,
        loader: QueueLoader,
        *,
        here: Callable[[str], Here],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(context, parent=parent)
        self._bridge = bridge
        self._loader = loader
        self._here = here
        self._choices: tuple[PlaceChoice, ...] = ()
        self._found: OutageWords | None = None
        self._topic_chosen = False
        self._denied: set[str] = set()
        self._asked: tuple[str, ...] = ()
        self._writing = False
        kept = context.console.reader.call()
        self.form = kept or CallForm(began_at=context.now())
        self._keeping = self._timer(KEEP_MS, self.keep)
        self._placing = self._timer(LOOK_MS, self._look_for_place)
        self._hearing = self._timer(LOOK_MS, self._hear)
        self._knowing = self._timer(LOOK_MS, self._look_for_caller)
        self._fill()
        self._wire()
        self._after_fill()
        self.address.setFocus()

    def _wire(self) -> None:
        self.address.textEdited.connect(self._on_address)
        self.address.returnPressed.connect(self._take_first)
        self.places.itemActivated.connect(lambda _: self._take(self.places.currentRow()))
        self.places.itemClicked.connect(lambda _: self._take(self.places.currentRow()))
        self.branch.activated.connect(self._on_branch)
        self.phone.textEdited.connect(lambda _: self._note(self._knowing))
        self.name.textEdited.connect(lambda _: self._note())
        self.note.textEdited.connect(lambda _: self._note())
        self.text.textChanged.connect(lambda: self._note(self._hearing))
        self.topic.activated.connect(self._on_topic)
        for channel, button in self.channels.items():
            button.clicked.connect(lambda _=False, one=channel: self._on_channel(one))
        self.danger.pressed.connect(lambda: self._on_danger(danger=True))
        self.danger.other_pressed.connect(lambda: self._on_danger(danger=False))
        self.informed.clicked.connect(self.write_informed)
        self.write.clicked.connect(self.write_down)
        self.aside.clicked.connect(self.reject)
        self.discard.clicked.connect(self._throw_away)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self.write_down)
        QShortcut(QKeySequence("F9"), self, self.write_informed)
        down = QShortcut(QKeySequence("Down"), self.address, self._into_places)
        down.setContext(Qt.ShortcutContext.WidgetShortcut)

    def _timer(self, wait: int, work: Callable[[], None]) -> QTimer:
        timer = QTimer(self, singleShot=True, interval=wait)
        timer.setObjectName(f"call-{work.__name__}")
        timer.timeout.connect(work)
        return timer

    # ------------------------------------------------------------------------------ the form

    def _fill(self) -> None:
        """The fields as they were left."""
        form, t = self.form, self._context.t
        self.address.setText(form.address)
        self.phone.setText(form.phone)
        self.name.setText(form.name)
        self.text.setPlainText(form.text)
        self.note.setText(form.note)
        self.channels[form.channel if form.channel in self.channels else "phone"].setChecked(True)
        self.branch.addItem(t("call.branch_unknown"), "")
        for branch in self._scope():
            self.branch.addItem(self._branches()[branch], branch)
        if not form.branch and len(self._scope()) == 1:
            self.form = replace(form, branch=self._scope()[0])
        self.branch.setCurrentIndex(max(self.branch.findData(self.form.branch), 0))
        self.topic.addItem(topic_name("", self._context.catalog), "")
        for key in self._context.console.rulebook.topics.topics:
            self.topic.addItem(topic_name(key, self._context.catalog), key)
        self.topic.setCurrentIndex(max(self.topic.findData(form.topic), 0))
        self._topic_chosen = bool(form.topic)

    def _after_fill(self) -> None:
        self._show_place()
        self._show_callback()
        self._show_danger(_Heard())
        self._look_for_caller()
        self._look_for_outage()
        if self.form.text:
            self._hear()

    def _scope(self) -> tuple[str, ...]:
        session = self._context.session
        mine = session.branches if session else ()
        keys = tuple(self._branches())
        return keys if ALL_BRANCHES in mine else tuple(key for key in keys if key in mine)

    def _branches(self) -> dict[str, str]:
        return {each.key: each.name for each in self._context.console.rulebook.branches}

    def _note(self, then: QTimer | None = None) -> None:
        """Something has been typed: it is on the disk soon, and looked up sooner."""
        self.form = replace(
            self.form,
            address=self.address.text(),
            name=self.name.text(),
            phone=self.phone.text(),
            text=self.text.toPlainText(),
            note=self.note.text(),
        )
        self._say("")
        if not self._keeping.isActive():
            self._keeping.start()
        if then is not None:
            then.start()

    def keep(self) -> None:
        """What stands here goes to the disk now."""
        self._keeping.stop()
        if self._writing:
            return
        calls = self._context.console.calls
        future = calls.forget() if is_empty(self.form) else calls.keep(self.form)
        self._bridge.when_done(future, failed=self._on_failed, owner=self)

    # ------------------------------------------------------------------------------ the place

    def _on_address(self, _: str) -> None:
        self.form = replace(self.form, settlement="", street="", house="")
        self._show_place()
        self._note(self._placing)

    def _look_for_place(self) -> None:
        text, scope = self.form.address, self._scope()
        rulebook = self._context.console.rulebook
        self._read(
            "places",
            lambda: dictated(text, scope=scope, gazetteer=rulebook.gazetteer),
            lambda guesses: self._offer(
                place_choices(guesses, self._here(""), self._branches()), text
            ),
        )

    def _offer(self, choices: tuple[PlaceChoice, ...], text: str) -> None:
        if text != self.form.address or self.form.settlement:
            return
        self._choices = choices
        self.places.clear()
        for choice in choices:
            self.places.addItem(QListWidgetItem(choice.words))
        if choices:
            self.places.setCurrentRow(0)
            rows = self.places.sizeHintForRow(0) * len(choices)
            self.places.setFixedHeight(rows + self._context.theme.px(8))
        self.places.setVisible(bool(choices))
        self._look_for_outage()

    def _into_places(self) -> None:
        if self.places.isVisible():
            self.places.setFocus(Qt.FocusReason.OtherFocusReason)

    def _take_first(self) -> None:
        if self._choices and not self.form.settlement:
            self._take(0)
        self.phone.setFocus(Qt.FocusReason.TabFocusReason)

    def _take_sure(self) -> None:
        """What nobody has chosen is taken only where it leaves no doubt."""
        if self._choices and self._choices[0].sure and not self.form.settlement:
            self._take(0)

    def _take(self, row: int) -> None:
        """This is the address."""
        if not 0 <= row < len(self._choices):
            return
        choice = self._choices[row]
        place = choice.place
        self.form = replace(
            self.form,
            branch=choice.branch,
            settlement=place.settlement,
            street=place.street,
            house=place.house,
        )
        self.branch.setCurrentIndex(max(self.branch.findData(choice.branch), 0))
        self.places.hide()
        self._show_place()
        self._show_callback()
        self._note()
        self._look_for_outage()
        self.phone.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_place(self) -> None:
        form = self.form
        parts = (form.settlement, form.street, form.house)
        words = ", ".join(part for part in parts if part)
        self.place.setText(self._context.t("call.taken_place", place=words) if words else "")
        self.place.setVisible(bool(words))

    def _on_branch(self) -> None:
        self.form = replace(self.form, branch=str(self.branch.currentData()))
        self._show_callback()
        self._note()
        self._look_for_outage()

    def _place(self) -> Place:
        """The address that was taken, else the words as they were typed."""
        form = self.form
        taken = next(
            (c.place for c in self._choices if c.place.settlement == form.settlement), None
        )
        if form.settlement:
            lat, lon = (taken.lat, taken.lon) if taken else (None, None)
            return Place(form.settlement, "", form.street, form.house, lat, lon)
        return Place(settlement=" ".join(form.address.split()))

    # ------------------------------------------------------------------------------ the outage

    def _look_for_outage(self) -> None:
        form = self.form
        guess = next((choice for choice in self._choices if choice.sure), None)
        branch = form.branch or (guess.branch if guess else "")
        place = self._place() if form.settlement else guess.place if guess else Place()
        if not branch or not place.settlement:
            self._show_outage(None)
            return
        now, reader = self._context.now(), self._context.console.reader
        clue = AppealClue(branch, place, now, form.text, form.topic)
        self._read(
            "outage",
            lambda: suggest(clue, reader.outages(branch=branch)),
            lambda found: self._show_outage(outage_words(found, self._here(branch))),
        )

    def _show_outage(self, found: OutageWords | None) -> None:
        self._found = found
        t = self._context.t
        known = bool(self.form.settlement or self._choices)
        nothing = t("call.no_outage") if known else t("call.address_first")
        self.sentence.setText(found.sentence if found else nothing)
        set_kind(self.sentence, "strong" if found else "dim")
        self.doubt.setText(found.doubt if found else "")
        self.doubt.setVisible(bool(found and found.doubt))
        self.informed.setVisible(found is not None)
        self.informed.setEnabled(not self.form.danger)

    def _show_callback(self) -> None:
        presets, branch = self._context.console.rulebook.presets, self.form.branch
        words = callback_words(self.form, presets, self._here(branch)) if branch else ""
        self.callback.setText(words)
        self.callback.setVisible(bool(words))

    # ------------------------------------------------------------------------------ the caller

    def _look_for_caller(self) -> None:
        phone = self.form.phone
        if not is_whole(phone):
            self._show_earlier([])
            return
        reader = self._context.console.reader
        self._read(
            "caller",
            lambda: reader.earlier_of(Author("", phone=phone), limit=_EARLIER),
            self._show_earlier,
        )

    def _show_earlier(self, found: list[EarlierAppeal]) -> None:
        while item := self.earlier.takeAt(0):
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.links = []
        if not found:
            whole = is_whole(self.form.phone)
            key = "call.no_earlier" if whole else "call.phone_first"
            self.earlier.addWidget(label_of(self._context.t(key), "dim"))
            return
        for each, face in zip(
            found, earlier_faces(found, self._here(found[0].row.ref.branch)), strict=True
        ):
            button = QPushButton(face.title.replace("&", "&&"))
            button.setAutoDefault(False)
            set_kind(button, "row_link")
            button.clicked.connect(lambda _=False, ref=each.row.ref: self._open(ref))
            self.links.append(button)
            self.earlier.addWidget(button)
            for line in (face.line, face.answer):
                if line:
                    self.earlier.addWidget(label_of(line, "small"))
        newest = found[0].row
        if not self.name.text().strip() and newest.author:
            self.name.setPlaceholderText(self._context.t("call.name_before", name=newest.author))

    def _open(self, ref: Ref) -> None:
        self.keep()
        self.link_opened.emit(ref)

    # ------------------------------------------------------------------------------ the words

    def _hear(self) -> None:
        text, rulebook = self.form.text, self._context.console.rulebook

        def work() -> _Heard:
            guesses = rulebook.topics.guess(text)
            topic = guesses[0].key if guesses and guesses[0].confidence >= _SURE_TOPIC else ""
            signs = rulebook.dangers.find(text)
            return _Heard(topic, tuple(text[s.spans[0].start : s.spans[-1].end] for s in signs))

        self._read("words", work, lambda heard: self._on_heard(text, heard))

    def _on_heard(self, text: str, heard: _Heard) -> None:
        if text != self.form.text:
            return
        if not self._topic_chosen:
            with QSignalBlocker(self.topic):
                self.topic.setCurrentIndex(max(self.topic.findData(heard.topic), 0))
            self.form = replace(self.form, topic=heard.topic)
        self._show_danger(heard)

    def _show_danger(self, heard: _Heard) -> None:
        """Words of danger are asked about at once, and each of them once."""
        t, theme = self._context.t, self._context.theme
        if self.form.danger:
            icon = theme.icon("danger", "danger")
            self.danger.say(
                t("call.danger_yes"), kind="danger", icon=icon, other=t("call.danger_take_back")
            )
        elif unasked := [one for one in heard.dangers if one not in self._denied]:
            self._asked = heard.dangers
            icon = theme.icon("danger", "danger")
            self.danger.say(
                t("call.danger_asked", words=unasked[0]),
                kind="danger",
                icon=icon,
                action=t("call.danger_is"),
                other=t("call.danger_is_not"),
            )
        else:
            self.danger.hide()
        self.informed.setEnabled(not self.form.danger)

    def _on_danger(self, *, danger: bool) -> None:
        if not danger:
            self._denied.update(self._asked)
        self.form = replace(self.form, danger=danger)
        self._note()
        self._show_danger(_Heard())
        self.text.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_topic(self) -> None:
        self._topic_chosen = True
        self.form = replace(self.form, topic=str(self.topic.currentData()))
        self._note()

    def _on_channel(self, channel: str) -> None:
        self.form = replace(self.form, channel=channel)
        self._show_callback()
        self._note()

    # ------------------------------------------------------------------------------ the end

    def write_down(self) -> None:
        """An appeal of it, which its writer has taken."""
        self._take_sure()
        self._finish(self._call())

    def write_informed(self) -> None:
        """An appeal of it whose caller was told of the outage: nothing more is owed."""
        found = self._found
        if found is None or self.form.danger:
            return
        self._take_sure()
        if not self.form.text.strip():
            self.text.setPlainText(self._context.t("call.asks_about_outage"))
            self._note()
        outage = found.outage
        self._finish(
            replace(
                self._call(),
                outage=outage.id,
                said=found.sentence,
                quotes=(EtrQuote(outage.id, outage.expected_end()),),
            )
        )

    def _call(self) -> CreateAppeal:
        self._note()
        form = self.form
        return CreateAppeal(
            channel=form.channel,
            author=Author(" ".join(form.name.split()), phone=readable(form.phone)),
            text=form.text.strip(),
            place=self._place(),
            topic=form.topic,
            danger=bool(form.danger),
            called_at=form.began_at,
            note=form.note.strip(),
        )

    def _finish(self, call: CreateAppeal) -> None:
        missing = lack(self.form, self._here(self.form.branch))
        if missing:
            self._say(missing)
            (self.text if not self.form.text.strip() else self.branch).setFocus()
            return
        if self._writing:
            return
        self._writing = True
        self._keeping.stop()
        self.write.setEnabled(False)
        self._bridge.when_done(
            self._context.console.calls.write_down(self.form.branch, call),
            self._on_written,
            self._on_failed,
            owner=self,
        )

    def _on_written(self, entry: OutboxEntry) -> None:
        self.written.emit(entry)
        self.done(QDialog.DialogCode.Accepted)

    def _on_failed(self, error: Exception) -> None:
        """The form stays as it is; the reason is told where everything else is."""
        self._writing = False
        self.write.setEnabled(True)
        self._bridge.failed.emit(error)

    def _throw_away(self) -> None:
        self._writing = True
        self._keeping.stop()
        self._bridge.when_done(
            self._context.console.calls.forget(), failed=self._on_failed, owner=self
        )
        self.done(QDialog.DialogCode.Rejected)

    def _say(self, words: str) -> None:
        self.error.setText(words)
        self.error.setVisible(bool(words))

    def reject(self) -> None:
        """Put it aside: it is there again at the next opening."""
        self.keep()
        super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Nothing unsaved stays behind."""
        self.keep()
        super().closeEvent(event)

    def _read(self, name: str, work: Callable[[], T], then: Callable[[T], None]) -> None:
        self._loader.read(
            f"call-{name}", work, then=then, failed=self._bridge.failed.emit, owner=self
        )
