"""A shared word: one that a branch has in its dictionary, or a form that it gives to a name."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from console.domain.ids import Ref
from console.domain.words import fold


@dataclass(frozen=True, slots=True)
class Replaced:
    """The form that the last change replaced although its author had not seen it; ``by`` whose."""

    by: str
    form: str


@dataclass(frozen=True, slots=True)
class SharedWord:
    """A word or a form as a row of one branch, under an id made of what it is about.

    With an empty ``use`` it is a word for the dictionary, as it is written. Else ``word`` is a name
    and ``form`` how it is written in that use (a value of `console.wording.Use`; one that a program
    does not know is passed over). ``by`` (an operator's id) added it or corrected it last, at
    ``at`` (UTC). One that was removed, by ``removed_by``, stays as a row, so that whoever follows
    the feed hears of it.
    """

    branch: str
    id: str
    word: str
    by: str
    at: datetime
    use: str = ""
    form: str = ""
    version: int = 1
    removed_by: str = ""
    over: Replaced | None = None

    @property
    def ref(self) -> Ref:
        """Where it stands."""
        return Ref(self.branch, self.id)


def shared_word_id(word: str, use: str = "") -> str:
    """The id of a word, or of a name in a ``use``: whoever adds the same adds the same row.

    A word of the dictionary is what it is by each of its letters, a name is not by its capitals.
    """
    told = f"{use}:{fold(word.strip()) if use else word}"
    return hashlib.blake2b(told.encode(), digest_size=16).hexdigest()
