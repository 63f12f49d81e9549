"""The gazetteer, and where residents' own words lead with it."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.address import PlaceGuess, resolve
from console.domain.cleaning import clean
from console.domain.name_index import one_letter_off
from console.domain.place_score import Reason
from console.errors import ConfigError
from console.paths import RESOURCES
from console.rulebook import build_places
from console.rulebook.branches import load_branches
from console.rulebook.places import PLACES, SETTLEMENTS, load_gazetteer, read_rows
from tests.support.growth import growth

GAZETTEER = load_gazetteer()
BRANCHES = {branch.key: branch for branch in load_branches()}
DEMO = RESOURCES / "demo" / "settlements.tsv"
REAL_APPEALS = Path(__file__).resolve().parents[4] / "shared" / "data" / "appeals-kursk-2022.csv"


def guesses(text: str, branch: str | None = None) -> tuple[PlaceGuess, ...]:
    return resolve(text, branch=branch, gazetteer=GAZETTEER)


def best(text: str, branch: str | None = None) -> tuple[str, str | None, str, str]:
    found = guesses(text, branch)
    assert found, text
    return (found[0].settlement, found[0].branch, found[0].street, found[0].house)


# ── The data ──────────────────────────────────────────────────────────────────────────────────


def test_the_settlements_file_is_what_its_maker_makes(capsys: pytest.CaptureFixture[str]) -> None:
    assert build_places.main(["--check"]) == 0
    assert capsys.readouterr().out == "up to date\n"


def test_a_stale_file_is_noticed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "settlements.tsv"
    file.write_text(SETTLEMENTS.read_text(encoding="utf-8") + "x", encoding="utf-8")
    assert build_places.main(["--check"], file) == 1
    assert "stale" in capsys.readouterr().out


def test_geonames_is_named_as_the_source_with_its_licence() -> None:
    head = SETTLEMENTS.read_text(encoding="utf-8")[:1500]
    assert "GeoNames" in head
    assert "Attribution 4.0" in head


def test_every_branch_has_its_settlements_at_plausible_places() -> None:
    for branch in BRANCHES.values():
        own = [place for place in GAZETTEER.settlements if place.branch == branch.key]
        assert len(own) >= 25, branch.key
        for place in own:
            assert 48 < place.lat < 82, place
            assert 69 < place.lon < 123, place


def test_a_settlements_clock_is_its_branchs_clock() -> None:
    noon = datetime(2026, 1, 20, 12, 0, tzinfo=UTC)
    for place in GAZETTEER.settlements:
        if place.branch:
            own = noon.astimezone(ZoneInfo(place.zone)).utcoffset()
            assert own == noon.astimezone(BRANCHES[place.branch].zone).utcoffset(), place


@pytest.mark.skipif(not DEMO.exists(), reason="the demonstration's settlements are not here")
def test_every_settlement_of_the_demonstration_is_found_in_its_cases() -> None:
    for row in read_rows(DEMO):
        for said in (row["where"], f"из {row['of']}"):
            settlement, branch, _, _ = best(f"{said} нет света", row["branch"])
            assert (settlement.replace("ё", "е"), branch) == (
                row["name"].replace("ё", "е"),
                row["branch"],
            ), said


# ── Settlements ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "settlement", "branch"),
    [
        ("в солонцах нет света", "Солонцы", "krasnoyarsk"),
        ("Пишу из Черногорска", "Черногорск", "khakassia"),
        ("в улан удэ опять", "Улан-Удэ", "buryatia"),
        ("В Улан-Удэ опять", "Улан-Удэ", "buryatia"),
        ("с. Иволгинск без света", "Иволгинск", "buryatia"),
        ("п.Майна нет света", "Майна", "khakassia"),
        ("пгт.Емельяново ул.Московская", "Емельяново", "krasnoyarsk"),
        ("В КЫЗЫЛЕ НЕТ СВЕТА", "Кызыл", "tyva"),
        ("в Ленинске-Кузнецком", "Ленинск-Кузнецкий", "kuzbass"),
        ("в Камне-на-Оби", "Камень-на-Оби", "barnaul"),
        ("город Тайга нет света", "Тайга", "kuzbass"),
        ("Чернагорск без света", "Черногорск", "khakassia"),
        ("живу в Чите", "Чита", "chita"),
        ("в Яе отключили", "Яя", "kuzbass"),
    ],
)
def test_a_settlement_is_known_in_any_form(text: str, settlement: str, branch: str) -> None:
    assert best(text)[:2] == (settlement, branch)


@pytest.mark.parametrize(
    "text",
    [
        "Нет света! Когда дадут? 3 часа сидим",
        "Я живу на первом этаже",
        "свет горит, искра пропала, вся тайга в снегу",
        "улица ходит в страхе",
        "напряжение 157 улица кызыл-оола 99",
        "Омский РЭС молчит",
        "",
        "!!!",
        "И т.д. Как с Нового года",
    ],
)
def test_where_no_place_is_named_none_is_guessed_with_any_confidence(text: str) -> None:
    assert all(guess.confidence < 0.5 for guess in guesses(text, "krasnoyarsk"))


@pytest.mark.parametrize("text", ["в берёзовке нет света", "Посёлок Берёзовка, улица Мира, 5"])
def test_a_name_of_several_branches_without_the_appeals_branch_is_asked_about(text: str) -> None:
    found = guesses(text)
    assert {guess.branch for guess in found} >= {"krasnoyarsk", "barnaul"}
    assert not any(guess.is_sure for guess in found)
    assert all(guess.has(Reason.SAME_NAME) for guess in found)


def test_the_appeals_branch_decides_between_namesakes() -> None:
    first, *others = guesses("в белом яре нет света", "khakassia")
    assert (first.branch, first.district) == ("khakassia", "Алтайский")
    assert first.is_sure
    assert not any(other.is_sure for other in others)


def test_of_many_villages_of_one_name_in_the_branch_none_is_taken_unasked() -> None:
    found = guesses("в берёзовке нет света", "krasnoyarsk")
    assert {guess.branch for guess in found[:3]} == {"krasnoyarsk"}
    assert found[0].has(Reason.SAME_NAME_HERE)
    assert not any(guess.is_sure for guess in found)


@pytest.mark.parametrize(
    ("text", "district"),
    [
        ("Берёзовка Манского района", "Манский"),
        ("р-н Манский, д. Берёзовка", "Манский"),
        ("в берёзовке (шушенский р-н) нет света", "Шушенский"),
    ],
)
def test_the_district_in_the_text_decides_between_namesakes(text: str, district: str) -> None:
    first, *others = guesses(text)
    assert (first.branch, first.district) == ("krasnoyarsk", district)
    assert first.has(Reason.DISTRICT_NAMED)
    assert first.is_sure
    assert not any(other.is_sure for other in others)


def test_what_only_a_district_lists_is_believed_where_something_tells_its_branch() -> None:
    (unknown,) = guesses("в Каптырево нет света, ул Мира 5")
    assert unknown.settlement == "Каптырево"
    assert not unknown.is_sure
    assert guesses("в Каптырево нет света, ул Мира 5", "krasnoyarsk")[0].is_sure


@pytest.mark.parametrize(
    ("text", "settlement"),
    [
        ("Живу в Омске, а у родителей в Таре нет света", "Тара"),
        ("в Мариинске нет света, а в Кемерово всё хорошо", "Мариинск"),
        ("Приехали из Красноярска в Канск, а тут света нет", "Канск"),
    ],
)
def test_of_two_places_the_one_without_light_is_meant(text: str, settlement: str) -> None:
    assert guesses(text)[0].settlement == settlement


def test_of_two_places_that_only_a_person_can_tell_apart_none_is_taken_unasked() -> None:
    found = guesses("Абакан и Кызыл, когда дадут свет")
    assert {guess.settlement for guess in found[:2]} == {"Абакан", "Кызыл"}
    assert not any(guess.is_sure for guess in found)
    assert found[0].has(Reason.SECOND_PLACE)


@pytest.mark.parametrize(
    ("text", "settlement"),
    [
        ("Лесасибирск без света", "Лесосибирск"),
        ("Наваалтайск, Прудская 5", "Новоалтайск"),
        ("Атомановка без света", "Атамановка"),
        ("Кошагач нет света", "Кош-Агач"),
        ("Мухор шибирь, нет света", "Мухоршибирь"),
        ("Кр. Чикой без света", "Красный Чикой"),
    ],
)
def test_a_name_written_by_ear_together_apart_or_cut_short_is_known(
    text: str, settlement: str
) -> None:
    assert best(text)[0] == settlement


def test_the_region_in_the_text_decides_between_namesakes() -> None:
    first, *others = guesses("Забайкальский край, в Агинском нет света")
    assert (first.settlement, first.branch, first.is_sure) == ("Агинское", "chita", True)
    assert not any(other.is_sure for other in others)


def test_a_place_of_another_branch_is_named_but_never_sure() -> None:
    (guess,) = guesses("г. Черногорск, улица Кирова 5", "krasnoyarsk")
    assert guess.branch == "khakassia"
    assert guess.has(Reason.OTHER_BRANCH)
    assert not guess.is_sure


def test_a_city_that_is_not_ours_is_said_to_be_not_ours() -> None:
    (guess,) = guesses("новосибирск калинина 5")
    assert (guess.settlement, guess.branch) == ("Новосибирск", "")
    assert guess.has(Reason.NOT_OURS)


def test_a_village_near_the_named_town_is_meant_not_the_town() -> None:
    first, second, *_ = guesses("Красноярск, пос. Солонцы, ул. Новостроек 7/2", "krasnoyarsk")
    assert first.settlement == "Солонцы"
    assert first.has(Reason.NEAR_TOWN)
    assert second.settlement == "Красноярск"


def test_a_village_in_no_list_is_named_with_the_districts_branch_and_asked_about() -> None:
    (guess,) = guesses("Шушенский район, с. Дальнее Займище, нет света")
    assert (guess.settlement, guess.branch) == ("Дальнее Займище", "krasnoyarsk")
    assert guess.has(Reason.UNLISTED)
    assert not guess.is_sure


def test_a_district_is_not_the_village_of_its_name() -> None:
    (guess,) = guesses("в Шушенском районе нет света", "krasnoyarsk")
    assert guess.settlement == ""


# ── Streets and houses ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "street", "house"),
    [
        ("на пятой нет света", "5-я", ""),
        ("на 5-ой линии", "5-я линия", ""),
        ("1-я Советская улица дом 5", "улица 1-я Советская", "5"),
        ("в 5-м мкр", "5-й микрорайон", ""),
        ("ул Кирова 12а", "улица Кирова", "12А"),
        ("ул. Мира, д. 12 корп. 2", "улица Мира", "12 корп. 2"),
        ("ул.Новостроек 7/2", "улица Новостроек", "7/2"),
        ("пр-т Ленина, 5 А, нет света", "проспект Ленина", "5А"),
        ("переулок Кузнечный 3", "переулок Кузнечный", "3"),
        ("в Кузнечном переулке", "переулок Кузнечный", ""),
        ("по улице Взлётной", "улица Взлётная", ""),
        ("на ленина 5 темно", "Ленина", "5"),
        ("на садовой нет света", "улица Садовая", ""),
        ("на улице 9 мая 63", "улица 9 Мая", "63"),
        ("ул 40 лет Победы д 8", "улица 40 лет Победы", "8"),
        ("ул. К. Либкнехта 3", "улица К. Либкнехта", "3"),
        ("снт Берёзка отключили", "СНТ «Берёзка»", ""),
        ('в СНТ "Энергетик"', "СНТ «Энергетик»", ""),
        ("ул Победы 5 а у соседей есть", "улица Победы", "5"),
        ("Улица Пушкина, 10 кв 5", "улица Пушкина", "10"),
        ("ул Мира 12-34", "улица Мира", "12"),
        ("дома 5, 7 и 9 по Гагарина", "Гагарина", "5, 7, 9"),
        ("мкр Солнечный", "микрорайон Солнечный", ""),
        ("в м-не Молодёжный", "микрорайон Молодёжный", ""),
        ("Тихий переулок 20", "переулок Тихий", "20"),
        ("по Лесному темно", "Лесной", ""),
        ("с. Подсинее (Алтайский район), пер. Зелёный", "переулок Зелёный", ""),
        ("по Енисейскому шоссе", "шоссе Енисейское", ""),
        ("Бочкарева 26: темно", "Бочкарева", "26"),
        ("по Ооржака Лопсанчапа", "Ооржака Лопсанчапа", ""),
        ("ул. Обская 3", "улица Обская", "3"),
        ("ул. Весеняя 3", "улица Весенняя", "3"),
        ("пр-т Н. Плевицкой 39", "проспект Н. Плевицкой", "39"),
        ("ул ленена 3", "улица Ленина", "3"),
        ("пл. Революции 1", "площадь Революции", "1"),
    ],
)
def test_a_street_and_house_are_read_as_residents_write_them(
    text: str, street: str, house: str
) -> None:
    found = guesses(text, "krasnoyarsk")
    assert (found[0].street, found[0].house) == (street, house)


@pytest.mark.parametrize(
    "text",
    [
        "второй день нет света",
        "третий раз за неделю на первой смене",
        "на улице зима, холодно",
        "вся улица ходит в страхе",
        "на нашей улице темно",
        "с 9 до 18 часов",
        "на новой остановке",
        "проезд общественного транспорта",
        "горячая линия холодная",
        "на горячую линию. Помогите",
        "Отключите линию!!!",
        "в СНТ отказывают в подключении",
        "уже 4й крайней полосе",
        "с 10 кв 0,4",
    ],
)
def test_everyday_words_are_no_street(text: str) -> None:
    assert all(guess.street == "" for guess in guesses(text, "krasnoyarsk"))


@pytest.mark.parametrize(
    "text", ["ул Мира с 18:00", "на Мира 3 часа нет света", "ул Мира 220 вольт"]
)
def test_a_number_with_a_unit_is_no_house(text: str) -> None:
    assert guesses(text, "krasnoyarsk")[0].house == ""


def test_the_whole_example_of_the_brief_case() -> None:
    (guess,) = guesses("в солонцах на пятой нет света", "krasnoyarsk")
    text = "в солонцах на пятой нет света"
    assert (guess.settlement, guess.street, guess.is_sure) == ("Солонцы", "5-я", True)
    assert [text[span.start : span.end] for span in guess.spans] == ["солонцах", "пятой"]
    assert guess.has(Reason.STREET_ORDINAL)


def test_a_street_without_a_settlement_keeps_the_appeals_branch_and_is_asked_about() -> None:
    (guess,) = guesses("по улице Взлётной 5", "krasnoyarsk")
    assert (guess.settlement, guess.branch) == ("", "krasnoyarsk")
    assert guess.has(Reason.NO_SETTLEMENT)
    assert not guess.is_sure


# ── As a whole ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("one", "other", "off"),
    [
        ("абакан", "абаккан", True),
        ("абакан", "абкан", True),
        ("абакан", "обакан", True),
        ("абакан", "бааккан", False),
        ("абакан", "абкаан", True),
        ("абакан", "абакан", False),
        ("абакан", "абаканск", False),
    ],
)
def test_one_letter_off_is_one_edit_or_one_swap(one: str, other: str, off: bool) -> None:
    assert one_letter_off(one, other) is off
    assert one_letter_off(other, one) is off


@given(st.text(alphabet='абвк улснт.,-"«»05ЯКМ\n', max_size=80))
def test_any_text_gives_guesses_with_places_in_it(text: str) -> None:
    for guess in guesses(text, "kuzbass"):
        assert 0 <= guess.confidence <= 1
        for span in guess.spans:
            assert 0 <= span.start <= span.end <= len(text)


@pytest.mark.parametrize("unit", ["в Абакане ", "ул ", "дом 5 ", "на пятой ", "Ленина 5, ", "1-я "])
def test_the_time_grows_no_faster_than_the_text(unit: str) -> None:
    # Quadratic work would take 64 times as long for 8 times the text.
    assert growth(lambda text: guesses(text, "krasnoyarsk"), of=unit, length=450) < 40


@pytest.mark.skipif(not REAL_APPEALS.exists(), reason="appeals-kursk-2022.csv is not here")
def test_in_a_thousand_appeals_from_another_region_no_place_of_ours_is_sure() -> None:
    with REAL_APPEALS.open(newline="", encoding="utf-8") as file:
        texts = [clean(row["text"]) for row in csv.DictReader(file)]
    sure = [g for text in texts for g in guesses(text) if g.is_sure]
    assert len(sure) > 50
    assert {guess.branch for guess in sure} == {""}


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("settlements.tsv", "branch\tname\nomsk\tОмск\tx\n", "3 cells instead of 2"),
        ("settlements.tsv", "branch\tname\nomsk\tОмск\n", "aliases"),
        ("regions.tsv", "words\tbranch\n???\tomsk\n", "a phrase has words"),
    ],
)
def test_a_wrong_places_file_says_what_is_wrong(
    name: str, text: str, words: str, tmp_path: Path
) -> None:
    for file in PLACES.iterdir():
        (tmp_path / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        load_gazetteer(tmp_path)
    assert words in str(error.value)
    assert name in str(error.value)
