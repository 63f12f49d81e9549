"""Words and forms of names: the lines of the page that lists them, and what colleagues changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from console.domain.words import fold
from console.i18n import Catalog
from console.readmodel import LexiconRow
from ui.presenters.here import Here

COLUMNS = ("what", "kind", "where", "who", "when")
"""What stands in which column, from the left."""


@dataclass(frozen=True, slots=True)
class LexiconLine:
    """A line of the page, in words; ``cells`` as in `COLUMNS`.

    ``refusal`` says why its reader may not remove it, empty where they may. ``hint`` is more about
    it, for whoever stops there.
    """

    row: LexiconRow
    cells: tuple[str, ...]
    refusal: str = ""
    hint: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """What it is about, and where."""
        return self.row.key


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads the page: their id, whether they look after their branches' words, and its words.

    ``branch_name`` is of a branch's key.
    """

    me: str
    tends: bool
    here: Here
    branch_name: Callable[[str], str]

    @property
    def catalog(self) -> Catalog:
        """The language."""
        return self.here.catalog


def lexicon_lines(
    rows: Iterable[LexiconRow], reader: Reader, *, query: str = ""
) -> tuple[LexiconLine, ...]:
    """The lines in which every word of ``query`` is found, by their first column."""
    wanted = fold(query).split()
    lines = [_line(row, reader) for row in rows]
    found = [line for line in lines if all(one in fold(" ".join(line.cells)) for one in wanted)]
    return tuple(sorted(found, key=lambda line: (fold(line.cells[0]), line.key)))


def summary(lines: Iterable[LexiconLine], catalog: Catalog) -> str:
    """How many words and forms there are."""
    kinds = [bool(line.row.use) for line in lines]
    words, forms = kinds.count(False), kinds.count(True)
    parts = (
        catalog.t("lexicon.count_words", count=words) if words else "",
        catalog.t("lexicon.count_forms", count=forms) if forms else "",
    )
    return ", ".join(filter(None, parts))


def named(row: LexiconRow, catalog: Catalog) -> str:
    """A word, or a name with its form, as one speaks of it."""
    if not row.use:
        return row.word
    return catalog.t("lexicon.form", name=row.word, form=row.form)


def of_author(rows: Iterable[LexiconRow], me: str) -> Mapping[tuple[str, str, str], LexiconRow]:
    """The shared rows that ``me`` has added and nobody has removed."""
    return {row.key: row for row in rows if row.branch and row.by == me and not row.removed_by}


def news(
    before: Mapping[tuple[str, str, str], LexiconRow],
    rows: Iterable[LexiconRow],
    *,
    me: str,
    catalog: Catalog,
) -> str:
    """What others did to the words of ``me`` since ``before`` (see `of_author`); empty if nothing.

    Removed, corrected to something else, or: what ``me`` has changed had been changed unseen.
    """
    told = [words for row in rows if (words := _news(before.get(row.key), row, me, catalog))]
    if len(told) > 1:
        return catalog.t("lexicon.news_many", n=len(told), first=told[0])
    return told[0] if told else ""


def _news(before: LexiconRow | None, row: LexiconRow, me: str, catalog: Catalog) -> str:
    if before is not None and row.removed_by not in ("", me):
        return catalog.t(
            "lexicon.news_removed", what=named(before, catalog), who=row.removed_by_name
        )
    if before is not None and row.by != me and not row.removed_by:
        return catalog.t("lexicon.news_corrected", was=before.form, form=row.form, who=row.by_name)
    unseen = row.over_by and (before is None or before.over_by != row.over_by)
    if row.by == me and unseen and not row.removed_by:
        return catalog.t(
            "lexicon.news_over", form=row.form, was=row.over_form, who=row.over_by_name
        )
    return ""


def _line(row: LexiconRow, reader: Reader) -> LexiconLine:
    t, here = reader.here.t, reader.here
    mine = row.by == reader.me
    where = reader.branch_name(row.branch) if row.branch else t("lexicon.only_you")
    cells = (
        named(row, reader.catalog),
        t(f"lexicon.kind_{row.use or 'word'}"),
        where,
        t("lexicon.you") if mine else row.by_name,
        t("lexicon.waits") if row.waits else here.day(row.at) if row.at else "—",
    )
    refusal = ""
    if row.branch and not mine and not reader.tends:
        refusal = t("lexicon.not_yours", who=row.by_name)
    return LexiconLine(row, cells, refusal, here.full(row.at) if row.at else "")
