"""Where it is dark: asked beside the appeal, answered by one press or by typing, and undone."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from console.domain.appeal import NOWHERE, Place
from console.domain.mutations import SetPlace
from tests.support.qt import until_qt
from tests.support.ui_stage import Stage, on_stage
from ui.models.queue_loader import QueueLoader
from ui.views.inspector_view import InspectorView
from ui.views.palette_view import PaletteView
from ui.windows.place_commands import PlaceCommands


@dataclass(slots=True)
class Desk:
    """The inspector and the command over one stage; ``told`` is what was told."""

    stage: Stage
    window: QWidget
    loader: QueueLoader
    told: list[str] = field(default_factory=list)

    def asks(self, text: str, place: Place = NOWHERE) -> InspectorView:
        """The inspector beside an appeal of ``text``."""
        self.stage.change(text=text, place=place)
        view = self.stage.show(
            lambda: InspectorView(
                self.stage.context,
                self.stage.bridge,
                self.stage.dispatcher,
                loader=self.loader,
                speech=self.stage.speech,
            ),
            width=264,
        )
        view.show_appeal(self.stage.ref)
        return view

    def until_sent(self, count: int = 1) -> list[object]:
        until_qt(lambda: len(self.stage.sent()) >= count, what="the place to be sent")
        return self.stage.sent()


@pytest.fixture
def desk(qapp: QApplication) -> Generator[Desk]:
    with on_stage(qapp) as stage:
        window = stage.show(QWidget)
        stage.dispatcher.refocus(has_appeal=True)
        loader = QueueLoader(stage.console.reader, stage.console.clock, stage.bridge)
        made = Desk(stage, window, loader)
        PlaceCommands(
            stage.context,
            stage.bridge,
            stage.dispatcher,
            loader=loader,
            shown=lambda: stage.ref,
            window=window,
        )
        stage.dispatcher.told.connect(lambda words, _: made.told.append(words))
        yield made
        loader.close()


def test_an_unsure_place_is_asked_about_and_taken_by_one_press(desk: Desk) -> None:
    view = desk.asks("нет света, Хайыракан, улица Мира 5")
    until_qt(lambda: len(view.place.cards) >= 2, what="the question")
    assert "Где это?" in view.place.words()
    assert "Улуг-Хемский кожуун" in view.place.words()
    assert desk.stage.sent() == []
    card = next(each for each in view.place.cards if "Хайыракан" in each.face.title)
    QTest.mouseClick(card.findChildren(QPushButton)[0], Qt.MouseButton.LeftButton)
    (sent,) = desk.until_sent()
    assert isinstance(sent, SetPlace)
    assert (sent.place.settlement, sent.place.street, sent.place.house) == (
        "Хайыракан",
        "улица Мира",
        "5",
    )
    until_qt(lambda: bool(desk.told), what="what is told")
    assert desk.told[0].startswith("Место: Хайыракан (")
    until_qt(lambda: not view.place.isVisible(), what="the question to go")


def test_setting_a_place_is_undone(desk: Desk) -> None:
    desk.stage.change(text="темно", place=Place(street="улица Мира"))
    assert desk.stage.dispatcher.run("appeal.place", place=Place("Кызыл"))
    until_qt(lambda: bool(desk.told), what="what is told")
    assert desk.stage.dispatcher.run("edit.undo")
    assert desk.until_sent(2) == [SetPlace(Place("Кызыл")), SetPlace(Place(street="улица Мира"))]


def test_a_place_that_the_text_does_not_name_is_typed(desk: Desk) -> None:
    desk.stage.change(text="когда дадут свет?", place=Place())
    assert desk.stage.dispatcher.run("appeal.place")
    found: list[PaletteView] = []

    def is_open() -> bool:
        found[:] = desk.window.findChildren(PaletteView, "choose-place")
        return bool(found)

    until_qt(is_open, what="the list")
    found[0].type("чадан ленина 5")
    QTest.keyClick(found[0]._field, Qt.Key.Key_Return)
    (sent,) = desk.until_sent()
    assert isinstance(sent, SetPlace)
    assert (sent.place.settlement, sent.place.house) == ("Чадан", "5")


def test_a_known_place_is_not_asked_about(desk: Desk) -> None:
    view = desk.asks("нет света в Хайыракане", Place("Кызыл"))
    desk.stage.settle()
    assert not view.place.isVisible()
    assert view.place.cards == []
