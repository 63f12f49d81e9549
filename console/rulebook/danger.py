"""Loader of the words of danger in resources/rules/danger.toml."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from console.domain.danger import DangerWords, Sign
from console.domain.slips import Slips
from console.domain.words import Part, Phrase, PhraseSyntaxError
from console.paths import RESOURCES
from console.rulebook.tables import Table, unique

DANGER: Path = RESOURCES / "rules" / "danger.toml"
ALIKE: Path = RESOURCES / "rules" / "danger_alike.txt"


def load_danger(path: Path = DANGER) -> DangerWords:
    """The words and signs of danger; `ConfigError` where the file is wrong."""
    table = Table.read(path).only("calm", "calm_all", "words", "sign")
    written = table.table("words")
    groups = {name: _phrases(written, name) for name in written.values}
    unique((sign.text("key") for sign in table.tables("sign")), path, "sign")
    signs = [_sign(sign, groups.keys()) for sign in table.tables("sign")]
    calm = _known(table, "calm", groups.keys())
    calm_all = _known(table, "calm_all", groups.keys())
    parts = _loud_parts(groups, (*calm, *calm_all))
    slips = Slips(parts, _read_alike())
    return DangerWords(groups, signs, calm=calm, calm_all=calm_all, slips=slips)


def load_parts(path: Path = DANGER) -> tuple[Part, ...]:
    """The words of danger, of which a slip is mended: not those that silence a sign, nor those
    beside which it does not count, for what is doubtful is danger."""
    table = Table.read(path)
    written = table.table("words")
    groups = {name: _phrases(written, name) for name in written.values}
    return _loud_parts(groups, (*table.texts("calm"), *table.texts("calm_all")))


def _loud_parts(
    groups: Mapping[str, tuple[Phrase, ...]], calm: Collection[str]
) -> tuple[Part, ...]:
    some = (phrase for name, each in groups.items() if name not in calm for phrase in each)
    return tuple(part for phrase in some for part in phrase.parts)


def _read_alike() -> frozenset[str]:
    lines = ALIKE.read_text("utf-8").splitlines() if ALIKE.exists() else []
    return frozenset(line for line in lines if not line.startswith("#"))


def _sign(table: Table, groups: Collection[str]) -> Sign:
    table.only("key", "all", "within", "unless", "topic")
    needed = _known(table, "all", groups)
    if not needed:
        raise table.wrong("all", "a list of groups of [words]")
    within = table.whole("within", 0)
    if within < 0 or (within == 0 and len(needed) > 1):
        raise table.wrong("within", "a number of words, at least 1 where a sign has several groups")
    return Sign(
        key=table.text("key"),
        groups=needed,
        within=within,
        unless=_known(table, "unless", groups),
        topic=table.text("topic", ""),
    )


def _known(table: Table, key: str, groups: Collection[str]) -> tuple[str, ...]:
    names = table.texts(key)
    unknown = [name for name in names if name not in groups]
    if unknown:
        raise table.wrong(key, f"groups of [words], not {', '.join(unknown)}")
    return names


def _phrases(table: Table, key: str) -> tuple[Phrase, ...]:
    try:
        return tuple(Phrase.parse(source) for source in table.texts(key))
    except PhraseSyntaxError as error:
        raise table.wrong(key, f"a list of phrases: {error}") from error
