"""Widgets that know nothing of appeals: the long list, the fields, the notices."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

import pytest
import shiboken6
from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    Qt,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMenuBar, QStyledItemDelegate, QWidget

from tests.support.qt import until_qt
from ui.theme.apply import sheet
from ui.theme.theme import Theme
from ui.widgets.banner import Banner
from ui.widgets.choice_button import ChoiceButton
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.empty_state import EmptyState
from ui.widgets.notice import Notice
from ui.widgets.ring import Ring
from ui.widgets.row_list import RowList
from ui.widgets.search_field import SearchField

pytestmark = pytest.mark.usefixtures("qapp")
_ROOT = QModelIndex()


class Many(QAbstractListModel):
    """Very many rows; counts how often it is asked."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.count = count
        self.asked = 0

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _ROOT) -> int:
        return self.count

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | None:
        self.asked += 1
        return f"строка {index.row()}" if role == Qt.ItemDataRole.DisplayRole else None

    def insert(self, at: int, count: int) -> None:
        self.beginInsertRows(_ROOT, at, at + count - 1)
        self.count += count
        self.endInsertRows()


class Counting(QStyledItemDelegate):
    """Counts the rows that were painted."""

    def __init__(self) -> None:
        super().__init__()
        self.painted: list[int] = []

    def paint(self, painter: object, option: object, index: object) -> None:
        assert isinstance(index, QModelIndex)
        self.painted.append(index.row())


@contextmanager
def shown(widget: QWidget, *, width: int = 300, height: int = 200) -> Generator[QWidget]:
    widget.resize(width, height)
    widget.show()
    widget.activateWindow()
    QTest.qWaitForWindowActive(widget)
    try:
        yield widget
    finally:
        shiboken6.delete(widget)


def a_list(count: int = 1_000_000) -> tuple[RowList, Many, Counting]:
    rows, model, delegate = RowList(row_height=20), Many(count), Counting()
    rows.setModel(model)
    rows.setItemDelegate(delegate)
    return rows, model, delegate


def test_a_million_rows_cost_no_more_than_those_that_are_seen() -> None:
    rows, model, delegate = a_list()
    with shown(rows):
        until_qt(lambda: bool(delegate.painted), what="the first painting")
        assert rows.visible_rows() == range(10)
        assert max(delegate.painted) < 10
        assert model.asked < 100
        assert rows.verticalScrollBar().maximum() == 1_000_000 * 20 - 200


def test_the_keys_move_through_the_rows() -> None:
    rows, _, _ = a_list(100)
    with shown(rows):
        rows.setCurrentIndex(rows.model().index(0, 0))
        for key, at in (
            (Qt.Key.Key_Down, 1),
            (Qt.Key.Key_PageDown, 10),
            (Qt.Key.Key_End, 99),
            (Qt.Key.Key_Down, 99),
            (Qt.Key.Key_PageUp, 90),
            (Qt.Key.Key_Home, 0),
            (Qt.Key.Key_Up, 0),
        ):
            QTest.keyClick(rows, key)
            assert rows.currentIndex().row() == at
            assert at in rows.visible_rows()


def test_the_mouse_chooses_the_row_under_it() -> None:
    rows, _, _ = a_list(100)
    with shown(rows):
        rows.verticalScrollBar().setValue(50)
        QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(5, 15))
        assert rows.currentIndex().row() == 3


def test_rows_that_come_above_leave_the_chosen_one_in_its_place() -> None:
    rows, model, _ = a_list(100)
    with shown(rows):
        rows.setCurrentIndex(model.index(5, 0))
        before = rows.visualRect(rows.currentIndex()).top()
        anchor = rows.anchor()
        model.insert(0, 30)
        rows.restore(anchor)
        assert rows.currentIndex().row() == 35
        assert rows.visualRect(rows.currentIndex()).top() == before


@pytest.mark.parametrize("styled", [False, True])
def test_scrolling_paints_only_what_comes_into_sight(qapp: QApplication, styled: bool) -> None:
    rows, _, delegate = a_list(100)
    qapp.setStyleSheet(sheet(Theme()) if styled else "")
    with shown(rows):
        until_qt(lambda: bool(delegate.painted), what="the first painting")
        painted = [_painted_by_scrolling(rows, delegate) for _ in range(8)]
        # A window system may ask for everything in between; it does not do so each time.
        assert min(map(len, painted)) <= 2, painted


def _painted_by_scrolling(rows: RowList, delegate: Counting) -> set[int]:
    """Scroll by one row; the rows that are painted for it."""
    delegate.painted.clear()
    bar = rows.verticalScrollBar()
    bar.setValue(bar.value() + rows.row_height)
    until_qt(lambda: bool(delegate.painted), what="the row that came into sight")
    assert rows.visible_rows()[-1] in delegate.painted
    return set(delegate.painted)


def test_another_row_height_keeps_the_chosen_row_in_sight() -> None:
    rows, model, _ = a_list(100)
    with shown(rows):
        rows.setCurrentIndex(model.index(60, 0))
        rows.set_row_height(40)
        assert 60 in rows.visible_rows()


def test_a_search_is_told_when_the_typing_pauses() -> None:
    field = SearchField(Theme().icon("search"), pause_ms=20)
    heard: list[str] = []
    field.searched.connect(heard.append)
    with shown(field):
        QTest.keyClicks(field, "abc")
        assert heard == []
        until_qt(lambda: heard == ["abc"], what="the search")


def test_enter_searches_at_once_and_goes_on() -> None:
    field = SearchField(Theme().icon("search"), pause_ms=60_000)
    heard: list[str] = []
    left: list[int] = []
    field.searched.connect(heard.append)
    field.left.connect(lambda: left.append(1))
    with shown(field):
        QTest.keyClicks(field, "abc")
        QTest.keyClick(field, Qt.Key.Key_Return)
        assert (heard, left) == (["abc"], [1])


def test_escape_first_clears_then_leaves() -> None:
    field = SearchField(Theme().icon("search"), pause_ms=60_000)
    heard: list[str] = []
    left: list[int] = []
    field.searched.connect(heard.append)
    field.left.connect(lambda: left.append(1))
    with shown(field):
        field.show_text("abc")
        QTest.keyClick(field, Qt.Key.Key_Escape)
        assert (heard, left) == ([""], [])
        QTest.keyClick(field, Qt.Key.Key_Escape)
        assert left == [1]


def test_several_choices_are_told_in_their_order() -> None:
    button = ChoiceButton(Theme().icon("chevron-down"))
    heard: list[tuple[str, ...]] = []
    button.changed.connect(heard.append)
    button.show_choices([("a", "А"), ("b", "Б"), ("c", "В")], chosen=("c",))
    button.menu().actions()[0].trigger()
    assert heard == [("a", "c")]
    shiboken6.delete(button)


def test_a_shortened_label_tells_the_whole_text() -> None:
    label = ElidedLabel("Очень длинное название населённого пункта")
    with shown(label, width=80, height=30):
        assert label._shown().endswith("…")
    whole = ElidedLabel("Омск")
    with shown(whole):
        assert whole._shown() == "Омск"


def test_an_empty_state_wraps_its_sentence_and_offers_its_way_out() -> None:
    state, pressed = EmptyState(), []
    state.pressed.connect(lambda: pressed.append(1))
    state.say(None, "Ничего не найдено", "Измените слова поиска или сбросьте отбор.", "Сбросить")
    with shown(state, width=360, height=400):
        title = state._title
        assert title.width() >= title.fontMetrics().horizontalAdvance(title.text())
        state.button().click()
        assert pressed == [1]
        state.set_progress(0.5)
        assert state._progress.value() == 500


@pytest.mark.parametrize("width", [300, 1366, 2400])
def test_an_empty_state_is_in_the_middle_from_the_first_layout(width: int) -> None:
    state = EmptyState(Theme().icon("logo"), "Готовим", "Запускаем сервер, это недолго.", "Дальше")
    state.set_progress(-1)
    state.resize(width, 768)
    state.show()  # and nothing more: this is what is painted first
    try:
        for part in (state._picture, state._title, state._body, state._progress, state._button):
            middle = part.mapTo(state, part.rect().center()).x()
            assert abs(middle - width // 2) <= 1, part
    finally:
        state.close()


def test_a_banner_tells_and_can_be_acted_upon() -> None:
    banner, pressed = Banner(), []
    banner.pressed.connect(lambda: pressed.append(1))
    assert banner.isHidden()
    banner.say("Нет связи", kind="warning", icon=Theme().icon("offline"), action="Повторить")
    with shown(banner):
        assert banner.text() == "Нет связи"
        banner._button.click()
        assert pressed == [1]


@contextmanager
def a_bar(*menus: str, width: int = 900) -> Generator[QMenuBar]:
    bar = QMenuBar()
    bar.setNativeMenuBar(False)
    for name in menus:
        bar.addMenu(name)
    with shown(bar, width=width, height=30):
        yield bar


def test_a_notice_goes_when_it_is_pressed() -> None:
    with a_bar("Очередь", "Ответ") as bar:
        notice, pressed = Notice(bar), []
        notice.pressed.connect(lambda: pressed.append(1))
        notice.say("Взято в работу", icon=Theme().icon("check"), action="Отменить")
        assert notice.text() == "Взято в работу"
        assert bar.rect().contains(notice.geometry())
        notice._button.click()
        assert pressed == [1]
        assert notice.text() == ""
        assert not notice._timer.isActive()


@pytest.mark.parametrize("width", [420, 900, 1366])
def test_a_notice_stands_beside_the_menus_however_long_it_is(width: int) -> None:
    with a_bar("Программа", "Очередь", "Обращение", width=width) as bar:
        notice = Notice(bar)
        said = (
            "Ваши ответы сначала согласует старший оператор. Отправьте ответ на согласование. " * 2
        )
        notice.say(said, icon=Theme().icon("warning"), action="Отменить", lasting=True)
        for action in bar.actions():
            assert not bar.actionGeometry(action).intersects(notice.geometry())
        assert bar.rect().contains(notice.geometry())
        assert notice.text() == said
        assert notice.accessibleName() == said
        assert not notice._text.geometry().intersects(notice._button.geometry())
        assert notice.rect().contains(notice._button.geometry())
        assert (notice.toolTip() == said) == notice._text.text().endswith("…")


def test_what_fits_in_two_lines_is_said_whole() -> None:
    said = "Обращение завершено: «Ответ опубликован». Чтобы продолжить, откройте его снова."
    with a_bar("Очередь") as bar:
        notice = Notice(bar)
        text = notice._text.fontMetrics().horizontalAdvance(said)
        bar.resize(bar.actionGeometry(bar.actions()[0]).right() + text * 3 // 4 + 100, 30)
        notice.say(said, icon=Theme().icon("warning"))
        assert notice._text.text() == said
        assert notice.toolTip() == ""


def test_a_notice_waits_while_its_button_has_the_keys() -> None:
    with a_bar("Очередь") as bar:
        notice = Notice(bar)
        notice.say("Взято в работу", icon=Theme().icon("check"), action="Отменить")
        bar.activateWindow()
        notice._button.setFocus()
        notice._timer.timeout.emit()
        assert notice.text() == "Взято в работу"
        notice._button.clearFocus()
        notice._timer.timeout.emit()
        assert notice.text() == ""


def test_a_filter_opens_under_its_button_and_on_the_screen() -> None:
    window = QWidget()
    row = QHBoxLayout(window)
    row.addSpacing(160)
    first = ChoiceButton(Theme().icon("chevron-down"))
    first.show_words("Тема", active=False)
    first.show_choices([("a", "Технологическое присоединение и всё, что с ним связано")], ())
    row.addWidget(first)
    row.addStretch(1)
    with shown(window, width=500, height=300):
        window.move(0, 0)
        for at in (0, window.screen().availableGeometry().right() - 240):
            window.move(at, 0)
            menu = first.menu()
            menu.popup(QPoint(0, 0))
            left = first.mapToGlobal(QPoint(0, 0)).x()
            screen = window.screen().availableGeometry()
            assert menu.x() == min(left, screen.right() + 1 - menu.width())
            assert menu.x() >= screen.left()
            menu.close()


def test_a_ring_says_in_words_what_it_shows() -> None:
    ring = Ring(Theme())
    ring.set(0.5, "soon", "осталось 40 мин")
    with shown(ring):
        assert ring.accessibleName() == "осталось 40 мин"
        assert ring.grab().toImage().pixelColor(16, 16).alpha() == 255
