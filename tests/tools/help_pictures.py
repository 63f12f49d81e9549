"""The pictures of the help: pages of the tour over the appeals of the tests, in both languages.

python tests/tools/help_pictures.py      (writes resources/help/LANGUAGE/*.png)
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
_WIDE = 1000
PAGES = {"2-appeal": "appeal", "3-composer": "composer", "4-outbox": "outbox", "5-board": "board"}


def main() -> int:
    """Take every picture of `PAGES`; small files, for they are part of the program."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    sys.path.insert(0, str(REPOSITORY))
    from PySide6.QtCore import Qt
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
            image = QImage(str(file)).scaledToWidth(
                _WIDE, Qt.TransformationMode.SmoothTransformation
            )
            few = Qt.ImageConversionFlag.AvoidDither | Qt.ImageConversionFlag.ThresholdDither
            if not image.convertToFormat(QImage.Format.Format_Indexed8, few).save(str(file)):
                print(f"{file}: cannot be written", file=sys.stderr)
                return 1
            print(f"{file.relative_to(REPOSITORY)}: {file.stat().st_size // 1024} KB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
