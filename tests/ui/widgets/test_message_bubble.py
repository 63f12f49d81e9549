"""The head of a message: name, time and labels, in one line or in as many as they need."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QPushButton

from ui.theme.theme import Theme
from ui.theme.tokens import load
from ui.widgets.message_bubble import MessageBubble, Press, Said, Tinted

pytestmark = pytest.mark.usefixtures("qapp")

LONG = "Константинопольская-Преображенская Александра Вячеславовна"
LABELS = (
    Tinted("Промежуточный", "info"),
    Tinted("Ждёт согласования", "warning"),
    Tinted("Задержано", "danger"),
)


def said(who: str = LONG, labels: tuple[Tinted, ...] = LABELS, **more: object) -> Said:
    whole = {"who": who, "when": "11:55", "when_full": "18 ноября, 11:55", "text": "Да.",
             "ground": "ours", "labels": labels}  # fmt: skip
    return Said(**(whole | more))  # type: ignore[arg-type]


@contextmanager
def a_bubble(
    what: Said, *, width: int = 0, theme: str = "light", zoom: float = 1.0
) -> Generator[MessageBubble]:
    look = Theme()
    look.use(load(theme), zoom=zoom)
    bubble = MessageBubble(what, look, words=lambda key: key)
    wide = width or bubble.width_at_most(10_000)
    bubble.resize(wide, bubble.height_at(wide))
    bubble.show()
    try:
        yield bubble
    finally:
        bubble.close()
        bubble.deleteLater()


def columns_of(bubble: MessageBubble, color: QColor, rows: range) -> list[int]:
    """Where a colour is painted in those lines of pixels, from the left."""
    image = bubble.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    return [
        x
        for x in range(image.width())
        if any(image.pixelColor(x, y) == color for y in rows if y < image.height())
    ]


def test_with_room_enough_everything_stands_in_one_line() -> None:
    with a_bubble(said()) as bubble, a_bubble(said(labels=()), width=400) as plain:
        inner = bubble.width() - 24
        assert not bubble._labels_stand_below(inner)
        assert bubble._top_height(inner) == plain._top_height(376)


def test_where_it_is_narrow_the_labels_go_below_and_the_bubble_grows() -> None:
    with a_bubble(said()) as wide, a_bubble(said(), width=420) as narrow:
        assert narrow._labels_stand_below(396)
        assert narrow.height() > wide.height()
        assert narrow.body().y() > wide.body().y()
        assert narrow.rect().contains(narrow.body().geometry())


@pytest.mark.parametrize("width", [170, 220, 300, 420])
@pytest.mark.parametrize("zoom", [1.0, 1.5])
def test_no_label_is_cut_however_narrow_it_is(width: int, zoom: float) -> None:
    with a_bubble(said(), width=round(width * zoom), zoom=zoom) as bubble:
        inner = bubble.width() - 2 * bubble._px(12)
        for row in bubble._label_rows(inner):
            used = sum(bubble._chip_width(label) + bubble._px(6) for label in row)
            assert used - bubble._px(6) <= inner or len(row) == 1
        shown = [label for row in bubble._label_rows(inner) for label in row]
        assert tuple(shown) == LABELS
        lines = 1 + len(bubble._label_rows(inner))
        assert bubble._top_height(inner) >= lines * bubble._head_height()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_last_label_is_painted_whole(theme: str) -> None:
    with a_bubble(said(), width=220, theme=theme) as bubble:
        ground = bubble._theme.color("chip_danger")
        below = range(bubble._px(8) + bubble._head_height(), bubble.body().y())
        columns = columns_of(bubble, ground, below)
        assert columns, "the label is not there"
        width = bubble._chip_width(LABELS[-1])
        assert columns[-1] - columns[0] >= width - bubble._px(2)
        assert columns[-1] < bubble.width() - bubble._px(6)


def test_a_name_that_is_too_long_leaves_room_for_the_time() -> None:
    with a_bubble(said(labels=()), width=200) as bubble:
        line = range(bubble._px(8), bubble._px(8) + bubble._head_height())
        dim = bubble._theme.color("text_dim")
        columns = columns_of(bubble, dim, line)
        assert columns, "the time is not there"
        assert columns[-1] < bubble.width() - bubble._px(6)


def test_nothing_of_the_text_or_the_buttons_overlaps() -> None:
    presses = (Press("approve", "Согласовать", "primary"), Press("return", "Вернуть", ""))
    remarks = (Tinted("Новости обещаны к сроку: сегодня 18:30", "info"),)
    with a_bubble(said(presses=presses, remarks=remarks), width=260) as bubble:
        row = bubble.findChildren(QPushButton)[0].parentWidget()
        assert row is not None
        parts = [bubble.body().geometry(), row.geometry()]
        assert not parts[0].intersects(parts[1])
        assert all(bubble.rect().contains(part) for part in parts)
        remark = bubble._remark_rect(remarks[0], 236)
        assert row.y() - parts[0].bottom() > remark.height()


def test_everything_is_said_aloud_with_the_whole_name() -> None:
    with a_bubble(said(), width=200) as bubble:
        spoken = bubble.accessibleName()
        assert spoken.startswith(f"{LONG}, 18 ноября, 11:55, Промежуточный; Ждёт согласования")


def test_another_message_in_the_same_bubble_is_laid_out_anew() -> None:
    with a_bubble(said(), width=220) as bubble:
        before = bubble.body().y()
        bubble.set_said(said(who="Анна", labels=()))
        assert bubble.body().y() < before
        assert bubble.body().geometry().intersects(QRect(bubble.rect()))
