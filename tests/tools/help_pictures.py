"""The pictures of the help: pages of the tour over the appeals of the tests, in both languages.

python tests/tools/help_pictures.py      (writes resources/help/LANGUAGE/*.png)
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # imported once the path is set
    from PySide6.QtGui import QPixmap
    from PySide6.QtWidgets import QWidget

REPOSITORY = Path(__file__).resolve().parents[2]
_SMALLEST = 0
"""Qt's quality of a PNG says how long to look for a smaller file, not how it looks."""
PAGES = {
    "30-appeal": "appeal",
    "43-checks": "composer",
    "63-outbox": "outbox",
    "60-board": "board",
    "61-shift": "shift",
}


def main() -> int:
    """Take every picture of `PAGES`."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    sys.path.insert(0, str(REPOSITORY))
    from tests.tools.pictures import an_application
    from tests.tools.screens import Look, visit

    with an_application():
        for language in ("ru", "en"):
            visit(HelpAlbum(REPOSITORY / "resources" / "help" / language), Look(language))
    return 0


class HelpAlbum:
    """Keeps the pictures of `PAGES`, and forgets all others."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def take(self, name: str, shown: QWidget, *above: QWidget) -> None:
        """Whole and in its own colours: scaled down or in few colours its words are a blur."""
        from PySide6.QtGui import QImage

        if name not in PAGES:
            return
        file = self._folder / f"{PAGES[name]}.png"
        image = shown.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
        if not image.save(str(file), quality=_SMALLEST):
            raise OSError(f"{file}: cannot be written")
        print(f"{file.relative_to(REPOSITORY)}: {file.stat().st_size // 1024} KB")

    def wants(self, beginnings: str) -> bool:
        """Whether a page of the help is among those that begin so."""
        return any(one[0] in beginnings for one in PAGES)

    def put(self, name: str, picture: QPixmap) -> None:
        """The help shows windows only."""


if __name__ == "__main__":
    sys.exit(main())
