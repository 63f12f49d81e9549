"""A store of its own for each test that asks."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest

from console.domain.operator import Operator
from tests.support.builders import an_operator
from tests.support.console_store import Store, a_store


@pytest.fixture
def store(tmp_path: Path) -> Generator[Store]:
    """An empty store."""
    with a_store(tmp_path) as opened:
        yield opened


@pytest.fixture
def olga(store: Store) -> Operator:
    """An operator who is signed in at ``store``."""
    operator = an_operator()
    store.sign_in(operator)
    return operator
