"""Every screen that the console has, one after the other, over the appeals of the pictures.

`visit` brings each up and hands it to an `Album`. `test_pictures.py` keeps the walk complete: a
view, dialog or window that is in neither `SHOWN` nor `NOT_PICTURED` fails it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import (
    QItemSelectionModel,
    QPointF,
    QRectF,
    QSize,
    QSizeF,
    Qt,
    QTimer,
)
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QImage,
    QPainter,
    QPalette,
    QPixmap,
    QPolygonF,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QLineEdit,
    QMenu,
    QMessageBox,
    QPlainTextEdit,
    QScrollArea,
    QWidget,
)

from console.domain.appeal import Outcome
from console.domain.draft import Draft, DraftMode
from console.domain.ids import Ref
from console.domain.message import Message, MessageKind
from console.domain.operator import Role
from console.domain.query import Problem
from console.domain.shared_word import SharedWord, shared_word_id
from console.domain.transitions import RefusedError
from console.i18n import Catalog
from console.listing import Grouping
from console.readmodel import Link, SearchNotes, SyncStatus
from console.rescued import Rescue, RescueReason
from console.wire.schema import ArchivePage, Rows
from tests.support.fake_console import (
    NOON,
    OPERATOR,
    SUPERVISOR,
    FakeConsole,
    World,
    a_console,
    an_appeal,
)
from tests.support.fake_corrections import a_plan
from tests.support.outbox_entries import fill_outbox
from tests.support.whole_window import WholeWindow, a_whole_window
from tests.tools.picture_world import PHOTO, PictureWorld, a_picture_world
from ui.crash import CrashDialog
from ui.dialogs.open_link import OpenLinkDialog
from ui.dialogs.passphrase import PassphraseDialog
from ui.dialogs.picture import PictureDialog
from ui.dialogs.server import ServerDialog
from ui.dialogs.sign_in import SignInDialog
from ui.presenters.errors import rescue_words
from ui.presenters.hints import HINTS
from ui.presenters.history import Strand
from ui.presenters.links import safe_link
from ui.presenters.preferences import SECTIONS
from ui.theme.appearance import Appearance
from ui.theme.theme import Theme
from ui.views.clocks_panel import ClocksPopover
from ui.views.composer_view import ComposerView
from ui.views.template_picker import TemplatePicker
from ui.windows.lexicon_window import LexiconWindow
from ui.windows.main_window import MainWindow
from ui.windows.memory import WindowMemory
from ui.windows.tray import state_icon

NOT_PICTURED: dict[str, str] = {
    "CallFrame": "the base of the call form",
    "ComposerFrame": "the base of the composer",
    "FirstPage": "the queue alone, for the moment before the desk stands around it",
}
"""Views, dialogs and windows that are on no picture, each with the reason."""

SHOWN: dict[str, str] = {
    "ServerDialog": "01-server",
    "PassphraseDialog": "02-passphrase-new_none",
    "CrashDialog": "04-crash",
    "SignInDialog": "05-sign-in",
    "OpenLinkDialog": "06-link-0",
    "Desk": "10-queue",
    "MainWindow": "10-queue",
    "QueueFilter": "10-queue",
    "QueueView": "10-queue",
    "RailView": "10-queue",
    "StatusBar": "10-queue",
    "AskDialog": "16-row-look",
    "ask-rows": "16-row-look",
    "ask-rename": "17-rename",
    "ask-change": "18-share-change",
    "ask-share": "18-share-new",
    "ask-withdraw": "18-withdraw",
    "SearchStrip": "20-search-history",
    "ArchiveDialog": "24-archive",
    "AppealHead": "30-appeal",
    "AppealView": "30-appeal",
    "ClocksStrip": "30-appeal",
    "CommentsStrip": "30-appeal",
    "InspectorView": "30-appeal",
    "Section": "30-appeal",
    "StartBar": "30-appeal",
    "ThreadView": "30-appeal",
    "FactsPanel": "31-inspector-end",
    "KinPanel": "31-inspector-end",
    "ClocksPopover": "33-clocks",
    "HistoryView": "34-history",
    "DangerBanner": "35-danger",
    "PictureDialog": "39-photo",
    "PlacePanel": "39-place",
    "ComposerView": "40-composer",
    "ModeBar": "40-composer",
    "SendBar": "40-composer",
    "TemplateStrip": "40-composer",
    "TemplatePicker": "41-templates",
    "EtrLine": "42-template-fields",
    "PromiseLine": "42-template-fields",
    "ChecksPanel": "43-checks",
    "PreviewPanel": "44-preview",
    "FileStrip": "47-files",
    "ask-names": "49-names",
    "send-later": "49-send-later",
    "ask-discard_draft": "50-discard-draft",
    "ask-promise": "50-other-promise",
    "BoardView": "60-board",
    "HandoverLine": "61-shift",
    "HandoverView": "61-shift",
    "ask-break": "62-break",
    "ask-decline": "62-decline",
    "CorrectionsDialog": "62-corrections",
    "HandoverDialog": "62-hand-over",
    "OfferRow": "62-hand-over",
    "CompareView": "63-compare",
    "discard-entry": "63-discard",
    "OutboxView": "63-outbox",
    "choose-topic": "70-topic",
    "choose-place": "71-place",
    "choose-tag": "72-tag_outage",
    "choose-assign": "73-assign",
    "ask-postpone": "74-postpone",
    "choose-primary": "75-duplicate",
    "choose-link": "76-link",
    "ask-transfer": "77-transfer",
    "ask-close": "78-close",
    "ask-decide_transfer": "79-decide-transfer",
    "ask-dispatched": "79-dispatched",
    "ask-leave": "79-leave",
    "ask-reopen": "79-reopen",
    "ask-return": "79-return-reply",
    "ask-settle": "79-settle-promise",
    "CallFormDialog": "80-call",
    "SettingsWindow": "81-settings-look",
    "LexiconWindow": "81-words",
    "HelpWindow": "82-help-10-start",
    "ShortcutSheet": "83-shortcuts",
    "PaletteView": "84-palette",
    "AppealWindow": "85-own-window",
    "HintBubble": "87-hint-0",
    "UnlockDialog": "89-lock",
    "Cover": "89-locked",
}
"""Each view, dialog and window, and a picture that shows it; questions by their object names.

A run of `pictures.py` fails where one is not on the picture named here.
"""

BAD = (
    "Здраствуйте, Марина! Звоните +7 913 555-12-34, согласно ПП РФ № 861 и 59-ФЗ бригата уже "
    "работает, свет дадим сегодня до 18:00, в течение трёх рабочих дней перезвоним."
)
GOOD = (
    "Здравствуйте, Марина! Оборвался провод, бригада меняет опору у магазина на Пятой. Свет "
    "планируем дать сегодня до 15:00. Извините за неудобства."
)


@dataclass(frozen=True, slots=True)
class Look:
    """How a walk looks: language, theme, zoom, and how large the window is."""

    language: str = "ru"
    theme: str = "light"
    zoom: float = 1.0
    size: tuple[int, int] = (1366, 768)


class Album(Protocol):
    """Takes what is shown: a widget, with what stands above it as windows of their own."""

    def take(self, name: str, shown: QWidget, *above: QWidget) -> None: ...

    def put(self, name: str, picture: QPixmap) -> None:
        """A picture of what is no widget."""

    def wants(self, beginnings: str) -> bool:
        """Whether it takes any whose name begins with one of these figures."""


def visit(album: Album, look: Look) -> None:
    """Every screen, in the order in which one meets them."""
    if album.wants("0"):
        _before_the_desk(album, look)
    for beginnings, chapter in _CHAPTERS.items():
        if album.wants(beginnings):
            world = a_picture_world(a_photo())
            with _open(world.fake, look) as whole:
                chapter(Walk(album, whole, world))
    if album.wants("9"):
        _empty(album, look)
        _roles(album, look)


@contextmanager
def _open(fake: FakeConsole, look: Look) -> Iterator[WholeWindow]:
    with a_whole_window(
        fake, language=look.language, theme=look.theme, zoom=look.zoom, size=look.size
    ) as whole:
        yield whole


class Walk:
    """One chapter: a window over the pictures' world, and short words for what is done in it."""

    def __init__(self, album: Album, whole: WholeWindow, world: PictureWorld) -> None:
        self.album, self.whole, self.world = album, whole, world
        self.fake, self.window = world.fake, whole.window
        self.parts = whole.window.desk.parts
        self.native = whole.furnished.native

    def run(self, command: str, **args: object) -> None:
        """Run a command; that it cannot be run is an error of the walk."""
        assert self.window.dispatcher.run(command, **args), f"{command} cannot be run"
        self.settle()

    def settle(self) -> None:
        """Let everything come, be laid out, and ask for the room that it then needs."""
        for _ in range(2):
            self.whole.settle()
            QApplication.processEvents()

    def take(self, name: str) -> None:
        """The main window, with whatever popup stands above it."""
        self.settle()
        popup = QApplication.activePopupWidget()
        self.album.take(name, self.window, *([popup] if popup is not None else []))

    def dialog(self, name: str, *, accept: Callable[[QDialog], None] | None = None) -> None:
        """The dialog that stands open, taken and closed."""
        self.settle()
        shown = [one for one in self.window.findChildren(QDialog) if one.isVisible()]
        assert shown, f"{name}: no dialog is open"
        if accept is not None:
            accept(shown[-1])
            self.settle()
        self.album.take(name, shown[-1])
        shown[-1].close()
        self.settle()

    def open(self, ref: Ref) -> None:
        """Open an appeal, from the queue if it holds it."""
        self.window.shift.show_ref(ref)
        self.settle()

    def change(self, ref: Ref, **changes: object) -> None:
        """An appeal as it is now."""
        self.fake.world.appeals[ref] = replace(self.fake.world.appeals[ref], **changes)  # type: ignore[arg-type]
        self.fake.publish(ref)
        self.settle()

    @property
    def composer(self) -> ComposerView:
        return self.parts.appeal.composer

    def write(self, text: str) -> None:
        """Write, as if typed, and let what is said about it come."""
        editor = self.composer.editor
        editor.selectAll()
        editor.insertPlainText(text)
        self.composer.check_now()
        self.settle()


# Before there is a desk


def _before_the_desk(album: Album, look: Look) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    catalog, t = Catalog.load(look.language), Catalog.load(look.language).t
    appearance = Appearance(app, Theme())
    appearance.zoom_to(look.zoom)
    appearance.choose(look.theme)
    with tempfile.TemporaryDirectory() as folder:
        window = MainWindow(catalog, appearance, WindowMemory(Path(folder)))
        window.resize(*look.size)
        window.say_starting(t("ui.demo_preparing"), t("ui.demo_body"), progress=0.3)
        window.show()
        _shown(album, "00-starting", window)
        for number, dialog in enumerate(_first_dialogs(catalog, window), start=1):
            _shown(album, f"0{number}-{dialog.objectName() or type(dialog).__name__}", dialog)
            dialog.close()
            dialog.deleteLater()
        window.close()
        window.deleteLater()


def _first_dialogs(catalog: Catalog, window: MainWindow) -> Iterator[QDialog]:
    server = ServerDialog(catalog, "ftp://nowhere", parent=window)
    server.submit()
    server.setObjectName("server")
    yield server
    for reason in ("new_none", "wrong"):
        passphrase = PassphraseDialog(catalog, reason, parent=window)
        passphrase.setObjectName(f"passphrase-{reason}")
        yield passphrase
    crash = CrashDialog(catalog, "ValueError: …\n  File “queue.py”, line 12", parent=window)
    crash.setObjectName("crash")
    yield crash
    box = QMessageBox(window)
    box.setObjectName("rescue")
    box.setIcon(QMessageBox.Icon.Information)
    box.setWindowTitle(catalog.t("ui.app"))
    box.setText(
        rescue_words(Rescue(RescueReason.DAMAGED, 3, 5, "2026-11-18-damaged", NOON), catalog)
    )
    yield box
    for number, address in enumerate(("https://vk.com/wall-1_2", "https://gоsuslugi.ru/login")):
        link = safe_link(address)
        assert link is not None
        dialog = OpenLinkDialog(catalog, link, parent=window)
        dialog.setObjectName(f"link-{number}")
        yield dialog


def _shown(album: Album, name: str, widget: QWidget) -> None:
    widget.show()
    for _ in range(3):
        QApplication.processEvents()
    album.take(name, widget)


# The queue


def _queue(walk: Walk) -> None:
    queue, run = walk.parts.queue, walk.run
    walk.take("10-queue")
    queue.choose(2)
    for kind in Grouping:
        run(f"queue.group.{kind}")
        if kind is not Grouping.NONE:
            walk.take(f"11-grouped-{kind}")
    run("queue.fold_all")
    walk.take("11-grouped-folded")
    run("queue.group.none")
    _densities(walk)
    run("queue.filter")
    walk.take("13-filter")
    _close_popups()
    _choices(walk)
    rows = queue.rows.selectionModel()
    queue.choose(3)
    for at in range(3, 9):
        rows.select(queue.model.index(at, 0), QItemSelectionModel.SelectionFlag.Select)
    walk.take("14-selected")
    run("appeal.claim")
    walk.take("14-done-with-undo")
    walk.window.shift.report(RefusedError("needs_approval"))
    walk.take("15-refused")
    walk.window.shift.notice.dismiss()
    run("view.columns")
    walk.dialog("16-row-look")
    walk.whole.furnished.shift.queues.go("saved:q1")
    walk.take("17-saved-queue")
    run("queue.rename")
    walk.dialog("17-rename")
    walk.whole.furnished.shift.queues.go("shared:s2")
    rail = walk.parts.rail
    rail.set_folded(rail.folded | {"group:branches"})
    walk.take("18-shared-queue")
    run("queue.share")
    walk.dialog("18-share-change")
    run("queue.withdraw")
    walk.dialog("18-withdraw")
    run("queue.go.open")
    run("queue.search", text="свет")
    run("queue.share")
    walk.dialog("18-share-new")
    _modal(walk, "19-save-queue", "queue.save")
    run("queue.go.danger")
    walk.take("19-danger-queue")


def _densities(walk: Walk) -> None:
    for density in ("compact", "roomy"):
        walk.run(f"view.rows.{density}")
        walk.take(f"12-rows-{density}")
    walk.run("view.rows.normal")


def _choices(walk: Walk) -> None:
    """The menus of the head, which are windows of their own."""
    for name, button in walk.parts.queue.head._choices.items():
        menu = button.menu()
        assert isinstance(menu, QMenu)
        menu.popup(button.mapToGlobal(button.rect().bottomLeft()))
        walk.take(f"13-filter-{name}")
        _close_popups()
    menus = walk.window.menuBar().findChildren(
        QMenu, options=Qt.FindChildOption.FindDirectChildrenOnly
    )
    for number, menu in enumerate(menus):
        bar = walk.window.menuBar()
        corner = bar.actionGeometry(menu.menuAction()).bottomLeft()
        menu.popup(bar.mapToGlobal(corner))
        walk.take(f"13-menu-{number}")
        _close_popups()


def _close_popups() -> None:
    while (popup := QApplication.activePopupWidget()) is not None:
        popup.close()
        QApplication.processEvents()


def _modal(walk: Walk, name: str, command: str) -> None:
    """A dialog that keeps its command waiting."""

    def take() -> None:
        shown = QApplication.activeModalWidget()
        assert shown is not None, f"{name}: no dialog is open"
        walk.album.take(name, shown)
        shown.close()

    QTimer.singleShot(0, take)
    walk.run(command)


# Searching


def _search(walk: Walk) -> None:
    world, field = walk.fake.world, walk.parts.queue.head.field
    walk.run("queue.search")
    field.setFocus()
    walk.take("20-search-history")
    _type(walk, "филиа")
    walk.take("21-search-offers")
    world.search_notes = SearchNotes(
        (Problem("unknown_operator", {"name": "филил", "like": "филиал"}),),
        also=("провод",),
        marks=("свет",),
    )
    _type(walk, "свет ")
    walk.parts.queue.choose(1)
    walk.take("22-search-hits")
    world.search_notes = SearchNotes()
    _type(walk, "абракадабра")
    walk.take("23-search-nothing")
    walk.run("search.leave")
    _archive(walk)


def _type(walk: Walk, text: str) -> None:
    field = walk.parts.queue.head.field
    field.setFocus()
    field.clear()
    field.insert(text)
    field.typing.emit(text)
    field._tell()
    walk.settle()


def _archive(walk: Walk) -> None:
    def page(*numbers: int) -> ArchivePage:
        appeals = tuple(replace(an_appeal(n), id=f"z{n}", number=str(40_000 + n)) for n in numbers)
        messages = tuple(
            Message(
                one.branch, f"m{one.id}", one.id, MessageKind.RESIDENT, NOON, one.text, "Житель"
            )
            for one in appeals
        )
        return ArchivePage(Rows(appeals=appeals, messages=messages))

    for name, pages in (("24-archive", [page(1, 2, 3, 4, 5)]), ("24-archive-nothing", [page()])):
        walk.fake.world.archive = pages
        walk.run("queue.search")
        walk.parts.queue.head.field.setText("гудит провод")
        walk.run("search.archive")
        walk.dialog(name)


# An appeal


def _appeal(walk: Walk) -> None:
    world, appeal, run = walk.world, walk.parts.appeal, walk.run
    walk.open(world.rich)
    walk.take("30-appeal")
    appeal.messages.verticalScrollBar().setValue(0)
    walk.take("30-appeal-begin")
    _scroll_to_end(walk.parts.inspector)
    walk.take("31-inspector-end")
    for toggle in appeal.comments.findChildren(QWidget):
        if toggle.isVisible() and hasattr(toggle, "click"):
            toggle.click()
            break
    walk.take("32-comments")
    run("appeal.why")
    walk.take("33-clocks")
    _dismiss(walk)
    appeal.tabs.setCurrentIndex(1)
    walk.take("34-history")
    appeal.history.show_strand(next(iter(Strand)))
    walk.take("34-history-filtered")
    appeal.tabs.setCurrentIndex(0)
    for name, ref in (
        ("35-danger", world.danger),
        ("36-merged", world.merged),
        ("37-snoozed", world.snoozed),
        ("38-approval", world.awaiting),
        ("39-place", world.lost),
    ):
        walk.open(ref)
        walk.take(name)
    walk.fake.danger.dispatched(world.danger, "дежурный Громов, Емельяновский РЭС", "Выехали")
    walk.open(world.danger)
    walk.take("35-danger-told")
    held = walk.fake.world.entries[0].envelope.target
    walk.open(held)
    walk.take("37-held")
    _picture(walk)


def _scroll_to_end(widget: QWidget) -> None:
    for area in widget.findChildren(QScrollArea):
        area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())


def _dismiss(walk: Walk) -> None:
    for one in walk.window.findChildren(ClocksPopover):
        one.dismiss()
    walk.settle()


def _picture(walk: Walk) -> None:
    dialog = PictureDialog(walk.window.context, PHOTO.name, walk.world.photo, parent=walk.window)
    dialog.show()
    walk.dialog("39-photo")


# The composer


def _composer(walk: Walk) -> None:
    run, composer = walk.run, walk.composer
    walk.open(walk.world.rich)
    run("reply.start")
    walk.take("40-composer")
    run("reply.template")
    walk.take("41-templates")
    _dismiss_picker(walk)
    run("reply.best_template")
    walk.take("42-template-fields")
    walk.write(BAD)
    walk.take("43-checks")
    run("reply.preview")
    walk.take("44-preview")
    run("reply.preview")
    run("reply.override")
    walk.take("45-overruled")
    walk.write(BAD)
    run("reply.spelling")
    walk.take("46-spelling")
    _close_popups()
    _files(walk)
    walk.write(GOOD)
    composer.bar.outcome_chosen.emit(Outcome.SOLVED)
    walk.take("48-proof")
    run("reply.send_later")
    walk.dialog("49-send-later")
    run("reply.names")
    walk.dialog("49-names")
    composer.discard()
    walk.settle()
    run("reply.interim")
    walk.write("Марина, бригада на месте, меняем опору.")
    walk.take("50-interim")
    composer.bar.custom_promise.emit()
    walk.dialog("50-other-promise")
    composer.choose_promise(walk.fake.clock.now() + timedelta(hours=5))
    walk.take("50-interim-promised")
    run("reply.discard")
    walk.dialog("50-discard-draft")
    composer.discard()
    run("note.start")
    walk.write("@Ершов Иван, передайте мастеру: жители пишут про наклон опоры")
    walk.take("51-note")
    _other_drafts(walk)
    walk.take("52-other-drafts")
    composer.discard()
    walk.settle()
    _sent(walk)
    walk.open(walk.world.danger)
    run("reply.start")
    run("danger.safety")
    walk.take("54-safety")


def _dismiss_picker(walk: Walk) -> None:
    for one in walk.window.findChildren(TemplatePicker):
        one.dismiss()
    walk.settle()


def _files(walk: Walk) -> None:
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for name in ("опора после ремонта.png", "очень длинное имя снимка с места аварии 2026.png"):
            file = Path(folder) / name
            file.write_bytes(walk.world.photo)
            files.append(str(file))
        walk.composer._files.take(files)
        walk.settle()
    walk.take("47-files")


def _other_drafts(walk: Walk) -> None:
    ref, now = walk.world.rich, walk.fake.clock.now()
    for name in ("d1", "d2"):
        draft = Draft(name, ref, DraftMode.NOTE, f"{name} позвонить мастеру", now)
        walk.fake.world.drafts[name] = draft
    walk.fake.publish(ref, drafts=True)
    walk.settle()


def _sent(walk: Walk) -> None:
    walk.fake.outbox.set_undo_window(10.0)
    walk.run("reply.start")
    walk.write(GOOD)
    walk.composer.bar.outcome_chosen.emit(Outcome.EXPLAINED)
    walk.composer.send(approval=True)
    walk.take("53-sent")


# The other pages


def _pages(walk: Walk) -> None:
    run = walk.run
    run("view.board")
    walk.take("60-board")
    run("view.shift")
    walk.take("61-shift")
    _scroll_to_end(walk.parts.shift.view)
    walk.take("61-shift-end")
    run("shift.hand_over")
    walk.dialog("62-hand-over")
    offered = next(one for one in walk.parts.shift.view.lines if "decline" in one.face.can)
    assert offered.face.ref is not None
    walk.parts.shift.view.asked.emit("decline", offered.face.ref)
    walk.dialog("62-decline")
    _moved_times(walk)
    run("shift.break")
    walk.dialog("62-break")
    run("shift.break", minutes=30)
    walk.take("62-on-a-break")
    run("shift.break")
    fill_outbox(walk.fake)
    walk.fake.publish(outbox=True, status=True)
    run("outbox.open")
    walk.take("63-outbox")
    run("outbox.compare")
    walk.take("63-compare")
    run("outbox.discard")
    walk.dialog("63-discard")
    outbox = walk.parts.outbox.view
    outbox.rows.setCurrentIndex(outbox.rows.model().index(3, 0))
    walk.take("63-outbox-other")
    walk.fake.world.entries = []
    walk.fake.publish(outbox=True, status=True)
    walk.take("64-outbox-empty")


def _moved_times(walk: Walk) -> None:
    """A restoration time that residents were told has moved."""
    corrections, world = walk.fake.corrections, walk.fake.world
    outage = world.outages["out-1"]
    refs = [ref for ref in world.appeals if ref.branch == outage.branch][:14]
    corrections.plans[outage.ref] = a_plan(walk.fake, outage, *refs)
    walk.run("outage.correct")
    walk.dialog("62-corrections")
    walk.take("62-moved")
    corrections.plans.clear()
    walk.window.shift.desk.moved_banner.hide()


# What is asked before it is done

ASKING = (
    "appeal.topic",
    "appeal.place",
    "appeal.tag_outage",
    "appeal.assign",
    "appeal.postpone",
    "appeal.duplicate",
    "appeal.link",
    "appeal.transfer",
    "appeal.close",
)
"""Commands about an appeal that ask something first."""


def _asked(walk: Walk) -> None:
    for number, command in enumerate(ASKING):
        walk.open(walk.world.rich)
        walk.run(command)
        walk.dialog(f"7{number}-{command.partition('.')[2]}")
    walk.open(walk.world.danger)
    for command in ("danger.dispatched", "danger.leave"):
        walk.run(command)
        walk.dialog(f"79-{command.partition('.')[2]}", accept=_press_ok)
    promised = next(
        one.ref for one in walk.fake.world.appeals.values() if one.promise_at is not None
    )
    walk.open(promised)
    walk.run("promise.settle")
    walk.dialog("79-settle-promise")
    walk.open(walk.world.awaiting)
    walk.run("approval.return")
    walk.dialog("79-return-reply")
    walk.open(walk.world.rich)
    walk.fake.triage.request_transfer(walk.world.rich, "kuzbass", "Опора стоит у соседей")
    walk.settle()
    walk.take("79-transfer-requested")
    walk.run("appeal.decide_transfer")
    walk.dialog("79-decide-transfer")
    walk.open(walk.world.answered)
    walk.take("79-answered")
    walk.run("appeal.reopen")
    walk.dialog("79-reopen")
    walk.run("appeal.call")
    walk.dialog("80-call")
    walk.run("appeal.call")
    walk.dialog("80-call-filled", accept=_fill_call)


def _press_ok(dialog: QDialog) -> None:
    """What is missing is said."""
    focus = dialog.focusWidget() or dialog
    QTest.keyClick(focus, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def _fill_call(dialog: QDialog) -> None:
    fields = [one for one in dialog.findChildren(QLineEdit) if one.isVisible()]
    for field, text in zip(
        fields, ("Солонцы, Пятая 14", "+7 913 555-12-34", "Марина Кузнецова"), strict=False
    ):
        field.setText(text)
        field.textEdited.emit(text)
    for area in dialog.findChildren(QPlainTextEdit)[:1]:
        area.setPlainText("Нет света с семи утра, дома ребёнок и больная мама")


# Beside the desk


def _add_words(walk: Walk) -> None:
    """Words and forms of one's own, of the branch, and of colleagues."""
    fake, others = walk.fake, [one for one in walk.fake.world.operators if one != walk.fake.me]
    assert fake.me is not None
    fake.world.words = {"Изеннер"}
    told = (
        ("реклоузер", "", "", others[0].id),
        ("Шира", "place_in", "в Шира", fake.me.id),
        ("Верхнее Майское Заречье", "place_of", "Верхнего Майского Заречья", others[1].id),
        ("улица Зелёная Роща", "street_on", "на улице Зелёная Роща", others[0].id),
        ("автовышка", "", "", fake.me.id),
    )
    for days, (word, use, form, by) in enumerate(told):
        at = fake.clock.now() - timedelta(days=9 * days)
        row = SharedWord("tyva", shared_word_id(word, use), word, by, at, use, form)
        fake.world.lexicon[row.ref] = row


def _choose_a_word(dialog: QDialog) -> None:
    assert isinstance(dialog, LexiconWindow)
    dialog.table.selectRow(1)


def _beside(walk: Walk) -> None:
    native, window = walk.native, walk.window
    for section in SECTIONS:
        native.open_settings(section)
        walk.dialog(f"81-settings-{section}")
    dialog = native.open_settings()
    dialog.field.setText("звук")
    walk.dialog("81-settings-search")
    walk.run("app.lexicon")
    walk.dialog("81-words-empty")
    _add_words(walk)
    walk.run("app.lexicon")
    walk.dialog("81-words", accept=_choose_a_word)
    for page in ("10-start", "40-reply"):
        native.beside.open_help(page)
        walk.dialog(f"82-help-{page}")
    walk.whole.furnished.commands.open_sheet()
    walk.dialog("83-shortcuts")
    walk.whole.furnished.commands.open_palette()
    walk.dialog("84-palette")
    walk.whole.furnished.commands.open_palette().type("отл")
    walk.dialog("84-palette-typed")
    walk.open(walk.world.rich)
    own = native.beside.open_own_window()
    assert own is not None
    walk.settle()
    walk.album.take("85-own-window", own)
    own.close()
    _paper(walk)
    native.hints.start()
    for number in range(len(HINTS)):
        walk.take(f"87-hint-{number}")
        assert native.hints.bubble is not None
        native.hints.bubble.onward.emit()
    walk.settle()
    _tray(walk)
    sign_in = SignInDialog(window.context, window.bridge, parent=window)
    sign_in.fill("demo", "")
    sign_in.show()
    sign_in.submit()
    walk.dialog("05-sign-in")
    again = SignInDialog(window.context, window.bridge, again=True, login="boss", parent=window)
    again.show()
    walk.dialog("05-sign-in-again")
    walk.run("app.lock")
    lock = native.lock.dialog
    assert lock is not None
    walk.album.take("89-lock", lock)
    walk.album.take("89-locked", window)
    lock.opened.emit()
    walk.settle()


def _paper(walk: Walk) -> None:
    """The first page of an appeal on paper: A4 at 96 dots an inch, as it is printed."""
    made = walk.native.beside.paper.made()
    assert made is not None
    page = QImage(QSize(794, 1123), QImage.Format.Format_RGB32)
    page.fill(Qt.GlobalColor.white)
    document, margin = made[0], 57
    document.setDocumentMargin(0)
    document.setPageSize(QSizeF(page.width() - 2 * margin, page.height() - 2 * margin))
    painter = QPainter(page)
    painter.translate(margin, margin)
    ink = QAbstractTextDocumentLayout.PaintContext()
    ink.palette.setColor(QPalette.ColorRole.Text, Qt.GlobalColor.black)
    ink.clip = QRectF(QPointF(0, 0), document.pageSize())
    painter.setClipRect(ink.clip)
    document.documentLayout().draw(painter, ink)
    painter.end()
    walk.album.put("86-paper", QPixmap.fromImage(page))


def _tray(walk: Walk) -> None:
    """The sign in the tray, calm and alarmed, as large as it can be."""
    context = walk.window.context
    signs = [state_icon(context, *one) for one in ((0, "accent"), (7, "warning"), (120, "danger"))]
    picture = QPixmap(3 * 72, 72)
    picture.fill(context.theme.color("panel"))
    painter = QPainter(picture)
    for at, sign in enumerate(signs):
        sign.paint(painter, at * 72 + 4, 4, 64, 64)
    painter.end()
    walk.album.put("88-tray", picture)


# Troubles


def _troubles(walk: Walk) -> None:
    now = walk.fake.clock.now()
    walk.open(walk.world.rich)
    states = {
        "offline": SyncStatus(
            Link.OFFLINE,
            since=now - timedelta(minutes=17),
            error="dns",
            next_try_at=now + timedelta(seconds=42),
            clock_offset_ms=95_000,
        ),
        "work-offline": SyncStatus(Link.WORK_OFFLINE, since=now - timedelta(hours=30)),
        "disk": SyncStatus(
            Link.OFFLINE,
            since=now - timedelta(minutes=4),
            error="disk",
            next_try_at=now + timedelta(seconds=42),
        ),
        "sign-in": SyncStatus(Link.SIGN_IN_NEEDED, since=now),
        "first-sync": SyncStatus(Link.ONLINE, since=now, progress=(34_000, 102_345)),
    }
    for name, status in states.items():
        walk.fake.sync_status = status
        walk.fake.publish(status=True)
        walk.take(f"90-{name}")
    walk.run("reply.start")
    walk.write(BAD)
    walk.fake.sync_status = states["offline"]
    walk.fake.publish(status=True)
    walk.take("90-offline-writing")
    walk.open(walk.world.danger)
    walk.run("reply.start")
    walk.write(BAD)
    walk.take("90-offline-danger")


def _empty(album: Album, look: Look) -> None:
    """Nothing is there yet: before the first sync, and on a calm day."""
    fake = FakeConsole(World(operators=[OPERATOR, SUPERVISOR]), me=SUPERVISOR)
    fake.sync_status = SyncStatus(Link.ONLINE, since=NOON, progress=(34_000, 1_002_345))
    with _open(fake, look) as whole:
        world = _nothing(fake)
        walk = Walk(album, whole, world)
        walk.take("91-first-sync")
        fake.sync_status = SyncStatus(Link.ONLINE, since=NOON, last_pull_at=NOON)
        fake.publish(status=True, everything=True)
        walk.take("92-empty")
        for command in ("view.shift", "view.board", "outbox.open"):
            walk.run(command)
            walk.take(f"92-empty-{command.partition('.')[2]}")


def _roles(album: Album, look: Look) -> None:
    """Who may only read, and a list that cannot be read."""
    fake = a_console(60, me=replace(OPERATOR, role=Role.OBSERVER))
    assert fake.me is not None
    fake.world.operators[0] = fake.me
    with _open(fake, look) as whole:
        world = _nothing(fake)
        walk = Walk(album, whole, world)
        walk.parts.queue.choose(2)
        walk.take("93-observer")


_CHAPTERS: dict[str, Callable[[Walk], None]] = {
    "1": _queue,
    "2": _search,
    "3": _appeal,
    "45": _composer,
    "6": _pages,
    "78": _asked,
    "08": _beside,
    "9": _troubles,
}
"""What the names of their pictures begin with, and the chapters that need a desk."""


def _nothing(fake: FakeConsole) -> PictureWorld:
    """A world in which no appeal is a particular one."""
    none = Ref("omsk", "none")
    return PictureWorld(fake, none, none, none, none, none, none, none, photo=b"")


@lru_cache(maxsize=1)
def a_photo() -> bytes:
    """A resident's photo: a leaning pole before a winter's evening."""
    image = QImage(1200, 800, QImage.Format.Format_RGB32)
    image.fill(QColor("#7d93b2"))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor("#e8edf3"))
    painter.drawRect(0, 560, 1200, 240)
    painter.setBrush(QColor("#4a3728"))
    painter.drawPolygon(
        QPolygonF([QPointF(640, 610), QPointF(668, 610), QPointF(790, 90), QPointF(770, 86)])
    )
    painter.setBrush(QColor("#8a4b3a"))
    painter.drawRect(160, 420, 260, 200)
    painter.setBrush(QColor("#5b2f25"))
    painter.drawPolygon(QPolygonF([QPointF(130, 420), QPointF(290, 300), QPointF(450, 420)]))
    painter.end()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "photo.jpg"
        image.save(str(file))
        return file.read_bytes()
