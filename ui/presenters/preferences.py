"""Preferences: everything that a person can set here, as data; the settings window is made of it.

The words of a preference are ``settings.KEY`` (with dots as underscores), of its explanation
``settings.KEY_hint``, and of a choice ``settings.KEY_CHOICE``, or of the whole kind of choices
``settings.WORDS_CHOICE``. What is kept is always a short text; one that makes no sense counts as
the default.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import time
from typing import Literal

from console.i18n import LANGUAGES, Catalog
from ui.presenters.hotkeys import objection
from ui.presenters.queue import FACTS, SHOWN

Section = Literal["look", "rows", "writing", "notices", "quiet", "tray", "hotkeys", "lock", "help"]
Kind = Literal["choice", "switch", "time", "press", "keys"]

SECTIONS: tuple[Section, ...] = (
    "look",
    "rows",
    "writing",
    "notices",
    "quiet",
    "tray",
    "hotkeys",
    "lock",
    "help",
)
"""The sections, in the order of the window."""

DENSITIES = ("roomy", "normal", "compact")
"""How much room a row of the queue has: three lines, two, or one."""

NOTICE_CLASSES: tuple[str, ...] = (
    "danger",
    "assigned",
    "new",
    "deadline_50",
    "deadline_80",
    "deadline_100",
    "held",
    "mention",
    "sync",
)
"""What can be told of, each with a sound of its own."""

NOTICE_WAYS = ("sound", "silent", "off")
HOTKEYS = ("hotkey.front", "hotkey.call")
"""What can be reached by keys while another program has the keyboard; the first one first."""

_AREAS = {"rows": "columns", "hotkeys": "hotkeys"}
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class Preference:
    """One thing to set. ``tests`` is a class of notices, or a hotkey, that can be tried out beside
    it; ``command`` what a preference of the kind ``press`` runs. ``words`` names choices that
    several preferences share. One that is ``personal`` is kept for each who signs in here.
    """

    key: str
    section: Section
    kind: Kind
    default: str
    choices: tuple[str, ...] = ()
    words: str = ""
    tests: str = ""
    command: str = ""
    personal: bool = False

    def sensible(self, value: str) -> str:
        """``value``, or the default where it makes no sense."""
        match self.kind:
            case "choice":
                return value if value in self.choices else self.default
            case "switch":
                return value if value in ("0", "1") else self.default
            case "time":
                return value if _TIME.fullmatch(value) else self.default
            case "keys":
                return value if not value or objection(value) is None else self.default
        return self.default

    @property
    def name(self) -> str:
        """The key of its words in the catalogue."""
        return f"{_AREAS.get(self.section, 'settings')}.{self.key.replace('.', '_')}"


def _choice(key: str, section: Section, default: str, *choices: str, words: str = "") -> Preference:
    return Preference(key, section, "choice", default, choices, words)


def _switch(key: str, section: Section, default: str = "1") -> Preference:
    return Preference(key, section, "switch", default)


def _press(key: str, section: Section, command: str) -> Preference:
    return Preference(key, section, "press", "", command=command)


def _notice(name: str) -> Preference:
    quiet = name in ("deadline_50", "sync")
    default = "silent" if quiet else "sound"
    return Preference(
        f"notice.{name}", "notices", "choice", default, NOTICE_WAYS, "notice_way", tests=name
    )


def _fact(name: str) -> Preference:
    default = "1" if name in SHOWN else "0"
    return Preference(f"row.{name}", "rows", "switch", default, personal=True)


PREFERENCES: tuple[Preference, ...] = (
    _choice("language", "look", LANGUAGES[0], *LANGUAGES),
    _choice("theme", "look", "system", "system", "light", "dark", "contrast"),
    _choice("zoom", "look", "1.0", "0.8", "0.9", "1.0", "1.1", "1.25", "1.5", "1.75", "2.0"),
    Preference("density", "rows", "choice", "normal", DENSITIES, personal=True),
    *(_fact(name) for name in FACTS),
    _choice("undo_seconds", "writing", "0", "0", "5", "10", "20", "30", words="seconds"),
    _choice("after_send", "writing", "stay", "stay", "next"),
    _choice("next.from", "writing", "queue", "queue", "branch", "own"),
    *(_notice(name) for name in NOTICE_CLASSES),
    _choice("volume", "notices", "75", "25", "50", "75", "100", words="percent"),
    _switch("quiet.on", "quiet", "0"),
    Preference("quiet.from", "quiet", "time", "22:00"),
    Preference("quiet.to", "quiet", "time", "07:00"),
    _switch("quiet.danger", "quiet"),
    _switch("tray.on", "tray"),
    _switch("tray.close", "tray", "0"),
    *(Preference(one, "hotkeys", "keys", "", tests=one) for one in HOTKEYS),
    _choice("lock.minutes", "lock", "15", "0", "5", "10", "15", "30", "60", words="minutes"),
    _switch("lock.clipboard", "lock"),
    _press("keys", "help", "app.shortcuts"),
    _press("hints", "help", "app.hints"),
)

BY_KEY: Mapping[str, Preference] = {one.key: one for one in PREFERENCES}
"""Every preference by its key."""


def choice_words(one: Preference, choice: str, catalog: Catalog) -> str:
    """A choice in words: «высокая контрастность», «10 секунд», «125 %»."""
    if one.key == "zoom":
        return catalog.t("settings.percent", percent=round(float(choice) * 100))
    if one.words == "percent":
        return catalog.t("settings.percent", percent=choice)
    if one.words in ("seconds", "minutes"):
        count = int(choice)
        own = f"{one.name}_0"
        return catalog.t(f"settings.{one.words}", count=count) if count else catalog.t(own)
    return catalog.t(f"settings.{one.words}_{choice}" if one.words else f"{one.name}_{choice}")


def hint_words(one: Preference, catalog: Catalog) -> str:
    """The explanation below a preference; empty where it needs none."""
    key = f"{one.name}_hint"
    return catalog.t(key) if catalog.has(key) else ""


def found(query: str, catalogs: Iterable[Catalog]) -> tuple[Preference, ...]:
    """The preferences whose words hold every word of ``query``, in any of the languages."""
    wanted = query.lower().replace("ё", "е").split()
    languages = tuple(catalogs)
    return tuple(
        one
        for one in PREFERENCES
        if any(all(word in text for word in wanted) for text in _texts(one, languages))
    )


def _texts(one: Preference, catalogs: Iterable[Catalog]) -> list[str]:
    return [_text(one, catalog) for catalog in catalogs]


def _text(one: Preference, catalog: Catalog) -> str:
    parts = [
        catalog.t(f"settings.section_{one.section}"),
        catalog.t(one.name),
        hint_words(one, catalog),
        *(choice_words(one, choice, catalog) for choice in one.choices),
    ]
    return " ".join(parts).lower().replace("ё", "е")


def time_of(value: str) -> time:
    """``22:00`` as a time of the day."""
    hour, _, minute = value.partition(":")
    return time(int(hour), int(minute))
