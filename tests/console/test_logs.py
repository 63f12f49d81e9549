"""Logs: what happened, and never what anybody wrote."""

from __future__ import annotations

import logging
import re
from collections.abc import Generator
from pathlib import Path

import pytest

from console.logs import FILE, last_lines, redacted, start_logging, stop_logging

log = logging.getLogger("console.test")


@pytest.fixture
def folder(tmp_path: Path) -> Generator[Path]:
    level = logging.getLogger().level
    handler = start_logging(tmp_path / "logs")
    yield tmp_path / "logs"
    stop_logging(handler)
    logging.getLogger().setLevel(level)


def written(folder: Path) -> str:
    return (folder / FILE).read_text(encoding="utf-8")


def test_a_record_says_when_who_and_what(folder: Path) -> None:
    log.info("a request came to nothing: %s", "TransientError")
    assert "INFO MainThread console.test: a request came to nothing: TransientError" in (
        written(folder)
    )


def test_what_is_too_fine_for_the_file_is_left_out(folder: Path) -> None:
    log.debug("every detail")
    log.info("one line")
    assert "every detail" not in written(folder)


@pytest.mark.parametrize(
    "secret",
    [
        "Ирина Петрова",
        "Нет света на Новой с утра",
        "+7 (913) 123-45-67",
        "89131234567",
        "irina@example.ru",
        "Bearer eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9",
        "c2VjcmV0LXJlZnJlc2gtdG9rZW4tb2YtYS1wZXJzb24",
    ],
)
def test_no_personal_text_and_no_token_gets_into_the_file(folder: Path, secret: str) -> None:
    log.info("somebody was careless: %s", secret)
    assert secret not in written(folder)
    assert secret not in redacted(f"before {secret} after")


def test_ids_stay_readable() -> None:
    ident = "01a20736-3dd8-7ee2-822a-3719c0cda415"
    assert redacted(f"entry {ident} of omsk") == f"entry {ident} of omsk"


def test_of_an_exception_the_place_is_kept_and_not_the_words(folder: Path) -> None:
    try:
        raise ValueError("Ирина Петрова, +7 913 123-45-67, said please")
    except ValueError:
        log.info("it failed", exc_info=True)
    text = written(folder)
    assert "ValueError at" in text and "test_logs.py" in text
    assert "913" not in text and "Ирина" not in text and "please" not in text


def test_a_record_keeps_its_time(folder: Path) -> None:
    log.info("now")
    assert re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} INFO ", written(folder))


def test_the_last_lines_are_given_oldest_first(folder: Path) -> None:
    for number in range(5):
        log.info("line %d", number)
    assert [line[-1] for line in last_lines(folder, 3)] == ["2", "3", "4"]
    assert last_lines(folder / "nowhere", 3) == []
