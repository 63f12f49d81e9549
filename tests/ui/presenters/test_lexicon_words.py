"""The page of words and forms in words, and what is told of colleagues' changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from console.i18n import Catalog
from console.readmodel import LexiconRow
from tests.support.builders import NOON
from ui.presenters.here import Here
from ui.presenters.lexicon import Reader, lexicon_lines, news, of_author, summary

RU = Catalog.load("ru")
HERE = Here(RU, NOON)
WORD = LexiconRow("реклоузер", "", "", "olga", "Ольга", NOON - timedelta(days=1), "omsk")
FORM = replace(WORD, word="Шира", use="place_in", form="в Шире")


def reader(me: str = "olga", *, tends: bool = False) -> Reader:
    return Reader(me, tends, HERE, lambda branch: {"omsk": "Омскэнерго"}[branch])


def test_a_line_says_what_it_is_where_it_counts_and_who_added_it() -> None:
    own = LexiconRow("Эзендер", "", "", "olga", "Ольга", None)
    lines = lexicon_lines((FORM, own, WORD), reader())
    assert [line.cells for line in lines] == [
        ("реклоузер", "Слово", "Омскэнерго", "вы", "вчера"),
        ("Шира → в Шире", "Где", "Омскэнерго", "вы", "вчера"),
        ("Эзендер", "Слово", "Только у вас", "вы", "—"),
    ]
    assert summary(lines, RU) == "2 слова, 1 форма"
    waiting = lexicon_lines((replace(WORD, waits=True),), reader())
    assert waiting[0].cells[-1] == "ждёт отправки"


def test_a_filter_looks_at_every_word_of_a_line() -> None:
    for query, found in (("ШИРЕ где", 1), ("омск", 2), ("ольга", 2), ("омск борис", 0)):
        assert len(lexicon_lines((WORD, FORM), reader("boris"), query=query)) == found


def test_only_the_author_and_who_tends_the_words_may_remove() -> None:
    refusals = [
        lexicon_lines((WORD,), who)[0].refusal
        for who in (reader(), reader("boss", tends=True), reader("boris"))
    ]
    assert refusals == ["", "", "Автор — Ольга. Убрать запись может только автор или супервизор."]


def test_what_others_did_to_ones_words_is_told_once_and_ones_own_deeds_are_not() -> None:
    def told(*rows: LexiconRow, before: tuple[LexiconRow, ...] = (WORD, FORM)) -> str:
        return news(of_author(before, "olga"), rows, me="olga", catalog=RU)

    removed = replace(WORD, removed_by="boss", removed_by_name="Павлова")
    other = replace(FORM, form="в посёлке Шира", by="boris", by_name="Борис")
    over = replace(FORM, over_by="boris", over_by_name="Борис", over_form="в селе Шира")
    assert told(WORD, FORM) == ""
    assert told(removed) == "Из словаря филиала убрали «реклоузер» (Павлова)."
    assert told(replace(removed, removed_by="olga")) == ""
    assert told(removed, before=()) == ""
    assert told(other) == "Вашу форму «в Шире» исправили на «в посёлке Шира» (Борис)."
    assert "До неё успела пройти другая: «в селе Шира» (Борис)" in told(over)
    assert told(over, before=(over,)) == ""
    assert told(removed, other).endswith("Всего изменений ваших слов и форм: 2.")
