"""Keys: the same physical key in the Latin and in the Russian layout, and a person's words."""

from __future__ import annotations

from collections.abc import Iterable

from console.i18n import Catalog

_LATIN = "QWERTYUIOPASDFGHJKLZXCVBNM"
_RUSSIAN = "ЙЦУКЕНГШЩЗФЫВАПРОЛДЯЧСМИТЬ"
RUSSIAN: dict[str, str] = {**dict(zip(_LATIN, _RUSSIAN, strict=True)), "/": ".", ",": "Б"}
"""What a physical key gives in the ЙЦУКЕН layout, by what it gives in the Latin one."""

_TYPED_LATIN = "`qwertyuiop[]asdfghjkl;'zxcvbnm,./"
_TYPED_RUSSIAN = "ёйцукенгшщзхъфывапролджэячсмитьбю."
_TO_RUSSIAN = str.maketrans(_TYPED_LATIN, _TYPED_RUSSIAN)
_TO_LATIN = str.maketrans(_TYPED_RUSSIAN, _TYPED_LATIN)


def split(key: str) -> tuple[str, str]:
    """Modifiers (with their last plus sign) and key: ``Ctrl+K`` → (``Ctrl+``, ``K``)."""
    head, plus, last = key.rpartition("+")
    if not last:  # the key is the plus sign itself
        head, plus, last = key[:-1], "", "+"
    return f"{head}{plus}", last


def both_layouts(keys: Iterable[str]) -> tuple[str, ...]:
    """``keys``, each followed by the same physical key of the Russian layout."""
    found: list[str] = []
    for key in keys:
        found.append(key)
        modifiers, last = split(key)
        if last in RUSSIAN and (last != "/" or not modifiers):
            found.append(modifiers + RUSSIAN[last])
    return tuple(found)


def key_words(key: str, catalog: Catalog) -> str:
    """A key as it is printed on the keyboard: ``Ctrl+Enter``, not ``Ctrl+Return``.

    Menus, tooltips, the palette and the sheet of keys all say it in these words.
    """
    modifiers, last = split(key)
    name = f"ui.key_{last}"
    return modifiers + (catalog.t(name) if catalog.has(name) else last)


def is_bare(key: str) -> bool:
    """Whether the key types a character: in an editor it must never be a command."""
    modifiers, last = split(key)
    return len(last) == 1 and modifiers in ("", "Shift+")


def retyped(text: str) -> str:
    """``text`` as it would have come in the other layout: «jndtn» → «ответ»."""
    lower = text.lower()
    if any(letter in _TYPED_RUSSIAN and letter != "." for letter in lower):
        return lower.translate(_TO_LATIN)
    return lower.translate(_TO_RUSSIAN)
