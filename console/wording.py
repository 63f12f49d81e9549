"""Names in the right case, as a reply speaks of people, places and streets.

Places and streets go by rules and a list of exceptions (`domain.cases`), people by the rules of
`pytrovich`, which knows some thousand endings of first names, patronymics and surnames. Whatever
the operator has corrected is used instead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Final

from console.domain.cases import Case, Exceptions, place_in, street_along, street_within, within
from console.domain.person import NamePart, NameWord, name_words
from console.domain.words import fold

if TYPE_CHECKING:
    from pytrovich.detector import PetrovichGenderDetector
    from pytrovich.maker import PetrovichDeclinationMaker


class Use(StrEnum):
    """How a name is spoken of; the words before it belong to the form."""

    PLACE_IN = "place_in"
    """«в Солонцах»"""
    PLACE_OF = "place_of"
    """«Солонцов»: after «из», «жители», «администрация»"""
    STREET_ON = "street_on"
    """«на улице Садовой», «в переулке Тихом»"""
    STREET_ALONG = "street_along"
    """«по улице Садовой»"""
    PERSON_OF = "person_of"
    """«Иванова Ивана Петровича»: after «от», «у»"""
    PERSON_TO = "person_to"
    """«Иванову Ивану Петровичу»: to whom"""
    OPENING = "opening"
    """«Уважаемая Анна Петровна»"""


@dataclass(frozen=True, slots=True)
class CorrectedForm:
    """What an operator has put in place of a form: of which name, in which use, and what."""

    name: str
    use: Use
    form: str


_OPENINGS: Final = {"male": "Уважаемый", "female": "Уважаемая"}


class Wording:
    """Every name in every use; pure but for what it reads once, so any thread may ask."""

    def __init__(
        self, exceptions: Exceptions, corrected: Mapping[tuple[str, Use], str] | None = None
    ) -> None:
        self._exceptions = exceptions
        self._corrected = dict(corrected or {})
        self._people = _People()

    def corrected(self, forms: Mapping[tuple[str, Use], str]) -> Wording:
        """This one, with an operator's corrections by folded name and use."""
        other = Wording(self._exceptions, forms)
        other._people = self._people
        return other

    def form(self, name: str, use: Use) -> str:
        """``name`` in the use; empty where nobody can tell, as of a nick-name."""
        plain = name.strip()
        if not plain:
            return ""
        return self._corrected.get((fold(plain), use)) or self.suggested(plain, use)

    def suggested(self, name: str, use: Use) -> str:
        """What the rules say, whatever an operator has corrected."""
        return self._by_use[use](name)

    @cached_property
    def _by_use(self) -> Mapping[Use, Callable[[str], str]]:
        return {
            Use.PLACE_IN: lambda name: within(name, exceptions=self._exceptions),
            Use.PLACE_OF: lambda name: place_in(name, Case.GENITIVE, exceptions=self._exceptions),
            Use.STREET_ON: street_within,
            Use.STREET_ALONG: street_along,
            Use.PERSON_OF: lambda name: self._people.declined(name, Case.GENITIVE),
            Use.PERSON_TO: lambda name: self._people.declined(name, Case.DATIVE),
            Use.OPENING: self._people.opening,
        }


class _People:
    """People's names; the rules are read when first needed (some hundredths of a second)."""

    def declined(self, name: str, case: Case) -> str:
        words = name_words(name)
        female = self._is_female(words)
        return " ".join(self._word(word, case, female) for word in words)

    def opening(self, name: str) -> str:
        """Empty where the name does not tell whether «Уважаемый» or «Уважаемая»."""
        words = name_words(name)
        female = self._is_female(words)
        spoken = [word.text for word in words if word.part is not NamePart.SURNAME]
        if female is None or not spoken:
            return ""
        return " ".join((_OPENINGS["female" if female else "male"], *spoken))

    def _word(self, word: NameWord, case: Case, female: bool | None) -> str:
        from pytrovich.enums import Case as TheirCase
        from pytrovich.enums import Gender
        from pytrovich.enums import NamePart as TheirPart

        parts = {
            NamePart.FIRST: TheirPart.FIRSTNAME,
            NamePart.PATRONYMIC: TheirPart.MIDDLENAME,
            NamePart.SURNAME: TheirPart.LASTNAME,
        }
        if female is None:
            # «Саша», «Женя»: a name that both bear declines like a woman's.
            female = word.text.endswith(("а", "я"))
        gender = Gender.FEMALE if female else Gender.MALE
        theirs = TheirCase.GENITIVE if case is Case.GENITIVE else TheirCase.DATIVE
        return self._maker.make(parts[word.part], gender, theirs, word.text)

    def _is_female(self, words: tuple[NameWord, ...]) -> bool | None:
        """By the patronymic, then the first name, then the surname; None where none tells."""
        from pytrovich.enums import Gender

        by_part = {word.part: word.text for word in words}
        asked = (
            ("middlename", by_part.get(NamePart.PATRONYMIC)),
            ("firstname", by_part.get(NamePart.FIRST)),
            ("lastname", by_part.get(NamePart.SURNAME)),
        )
        for which, text in asked:
            if text:
                found = self._detector.detect(**{which: text})  # type: ignore[no-untyped-call]
                if found is not Gender.ANDROGYNOUS:
                    return found is Gender.FEMALE
        return None

    @cached_property
    def _maker(self) -> PetrovichDeclinationMaker:
        from pytrovich.maker import PetrovichDeclinationMaker

        return PetrovichDeclinationMaker()

    @cached_property
    def _detector(self) -> PetrovichGenderDetector:
        from pytrovich.detector import PetrovichGenderDetector

        return PetrovichGenderDetector()
