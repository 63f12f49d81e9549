"""The question where it is dark: what is offered, how surely, and what choosing it says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

import pytest

from console.domain.address import PlaceGuess, resolve
from console.domain.appeal import NOWHERE, Appeal, Place
from console.domain.place_score import Reason
from console.domain.places import Gazetteer
from console.i18n import Catalog
from console.rulebook.places import load_gazetteer
from tests.support.ui_builders import NOW, an_appeal
from ui.presenters.here import Here
from ui.presenters.place import PlaceFace, is_open_question, place_faces, place_of, place_words

BRANCHES = {"krasnoyarsk": "Красноярскэнерго", "khakassia": "Хакасэнерго"}


@lru_cache(maxsize=1)
def gazetteer() -> Gazetteer:
    """The shipped one."""
    return load_gazetteer()


def asked(text: str, language: str = "ru", place: Place = NOWHERE) -> tuple[PlaceFace, ...]:
    """What is offered for an appeal to Krasnoyarsk with ``text``."""
    appeal = nowhere(text, place)
    guesses = resolve(text, branch="krasnoyarsk", gazetteer=gazetteer())
    zone = ZoneInfo("Asia/Krasnoyarsk")
    here = Here(Catalog.load(language), NOW, zone, "krasnoyarsk", zone)
    return place_faces(guesses, appeal, here, BRANCHES)


def nowhere(text: str, place: Place) -> Appeal:
    return replace(an_appeal(), branch="krasnoyarsk", text=text, place=place)


def test_of_many_villages_of_one_name_each_is_told_by_its_district() -> None:
    first, second, third = asked("в берёзовке, ул Мира 5 нет света")
    assert (first.title, first.district) == ("Берёзовка, улица Мира, 5", "Берёзовский район")
    assert len({first.district, second.district, third.district}) == 3
    assert first.kind != "ok"
    assert "с таким именем мест в этом филиале" in first.because[0]
    assert first.place == Place(
        "Берёзовка", "Берёзовский район", "улица Мира", "5", lat=56.037, lon=93.127
    )


def test_the_question_is_asked_in_both_languages() -> None:
    (russian, *_), (english, *_) = asked("в берёзовке"), asked("в берёзовке", "en")
    assert russian.sure.startswith(("Вероятно", "Возможно"))
    assert english.sure != russian.sure
    assert "places of this name in this branch" in english.because[0]
    for language in ("ru", "en"):
        catalog = Catalog.load(language)
        assert all(catalog.has(f"address.reason_{reason}") for reason in Reason)


def test_a_place_of_another_branch_is_named_but_cannot_be_taken() -> None:
    (face,) = asked("г. Черногорск, улица Кирова 5")
    assert face.place is None
    assert face.elsewhere == "Это регион другого филиала: Хакасэнерго"
    (face,) = asked("новосибирск калинина 5")
    assert (face.place, face.elsewhere) == (None, "Это не наша сеть")


def test_what_was_known_before_is_kept_where_the_text_does_not_say() -> None:
    (face,) = asked("в Каптырево темно", place=Place(street="улица Мира", house="3"))
    assert face.place is not None
    assert place_words(face.place) == "Каптырево (Шушенский район), улица Мира, 3"
    assert face.place.lat is None


def test_nothing_is_offered_where_no_place_is_named() -> None:
    assert asked("когда дадут свет?") == ()
    assert asked("на Ленина 20 нет света") == ()


@pytest.mark.parametrize(
    ("place", "closed", "open_"),
    [(Place(), False, True), (Place("Солонцы"), False, False), (Place(), True, False)],
)
def test_it_is_asked_until_somebody_says(place: Place, closed: bool, open_: bool) -> None:
    appeal = nowhere("в берёзовке", place)
    if closed:
        appeal = replace(appeal, closed_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert is_open_question(appeal) is open_


def test_tuva_has_its_own_word_for_a_district() -> None:
    guess = PlaceGuess("Черби", "tyva", "", "", 0.5, (), (), district="Кызылский")
    assert place_words(place_of(guess, Place())) == "Черби (Кызылский кожуун)"
