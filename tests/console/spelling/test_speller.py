"""The speller starts its process when it is asked, outlives its death, and leaves nothing."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Generator

import pytest

from console.spelling.speller import Speller, SpellingError

ECHO = (
    sys.executable,
    "-S",
    "-c",
    "import json, os, sys\n"  # noqa: ISC004
    "for line in sys.stdin:\n"
    "    asked = json.loads(line)\n"
    "    words = asked.get('check') or [asked['suggest'], str(os.getpid())]\n"
    "    if 'die' in words: sys.exit(1)\n"
    "    print(json.dumps(words), flush=True)\n",
)
"""A process that finds every word misspelt, and suggests the word itself and its own number."""

_DIED = pytest.mark.expected_logs(r"console\.spelling\.speller: the dictionaries gave no answer")


@pytest.fixture
def speller() -> Generator[Speller]:
    made = Speller(ECHO)
    yield made
    made.close()


def test_nothing_is_started_before_somebody_asks(speller: Speller) -> None:
    assert (speller._thread, speller._process) == (None, None)


def test_answers_come_as_they_were_asked_for(speller: Speller) -> None:
    asked = [speller.check({"светт", "домм"}), speller.check(["х" * 50_000])]
    assert asked[0].result(20) == {"светт", "домм"}
    assert asked[1].result(20) == {"х" * 50_000}
    assert speller.suggest("светт").result(20)[0] == "светт"


@_DIED
def test_a_process_that_dies_is_started_again(speller: Speller) -> None:
    _, before = speller.suggest("свет").result(20)
    with pytest.raises(SpellingError):
        speller.check(["die"]).result(20)
    _, after = speller.suggest("свет").result(20)
    assert before != after


@pytest.mark.skipif(sys.platform == "win32", reason="a signal of POSIX")
@_DIED
def test_a_process_that_is_killed_between_two_questions_fails_one(speller: Speller) -> None:
    _, number = speller.suggest("свет").result(20)
    os.kill(int(number), signal.SIGKILL)
    with pytest.raises(SpellingError):
        speller.check(["свет"]).result(20)
    assert speller.check(["свет"]).result(20) == {"свет"}


@_DIED
def test_what_never_works_is_not_started_for_ever() -> None:
    broken = Speller((sys.executable, "-S", "-c", "raise SystemExit(3)"))
    for _ in range(4):
        with pytest.raises(SpellingError):
            broken.check(["свет"]).result(20)
    assert broken._failures >= 3
    assert broken._process is None
    broken.close()


def test_closing_answers_what_is_still_asked() -> None:
    speller = Speller(ECHO)
    asked = [speller.check([f"слово{n}"]) for n in range(50)]
    speller.close()
    for one in asked:
        try:
            one.result(20)
        except SpellingError as error:
            assert error.key == "spelling.not_there"
    with pytest.raises(SpellingError):
        speller.check(["свет"]).result(20)
    assert speller._thread is not None and not speller._thread.is_alive()


def test_the_real_process_finds_its_dictionaries() -> None:
    speller = Speller()
    assert speller.check(["свет", "светт", "Солонцах"]).result(60) == {"светт"}
    speller.close()
