"""Full text: the words that an appeal is found by.

A word is kept without its endings (`console.roots`). «ё» is «е». A number is a word; a phone is
kept as its ten national digits, and as its last seven and four, which is how people read it out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING
from zlib import crc32

from console.roots import root

if TYPE_CHECKING:
    from console.domain.appeal import Appeal
    from console.domain.message import Message

_WORD = re.compile(r"[^\W_]+")
_DIGITS = re.compile(r"(?<!\d)\+?(?:\d[\s()–-]*){9,10}\d(?!\d)")
"""Ten or eleven digits, as a phone is written; it begins with a digit so that it is looked for
only where there is one."""
_NOT_DIGIT = re.compile(r"\D")


def document(appeal: Appeal, messages: Iterable[Message]) -> str:
    """All words that ``appeal`` is found by, each once, ready to be indexed."""
    place, author = appeal.place, appeal.author
    texts = {
        appeal.text,
        author.name,
        author.handle,
        place.settlement,
        place.municipality,
        place.street,
        place.house,
        appeal.number,
        *appeal.tags,
        *(message.text for message in messages),
    }
    found = set(map(root, _WORD.findall(_fold("\n".join(texts)))))
    for text in (author.phone, appeal.text):
        found.update(_phone_words(text))
    return " ".join(sorted(found))


def plain_words(text: str) -> list[str]:
    """The words of ``text`` as they are indexed, before their endings go."""
    return _WORD.findall(_fold(text))


def digest(words_of_it: str) -> int:
    """A checksum that tells whether a document has changed."""
    return crc32(words_of_it.encode())


def _fold(text: str) -> str:
    return text.lower().replace("ё", "е")


def _phone_words(text: str) -> Iterator[str]:
    for match in _DIGITS.finditer(text):
        digits = _national(match.group())
        if digits is not None:
            yield from (digits, digits[-7:], digits[-4:])


def _national(text: str) -> str | None:
    """The ten digits of a Russian number, without its 8 or +7; None if it is something else."""
    digits = _NOT_DIGIT.sub("", text)
    if len(digits) == 11 and digits[0] in "78":
        return digits[1:]
    return digits if len(digits) == 10 else None
