"""The preview: as the channel shows it, beside the composer, by a key, and never in the way."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from console.domain.draft import DraftMode
from console.i18n import Catalog
from tests.support.fake_console import RULES, SUPERVISOR, a_console
from tests.support.qt import until_qt
from tests.support.ui_builders import NOW, an_appeal
from tests.support.whole_window import WholeWindow, a_whole_window
from tests.support.writing import type_text
from ui.presenters.here import Here
from ui.presenters.preview import PreviewFace, preview
from ui.views.preview_panel import PreviewPanel

pytestmark = pytest.mark.usefixtures("qapp")


def seen(text: str, channel: str, mode: DraftMode = DraftMode.REPLY) -> PreviewFace:
    appeal = replace(an_appeal(), channel=channel)
    return preview(
        text,
        appeal,
        mode,
        channel=RULES.channels.get(channel),
        branch="Тываэнерго",
        here=Here(Catalog.load("ru"), NOW, zone=RULES.zones["tyva"], branch="tyva"),
    )


@pytest.mark.parametrize("channel", ["vk", "ok", "telegram", "max", "im"])
def test_a_comment_is_signed_and_seen_by_all(channel: str) -> None:
    face = seen("Свет включили.", channel)
    assert face.who == "Россети Сибирь · Тываэнерго"
    assert [part.text for part in face.parts] == ["Свет включили."]
    assert "Увидят все" in face.notes
    assert face.fields == ()


def test_a_letter_has_whom_and_about_what() -> None:
    face = seen("Свет включили.", "email")
    assert [name for name, _ in face.fields] == ["Кому", "Тема"]
    assert face.fields[1][1].startswith("Ответ на обращение № ")
    assert "Увидят все" not in face.notes


def test_what_is_said_on_the_phone_is_a_script_with_its_time() -> None:
    face = seen("Здравствуйте! Свет включим сегодня до 18:00. Ждите.", "phone")
    assert face.parts[0].text.splitlines() == [
        "• Здравствуйте!",
        "• Свет включим сегодня до 18:00.",
        "• Ждите.",
    ]
    assert face.notes[0] == "Читать вслух: 4 секунды"


def test_a_long_text_is_shown_in_parts_with_their_marks() -> None:
    face = seen("Бригада меняет опору. " * 120, "ok")
    assert [part.mark for part in face.parts] == ["1/2", "2/2"]
    assert any("до 2000 знаков" in note and "2 части" in note for note in face.notes)


def test_a_field_that_is_not_filled_in_is_told() -> None:
    assert "Не заполнено 1 поле: так ответ не уйдёт" in seen("До {срок}", "vk").notes


def test_a_note_is_for_colleagues_whatever_the_channel() -> None:
    face = seen("позвонить", "vk", DraftMode.NOTE)
    assert face.title == "Заметка для своих" and face.notes == ()


# ------------------------------------------------------------------------------ in the window


@pytest.fixture
def whole() -> Generator[WholeWindow]:
    with a_whole_window(a_console(me=SUPERVISOR)) as made:
        made.window.desk.parts.queue.go(1)
        made.settle()
        yield made


def panel_of(whole: WholeWindow) -> PreviewPanel | None:
    found = whole.window.desk.findChildren(PreviewPanel)
    return next((panel for panel in found if not panel.isHidden()), None)


def text_in(whole: WholeWindow) -> str:
    panel = panel_of(whole)
    face = panel.face() if panel is not None else None
    return "" if face is None or not face.parts else face.parts[0].text


def test_it_follows_the_typing_and_never_has_the_keys(whole: WholeWindow) -> None:
    composer = whole.window.desk.parts.appeal.composer
    whole.window.dispatcher.run("reply.start")
    QTest.keyClick(composer.editor, Qt.Key.Key_F8)
    panel = panel_of(whole)
    assert panel is not None and whole.window.dispatcher.focus.previewing
    type_text(composer.editor, "Свет есть")
    until_qt(lambda: text_in(whole) == "Свет есть", what="the preview")
    assert QApplication.focusWidget() is composer.editor
    before = composer.geometry()
    assert not panel.geometry().intersects(
        composer.rect().translated(composer.mapTo(whole.window.desk, composer.rect().topLeft()))
    )
    QTest.keyClick(composer.editor, Qt.Key.Key_F8)
    assert panel_of(whole) is None
    assert composer.geometry() == before and composer.editor.hasFocus()


def test_it_is_remembered_and_goes_with_the_composer(whole: WholeWindow) -> None:
    whole.window.dispatcher.run("reply.preview")
    assert panel_of(whole) is None, "nothing is being written"
    assert whole.window.memory.text("preview") == "on"
    composer = whole.window.desk.parts.appeal.composer
    whole.window.dispatcher.run("reply.start")
    until_qt(lambda: panel_of(whole) is not None, what="the preview")
    composer.fold()
    until_qt(lambda: panel_of(whole) is None, what="its end")


def test_another_language_is_spoken_at_once(whole: WholeWindow) -> None:
    whole.window.dispatcher.run("reply.start")
    whole.window.dispatcher.run("reply.preview")
    whole.window.dispatcher.run("view.language")
    until_qt(
        lambda: (panel := panel_of(whole)) is not None and "preview" in panel.accessibleName(),
        what="English",
    )
