"""The quarantine: rows that wait for a person, in a file that can be imported again."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.i18n import LANGUAGES, Catalog
from console.server.intake.quarantine import Quarantine, QuarantineError, _safe, restored
from console.server.intake.sheet import open_sheet


def test_without_rows_there_is_no_file(tmp_path: Path) -> None:
    quarantine = Quarantine(tmp_path / "q.csv", ("id", "text"))
    quarantine.close()
    assert list(tmp_path.iterdir()) == []


def test_rows_stand_with_number_reason_and_their_cells(tmp_path: Path) -> None:
    quarantine = Quarantine(tmp_path / "q.csv", ("id", "text"))
    quarantine.add(3, "нет текста", (1001, None))
    assert not (tmp_path / "q.csv").exists()
    quarantine.close()
    assert (tmp_path / "q.csv").read_text(encoding="utf-8-sig").splitlines() == [
        "row;reason;id;text",
        "3;нет текста;1001;",
    ]
    assert quarantine.count == 1
    assert [path.name for path in tmp_path.iterdir()] == ["q.csv"]


def test_an_older_file_stays_until_there_is_a_newer_one(tmp_path: Path) -> None:
    path = tmp_path / "q.csv"
    path.write_text("mended by hand")
    Quarantine(path, ("id",)).close()
    assert path.read_text() == "mended by hand"


def test_no_cell_is_a_formula(tmp_path: Path) -> None:
    quarantine = Quarantine(tmp_path / "q.csv", ("=id", "+text"))
    quarantine.add(2, "why", ("=HYPERLINK(1)", "-1", "@x", "\ta", "plain"))
    quarantine.close()
    with (tmp_path / "q.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file, delimiter=";"))
    assert rows[0] == ["row", "reason", "'=id", "'+text"]
    assert rows[1][2:] == ["'=HYPERLINK(1)", "'-1", "'@x", "'\ta", "plain"]


@given(st.text(max_size=20) | st.text("'=+-@\t a", max_size=5))
def test_what_was_made_safe_is_restored(text: str) -> None:
    assert restored(_safe(text)) == text
    assert not _safe(text).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_bytes_that_were_broken_come_back_as_they_were(tmp_path: Path) -> None:
    quarantine = Quarantine(tmp_path / "q.csv", ("id",))
    quarantine.add(2, "encoding", ("a\udcffb",))
    quarantine.close()
    assert b"a\xffb" in (tmp_path / "q.csv").read_bytes()
    with open_sheet(tmp_path / "q.csv") as sheet:
        assert next(sheet.lines).cells[2] == "a\udcffb"


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    quarantine = Quarantine(tmp_path / "nowhere" / "q.csv", ("id",))
    with pytest.raises(QuarantineError, match="name another file with --quarantine"):
        quarantine.add(2, "why", ("1",))


def test_every_reason_has_its_words_in_every_language() -> None:
    codes = (
        "source",
        "no_number",
        "number",
        "no_text",
        "date",
        "too_long",
        "too_many",
        "out_of_range",
        "branch",
        "not_your_branch",
        "other_text",
        "torn",
        "cells",
        "encoding",
    )
    catalogs = [Catalog.load(language) for language in LANGUAGES]
    for catalog in catalogs:
        for code in codes:
            assert catalog.has(f"server.quarantine_{code}"), (catalog.language, code)
    first, *others = (
        {key for key in catalog.messages if key.startswith("server.")} for catalog in catalogs
    )
    assert all(other == first for other in others)
