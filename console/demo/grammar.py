"""A grammar of phrases: rules of alternatives that are dealt like cards, so that none repeats soon.

A phrase file holds rules; a rule is a name and its alternatives, one a line:

    = greeting
    3* Good day!                  three times as likely as the others
    ?morning,!city? Good morning  only where the context has the tag `morning` and not `city`
    Hello, {name}                 a word of the context, else another rule; {name_cap} in capital
    [Dear|My dear] <sir|madam>    a choice; the author's grammatical gender

Empty lines and lines that start with # are ignored.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Final, Protocol, TypeAlias

from console.errors import ConfigError

_LINE: Final = re.compile(r"(?:\?(?P<tags>[^?\s]+)\?\s+)?(?:(?P<weight>\d+)\*\s+)?(?P<text>.*)")
_TOKEN: Final = re.compile(r"\{([^{}]+)\}|([\[\]<>|])|([^{}\[\]<>|]+)|([{}])")
_DEPTH: Final = 40


@dataclass(frozen=True, slots=True)
class Ref:
    """A word of the context or a rule, with its first letter raised (1), lowered (-1) or left."""

    name: str
    case: int


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several; ``gendered`` means masculine and feminine, else chance decides."""

    options: tuple[Nodes, ...]
    gendered: bool


Node: TypeAlias = "str | Ref | Choice"
Nodes: TypeAlias = "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Line:
    """One alternative of a rule: when it fits and what it says."""

    nodes: Nodes
    needs: frozenset[str] = frozenset()
    refuses: frozenset[str] = frozenset()
    weight: int = 1

    def fits(self, tags: frozenset[str]) -> bool:
        """Whether a context with these tags may use this alternative."""
        return self.needs <= tags and self.refuses.isdisjoint(tags)


class Words(Protocol):
    """The words of a context."""

    def find(self, name: str) -> str | None:
        """The word of that name, None if the context has none."""


@dataclass(frozen=True, slots=True)
class Context:
    """Who speaks of what: tags that choose alternatives, and the words that stand in braces."""

    tags: frozenset[str]
    words: Words
    female: bool = False


@dataclass(frozen=True, slots=True)
class Grammar:
    """All rules by name."""

    rules: Mapping[str, tuple[Line, ...]] = field(default_factory=dict)

    @staticmethod
    def load(folder: Path) -> Grammar:
        """Every ``*.txt`` of ``folder``; `ConfigError` names the file and line of a mistake."""
        rules: dict[str, tuple[Line, ...]] = {}
        for path in sorted(folder.glob("*.txt")):
            for name, lines in _read(path):
                if name in rules:
                    raise ConfigError(f"{path}: the rule “{name}” is defined twice")
                rules[name] = lines
        return Grammar(rules)

    def words_needed(self) -> frozenset[str]:
        """Names in braces that no rule defines: the words a context must bring."""
        return frozenset(
            ref.name
            for lines in self.rules.values()
            for line in lines
            for ref in _refs(line.nodes)
            if ref.name not in self.rules
        )


def _refs(nodes: Nodes) -> Iterable[Ref]:
    for node in nodes:
        if isinstance(node, Ref):
            yield node
        elif isinstance(node, Choice):
            for option in node.options:
                yield from _refs(option)


def _read(path: Path) -> Iterable[tuple[str, tuple[Line, ...]]]:
    name, lines = "", list[Line]()
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        text = raw.strip()
        if not text or text.startswith("#"):
            continue
        if not text.startswith("= "):
            lines.append(_line(text, f"{path}: line {number}"))
            continue
        if name:
            yield name, tuple(lines)
        name, lines = text[2:].strip(), []
    if name:
        yield name, tuple(lines)


def _line(text: str, where: str) -> Line:
    found = _LINE.fullmatch(text)
    if found is None:
        raise ConfigError(f"{where}: not an alternative of a rule: {text!r}")
    tags = [tag for tag in (found["tags"] or "").split(",") if tag]
    return Line(
        nodes=_Parser(found["text"], where).whole(),
        needs=frozenset(tag for tag in tags if not tag.startswith("!")),
        refuses=frozenset(tag[1:] for tag in tags if tag.startswith("!")),
        weight=int(found["weight"] or 1),
    )


class _Parser:
    """Turns the text of one alternative into nodes."""

    def __init__(self, text: str, where: str) -> None:
        self._tokens = list(_TOKEN.finditer(text))
        self._at = 0
        self._where = where

    def whole(self) -> Nodes:
        return self._nodes("")

    def _nodes(self, until: str) -> Nodes:
        nodes: list[Node] = []
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            mark = token[2]
            if mark and mark in until:
                break
            self._at += 1
            if token[1]:
                nodes.append(_ref(token[1]))
            elif mark in ("[", "<"):
                nodes.append(self._choice("]" if mark == "[" else ">"))
            elif mark or token[4]:
                raise ConfigError(f"{self._where}: “{token[0]}” stands alone")
            else:
                nodes.append(token[3])
        return tuple(nodes)

    def _choice(self, closing: str) -> Choice:
        options = [self._nodes("|" + closing)]
        while self._mark() == "|":
            self._at += 1
            options.append(self._nodes("|" + closing))
        if self._mark() != closing:
            raise ConfigError(f"{self._where}: “{closing}” is missing")
        self._at += 1
        if closing == ">" and len(options) != 2:
            raise ConfigError(f"{self._where}: a gender needs two forms, “<he|she>”")
        return Choice(tuple(options), gendered=closing == ">")

    def _mark(self) -> str:
        return self._tokens[self._at][2] or "" if self._at < len(self._tokens) else ""


def _ref(name: str) -> Ref:
    if name.endswith("_cap"):
        return Ref(name[:-4], 1)
    return Ref(name[:-4], -1) if name.endswith("_low") else Ref(name, 0)


_RAISED: Final[Mapping[int, Callable[[str], str]]] = {
    0: lambda text: text,
    1: lambda text: text[:1].upper() + text[1:],
    -1: lambda text: text[:1].lower() + text[1:],
}


class Speaker:
    """Says rules of a grammar. Alternatives come like cards from a shuffled deck, one for each
    rule, so that none returns before the others had their turn. Deterministic by its `Random`.
    """

    def __init__(self, grammar: Grammar, rng: Random) -> None:
        self._rules = grammar.rules
        self._rng = rng
        self._decks: dict[str, list[Line]] = {}

    def has(self, rule: str) -> bool:
        """Whether there is a rule of that name."""
        return rule in self._rules

    def say(self, rule: str, context: Context) -> str:
        """One alternative of ``rule``, spelt out; empty where none fits the context."""
        parts: list[str] = []
        self._expand((Ref(rule, 0),), context, parts, 0)
        return "".join(parts)

    def _expand(self, nodes: Sequence[Node], context: Context, out: list[str], depth: int) -> None:
        for node in nodes:
            if isinstance(node, str):
                out.append(node)
            elif isinstance(node, Choice):
                chosen = node.options[self._option(node, context)]
                self._expand(chosen, context, out, depth)
            else:
                out.append(self._word(node, context, depth))

    def _option(self, choice: Choice, context: Context) -> int:
        if choice.gendered:
            return int(context.female)
        return int(self._rng.random() * len(choice.options))

    def _word(self, ref: Ref, context: Context, depth: int) -> str:
        known = context.words.find(ref.name)
        if known is not None:
            return _RAISED[ref.case](known)
        if depth > _DEPTH:
            raise ConfigError(f"the phrase rule “{ref.name}” leads back to itself")
        line = self._deal(ref.name, context.tags)
        if line is None:
            return ""
        parts: list[str] = []
        self._expand(line.nodes, context, parts, depth + 1)
        return _RAISED[ref.case]("".join(parts))

    def _deal(self, rule: str, tags: frozenset[str]) -> Line | None:
        deck = self._decks.get(rule)
        if deck is None:
            deck = self._decks[rule] = self._shuffled(rule)
        line = self._fitting(deck, tags)
        if line is None:
            self._decks[rule] = deck = self._shuffled(rule)
            line = self._fitting(deck, tags)
        return line

    def _shuffled(self, rule: str) -> list[Line]:
        lines = self._rules.get(rule)
        if lines is None:
            raise ConfigError(f"no phrase rule or word is called “{rule}”")
        deck = [line for line in lines for _ in range(line.weight)]
        self._rng.shuffle(deck)
        return deck

    @staticmethod
    def _fitting(deck: list[Line], tags: frozenset[str]) -> Line | None:
        for at, line in enumerate(deck):
            if line.fits(tags):
                return deck.pop(at)
        return None
