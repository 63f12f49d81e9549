"""A soft lease is renewed rarely, ends by itself, and is never longer than the rules say."""

from __future__ import annotations

from datetime import timedelta

import pytest

from console.domain.lease import LeaseNorms
from console.errors import ConfigError
from console.rulebook.leases import LEASES, load_leases
from tests.support.builders import NOON

NORMS = LeaseNorms(timedelta(minutes=10), timedelta(minutes=5))
MINUTE = timedelta(minutes=1)


def test_a_lease_is_renewed_only_when_little_is_left() -> None:
    until = NORMS.renewed(None, NOON)
    assert until == NOON + 10 * MINUTE
    assert NORMS.renewed(until, NOON + 5 * MINUTE) == until
    assert NORMS.renewed(until, NOON + 6 * MINUTE) == NOON + 16 * MINUTE
    assert NORMS.renewed(until, NOON + 30 * MINUTE) == NOON + 40 * MINUTE


def test_nobody_gets_a_longer_lease_than_there_are() -> None:
    assert NORMS.bounded(NOON + timedelta(days=9), NOON) == NOON + 10 * MINUTE
    assert NORMS.bounded(NOON + 3 * MINUTE, NOON) == NOON + 3 * MINUTE
    assert NORMS.bounded(NOON, NOON) is None
    assert NORMS.bounded(None, NOON) is None


def test_the_shipped_norms_can_be_read() -> None:
    norms = load_leases()
    assert timedelta(0) < norms.renew_below <= norms.length


@pytest.mark.parametrize(
    "text",
    [
        "minutes = 0\nrenew_below_minutes = 1",
        "minutes = 10\nrenew_below_minutes = 11",
        "minutes = 10",
        "minutes = 10\nrenew_below_minutes = 5\nhours = 1",
    ],
)
def test_norms_that_make_no_sense_are_refused(
    text: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("rules") / LEASES.name
    path.write_text(text, "utf-8")
    with pytest.raises(ConfigError):
        load_leases(path)
