"""A contract for import-linter that it lacks: modules may import the standard library alone."""

from __future__ import annotations

import sys
from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class StandardLibraryOnly(Contract):
    """``modules`` import themselves, ``and_also``, and the standard library ``but_not`` parts."""

    type_name = "standard_library_only"

    modules: Any = fields.ListField(subfield=fields.StringField())
    but_not: Any = fields.ListField(subfield=fields.StringField(), required=False)
    and_also: Any = fields.ListField(subfield=fields.StringField(), required=False)

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Look at each import of each module below ``modules``; direct ones, as pure ones have."""
        inside = {one for top in self.modules for one in (top, *graph.find_descendants(top))}
        trespasses = [
            f"{importer} imports {imported}"
            for importer in sorted(inside)
            for imported in sorted(graph.find_modules_directly_imported_by(importer))
            if imported not in inside and not self._is_allowed(imported)
        ]
        return ContractCheck(kept=not trespasses, metadata={"trespasses": trespasses})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """One line for each forbidden import."""
        for line in check.metadata["trespasses"]:
            output.print_error(line)

    def _is_allowed(self, imported: str) -> bool:
        if imported in (self.and_also or ()):
            return True
        return imported in sys.stdlib_module_names and imported not in (self.but_not or ())
