"""``otklik-server reliability``: who is over the norm, and the hours of one address."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from console.domain.outage import Outage, OutageArea, OutageKind, OutageStatus
from console.server import repo
from console.server.__main__ import main
from console.wire.schema import Rows
from tests.support.server import migrated, sqlite_url

HOUR = timedelta(hours=1)


def run(url: str, *arguments: str) -> str:
    out = io.StringIO()
    command = ["reliability", "--branch", "krasnoyarsk", *arguments, "--database", url]
    assert main(command, out=out) == 0
    return out.getvalue()


def test_addresses_over_the_norm_are_listed_and_one_is_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    now = datetime.now(UTC)
    houses = OutageArea("Солонцы", "улица Садовая", "1–5 нечётные")
    lasting = Outage(
        "krasnoyarsk",
        "one",
        OutageKind.EMERGENCY,
        OutageStatus.ACTIVE,
        started_at=now - 30 * HOUR,
        areas=(houses,),
    )
    url = sqlite_url(tmp_path)
    with migrated(url) as database:
        assert "никого нет" in run(url)
        database.write(lambda connection: repo.put_rows(connection, Rows(outages=(lasting,))))
    listed = run(url)
    assert "сверх нормы: Солонцы, улица Садовая, 1, 3, 5. За год" in listed
    assert "основание для перерасчёта" in listed
    (address,) = json.loads(run(url, "--json"))["addresses"]
    assert (address["stage"], address["over_in_a_row_hours"]) == ("over", 6.0)
    one = run(url, "--address", "п. Солонцы, ул. Садовая, 4", "--lang", "en")
    assert "within the norm: Солонцы, улица Садовая, 4." in one
    last = run(url, "--address", "Солонцы, ул. Садовая, 3")
    assert "норма пройдена" in last
    assert (
        main(["reliability", "--branch", "krasnoyarsk", "--address", "5", "--database", url]) == 2
    )
    assert "населённый пункт" in capsys.readouterr().err
