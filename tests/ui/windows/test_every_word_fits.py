"""No word of the window is cut off or left untranslated."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta

import pytest
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from console.i18n import PSEUDO, Catalog
from console.readmodel import Link, SyncStatus
from console.wire.schema import ArchivePage, Rows
from tests.support.fake_console import SUPERVISOR, a_console, an_appeal
from tests.support.fitting import cut_words, out_of_sight, untranslated
from tests.support.outbox_entries import fill_outbox
from tests.support.surroundings import REPOSITORY, clean_environment
from tests.support.whole_window import WholeWindow, a_whole_window
from ui.crash import CrashDialog
from ui.dialogs.ask_dialog import AskDialog
from ui.dialogs.call_form import CallFormDialog
from ui.dialogs.handover_dialog import Colleague, HandoverDialog, Offerable
from ui.dialogs.passphrase import PassphraseDialog
from ui.dialogs.server import ServerDialog
from ui.dialogs.sign_in import SignInDialog
from ui.presenters.search_archive import Answers
from ui.views.search_archive import ArchiveDialog
from ui.views.speech import Speech

pytestmark = pytest.mark.usefixtures("qapp")

DRAFTED = "Анна · Горно-Алтайск, ул. Чорос-Гуркина"
CONTENT = {"Соколова Мария", "EN", "RU", DRAFTED}
"""What buttons say that is the same in every language."""

_WALK = """
from PySide6.QtWidgets import QApplication
import ui
app = QApplication([])
app.setStyle("Fusion")
import json, sys
sys.path.insert(0, {folder!r})
from tests.ui.windows import test_every_word_fits as walk
print(json.dumps(walk.faults_of_every_page("ru"), ensure_ascii=False))
"""


def faults_of_every_page(language: str) -> list[str]:
    """What does not fit on each page of the window, and in each dialog of the shell."""
    faults: list[str] = []
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    with a_whole_window(a_console(me=SUPERVISOR), language=language) as whole:
        dispatcher = whole.window.dispatcher

        def look(page: str, at: QWidget = whole.window) -> None:
            for _ in range(3):  # what is longer asks for room, and is laid out again
                whole.settle()
                app.processEvents()
            faults.extend(f"{page}: {one}" for one in cut_words(at) if not _is_nested(one))
            if language == PSEUDO and at is whole.window:
                branches = {one.name for one in whole.fake.rulebook.branches}
                titles = {each.title for each in whole.fake.rulebook.templates}
                known = branches | titles | CONTENT | {SUPERVISOR.name}
                faults.extend(f"{page}: “{w}”" for w in untranslated(at) if w not in known)

        look("queue")
        whole.window.desk.parts.queue.go(1)
        look("appeal")
        whole.window.desk.parts.appeal.tabs.setCurrentIndex(1)
        look("history")
        whole.window.desk.parts.appeal.tabs.setCurrentIndex(0)
        for mode in ("reply.start", "note.start"):
            dispatcher.run(mode)
            look(mode)
        dispatcher.run("outbox.open")
        look("outbox")
        dispatcher.run("view.board")
        look("board")
        dispatcher.run("view.shift")
        look("shift")
        dispatcher.run("view.queue")
        for make in dialogs_of(whole, language):
            dialog = make()
            dialog.show()
            look(type(dialog).__name__, dialog)
            dialog.close()
    return faults


def dialogs_of(whole: WholeWindow, language: str) -> list[Callable[[], QDialog]]:
    """What makes each dialog of the shell, with something wrong in it to be told."""
    catalog, window = Catalog.load(language), whole.window

    def sign_in() -> QDialog:
        dialog = SignInDialog(window.context, window.bridge, parent=window)
        dialog.fill("demo", "")
        dialog.submit()
        return dialog

    def passphrase() -> QDialog:
        dialog = PassphraseDialog(catalog, "new_none", parent=window)
        dialog.fill("abc")
        dialog.submit()
        return dialog

    def server() -> QDialog:
        dialog = ServerDialog(catalog, "ftp://nowhere", parent=window)
        dialog.submit()
        return dialog

    def call() -> QDialog:
        dialog = CallFormDialog(
            window.context,
            window.bridge,
            whole.furnished.loader,
            here=Speech(window.context).here,
            parent=window,
        )
        dialog.write_down()
        return dialog

    def archive() -> QDialog:
        dialog = ArchiveDialog(
            window.context, "свет срок<2ч", is_here=lambda _: False, parent=window
        )
        page = ArchivePage(Rows(appeals=(an_appeal(900),)), next="1", ignored=("due",))
        dialog.show_answers(Answers().and_(page), looking=False)
        return dialog

    def handover() -> QDialog:
        appeals = [an_appeal(one) for one in (1, 2)]
        lines = [
            Offerable(one.ref, one.author.name, one.text, draft="Бригада уже") for one in appeals
        ]
        return HandoverDialog(
            window.context, lines, [Colleague("op-2", SUPERVISOR.name)], parent=window
        )

    def asked(command: str) -> Callable[[], QDialog]:
        def make() -> QDialog:
            window.dispatcher.run("view.queue")
            assert window.dispatcher.run(command), command
            return next(one for one in window.findChildren(AskDialog) if one.isVisible())

        return make

    return [
        sign_in,
        asked("view.columns"),
        asked("queue.share"),
        call,
        handover,
        archive,
        passphrase,
        lambda: PassphraseDialog(catalog, "wrong", parent=window),
        server,
        lambda: CrashDialog(catalog, "ValueError: …", parent=window),
        whole.furnished.commands.open_sheet,
        whole.furnished.commands.open_palette,
    ]


def _is_nested(fault: str) -> bool:
    """Whether words were lengthened once as a part and again as a whole: nobody speaks so."""
    return fault.count("[") > 1


@pytest.mark.parametrize("language", ["ru", "en", PSEUDO])
def test_every_word_fits_on_the_smallest_screen(language: str) -> None:
    assert faults_of_every_page(language) == []


def test_every_word_fits_at_twice_the_scale() -> None:
    environment = clean_environment(QT_QPA_PLATFORM="offscreen", QT_SCALE_FACTOR="2")
    script = _WALK.format(folder=os.fspath(REPOSITORY))
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().splitlines()[-1] == "[]"


@pytest.mark.parametrize("command", ["view.queue", "reply.start", "reply.interim", "note.start"])
@pytest.mark.parametrize("zoom", [1.25, 1.5, 2.0])
def test_every_word_fits_when_the_window_is_zoomed(zoom: float, command: str) -> None:
    with a_whole_window(zoom=zoom) as whole:
        whole.window.desk.parts.queue.go(1)
        whole.settle()
        whole.window.dispatcher.run(command)
        for _ in range(3):  # what is longer asks for room, and is laid out again
            whole.settle()
        assert cut_words(whole.window) == []


@pytest.mark.parametrize("zoom", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("link", list(Link))
def test_the_banner_and_the_status_bar_fit_in_every_state_of_the_link(
    link: Link, zoom: float
) -> None:
    fake = a_console()
    fill_outbox(fake)
    now = fake.clock.now()
    fake.sync_status = SyncStatus(
        link,
        since=now - timedelta(hours=30),
        error="captive" if link is Link.OFFLINE else "",
        next_try_at=now + timedelta(seconds=42) if link is Link.OFFLINE else None,
        progress=(34_000, 102_345),
        clock_offset_ms=95_000,
    )
    with a_whole_window(fake, zoom=zoom) as whole:
        whole.window.dispatcher.run("outbox.open")
        for _ in range(3):  # what is longer asks for room, and is laid out again
            whole.settle()
        desk = whole.window.desk
        assert cut_words(desk.banner) == []
        assert out_of_sight(desk.banner) == []
        assert cut_words(desk.parts.status) == []
        assert desk.banner.isHidden() or desk.banner.height() < whole.window.height() / 3


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_queue_of_the_rail_has_its_whole_name(language: str) -> None:
    with a_whole_window(language=language) as whole:
        rail = whole.window.desk.parts.rail
        assert rail._delegate.width_of(rail.rows()) <= rail.width()


def test_a_cut_word_would_be_found() -> None:
    with a_whole_window() as whole:
        head = whole.window.desk.parts.queue.head
        head._sort.setFixedWidth(40)
        assert any("По сроку" in one for one in cut_words(whole.window))
