"""Names in the right case, against what a careful editor would write."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.domain.cases import street_along, street_within
from console.errors import ConfigError
from console.rulebook.cases import load_cases
from console.rulebook.places import load_gazetteer, read_rows
from console.wording import Use, Wording

LABELLED = Path(__file__).parent
WORDING = Wording(load_cases())


def test_places_are_declined_as_an_editor_would() -> None:
    wrong = []
    for row in read_rows(LABELLED / "places.tsv"):
        within = WORDING.form(row["name"], Use.PLACE_IN)
        said = (within.split(" ", 1)[1], WORDING.form(row["name"], Use.PLACE_OF))
        if said != (row["where"], row["from"]):
            wrong.append((row["name"], *said))
    assert wrong == []


def test_streets_are_declined_as_an_editor_would() -> None:
    wrong = []
    for row in read_rows(LABELLED / "streets.tsv"):
        said = (street_within(row["name"]), street_along(row["name"]))
        if said != (row["where"], row["along"]):
            wrong.append((row["name"], *said))
    assert wrong == []


def test_people_are_declined_as_an_editor_would() -> None:
    wrong = []
    for row in read_rows(LABELLED / "people.tsv"):
        said = tuple(
            WORDING.form(row["name"], use) for use in (Use.PERSON_OF, Use.PERSON_TO, Use.OPENING)
        )
        if said != (row["from"], row["to"], "" if row["opening"] == "-" else row["opening"]):
            wrong.append((row["name"], *said))
    assert wrong == []


@pytest.mark.parametrize(
    ("name", "form"),
    [("Власиха", "во Власихе"), ("Варшава", "в Варшаве"), ("Выдрино", "в Выдрине")],
)
def test_the_preposition_is_the_one_that_can_be_said(name: str, form: str) -> None:
    assert WORDING.form(name, Use.PLACE_IN) == form


@pytest.mark.parametrize("name", ["xXx_kot", "Наташа 💡", "", "ЖКХ Сибирь 24", "John"])
def test_a_nick_name_has_no_cases(name: str) -> None:
    assert WORDING.form(name, Use.OPENING) == WORDING.form(name, Use.PERSON_OF) == ""


def test_every_place_that_we_know_has_a_form() -> None:
    names = {place.name for place in load_gazetteer().settlements}
    assert len(names) > 4_000
    for name in names:
        for use in (Use.PLACE_IN, Use.PLACE_OF):
            form = WORDING.form(name, use)
            assert form and form.strip() == form, name


def test_a_correction_is_used_whatever_the_capitals_and_the_dots() -> None:
    corrected = WORDING.corrected({("берези", Use.PLACE_IN): "в Берёзи"})
    assert corrected.form(" Берёзи ", Use.PLACE_IN) == "в Берёзи"
    assert corrected.suggested("Берёзи", Use.PLACE_IN) == "в Берёзях"
    assert WORDING.form("Берёзи", Use.PLACE_IN) == "в Берёзях"


def test_a_wrong_file_of_exceptions_says_what_is_wrong(tmp_path: Path) -> None:
    file = tmp_path / "cases.tsv"
    file.write_text("name\tgenitive\nТопки\tТопок\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="dative"):
        load_cases(file)
