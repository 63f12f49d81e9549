"""Checks of how a reply speaks: abbreviations, chains of participles, officialese, legal acts."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from console.domain.finding import Edit, Found
from console.domain.gerund import is_gerund
from console.domain.words import Found as PhraseFound
from console.domain.words import Phrase, PhraseBook, Span, Word, fold

_CAPITALS: Final = re.compile(
    r"(?<![\w-])([А-ЯЁ]{2,6})(?![А-ЯЁа-яё])(\s?(?:№\s?)?-?\s?\d[\d\-/]{0,8})?"
)
_WORDS_BEFORE: Final = re.compile(
    r"(?:([А-ЯЁа-яё-]{1,30})\s+)?(?<![А-ЯЁа-яё-])([А-ЯЁа-яё-]{1,30})\s+\Z"
)

_CASE_OF_PREPOSITION: Final[Mapping[str, int]] = {
    **dict.fromkeys(("от", "из", "до", "с", "со", "для", "после", "около", "у", "без", "возле"), 1),
    **dict.fromkeys(("к", "ко", "по", "благодаря"), 2),
    **dict.fromkeys(("через", "про"), 3),
    **dict.fromkeys(("над", "под", "за", "перед", "между", "рядом"), 4),
    **dict.fromkeys(("в", "во", "на", "о", "об", "при"), 5),
}
_NOUN_OF_ACTION: Final = re.compile(
    r"(?:ни[еяю]|нием|ци[яию]|ремонт\w?|обрыв\w?|осмотр\w?|замен[аеуы])\Z"
)
_INTO: Final = re.compile(
    r"(?:обра[тщ]|выех|выез|приех|поех|едет|напра|переда|отпра|сообщ|позвон|подал|подад|верн)"
)
_PLURAL_PAST: Final = re.compile(r"(?:или|али|ели|ыли)\Z")

BLANK: Final = re.compile(
    r"_{3,}|\[(?:имя|фио|дата|время|адрес|улица|номер|срок|указать[^\]\n]{0,40})\]|<[а-яё ]{3,30}>|"
    r"(?<!\w)[xх]{2}[:.][xх]{2}(?!\w)|№\s?[xх]{2,}(?!\w)|"
    r"\((?:указать|вставить|вписать|фио|имя|дата|адрес|время)(?:\s[^)\n]{1,40})?\)",
    re.IGNORECASE,
)
"""What stands in a text that was not finished."""

_DOUBTFUL: Final = re.compile(r"[а-я]{3}(?:[аяиыу]в|уя|лняя)\Z")

_ACT: Final = re.compile(
    r"\d{1,4}-ФЗ|\bФЗ\b|федеральн\w{2,4}\s+закон\w{0,3}|\bгражданск\w{2,4}\s+кодекс\w{0,2}|"
    r"постановлени\w{1,3}\s+(?:правительств\w{1,2}|№)|закон\w{0,3}\s+«[ОоOo]|\bПП\s+РФ|приказ\w{0,3}\s+(?:мин\w{3,12}|(?:[А-ЯЁа-яё]+\s+){0,3}№)|"
    r"\bГОСТ\b|\bПУЭ\b|правил\w{0,3}\s+(?:недискриминационного|предоставления|технолог\w{3,8}|"
    r"функционирования|пользования|устройства)|"
    r"(?<!\w)(?:ст\.|стать[еияю]{1,2}|пп?\.|пункт\w{0,3}|част\w{1,2})\s?\d{1,3}(?:\.\d{1,2}){0,2}"
    r"(?=\s+(?:правил|закон|постановл|кодекс|федеральн|фз|гк|приказ))",
    re.IGNORECASE,
)
_SAME_ACT: Final = re.compile(
    r"[^.!?\n]{0,10}|[^!?\n]{0,14},?\s?(?:утвержд|введ[её]нн|принят)\w*\s?", re.IGNORECASE
)
_OTHER_ACT: Final = re.compile(r"[.!?\n)]\s|,\s+а также|\sи\s")
_LED_IN: Final = re.compile(
    r"(?:в соответствии со?|согласно|на основании|в силу|исходя из|руководствуясь)\s+"
    r"[^.!?\n,()]{0,60}\Z",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Abbreviation:
    """Letters of the trade and what they stand for in the six cases.

    ``topic``: the root topic in which they mean this; empty for everywhere.
    """

    short: str
    forms: tuple[str, str, str, str, str, str]
    topic: str = ""


class Abbreviations:
    """The known abbreviations, and letters that everybody knows."""

    def __init__(
        self,
        known: Sequence[Abbreviation],
        allowed: Collection[str],
        lower: Collection[str] = (),
    ) -> None:
        """``lower`` are those that are no word when they are written small."""
        self._known: dict[str, list[Abbreviation]] = {}
        for each in known:
            self._known.setdefault(each.short, []).append(each)
        self._allowed = frozenset(allowed)
        self._lower = frozenset(lower)
        self._meanings = {
            each: Phrase.parse(" ".join(_stem(word) for word in re.findall(r"\w+", each.forms[0])))
            for each in known
        }

    def check(self, text: str, found_words: Sequence[Word], topic: str) -> Iterator[Found]:
        """Every abbreviation that the text does not explain, at its first place."""
        places: dict[str, list[re.Match[str]]] = {}
        for found in _CAPITALS.finditer(text):
            if found[1] not in self._allowed:
                places.setdefault(found[1], []).append(found)
        if _is_shouted(text):
            return
        for word in found_words:
            if word.folded in self._lower and word.text == word.folded:
                yield from self._small(word, found_words, topic)
        for short, matches in places.items():
            meaning = self._meaning(short, topic)
            spans = tuple(Span(*m.span()) for m in matches)
            if meaning is None:
                yield Found(spans, {"short": short, "full": ""})
            elif not PhraseBook([self._meanings[meaning]]).find(found_words):
                fix = (self._explained(text, matches[0], meaning),)
                yield Found(spans, {"short": short, "full": meaning.forms[0]}, fix)

    def _small(self, word: Word, found_words: Sequence[Word], topic: str) -> Iterator[Found]:
        meaning = self._meaning(word.text.upper(), topic)
        if meaning is not None and not PhraseBook([self._meanings[meaning]]).find(found_words):
            span = Span(word.start, word.end)
            yield Found((span,), {"short": word.text, "full": meaning.forms[0]})

    def _meaning(self, short: str, topic: str) -> Abbreviation | None:
        meanings = self._known.get(short, ())
        root = topic.partition(".")[0]
        special = next((m for m in meanings if m.topic and m.topic == root), None)
        return special or next((m for m in meanings if not m.topic), None)

    def _explained(self, text: str, found: re.Match[str], meaning: Abbreviation) -> Edit:
        form = meaning.forms[_case_at(text, found.start())]
        if _begins_sentence(text, found.start()):
            form = form[0].upper() + form[1:]
        shown = found.group() if found[2] else f"({found.group()})"
        return Edit(found.start(), found.end(), f"{form} {shown}")


def _stem(word: str) -> str:
    """A phrase part that fits every case form of ``word``."""
    return word if len(word) < 4 else f"{word[: max(3, len(word) - 3)]}*"


def _case_at(text: str, at: int) -> int:
    """The grammatical case (0..5) that the words before ``at`` ask for, as well as can be told."""
    before = _WORDS_BEFORE.search(text, max(0, at - 64), at)
    if before is None:
        return 0
    verb, word = fold(before[1] or ""), fold(before[2])
    if word in ("в", "во", "на") and _INTO.match(verb):
        return 3
    if word in _CASE_OF_PREPOSITION:
        return _CASE_OF_PREPOSITION[word]
    if _NOUN_OF_ACTION.search(word):
        return 1
    return 3 if _PLURAL_PAST.search(word) else 0


def _begins_sentence(text: str, at: int) -> bool:
    before = text[max(0, at - 40) : at].rstrip()
    return not before or before[-1] in ".!?…"


def _is_shouted(text: str) -> bool:
    letters = [letter for letter in text if letter.isalpha()]
    return sum(letter.isupper() for letter in letters) * 2 > len(letters)


def gerund_chain(
    found_words: Sequence[Word], *, also: Collection[str], never: Collection[str]
) -> Iterator[Found]:
    """Two or more деепричастия in one sentence."""
    sentences: dict[int, list[Word]] = {}
    for word in found_words:
        if is_gerund(word.folded, also=also, never=never) or _may_be_gerund(word, never):
            sentences.setdefault(word.sentence, []).append(word)
    for chain in sentences.values():
        if len(chain) > 1:
            said = ", ".join(word.text.lower() for word in chain)
            yield Found(tuple(Span(w.start, w.end) for w in chain), {"what": said})


def _may_be_gerund(word: Word, never: Collection[str]) -> bool:
    """«Обрезав», «подняв»: nouns end so, too, but two of them in a sentence hardly do."""
    small = word.text == word.folded or word.text[1:] == word.folded[1:]
    return small and word.folded not in never and _DOUBTFUL.search(word.folded) is not None


def formal(text: str, hits: Iterable[PhraseFound], plain: Mapping[Phrase, str]) -> Iterator[Found]:
    """Officialese; where plain words are known, they are offered in its place."""
    for phrase, span in hits:
        said = text[span.start : span.end]
        better = plain.get(phrase, "")
        if not better:
            yield Found((span,), {"what": said, "plain": ""})
            continue
        if said[0].isupper():
            better = better[0].upper() + better[1:]
        yield Found((span,), {"what": said, "plain": better}, (Edit(span.start, span.end, better),))


def legal_references(text: str) -> Iterator[Found]:
    """More references to legal acts than one; parts of one reference count together."""
    acts: list[Span] = []
    for found in _ACT.finditer(text):
        if acts and _is_same_act(text[acts[-1].end : found.start()]):
            acts[-1] = Span(acts[-1].start, found.end())
        else:
            acts.append(Span(*found.span()))
    if len(acts) < 2:
        return
    fix = tuple(edit for act in acts[1:] if (edit := _cut_reference(text, act)) is not None)
    yield Found(
        tuple(acts[1:]), {"count": str(len(acts))}, fix if len(fix) == len(acts) - 1 else ()
    )


def _is_same_act(between: str) -> bool:
    """Whether these words join two parts of one reference: «п. 8» … «Правил, утверждённых»."""
    return _SAME_ACT.fullmatch(between) is not None and _OTHER_ACT.search(between) is None


def _cut_reference(text: str, act: Span) -> Edit | None:
    """The edit that removes a reference in brackets, or one led in up to the next comma."""
    opening = text.rfind("(", max(0, act.start - 120), act.start)
    closing = text.find(")", act.end, act.end + 120)
    if opening >= 0 and closing >= 0 and ")" not in text[opening : act.start]:
        start = opening - 1 if opening and text[opening - 1] == " " else opening
        return Edit(start, closing + 1, "")
    led = _LED_IN.search(text, max(0, act.start - 100), act.start)
    comma = re.compile(r"[^.!?\n,()]{0,100},\s*").match(text, act.end)
    if led is None or comma is None:
        return None
    follows = text[comma.end() : comma.end() + 1]
    if _begins_sentence(text, led.start()):
        return Edit(led.start(), comma.end() + 1, follows.upper())
    return Edit(led.start(), comma.end(), "")
