"""Files in words: sizes, names, and how far they are."""

from __future__ import annotations

import pytest

from console.domain.attachment import Attachment
from console.i18n import Catalog
from console.readmodel import AttachmentPhase, AttachmentState, Upload
from console.rulebook.attachments import load_attachments
from ui.presenters.files import (
    draft_files,
    failure_words,
    message_files,
    name_filter,
    size_words,
    upload_words,
)

RU, EN = Catalog.load("ru"), Catalog.load("en")
PHOTO = Attachment("f1", "опора.jpg", "image/jpeg", 1_250_000, "0" * 64)


@pytest.mark.parametrize(
    ("size", "russian", "english"),
    [
        (1, "1 КБ", "1 KB"),
        (1024, "1 КБ", "1 KB"),
        (1025, "2 КБ", "2 KB"),
        (1024 * 1024, "1,0 МБ", "1.0 MB"),
        (1024 * 1024 + 1, "1,1 МБ", "1.1 MB"),
        (20 * 1024 * 1024, "20,0 МБ", "20.0 MB"),
    ],
)
def test_a_size_is_never_said_smaller_than_it_is(size: int, russian: str, english: str) -> None:
    assert (size_words(size, RU), size_words(size, EN)) == (russian, english)


def test_a_file_that_is_still_being_saved_cannot_be_taken_off() -> None:
    kept, coming = draft_files([PHOTO], ["план.pdf"], RU)
    assert (kept.id, kept.name, kept.detail, kept.icon) == ("f1", "опора.jpg", "1,2 МБ", "photo")
    assert (coming.id, coming.name, coming.detail) == ("", "план.pdf", "сохраняется…")


@pytest.mark.parametrize(
    ("phase", "online", "words"),
    [
        (AttachmentPhase.ABSENT, True, "опора.jpg · 1,2 МБ"),
        (AttachmentPhase.HERE, True, "опора.jpg · 1,2 МБ"),
        (AttachmentPhase.WANTED, True, "опора.jpg · загружено 300 КБ из 1,2 МБ"),
        (AttachmentPhase.WANTED, False, "опора.jpg · ждёт связи, 1,2 МБ"),
        (AttachmentPhase.FAILED, True, "опора.jpg · не загружен, нажмите ещё раз"),
    ],
)
def test_a_file_of_a_message_says_how_far_it_is(
    phase: AttachmentPhase, online: bool, words: str
) -> None:
    states = {PHOTO.id: AttachmentState(phase, 300 * 1024, PHOTO.size)}
    (press,) = message_files([PHOTO], states, RU, online=online)
    assert (press.id, press.words) == ("f1", words)
    assert press.hint


def test_a_long_name_keeps_its_beginning_and_its_end() -> None:
    long = Attachment(
        "f2", "очень длинное название снимка с места аварии.jpeg", "image/jpeg", 1, ""
    )
    (press,) = message_files([long], {}, RU, online=True)
    assert press.words == "очень длинное назван…варии.jpeg · 1 КБ"


def test_what_has_come_to_the_server_is_said_until_all_has() -> None:
    assert upload_words(None, RU) == ""
    half, whole = Upload(512 * 1024, 2 * 1024 * 1024), Upload(1024, 1024)
    assert upload_words(half, RU) == "Файлы: передано 512 КБ из 2,0 МБ"
    assert upload_words(whole, RU) == "Файлы переданы: 1 КБ"


def test_the_dialog_offers_what_may_be_attached() -> None:
    words = name_filter(load_attachments(), RU)
    assert words.startswith("Всё, что можно приложить (*.")
    assert "*.jpg" in words and "*.exe" not in words


def test_an_unknown_failure_is_named_by_its_code() -> None:
    assert failure_words("hash_mismatch", RU).startswith("Файл пришёл повреждённым")
    assert "odd" in failure_words("odd", RU)
