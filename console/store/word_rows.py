"""Words and forms as rows of the projection, and as the lines of the page that lists them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from console.domain.shared_word import SharedWord
from console.domain.words import fold
from console.readmodel import LexiconRow
from console.store.instants import from_micros
from console.wire.codec import decode, encode


def word_row(word: SharedWord, *, waits: bool) -> dict[str, Any]:
    """The row of `tables.word_row`; a name stands in it as it is compared."""
    return {
        "branch": word.branch,
        "id": word.id,
        "live": int(not word.removed_by),
        "usage": word.use,
        "word": fold(word.word.strip()) if word.use else word.word,
        "form": word.form,
        "waits": int(waits),
        "body": encode(word),
    }


def shared_lines(
    rows: Iterable[tuple[bytes, int]], name_of: Callable[[str], str]
) -> Iterable[LexiconRow]:
    """A line for each (body, waits); ``name_of`` is of an operator's id."""
    for body, waits in rows:
        word = decode(body, SharedWord)
        over = word.over
        yield LexiconRow(
            word=word.word,
            use=word.use,
            form=word.form,
            branch=word.branch,
            by=word.by,
            by_name=name_of(word.by),
            at=word.at,
            waits=bool(waits),
            removed_by=word.removed_by,
            removed_by_name=name_of(word.removed_by) if word.removed_by else "",
            over_by=over.by if over else "",
            over_by_name=name_of(over.by) if over else "",
            over_form=over.form if over else "",
        )


def own_lines(
    rows: Iterable[tuple[str, str, str, int]], me: str, name: str
) -> Iterable[LexiconRow]:
    """A line for each own (word or name, use, form, instant); 0 where nobody noted when."""
    for word, use, form, at in rows:
        yield LexiconRow(
            word=word, use=use, form=form, by=me, by_name=name, at=from_micros(at) if at else None
        )
