"""The query language: what is typed into the search field, taken apart into words and filters.

    вода -авария "нет света"     words, words that must not occur, a phrase as it stands
    от:иванов срок<2ч есть:фото  operators; their names come from a `Language`, in any language

A query is never refused: what cannot be understood as an operator is looked for as words, and is
told as a `Problem`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final

from console.domain.query_time import Days, read_days, read_length
from console.domain.words import fold

_TOKEN: Final = re.compile(
    r"""(?P<minus>(?<!\S)[-−–])?                    # a minus that begins a word
        (?:(?P<name>[^\W\d_]+)(?P<sign><=|>=|[:<>=])(?P<value>"[^"]*"?|[^\s"]*)
          |"(?P<phrase>[^"]*)"?
          |(?P<word>[^\s"]+))""",
    re.VERBOSE,
)
_PART: Final = re.compile(r"[^\W_]+")
_ADDRESS: Final = re.compile(r"(?:https?|ftp|mailto)\Z")


@dataclass(frozen=True, slots=True)
class Text:
    """Words to be found, as typed. ``exact`` is a phrase; ``excluded`` what must not occur."""

    text: str
    exact: bool = False
    excluded: bool = False

    @property
    def words(self) -> tuple[str, ...]:
        """The words and numbers in it, folded."""
        return tuple(_PART.findall(fold(self.text)))


@dataclass(frozen=True, slots=True)
class Filter:
    """An operator with what it compares to. ``sign`` is ``:``, ``<`` or ``>``.

    ``values`` are keys where the operator has a known set of them (any of them will do), else the
    text as typed; ``days`` or ``length`` stand for a date or a length of time.
    """

    key: str
    sign: str = ":"
    values: tuple[str, ...] = ()
    excluded: bool = False
    days: Days | None = None
    length: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """What could not be understood: a code with the words that it is told in.

    ``unknown_operator`` (name, like), ``unknown_value`` (name, value), ``bad_date`` and
    ``bad_length`` (name, value), ``no_value`` (name).
    """

    code: str
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Query:
    """A query taken apart."""

    texts: tuple[Text, ...] = ()
    filters: tuple[Filter, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def plain(self) -> str:
        """The words that are to be found, as typed, without operators and phrases."""
        return " ".join(one.text for one in self.texts if not one.excluded and not one.exact)

    def __bool__(self) -> bool:
        return bool(self.filters) or any(one.words for one in self.texts)


@dataclass(frozen=True, slots=True)
class Operator:
    """One operator: its key, its names (the first of each language is suggested), what it takes.

    ``kind`` is ``set`` (of ``values``: key → names), ``text``, ``days`` or ``length``. A set that
    is ``open`` takes other values as text.
    """

    key: str
    names: tuple[str, ...]
    kind: str
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    open: bool = False


@dataclass(frozen=True, slots=True)
class Language:
    """All operators."""

    operators: Sequence[Operator] = ()

    def named(self, name: str) -> Operator | None:
        """The operator of that name, in any language."""
        folded = fold(name)
        return next((one for one in self.operators if folded in map(fold, one.names)), None)

    def like(self, name: str) -> str:
        """The name of an operator that may have been meant, or nothing."""
        folded = fold(name)
        names = [other for one in self.operators for other in one.names]
        begun = [other for other in names if len(folded) > 1 and fold(other).startswith(folded)]
        near = [other for other in names if len(other) > 2 and _is_near(folded, fold(other))]
        return next(iter((*begun, *near)), "")


def parse(text: str, language: Language, *, today: date) -> Query:
    """Take ``text`` apart; ``today`` is the local date from which «вчера» is counted."""
    texts: list[Text] = []
    filters: list[Filter] = []
    problems: list[Problem] = []
    for match in _TOKEN.finditer(text):
        excluded = match["minus"] is not None
        if match["name"] is None:
            said = match["word"] if match["phrase"] is None else match["phrase"]
            texts.append(Text(said, exact=match["phrase"] is not None, excluded=excluded))
            continue
        found = _operator(match, language, today)
        if isinstance(found, Filter):
            filters.append(found)
            continue
        if found is not None:
            problems.append(found)
        if found is None or found.code == "unknown_operator":
            texts.append(Text(match[0].lstrip("-−–"), excluded=excluded))
    return Query(tuple(texts), tuple(filters), tuple(problems))


def _operator(match: re.Match[str], language: Language, today: date) -> Filter | Problem | None:
    """What an operator asks for; a problem, or None where it is none but an address."""
    name, value = match["name"], match["value"].strip('"').strip()
    operator = language.named(name)
    if operator is None:
        if _ADDRESS.match(fold(name)):
            return None
        return Problem("unknown_operator", {"name": name, "like": language.like(name)})
    if not value:
        return Problem("no_value", {"name": name})
    sign = match["sign"][0].replace("=", ":")
    made = Filter(operator.key, sign, (value,), match["minus"] is not None)
    return _KINDS[operator.kind](made, operator, name, today)


def _with_text(made: Filter, _operator: Operator, _name: str, _today: date) -> Filter:
    return made


def _with_days(made: Filter, _operator: Operator, name: str, today: date) -> Filter | Problem:
    """«дата:вчера», «дата>18.11»."""
    (value,) = made.values
    days = read_days(value, today)
    if days is None:
        return Problem("bad_date", {"name": name, "value": value})
    return replace(made, values=(), days=days)


def _with_length(made: Filter, operator: Operator, name: str, today: date) -> Filter | Problem:
    """«срок<2ч», «срок:сегодня», «срок:просрочен»."""
    (value,) = made.values
    known = _values_of(operator, value)
    if known:
        return Filter(made.key, ":", known, made.excluded)
    length = read_length(value)
    if length is not None:
        sign = "<" if made.sign == ":" else made.sign
        return Filter(made.key, sign, (), made.excluded, length=length)
    days = read_days(value, today)
    if days is not None:
        return Filter(made.key, made.sign, (), made.excluded, days=days)
    return Problem("bad_length", {"name": name, "value": value})


def _with_values(made: Filter, operator: Operator, name: str, _today: date) -> Filter | Problem:
    """«филиал:омск,чита»."""
    (value,) = made.values
    known = tuple(
        dict.fromkeys(key for part in value.split(",") for key in _values_of(operator, part))
    )
    if known:
        return Filter(made.key, ":", known, made.excluded)
    if operator.open:
        return made
    return Problem("unknown_value", {"name": name, "value": value})


_KINDS: Final[Mapping[str, Callable[[Filter, Operator, str, date], Filter | Problem]]] = {
    "text": _with_text,
    "set": _with_values,
    "days": _with_days,
    "length": _with_length,
}


def _values_of(operator: Operator, value: str) -> tuple[str, ...]:
    """The keys that ``value`` names: by the whole name, else by its beginning, else a word's."""
    wanted = _flat(value)
    if not wanted:
        return ()
    names = {key: [_flat(key), *map(_flat, some)] for key, some in operator.values.items()}
    for test in (_is_same, _begins, _has_word):
        found = tuple(key for key, some in names.items() if any(test(n, wanted) for n in some))
        if found:
            return found
    return ()


def _is_same(name: str, wanted: str) -> bool:
    return name == wanted


def _begins(name: str, wanted: str) -> bool:
    return len(wanted) > 1 and name.startswith(wanted)


def _has_word(name: str, wanted: str) -> bool:
    return len(wanted) > 2 and any(word.startswith(wanted) for word in name.split())


def _flat(name: str) -> str:
    return " ".join(_PART.findall(fold(name).replace("_", " ")))


def _is_near(one: str, other: str) -> bool:
    """Whether two short words differ by one letter: another, one more, or one less."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return one == other
    short, long = sorted((one, other), key=len)
    at = next((n for n, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(short) == len(long):
        swapped = short[:at] + short[at + 1 : at + 2] + short[at : at + 1] + short[at + 2 :]
        return short[at + 1 :] == long[at + 1 :] or swapped == long
    return short[at:] == long[at + 1 :]
