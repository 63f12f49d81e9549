"""Near-duplicates: suggested with reasons, and honest people who write alike are left in peace."""

from __future__ import annotations

from datetime import timedelta

import pytest

from console.domain.appeal import Appeal, Author, Place, Status
from console.domain.similarity import SimilarReason, same_person, similar, text_share
from tests.support.builders import NOON, an_appeal

LONG = "Третий день без света на всей улице, телефон горячей линии не отвечает, помогите!"
NEIGHBOUR = Author("Пётр Иванов", "https://vk.com/id77")


def reasons(appeal: Appeal, other: Appeal) -> set[SimilarReason]:
    """Why they may be one; empty where they are not suggested."""
    found = similar(appeal, [other])
    return {because.reason for because in found[0].reasons} if found else set()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (Author("А", "https://vk.com/id1"), Author("Б", "vk.com/ID1/"), True),
        (Author("А", phone="+7 913 555-01-01"), Author("", phone="8(913)5550101"), True),
        (Author("Ирина Петрова"), Author("Ирина Петрова"), False),
        (Author("А", phone="112"), Author("Б", phone="112"), False),
        (Author("А", "vk.com/id1"), Author("А", "vk.com/id11"), False),
    ],
)
def test_a_person_is_known_by_profile_or_whole_phone(
    one: Author, other: Author, same: bool
) -> None:
    assert same_person(one, other) is same


def test_the_surest_is_whoever_writes_again_about_the_same() -> None:
    appeal = an_appeal(text=LONG)
    again = an_appeal(text="Ну так когда?", created_at=NOON + timedelta(hours=1))
    neighbour = an_appeal(author=NEIGHBOUR, text="У нас темно")
    first, second = similar(appeal, [neighbour, again])
    assert (first.appeal, second.appeal) == (again, neighbour) and first.is_sure
    assert SimilarReason.SAME_AUTHOR in {because.reason for because in first.reasons}


def test_what_honest_people_write_alike_is_not_suggested() -> None:
    place = Place("Емельяново", street="Мира")
    short = "Когда дадут свет?"
    appeal = an_appeal(text=short)
    assert reasons(appeal, an_appeal(author=NEIGHBOUR, text=short, place=place)) == set()
    far = an_appeal(author=NEIGHBOUR, text=LONG, place=place, topic="connection.status")
    assert reasons(an_appeal(text=LONG), far) == set()
    year_ago = an_appeal(created_at=NOON - timedelta(days=365))
    assert reasons(an_appeal(), year_ago) == set()


def test_one_text_in_one_place_is_suggested_whoever_sent_it() -> None:
    copy = an_appeal(author=NEIGHBOUR, text=LONG.upper(), place=Place("Солонцы"))
    assert SimilarReason.SAME_TEXT in reasons(an_appeal(text=LONG), copy)


@pytest.mark.parametrize(
    "changes",
    [
        {"branch": "omsk"},
        {"status": Status.TRANSFERRED},
        {"status": Status.DUPLICATE, "duplicate_of": "elsewhere"},
    ],
)
def test_what_cannot_be_merged_is_not_suggested(changes: dict[str, object]) -> None:
    assert reasons(an_appeal(), an_appeal(**changes)) == set()


def test_alike_is_measured_without_case_and_punctuation() -> None:
    assert text_share(LONG, LONG.lower().replace(",", "")) == 1.0
    assert text_share(LONG, "Спасибо, свет дали.") < 0.1
    assert text_share("", "") == 0.0
