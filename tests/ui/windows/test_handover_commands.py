"""The end of a shift by keyboard: the brief, handing over and taking over, and a break."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QRadioButton, QWidget

from console.domain.appeal import Offer, OfferState, Status
from console.domain.ids import Ref
from console.domain.mutations import (
    AcceptHandover,
    AddNote,
    DeclineHandover,
    OfferHandover,
    ReturnHandover,
    WithdrawHandover,
)
from console.readmodel import AwayRow
from console.usecases.handover import OfferLine
from tests.support.fake_console import (
    COLLEAGUE,
    NOON,
    OPERATOR,
    SUPERVISOR,
    FakeConsole,
    World,
    a_console,
    an_appeal,
)
from tests.support.qt import until_qt
from tests.support.whole_window import WholeWindow, a_whole_window
from ui.dialogs.handover_dialog import HandoverDialog
from ui.presenters.notices import Happening
from ui.views.handover_view import HandoverView

pytestmark = pytest.mark.usefixtures("qapp")


@contextmanager
def a_page(fake: FakeConsole | None = None) -> Generator[tuple[WholeWindow, HandoverView]]:
    """The page of the shift, opened by its key."""
    with a_whole_window(fake or a_console(40)) as whole:
        key(whole.window, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
        whole.settle()
        yield whole, whole.window.desk.parts.shift.view


def key(
    to: QWidget | None, pressed: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    """Press a key at ``to``, or where the keys are."""
    QTest.keyClick(to or with_keys(), pressed, held)


def with_keys() -> QWidget:
    """What has the keys."""
    found = QApplication.focusWidget()
    assert found is not None
    return found


def asked(whole: WholeWindow, name: str) -> QDialog:
    """The dialog of that name, with the keys."""
    dialog = whole.window.findChild(QDialog, name)
    assert dialog is not None
    dialog.activateWindow()
    until_qt(dialog.isActiveWindow, what="the dialog to have the keys")
    return dialog


def an_offering() -> tuple[FakeConsole, list[Ref]]:
    """Two appeals of a colleague's that are offered to me, and nothing else."""
    world = World(operators=[OPERATOR, COLLEAGUE, SUPERVISOR])
    offer = Offer(COLLEAGUE.id, OPERATOR.id, NOON, "ждёт звонка", "тихо")
    refs = [
        world.add(an_appeal(n, owner=COLLEAGUE.id, status=Status.IN_WORK, offer=offer))
        for n in (1, 3)
    ]
    return FakeConsole(world), refs


def test_the_brief_says_what_is_left_behind_and_each_line_opens_by_enter() -> None:
    with a_page() as (whole, view):
        kinds = [line.face.key.partition(":")[0] for line in view.lines]
        assert list(dict.fromkeys(kinds)) == ["own", "outage", "draft", "held"]
        assert view.lines[0].link.hasFocus()
        key(None, Qt.Key.Key_Down)
        assert view.lines[1].link.hasFocus()
        ref = view.lines[1].face.ref
        key(None, Qt.Key.Key_Return)
        whole.settle()
        desk = whole.window.desk
        assert (desk.page, desk.parts.appeal.ref) == ("queue", ref)


def test_a_held_line_opens_its_entry() -> None:
    with a_page() as (whole, view):
        line = view.lines[-1]
        assert "написал новый комментарий" in line.link.accessibleName()
        line.link.setFocus()
        key(None, Qt.Key.Key_Return)
        face = whole.window.desk.parts.outbox.view.face
        assert face is not None and face.seq == line.face.seq


def test_an_outage_line_opens_the_queue_of_its_appeals() -> None:
    with a_page() as (whole, view):
        line = next(one for one in view.lines if one.face.key.startswith("outage"))
        line.link.click()
        whole.settle()
        assert whole.window.desk.parts.queue.query.queue == "outage:out-1"


def test_nothing_to_leave_behind_is_said_and_no_figure_is_invented() -> None:
    with a_page(FakeConsole(World(operators=[OPERATOR]))) as (_, view):
        assert view.lines == []
        assert view._empty.title() == "После вас ничего не горит"
        assert view._day_empty.isVisible() and not view._figures.isVisible()


def test_all_is_accepted_by_one_key_and_given_back_by_one_undo() -> None:
    fake, refs = an_offering()
    with a_page(fake) as (whole, view):
        assert [line.face.can for line in view.lines] == [("accept", "decline")] * 2
        assert whole.window.desk.parts.rail.rows()[0].count == 2
        control_shift = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        key(whole.window, Qt.Key.Key_A, control_shift)
        whole.settle()
        assert [one.mutation for one in fake.sent] == [AcceptHandover()] * 2
        assert {fake.world.appeals[ref].owner for ref in refs} == {OPERATOR.id}
        assert whole.window.shift.notice.text() == "Принято 2 обращения"
        key(whole.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        whole.settle()
        assert [one.mutation for one in fake.sent[2:]] == [ReturnHandover()] * 2
        assert {fake.world.appeals[ref].owner for ref in refs} == {COLLEAGUE.id}
        assert len(view.lines) == 2


def test_one_line_is_declined_with_a_reason_and_the_keys_stay_in_the_list() -> None:
    fake, refs = an_offering()
    with a_page(fake) as (whole, view):
        first = view.lines[0].face.ref
        key(None, Qt.Key.Key_Tab)
        key(None, Qt.Key.Key_Tab)
        key(None, Qt.Key.Key_Return)
        dialog = asked(whole, "ask-decline")
        QTest.keyClicks(with_keys(), "ne uspeyu")
        key(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        whole.settle()
        assert [one.mutation for one in fake.sent] == [DeclineHandover("ne uspeyu")]
        assert first is not None
        offer = fake.world.appeals[first].offer
        assert offer is not None and offer.state is OfferState.DECLINED
        (left,) = view.lines
        assert left.face.ref in refs and left.face.ref != first


def test_a_stale_offer_is_refused_with_a_sentence() -> None:
    fake, refs = an_offering()
    with a_page(fake) as (whole, view):
        gone = fake.world.appeals[refs[0]]
        fake.world.appeals[refs[0]] = replace(gone, offer=None)
        line = next(one for one in view.lines if one.face.ref == refs[0])
        line.buttons[1].click()
        whole.settle()
        assert whole.window.shift.notice.text() == (
            "Это обращение вам больше не передают. Ответственный: Ершов Иван."
        )


def test_a_declined_line_tells_its_reason_and_can_be_kept() -> None:
    fake = a_console(40)
    ref = next(r for r, a in fake.world.appeals.items() if a.owner == OPERATOR.id and a.is_open)
    declined = Offer(
        OPERATOR.id, COLLEAGUE.id, NOON, state=OfferState.DECLINED, reason="своих сорок"
    )
    fake.world.appeals[ref] = replace(fake.world.appeals[ref], offer=declined)
    with a_page(fake) as (whole, view):
        assert view.lines[0].face.lines == (("Ершов Иван: своих сорок", "warning"),)
        view.lines[0].buttons[2].click()
        whole.settle()
        assert fake.sent[-1].mutation == WithdrawHandover()
        assert view.lines[0].face.key.startswith("own")


def test_a_shift_is_handed_over_line_by_line_to_who_is_chosen() -> None:
    fake = a_console(40)
    until = NOON + timedelta(minutes=30)
    fake.world.away[COLLEAGUE.id] = AwayRow(COLLEAGUE.id, NOON, until)
    draft = next(iter(fake.world.drafts.values()))
    own = fake.world.appeals[draft.appeal]
    fake.world.appeals[own.ref] = replace(own, owner=OPERATOR.id, status=Status.IN_WORK)
    with a_page(fake) as (whole, view):
        assert whole.window.dispatcher.run("shift.hand_over")
        whole.settle()
        dialog = whole.window.findChild(HandoverDialog)
        assert dialog is not None
        assert not dialog.yes.isEnabled() and dialog.said.text() == "Выберите, кому передать."
        texts = [dialog.colleague.itemText(n) for n in range(dialog.colleague.count())]
        assert any("Ершов Иван · на перерыве до" in text for text in texts)
        dialog.colleague.setCurrentIndex(dialog.colleague.findData(COLLEAGUE.id))
        dialog.every.click()
        assert not dialog.yes.isEnabled()
        row = next(one for one in dialog.rows if one._line.ref == own.ref)
        row.tick.click()
        row.note.setText("обещала перезвонить")
        assert not row.draft.isChecked()
        dialog.brief.setPlainText("тихо")
        key(row.note, Qt.Key.Key_Return)
        assert dialog.isVisible()
        key(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        whole.settle()
        assert fake.sent[-1].mutation == OfferHandover(COLLEAGUE.id, "обещала перезвонить", "тихо")
        assert fake.sent[-1].target == own.ref
        assert draft.id in fake.world.drafts
        assert [line for line in view.lines if line.face.key.startswith("waiting")]


def test_a_drafts_words_travel_only_where_that_is_ticked() -> None:
    fake = a_console(40)
    draft = next(iter(fake.world.drafts.values()))
    fake.world.appeals[draft.appeal] = replace(
        fake.world.appeals[draft.appeal], owner=OPERATOR.id, status=Status.IN_WORK
    )
    with a_page(fake) as (whole, _):
        whole.window.dispatcher.run("shift.hand_over")
        whole.settle()
        dialog = whole.window.findChild(HandoverDialog)
        assert dialog is not None
        row = next(one for one in dialog.rows if one._line.ref == draft.appeal)
        assert row.draft.isVisibleTo(dialog) and row.line() == OfferLine(draft.appeal)
        row.draft.click()
        assert draft.text in row.line().words
        dialog.colleague.setCurrentIndex(0)
        dialog.yes.click()
        whole.settle()
        notes = [one.mutation for one in fake.sent if isinstance(one.mutation, AddNote)]
        assert len(notes) == 1 and draft.text in notes[0].text
        assert draft.id in fake.world.drafts


def test_a_break_is_told_to_colleagues_and_ends_by_its_key() -> None:
    with a_page() as (whole, _):
        desk = whole.window.desk

        def said() -> tuple[bool, datetime | None]:
            return whole.fake.sync.away

        key(whole.window, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
        dialog = asked(whole, "ask-break")
        key(dialog, Qt.Key.Key_3)
        chosen = dialog.findChild(QRadioButton, "30")
        assert chosen is not None and chosen.isChecked()
        key(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        until = whole.fake.clock.now() + timedelta(minutes=30)
        assert said() == (True, until)
        assert desk.break_banner.isVisible()
        assert "Сроки обращений идут" in desk.break_banner.text()
        whole.fake.clock.move(timedelta(minutes=31))
        whole.window.bridge.language_changed.emit()
        assert "закончился" in desk.break_banner.text()
        whole.window.activateWindow()
        until_qt(whole.window.isActiveWindow, what="the window to have the keys again")
        key(whole.window, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
        assert said() == (False, None)
        assert not desk.break_banner.isVisible()


def test_in_a_break_only_danger_is_heard_and_nothing_is_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with a_page() as (whole, _):
        notices, heard = whole.furnished.native.notices, list[str]()
        monkeypatch.setattr(notices._sounds, "play", lambda kind, _: heard.append(kind))
        whole.window.dispatcher.run("view.queue")
        whole.window.dispatcher.run("note.start")
        whole.settle()
        editor = whole.window.desk.parts.appeal.composer.editor
        editor.insertPlainText("Бригада едет")
        whole.window.dispatcher.run("shift.break", minutes=0)
        assert whole.fake.sync.away == (True, None)
        for kind in ("new", "danger"):
            notices._waiting = [Happening(kind)]
            notices._tell()
        assert heard == ["danger"]
        assert editor.toPlainText() == "Бригада едет"
        assert editor.isEnabled()
        whole.window.desk.break_banner._button.click()
        notices._waiting = [Happening("new")]
        notices._tell()
        assert heard == ["danger", "new"]


def test_another_person_has_no_break_of_the_one_before() -> None:
    with a_page() as (whole, _):
        whole.window.dispatcher.run("shift.break", minutes=10)
        whole.furnished.native.notices.person_changed.emit()
        assert whole.fake.sync.away == (False, None)
        assert not whole.window.dispatcher.focus.on_break
