"""The tour: one operator's shift, driven through the real window by commands and key presses.

Every step looks at what it did in the store, or through a colleague's own console at what the
server has, prints one line, and leaves a picture of the window. It is the self-test of a build.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TextIO

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QPoint, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QPlainTextEdit, QPushButton, QWidget

from console.app import Console, open_console
from console.config import Settings
from console.demo.launch import DemoServer
from console.domain.appeal import Appeal, Outcome
from console.domain.draft import Draft, DraftMode
from console.domain.ids import Ref
from console.domain.message import Message
from console.domain.mutations import Seen
from console.domain.outage import Outage
from console.errors import OtklikError
from console.ports import SystemClock
from console.readmodel import AppealView, EntryState, Link, OutboxEntry, QueueQuery, QueueSort
from console.remote.secrets import MemorySecrets
from console.template_values import Setting, values_for
from ui.views.palette_view import PaletteView
from ui.windows.main_window import MainWindow

PATIENCE = 30.0
"""Seconds after which a step that did not come true has failed."""

PUBLIC = ("vk", "ok", "telegram", "max")
"""Channels whose thread the whole settlement reads."""

_TURN = 0.02
_MENU_MS = 200
_SETTLE = 0.25


class StepFailedError(OtklikError):
    """A step did not do what it promises; the text says what was expected."""


def run(window: MainWindow, demo: DemoServer, folder: Path, out: TextIO) -> int:
    """Walk through the shift in ``window``, pictures into ``folder``; 0 if every step held."""
    with tempfile.TemporaryDirectory(prefix="otklik-colleague-") as profile:
        settings = Settings(profile=Path(profile), server=demo.url, demo=True, poll_seconds=1.0)
        colleague = open_console(
            settings, clock=SystemClock(), secrets=MemorySecrets(), passphrase=lambda _: None
        )
        colleague.start()
        try:
            account = demo.supervisor
            colleague.session.sign_in(account.login, account.password).result(PATIENCE)
            return Tour(window, colleague, folder, out).run()
        finally:
            colleague.close()


class Tour:
    """Walks through the shift; `run` returns the number of steps that did not hold."""

    def __init__(self, window: MainWindow, colleague: Console, folder: Path, out: TextIO) -> None:
        self._window = window
        self._colleague = colleague
        self._folder = folder
        self._out = out
        self._count = 0
        self._answered: list[Ref] = []
        self._target: Ref | None = None
        self._restoration = ""
        self._text = ""

    # ------------------------------------------------------------------ the walk

    def run(self) -> int:
        """Every step in order; a failed one is said, and the walk ends there."""
        steps: tuple[tuple[str, Callable[[], str]], ...] = (
            ("sign_in", self._sign_in),
            ("queue", self._queue),
            ("filter", self._filter),
            ("open", self._open),
            ("template", self._template),
            ("checks", self._checks),
            ("send", self._send),
            ("tag", self._tag),
            ("offline", self._go_offline),
            ("two_replies", self._two_replies),
            ("back", self._come_back),
            ("conflict", self._conflict),
            ("resolve", self._resolve),
            ("supervisor", self._supervisor),
            ("reassign", self._reassign),
            ("palette", self._palette),
            ("shortcuts", self._shortcuts),
            ("dark", self._dark),
            ("english", self._english),
        )
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            self._print(self._t("tour.no_folder", folder=self._folder, reason=error.strerror))
            return len(steps)
        for name, step in steps:
            self._count += 1
            try:
                saw = step()
            except OtklikError as error:
                self._picture(f"{name}-failed")
                self._say("tour.failed", name, saw=str(error))
                return len(steps) - self._count + 1
            picture = self._picture(name)
            self._close_popups()
            self._say("tour.held", name, saw=saw, picture=picture)
        self._print(self._t("tour.done", count=len(steps), folder=self._folder))
        return 0

    # ------------------------------------------------------------------ the steps

    def _sign_in(self) -> str:
        console = self._console
        self._wait(lambda: console.sync.status().link is Link.ONLINE, "sign_in")
        self._wait(lambda: self._colleague.sync.status().link is Link.ONLINE, "colleague")
        self._wait(lambda: self._window.desk.parts.queue.model.rowCount() > 0, "queue")
        session = console.session.current
        assert session is not None
        stored = self._total()
        return self._t(
            "tour.saw_sign_in", name=session.name, stored=stored, branches=len(session.branches)
        )

    def _queue(self) -> str:
        self._run("queue.go.unassigned")
        queue = self._window.desk.parts.queue

        def agrees() -> bool:
            counted = self._console.reader.counts(now=self._now()).of("unassigned")
            return queue.query.queue == "unassigned" and queue.model.rowCount() == counted > 0

        self._wait(agrees, "counts")
        for key in "JJK":
            self._key(key)
        return self._t("tour.saw_queue", count=queue.model.rowCount())

    def _filter(self) -> str:
        self._target = self._find_target()
        appeal = self._appeal(self._target)
        queue = self._window.desk.parts.queue
        self._key("/")
        self._type(appeal.place.settlement)
        self._wait(lambda: queue.query.text == appeal.place.settlement, "search")
        self._wait(lambda: queue.model.rowCount() > 0, "search")
        self._settle()
        rows = self._console.reader.queue_rows(list(queue.model.ids)[:50])
        self._expect(bool(rows), "search")
        return self._t(
            "tour.saw_filter", text=appeal.place.settlement, count=queue.model.rowCount()
        )

    def _open(self) -> str:
        target = self._chosen_target()
        self._window.shift.show_ref(target)
        self._wait(lambda: self._window.desk.parts.queue.ref == target, "open")
        self._key("Return", to=self._window.desk.parts.queue.rows)
        self._wait(lambda: bool(self._colleague.reader.presence().get(target)), "presence")
        view = self._view(target)
        return self._t("tour.saw_open", number=view.appeal.number, messages=len(view.messages))

    def _template(self) -> str:
        target = self._chosen_target()
        self._run("reply.start")
        editor = self._editor()
        self._key("Ctrl+T")
        self._type(self._t("tour.template_query"))
        self._settle()
        self._key("Return")
        self._wait(lambda: bool(editor.toPlainText().strip()), "template")
        self._wait(lambda: bool(self._drafts(target)), "draft")
        draft = self._drafts(target)[0]
        return self._t("tour.saw_template", template=draft.template or "", length=len(draft.text))

    def _checks(self) -> str:
        editor = self._editor()
        self._fill_gaps()
        self._to_end(editor)
        self._type(self._t("tour.abbreviation"))
        focus = self._window.dispatcher
        self._wait(lambda: focus.focus.has_finding, "finding")
        self._picture("finding")
        before = editor.toPlainText()
        for _ in range(8):
            if not focus.focus.has_finding:
                break
            text = editor.toPlainText()
            self._run("reply.fix")
            self._settle()
            if editor.toPlainText() == text:
                break
        self._expect(editor.toPlainText() != before, "fix")
        self._text = editor.toPlainText()
        return self._t("tour.saw_checks", before=len(before), after=len(self._text))

    def _send(self) -> str:
        target = self._chosen_target()
        self._press_send(self._editor())
        self._wait(lambda: not self._drafts(target) and not self._entries(target), "send")
        self._wait(lambda: len(self._replies_seen(target)) == 1, "delivered")
        (reply,) = self._replies_seen(target)
        self._expect(reply.text == self._text, "same_text")
        return self._t("tour.saw_send", message=reply.id[-12:])

    def _tag(self) -> str:
        target = self._chosen_target()
        self._window.shift.show_ref(target)
        self._settle()
        self._run("appeal.tag_outage")
        if isinstance(QApplication.activeModalWidget(), PaletteView):
            self._key("Return")  # a suggestion that is not sure is the first of the list
            self._window.activateWindow()  # offscreen nobody else does, once a dialog has gone
        self._wait(lambda: bool(self._appeal(target).outages), "tag")
        self._wait(lambda: bool(self._seen(target).appeal.outages), "tag")
        tag = self._appeal(target).outages[0]
        confidence = "" if tag.confidence is None else f"{tag.confidence:.0%}"
        return self._t("tour.saw_tag", outage=tag.outage, confidence=confidence)

    def _go_offline(self) -> str:
        self._run("sync.work_offline")
        self._wait(lambda: self._link() is Link.WORK_OFFLINE, "offline")
        return self._t("tour.saw_offline")

    def _two_replies(self) -> str:
        self._answered = self._plain_appeals(2)
        for ref in self._answered:
            self._answer(ref, self._t("tour.offline_reply"))
        waiting = [entry for ref in self._answered for entry in self._entries(ref)]
        self._expect(len(waiting) == 2, "two_waiting")
        self._expect(not any(self._replies_seen(ref) for ref in self._answered), "not_yet")
        return self._t("tour.saw_two", count=len(waiting))

    def _come_back(self) -> str:
        self._run("sync.work_offline")
        self._wait(lambda: self._link() is Link.ONLINE, "online")
        self._wait(lambda: not any(self._entries(ref) for ref in self._answered), "outbox")
        self._wait(lambda: all(self._replies_seen(ref) for ref in self._answered), "delivered")
        counts = [len(self._replies_seen(ref)) for ref in self._answered]
        self._expect(counts == [1, 1], "once")
        return self._t("tour.saw_back", counts=" + ".join(map(str, counts)))

    def _conflict(self) -> str:
        (ref,) = self._answered = self._plain_appeals(1)
        self._run("sync.work_offline")
        self._wait(lambda: self._link() is Link.WORK_OFFLINE, "offline")
        self._text = self._t("tour.offline_reply")
        self._answer(ref, self._text)
        self._colleague_answers(ref)
        self._run("sync.work_offline")
        self._wait(lambda: self._state(ref) is EntryState.HELD, "held")
        self._run("outbox.open")
        self._settle()
        codes = [reason.code for entry in self._entries(ref) for reason in entry.held]
        self._expect(len(self._replies_seen(ref)) == 1, "only_theirs")
        return self._t("tour.saw_conflict", reasons=", ".join(codes))

    def _resolve(self) -> str:
        (ref,) = self._answered
        self._run("outbox.edit")
        self._wait(lambda: not self._entries(ref) and bool(self._drafts(ref)), "back_to_draft")
        (draft,) = self._drafts(ref)
        self._expect(draft.text == self._text, "same_text")
        self._settle()
        return self._t("tour.saw_resolve", length=len(draft.text))

    def _supervisor(self) -> str:
        before = self._console.session.current
        self._run("app.switch_role")
        self._wait(
            lambda: (
                self._console.session.current not in (None, before) and self._link() is Link.ONLINE
            ),
            "role",
        )
        self._wait(lambda: self._window.dispatcher.enabled("view.board"), "role")
        self._run("view.board")
        self._settle()
        board = self._console.reader.board(now=self._now())
        counted = self._console.reader.counts(now=self._now()).of("open")
        self._expect(sum(row.open for row in board) == counted, "board")
        session = self._console.session.current
        name = session.name if session else ""
        return self._t("tour.saw_board", name=name, rows=len(board), open=counted)

    def _reassign(self) -> str:
        (ref,) = self._plain_appeals(1)
        session = self._console.session.current
        to = next(
            one.id
            for one in self._console.reader.operators()
            if one.active and one.covers(ref.branch) and session and one.id != session.operator
        )
        self._window.shift.show_ref(ref)
        self._settle()
        self._run("appeal.assign")
        self._settle()
        self._picture("assign-dialog")
        self._close_popups()
        self._console.triage.assign((ref,), to).result(PATIENCE)
        self._wait(lambda: self._seen(ref).appeal.owner == to, "assigned")
        return self._t("tour.saw_reassign", number=self._appeal(ref).number)

    def _palette(self) -> str:
        self._run("app.palette")
        self._settle()
        self._type(self._t("tour.palette_query"))
        self._settle()
        return self._t("tour.saw_palette", text=self._t("tour.palette_query"))

    def _shortcuts(self) -> str:
        self._run("app.shortcuts")
        self._settle()
        keyed = sum(bool(one.keys) for one in self._window.dispatcher.commands())
        return self._t("tour.saw_shortcuts", count=keyed)

    def _dark(self) -> str:
        self._window.desk.show_page("queue")
        self._run("view.theme", choice="dark")
        self._settle()
        self._expect(self._window.context.theme.name == "dark", "theme")
        return self._t("tour.saw_dark")

    def _english(self) -> str:
        words = self._t
        said = words("tour.saw_english")
        other = "ru" if self._window.context.catalog.language == "en" else "en"
        before = self._window.context.catalog.language
        self._run("view.theme", choice="light")
        self._run("view.language", language=other)
        self._settle()
        self._picture("english-window")
        self._run("view.language", language=before)
        self._settle()
        return said

    # ------------------------------------------------------------------ hands

    def _run(self, command: str, **args: object) -> None:
        self._settle(0.05)
        if not self._window.dispatcher.run(command, **args):
            raise StepFailedError(self._t("tour.cannot_run", command=command))

    def _key(self, keys: str, *, to: QWidget | None = None) -> None:
        widget = to or QApplication.focusWidget() or self._window
        QTest.keySequence(widget, QKeySequence(keys))
        self._settle(0.05)

    def _type(self, text: str) -> None:
        widget = QApplication.focusWidget()
        if widget is None:
            raise StepFailedError(self._t("tour.expected_focus"))
        for letter in text:  # QTest.keyClicks knows Latin letters alone
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                event = QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, letter)
                QCoreApplication.sendEvent(widget, event)
        self._settle(0.05)

    def _to_end(self, editor: QWidget) -> None:
        editor.setFocus()
        QTest.keyClick(editor, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)

    def _fill_gaps(self) -> None:
        """Tab to each gap that the template has left, and say when the power is expected."""
        for _ in range(6):
            if not self._window.dispatcher.focus.has_gap:
                return
            self._run("reply.next_gap")
            self._type(self._restoration)
            self._settle()

    def _answer(self, ref: Ref, text: str) -> None:
        self._window.shift.show_ref(ref)
        self._settle()
        self._run("reply.start")
        editor = self._editor()
        self._type(text)
        self._wait(lambda: editor.toPlainText() == text, "typed")
        self._press_send(editor)
        self._wait(lambda: bool(self._entries(ref)), "queued")
        self._wait(lambda: not editor.toPlainText(), "cleared")

    def _press_send(self, editor: QPlainTextEdit) -> None:
        """Send; where the outcome is asked for, choose «explained» and send again."""
        self._key("Ctrl+Return", to=editor)
        self._settle()
        asked = QApplication.focusWidget()
        if not isinstance(asked, QPushButton) or asked.menu() is None:
            return
        QTimer.singleShot(_MENU_MS, self._choose_second)
        self._key("Space", to=asked)
        self._settle()
        self._key("Ctrl+Return", to=editor)

    def _choose_second(self) -> None:
        """In the menu that has opened, by keys."""
        menu = QApplication.activePopupWidget()
        if isinstance(menu, QMenu):
            menu.setActiveAction(menu.actions()[0])
            QTest.keySequence(menu, QKeySequence("Down"))
            QTest.keySequence(menu, QKeySequence("Return"))

    def _colleague_answers(self, ref: Ref) -> None:
        console = self._colleague
        view = console.reader.appeal(ref)
        assert view is not None
        draft = console.drafts.new(ref, DraftMode.REPLY)
        words, seen = self._t("tour.colleague_reply"), Seen.of(view.appeal)
        draft = replace(draft, text=words, outcome=Outcome.EXPLAINED, seen=seen)
        console.reply.send(draft).result(PATIENCE)
        self._wait(lambda: not console.reader.outbox(), "colleague_sent")

    # ------------------------------------------------------------------ eyes

    @property
    def _console(self) -> Console:
        return self._window.context.console

    def _now(self) -> datetime:
        return self._console.clock.now()

    def _link(self) -> Link:
        return self._console.sync.status().link

    def _total(self) -> int:
        return self._console.reader.counts(now=self._now()).of("all")

    def _view(self, ref: Ref) -> AppealView:
        view = self._console.reader.appeal(ref)
        if view is None:
            raise StepFailedError(self._t("tour.expected_appeal"))
        return view

    def _appeal(self, ref: Ref) -> Appeal:
        return self._view(ref).appeal

    def _seen(self, ref: Ref) -> AppealView:
        """The appeal as the colleague's console has it from the server."""
        view = self._colleague.reader.appeal(ref)
        if view is None:
            raise StepFailedError(self._t("tour.expected_appeal"))
        return view

    def _replies_seen(self, ref: Ref) -> list[Message]:
        return [m for m in self._seen(ref).messages if m.is_ours and m.is_public]

    def _drafts(self, ref: Ref) -> list[Draft]:
        return [draft for draft in self._console.reader.drafts() if draft.appeal == ref]

    def _entries(self, ref: Ref) -> list[OutboxEntry]:
        return [e for e in self._console.reader.outbox() if e.envelope.target == ref]

    def _state(self, ref: Ref) -> EntryState | None:
        entries = self._entries(ref)
        return entries[0].state if entries else None

    def _chosen_target(self) -> Ref:
        if self._target is None:
            raise StepFailedError(self._t("tour.expected_appeal"))
        return self._target

    def _find_target(self) -> Ref:
        """An unanswered appeal for which the console suggests an outage with a known time.

        A sure suggestion is looked for first; new appeals keep coming, so it may take a while.
        """
        found: list[Ref] = []

        def is_found() -> bool:
            found.extend(self._suggested(sure=True) or self._suggested(sure=False))
            return bool(found)

        self._wait(is_found, "appeal")
        return found[0]

    def _suggested(self, *, sure: bool) -> list[Ref]:
        for ref in self._candidates():
            appeal = self._appeal(ref)
            if appeal.outages or not appeal.place.settlement:
                continue
            for suggestion in self._console.outages.suggest(ref):
                end = suggestion.outage.expected_end()
                if suggestion.sure >= sure and end is not None and end > self._now():
                    self._restoration = self._restoration_of(appeal, suggestion.outage)
                    return [ref]
        return []

    def _restoration_of(self, appeal: Appeal, outage: Outage) -> str:
        """The restoration time of an outage as a reply to this appeal says it."""
        context = self._window.context
        wording = self._console.wording.current(appeal.branch)
        setting = Setting(context.zone(appeal.branch), self._now(), wording=wording)
        values = values_for(appeal, outage, self._console.rulebook.variables, setting=setting)
        return next(values.by_name[name] for name in values.quotes if name in values.by_name)

    def _plain_appeals(self, count: int) -> list[Ref]:
        """Unanswered appeals that no step has used, of no danger."""
        used = {self._target, *self._answered}
        found: list[Ref] = []
        for ref in self._candidates():
            if ref not in used and not self._drafts(ref) and not self._entries(ref):
                found.append(ref)
            if len(found) == count:
                return found
        raise StepFailedError(self._t("tour.expected_appeal"))

    def _candidates(self) -> Iterator[Ref]:
        reader = self._console.reader
        query = QueueQuery("unassigned", sort=QueueSort.NEWEST)
        for row in reader.queue_rows(list(reader.queue_ids(query, now=self._now()))):
            if row.topic.startswith("outage.") and not row.danger and row.channel in PUBLIC:
                yield row.ref

    def _editor(self) -> QPlainTextEdit:
        def composing() -> bool:
            return isinstance(QApplication.focusWidget(), QPlainTextEdit)

        self._wait(composing, "composer")
        editor = QApplication.focusWidget()
        assert isinstance(editor, QPlainTextEdit)
        return editor

    # ------------------------------------------------------------------ patience

    def _wait(self, true: Callable[[], bool], what: str) -> None:
        end = time.monotonic() + PATIENCE
        while not true():
            if time.monotonic() > end:
                raise StepFailedError(self._t(f"tour.expected_{what}"))
            self._settle(_TURN)

    def _expect(self, true: bool, what: str) -> None:
        if not true:
            raise StepFailedError(self._t(f"tour.expected_{what}"))

    def _settle(self, seconds: float = _SETTLE) -> None:
        """Let the window paint and its short timers run."""
        loop = QEventLoop()  # not processEvents, which leaves deleted widgets standing
        QTimer.singleShot(round(seconds * 1000), loop.quit)
        loop.exec()

    # ------------------------------------------------------------------ what is left behind

    def _picture(self, name: str) -> str:
        """The window, with a dialog over it where one is open."""
        self._settle()
        picture = self._window.grab()
        popup = QApplication.activeModalWidget() or QApplication.activePopupWidget()
        if popup is not None and popup is not self._window:
            painter = QPainter(picture)
            corner = self._window.mapFromGlobal(popup.mapToGlobal(QPoint(0, 0)))
            painter.drawPixmap(corner, popup.grab())
            painter.end()
        file = self._folder / f"{self._count:02d}-{name.replace('_', '-')}.png"
        if not picture.save(str(file)):
            raise StepFailedError(self._t("tour.expected_picture", file=file))
        return file.name

    def _close_popups(self) -> None:
        for _ in range(4):
            popup = QApplication.activeModalWidget() or QApplication.activePopupWidget()
            if popup is None:
                return
            popup.close()
            self._settle(0.05)

    def _say(self, key: str, step: str, **params: object) -> None:
        title = self._t(f"tour.step_{step}")
        self._print(self._t(key, number=f"{self._count:02d}", title=title, **params))

    def _print(self, line: str) -> None:
        self._out.write(line + "\n")
        self._out.flush()

    def _t(self, key: str, **params: object) -> str:
        return self._window.context.t(key, **params)
