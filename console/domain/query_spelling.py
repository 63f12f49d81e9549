"""What a mistyped query may have meant: another keyboard layout, Latin letters, missing spaces.

And the key of a family of words: what remains of a root when the suffixes of another part of speech
and the alternations of Russian roots are taken off («обрыв, оборвало», «горит, загорание»).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

_LATIN_KEYS: Final = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
_RUSSIAN_KEYS: Final = "йцукенгшщзхъфывапролджэячсмитьбюё"
_TO_RUSSIAN: Final = str.maketrans(_LATIN_KEYS, _RUSSIAN_KEYS)
_TO_LATIN: Final = str.maketrans(_RUSSIAN_KEYS, _LATIN_KEYS)
_SHIFTED: Final = str.maketrans('{}:"<>~', "[];',.`")
_LATIN: Final = re.compile(r"[a-z]")
_CYRILLIC: Final = re.compile(r"[а-яё]")
_EDGE: Final = re.compile(r"(?<=[a-z])[.,;](?=\s|\Z)")

_LETTERS: Final = (
    ("shch", "щ"),
    ("sch", "щ"),
    ("yo", "е"),
    ("jo", "е"),
    ("yu", "ю"),
    ("ju", "ю"),
    ("ya", "я"),
    ("ja", "я"),
    ("ye", "е"),
    ("zh", "ж"),
    ("kh", "х"),
    ("ts", "ц"),
    ("tz", "ц"),
    ("ch", "ч"),
    ("sh", "ш"),
    ("iy", "ий"),
    ("yj", "ый"),
    ("ij", "ий"),
    ("ck", "к"),
    ("ph", "ф"),
    *zip("abvgdezijklmnoprstufhcywqx'", "абвгдезийклмнопрстуфхцывкксь", strict=False),
)
_ROMAN: Final = dict(_LETTERS) | {"x": "кс", "w": "в", "q": "к", "'": "ь"}
_ROMAN_PIECE: Final = re.compile("|".join(sorted(map(re.escape, _ROMAN), key=len, reverse=True)))


def other_layout(text: str) -> str:
    """``text`` as if the keyboard had been switched, empty where that changes nothing sensible.

    A word of Latin letters becomes Russian; where there is none, Russian letters become Latin.
    """
    lowered = text.lower().translate(_SHIFTED) if _LATIN.search(text.lower()) else text.lower()
    if _LATIN.search(lowered):
        words = (
            word.translate(_TO_RUSSIAN) if _LATIN.search(word) else word for word in lowered.split()
        )
        return " ".join(words)
    if _CYRILLIC.search(lowered):
        return lowered.translate(_TO_LATIN)
    return ""


def from_latin(text: str) -> str:
    """``text`` with transliterated words in Russian letters; empty where none is in Latin."""
    lowered = text.lower()
    if not _LATIN.search(lowered):
        return ""
    return _ROMAN_PIECE.sub(lambda found: _ROMAN[found[0]], _soft(lowered))


def _soft(text: str) -> str:
    """A y after a consonant is ы, after a vowel or at the beginning й."""
    return re.sub(r"(?<=[aeiou])y(?![aeou])", "j", text)


def splits(word: str) -> Iterator[tuple[str, str]]:
    """Where a space may be missing: between letters and digits, else anywhere."""
    for at in range(1, len(word)):
        if word[at - 1].isdigit() != word[at].isdigit():
            yield word[:at], word[at:]
    if word.isalpha():
        for at in range(3, len(word) - 2):
            yield word[:at], word[at:]


_SUFFIX: Final = re.compile(
    r"(?:ировк|ировани|ирован|иров|ирова|ир|овани|ова|ева|ивани|авлива|ыва|ива|ельств|ительн|"
    r"тельн|тел|ацион|аци|яци|ств|ость|ост|ск|евш|ивш|авш|ывш|вш|ш|"
    r"ющ|ущ|ящ|ащ|нн|ок|к|л|ь|й)\Z"
)
_VERBAL: Final = re.compile(r"(?:ени|ани|яни|нул|нут|ну|ен|ан|ян|ел|ов|а|я|и|е|о|у|ю|ы|н)\Z")
_IRREGULAR: Final = {
    "обр": "обрыв",
    "упа": "упад",
    "пад": "упад",
    "паден": "упад",
    "нол": "нул",
    "укра": "крад",
    "краж": "крад",
}
"""Stems from which the stemmer takes too much, and those that share no letters with their kin."""

_FLEETING: Final = re.compile(r"(?<=[бвгджзклмнпрстфхцчшщ])[ое](?=[клрнц]\Z)(?<!те(?=л))")
"""The vowel that comes and goes: «щиток, щитка», «ветер, ветра», «лампочка, лампочек»."""

_ENDS_IN_VOWELS: Final = re.compile(r"[аеиоуыэюя]\Z")
_ROOTS: Final = tuple(
    (re.compile(pattern), root)
    for pattern, root in (
        (r"обор?в|обр[ыу]в", "обрыв"),
        (r"(?<=\w)(?:рыв|рв)\Z", "рыв"),
        (r"жиг|жог|жег|жж", "жг"),
        (r"гора|гор", "гор"),
        (r"лаг|лож|лог", "лог"),
        (r"вращ|врат|вернут|верн|верт|ворот|ворач", "врт"),
        (r"ращ|раст|рост|рос", "рос"),
        (r"пущ|пуст|пуск", "пуск"),
        (r"чищ|чист", "чист"),
        (r"мещ|мест", "мест"),
        (r"свещ|свет|свеч", "свет"),
        (r"треб", "треб"),
        (r"тух|туш", "тух"),
        (r"слыш|слух|слуш", "слух"),
        (r"дыш|дых|дох", "дых"),
        (r"падеж|пада|паст|пал\Z|пад", "пад"),
        (r"вис(?:а|л|н|)|вес", "вис"),
        (r"тян|тяг|тяж", "тяг"),
        (r"ход|хож|хаж|шел|шл\Z", "ход"),
        (r"воз|вож", "воз"),
        (r"вед|вест|вод(?=ств)", "вед"),
        (r"пис|пиш", "пис"),
        (r"каз|каж", "каз"),
        (r"рез|реж", "рез"),
        (r"вяз|вяж", "вяз"),
        (r"ниж|низ", "низ"),
        (r"тай|та[ял]", "тай"),
        (r"бер|бир|бор|бр\Z", "бр"),
        (r"мер|мир", "мер"),
        (r"тер|тир|тр\Z", "тер"),
        (r"кас|кос", "кас"),
        (r"лом|лам", "лом"),
        (r"стор?он|стран", "стран"),
        (r"став|стан", "став"),
        (r"клон", "клон"),
        (r"движ|двиг|двин", "двиг"),
        (r"мерца|мерц", "мерц"),
        (r"морг|морж", "морг"),
        (r"миг|мж", "миг"),
        (r"гибн|гиб", "гиб"),
    )
)
_LONG_ROOTS: Final = ("верн", "вернут", "верт", "врат", "вращ", "ворач", "клон", "гибн")
_ALTERNATE: Final = (
    (re.compile(r"(?<=[бпвмф])л\Z"), ""),
    (re.compile(r"(?:ст|[кчтцщ])\Z"), "ч"),
    (re.compile(r"(?:жд|[гжздс])\Z"), "ж"),
)
_PREFIX: Final = re.compile(
    r"\A(?:пере|пред|под|над|раз|рас|без|бес|вос|воз|про|при|пре|при|об|от|из|ис|вы|на|за|до|по|со|"
    r"с|в|у|о)(?=\w{4})"
)
_AGENT: Final = re.compile(r"(?<=\w{4})(?:ник|ниц|щик|чик|щиц|чиц)\Z")
_LEAST, _LEAST_VERBAL = 4, 3
"""Letters that must remain of a root when a suffix is taken off."""


@lru_cache(maxsize=20_000)
def family(root: str) -> str:
    """The key of the family of words that a stem belongs to; a short one is its own."""
    if root in _IRREGULAR or len(root) < _LEAST or not root.isalpha():
        return _IRREGULAR.get(root, root)
    key = root if _root_at_end(root) else _FLEETING.sub("", root)
    if key in _IRREGULAR:
        return _IRREGULAR[key]
    while not _is_bare_root(key):
        cut = _SUFFIX.sub("", key)
        if cut != key and len(cut) >= _LEAST:
            key = cut
            continue
        cut = _VERBAL.sub("", key)
        if cut != key and len(cut) >= _LEAST_VERBAL and not _ENDS_IN_VOWELS.search(cut):
            key = cut
            continue
        break
    return _evened(key)


def _is_bare_root(key: str) -> bool:
    """Whether it ends in one of the long roots, whose own letters look like a suffix («верн»)."""
    return key.endswith(_LONG_ROOTS)


def bare_family(root: str) -> str:
    """The key of the family without a prefix («починка — чинить») or without the suffix of a
    person or thing («экскаваторщик»); empty where there is neither.
    """
    cut = _AGENT.sub("", _PREFIX.sub("", root, count=1))
    return family(cut) if cut != root else ""


def _evened(key: str) -> str:
    """One spelling for the sounds that alternate at the end of a root."""
    known = _root_at_end(key)
    if known is not None:
        found, root = known
        return key[: found.start()] + root
    key = _FLEETING.sub("", key)
    if len(key) > _LEAST_VERBAL:
        for pattern, letters in _ALTERNATE:
            if pattern.search(key):
                return pattern.sub(letters, key)
    return key


def _root_at_end(key: str) -> tuple[re.Match[str], str] | None:
    """The first of the known roots that ``key`` ends in, and how it is spelt."""
    for pattern, root in _ROOTS:
        found = pattern.search(key)
        if found is not None and found.end() == len(key):
            return found, root
    return None
