"""What may be attached: the shipped norms, and what a wrong file is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.errors import ConfigError
from console.rulebook.attachments import load_attachments
from console.rulebook.channels import load_channels

NORMS = load_attachments()
_WHOLE = "size = 20\ncount = 10\ntotal = 60\npending = 500\npatience_days = 7\nkept = 300\n"


def test_the_shipped_norms_know_pictures_and_papers() -> None:
    for name, media in (("a.JPG", "image/jpeg"), ("b.pdf", "application/pdf")):
        found = NORMS.media_of(name)
        assert found is not None and found.key == media
    assert NORMS.media_of("run.exe") is None
    assert NORMS.size == 20 * 1024 * 1024
    assert NORMS.kept > NORMS.limits.total


def test_every_channel_that_takes_less_is_a_channel() -> None:
    assert set(NORMS.channels) <= set(load_channels())
    assert NORMS.limits_of("phone").count == 0
    assert NORMS.limits_of("email") == NORMS.limits_of(None) == NORMS.limits


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        (_WHOLE.replace("size = 20", "size = 101"), "“size” must be a whole number from 1 to 100"),
        (_WHOLE.replace("count = 10", "count = 21"), "from 0 to 20"),
        (_WHOLE.replace("kept = 300", "kpet = 300"), "this key is not known"),
        (_WHOLE + '[[media]]\nkey = "jpeg"\nends = ["jpg"]', "a media type such as"),
        (_WHOLE + '[[media]]\nkey = "image/jpeg"\nends = [".JPG"]', "in small letters"),
        (_WHOLE + '[[media]]\nkey = "image/jpeg"\nends = ["jpg"]\nmarks = ["x"]', "0:ffd8ff"),
        (_WHOLE + '[[media]]\nkey = "image/jpeg"\nends = ["jpg", "jpg"]', "stands twice"),
        (_WHOLE + '[[channel]]\nkey = "vk"\ncount = 11', "from 0 to 10"),
    ],
)
def test_a_wrong_file_says_what_is_wrong(toml: str, words: str, tmp_path: Path) -> None:
    file = tmp_path / "attachments.toml"
    file.write_text(toml, encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        load_attachments(file)
    assert words in str(error.value)
