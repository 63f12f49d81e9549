"""Two servers that must answer alike: the one in memory, and the real one over a real socket."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest

from tests.support.console_centre import Centre, a_centre


@pytest.fixture(params=["in_memory", "real"])
def centre(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[Centre]:
    """A server with an operator and a supervisor of Красноярскэнерго."""
    with a_centre(request.param, tmp_path) as made:
        yield made
