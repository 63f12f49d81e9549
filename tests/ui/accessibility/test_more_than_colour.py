"""Every state is told by more than colour: it can be told apart where all inks are black."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import replace
from datetime import timedelta
from itertools import combinations

import pytest
from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from console.readmodel import PresenceRow, QueueQuery, QueueRow
from tests.support.fake_console import a_console
from tests.support.whole_window import WholeWindow, a_whole_window
from ui.models.queue import QueueItem, QueueModel
from ui.theme.theme import Theme
from ui.theme.tokens import Tokens, load
from ui.widgets.message_bubble import MessageBubble, Said, Tinted
from ui.widgets.ring import paint_ring

pytestmark = pytest.mark.usefixtures("qapp")

_INKS = ("text", "accent", "danger", "warning", "ok", "info", "internal", "public", "focus")
_RINGS = ("none", "ok", "soon", "overdue", "paused", "done")


def _black_on_white() -> Tokens:
    colors = {name: _flat(name) for name in load("light").colors}
    return Tokens("black-on-white", dark=False, colors=colors)


def _flat(name: str) -> str:
    is_ink = name in _INKS or name.endswith(("_text", "_dim", "_disabled", "_strong"))
    is_arc = name.startswith("ring_") and name != "ring_track"
    return "#000000" if is_ink or is_arc else "#FFFFFF"


@pytest.fixture(scope="module")
def whole(qapp: object) -> Generator[WholeWindow]:
    with a_whole_window(a_console(3)) as one:
        one.appearance.theme.use(_black_on_white())
        yield one


def _painted(paint: Callable[[QPainter], None], width: int, height: int) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(Qt.GlobalColor.white))
    painter = QPainter(image)
    paint(painter)
    painter.end()
    return image


def test_each_kind_of_clock_has_a_ring_of_its_own(qapp: object) -> None:
    theme = Theme(_black_on_white())
    rings = {
        kind: _painted(
            lambda painter, one=kind: paint_ring(  # type: ignore[misc]
                painter, QRectF(0, 0, 40, 40), 0.5, one, theme
            ),
            40,
            40,
        )
        for kind in _RINGS
    }
    assert [pair for pair in combinations(_RINGS, 2) if rings[pair[0]] == rings[pair[1]]] == []


def _row(whole: WholeWindow, item: QueueItem, state: QStyle.StateFlag) -> QImage:
    queue = whole.window.desk.parts.queue
    model = QueueModel(lambda _: [item.row])
    model.reset([1], [item.row])
    model._items[1] = item
    queue.delegate.forget()

    def paint(painter: QPainter) -> None:
        option = QStyleOptionViewItem()
        option.rect = QRect(0, 0, 700, 60)
        option.state = state
        queue.delegate.paint(painter, option, model.index(0, 0))

    return _painted(paint, 700, 60)


def test_each_state_of_a_row_of_the_queue_shows_without_colour(whole: WholeWindow) -> None:
    now = whole.fake.clock.now()
    (row_id, *_) = whole.fake.reader.queue_ids(QueueQuery("all"), now=now)
    (found,) = whole.fake.reader.queue_rows([row_id])
    plain = replace(
        found,
        status="assigned",
        danger=False,
        paused=False,
        unread=False,
        has_draft=False,
        outbox_state=None,
        owner=None,
        owner_name="",
        started_at=now - timedelta(hours=1),
        due_at=now + timedelta(hours=9),
    )
    states: dict[str, QueueRow] = {
        "plain": plain,
        "danger": replace(plain, danger=True),
        "paused": replace(plain, paused=True),
        "unread": replace(plain, unread=True),
        "draft": replace(plain, has_draft=True),
        "queued": replace(plain, outbox_state="queued"),
        "held": replace(plain, outbox_state="held"),
        "owned": replace(plain, owner="u9", owner_name="Ершов Иван"),
        "awaiting approval": replace(plain, status="on_approval"),
        "soon": replace(plain, due_at=now + timedelta(minutes=9)),
        "overdue": replace(plain, due_at=now - timedelta(minutes=9)),
    }
    flags = QStyle.StateFlag
    pictures = {
        name: _row(whole, QueueItem(row), flags.State_Enabled) for name, row in states.items()
    }
    someone = PresenceRow(plain.ref, "u9", "Ершов Иван", typing=False)
    pictures["somebody is there"] = _row(whole, QueueItem(plain, (someone,)), flags.State_Enabled)
    pictures["selected"] = _row(whole, QueueItem(plain), flags.State_Selected)
    pictures["focused"] = _row(whole, QueueItem(plain), flags.State_HasFocus)
    same = [(a, b) for a, b in combinations(pictures, 2) if pictures[a] == pictures[b]]
    assert same == []


def test_each_kind_of_message_shows_without_colour(qapp: object) -> None:
    """Whose it is, who may read it and what became of it are words; a waiting one is dashed."""
    theme = Theme(_black_on_white())
    pictures = {}
    for ground, icon, label in (
        ("theirs", "", ""),
        ("ours", "globe", "Публичный ответ"),
        ("internal", "lock", "Заметка"),
        ("pending", "outbox", "Ждёт отправки"),
        ("trouble", "held", "Не отправлено"),
    ):
        labels = (Tinted(label, "neutral"),) if label else ()
        said = Said("Иванов", "12:00", "", "Текст", ground, icon=icon, labels=labels)
        bubble = MessageBubble(said, theme, words=str)
        bubble.resize(300, 80)
        pictures[ground] = bubble.grab().toImage()
        bubble.deleteLater()
    same = [(a, b) for a, b in combinations(pictures, 2) if pictures[a] == pictures[b]]
    assert same == []
