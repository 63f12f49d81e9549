"""What an operator corrects of a name's form: kept in the encrypted store, and used next time."""

from __future__ import annotations

from contextlib import closing

import pytest

from console.domain.transitions import RefusedError
from console.rulebook.book import Rulebook
from console.store.copy_file import Copy, copy_path
from console.usecases.wording import WordingUseCases
from console.wording import CorrectedForm, Use
from tests.support.builders import an_operator
from tests.support.console_store import KEY
from tests.support.console_work import Work

RULES = Rulebook.load()


@pytest.fixture
def wording(work: Work) -> WordingUseCases:
    return WordingUseCases(lambda: RULES.wording, work.reply._acting, work.store.reader)


def test_a_correction_is_used_the_next_time_and_can_be_undone(wording: WordingUseCases) -> None:
    assert wording.form("Лузино", Use.PLACE_IN) == "в Лузине"
    before = wording.correct("Лузино", Use.PLACE_IN, "в  Лузино ").result(30)
    assert wording.form("лузино", Use.PLACE_IN) == "в Лузино"
    assert wording.form("Лузино", Use.PLACE_OF) == "Лузина"
    assert wording.corrected() == (CorrectedForm("лузино", Use.PLACE_IN, "в Лузино"),)
    wording.put_back(before).result(30)
    assert wording.form("Лузино", Use.PLACE_IN) == "в Лузине"


def test_undoing_a_second_correction_brings_the_first_back(wording: WordingUseCases) -> None:
    wording.correct("Шира", Use.PLACE_IN, "в Шире").result(30)
    before = wording.correct("Шира", Use.PLACE_IN, "в посёлке Шира").result(30)
    assert wording.form("Шира", Use.PLACE_IN) == "в посёлке Шира"
    wording.put_back(before).result(30)
    assert wording.form("Шира", Use.PLACE_IN) == "в Шире"


def test_correcting_to_what_the_rules_say_forgets_the_correction(wording: WordingUseCases) -> None:
    wording.correct("Лузино", Use.PLACE_IN, "в Лузино").result(30)
    wording.correct("Лузино", Use.PLACE_IN, "в Лузине").result(30)
    assert wording.corrected() == ()


@pytest.mark.parametrize(("name", "form"), [("Лузино", " "), ("", "в Лузино"), ("Л" * 130, "в")])
def test_an_empty_or_endless_form_is_refused(
    wording: WordingUseCases, name: str, form: str
) -> None:
    refused = wording.correct(name, Use.PLACE_IN, form).exception(30)
    assert isinstance(refused, RefusedError) and refused.code == "not_a_form"
    assert wording.corrected() == ()


def test_corrections_are_an_operators_own(work: Work, wording: WordingUseCases) -> None:
    wording.correct("Лузино", Use.PLACE_IN, "в Лузино").result(30)
    work.store.sign_in(an_operator(id="u2"))
    assert wording.corrected() == ()
    work.store.sign_in(work.me)
    assert wording.form("Лузино", Use.PLACE_IN) == "в Лузино"


def test_corrections_stand_in_the_copy_too(work: Work, wording: WordingUseCases) -> None:
    wording.correct("Лузино", Use.PLACE_IN, "в Лузино").result(30)
    with closing(Copy(copy_path(work.store.path), KEY)) as copy:
        kept = [row["form"] for (table, _), row in copy.rows().items() if table == "own_form"]
    assert kept == ["в Лузино"]
