"""Words and phrases: what the rule files can say, and what they find."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.words import Phrase, PhraseBook, PhraseSyntaxError, words


def finds(phrase: str, text: str) -> bool:
    return bool(PhraseBook([Phrase.parse(phrase)]).find(words(text)))


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("нет света", "Нет света"),
        ("нет света", "нет второй день света"),
        ("свет*", "СВЕТЛЫЙ день"),
        ("провод~", "искрят провода, проводами, проводов"),
        ("провод~ + вис*", "Висит над дорогой какой-то провод"),
        ("горит_столб~", "Горит столб!"),
        ("ещё раз", "ЕЩЕ РАЗ"),
        ("ук", "наша УК молчит"),
        ("не дозвон*", "не могу дозвониться"),
    ],
)
def test_a_phrase_is_found(phrase: str, text: str) -> None:
    assert finds(phrase, text)


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("нет света", "нет ни газа, ни воды, ни света"),
        ("провод~", "работы не проводились"),
        ("провод~ + лежит", "Провод цел. Снег лежит."),
        ("горит_столб~", "горит фонарный столб"),
        ("искрит", "столб не искрит"),
        ("ук", "укроп"),
    ],
)
def test_a_phrase_is_not_found(phrase: str, text: str) -> None:
    assert not finds(phrase, text)


def test_the_span_runs_from_the_first_to_the_last_word() -> None:
    text = "У нас нет вторые сутки света, помогите"
    (hit,) = PhraseBook([Phrase.parse("нет света")]).find(words(text))
    assert text[hit.span.start : hit.span.end] == "нет вторые сутки света"


@pytest.mark.parametrize("source", ["", "  ", "+", "свет?", "а & б", "a + b_c", "*"])
def test_a_phrase_that_cannot_be_read_is_refused_and_quoted(source: str) -> None:
    with pytest.raises(PhraseSyntaxError) as refused:
        Phrase.parse(source)
    assert f"“{source}”" in str(refused.value)


@given(st.text())
def test_words_stand_where_they_say(text: str) -> None:
    assert all(text[word.start : word.end] == word.text for word in words(text))
