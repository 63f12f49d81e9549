"""Words and forms that a branch shares, on the workstation: used at once, queued, kept, undone."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from functools import partial

import pytest

from console.domain.mutations import ShareWord, WithdrawWord
from console.domain.shared_word import SharedWord, shared_word_id
from console.domain.transitions import RefusedError
from console.errors import RejectedError
from console.readmodel import LexiconRow
from console.rulebook.book import Rulebook
from console.store.copy_file import Copy, copy_path
from console.sync.push import failed
from console.usecases.lexicon import LexiconUseCases
from console.usecases.spelling import SpellingUseCases
from console.usecases.wording import WordingUseCases
from console.wire.schema import Rows
from console.wording import Use
from tests.support.builders import NOON
from tests.support.console_store import KEY
from tests.support.console_work import Work

RULES = Rulebook.load()
HERE = "krasnoyarsk"


@pytest.fixture
def lexicon(work: Work) -> LexiconUseCases:
    return LexiconUseCases(work.reply._acting, work.store.reader)


@pytest.fixture
def spelling(work: Work) -> SpellingUseCases:
    return SpellingUseCases(None, work.reply._acting, work.store.reader)  # type: ignore[arg-type]


@pytest.fixture
def wording(work: Work) -> WordingUseCases:
    return WordingUseCases(lambda: RULES.wording, work.reply._acting, work.store.reader)


def a_word(word: str, use: str = "", form: str = "", *, by: str = "boris") -> SharedWord:
    return SharedWord(HERE, shared_word_id(word, use), word, by, NOON, use, form)


def arrive(work: Work, *words: SharedWord) -> None:
    rows = Rows(words=words)
    work.store.writer.submit(lambda transaction: transaction.mirror.put(rows)).result(30)


def line(lexicon: LexiconUseCases) -> LexiconRow:
    (row,) = lexicon.rows()
    return row


def test_a_word_for_the_branch_is_known_at_once_and_waits_to_leave(
    work: Work, spelling: SpellingUseCases, lexicon: LexiconUseCases
) -> None:
    spelling.add("реклоузер").result(30)
    spelling.add("реклоузер", branch=HERE).result(30)
    assert spelling.known() == {"реклоузер"}
    assert work.only_entry().envelope.mutation == ShareWord("реклоузер")
    row = line(lexicon)
    assert (row.branch, row.by, row.waits) == (HERE, work.me.id, True)
    spelling.add("реклоузер", branch=HERE).result(30)  # is so already
    work.only_entry()


def test_what_a_colleague_shares_is_used_and_is_not_ours_to_remove(
    work: Work,
    spelling: SpellingUseCases,
    wording: WordingUseCases,
    lexicon: LexiconUseCases,
) -> None:
    arrive(work, a_word("реклоузер"), a_word("Шира", "place_in", "в Шире"))
    assert spelling.known() == {"реклоузер"}
    assert wording.form("шира", Use.PLACE_IN, branch=HERE) == "в Шире"
    assert wording.form("шира", Use.PLACE_IN, branch="omsk") == "в Шира"
    refused = lexicon.remove(lexicon.rows()).exception(30)
    assert isinstance(refused, RefusedError) and refused.code == "word_not_yours"
    arrive(work, replace(a_word("реклоузер"), version=2, removed_by="boss"))
    assert spelling.known() == frozenset()


def test_a_removed_word_is_put_back(
    work: Work, spelling: SpellingUseCases, lexicon: LexiconUseCases
) -> None:
    spelling.add("Эзендер").result(30)
    arrive(work, a_word("реклоузер", by=work.me.id))
    rows = lexicon.rows()
    lexicon.remove(rows).result(30)
    assert (lexicon.rows(), spelling.known()) == ((), frozenset())
    lexicon.put_back(rows).result(30)
    assert spelling.known() == {"Эзендер", "реклоузер"}
    mutations = [entry.envelope.mutation for entry in work.store.reader.outbox()]
    assert mutations == [WithdrawWord(1), ShareWord("реклоузер", base=2)]


def test_ones_own_correction_comes_before_the_branch_s_and_undo_brings_both_back(
    work: Work, wording: WordingUseCases
) -> None:
    arrive(work, a_word("Шира", "place_in", "в Шире"))

    def now() -> str:
        return wording.form("Шира", Use.PLACE_IN, branch=HERE)

    mine = wording.correct("Шира", Use.PLACE_IN, "в селе Шира", branch=HERE).result(30)
    assert now() == "в селе Шира"
    ours = wording.correct("Шира", Use.PLACE_IN, "в посёлке Шира", branch=HERE, share=True)
    before = ours.result(30)
    assert (now(), wording.corrected()) == ("в посёлке Шира", ())
    wording.put_back(before).result(30)
    assert now() == "в селе Шира"
    wording.put_back(mine).result(30)
    assert now() == "в Шире"


def test_a_word_that_is_thrown_out_of_the_outbox_stays_ones_own_and_is_in_the_copy(
    work: Work, spelling: SpellingUseCases, lexicon: LexiconUseCases
) -> None:
    spelling.add("реклоузер", branch=HERE).result(30)
    work.outbox.discard(work.only_entry().seq).result(30)
    assert spelling.own() == {"реклоузер"}
    assert line(lexicon).branch == ""
    with closing(Copy(copy_path(work.store.path), KEY)) as copy:
        kept = [row["word"] for (table, _), row in copy.rows().items() if table == "own_word"]
    assert kept == ["реклоузер"]


def test_an_older_server_leaves_words_and_forms_with_those_who_wrote_them(
    work: Work, spelling: SpellingUseCases, wording: WordingUseCases
) -> None:
    spelling.add("реклоузер", branch=HERE).result(30)
    wording.correct("Шира", Use.PLACE_IN, "в Шире", branch=HERE, share=True).result(30)
    error = RejectedError("unknown mutation", code="bad_request")
    for entry in work.store.reader.outbox():
        job = partial(failed, seq=entry.seq, error=error, again=False)
        work.store.writer.submit(job).result(30)
    assert work.store.reader.outbox() == []
    assert spelling.own() == {"реклоузер"}
    assert [one.form for one in wording.corrected()] == ["в Шире"]


def test_ones_own_is_given_to_the_branch_and_taken_home_again(
    work: Work, spelling: SpellingUseCases, lexicon: LexiconUseCases
) -> None:
    spelling.add("Эзендер").result(30)
    mine = lexicon.rows()
    lexicon.share(mine, HERE).result(30)
    assert (line(lexicon).branch, spelling.own()) == (HERE, frozenset())
    lexicon.take_home(mine, HERE).result(30)
    assert spelling.own() == {"Эзендер"}
    assert line(lexicon).branch == ""
