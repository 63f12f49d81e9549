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
from typing import Any
from zlib import crc32

from console.domain.appeal import Appeal
from console.domain.message import Message

_WORD = re.compile(r"[^\W_]+")
_CYRILLIC = re.compile(r"[а-я]+\Z")
_PHONE = re.compile(r"(?<![\d])(?:\+?7|8)?[\s(–-]*\d{3}[\s)–-]*\d{3}[\s–-]*\d{2}[\s–-]*\d{2}(?!\d)")
_NOT_DIGIT = re.compile(r"\D")
_VERBAL = re.compile(r"(?:ени|яни|ани|енн|ен|ян|ан)\Z")
_LEAST_ROOT = 5
_LONGEST = 40


def document(appeal: Appeal, messages: Iterable[Message]) -> str:
    """All words that ``appeal`` is found by, each once, ready to be indexed."""
    place, author = appeal.place, appeal.author
    texts = (
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
    )
    found = dict.fromkeys(word for text in texts for word in words(text))
    for text in (author.phone, appeal.text):
        found.update(dict.fromkeys(_phone_words(text)))
    return " ".join(found)


def digest(words_of_it: str) -> int:
    """A checksum that tells whether a document has changed."""
    return crc32(words_of_it.encode())


def query(text: str) -> str:
    """A search as an FTS5 expression: every word, the last one unfinished; empty: no search."""
    phone = _phone(text)
    if phone is not None:
        return f'"{phone}"'
    raw = [match.group()[:_LONGEST] for match in _WORD.finditer(_fold(text))]
    if not raw:
        return ""
    *whole, last = raw
    terms = [f'"{root(word)}"' for word in whole]
    unfinished = not text[-1:].isspace()
    terms.append(_beginning(last) if unfinished else f'"{root(last)}"')
    return " AND ".join(terms)


def words(text: str) -> Iterator[str]:
    """The words of a text without their endings."""
    return (root(match.group()[:_LONGEST]) for match in _WORD.finditer(_fold(text)))


@lru_cache(maxsize=200_000)
def root(word: str) -> str:
    """A folded word without its endings; anything but a Russian word stays as it is."""
    if not _CYRILLIC.match(word):
        return word
    stem: str = _stemmer().stemWord(word)
    bare = _VERBAL.sub("", stem)
    return bare if len(bare) >= _LEAST_ROOT else stem


def _beginning(word: str) -> str:
    """A word that may still be typed: itself as a beginning, or its root."""
    stem = root(word)
    if stem == word:
        return f'"{word}" *'
    return f'("{word}" * OR "{stem}")' if word.startswith(stem) else f'"{stem}"'


def _fold(text: str) -> str:
    return text.lower().replace("ё", "е")


def _phone(text: str) -> str | None:
    match = _PHONE.fullmatch(text.strip())
    return None if match is None else _NOT_DIGIT.sub("", match.group())[-10:]


def _phone_words(text: str) -> Iterator[str]:
    for match in _PHONE.finditer(text):
        digits = _NOT_DIGIT.sub("", match.group())[-10:]
        yield from (digits, digits[-7:], digits[-4:])


@lru_cache(maxsize=1)
def _stemmer() -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer("russian")
