"""The mention watch tells of each note that calls one, once, and of none from before."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from console.domain.appeal import Mention
from console.domain.draft import DraftMode
from console.domain.mutations import AddNote
from tests.support.qt import until_qt
from tests.support.ui_builders import NOW
from tests.support.ui_stage import Stage, on_stage
from tests.support.writing import press_send, type_text
from ui.models.queue_loader import QueueLoader
from ui.views.appeal_view import AppealView
from ui.windows.mention_watch import Call, MentionWatch


@dataclass(slots=True)
class Post:
    """A watch over a stage, with the calls that it told of."""

    stage: Stage
    loader: QueueLoader
    calls: list[Call] = field(default_factory=list)

    def settle(self) -> None:
        """Let what is being read come back."""
        self.loader._pool.submit(lambda: None).result()
        self.stage.settle()

    def call(self, note: str) -> None:
        """A colleague calls me in a note."""
        mentions = (*self.stage.appeal.mentions, Mention("u1", note, NOW, "u2"))
        self.stage.change(mentions=mentions)
        self.settle()


@pytest.fixture
def post(qapp: QApplication) -> Generator[Post]:
    with on_stage(qapp) as stage:
        loader = QueueLoader(stage.console.reader, stage.console.clock, stage.bridge)
        made = Post(stage, loader)
        made.call("n0")
        watch = MentionWatch(stage.context, stage.bridge, loader, parent=stage.bridge)
        watch.mentioned.connect(made.calls.append)
        watch.begin()
        made.settle()
        yield made
        loader.close()


def test_each_call_is_told_once_and_none_from_before(post: Post) -> None:
    assert post.calls == []
    post.call("n1")
    post.stage.publish()
    post.settle()
    assert [(call.note, call.by, call.ref) for call in post.calls] == [
        ("n1", "Борис Ким", post.stage.ref)
    ]


def _note(stage: Stage) -> AppealView:
    view = stage.show(
        lambda: AppealView(stage.context, stage.bridge, stage.dispatcher, speech=stage.speech)
    )
    view.show_appeal(stage.ref)
    view.composer.start(DraftMode.NOTE)
    return view


def _offered(view: AppealView) -> tuple[str, ...]:
    offers = view.composer.mentioning
    return offers.names() if offers.is_open else ()


def test_a_name_is_offered_after_the_sign_and_taken_by_one_key(post: Post) -> None:
    view = _note(post.stage)
    composer = view.composer
    type_text(composer.editor, "Посмотрите, @")
    until_qt(lambda: bool(_offered(view)), what="the names")
    assert "Анна Петрова" not in _offered(view)
    type_text(composer.editor, "ки")
    assert _offered(view) == ("Борис Ким",)
    QTest.keyClick(composer.editor, Qt.Key.Key_Return)
    assert composer.editor.text() == "Посмотрите, @Борис Ким "
    assert not _offered(view)
    type_text(composer.editor, "адрес тот?")
    assert not _offered(view)
    press_send(composer)
    post.stage.settle()
    (sent,) = post.stage.sent()
    assert isinstance(sent, AddNote) and sent.mentions == ("u2",)


def test_escape_leaves_the_sign_alone_and_a_reply_offers_nobody(post: Post) -> None:
    view = _note(post.stage)
    type_text(view.composer.editor, "@бо")
    assert _offered(view)
    QTest.keyClick(view.composer.editor, Qt.Key.Key_Escape)
    type_text(view.composer.editor, "р")
    assert not _offered(view)
    assert view.composer.sheet is not None and view.composer.editor.text() == "@бор"
    view.composer.start(DraftMode.REPLY)
    type_text(view.composer.editor, "@бо")
    assert not _offered(view)
