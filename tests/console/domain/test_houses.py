"""Lists of houses as grid companies write them, and whether a house is among them."""

from __future__ import annotations

import pytest

from console.domain.houses import House, HouseFit, numbers_in, read_houses, shown

LISTED, NOT, WHOLE, UNKNOWN = (
    HouseFit.LISTED,
    HouseFit.NOT_LISTED,
    HouseFit.WHOLE,
    HouseFit.UNKNOWN,
)

# Houses as written, then what is among them, and what is not.
LISTS = (
    ("д. 1–15 нечётные", "1 5 5А 15", "4 16 17"),
    ("5А, 7/2", "5А 7/2 5а", "5Б 6 7/1"),
    ("2-40 (чёт.)", "2 40 12/1", "1 3 41 42"),
    ("с 1 по 15", "1 2 15", "16"),
    ("1,3,5-9, корп. 2", "1 3 5 6 9", "2 4 10"),
    ("1–15 нечётные, 22", "1 22", "2 4 16 23"),
    ("нечётные: 1-15, 21-31; чётные 2-10", "1 31 2 10", "16 20 12 22"),
    ("нечётная сторона с 1 по 15, чётная полностью", "1 15 2 200", "17"),
    ("нечётные", "1 199", "2"),
    ("1-15, нечётные", "1 15", "2"),
    ("все, кроме 5 и 7", "", "5 7"),
    ("с 15 до конца", "15 900", "14"),
    ("от 15 и далее", "15 900", "14"),
    ("5 и 7", "5 7", "6"),
    ("7/2-7/8", "7/2 7/5 7/8", "7/1 7/9 8"),
    ("12А-14Б", "13 14", "11 15"),
    ("д.5,д.7, д. 12 корп. 2, стр. 1", "5 7 5А", "6 12"),
    ("№№ 1, 3; №5-№9", "1 3 5 7", "2 4"),
    ("5 A, 7B", "5А 7В", "6"),
    ("1 - 15 (нечётн. сторона), 2А", "1 2А", "2Б 4"),
    ("дома с 1 по 9 и с 13 по 21", "1 9 13", "10 12"),
    ("уч. 1-20", "1 20", "21"),
)


def test_every_manner_of_writing_houses_says_the_same_of_a_house() -> None:
    wrong = []
    for text, inside, outside in LISTS:
        houses = read_houses(text)
        wrong += [f"{text}: unread {houses.unread}"] if houses.unread else []
        wrong += [f"{text}: {h} is within" for h in inside.split() if houses.fit(h) is not LISTED]
        wrong += [
            f"{text}: {h} is not within"
            for h in outside.split()
            if houses.fit(h) not in (NOT, UNKNOWN) or (houses.fit(h) is UNKNOWN and "/" in h)
        ]
    assert wrong == []


@pytest.mark.parametrize(
    ("houses", "house", "fit"),
    [
        ("все дома", "5", WHOLE),
        ("", "5", WHOLE),
        ("", "", WHOLE),
        ("все, кроме 5 и 7", "6", WHOLE),
        ("все, кроме 5 и 7", "", UNKNOWN),
        ("1-15", "", UNKNOWN),
        ("частично", "5", UNKNOWN),
        ("1-15, школа", "5", LISTED),
        ("1-15, школа", "40", UNKNOWN),
        ("7/2", "7", UNKNOWN),
        ("5, 5А", "5Б", NOT),
        ("1-9", "12, 5", LISTED),
        ("12 корп. 2", "12 корп. 2", LISTED),
        ("12 корп. 2", "12 корп. 3", NOT),
    ],
)
def test_what_a_list_says_of_a_house(houses: str, house: str, fit: HouseFit) -> None:
    assert read_houses(houses).fit(house) is fit


def test_what_cannot_be_read_is_kept_in_its_own_words() -> None:
    assert read_houses("15-3").unread == ("15-3",)
    assert read_houses("1-5, котельная").unread == ("котельная",)


def test_houses_are_named_one_by_one_and_as_they_are_written() -> None:
    houses = read_houses("1-7 нечётные, 12а корп. 2")
    assert [shown(one) for one in numbers_in(houses, most=9)] == ["1", "3", "5", "7", "12А корп. 2"]
    assert list(numbers_in(read_houses("1-9000"), most=2)) == [House(1), House(2)]
