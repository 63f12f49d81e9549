from __future__ import annotations

from console.domain.danger import DangerWords, Sign
from console.domain.words import Phrase

WORDS = DangerWords(
    {
        "wire": [Phrase.parse("провод~")],
        "down": [Phrase.parse("лежит"), Phrase.parse("виси*")],
        "done": [Phrase.parse("починили")],
        "toy": [Phrase.parse("игрушк*")],
        "lesson": [Phrase.parse("урок*")],
        "sparks": [Phrase.parse("искрит")],
    },
    [
        Sign("wire", ("wire", "down"), within=5, unless=("toy",), topic="danger.wire"),
        Sign("sparks", ("sparks",), within=0),
    ],
    calm=["done"],
    calm_all=["lesson"],
)


def said(text: str) -> list[tuple[str, list[str]]]:
    found = WORDS.find(text)
    return [(f.sign.key, [text[s.start : s.end] for s in f.spans]) for f in found]


def test_words_near_each_other_are_a_sign_in_any_order() -> None:
    assert said("Вон лежит чей-то провод.") == [("wire", ["лежит", "провод"])]
    assert said("Провод опять висит") == [("wire", ["Провод", "висит"])]


def test_words_far_apart_or_alone_are_none() -> None:
    assert said("Провод купили новый и хороший, а снег всё лежит") == []
    assert said("Провод новый") == []


def test_the_end_of_a_sentence_puts_words_apart() -> None:
    assert said("Тут провод. Он лежит.") == [("wire", ["провод", "лежит"])]
    assert said("Тут у нас провод. Вчера ещё снег лежит.") == []


def test_what_is_denied_or_only_compared_is_no_sign() -> None:
    assert said("Провод не лежит") == []
    assert said("Терпение висит как ваш провод") == []


def test_a_sentence_of_what_was_mended_is_silent_and_the_next_one_speaks() -> None:
    assert said("Провод, что лежит, починили") == []
    assert said("Ваш провод починили. Теперь другой провод лежит.") == [
        ("wire", ["провод", "лежит"])
    ]


def test_a_word_silences_one_sign_or_the_whole_text() -> None:
    assert said("Провод от игрушки лежит и искрит") == [("sparks", ["искрит"])]
    assert said("Искрит. Вопрос для урока") == []
