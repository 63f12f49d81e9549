"""What residents meant to say survives cleaning; what machines added does not."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain import cleaning
from console.domain.cleaning import clean, tidy
from tests.support.growth import growth

REAL_APPEALS = Path(__file__).resolve().parents[4] / "shared" / "data" / "appeals-kursk-2022.csv"
MARKS_THAT_MAY_NOT_REMAIN = ("<p", "<br", "<div", "<span", "&nbsp", "[club", "[id1|", "\x00")


@pytest.mark.parametrize(
    ("source", "plain"),
    [
        (
            "<p style=`text-align:justify;`><b a=`b`>Нет&nbsp;света</b></p>",
            "Нет света",
        ),
        ("<p>Раз.</p><p>Два.</p><p><br data-cke-filler=`true`></p>", "Раз.\n\nДва."),
        ("первая<br>вторая<BR/>третья", "первая\nвторая\nтретья"),
        ("свет &amp;amp;nbsp; есть &amp;lt;b&amp;gt;да&amp;lt;/b&amp;gt;", "свет есть да"),
        ("[club123|Россети Сибирь], когда свет?", "Россети Сибирь, когда свет?"),
        ("[id1|Имя] и @id1 (Имя), [public7|Группа]", "Имя и Имя, Группа"),
        ("[https://vk.com/wall-1_2|тут] писали", "тут (https://vk.com/wall-1_2) писали"),
        ('<a href="https://vk.com/wall1">vk.com/wall1</a>', "https://vk.com/wall1"),
        ("<a href=`https://x.ru/a`>здесь</a>", "здесь (https://x.ru/a)"),
        ('<a href="javascript:alert(1)">здесь</a>', "здесь"),
        ("<ul><li>раз</li><li>два</li></ul>", "• раз\n• два"),
        ('да <img class="emoji" alt="😀" src="x">', "да 😀"),
        ("<!-- служебное --><style>p{color:red}</style>Свет<script>alert(1)</script>", "Свет"),
        ("све\u200bта\x00 нет\ufeff\xad", "света нет"),
        ("семья 👨\u200d👩\u200d👧 и ❤️", "семья 👨\u200d👩\u200d👧 и ❤️"),
        ("и\u0306од", "йод"),
        ("a\u202eб", "aб"),
        ("раз\r\nдва\rтри\n\n\n\nчетыре \t пять", "раз\nдва\nтри\n\nчетыре пять"),
        ("", ""),
    ],
)
def test_markup_mentions_and_stray_characters_become_plain_text(source: str, plain: str) -> None:
    assert clean(source) == plain


@pytest.mark.parametrize(
    "text",
    [
        "напряжение a < b, U<198 или U>242",
        "улица <адрес>, дом 5",
        "пишу <name> и <foo bar=1> сам",
        "https://x.ru/?a=1&copy=2&reg=3",
        "Б&С, AT&T; R&D",
        "скоба [1] и [текст], почта a@b.ru (моя)",
        "если a<b, то <3",
    ],
)
def test_text_that_only_looks_like_markup_is_left_alone(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize(
    ("cut", "plain"),
    [
        ("Нет света <p style=`text-al", "Нет света"),
        ("Нет света <p", "Нет света"),
        ("Нет света [club12", "Нет света"),
        ("Нет света [club12|Россети", "Нет света Россети"),
        ("Нет света &nbsp", "Нет света"),
    ],
)
def test_a_tag_or_mention_cut_off_by_an_export_limit_leaves_nothing(cut: str, plain: str) -> None:
    assert clean(cut) == plain


PIECES = st.sampled_from(
    [
        *("<p>", "</p>", "<p ", "<", ">", "&", "amp;", "lt;", "gt;", "nbsp;", "[club1", "|", "]"),
        *("`", '"', "<!--", "-->", "<script>", "\x00", "\u200d", "свет", " ", "\n", "@id1 ("),
        *(")", "<a href=`"),
    ]
)


@given(st.lists(PIECES, max_size=40).map("".join))
def test_whatever_comes_in_no_mark_of_a_machine_remains(text: str) -> None:
    result = clean(text)
    assert not any(mark in result for mark in MARKS_THAT_MAY_NOT_REMAIN)
    assert "\u200d" not in result


@given(st.text(alphabet="абв свет<>&;0\n", max_size=60))
def test_letters_of_a_plain_text_are_never_lost(text: str) -> None:
    kept = [letter for letter in clean(text) if letter.isalpha()]
    assert kept == [letter for letter in text if letter.isalpha()]


@pytest.mark.parametrize(
    "unit",
    ['<p "', "<!--", "&amp;", "<", "[club1|", "@id1 (", "<<p>p>", "<b", " \n", "<a href=`x`>"],
)
def test_the_time_grows_no_faster_than_the_text(unit: str) -> None:
    # Quadratic work would take 64 times as long for 8 times the text.
    assert growth(clean, of=unit, length=10_000) < 30


@pytest.mark.skipif(not REAL_APPEALS.exists(), reason="appeals-kursk-2022.csv is not here")
def test_no_markup_is_left_in_a_real_export() -> None:
    with REAL_APPEALS.open(newline="", encoding="utf-8") as file:
        texts = [row["text"] for row in csv.DictReader(file)]
    assert len(texts) == 1010
    for text in texts:
        plain = clean(text)
        assert plain
        assert not any(mark in plain for mark in MARKS_THAT_MAY_NOT_REMAIN)
        assert clean(plain) == plain


@given(st.text(st.sampled_from("аb \n\t\0\x1b\xad\u034f\u200b\u200d\ufffc\ufffd\ue000\xa0👍")))
def test_tidying_is_the_same_by_the_quick_way_as_by_the_pattern(text: str) -> None:
    assert tidy(text) == cleaning._INVISIBLE.sub("", cleaning._LINE_ENDS.sub("\n", text))
