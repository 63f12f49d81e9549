"""Every test of the interface runs under an application, whichever of them comes first."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication


@pytest.fixture(autouse=True)
def _an_application(qapp: QApplication) -> None:
    """Fonts and icons ask for the application; a test of them alone had one only by luck."""
