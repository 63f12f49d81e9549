"""A store, a standing clock and the use cases over both; no network anywhere."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest

from tests.support.console_work import Work, a_work


@pytest.fixture
def work(tmp_path: Path) -> Generator[Work]:
    """An operator at work."""
    with a_work(tmp_path) as begun:
        yield begun
