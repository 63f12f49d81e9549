"""Translations: message catalogues in i18next v4 JSON, with CLDR plural forms.

One folder a language under resources/i18n, one file an area; the key of a message is
``area.key``. ``{{name}}`` is replaced by the parameter of that name, and ``count`` selects the
plural form (``_one``, ``_few``, ``_many``, ``_other``).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from console.errors import ConfigError
from console.paths import RESOURCES

LANGUAGES: tuple[str, ...] = ("ru", "en")
"""Supported interface languages, the first is the default."""

PSEUDO = "pseudo"
"""A made-up language that lengthens every Russian text by 40 % to show truncation."""

_ENDLESS = re.compile("~{7}")
_PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*\}\}")


def plural_ru(n: int) -> str:
    """The CLDR plural category of a whole number in Russian."""
    n = abs(n)
    if n % 10 == 1 and n % 100 != 11:
        return "one"
    if 2 <= n % 10 <= 4 and not 12 <= n % 100 <= 14:
        return "few"
    return "many"


def plural_en(n: int) -> str:
    """The CLDR plural category of a whole number in English."""
    return "one" if abs(n) == 1 else "other"


_PLURALS: Mapping[str, Callable[[int], str]] = {"ru": plural_ru, "en": plural_en}


@dataclass(frozen=True, slots=True)
class Catalog:
    """The messages of one language."""

    language: str
    messages: Mapping[str, str]

    @staticmethod
    def load(language: str, *, root: Path = RESOURCES / "i18n") -> Catalog:
        """Read every area of ``language``; `ConfigError` if a file is missing or not JSON."""
        return _load(language, root)

    def t(self, key: str, **params: object) -> str:
        """The text of ``key`` with its parameters filled in.

        An unknown key comes back in angle quotes, so that it is seen and a test finds it.
        """
        return _PLACEHOLDER.sub(
            lambda m: str(params.get(m.group(1), m.group(0))), self._pattern(key, params)
        )

    def has(self, key: str) -> bool:
        """Whether ``key`` (or a plural form of it) is in the catalogue."""
        return key in self.messages or any(
            f"{key}_{form}" in self.messages for form in ("one", "few", "many", "other")
        )

    def _pattern(self, key: str, params: Mapping[str, object]) -> str:
        count = params.get("count")
        if isinstance(count, int):
            language = "ru" if self.language == PSEUDO else self.language
            found = self.messages.get(f"{key}_{_PLURALS[language](count)}")
            if found is not None:
                return found
        found = self.messages.get(key)
        return f"‹{key}›" if found is None else found


@lru_cache(maxsize=8)
def _load(language: str, root: Path) -> Catalog:
    if language == PSEUDO:
        base = _load("ru", root)
        return Catalog(PSEUDO, {k: _lengthen(v) for k, v in base.messages.items()})
    folder = root / language
    if language not in LANGUAGES or not folder.is_dir():
        known = ", ".join(LANGUAGES)
        raise ConfigError(f"no translations for the language “{language}”; known: {known}")
    messages: dict[str, str] = {}
    for file in sorted(folder.glob("*.json")):
        try:
            area = json.loads(file.read_text(encoding="utf-8"))
        except json.JSONDecodeError as error:
            raise ConfigError(f"{file}: line {error.lineno} is not JSON: {error.msg}") from error
        messages.update({f"{file.stem}.{key}": text for key, text in area.items()})
    return Catalog(language, messages)


def _lengthen(text: str) -> str:
    """``text`` 40 % longer, placeholders kept, in marks that show a cut end."""
    visible = len(_PLACEHOLDER.sub("", text))
    added = "~" * max(1, round(visible * 0.4))
    if " " in text:  # a longer sentence has more words, not one endless word
        added = _ENDLESS.sub(r"\g<0> ", added).rstrip()
    return f"[{text}{added}]"
