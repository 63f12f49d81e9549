"""The plan of a search: each word that was typed as the words of the index that answer to it.

A `Group` is one typed word, ``sure`` what it says (its forms and, of the last, what begins so),
``wide`` what it may have meant besides (a misspelling, missing spaces, Latin letters, a prefix).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from console.domain.query import Query, Text
from console.domain.query_spelling import from_latin, other_layout, splits
from console.domain.words import fold
from console.fulltext.vocabulary import MOST_BEGINNINGS, Vocabulary
from console.roots import root

_PIECE = re.compile(r"[^\W_]+")
_PHONE = re.compile(r"(?<![^\W_])\+?\d(?:[\s()–-]*\d){4,10}(?![^\W_])")
_DIGITS = re.compile(r"\D")
_MARKED = re.compile(r"(?:д|дом|кв|к|корп|стр|оф|ул|г|п|с)(\d+[а-я]?)\Z")
_LETTERED = re.compile(r"(\d+)([а-я])\Z")
_BLOCK = re.compile(r"(\d+)(?:к|кор|корп|с|стр)(\d+)\Z")
_LATIN = re.compile(r"[a-z]")
_RUSSIAN = re.compile(r"[а-я]+\Z")

_ADDRESS_WORDS = """
ул улица улице д дом доме кв квартира квартире г город городе п пос поселок поселке с село селе
дер деревня пр просп проспект пер переулок корп корпус к стр строение бульвар б р район мкр
микрорайон
""".split()  # noqa: SIM905 - forty words, not forty lines
_SMALL_WORDS = """
а в во и из к как на не но о об от по под с со у что за до для то
""".split()  # noqa: SIM905
_OPTIONAL = frozenset((*_ADDRESS_WORDS, *_SMALL_WORDS))
_WORDY = frozenset({"from", "place", "phone", "number"})
_FEW_APPEALS = 20_000
_LEAST_BEGINNING = 3


@dataclass(frozen=True, slots=True)
class Wide:
    """What else a word may mean: an expression, the words it is told in, how sure (0..1)."""

    expression: str
    words: tuple[str, ...]
    weight: float


@dataclass(frozen=True, slots=True)
class Group:
    """One typed word. ``sure`` is an FTS5 expression, ``words`` the words in it."""

    typed: str
    sure: str
    words: tuple[str, ...]
    count: int
    optional: bool = False
    wide: tuple[Wide, ...] = ()

    @property
    def widest(self) -> str:
        """Everything that it may mean, as one expression."""
        return _any([self.sure, *(one.expression for one in self.wide)])


@dataclass(frozen=True, slots=True)
class Plan:
    """All words of a query. ``tail`` is the end of a phone of an unusual length."""

    groups: tuple[Group, ...]
    tail: str = ""

    @property
    def needed(self) -> tuple[Group, ...]:
        """The groups that an appeal must have: all but small words beside others."""
        needed = tuple(one for one in self.groups if not one.optional)
        return needed or self.groups

    def sure(self) -> str:
        """What must be found, as an FTS5 expression."""
        return _all([one.sure for one in self.needed])

    def wide(self, *, but: int | None = None) -> str:
        """The same in the widest sense, leaving out one group where asked."""
        return _all([one.widest for at, one in enumerate(self.needed) if at != but])

    @property
    def count(self) -> int:
        """At most about how many appeals it finds."""
        return min((one.count for one in self.needed), default=0)


def plan(query: Query, vocabulary: Vocabulary, *, finished: bool = False) -> Plan:
    """The plan of the words and phrases of ``query``; ``finished``: nothing is still being typed.

    Only the last word of all may be unfinished.
    """
    groups: list[Group] = []
    tail = ""
    texts = [one for one in query.texts if not one.excluded]
    for text in texts:
        if text.exact:
            groups += [_word(word, vocabulary, begun=False) for word in text.words]
    loose = query.plain
    typed = bool(texts) and not texts[-1].exact and not finished
    for piece, is_last in _pieces(loose):
        if isinstance(piece, _Phone):
            groups.append(piece.group())
            tail = piece.tail or tail
        else:
            groups.append(_word(piece, vocabulary, begun=typed and is_last))
    return Plan(tuple(groups), tail)


def with_operators(query: Query) -> Query:
    """``query`` with what its operators look for that an index of words has, too.

    It leads to the appeals quickly; the operator itself is tested apart.
    """
    extra = tuple(
        Text(value)
        for one in query.filters
        if one.key in _WORDY and not one.excluded
        for value in one.values
    )
    return replace(query, texts=(*extra, *query.texts)) if extra else query


def widened(made: Plan, vocabulary: Vocabulary) -> Plan:
    """The plan with all that its words may mean besides."""
    return Plan(tuple(_widen(one, vocabulary) for one in made.groups), made.tail)


def readings(text: str, vocabulary: Vocabulary) -> Iterator[str]:
    """What ``text`` may be in another layout or alphabet, where that makes known words."""
    for other in (other_layout(text), from_latin(text)):
        if other and _known(other, vocabulary) > max(0.4, _known(text, vocabulary)):
            yield other


def excluded(query: Query, vocabulary: Vocabulary) -> str:
    """What must not occur, as an FTS5 expression; empty for nothing."""
    each = []
    for text in query.texts:
        if text.excluded and text.words:
            words = [_word(word, vocabulary, begun=False).sure for word in text.words]
            each.append(_all(words))
    return _any(each)


@dataclass(frozen=True, slots=True)
class _Phone:
    typed: str
    digits: str

    @property
    def tail(self) -> str:
        """The digits, where the index has no word for just so many."""
        return self.digits if len(self.digits) in (5, 6, 8, 9) else ""

    def group(self) -> Group:
        """The phone as a typed word."""
        digits = self.digits
        if len(digits) == 11 and digits[0] in "78":
            digits = digits[1:]
        word = digits if len(digits) in (7, 10) else digits[-4:]
        parts = _PIECE.findall(self.typed)
        either = [_quoted(word)]
        if len(digits) < 10:
            either.append(_all([_quoted(part) for part in parts]) if len(parts) > 1 else "")
            whole = self.digits
            either += [_quoted(whole), f"{_quoted(whole)} *"] if len(parts) == 1 else []
        return Group(self.typed, _any(either), (word, self.digits, *parts), 100)


def _pieces(text: str) -> Iterator[tuple[str | _Phone, bool]]:
    """The words and phones of ``text`` in order, each with whether it is the last."""
    found: list[str | _Phone] = []
    at = 0
    for match in _PHONE.finditer(text):
        digits = _DIGITS.sub("", match[0])
        if len(digits) < 7 and not re.search(r"[()–-]", match[0]) and " " in match[0].strip():
            continue  # «д 12 кв 345» has numbers, not a phone
        found += _joined(_PIECE.findall(fold(text[at : match.start()])))
        found.append(_Phone(match[0], digits))
        at = match.end()
    found += _joined(_PIECE.findall(fold(text[at:])))
    for place, piece in enumerate(found):
        yield piece, place == len(found) - 1


def _joined(words: Sequence[str]) -> list[str]:
    """«12 а» is «12а»."""
    made: list[str] = []
    for word in words:
        if made and made[-1].isdigit() and len(word) == 1 and word in "абвгдежз":
            made[-1] += word
        else:
            made.append(word)
    return made


def _word(word: str, vocabulary: Vocabulary, *, begun: bool) -> Group:
    marked = _MARKED.match(word)
    core = marked[1] if marked else word
    if core[0].isdigit():
        return _number(word, core, begun=begun)
    stem = root(core)
    words = tuple(dict.fromkeys((stem, *vocabulary.forms(stem))))
    parts = [_quoted(one) for one in words]
    if begun and core not in _SMALL_WORDS:
        begins, known = _beginning(core, vocabulary)
        parts += begins
        words = tuple(dict.fromkeys((*words, *known)))
    small = word in _OPTIONAL or len(word) == 1
    return Group(word, _any(parts), words, vocabulary.count(words), optional=small)


def _number(word: str, core: str, *, begun: bool) -> Group:
    parts = [_quoted(core)] if core == word else [_quoted(core), _quoted(word)]
    lettered, block = _LETTERED.match(core), _BLOCK.match(core)
    if lettered is not None:
        parts.append(_all([_quoted(lettered[1]), _quoted(lettered[2])]))
    if block is not None:
        parts.append(_all([_quoted(block[1]), _quoted(block[2])]))
    if begun and len(core) > 2:
        parts.append(f"{_quoted(core)} *")
    return Group(word, _any(parts), (core,), _FEW_APPEALS)


def _beginning(word: str, vocabulary: Vocabulary) -> tuple[list[str], tuple[str, ...]]:
    """Expressions for the words that begin so.

    Merging all of them is slow where they are in many appeals: the most frequent are named then.
    """
    known = vocabulary.beginning(word)
    if len(known) < MOST_BEGINNINGS and vocabulary.count(known) < _FEW_APPEALS:
        return [f"{_quoted(word)} *"], known
    return [_quoted(one) for one in known], known


def _widen(group: Group, vocabulary: Vocabulary) -> Group:
    stem = root(_LATIN.sub("", group.typed) or group.typed)
    found: list[Wide] = []
    for reading in (other_layout(group.typed), from_latin(group.typed)):
        if reading and _LATIN.search(group.typed):
            found += _readings_of(reading, vocabulary)
    if _RUSSIAN.match(group.typed):
        kin = vocabulary.kin(stem)
        found += [_wide((word,), 0.6) for word in kin]
        if len(group.typed) >= _LEAST_BEGINNING:
            begins = vocabulary.beginning(group.typed)
            found += [Wide(_any(map(_quoted, begins)), begins, 0.7)] if begins else []
        found += [_wide((one.word,), 0.8 / one.distance) for one in vocabulary.near(stem)]
    found += list(_split(group.typed, vocabulary))
    known = set(group.words)
    fresh = tuple(one for one in found if not known.issuperset(one.words))
    return Group(group.typed, group.sure, group.words, group.count, group.optional, fresh)


def _readings_of(reading: str, vocabulary: Vocabulary) -> Iterator[Wide]:
    for word in _PIECE.findall(fold(reading)):
        stem = root(word)
        words = tuple(dict.fromkeys((stem, *vocabulary.forms(stem))))
        known = tuple(one for one in words if one in vocabulary.counts)
        if known:
            yield Wide(_any(map(_quoted, known)), known, 0.9)
        yield from (_wide((one.word,), 0.7 / one.distance) for one in vocabulary.near(stem))


def _split(word: str, vocabulary: Vocabulary) -> Iterator[Wide]:
    """The ways to put a space into ``word`` that make two known words, the best three."""
    ways: list[tuple[int, Wide]] = []
    for pair in splits(word):
        both = [_of_part(part, vocabulary) for part in pair]
        if all(both):
            expression = _all([_any(map(_quoted, words)) for words in both])
            words = tuple(one for words in both for one in words)
            scarce = min(vocabulary.count(words) or _FEW_APPEALS for words in both)
            if any(char.isdigit() for char in word):
                scarce = _FEW_APPEALS
            ways.append((scarce, Wide(expression, words, 0.8)))
    ways.sort(key=lambda way: -way[0])
    yield from (way for _, way in ways[:3])


def _of_part(part: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    if part.isdigit():
        return (part,)
    stem = root(part)
    if stem in vocabulary.counts:
        return (stem,)
    return vocabulary.forms(stem)[:4]


def _wide(words: tuple[str, ...], weight: float) -> Wide:
    return Wide(_any(map(_quoted, words)), words, weight)


def _known(text: str, vocabulary: Vocabulary) -> float:
    """Which part of the words of ``text`` are in the vocabulary."""
    words = [word for word in _PIECE.findall(fold(text)) if not word.isdigit()]
    if not words:
        return 0.0
    known = [bool(_of_part(word, vocabulary) or vocabulary.beginning(word)) for word in words]
    return sum(known) / len(known)


def _quoted(word: str) -> str:
    return f'"{word}"'


def _any(expressions: Iterable[str]) -> str:
    return _joint([one for one in expressions if one], " OR ")


def _all(expressions: Iterable[str]) -> str:
    return _joint([one for one in expressions if one], " AND ")


def _joint(expressions: Sequence[str], between: str) -> str:
    if len(expressions) < 2:
        return "".join(expressions)
    return f"({between.join(dict.fromkeys(expressions))})"


def core(word: str) -> str:
    """A typed word without the mark of a house or flat: «д12» is 12."""
    marked = _MARKED.match(word)
    return marked[1] if marked else word
