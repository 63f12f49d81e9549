"""What tests may ask for from outside of the program, each skipped by name where absent.

=================  ==========================================================================
fixture            what it gives
=================  ==========================================================================
postgres_url       the URL of an empty PostgreSQL database, made for this test and dropped
postgres           the cluster behind it: `create_database(template=…)`
secret_service     the environment of a session bus with an unlocked Secret Service on it,
                   also set in this process for the length of the test
xvfb               the environment of an X display of 1366×768 (``DISPLAY``)
shared_data        the folder of real data beside the repository
=================  ==========================================================================

Each worker of a parallel run starts its own, on first use, and ends it with the session.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Mapping
from pathlib import Path

import pytest

from tests.support import daemons
from tests.support.postgres import Cluster, borrowed_cluster, own_cluster
from tests.support.surroundings import REPOSITORY


@pytest.fixture(scope="session")
def postgres() -> Generator[Cluster]:
    """A PostgreSQL cluster: the one at ``OTKLIK_TEST_POSTGRES`` (an administrator's URL), or ours.

    Ours is private: a socket in a folder of its own, no network, no fsync.
    """
    given = os.environ.get("OTKLIK_TEST_POSTGRES")
    if given:
        yield borrowed_cluster(given)
        return
    with own_cluster() as cluster:
        yield cluster


@pytest.fixture
def postgres_url(postgres: Cluster) -> Generator[str]:
    """The SQLAlchemy URL of an empty database of this test's own."""
    url = postgres.create_database()
    yield url
    postgres.drop_database(url)


@pytest.fixture(scope="session")
def _secret_service(tmp_path_factory: pytest.TempPathFactory) -> Generator[Mapping[str, str]]:
    with daemons.secret_service(tmp_path_factory.mktemp("keyring")) as environment:
        yield environment


@pytest.fixture
def secret_service(
    _secret_service: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> Generator[Mapping[str, str]]:
    """The variables with which a process finds an unlocked Secret Service; set here as well."""
    import keyring

    # keyring chooses once in a process; an earlier test has let it choose, and found nothing.
    before = keyring.get_keyring()
    for name, value in _secret_service.items():
        monkeypatch.setenv(name, value)
    keyring.set_keyring(keyring.core.load_keyring(_secret_service["PYTHON_KEYRING_BACKEND"]))
    yield _secret_service
    keyring.set_keyring(before)


@pytest.fixture(scope="session")
def xvfb() -> Generator[Mapping[str, str]]:
    """The variables with which a child process finds an X display."""
    with daemons.xvfb() as environment:
        yield environment


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder ``../shared/data`` beside the repository, read in place."""
    folder = REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("../shared/data is not beside the repository")
    return folder
