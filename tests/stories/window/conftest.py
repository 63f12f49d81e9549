"""What the stories of the window stand on: one central server for all tests of a process."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from tests.stories.window.centre_process import CentreProcess, centre_process


@pytest.fixture(scope="session")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Generator[CentreProcess]:
    """A real server; each test employs its own operator and takes in its own appeals."""
    with centre_process(tmp_path_factory.mktemp("centre")) as running:
        yield running
