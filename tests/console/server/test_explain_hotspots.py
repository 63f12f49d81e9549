"""``otklik-server explain hotspots``: a stream of appeals, replayed for an administrator."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from console.errors import ConfigError, UsageError
from console.server.__main__ import parser


def said(*arguments: str, code: int = 0) -> str:
    args = parser().parse_args(["explain", "hotspots", *arguments])
    out = io.StringIO()
    assert args.func(args, out=out) == code
    return out.getvalue()


def data(*arguments: str, code: int = 0) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(said(*arguments, "--json", code=code))
    return answer


def a_row(minute: int, **fields: object) -> dict[str, object]:
    """One cry from a street of Tara, in the branch's local time."""
    return {
        "id": f"a{minute}",
        "at": f"2026-03-02T18:{minute:02}",
        "branch": "omsk",
        "place": "Тара",
        "street": "ул. Мира",
        "topic": "outage.emergency",
        "author": f"vk{minute}",
        "text": "Нет света",
    } | fields


def a_file(folder: Path, *rows: Mapping[str, object] | str, name: str = "stream.jsonl") -> str:
    path = folder / name
    lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
    path.write_text("\n".join(lines), encoding="utf-8")
    return str(path)


def test_a_hotspot_is_told_with_time_level_evidence_and_confidence(tmp_path: Path) -> None:
    file = a_file(tmp_path, *(a_row(minute) for minute in range(0, 30, 3)))
    answer = data(file)
    (found,) = answer["hotspots"]
    assert (found["level"], found["place"], found["street"]) == ("street", "Тара", "ул. Мира")
    assert found["since"] == "2026-03-02T18:00:00+06:00"
    assert found["found_after"] < found["seen"] == len(found["evidence"]) == 10
    assert found["expected"] < 1
    assert 0 < found["confidence"] <= 0.7
    assert found["threshold"]["newcomer"] > 1
    assert (answer["read"], answer["unordered"], answer["faults"]) == (10, 0, [])


def test_it_is_told_in_both_languages(tmp_path: Path) -> None:
    file = a_file(tmp_path, *(a_row(minute) for minute in range(0, 30, 3)))
    russian, english = said(file), said(file, "--lang", "en")
    assert "Омскэнерго, Тара, ул. Мира (улица), Нет света: Аварийное отключение" in russian
    assert "10 человек, обычно за это время" in russian
    assert "понедельник, 2 марта 2026, 18:00" in russian
    assert "(street), No power: " in english
    assert "10 people, " in english
    assert "‹" not in russian + english


def test_wrong_lines_are_named_by_line_and_column_and_the_rest_goes_on(tmp_path: Path) -> None:
    rows = [a_row(minute) for minute in range(0, 30, 3)]
    file = a_file(
        tmp_path,
        *rows[:5],
        '{"id": "x", "at": 2026',
        "",
        '{"id": "x", "at": "yesterday", "branch": "omsk"}',
        '{"id": "x", "at": "2026-03-02", "branch": "moon"}',
        '{"id": "x", "branch": "omsk"}',
        '{"id": "x", "at": "2026-03-02"}',
        '{"id": "x", "at": "2026-03-02", "branch": "omsk", "place": 7}',
        "[1, 2]",
        a_row(59, topic="light.off", text=""),
        *rows[5:],
    )
    answer = data(file, code=1)
    faults = [(fault["line"], fault["column"], fault["code"]) for fault in answer["faults"]]
    assert faults == [
        (6, 23, "not_json"),
        (8, 19, "at_wrong"),
        (9, 43, "branch"),
        (10, 1, "no_at"),
        (11, 1, "no_branch"),
        (12, 60, "not_string"),
        (13, 1, "not_object"),
        (14, 107, "topic"),
    ]
    assert answer["hotspots"][0]["seen"] == 10
    assert "Строка 8, знак 19: «yesterday» не время" in said(file, code=1)
    assert "‹" not in said(file, "--lang", "en", code=1)


def test_any_order_zone_and_missing_field_is_taken_as_it_is_meant(tmp_path: Path) -> None:
    rows = [a_row(minute) for minute in range(0, 30, 3)]
    plain = data(a_file(tmp_path, *rows))
    rows[3] = a_row(9, at="2026-03-02T12:09:00Z")
    rows[4] = {key: rows[4][key] for key in rows[4] if key not in ("topic", "branch")}
    mixed = data(a_file(tmp_path, *reversed(rows), name="mixed.jsonl"), "--branch", "omsk")
    assert mixed["unordered"] == 9
    assert mixed["hotspots"] == plain["hotspots"]
    bare = [{key: row[key] for key in ("at", "branch", "place", "text")} for row in rows[:3]]
    assert data(a_file(tmp_path, *bare, name="bare.jsonl"))["read"] == 3


def test_the_grid_and_other_rules_can_be_given(tmp_path: Path) -> None:
    streets = ("ул. Мира", "ул. Ленина", "ул. Садовая")
    rows = [a_row(minute, street=streets[minute % 3]) for minute in range(12)]
    grid = [
        {"branch": "omsk", "place": "Тара", "street": street, "feeder": "Ф-7"} for street in streets
    ]
    file, tree = a_file(tmp_path, *rows), a_file(tmp_path, *grid, name="grid.jsonl")
    (found,) = data(file, "--grid", tree)["hotspots"]
    assert (found["level"], found["feeder"]) == ("feeder", "Ф-7")
    assert "Тара, Ф-7 (фидер)" in said(file, "--grid", tree)
    rules = tmp_path / "rules.toml"
    rules.write_text("false_a_day = 0", encoding="utf-8")
    with pytest.raises(ConfigError, match="“false_a_day” must be a number above 0"):
        said(file, "--rules", str(rules))


def test_what_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    for arguments in (
        [str(tmp_path / "none.jsonl")],
        [str(tmp_path)],
        [a_file(tmp_path, a_row(1)), "--branch", "moon"],
        [a_file(tmp_path, a_row(1)), "--grid", a_file(tmp_path, "{", name="grid.jsonl")],
    ):
        with pytest.raises(UsageError) as error:
            said(*arguments)
        assert "\n" not in str(error.value)


def test_an_empty_file_has_no_hotspots(tmp_path: Path) -> None:
    assert said(a_file(tmp_path)) == "Прочитано 0 обращений\nОчагов нет\n"
