"""Files come to a draft by dialog, paste or drop, are seen, and go again."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from console.domain.appeal import Outcome
from console.domain.draft import DraftMode
from tests.support.qt import until_qt
from tests.support.ui_stage import Stage
from tests.support.writing import press_send, ready, type_text, write
from ui.views.composer_view import ComposerView

JPEG = b"\xff\xd8\xff\xe0" + bytes(2000)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    file = tmp_path / "опора.jpg"
    file.write_bytes(JPEG)
    return file


def names(composer: ComposerView) -> list[str]:
    return [chip.accessibleName() for chip in composer.files.chips()]


def drop(composer: ComposerView, *files: Path) -> None:
    """What a drop and a paste both come to."""
    source = QMimeData()
    source.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    source.setText("\n".join(map(str, files)))
    composer.editor.insertFromMimeData(source)


def test_a_dropped_file_is_attached_and_its_path_is_not_written(
    stage: Stage, composer: ComposerView, photo: Path
) -> None:
    write(composer, "Смотрите фото.")
    drop(composer, photo)
    stage.settle()
    assert names(composer) == ["опора.jpg, 2 КБ"]
    assert composer.editor.text() == "Смотрите фото."
    assert composer.files.isVisible()


def test_a_picture_of_the_clipboard_is_attached(stage: Stage, composer: ComposerView) -> None:
    write(composer, "Схема:")
    image = QImage(40, 30, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    source = QMimeData()
    source.setImageData(image)
    assert composer.editor.canInsertFromMimeData(source)
    composer.editor.insertFromMimeData(source)
    stage.settle()
    (name,) = names(composer)
    assert name.startswith("снимок ") and ".png" in name
    (content,) = stage.world.contents.values()
    assert QImage.fromData(content).size() == image.size()


def test_text_is_pasted_as_text(stage: Stage, composer: ComposerView) -> None:
    write(composer, "Адрес: ")
    source = QMimeData()
    source.setText("https://example.org/карта")
    source.setUrls([QUrl("https://example.org/карта")])
    composer.editor.insertFromMimeData(source)
    assert composer.editor.text() == "Адрес: https://example.org/карта"
    assert names(composer) == []


def test_a_key_asks_for_files_and_only_for_those_that_may_go(
    stage: Stage, composer: ComposerView, photo: Path
) -> None:
    write(composer, "Смотрите.")
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(composer.editor, Qt.Key.Key_F, keys)
    (dialog,) = composer.window().findChildren(QFileDialog, "attach-file")
    assert "*.jpg" in dialog.nameFilters()[0]
    dialog.filesSelected.emit([str(photo)])
    dialog.close()
    stage.settle()
    assert names(composer) == ["опора.jpg, 2 КБ"]


def test_a_file_that_may_not_go_is_refused_in_words_and_the_text_stays(
    stage: Stage, composer: ComposerView, tmp_path: Path
) -> None:
    write(composer, "Смотрите.")
    program = tmp_path / "отчёт.exe"
    program.write_bytes(b"MZ")
    drop(composer, program)
    stage.settle()
    assert composer.bar.said().startswith("Файл не приложен.")
    assert "отчёт.exe" in composer.bar.said()
    assert (names(composer), composer.editor.text()) == ([], "Смотрите.")


def test_delete_on_its_button_takes_a_file_off(
    stage: Stage, composer: ComposerView, photo: Path
) -> None:
    write(composer, "Смотрите.")
    drop(composer, photo)
    stage.settle()
    (chip,) = composer.files.chips()
    chip.remover().setFocus()
    QTest.keyClick(chip.remover(), Qt.Key.Key_Delete)
    stage.settle()
    assert names(composer) == []
    assert not composer.files.isVisible()


def test_a_draft_of_a_file_alone_is_kept_until_the_file_goes(
    stage: Stage, composer: ComposerView, photo: Path
) -> None:
    write(composer, "")
    drop(composer, photo)
    stage.settle()
    type_text(composer.editor, "а")
    composer.editor.clear()
    composer.flush()
    assert len(stage.drafts()) == 1
    (chip,) = composer.files.chips()
    chip.remover().click()
    stage.settle()
    composer.flush()
    stage.settle()
    assert stage.drafts() == []


def test_nothing_is_sent_before_its_file_is_saved(
    stage: Stage, composer: ComposerView, photo: Path
) -> None:
    stage.console.attachments.late = True
    ready(composer)
    drop(composer, photo)
    assert names(composer) == ["опора.jpg, сохраняется…"]
    press_send(composer)
    assert stage.sent() == []
    assert composer.bar.said() == "Файл ещё сохраняется. Отправьте, когда он сохранится."
    stage.console.attachments.arrive()
    stage.settle()
    press_send(composer)
    stage.settle()
    assert len(stage.sent()) == 1


def test_each_draft_has_its_own_files(stage: Stage, composer: ComposerView, photo: Path) -> None:
    write(composer, "Ответ с фото.")
    drop(composer, photo)
    stage.settle()
    composer.start(DraftMode.NOTE)
    assert names(composer) == []
    composer.start(DraftMode.REPLY)
    assert names(composer) == ["опора.jpg, 2 КБ"]


def test_many_files_stay_in_one_line_and_all_are_reached_by_tab(
    stage: Stage, composer: ComposerView, tmp_path: Path
) -> None:
    write(composer, "Смотрите.")
    files = [tmp_path / f"снимок номер {n}.jpg" for n in range(6)]
    for file in files:
        file.write_bytes(JPEG)
    drop(composer, files[0])
    stage.settle()
    height = composer.files.height()
    drop(composer, *files[1:])
    stage.settle()
    assert composer.files.height() == height
    inside, room = composer.files.inside, composer.files.viewport()
    until_qt(lambda: inside.width() > room.width(), what="more chips than there is room for")
    last = composer.files.chips()[-1].remover()
    last.setFocus(Qt.FocusReason.TabFocusReason)
    at = last.mapTo(room, last.rect().center())
    assert room.rect().contains(at), "what has the focus must be seen"


def _rules(composer: ComposerView) -> list[str]:
    composer.check_now()
    return [face.rule for face in composer.checks.faces()]


def test_what_was_mended_is_asked_to_be_shown_until_a_photo_is_there(
    stage: Stage, composer: ComposerView, photo: Path
) -> None:
    write(composer, "Здравствуйте! Опору заменили сегодня в 14:10, обрыв устранён.")
    assert "photo_proof" in _rules(composer)
    (face,) = (one for one in composer.checks.faces() if one.rule == "photo_proof")
    assert face.what == "Вы пишете, что исправили. Приложите фото: Ctrl+Shift+F."
    drop(composer, photo)
    stage.settle()
    assert "photo_proof" not in _rules(composer)


def test_nobody_has_to_show_what_is_only_promised_or_noted(composer: ComposerView) -> None:
    write(composer, "Опору заменили, свет будет к 18:00", DraftMode.INTERIM)
    assert "photo_proof" not in _rules(composer)
    write(composer, "Опору заменили", DraftMode.NOTE)
    assert "photo_proof" not in _rules(composer)


def test_a_file_is_the_proof_that_solved_asks_for(
    stage: Stage, composer: ComposerView, photo: Path
) -> None:
    write(composer, "Здравствуйте! Всё хорошо, спасибо за терпение.")
    composer.bar.outcome_chosen.emit(Outcome.SOLVED)
    assert "no_proof" in _rules(composer)
    drop(composer, photo)
    stage.settle()
    assert "no_proof" not in _rules(composer)
