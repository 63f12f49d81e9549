"""Mistyped queries: keyboard layouts, Latin letters, missing spaces; families of Russian words."""

from __future__ import annotations

import pytest

from console.domain.query_spelling import bare_family, family, from_latin, other_layout, splits
from console.roots import root


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("cdtn", "свет"), ("jnrk.xtybt", "отключение"), ("'ktrnhbr 12", "электрик 12"), ("12", "")],
)
def test_a_wrong_layout_is_read_as_russian(typed: str, meant: str) -> None:
    assert other_layout(typed) == meant


def test_russian_letters_may_be_a_name_in_latin() -> None:
    assert other_layout("вшьфы") == "dimas"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("svet", "свет"), ("Shcherbakov", "щербаков"), ("zheleznaya", "железная"), ("12", "")],
)
def test_latin_letters_are_read_as_russian(typed: str, meant: str) -> None:
    assert from_latin(typed) == meant


def test_a_space_may_be_missing_between_letters_and_digits_or_anywhere() -> None:
    assert ("ленина", "12") in set(splits("ленина12"))
    assert ("нет", "света") in set(splits("нетсвета"))
    assert not set(splits("свет"))


@pytest.mark.parametrize(
    "words",
    [
        "отключили отключение отключают отключать",
        "моргает моргание моргнул моргали",
        "обрыв оборвал оборванный",
        "искрит искры искрение",
        "падение упала упавшая",
        "повреждение повредили поврежден",
        "освещение осветить освещать",
        "порча портится портятся",
        "оплата оплатила оплачено",
        "гудит гудение гудят",
        "замена заменить заменят",
        "согласовать согласование",
        "проверка проверить проверяла",
        "заявка заявление заявитель",
    ],
)
def test_parts_of_speech_of_one_root_are_a_family(words: str) -> None:
    assert len({family(root(word)) for word in words.split()}) == 1


@pytest.mark.parametrize(
    "words",
    ["щиток щитка", "ветер ветром", "огонь огня", "лампочка лампочек", "доска досок", "ноль нуля"],
)
def test_a_vowel_that_comes_and_goes_parts_no_family(words: str) -> None:
    one, other = words.split()
    assert family(root(one)) == family(root(other))


def test_letters_of_a_root_are_no_suffix() -> None:
    assert family(root("вернуть")) == family(root("верните")) == bare_family(root("возврат"))
    assert family(root("украли")) == family(root("кража"))


@pytest.mark.parametrize(
    "words", ["вода вид", "свет совет", "столб стол", "провод проезд", "дом дым", "счетчик сетка"]
)
def test_other_words_are_another_family(words: str) -> None:
    one, other = words.split()
    assert family(root(one)) != family(root(other))


def test_a_prefix_makes_kin_of_another_degree() -> None:
    assert bare_family(root("починка")) == family(root("чинка"))
    assert bare_family(root("экскаваторщик")) == family(root("экскаватор"))
    assert bare_family("свет") == ""
