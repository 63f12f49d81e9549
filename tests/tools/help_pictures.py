"""The pictures of the help: pages of the tour over the appeals of the tests, in both languages.

python tests/tools/help_pictures.py      (writes resources/help/LANGUAGE/*.png)
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
_SMALLEST = 0
"""Qt's quality of a PNG says how long to look for a smaller file, not how it looks."""
PAGES = {"2-appeal": "appeal", "3-composer": "composer", "4-outbox": "outbox", "5-board": "board"}


def main() -> int:
    """Take every picture of `PAGES`."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    sys.path.insert(0, str(REPOSITORY))
    from PySide6.QtGui import QImage
    from PySide6.QtWidgets import QApplication

    from tests.tools.pictures import walk

    app = QApplication(["otklik-help"])
    app.setStyle("Fusion")
    for language in ("ru", "en"):
        folder = REPOSITORY / "resources" / "help" / language
        for name, save in walk("light", language):
            if name not in PAGES:
                continue
            file = folder / f"{PAGES[name]}.png"
            save(str(file))
            # Whole and in its own colours: scaled down or in few colours its words are a blur.
            image = QImage(str(file)).convertToFormat(QImage.Format.Format_RGB888)
            if not image.save(str(file), quality=_SMALLEST):
                print(f"{file}: cannot be written", file=sys.stderr)
                return 1
            print(f"{file.relative_to(REPOSITORY)}: {file.stat().st_size // 1024} KB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
