"""A window that has been closed and deleted leaves nothing of itself in memory."""

from __future__ import annotations

import gc
import weakref

import pytest
from PySide6.QtCore import QObject

from tests.support.fake_console import a_console
from tests.support.qt import until_qt
from tests.support.whole_window import a_whole_window
from ui.actions.dispatch import Dispatcher
from ui.widgets.row_list import RowList

pytestmark = pytest.mark.usefixtures("qapp")


def test_nothing_of_a_deleted_window_stays_in_memory() -> None:
    alive = _a_window_that_was()
    gc.collect()
    left = [type(one()).__name__ for one in alive if one() is not None]
    assert left == [], "something keeps them where the garbage collector cannot see it"


def _a_window_that_was() -> list[weakref.ref[QObject]]:
    with a_whole_window(a_console()) as whole:
        window = whole.window
        lists = window.findChildren(RowList)
        until_qt(lambda: any(one.isVisible() for one in lists), what="a painted list")
        return [weakref.ref(one) for one in (window.dispatcher, *lists)]


def test_a_dispatcher_that_nobody_has_any_more_goes_with_its_actions() -> None:
    with a_whole_window(a_console()) as whole:
        dispatcher = Dispatcher(whole.window.context)
        alive = weakref.ref(dispatcher)
        del dispatcher
        gc.collect()
        assert alive() is None, "its own actions keep it"
