"""The archive on the server: shown as such, read without being changed, honest where offline."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from console.domain.ids import uuid7
from console.domain.message import Message, MessageKind
from console.readmodel import Link
from console.wire.schema import ArchivePage, Rows
from tests.support.fake_console import NOON, an_appeal
from tests.support.shell import Shell, a_shell
from ui.views.search_archive import ArchiveDialog

pytestmark = pytest.mark.usefixtures("qapp")


def page(*numbers: int, following: str = "") -> ArchivePage:
    appeals = tuple(replace(an_appeal(n), id=f"a{n}", number=str(n)) for n in numbers)
    messages = tuple(
        Message(one.branch, f"m{one.id}", one.id, MessageKind.RESIDENT, NOON, "Гудит!", "Житель")
        for one in appeals
    )
    return ArchivePage(Rows(appeals=appeals, messages=messages), next=following)


@contextmanager
def searched(shell: Shell, text: str = "гудит") -> Generator[ArchiveDialog]:
    """The archive's dialog, opened by its key in the search field."""
    shell.run("queue.search")
    shell.queue.head.field.setText(text)
    shell.run("search.archive")
    dialog = shell.window.findChild(ArchiveDialog)
    assert dialog is not None
    shell.settle()
    try:
        yield dialog
    finally:
        dialog.close()
        shell.settle()


def test_answers_come_until_there_is_a_screen_of_them_or_no_more() -> None:
    with a_shell() as shell:
        old = uuid7(NOON - timedelta(days=700), bytes(10))
        shell.fake.world.archive = [page(501, following="1"), page(502, following="2"), page(503)]
        with searched(shell) as dialog:
            assert [one.number for one in dialog.answers.appeals] == ["501", "502", "503"]
            assert "Найдено 3 обращения" in dialog.state
            assert "Просмотрено всё" in dialog.state
        many = page(*range(600, 625), following=old)
        shell.fake.world.archive = [many]
        with searched(shell) as dialog:
            assert len(dialog.answers.appeals) == 25
            assert "Просмотрено до" in dialog.state


def test_an_appeal_of_the_archive_is_read_with_its_thread_and_not_answered() -> None:
    with a_shell() as shell:
        shell.fake.world.archive = [page(501)]
        with searched(shell) as dialog:
            assert dialog.thread_view.shown()[-1].body().text() == "Гудит!"
            assert not dialog._open.isEnabled()
            assert "Только на сервере" in dialog._where.text()


def test_one_that_is_here_too_can_be_opened_here() -> None:
    with a_shell() as shell:
        known = next(iter(shell.fake.world.appeals.values()))
        opened: list[object] = []
        shell.queue.appeal_opened.connect(opened.append)
        shell.fake.world.archive = [ArchivePage(Rows(appeals=(known,)))]
        with searched(shell) as dialog:
            QTest.mouseClick(dialog._open, Qt.MouseButton.LeftButton)
        assert opened == [known.ref]


def test_nothing_found_and_conditions_without_effect_are_said() -> None:
    with a_shell() as shell:
        shell.fake.world.archive = [ArchivePage(Rows(), ignored=("due",))]
        with searched(shell) as dialog:
            assert dialog._none.title() == "В архиве ничего не найдено"
            assert "срок:" in dialog.state


def test_without_a_connection_it_says_so_and_opens_nothing() -> None:
    with a_shell() as shell:
        shell.fake.sync_status = replace(shell.fake.sync_status, link=Link.OFFLINE)
        told: list[str] = []
        shell.dispatcher.told.connect(lambda words, _: told.append(words))
        shell.queue.head.field.setText("гудит")
        shell.run("search.archive")
        assert shell.window.findChild(ArchiveDialog) is None
        assert any("Нет связи" in one for one in told)
