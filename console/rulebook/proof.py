"""Loader of what a photo proves, in resources/rules/proof.toml."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from console.domain.proof import ProofBook
from console.domain.words import Phrase, PhraseSyntaxError
from console.paths import RESOURCES
from console.rulebook.tables import Table

PROOF: Final[Path] = RESOURCES / "rules" / "proof.toml"


def load_proof(path: Path = PROOF) -> ProofBook:
    """The claims; `ConfigError` where the file is wrong."""
    table = Table.read(path).only("claims")
    return ProofBook(_phrase(table, source) for source in table.texts("claims"))


def _phrase(table: Table, source: str) -> Phrase:
    try:
        return Phrase.parse(source)
    except PhraseSyntaxError as error:
        raise table.wrong("claims", f"phrases as in checks.toml; “{source}” is none") from error
