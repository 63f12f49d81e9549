"""What stands beside the main window: help, appeals of their own, paper, and where all that was."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.support.fake_console import COLLEAGUE, a_console
from tests.support.fitting import cut_words
from tests.support.qt import until_qt
from tests.support.whole_window import WholeWindow, a_whole_window
from ui.presenters.help import FIRST
from ui.windows import memory as window_memory
from ui.windows.appeal_windows import AppealWindow
from ui.windows.help_window import HelpWindow
from ui.windows.memory import WindowMemory
from ui.windows.paper import PaperError

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def whole(qapp: object) -> Generator[WholeWindow]:
    with a_whole_window(a_console(6)) as one:
        one.window.desk.parts.queue.choose(0)
        one.settle()
        yield one


def help_of(whole: WholeWindow) -> HelpWindow:
    assert whole.window.dispatcher.run("app.help")
    found = whole.window.findChild(HelpWindow, "help")
    assert found is not None
    return found


# Help


def test_f1_opens_the_page_about_what_has_the_keys(whole: WholeWindow) -> None:
    whole.window.desk.parts.queue.rows.setFocus()
    assert help_of(whole).page == "20-queue"
    whole.window.activateWindow()
    whole.window.dispatcher.run("reply.start")
    whole.settle()
    assert help_of(whole).page == "40-reply"


def test_a_word_is_searched_and_its_page_opened(whole: WholeWindow) -> None:
    page = whole.furnished.native.beside.open_help(FIRST)
    page.field.setText("тихие часы")
    QApplication.processEvents()
    assert page.found() == ("70-notices",)
    assert page.page == "70-notices"
    page.field.setText("абракадабра")
    QApplication.processEvents()
    assert page.found() == ()
    assert page._nothing.isVisible()


def test_a_link_leads_to_another_page_and_the_language_turns_the_same_one(
    whole: WholeWindow,
) -> None:
    page = whole.furnished.native.beside.open_help(FIRST)
    page._text.anchorClicked.emit("50-outbox.md")
    assert page.page == "50-outbox"
    assert "Задержано" in page.words()
    whole.window.dispatcher.run("view.language", language="en")
    assert page.page == "50-outbox"
    assert page.words().startswith("The outbox")
    assert page.windowTitle() == "Help"


def test_every_word_of_the_help_window_fits(whole: WholeWindow) -> None:
    page = whole.furnished.native.beside.open_help(FIRST)
    QApplication.processEvents()
    assert cut_words(page) == []


def test_a_page_is_fitted_anew_to_every_width(whole: WholeWindow) -> None:
    page = whole.furnished.native.beside.open_help("40-reply")
    for width in (380, 940, 500, 621, 619, 900):
        page.resize(width, 420)
        QApplication.processEvents()
        QApplication.processEvents()
        assert page.words().startswith("Ответ")
        picture = page._text.loadResource(2, QUrl("composer.png"))
        assert picture.width() / picture.devicePixelRatio() <= page._text.viewport().width()
    assert cut_words(page) == []


# An appeal's own window


def own_window(whole: WholeWindow) -> AppealWindow:
    window = whole.furnished.native.beside.open_own_window()
    assert window is not None
    return window


def test_an_appeal_has_one_window_of_its_own_and_no_second_composer(whole: WholeWindow) -> None:
    window = own_window(whole)
    assert window is own_window(whole)
    assert not window.view.composer.isVisible()
    assert window.view.composer.sheet is None
    whole.window.dispatcher.run("reply.start")
    whole.settle()
    assert whole.window.desk.parts.appeal.composer.sheet is not None
    assert window.view.composer.sheet is None
    window.close()
    assert whole.furnished.native.beside.windows.opened() == ()


def test_its_button_leads_to_the_composer_of_the_main_window(whole: WholeWindow) -> None:
    ref = whole.window.desk.parts.appeal.ref
    window = own_window(whole)
    whole.window.desk.parts.queue.choose(1)
    whole.settle()
    assert whole.window.desk.parts.appeal.ref != ref
    window.reply_wanted.emit()
    whole.settle()
    appeal = whole.window.desk.parts.appeal
    assert appeal.ref == ref
    assert appeal.composer.sheet is not None
    window.close()


def test_a_change_is_seen_in_both_windows(whole: WholeWindow) -> None:
    window = own_window(whole)
    ref = window.view.ref
    assert ref is not None
    before = len(window.view.messages.shown())
    whole.fake.publish(ref)
    whole.settle()
    assert window.view.view is not None
    assert len(window.view.messages.shown()) == before
    whole.window.dispatcher.run("view.language", language="en")
    assert "No. " in window.windowTitle()
    window.close()


def test_its_words_fit_and_its_place_is_remembered(whole: WholeWindow) -> None:
    window = own_window(whole)
    QApplication.processEvents()
    assert cut_words(window) == []
    window.resize(600, 500)
    window.close()
    QApplication.processEvents()
    again = own_window(whole)
    assert again.size() == QSize(600, 500)
    again.close()


def test_the_next_person_does_not_see_what_the_one_before_had_open(whole: WholeWindow) -> None:
    native = whole.furnished.native
    native.begin()
    until_qt(lambda: native.notices._watch is not None, what="the watch to begin")
    own_window(whole)
    whole.fake.me = COLLEAGUE
    whole.window.bridge.listen(whole.fake.changes)
    whole.fake.publish(everything=True)
    until_qt(lambda: native.beside.windows.opened() == (), what="the window to close")


# Paper


def test_a_pdf_holds_the_thread_and_marks_every_page(whole: WholeWindow, tmp_path: Path) -> None:
    paper = whole.furnished.native.beside.paper
    made = paper.made()
    assert made is not None
    document, name = made
    text = document.toPlainText()
    assert text.startswith("Содержит персональные данные")
    view = whole.window.desk.parts.appeal.view
    assert view is not None
    assert view.appeal.author.name in text
    assert view.appeal.text in text
    assert "Сроки" in text
    assert view.appeal.author.name.split()[0] not in name
    assert name.endswith(".pdf")
    paper.write(document, tmp_path / name)
    content = (tmp_path / name).read_bytes()
    assert content.startswith(b"%PDF")
    assert len(content) > 5_000


def test_words_of_a_resident_are_text_and_never_markup(whole: WholeWindow) -> None:
    from dataclasses import replace

    ref = whole.window.desk.parts.appeal.ref
    assert ref is not None
    appeal = whole.fake.world.appeals[ref]
    evil = "<img src='http://evil.example/x.png'><b>жирно</b>"
    whole.fake.world.appeals[ref] = replace(appeal, text=evil)
    whole.fake.publish(ref)
    whole.settle()
    made = whole.furnished.native.beside.paper.made()
    assert made is not None
    assert evil in made[0].toPlainText()


@pytest.mark.expected_qt_messages(r"QPainter::begin")
def test_what_cannot_be_written_is_said_in_a_sentence(whole: WholeWindow, tmp_path: Path) -> None:
    paper = whole.furnished.native.beside.paper
    made = paper.made()
    assert made is not None
    with pytest.raises(PaperError):
        paper.write(made[0], tmp_path / "no" / "such" / "folder" / "x.pdf")


def test_the_file_is_asked_for_and_a_remark_made(whole: WholeWindow, tmp_path: Path) -> None:
    paper = whole.furnished.native.beside.paper
    paper._ask_file = lambda name: tmp_path / name
    assert whole.window.dispatcher.run("appeal.save_pdf")
    assert len(list(tmp_path.glob("*.pdf"))) == 1
    assert whole.furnished.shift.notice.text().startswith("Сохранено")


# Where it was


def test_places_are_remembered_for_each_set_of_screens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, whole: WholeWindow
) -> None:
    memory = WindowMemory(tmp_path)
    state = whole.window.saveGeometry()
    monkeypatch.setattr(window_memory, "screens", lambda: "desk")
    memory.set_state("geometry", state)
    monkeypatch.setattr(window_memory, "screens", lambda: "laptop")
    assert memory.state("geometry") == state, "new screens begin with what was last"
    whole.window.resize(1000, 700)
    other = whole.window.saveGeometry()
    memory.set_state("geometry", other)
    monkeypatch.setattr(window_memory, "screens", lambda: "desk")
    assert memory.state("geometry") == state


def test_the_keys_of_an_own_window_are_those_of_the_program(whole: WholeWindow) -> None:
    window = own_window(whole)
    window.activateWindow()
    before = whole.appearance.theme.zoom
    QTest.keyClick(window, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    assert whole.appearance.theme.zoom > before
    window.close()
