"""The words of corrections: each change has its own, and neighbours do not read the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from console.correction_text import Wanted, correction_text
from console.domain.appeal import Author, Place
from console.domain.channel import Channel, Visibility
from console.domain.corrections import Change
from console.domain.template import find_gaps
from console.errors import ConfigError
from console.rulebook.book import Rulebook
from console.rulebook.corrections import CORRECTIONS, load_corrections
from console.template_values import Setting
from tests.support.builders import NOON, an_appeal, an_outage

RULES = Rulebook.load()
SETTING = Setting(RULES.zones["krasnoyarsk"], NOON, wording=RULES.wording)
OLD, LATER = NOON + timedelta(hours=1), NOON + timedelta(hours=3)
NOBODY = an_appeal(author=Author(""), place=Place())
SOMEBODY = an_appeal(author=Author("Анна Петрова"))
UNTIMED = replace(an_outage(), etr=None, cause="")
TIMED = replace(an_outage(), etr=LATER)


def text(change: Change, turn: int, *, known: bool = True, channel: Channel | None = None) -> str:
    """One correction to somebody of whom all is known, or nothing."""
    told = None if change is Change.KNOWN else OLD
    timed = change in (Change.LATER, Change.EARLIER, Change.KNOWN)
    outage = TIMED if timed else UNTIMED
    appeal = SOMEBODY if known else NOBODY
    wanted = Wanted(appeal, outage, change, told, LATER)
    words, names = RULES.corrections, RULES.variables
    return correction_text(wanted, words, names, setting=SETTING, turn=turn, channel=channel)


@pytest.mark.parametrize("change", Change)
def test_every_wording_is_whole_whatever_is_known(change: Change) -> None:
    for turn in range(20):
        for known in (True, False):
            said = text(change, turn, known=known)
            assert not find_gaps(said), said
            assert said[0].isupper()
            assert said.rstrip().endswith((".", "!"))
            assert "  " not in said


def test_later_and_earlier_name_both_times() -> None:
    for change in (Change.LATER, Change.EARLIER):
        for turn in range(7):
            said = text(change, turn)
            assert "13:00" in said
            assert "15:00" in said


def test_a_hundred_in_one_thread_all_read_differently() -> None:
    assert len({text(Change.LATER, turn, known=False) for turn in range(100)}) == 100


def test_what_is_too_long_for_its_channel_goes_without_its_closing() -> None:
    whole = text(Change.LATER, 0)
    short = text(Change.LATER, 0, channel=Channel("s", Visibility.PUBLIC, len(whole) - 1))
    assert whole.startswith(short)
    assert len(short) < len(whole)


def test_a_file_without_words_for_a_change_is_refused(tmp_path: Path) -> None:
    lines = CORRECTIONS.read_text(encoding="utf-8").replace("known = [", "known = []\nunused = [")
    file = tmp_path / "corrections.toml"
    file.write_text(lines, encoding="utf-8")
    with pytest.raises(ConfigError):
        load_corrections(file)
