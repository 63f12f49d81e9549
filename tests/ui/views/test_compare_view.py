"""The comparison in the window: three sides, marks in words, and narrow windows."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QFrame, QLabel

from tests.support.fitting import cut_words
from tests.support.ui_stage import on_stage
from ui.presenters.compare import Comparison, Line
from ui.theme.apply import apply
from ui.theme.tokens import load
from ui.views.compare_view import CompareView
from ui.widgets.text_block import TextBlock

pytestmark = pytest.mark.usefixtures("qapp")

LONG = "Константинопольский-Преображенский Вячеслав Александрович, 11:55"
WHOLE = Comparison(
    causes=("Житель написал новый комментарий.",),
    saw=(Line("Состояние", "Назначено"), Line("Анна, 11:53", "Когда дадут?")),
    now=(
        Line("Состояние", "Ответ опубликован", changed=True),
        Line(LONG, "Уже второй раз переносите!", new=True),
    ),
    wrote="Свет дадут к 14:30.",
)


def words_of(view: CompareView) -> list[str]:
    labels = [one.text() for one in view.findChildren(QLabel) if one.isVisible()]
    texts = [one.text() for one in view.findChildren(TextBlock) if one.isVisible()]
    return labels + texts


def cards_of(view: CompareView) -> list[QFrame]:
    return [one for one in view.findChildren(QFrame) if one.property("kind") == "card_alt"
            and one.isVisible()]  # fmt: skip


def test_the_three_sides_stand_beside_each_other(qapp: QApplication) -> None:
    with on_stage(qapp) as stage:
        view = stage.show(lambda: CompareView(stage.context), width=780)
        view.show_comparison(WHOLE)
        stage.settle()
        cards = cards_of(view)
        assert len(cards) == 3
        assert len({card.y() for card in cards}) == 1
        words = words_of(view)
        for said in ("Что вы видели", "Что там сейчас", "Что вы написали", "Свет дадут к 14:30."):
            assert said in words


def test_what_changed_and_what_is_new_are_told_in_words(qapp: QApplication) -> None:
    with on_stage(qapp) as stage:
        view = stage.show(lambda: CompareView(stage.context), width=780)
        view.show_comparison(WHOLE)
        stage.settle()
        assert words_of(view).count("изменилось") == 1
        assert words_of(view).count("новое") == 1


def test_on_a_narrow_window_they_stand_below_each_other(qapp: QApplication) -> None:
    with on_stage(qapp) as stage:
        view = stage.show(lambda: CompareView(stage.context), width=300, height=900)
        view.show_comparison(WHOLE)
        stage.settle()
        cards = cards_of(view)
        assert len({card.y() for card in cards}) == 3
        assert all(card.width() > 250 for card in cards)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [300, 780])
def test_long_names_fit(qapp: QApplication, theme: str, width: int) -> None:
    with on_stage(qapp) as stage:
        stage.theme.use(load(theme), zoom=1.0)
        apply(qapp, stage.theme)
        view = stage.show(lambda: CompareView(stage.context), width=width, height=900)
        view.show_comparison(WHOLE)
        stage.settle()
        assert cut_words(view) == []


@pytest.mark.parametrize(
    ("gone", "said", "times"),
    [(True, "Обращение больше вам не доступно.", 2), (False, "Неизвестно, что было на экране.", 1)],
)
def test_an_empty_side_says_why(qapp: QApplication, gone: bool, said: str, times: int) -> None:
    now = () if gone else (Line("Состояние", "Назначено"),)
    with on_stage(qapp) as stage:
        view = stage.show(lambda: CompareView(stage.context), width=780)
        view.show_comparison(Comparison((), (), now, "Мой текст", gone=gone))
        stage.settle()
        assert words_of(view).count(said) == times
        assert "Мой текст" in words_of(view)


def test_the_same_again_keeps_what_is_selected(qapp: QApplication) -> None:
    with on_stage(qapp) as stage:
        view = stage.show(lambda: CompareView(stage.context), width=780)
        view.show_comparison(WHOLE)
        stage.settle()
        before = cards_of(view)
        view.show_comparison(Comparison(WHOLE.causes, WHOLE.saw, WHOLE.now, WHOLE.wrote))
        stage.settle()
        assert cards_of(view) == before
        view.retranslate()
        view.show_comparison(WHOLE)
        stage.settle()
        assert len(cards_of(view)) == 3
