"""Checks of what a reply says: a date, a proof, the safety text, the right time, the right name."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from console.domain.appeal import Outcome
from console.domain.finding import Edit, Found, ReplyContext, fingerprint
from console.domain.lint_privacy import names_number
from console.domain.person import addressee
from console.domain.reply_template import ReplyKind
from console.domain.time_words import Clock, time_words
from console.domain.words import Found as PhraseFound
from console.domain.words import Phrase, PhraseBook, Span, Word, fold, words

_MONTHS: Final = "январ|феврал|март|апрел|ма[яей]|июн|июл|август|сентябр|октябр|ноябр|декабр"
_LENGTHS: Final = r"(?:час|минут|дн[яей]|день|недел|месяц|сут)\w{0,3}"
WHEN: Final = re.compile(
    rf"""
    (?<!\d)(?:[01]?\d|2[0-4])[:.][0-5]\d(?!\d) |
    (?<!\d)\d{{1,2}}\s?(?:{_MONTHS})\w{{0,3}} |
    (?<![\d.])\d{{1,2}}\.(?:0\d|1[0-2])(?:\.\d{{2,4}})?(?!\.?\d) |
    \b(?:сегодня|завтра|послезавтра|вчера)\b |
    \b(?:во?|до|ко?|со?)\s
        (?:понедельник|вторник|сред[уые]|четверг|пятниц[уые]|суббот[уые]|воскресень)\w{{0,2}} |
    \bв\sтот\sже\sдень\b | \bв\sдень\s(?:оплаты|обращения|поступления|заявки)\b |
    \b(?:до|к|в)\s(?:конц[ауе]\s)?
        (?:дн[яюе]|вечер[ауо]|ночи|утр[ауо]|недели|месяца|год[ау]|(?:{_MONTHS})\w{{0,2}})\b |
    \bв\sтечение\s(?:\d{{1,3}}\s|одного\s|двух\s|тр[её]х\s|пяти\s|десяти\s)?
        (?:рабоч\w{{2,3}}\s|календарн\w{{2,3}}\s)?{_LENGTHS} |
    \b(?:через|за|до)\s(?:\d{{1,3}}\s|пару\s|полтора\s|несколько\s)?
        (?:рабоч\w{{2,3}}\s)?{_LENGTHS} |
    \b(?:до|к|в|с|около)\s\d{{1,2}}\s?(?:час|ч\b) |
    \bквартал\w{{0,2}}\s20\d\d | \bв\s20\d\d\sгоду""",
    re.IGNORECASE | re.VERBOSE,
)
"""A day, a clock, or a length of time: what answers «until when»."""

_FIGURES: Final = re.compile(r"(?:[01]?\d|2[0-4])(?:[:.-][0-5]\d|\s?час\w{0,3})")
_ANY_LENGTH: Final = re.compile(r"\d{1,3}\s(?:рабоч|календарн)\w{2,3}\sд", re.IGNORECASE)
_SENTENCE_END: Final = re.compile(r"(?<=[.!?…])\s+(?=[А-ЯЁA-Z«\"(\d—])|\n+")
_FEW_WORDS: Final = 3
_ENDINGS: Final = (".", "!", "?", "…")
_NONE_OF: Final = re.compile(r"\bнет\b|\bне\s(?:было|обнаружен|выявлен|нашли|зафиксирован)", re.I)
_HELLO: Final = r"(?:здравствуйте|доброе утро|добрый (?:день|вечер)|приветствуем)"
_CALLED: Final = r"(?-i:[А-ЯЁ][а-яё-]{1,24})(?:\s(?-i:[А-ЯЁ][а-яё-]{1,24})){0,2}"
_GREETED: Final = re.compile(
    rf"\A\s*(?:{_HELLO},\s+(?:уважаем\w{{2}}\s+)?({_CALLED})\s?[!.,]|"
    rf"({_CALLED}),\s+{_HELLO}\s?[!.,]|уважаем\w{{2}}\s+({_CALLED})\s?[!.,])",
    re.IGNORECASE,
)
_PATRONYMIC: Final = re.compile(r"(?:ович|евич|ьич|овна|евна|ична|инична)\Z")


class Group(StrEnum):
    """What a phrase of the rule files means for the checks."""

    PROBLEM = "problem"
    PROOF = "proof"
    DONE = "done"
    PROMISE = "promise"
    VAGUE = "vague"
    RATING = "rating"
    CALL = "call"
    EMPTY_TALK = "empty_talk"
    DISTANCE = "distances"
    NUMBER = "numbers"
    FORMAL = "formal"


class Lexicon:
    """The phrases of all groups, looked up together."""

    def __init__(self, groups: Mapping[Group, Collection[Phrase]]) -> None:
        self._groups: dict[Phrase, list[Group]] = {}
        for group, phrases in groups.items():
            for phrase in phrases:
                self._groups.setdefault(phrase, []).append(group)
        self._book = PhraseBook(self._groups)

    def mark(self, found_words: Sequence[Word]) -> Marks:
        """Where phrases of each group stand."""
        hits: dict[Group, list[PhraseFound]] = {}
        for hit in self._book.find(found_words):
            for group in self._groups[hit.phrase]:
                hits.setdefault(group, []).append(hit)
        return Marks(hits)


@dataclass(frozen=True, slots=True)
class Marks:
    """The phrases found in one text, by group."""

    hits: Mapping[Group, Sequence[PhraseFound]]

    def spans(self, group: Group, within: Span | None = None) -> tuple[Span, ...]:
        """Where phrases of ``group`` stand (in the part ``within``), first to last."""
        spans = (hit.span for hit in self.hits.get(group, ()))
        if within is None:
            return tuple(spans)
        return tuple(s for s in spans if within.start <= s.start < within.end)

    def has(self, group: Group, within: Span | None = None) -> bool:
        """Whether a phrase of ``group`` stands there."""
        return bool(self.spans(group, within))


def sentences(text: str) -> tuple[Span, ...]:
    """The sentences of ``text``, without the spaces between them."""
    spans: list[Span] = []
    start = 0
    for end in _SENTENCE_END.finditer(text):
        spans.append(Span(start, end.start()))
        start = end.end()
    spans.append(Span(start, len(text)))
    return tuple(span for span in spans if text[span.start : span.end].strip())


def danger_text(text: str, marks: Marks, context: ReplyContext, *, safety: str) -> Iterator[Found]:
    """A reply about danger without the distance to keep and the number to call."""
    if not context.danger or (marks.has(Group.DISTANCE) and marks.has(Group.NUMBER)):
        return
    end = len(text.rstrip())
    yield Found((), {}, (Edit(end, len(text), f"\n\n{safety}"),))


def no_date(text: str, marks: Marks, context: ReplyContext, *, has_when: bool) -> Iterator[Found]:
    """A confirmed problem, and not a word about when."""
    if has_when or context.kind is ReplyKind.INTERIM or context.outcome is Outcome.SOLVED:
        return
    spans = tuple(s for s in marks.spans(Group.PROBLEM) if not _is_denied(text, s))
    if spans:
        yield Found(spans)


def _is_denied(text: str, span: Span) -> bool:
    """«Повреждений нет»: nothing of the kind is confirmed."""
    found = _NONE_OF.search(text, span.end)
    return found is not None and not re.search(r"[.!?,;\n]", text[span.end : found.start()])


def no_proof(marks: Marks, context: ReplyContext, *, has_when: bool) -> Iterator[Found]:
    """«Solved», and no fact: neither an act, a picture, a measurement, nor what was done when."""
    if context.outcome is not Outcome.SOLVED or context.kind is not ReplyKind.FINAL:
        return
    if not marks.has(Group.PROOF) and not (has_when and marks.has(Group.DONE)):
        yield Found()


def no_next_news(text: str, context: ReplyContext, *, news: str, has_when: bool) -> Iterator[Found]:
    """An interim reply that does not say when the next news comes.

    Where its author has promised a time beside the text, the remedy says it as ``news`` does.
    """
    if context.kind is not ReplyKind.INTERIM or has_when:
        return
    if not context.promise:
        yield Found()
        return
    said = text.rstrip()
    stop = "" if said.endswith(_ENDINGS) else "."
    sentence = news.replace("{time}", context.promise)
    yield Found((), {}, (Edit(len(said), len(text), f"{stop} {sentence}"),))


def has_when(text: str) -> bool:
    """Whether ``text`` names any day, clock or length of time."""
    return (
        WHEN.search(text) is not None
        or _ANY_LENGTH.search(text) is not None
        or any(time_words(text[s.start : s.end]) for s in sentences(text))
    )


def vague_term(text: str, marks: Marks) -> Iterator[Found]:
    """«Soon» is no term."""
    for span in marks.spans(Group.VAGUE):
        yield Found((span,), {"what": text[span.start : span.end]})


def rating(text: str, marks: Marks, context: ReplyContext) -> Iterator[Found]:
    """Asking for a rating when nothing has been solved."""
    spans = marks.spans(Group.RATING)
    if not spans or context.outcome is Outcome.SOLVED:
        return
    asking = [sentence for sentence in sentences(text) if marks.has(Group.RATING, sentence)]
    yield Found(spans, {}, tuple(_without(text, sentence) for sentence in asking))


def _without(text: str, sentence: Span) -> Edit:
    end = sentence.end
    while end < len(text) and text[end] in " \n":
        end += 1
    return Edit(sentence.start, end, "")


def only_phone(
    text: str, marks: Marks, context: ReplyContext, *, phones: Collection[str], has_when: bool
) -> Iterator[Found]:
    """A reply that sends the resident to the phone and says nothing else."""
    if has_when or context.outcome is Outcome.SOLVED:
        return
    calls: list[Span] = []
    for sentence in sentences(text):
        if marks.has(Group.DISTANCE, sentence):
            return
        if marks.has(Group.CALL, sentence) or names_number(text, sentence, phones):
            calls.append(sentence)
        elif not marks.has(Group.EMPTY_TALK, sentence):
            said = words(text[sentence.start : sentence.end])
            if len(said) > _FEW_WORDS:
                return
    if calls:
        yield Found(tuple(calls))


def identical(text: str, context: ReplyContext) -> Iterator[Found]:
    """Word for word what another reader of the same thread was told."""
    if context.others and fingerprint(text) in context.others:
        yield Found()


def etr_differs(text: str, marks: Marks, context: ReplyContext) -> Iterator[Found]:
    """A restoration time that is not the outage's any more."""
    outages = {outage.id: outage for outage in context.outages}
    stale = [
        quote
        for quote in context.quotes
        if quote.outage in outages
        and not outages[quote.outage].restored
        and outages[quote.outage].etr != quote.etr
    ]
    clocks = {_minutes(outage.clock) for outage in context.outages if outage.clock}
    promised = _promised_clocks(text, marks)
    wrong = [span for minutes, span in promised if minutes not in clocks]
    said_right = len(wrong) < len(promised)
    if not stale and (not clocks or not wrong or said_right):
        return
    shown = sorted({outage.clock for outage in context.outages if outage.clock})
    now = shown[0] if len(clocks) == 1 else ""
    fix = tuple(Edit(span.start, span.end, now) for span in wrong) if now else ()
    said = ", ".join(text[span.start : span.end] for span in wrong)
    yield Found(tuple(wrong), {"now": now, "said": said}, fix)


def _promised_clocks(text: str, marks: Marks) -> list[tuple[int, Span]]:
    """The clock times of sentences that promise power back, in minutes, with their figures."""
    if _FIGURES.search(text) is None:
        return []
    found: list[tuple[int, Span]] = []
    for sentence in sentences(text):
        if not marks.has(Group.PROMISE, sentence):
            continue
        for clock in time_words(text[sentence.start : sentence.end]):
            if isinstance(clock, Clock) and not clock.part:
                start, end = (sentence.start + place for place in clock.span)
                figures = _last_figures(text, Span(start, end))
                if figures is not None:
                    found.append((clock.minutes % 1440, figures))
    return found


def _last_figures(text: str, within: Span) -> Span | None:
    found = list(_FIGURES.finditer(text, within.start, within.end))
    return Span(*found[-1].span()) if found else None


def _minutes(clock: str) -> int:
    """«9.00», «09:00» and «9:00» are one clock; «24:00» is «0:00»; -1 for what is none."""
    hour, _, minute = clock.replace(".", ":").partition(":")
    whole = hour.isdigit() and minute.isdigit()
    return int(hour) % 24 * 60 + int(minute) if whole else -1


def wrong_name(
    text: str, context: ReplyContext, short: Collection[frozenset[str]] = ()
) -> Iterator[Found]:
    """A greeting by a name that is not the resident's; ``short`` are forms of one name."""
    greeted = _GREETED.match(text)
    own = [fold(part) for part in context.resident.split()]
    if greeted is None or not any(re.search("[а-я]", part) for part in own):
        return
    group = next(number for number in (1, 2, 3) if greeted[number])
    called = [word.folded for word in words(greeted[group])]
    telling = [word for word in called if not _PATRONYMIC.search(word)] or called
    if any(_alike(word, part, short) for word in telling for part in own):
        return
    right = addressee(context.resident)
    span = Span(*greeted.span(group))
    fix = (Edit(span.start, span.end, right),) if right else ()
    yield Found((span,), {"said": greeted[group], "name": right or context.resident}, fix)


def _alike(one: str, other: str, short: Collection[frozenset[str]]) -> bool:
    """Whether two words may be one name: «Наталья» and «Наталия», «Ольга» and «Оля»."""
    if one == other or any(one in forms and other in forms for forms in short):
        return True
    same = 2 if min(len(one), len(other)) <= 4 else 4
    return (
        abs(len(one) - len(other)) <= 2 and one[:same] == other[:same] and _sex(one) == _sex(other)
    )


def _sex(name: str) -> bool:
    return name.endswith(("а", "я"))
