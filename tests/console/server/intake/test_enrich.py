"""Enrichment: what the shipped rules make of an appeal that comes in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from console.domain.appeal import NOWHERE, Outcome, Place
from console.errors import ConfigError
from console.rulebook.branches import load_branches
from console.server.intake.enrich import Enriched, RuleEnricher, default_enricher
from console.server.intake.naming import INTAKE, Result, load_naming, plain
from console.wire.schema import IncomingAppeal

BRANCHES = load_branches()


@pytest.fixture(scope="module")
def enricher() -> RuleEnricher:
    """The enricher of the shipped rules."""
    return default_enricher()


def _known(enricher: RuleEnricher, text: str = "Спасибо", **changes: Any) -> Enriched:
    return enricher.enrich(IncomingAppeal("im", "1", text, **changes), text)


@pytest.mark.parametrize(
    ("region", "branch"),
    [
        ("Омская область", "omsk"),
        ("омская  ОБЛАСТЬ", "omsk"),
        ("Республика Тыва", "tyva"),
        ("Тыва", "tyva"),
        ("Тува", "tyva"),
        ("Забайкальский край", "chita"),
        ("Кемеровская область — Кузбасс", "kuzbass"),
        ("Республика Алтай", "gorno-altaysk"),
        ("Алтайский край", "barnaul"),
        ("Красноярскэнерго", "krasnoyarsk"),
    ],
)
def test_a_region_is_of_a_branch(enricher: RuleEnricher, region: str, branch: str) -> None:
    assert _known(enricher, region=region).branch == branch


def test_a_foreign_region_is_of_no_branch(enricher: RuleEnricher) -> None:
    assert _known(enricher, region="Курская область").branch == ""
    assert _known(enricher, branch="mars").branch == ""


def test_a_named_branch_is_stronger_than_the_text(enricher: RuleEnricher) -> None:
    found = _known(enricher, "Нет света в посёлке Солонцы на улице Новой", branch="omsk")
    assert (found.branch, found.place) == ("omsk", NOWHERE)


def test_the_place_in_the_text_tells_the_branch(enricher: RuleEnricher) -> None:
    found = _known(enricher, "Нет света в посёлке Емельяново на улице Новой")
    assert found.branch == "krasnoyarsk"
    assert found.place.settlement == "Емельяново"
    assert "Новая" in found.place.street
    assert found.place.lat is not None
    assert found.tags == ()


def test_a_name_of_several_branches_tells_none(enricher: RuleEnricher) -> None:
    found = _known(enricher, "Нет света в посёлке Солонцы на улице Новой")
    assert (found.place.settlement, found.tags) == ("", (enricher.naming.default_tag,))


def test_without_any_sign_the_default_branch_takes_it_with_a_tag(enricher: RuleEnricher) -> None:
    found = _known(enricher, "Когда дадут свет?")
    assert found.branch == enricher.naming.default_branch
    assert found.tags == (enricher.naming.default_tag,)
    assert _known(default_enricher(default_branch="chita")).branch == "chita"


def test_a_city_of_another_company_leaves_the_appeal_to_the_default_branch(
    enricher: RuleEnricher,
) -> None:
    found = _known(enricher, "Новосибирск, улица Калинина 5, нет света")
    assert found.branch == enricher.naming.default_branch
    assert found.tags == (enricher.naming.default_tag,)
    assert found.place.settlement == "Новосибирск"


def test_a_place_that_was_said_is_not_overruled_by_the_text(enricher: RuleEnricher) -> None:
    said = Place(settlement="Ачинск", street="Ленина")
    found = _known(
        enricher, "В Солонцах на Новой 5 светло, а у нас нет", branch="krasnoyarsk", place=said
    )
    assert (found.place.settlement, found.place.street, found.place.house) == (
        "Ачинск",
        "Ленина",
        "",
    )
    assert found.place.lat == pytest.approx(56.27, abs=0.1)


def test_danger_is_found_and_counts(enricher: RuleEnricher) -> None:
    found = _known(enricher, "На дороге лежит оборванный провод, искрит!", branch="omsk")
    assert found.danger
    assert found.topic.startswith("danger")
    assert found.priority > 0


def test_what_the_outside_calls_high_stays_high(enricher: RuleEnricher) -> None:
    assert not _known(enricher).high_priority
    assert _known(enricher, high_priority=True).high_priority


def test_a_topic_is_ours_or_translated_or_guessed_or_kept_as_a_tag(enricher: RuleEnricher) -> None:
    assert _known(enricher, topic="outage.planned").topic == "outage.planned"
    assert _known(enricher, topic="ЖКХ / Неработающее наружное освещение").topic.startswith(
        "infrastructure"
    )
    assert _known(enricher, "Нет света с утра").topic == "outage.emergency"
    unknown = _known(enricher, "Добрый день", topic="Прочее / Разное", branch="omsk")
    assert (unknown.topic, unknown.tags) == ("", ("Разное",))


# ── The names of outside systems ───────────────────────────────────────────────────────────────


def test_names_are_compared_without_case_punctuation_and_yo() -> None:
    assert plain(" Населённый  ПУНКТ: ") == plain("населенный пункт")
    assert plain("№ инцидента") == "инцидента"


def test_the_shipped_names_know_the_cabinets_columns() -> None:
    naming = load_naming(BRANCHES)
    known = {name for names in naming.columns.values() for name in names}
    for header in (
        "Номер инцидента",
        "Дата создания",
        "Дата окончания",
        "Группа тем",
        "Тема",
        "Регион",
        "Муниципалитет",
        "Населенный пункт",
        "Улица",
        "Дом",
        "Тип инцидента",
        "Итог",
        "Теги",
        "Текст инцидента",
    ):
        assert plain(header) in known, header
    assert naming.results[plain("Решено")] == Result(Outcome.SOLVED)
    assert naming.results[plain("Отложено")] == Result(None, "отложено")
    assert plain("Решаемый") in naming.usual_kinds


def test_every_branch_has_a_region_that_is_known() -> None:
    naming = load_naming(BRANCHES)
    assert {naming.branch_of(branch.region) for branch in BRANCHES} == {b.key for b in BRANCHES}


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('default_branch = "krasnoyarsk"', 'default_branch = "moscow"', "default_branch"),
        ('outcome = "solved"', 'outcome = "great"', "solved"),
        ('omsk = ["Омск"', 'moscow = ["Омск"', "moscow"),
        ('topic = ["Тема"', 'topic = ["Регион"', "stands elsewhere too"),
        ("[kinds]", "[kind]", "not known"),
    ],
)
def test_a_wrong_file_is_told_with_the_place(tmp_path: Path, old: str, new: str, says: str) -> None:
    shipped = INTAKE.read_text(encoding="utf-8")
    assert old in shipped
    path = tmp_path / "intake.toml"
    path.write_text(shipped.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigError, match=says) as caught:
        load_naming(BRANCHES, path)
    assert str(path) in str(caught.value)
