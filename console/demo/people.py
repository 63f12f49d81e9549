"""The made-up residents of the demonstration: names that fit the region, gender and age."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

from console.demo.places import DEMO, Settlement
from console.domain.appeal import Author

AGES: Final = ("young", "middle", "elder")


@dataclass(frozen=True, slots=True)
class Person:
    """One resident; names in the form that fits ``female``."""

    first: str
    patronymic: str
    surname: str
    female: bool
    age: str
    phone: str
    nickname: str = ""
    nameless: bool = False
    """Whether the nickname says nothing of a name, such as «Злой Сосед»."""

    @property
    def io(self) -> str:
        """Given name and patronymic: how one is addressed formally."""
        return f"{self.first} {self.patronymic}"

    @property
    def fio(self) -> str:
        """Surname, given name, patronymic."""
        return f"{self.surname} {self.first} {self.patronymic}"

    @property
    def fio_short(self) -> str:
        """Surname and initials."""
        return f"{self.surname} {self.first[0]}. {self.patronymic[0]}."


class People:
    """Makes residents."""

    def __init__(self, names: Mapping[str, dict[str, object]]) -> None:
        self._words = {
            people: {key: str(words).split() for key, words in table.items()}
            for people, table in names.items()
            if "surnames" in table
        }
        self._branches = names["branches"]
        self._settlements = names["settlements"]
        nicknames = names["nicknames"]
        self._nicknames = {
            "female": str(nicknames["female"]).split(),
            "male": str(nicknames["male"]).split(),
            "odd": str(nicknames["odd"]).split(";"),
        }

    @staticmethod
    def load(folder: Path = DEMO) -> People:
        """Read names.toml of ``folder``."""
        return People(tomllib.loads((folder / "names.toml").read_text(encoding="utf-8")))

    def someone(self, town: Settlement, rng: Random) -> Person:
        """A resident of ``town``."""
        shares: dict[str, int] = self._settlements.get(town.name) or self._branches[town.branch]  # type: ignore[assignment]
        people = rng.choices(list(shares), weights=list(shares.values()))[0]
        words = self._words[people]
        female = rng.random() < 0.58
        age = rng.choices(AGES, weights=(22, 53, 25))[0]
        gender = "female" if female else "male"
        first = rng.choice(words.get(f"{gender}_{age}") or words[gender])
        nickname, behind = self._nickname(rng, gender) if people == "russian" else ("", "")
        male, _, feminine = rng.choice(words["patronymics"]).partition("/")
        return Person(
            first=behind or first,
            patronymic=feminine if female else male,
            surname=_surname(rng.choice(words["surnames"]), female=female),
            female=female,
            age=age,
            phone=_phone(rng),
            nickname=nickname,
            nameless=bool(nickname) and not behind,
        )

    def _nickname(self, rng: Random, gender: str) -> tuple[str, str]:
        """Mostly none; else a nickname and the name behind it, which may be unknown."""
        roll = rng.random()
        if roll < 0.05:
            nickname, _, name = rng.choice(self._nicknames[gender]).partition(":")
            return nickname, name
        return (rng.choice(self._nicknames["odd"]), "") if roll < 0.075 else ("", "")


def _surname(word: str, *, female: bool) -> str:
    if word.endswith("/"):
        return word[:-1]
    if not female:
        return word
    return word[:-2] + "ая" if word.endswith("кий") else word + "а"


def _phone(rng: Random) -> str:
    """A number of a range that nobody is likely to have, written as people write."""
    a, b = rng.randint(10, 99), rng.randint(10, 99)
    return rng.choice(
        (f"8 900 000-{a}-{b}", f"8900000{a}{b}", f"+7 900 000 {a} {b}", f"8-900-000-{a}-{b}")
    )


def author(person: Person, channel: str, rng: Random) -> Author:
    """How ``person`` is signed in a channel: in full, by a nickname, by surname alone."""
    number = rng.randint(10_000_000, 899_999_999)
    if channel in ("phone", "office"):
        return Author(person.fio_short, phone=person.phone)
    if channel in ("pos", "site", "email"):
        return Author(person.fio, phone=person.phone if rng.random() < 0.4 else "")
    if channel == "ok" and person.age == "elder" and rng.random() < 0.4:
        return Author(f"{person.first} {person.patronymic}", handle=f"ok{number}")
    if channel == "telegram" and rng.random() < 0.4:
        name = person.nickname or person.first
        return Author(name, handle=f"@{_latin(person.first)}_{number % 1000}")
    handle = f"id{number}" if channel == "vk" else f"{channel}{number}"
    if person.nameless:
        return Author(person.nickname, handle=handle)
    return Author(f"{person.nickname or person.first} {person.surname}", handle=handle)


_CYRILLIC: Final = "абвгдеёзийклмнопрстуфхыэ"
_LATIN: Final = dict(zip(_CYRILLIC, "abvgdeeziyklmnoprstufhye", strict=True)) | {
    "ж": "zh",
    "ц": "c",
    "ч": "ch",
    "ш": "sh",
    "щ": "sch",
    "ю": "yu",
    "я": "ya",
}


def _latin(name: str) -> str:
    return "".join(_LATIN.get(letter, "") for letter in name.lower())
