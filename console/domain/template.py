r"""A template's language: fields in braces, optional blocks in double brackets, fragments.

    {> приветствие} [[Причина: {причина}. ]]Свет включим {восстановление}.

``{имя}`` is replaced by the value of that name; ``{Имя}`` gives it a capital letter. A block
``[[ … ]]`` is dropped whole when any field in it has no value; blocks do not nest. ``\{``, ``\}``,
``\[``, ``\]`` and ``\\`` are the letters themselves. ``{> приветствие}`` is the fragment of that
name, a template itself, which may have further ones in it but never itself (`expand`). There are no
expressions, attributes, loops or calls, so whoever writes a template can reach values by name and
nothing more. Reading and filling take time linear in the length, which is limited.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from enum import StrEnum
from typing import Final, NamedTuple

from console.domain.message import EtrQuote
from console.errors import OtklikError

MAX_SOURCE: Final = 10_000
"""Characters of a template's source; the longest channel takes 8,000."""

MAX_NAME: Final = 40
"""Characters of a field's name."""

MAX_VALUE: Final = 2_000
"""Characters of one value; what is over is cut, with an ellipsis."""

_TOKEN: Final = re.compile(r"\\.?|\{>|\{|\}|\[\[|\]\]", re.DOTALL)
_NAME: Final = re.compile(r"[^\W\d_]+(?:[ \-][^\W\d_]+)*")
_GAP: Final = re.compile(r"\{([^\W\d_]+(?:[ \-][^\W\d_]+)*)\}")
_ESCAPABLE: Final = "{}[]\\"
_UNSAFE_IN_VALUE: Final = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")


class FaultCode(StrEnum):
    """What may be wrong with a template; the sentence of each is in the translations."""

    TOO_LONG = "too_long"
    EMPTY = "empty"
    OPEN_FIELD = "open_field"
    STRAY_BRACE = "stray_brace"
    BAD_NAME = "bad_name"
    UNKNOWN_FIELD = "unknown_field"
    OPEN_BLOCK = "open_block"
    STRAY_BRACKETS = "stray_brackets"
    NESTED_BLOCK = "nested_block"
    BLOCK_WITHOUT_FIELD = "block_without_field"
    BAD_ESCAPE = "bad_escape"
    FRAGMENT_IN_BLOCK = "fragment_in_block"
    UNKNOWN_FRAGMENT = "unknown_fragment"
    FRAGMENT_CYCLE = "fragment_cycle"


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake: where it stands (counted from 1), and what its sentence needs."""

    code: FaultCode
    line: int
    column: int
    params: Mapping[str, str] = field(default_factory=dict)


class TemplateError(OtklikError):
    """A template that cannot be read; ``fault`` says what, where, and what to do about it."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(f"line {fault.line}, column {fault.column}: {fault.code}")
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Text:
    """Letters that stand in the result as they are."""

    text: str


@dataclass(frozen=True, slots=True)
class Field:
    """A place for a value. ``name`` is lower case with single spaces; ``at`` is its offset."""

    name: str
    capital: bool
    at: int


@dataclass(frozen=True, slots=True)
class Block:
    """Fields and text that go together, or not at all."""

    parts: tuple[Text | Field, ...]

    def fields(self) -> Iterator[Field]:
        """The fields in it, in order."""
        return (part for part in self.parts if isinstance(part, Field))


@dataclass(frozen=True, slots=True)
class Include:
    """A fragment that belongs here; ``at`` is its offset. `expand` puts its parts in its place."""

    name: str
    at: int


Part = Text | Field | Block
"""What a template is filled in by."""


@dataclass(frozen=True, slots=True)
class Template:
    """A template that has been read; `fill` takes one without an `Include` left in it."""

    source: str
    parts: tuple[Part | Include, ...]

    def fields(self) -> Iterator[Field]:
        """Every field, in order."""
        for part in self.parts:
            if isinstance(part, Block):
                yield from part.fields()
            elif isinstance(part, Field):
                yield part

    def required(self) -> frozenset[str]:
        """The names of fields outside optional blocks."""
        return frozenset(part.name for part in self.parts if isinstance(part, Field))


class Gap(NamedTuple):
    """A field that has no value yet: its name, and where its placeholder stands in the text."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Filled:
    """A draft made from a template.

    ``gaps`` are the placeholders left for a person, first to last; while one remains, nothing is
    sent. ``used`` are the names of the values in the text, ``quotes`` the restoration times that
    it promises (what the verdict compares with the outage's later time).
    """

    text: str
    gaps: tuple[Gap, ...] = ()
    used: frozenset[str] = frozenset()
    quotes: tuple[EtrQuote, ...] = ()

    @property
    def cursor(self) -> int:
        """Where the cursor belongs: the first gap, or the end of the text."""
        return self.gaps[0].start if self.gaps else len(self.text)


def normal_name(name: str) -> str:
    """A field's name as it is compared: lower case, single spaces."""
    return " ".join(name.lower().split())


def parse(source: str) -> Template:
    """Read a template; `TemplateError` with line and column where it is wrong."""
    if len(source) > MAX_SOURCE:
        params = {"length": str(len(source)), "limit": str(MAX_SOURCE)}
        raise TemplateError(_fault(source, FaultCode.TOO_LONG, MAX_SOURCE, **params))
    if not source.strip():
        raise TemplateError(Fault(FaultCode.EMPTY, 1, 1))
    return Template(source, tuple(_Reader(source).parts()))


def unknown_fields(template: Template, known: Iterable[str]) -> tuple[Fault, ...]:
    """A fault for every field that is not ``known``, with up to three names that come near."""
    names = sorted(known)
    return tuple(
        _fault(
            template.source,
            FaultCode.UNKNOWN_FIELD,
            each.at,
            name=each.name,
            near=", ".join(f"{{{n}}}" for n in get_close_matches(each.name, names, 3, 0.6)),
        )
        for each in template.fields()
        if each.name not in names
    )


def expand(template: Template, fragments: Mapping[str, Template], *, within: str = "") -> Template:
    """``template`` with its fragments in their places, and theirs in them.

    ``within`` is the name of ``template`` where it is a fragment itself. `TemplateError` with the
    place in ``template`` where a fragment that there is not is asked for, where one leads back to
    itself, or where it becomes too long.
    """
    expansion = _Expansion(template, fragments, above=(within,) if within else ())
    return replace(template, parts=tuple(expansion.parts()))


def fill(
    template: Template,
    values: Mapping[str, str],
    *,
    quotes: Mapping[str, EtrQuote] | None = None,
) -> Filled:
    """The draft that ``template`` makes of ``values``, by name; an empty value counts as none.

    A value is put in as letters: braces in a resident's name become round brackets, line breaks
    become spaces, and nothing in it is read again. ``quotes`` says which of the names promise a
    restoration time.
    """
    known = {normal_name(name): safe for name, value in values.items() if (safe := _safe(value))}
    writer = _Writer(known)
    for part in template.parts:
        if isinstance(part, Include):
            raise ValueError(f"the fragment “{part.name}” is not put in yet: expand() comes first")
        if isinstance(part, Block):
            writer.block(part)
        else:
            writer.put(part)
    text, gaps = writer.result()
    promised = [quote for name, quote in (quotes or {}).items() if name in writer.used]
    return Filled(text, gaps, frozenset(writer.used), tuple(dict.fromkeys(promised)))


def find_gaps(text: str) -> tuple[Gap, ...]:
    """The placeholders that stand in a draft, first to last; for Tab and for the checks."""
    return tuple(Gap(normal_name(m[1]), m.start(), m.end()) for m in _GAP.finditer(text))


def _fault(source: str, code: FaultCode, at: int, **params: str) -> Fault:
    line = source.count("\n", 0, at) + 1
    column = at - (source.rfind("\n", 0, at) + 1) + 1
    return Fault(code, line, column, params)


class _Expansion:
    """Puts fragments into one template; faults are told at its own includes."""

    def __init__(
        self, template: Template, fragments: Mapping[str, Template], *, above: tuple[str, ...]
    ) -> None:
        self._template = template
        self._above = above
        self._fragments = fragments
        self._length = len(template.source)

    def parts(self) -> Iterator[Part]:
        for part in self._template.parts:
            if isinstance(part, Include):
                yield from self._inside(part.name, self._above, part.at)
            else:
                yield part

    def _inside(self, name: str, above: tuple[str, ...], at: int) -> Iterator[Part]:
        path = (*above, name)
        if name in above:
            raise self._error(FaultCode.FRAGMENT_CYCLE, at, path=" → ".join(path))
        fragment = self._fragments.get(name)
        if fragment is None:
            near = get_close_matches(name, sorted(self._fragments), 3, 0.6)
            listed = ", ".join(f"{{> {one}}}" for one in near)
            raise self._error(FaultCode.UNKNOWN_FRAGMENT, at, name=name, near=listed)
        self._length += len(fragment.source)
        if self._length > MAX_SOURCE:
            sizes = {"length": str(self._length), "limit": str(MAX_SOURCE)}
            raise self._error(FaultCode.TOO_LONG, at, **sizes)
        for part in fragment.parts:
            if isinstance(part, Include):
                yield from self._inside(part.name, path, at)
            else:
                yield part

    def _error(self, code: FaultCode, at: int, **params: str) -> TemplateError:
        return TemplateError(_fault(self._template.source, code, at, **params))


class _Reader:
    """One walk over a source from mark to mark."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._tokens = _TOKEN.finditer(source)
        self._letters: list[str] = []
        self._at = 0

    def parts(self) -> Iterator[Part | Include]:
        for token in self._tokens:
            match self._take(token):
                case "{>":
                    yield from self._text()
                    yield Include(normal_name(self._name(token.start())), token.start())
                case "{":
                    yield from self._text()
                    yield self._field(token.start())
                case "[[":
                    yield from self._text()
                    yield self._block(token.start())
                case "]]":
                    raise self._error(FaultCode.STRAY_BRACKETS, token.start())
        self._letters.append(self._source[self._at :])
        yield from self._text()

    def _take(self, token: re.Match[str]) -> str:
        """Collect the letters before ``token`` (and an escaped one); the mark that needs more."""
        mark = token.group()
        self._letters.append(self._source[self._at : token.start()])
        self._at = token.end()
        if mark == "}":
            raise self._error(FaultCode.STRAY_BRACE, token.start())
        if mark[0] != "\\":
            return mark
        if len(mark) < 2 or mark[1] not in _ESCAPABLE:
            raise self._error(FaultCode.BAD_ESCAPE, token.start())
        self._letters.append(mark[1])
        return ""

    def _text(self) -> Iterator[Text]:
        text = "".join(self._letters)
        self._letters.clear()
        if text:
            yield Text(text)

    def _field(self, at: int) -> Field:
        written = self._name(at)
        return Field(normal_name(written), written[0].isupper(), at)

    def _name(self, at: int) -> str:
        """What stands up to the closing brace; a name, with single spaces."""
        token = next(self._tokens, None)
        if token is None or token.group() != "}":
            raise self._error(FaultCode.OPEN_FIELD, at)
        written = " ".join(self._source[self._at : token.start()].split())
        self._at = token.end()
        if len(written) > MAX_NAME or not _NAME.fullmatch(written):
            raise self._error(FaultCode.BAD_NAME, at, name=written[:MAX_NAME])
        return written

    def _block(self, at: int) -> Block:
        parts: list[Text | Field] = []
        for token in self._tokens:
            match self._take(token):
                case "{":
                    parts += self._text()
                    parts.append(self._field(token.start()))
                case "{>":
                    raise self._error(FaultCode.FRAGMENT_IN_BLOCK, token.start())
                case "[[":
                    raise self._error(FaultCode.NESTED_BLOCK, token.start())
                case "]]":
                    parts += self._text()
                    block = Block(tuple(parts))
                    if next(block.fields(), None) is None:
                        raise self._error(FaultCode.BLOCK_WITHOUT_FIELD, at)
                    return block
        raise self._error(FaultCode.OPEN_BLOCK, at)

    def _error(self, code: FaultCode, at: int, **params: str) -> TemplateError:
        return TemplateError(_fault(self._source, code, at, **params))


class _Writer:
    """Joins pieces, closes the seam where a block was dropped, keeps the places of the gaps."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self._pieces: list[tuple[str, str]] = []
        self._seam = True
        self.used: set[str] = set()

    def block(self, block: Block) -> None:
        if all(each.name in self._values for each in block.fields()):
            for part in block.parts:
                self.put(part)
        else:
            self._seam = True

    def put(self, part: Text | Field) -> None:
        if isinstance(part, Text):
            self._append(part.text)
            return
        value = self._values.get(part.name)
        if value is None:
            self._append(f"{{{part.name}}}", gap=part.name)
            return
        self.used.add(part.name)
        self._append(value[0].upper() + value[1:] if part.capital else value)

    def _append(self, text: str, *, gap: str = "") -> None:
        if self._seam and not gap:
            text = self._sewn(text)
        if text:
            self._pieces.append((text, gap))
            self._seam = False

    def _sewn(self, text: str) -> str:
        """``text`` so joined to what stands before that one dropped block leaves no double gap."""
        before = ""
        if self._pieces and not self._pieces[-1][1]:
            before, _ = self._pieces.pop()
        elif self._pieces:
            return text
        left, right = before.rstrip(" \n"), text.lstrip(" \n")
        space = max(before[len(left) :], text[: len(text) - len(right)], key=_breadth)
        if right[:1] in (".", ",", ";", "!", "?", ")", "»"):
            space = ""
        return (left + space if left else "") + right

    def result(self) -> tuple[str, tuple[Gap, ...]]:
        if self._pieces and not self._pieces[-1][1]:
            last, _ = self._pieces.pop()
            self._pieces.append((last.rstrip(), ""))
        gaps: list[Gap] = []
        at = 0
        for text, gap in self._pieces:
            if gap:
                gaps.append(Gap(gap, at, at + len(text)))
            at += len(text)
        return "".join(text for text, _ in self._pieces), tuple(gaps)


def _breadth(space: str) -> tuple[int, int]:
    return (space.count("\n"), len(space))


def _safe(value: str) -> str:
    """A value as letters on one line, which no later reading can take for a placeholder."""
    flat = " ".join(_UNSAFE_IN_VALUE.sub(" ", value).split())
    if len(flat) > MAX_VALUE:
        flat = flat[: MAX_VALUE - 1] + "…"
    return flat.replace("{", "(").replace("}", ")")
