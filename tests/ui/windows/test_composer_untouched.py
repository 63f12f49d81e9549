"""In the real window, nothing from outside touches what stands in the composer.

Text, cursor, selection and the history of undo are an operator's own; each test lets one thing
happen around them, and then goes back and forth through the history by keys.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from console.domain.appeal import Place
from console.domain.draft import DraftMode
from console.domain.ids import Ref
from console.domain.message import Message, MessageKind
from console.domain.mutations import Assign, Envelope, SetPlace, SetTopic
from console.domain.transitions import State, apply, receive
from console.readmodel import Link
from tests.support.fake_console import COLLEAGUE, SUPERVISOR, a_console
from tests.support.qt import until_qt
from tests.support.whole_window import WholeWindow, a_whole_window
from tests.support.writing import type_text
from ui.views.composer_view import ComposerView

pytestmark = pytest.mark.usefixtures("qapp")

WORDS, PASTED = "Здравствуйте, Марина!\nСвет включим к вечеру", " (уточняем)"
_CTRL = Qt.KeyboardModifier.ControlModifier


class Writer:
    """Somebody who has written something, undone a step, and selected some letters."""

    def __init__(self, whole: WholeWindow) -> None:
        self.whole = whole
        self.composer: ComposerView = whole.window.desk.parts.appeal.composer
        appeals = whole.fake.world.appeals.values()
        self.ref = next(one.ref for one in appeals if one.is_open and not one.danger)
        assert whole.window.desk.parts.queue.choose_ref(self.ref)
        whole.settle()
        assert self.composer.ref() == self.ref
        whole.window.dispatcher.run("reply.start")
        self.editor = self.composer.editor
        for line, words in enumerate(WORDS.split("\n")):
            if line:
                QTest.keyClick(self.editor, Qt.Key.Key_Return)
            type_text(self.editor, words)
        QApplication.clipboard().setText(PASTED)
        for _ in range(2):  # two steps of undo beside the typing, one of them undone
            QTest.keyClick(self.editor, Qt.Key.Key_V, _CTRL)
        QTest.keyClick(self.editor, Qt.Key.Key_Z, _CTRL)
        for _ in range(3):
            QTest.keyClick(self.editor, Qt.Key.Key_Left)
        for _ in range(5):
            QTest.keyClick(self.editor, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
        self._document = self.editor.document()
        self._before = self._state()
        assert self._before[0] == WORDS + PASTED
        assert self._before[2] - self._before[1] == 5, "a selection, made backwards"
        assert self._before[3:] == (True, True)

    def _state(self) -> tuple[str, int, int, bool, bool]:
        cursor, document = self.editor.textCursor(), self.editor.document()
        return (
            self.editor.text(),
            cursor.position(),
            cursor.anchor(),
            document.isUndoAvailable(),
            document.isRedoAvailable(),
        )

    def check(self) -> None:
        """All is as it was, and what is typed, undone and done again goes where it would have."""
        self.whole.settle()
        assert self.editor.document() is self._document
        assert self._state() == self._before
        focus = QApplication.focusWidget()
        assert focus is self.editor, "the next key belongs into the text"
        type_text(self.editor, "х")
        selected = WORDS + PASTED
        at = min(self._before[1:3])
        assert self.editor.text() == f"{selected[:at]}х{selected[at + 5 :]}"
        steps = (WORDS + PASTED, WORDS)
        for there in steps:
            QTest.keyClick(self.editor, Qt.Key.Key_Z, _CTRL)
            assert self.editor.text() == there
        QTest.keyClick(self.editor, Qt.Key.Key_Z, _CTRL)
        assert len(self.editor.text()) < len(WORDS), "the typing is a step of its own"
        for there in reversed(steps):
            QTest.keyClick(self.editor, Qt.Key.Key_Z, _CTRL | Qt.KeyboardModifier.ShiftModifier)
            assert self.editor.text() == there

    # ------------------------------------------------------------------ what happens around

    def colleague_does(self, *mutations: object) -> None:
        """The feed brings what a colleague has done to the appeal."""
        fake = self.whole.fake
        for mutation in mutations:
            now = fake.clock.now()
            appeal = fake.world.appeals[self.ref]
            envelope = Envelope("theirs", self.ref, SUPERVISOR.id, now, mutation)  # type: ignore[arg-type]
            applied = apply(State(appeal), envelope, actor=SUPERVISOR, now=now)
            fake.world.appeals[self.ref] = replace(applied.appeal, version=appeal.version + 1)
            fake.world.events[self.ref].extend(applied.events)
        fake.publish(self.ref, status=True)

    def resident_writes(self, text: str) -> None:
        """A new version of the appeal: the resident has written again."""
        fake = self.whole.fake
        message = Message(
            self.ref.branch,
            "m-new",
            self.ref.id,
            MessageKind.RESIDENT,
            fake.clock.now(),
            text,
            author_name="Марина",
        )
        appeal = fake.world.appeals[self.ref]
        applied = receive(State(appeal), message, now=fake.clock.now())
        fake.world.appeals[self.ref] = applied.appeal
        fake.world.messages[self.ref].append(message)
        fake.publish(self.ref, status=True)

    def link(self, link: Link, *, everything: bool = False) -> None:
        """The link to the server changes, and the window has said so."""
        fake, banner = self.whole.fake, self.whole.window.desk.banner
        since = fake.clock.now() - timedelta(minutes=20)
        fake.sync_status = replace(fake.sync_status, link=link, since=since)
        fake.publish(everything=everything, status=True)
        until_qt(lambda: banner.isHidden() == (link is Link.ONLINE), what="the banner")

    def another(self) -> Ref:
        """An open appeal of the same branch that can be merged with this one."""
        appeals = self.whole.fake.world.appeals
        return next(
            one.ref
            for one in appeals.values()
            if one.branch == self.ref.branch and one.ref != self.ref
            if one.is_open and not one.danger
        )

    def run(self, command: str) -> None:
        self.whole.window.dispatcher.run(command)
        self.whole.settle()


@pytest.fixture
def writer() -> Generator[Writer]:
    with a_whole_window(a_console(me=SUPERVISOR)) as whole:
        yield Writer(whole)


def test_a_colleagues_change_touches_nothing(writer: Writer) -> None:
    writer.colleague_does(
        Assign(COLLEAGUE.id), SetTopic("quality.low"), SetPlace(Place(settlement="Солонцы"))
    )
    writer.check()


def test_a_new_version_of_the_appeal_touches_nothing(writer: Writer) -> None:
    writer.resident_writes("Ну что там со светом?")
    writer.check()


def test_a_merge_touches_nothing(writer: Writer) -> None:
    """A colleague merges the appeal into another one, of the same branch."""
    other = writer.another()
    merged = writer.whole.fake.merging.merge(writer.ref, other.id)
    assert merged.exception() is None
    writer.check()


def test_another_appeal_that_is_merged_into_this_one_touches_nothing(writer: Writer) -> None:
    """Its messages are read here from now on, and its drafts stand beside this one."""
    fake, other = writer.whole.fake, writer.another()
    theirs = fake.drafts.new(other, DraftMode.REPLY)
    fake.drafts.save(replace(theirs, text="Ваша улица будет со светом к 15:00."))
    merged = fake.merging.merge(other, writer.ref.id)
    assert merged.exception() is None
    writer.resident_writes("Это и моя улица")
    writer.check()


def test_a_theme_switch_touches_nothing(writer: Writer) -> None:
    before = writer.editor.palette().base().color()
    while writer.editor.palette().base().color() == before:
        writer.run("view.theme")
    writer.check()


def test_a_language_switch_touches_nothing(writer: Writer) -> None:
    writer.run("view.language")
    assert writer.whole.window.context.catalog.language == "en"
    writer.check()


def test_a_zoom_touches_nothing(writer: Writer) -> None:
    before = writer.editor.font().pixelSize()
    for _ in range(3):
        writer.run("view.zoom_in")
    assert writer.editor.font().pixelSize() > before
    writer.run("view.zoom_reset")
    writer.check()


def test_a_sign_in_that_has_expired_touches_nothing(writer: Writer) -> None:
    """The server answers 401: a banner, and after the password everything is read anew."""
    writer.link(Link.SIGN_IN_NEEDED)
    writer.link(Link.ONLINE, everything=True)
    writer.check()


def test_a_link_that_goes_and_comes_touches_nothing(writer: Writer) -> None:
    writer.link(Link.OFFLINE)
    writer.link(Link.ONLINE, everything=True)
    writer.check()


def test_working_offline_and_back_touches_nothing(writer: Writer) -> None:
    writer.run("sync.work_offline")
    writer.run("sync.work_offline")
    writer.check()
