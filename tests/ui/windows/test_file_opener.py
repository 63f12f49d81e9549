"""A file of a message: one press fetches it and shows it, another stops that."""

from __future__ import annotations

from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QImageWriter, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from console.domain.attachment import Attachment
from console.readmodel import AttachmentPhase
from tests.support.ui_builders import a_message
from tests.support.ui_stage import Stage, on_stage
from ui.dialogs.picture import PictureDialog
from ui.presenters.thread import files_of
from ui.views.appeal_view import AppealView
from ui.windows.file_opener import FileOpener


def a_png() -> bytes:
    image = QImage(400, 300, QImage.Format.Format_RGB32)
    image.fill(QColor("orange"))
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(content.data())


PNG = a_png()
PHOTO = Attachment("f1", "опора.png", "image/png", len(PNG), "0" * 64)
PLAN = Attachment("f2", "план работ.pdf", "application/pdf", 9, "0" * 64)


@pytest.fixture
def stage(qapp: QApplication) -> Generator[Stage]:
    with on_stage(qapp) as made:
        made.world.messages[made.ref].append(
            a_message("m7", text="Вот, посмотрите.", attachments=(PHOTO, PLAN))
        )
        yield made


@pytest.fixture
def view(stage: Stage) -> AppealView:
    shown = stage.show(
        lambda: AppealView(stage.context, stage.bridge, stage.dispatcher, speech=stage.speech)
    )
    shown.show_appeal(stage.ref)
    return shown


@pytest.fixture
def opener(stage: Stage, view: AppealView) -> FileOpener:
    made = FileOpener(stage.context, stage.bridge, shown=lambda: view.ref, parent=view)
    view.file_wanted.connect(made.press)
    return made


def press(stage: Stage, view: AppealView, name: str) -> None:
    bubble = view.messages.bubble("m7")
    assert bubble is not None
    (button,) = [b for b in bubble.buttons() if b.text().startswith(name)]
    button.click()
    stage.settle()


def pictures(view: AppealView) -> list[PictureDialog]:
    return [d for d in view.window().findChildren(PictureDialog) if d.isVisible()]


def test_a_photo_is_fetched_and_then_shown(
    stage: Stage, view: AppealView, opener: FileOpener
) -> None:
    press(stage, view, "опора.png")
    assert stage.console.attachments.asked == [("fetch", "f1")]
    assert pictures(view) == []
    stage.console.attachments.put(PHOTO, AttachmentPhase.HERE, content=PNG)
    stage.settle()
    (dialog,) = pictures(view)
    assert dialog.windowTitle() == "опора.png"
    dialog.accept()


def test_a_second_press_stops_the_fetching(
    stage: Stage, view: AppealView, opener: FileOpener
) -> None:
    press(stage, view, "опора.png")
    press(stage, view, "опора.png")
    assert stage.console.attachments.asked == [("fetch", "f1"), ("stop", "f1")]


def test_what_comes_for_another_appeal_is_not_opened_over_this_one(
    stage: Stage, view: AppealView, opener: FileOpener
) -> None:
    press(stage, view, "опора.png")
    view.show_appeal(stage.add(id="a2", number="2"))
    stage.console.attachments.put(PHOTO, AttachmentPhase.HERE, content=PNG)
    stage.settle()
    assert pictures(view) == []


def test_what_cannot_be_had_is_said_in_words(
    stage: Stage, view: AppealView, opener: FileOpener
) -> None:
    said: list[str] = []
    opener.told.connect(said.append)
    press(stage, view, "опора.png")
    stage.console.attachments.put(PHOTO, AttachmentPhase.FAILED, error="unknown_attachment")
    stage.settle()
    assert said == ["Этого файла на сервере больше нет."]


def test_a_file_that_is_no_picture_is_saved_where_one_says(
    stage: Stage, view: AppealView, opener: FileOpener, tmp_path: Path
) -> None:
    said: list[str] = []
    opener.told.connect(said.append)
    stage.console.attachments.put(PLAN, AttachmentPhase.HERE, content=b"%PDF-1.7\n")
    stage.settle()
    press(stage, view, "план работ.pdf")
    (dialog,) = view.window().findChildren(QFileDialog, "save-file")
    dialog.fileSelected.emit(str(tmp_path / "план.pdf"))
    dialog.close()
    stage.settle()
    assert (tmp_path / "план.pdf").read_bytes() == b"%PDF-1.7\n"
    assert said == ["Файл сохранён: план.pdf"]


Show = Callable[[bytes], PictureDialog]


@pytest.fixture
def show(stage: Stage) -> Show:
    return lambda content: stage.show(
        lambda: PictureDialog(stage.context, "опора.png", content), width=700, height=500
    )


def test_a_picture_is_zoomed_by_keys(show: Show) -> None:
    dialog = show(PNG)
    whole = dialog.picture.scale_now()
    assert whole == 1.0, "a small one is not blown up"
    QTest.keyClick(dialog, Qt.Key.Key_Plus)
    assert dialog.picture.scale_now() == pytest.approx(1.25)
    QTest.keyClick(dialog, Qt.Key.Key_Minus)
    QTest.keyClick(dialog, Qt.Key.Key_Minus)
    assert dialog.picture.scale_now() == whole
    for _ in range(30):
        QTest.keyClick(dialog, Qt.Key.Key_Plus)
    assert dialog.picture.scale_now() <= 8.0
    QTest.keyClick(dialog, Qt.Key.Key_0)
    assert dialog.picture.scale_now() == whole


@pytest.mark.parametrize("content", [b"", b"no picture", PNG[:60]])
def test_what_is_no_picture_after_all_is_said_to_be_none(show: Show, content: bytes) -> None:
    dialog = show(content)
    assert dialog.picture.isHidden()
    asked: list[bool] = []
    dialog.save_wanted.connect(lambda: asked.append(True))
    QTest.keyClick(dialog, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert asked == [True]


def test_pictures_are_turned_zoomed_by_the_wheel_and_gone_through_by_keys(
    stage: Stage, view: AppealView
) -> None:
    other = Attachment("f3", "щит.png", "image/png", len(PNG), "0" * 64)
    stage.world.messages[stage.ref].append(a_message("m8", text="И ещё.", attachments=(other,)))
    stage.publish()
    opener = FileOpener(
        stage.context,
        stage.bridge,
        shown=lambda: view.ref,
        album=lambda: files_of(view.view) if view.view else (),
        parent=view,
    )
    for file in (PHOTO, other):
        stage.console.attachments.put(file, AttachmentPhase.HERE, content=PNG)
    opener.open(PHOTO)
    (dialog,) = pictures(view)
    before = dialog.picture.sceneRect()
    QTest.keyClick(dialog, Qt.Key.Key_R)
    turned = dialog.picture.sceneRect()
    assert (turned.width(), turned.height()) == (before.height(), before.width())
    whole = dialog.picture.scale_now()
    spot = QPointF(50, 50)
    wheel = QWheelEvent(
        spot,
        dialog.picture.mapToGlobal(spot),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(dialog.picture.viewport(), wheel)
    assert dialog.picture.scale_now() > whole
    QTest.keyClick(dialog, Qt.Key.Key_0)
    QTest.keyClick(dialog, Qt.Key.Key_Right)
    assert dialog.windowTitle() == "щит.png"
    QTest.keyClick(dialog, Qt.Key.Key_Right)
    assert dialog.windowTitle() == "опора.png" and pictures(view) == [dialog]
    dialog.accept()


def test_the_next_picture_is_fetched_and_shown_in_the_same_place(
    stage: Stage, view: AppealView
) -> None:
    other = Attachment("f3", "щит.png", "image/png", len(PNG), "0" * 64)
    opener = FileOpener(
        stage.context,
        stage.bridge,
        shown=lambda: view.ref,
        album=lambda: (PHOTO, PLAN, other),
        parent=view,
    )
    stage.console.attachments.put(PHOTO, AttachmentPhase.HERE, content=PNG)
    opener.open(PHOTO)
    (dialog,) = pictures(view)
    QTest.keyClick(dialog, Qt.Key.Key_PageDown)
    assert stage.console.attachments.asked == [("fetch", "f3")]
    assert dialog.windowTitle() == "щит.png"
    stage.console.attachments.put(other, AttachmentPhase.HERE, content=PNG)
    stage.settle()
    assert pictures(view) == [dialog]
    dialog.accept()
