"""Loader of the words of corrections, in resources/rules/corrections.toml."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Final

from console.domain.corrections import Change, CorrectionWords
from console.domain.template import Template
from console.paths import RESOURCES
from console.rulebook.tables import Table
from console.rulebook.templates import load_body, load_fragments, load_variables

CORRECTIONS: Final[Path] = RESOURCES / "rules" / "corrections.toml"
_PARTS: Final = ("openings", "closings", *Change)
_MOST_MINUTES: Final = 24 * 60


def load_corrections(path: Path = CORRECTIONS) -> CorrectionWords:
    """The words; `ConfigError` where the file is wrong, and says which text is."""
    table = Table.read(path).only("news_minutes", *_PARTS)
    minutes = table.whole("news_minutes")
    if not 1 <= minutes <= _MOST_MINUTES:
        raise table.wrong("news_minutes", f"a number of minutes from 1 to {_MOST_MINUTES}")
    variables = load_variables()
    fragments = load_fragments(variables)

    def texts(key: str) -> tuple[Template, ...]:
        sources = table.texts(key)
        if not sources:
            raise table.wrong(key, "a list of one text or more")
        return tuple(load_body(each, variables, fragments, path=path) for each in sources)

    return CorrectionWords(
        openings=texts("openings"),
        bodies={change: texts(change) for change in Change},
        closings=texts("closings"),
        news=timedelta(minutes=minutes),
    )
