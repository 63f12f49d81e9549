"""The shipped channels: all of them, named, with limits counted as the channel counts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from console.domain.channel import Visibility
from console.errors import ConfigError
from console.paths import RESOURCES
from console.rulebook.channels import load_channels

CHANNELS = load_channels()


def test_all_channels_of_the_contact_centre_are_there_and_named() -> None:
    assert set(CHANNELS) == {
        *("vk", "ok", "telegram", "max", "pos", "phone", "site", "email", "office", "im")
    }
    for language in ("ru", "en"):
        file = RESOURCES / "i18n" / language / "channels.json"
        names = json.loads(file.read_text(encoding="utf-8"))
        wanted = set(CHANNELS) | {f"visibility_{v}" for v in Visibility}
        assert set(names) == wanted


def test_comments_are_public_and_letters_private() -> None:
    assert CHANNELS["vk"].visibility is Visibility.PUBLIC
    assert CHANNELS["email"].visibility is Visibility.PRIVATE


def test_an_emoji_counts_twice_where_the_channel_counts_utf16() -> None:
    assert CHANNELS["telegram"].length("да😀") == 4
    assert CHANNELS["vk"].length("да😀") == 3
    assert CHANNELS["telegram"].left("а" * 4097) == -1
    assert CHANNELS["email"].left("а" * 99_999) is None


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        ('[[channel]]\nkey = "vk"\nvisibility = "open"', "one of public, private, internal"),
        ('[[channel]]\nkey = "vk"\nvisibility = "public"\nlimit = 0', "above 0"),
        ('[[channel]]\nkey = "vk"\nvisibility = "public"\nlimit = true', "whole number"),
        ('[[channel]]\nvisibility = "public"', "“channel 1.key” must be a text"),
    ],
)
def test_a_wrong_channels_file_says_what_is_wrong(toml: str, words: str, tmp_path: Path) -> None:
    file = tmp_path / "channels.toml"
    file.write_text(toml, encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        load_channels(file)
    assert words in str(error.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        load_channels(tmp_path / "channels.toml")
