"""Reading of TOML rule files, with errors that name the file, the place in it and the remedy."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from console.errors import ConfigError

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Table:
    """A TOML table that knows where it stands; every getter raises `ConfigError` by name."""

    path: Path
    where: str
    values: Mapping[str, object]

    @staticmethod
    def read(path: Path) -> Table:
        """The whole file at ``path``."""
        try:
            values = tomllib.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise ConfigError(f"{path}: there is no such file") from error
        except OSError as error:
            raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise ConfigError(f"{path}: byte {error.start} is not UTF-8") from error
        except tomllib.TOMLDecodeError as error:
            raise ConfigError(f"{path}: not TOML: {error}") from error
        except (ValueError, RecursionError) as error:  # a number of 5,000 digits, 1,000 brackets
            raise ConfigError(f"{path}: a value is too large or nested too deep") from error
        return Table(path, "", values)

    def wrong(self, key: str, need: str) -> ConfigError:
        """The error that ``key`` here is not what it must be."""
        place = f"{self.where}.{key}" if self.where else key
        return ConfigError(f"{self.path}: “{place}” must be {need}")

    def only(self, *known: str) -> Table:
        """This table, if it has no key but the ``known`` ones (a misspelt key must not pass)."""
        for key in self.values:
            if key not in known:
                raise self.wrong(key, f"one of {', '.join(known)}; this key is not known")
        return self

    def text(self, key: str, default: str | None = None) -> str:
        """A string; required where no default is given."""
        return self._typed(key, str, default, need="a text")

    def whole(self, key: str, default: int | None = None) -> int:
        """A whole number; required where no default is given."""
        return self._typed(key, int, default, need="a whole number")

    def optional_whole(self, key: str) -> int | None:
        """A whole number, or None where the key is absent."""
        return self.whole(key) if key in self.values else None

    def number(self, key: str, default: float | None = None) -> float:
        """A number; required where no default is given."""
        value = self.values.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.wrong(key, "a number")
        return float(value)

    def flag(self, key: str, default: bool | None = None) -> bool:
        """True or false; required where no default is given."""
        return self._typed(key, bool, default, need="true or false")

    def choice(self, key: str, choices: type[E], default: E | None = None) -> E:
        """A member of an enumeration by its value."""
        value = self.text(key, default)
        try:
            return choices(value)
        except ValueError as error:
            raise self.wrong(key, f"one of {', '.join(choices)}, not “{value}”") from error

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of strings; empty where the key is absent."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.wrong(key, "a list of texts")
        return tuple(value)

    def table(self, key: str) -> Table:
        """A table inside this one; empty where the key is absent."""
        value = self.values.get(key, {})
        if not isinstance(value, dict):
            raise self.wrong(key, "a table")
        return Table(self.path, f"{self.where}.{key}" if self.where else key, value)

    def tables(self, key: str) -> Iterator[Table]:
        """The tables of a list ``[[key]]``."""
        value = self.values.get(key, [])
        if not isinstance(value, list):
            raise self.wrong(key, f"a list of tables [[{key}]]")
        for number, item in enumerate(value, 1):
            if not isinstance(item, dict):
                raise self.wrong(key, f"a list of tables [[{key}]]")
            name = item.get("key", number)
            yield Table(self.path, f"{key} {name}", item)

    def _typed(self, key: str, kind: type[T], default: T | None, *, need: str) -> T:
        value = self.values.get(key, default)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.wrong(key, need)
        return value


def unique(keys: Iterator[str], path: Path, what: str) -> tuple[str, ...]:
    """The ``keys`` in order; `ConfigError` when one stands twice."""
    seen: dict[str, None] = {}
    for key in keys:
        if key in seen:
            raise ConfigError(f"{path}: the {what} “{key}” stands twice; remove one")
        seen[key] = None
    return tuple(seen)
