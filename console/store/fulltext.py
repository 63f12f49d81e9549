"""Full text: the words that an appeal is found by, and a person's search as a query of them.

A word is kept without its endings, so that «отключили», «отключение» and «отключен» are one:
the Snowball stem, and of a long one also what remains without the suffix of a participle or a
verbal noun. «ё» is «е». A number is a word; a phone is kept as its ten national digits, and as
its last seven and four, which is how people read it out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zlib import crc32

if TYPE_CHECKING:
    from console.domain.appeal import Appeal
    from console.domain.message import Message

_WORD = re.compile(r"[^\W_]+")
_RUSSIAN = re.compile(r"[а-я]+\Z")
_DIGITS = re.compile(r"(?<!\d)\+?(?:\d[\s()–-]*){9,10}\d(?!\d)")
"""Ten or eleven digits, as a phone is written; it begins with a digit so that it is looked for
only where there is one."""
_NOT_DIGIT = re.compile(r"\D")
_VERBAL = re.compile(r"(?:ени|яни|ани|енн|ен|ян|ан)\Z")
_INSERTED = re.compile(r"(?<=[бпвмф])л\Z")
"""«восстановить — восстановлен»: the л comes and goes with the suffix."""
_LEAST_ROOT = 5
_LONGEST = 40


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


def prepare() -> None:
    """Import the stemmer now, so that the first search need not."""
    _stemmer()


def plain_words(text: str) -> list[str]:
    """The words of ``text`` as they are indexed, before their endings go."""
    return _WORD.findall(_fold(text))


def digest(words_of_it: str) -> int:
    """A checksum that tells whether a document has changed."""
    return crc32(words_of_it.encode())


def query(text: str) -> str:
    """A search as an FTS5 expression: every word, the last maybe unfinished; empty: no search."""
    phone = _phone(text)
    if phone is not None:
        return f'"{phone}"'
    raw = _WORD.findall(_fold(text))
    if not raw:
        return ""
    *whole, last = raw
    terms = [f'"{root(word)}"' for word in whole]
    terms.append(_beginning(last))
    return " AND ".join(terms)


@lru_cache(maxsize=200_000)
def root(word: str) -> str:
    """A folded word without its endings; anything but a Russian word stays as it is."""
    word = word[:_LONGEST]
    if not _RUSSIAN.match(word):
        return word
    stem: str = _stemmer().stemWord(word)
    for suffix in (_VERBAL, _INSERTED):
        bare = suffix.sub("", stem)
        stem = bare if len(bare) >= _LEAST_ROOT else stem
    return stem


def _beginning(word: str) -> str:
    """A word that may still be typed: itself as a beginning, or its root."""
    word, stem = word[:_LONGEST], root(word)
    if stem == word:
        return f'"{word}" *'
    return f'("{word}" * OR "{stem}")' if word.startswith(stem) else f'"{stem}"'


def _fold(text: str) -> str:
    return text.lower().replace("ё", "е")


def _phone(text: str) -> str | None:
    match = _DIGITS.fullmatch(text.strip())
    return None if match is None else _national(match.group())


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


@lru_cache(maxsize=1)
def _stemmer() -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer("russian")
