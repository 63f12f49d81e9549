"""Checks of what strangers may not read in a public reply: phones, flats, accounts, names."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Final

from console.domain.finding import Found, ReplyContext, greeting_end
from console.domain.words import Span, fold, words

# A gap inside a number: one or two of these, never more, so that a scan cannot run away.
_SEP: Final = r"[ \u00a0\-().]{0,2}"
_LONG_PHONE: Final = re.compile(rf"(?<![\d+])(?:\+7|8){_SEP}(?:\d{_SEP}){{9}}\d(?!\d)")
_TEN_DIGITS: Final = re.compile(rf"(?<![\d+\-])9\d\d{_SEP}\d{{3}}{_SEP}\d\d{_SEP}\d\d(?!\d)")
_LOCAL_PHONE: Final = re.compile(r"(?<![\d\-./:])\d{1,3}-\d\d-\d\d(?![\d\-/:]|\.\d)")
_MOBILE: Final = re.compile(r"\A[78]?9\d{9}\Z")
_FLAT: Final = re.compile(
    r"(?<![\d\w])\d{1,4}(?:-?(?:[юяйеи]|ой|ая|ую|ей))?\s?[Кк]вартир[аеуы]\b|"
    r"(?<![\d\w])[Кк]вартир(?:ах|ы|ам)\s(?:№\s?)?\d{1,4}(?:(?:,|\sи)\s\d{1,4}){0,6}|"
    r"(?<![\d\w])(?:[Кк]в(?:\.|артир[аеуы]|артирой)?)\s?(?:№\s?)?\d{1,4}(?!\d)(?!\s?(?:м|ч)\b)"
)
_ACCOUNT: Final = re.compile(
    r"(?:лицев\w{2,3}\s+\(?сч(?:[её]т\w{0,2}|\.)|номер\w?\sсч[её]та|л/с|лс)"
    r"\s{0,2}(?:(?:№|N|номер)\s?)?\d[\d \-]{3,20}",
    re.IGNORECASE,
)
_MANY_DIGITS: Final = re.compile(r"(?<![\d\-])\d(?:[ \-]?\d){9,19}(?!\d)")
_EMAIL: Final = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}@((?:[\w-]{1,63}\.){1,4}[A-Za-zА-Яа-я]{2,12})"
)

_CAPITAL: Final = r"[А-ЯЁ][а-яё]{1,24}"
_FULL_NAME: Final = re.compile(
    rf"\b(?:{_CAPITAL}\s){{1,2}}[А-ЯЁ][а-яё]{{2,24}}(?:ович|евич|ьич|овн|евн|ичн)(?:[аеуы]|ем|ой)?\b"
    rf"(?:\s{_CAPITAL}(?:ов|ев|ин|ын|ск)[а-яё]{{0,3}}\b)?"
)
_INITIALS: Final = re.compile(
    rf"\b{_CAPITAL}\s[А-ЯЁ]\.\s?[А-ЯЁ]\.|(?<![А-ЯЁа-яё.])[А-ЯЁ]\.\s?[А-ЯЁ]\.\s?{_CAPITAL}\b"
)
_SURNAME: Final = (
    r"[А-ЯЁ][а-яё]{1,20}(?:[оеё]в|ин|ын)(?:а|у|ым|ой|е)?|"
    r"[А-ЯЁ][а-яё]{2,20}(?:енко|[иы]х|дзе|швили|ян)"
)
_TWO_NAMES: Final = re.compile(
    rf"\b(?:(?:{_SURNAME})\s{_CAPITAL}|{_CAPITAL}\s(?:{_SURNAME}))\b(?!\s[А-ЯЁ]\.)"
)
_STREET_BEFORE: Final = re.compile(
    r"(?:\bс[её]л[оае]|\bпос[её]лк?\w{0,2}|\bдеревн\w{1,2}|\bгород\w{0,2}|\bстанци\w{1,2}|\bплощад\w{1,2}|"
    r"\bпарк\w{0,2}|\bшкол\w{1,2}|\bрайон\w{0,2}|\bподстанци\w{1,2}|\bмикрорайон\w{0,2}|"
    r"\bул\.?|\bулиц\w{1,2}|\bпер\.?|\bпереул\w{2,4}|\bпр-т\.?|\bпроспект\w?|\bим\.?|\bимени)"
    r"(?:\s(?:[А-ЯЁ][а-яё]{2,20}|и)){0,4}\s{0,2}\Z",
    re.IGNORECASE,
)


def digits(text: str) -> str:
    """The figures of ``text`` alone."""
    return "".join(letter for letter in text if letter.isdigit())


def phones(text: str, allowed: Collection[str]) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """Spans of mobile phones and of other phones; ``allowed`` are figures of official numbers.

    The first belong to people, the second mostly to organisations.
    """
    mobile: list[Span] = []
    other: list[Span] = []
    for found in _phone_matches(text):
        number = digits(found.group())
        if number in allowed or number.startswith(("8800", "7800")):
            continue
        (mobile if _MOBILE.match(number) else other).append(Span(*found.span()))
    return tuple(mobile), tuple(other)


def names_number(text: str, within: Span, allowed: Collection[str]) -> bool:
    """Whether a number to call stands in that part of ``text``."""
    part = text[within.start : within.end]
    if any(phones(part, ())) or "8-800" in part or "8 800" in part:
        return True
    return any(word.text in allowed for word in words(part))


def _phone_matches(text: str) -> Iterator[re.Match[str]]:
    taken = -1
    matches = sorted(
        (m for pattern in (_LONG_PHONE, _TEN_DIGITS, _LOCAL_PHONE) for m in pattern.finditer(text)),
        key=lambda m: (m.start(), -m.end()),
    )
    for found in matches:
        if found.start() >= taken and not _is_date(found.group()):
            taken = found.end()
            yield found


def _is_date(text: str) -> bool:
    """Whether 12-01-26 is a day, not a phone."""
    parts = text.split("-")
    return len(parts) == 3 and len(parts[0]) == 2 and int(parts[0]) <= 31 and int(parts[1]) <= 12


def phone(text: str, allowed: Collection[str]) -> Iterator[Found]:
    """A person's mobile phone."""
    yield from _together(phones(text, allowed)[0], text)


def landline(text: str, allowed: Collection[str]) -> Iterator[Found]:
    """A phone that may be an organisation's, or somebody's home."""
    yield from _together(phones(text, allowed)[1], text)


def flat(text: str) -> Iterator[Found]:
    """The number of a flat."""
    yield from _together([Span(*found.span()) for found in _FLAT.finditer(text)], text)


def account(text: str, allowed: Collection[str]) -> Iterator[Found]:
    """An account, card, passport or insurance number."""
    spans = [Span(*found.span()) for found in _ACCOUNT.finditer(text)]
    known = [*spans, *(span for group in phones(text, ()) for span in group)]
    for found in _MANY_DIGITS.finditer(text):
        overlaps = any(found.start() < end and start < found.end() for start, end in known)
        if not overlaps and digits(found.group()) not in allowed:
            spans.append(Span(*found.span()))
    yield from _together(sorted(spans), text)


def email(text: str, domains: Collection[str]) -> Iterator[Found]:
    """An e-mail address that is not the company's."""
    if "@" not in text:
        return
    spans = [
        Span(*found.span())
        for found in _EMAIL.finditer(text)
        if not any(found[1].lower() == d or found[1].lower().endswith(f".{d}") for d in domains)
    ]
    yield from _together(spans, text)


def third_person(text: str, context: ReplyContext) -> Iterator[Found]:
    """The full name of somebody who is neither the resident nor one of ours."""
    known = {word.folded for name in (context.resident, *context.names) for word in words(name)}
    spans: list[Span] = []
    greeted = greeting_end(text)
    for pattern in (_FULL_NAME, _INITIALS, _TWO_NAMES):
        for found in pattern.finditer(text, greeted):
            if any(found.start() < s.end and s.start < found.end() for s in spans):
                continue
            named = [w.folded for w in words(found.group()) if len(w.folded) > 2]
            ours = any(_same_person(part, known) for part in named)
            if not ours and not _is_street(text, found.start()):
                spans.append(Span(*found.span()))
    yield from _together(sorted(spans), text)


def _is_street(text: str, at: int) -> bool:
    return _STREET_BEFORE.search(text, max(0, at - 70), at) is not None


def _same_person(word: str, known: Collection[str]) -> bool:
    return any(word[:-1].startswith(name[: max(4, len(name) - 2)]) for name in known if name)


def _together(spans: Iterable[Span], text: str) -> Iterator[Found]:
    found = tuple(spans)
    if found:
        yield Found(found, {"what": ", ".join(text[s.start : s.end].strip() for s in found)})


def allowed_digits(numbers: Iterable[str]) -> frozenset[str]:
    """Official numbers as `phones` wants them; 8 and +7 at the beginning are the same."""
    plain = {digits(fold(number)) for number in numbers}
    return frozenset(plain | {"7" + n[1:] for n in plain if len(n) == 11 and n.startswith("8")})
