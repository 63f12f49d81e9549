"""Words that are a slip away from a word of danger and exist: resources/rules/danger_alike.txt.

    python -m console.rulebook.build_alike

Every form in the Russian dictionary (resources/spelling) of which `domain.slips` would make a word
of danger is written there, so that it is taken for itself. To be made anew when danger.toml gets
other words; a test says when.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

from console.domain.slips import Slips
from console.domain.words import fold
from console.paths import RESOURCES
from console.rulebook.danger import ALIKE, load_parts

DICTIONARY = RESOURCES / "spelling" / "ru_RU"
_LONG = 10
"""Letters of a word whose endings do not touch its beginning."""

HEAD = """\
# Existing words, and with a star beginnings of words, that are a slip of the thumb away from a word
# of danger and are not meant by it. Made by console.rulebook.build_alike from the dictionary in
# resources/spelling, whose licence holds. Of the words of danger {digest}.
"""


class Ending(NamedTuple):
    """How a form is made: what goes, what comes, and which words have it."""

    cut: str
    added: str
    fits: re.Pattern[str]


def forms(slips: Slips, dictionary: Path = DICTIONARY) -> Iterator[str]:
    """The forms of the words of the dictionary that may be near a word of danger, folded."""
    endings = _endings(dictionary.with_suffix(".aff").read_text("utf-8"))
    for line in dictionary.with_suffix(".dic").read_text("utf-8").splitlines()[1:]:
        word, _, flags = line.partition("/")
        if len(word) > _LONG and not slips.may_be_near(fold(word)):
            continue
        yield fold(word)
        for flag in flags:
            for one in endings.get(flag, ()):
                if word.endswith(one.cut) and one.fits.search(word):
                    yield fold(word[: len(word) - len(one.cut)] + one.added)


def _endings(text: str) -> dict[str, list[Ending]]:
    found: dict[str, list[Ending]] = {}
    for line in text.splitlines():
        parts = line.split()
        if len(parts) == 5 and parts[0] == "SFX":
            _, flag, cut, added, where = parts
            ending = Ending(cut.strip("0"), added.strip("0"), re.compile(f"(?:{where})$"))
            found.setdefault(flag, []).append(ending)
    return found


def alike() -> list[str]:
    """The words and beginnings of the file."""
    slips = Slips(load_parts(), ())
    return sorted({entry for word in set(forms(slips)) for entry in slips.near(word)})


def digest() -> str:
    """A checksum of the words of danger; the file says of which it was made."""
    said = sorted({f"{part.letters}{part.mark}" for part in load_parts()})
    return f"{crc32(' '.join(said).encode()):08x}"


def main() -> None:
    """Write the file."""
    head = HEAD.format(digest=digest())
    ALIKE.write_text(head + "\n".join(alike()) + "\n", "utf-8")


if __name__ == "__main__":
    main()
