"""The services that tests may ask for really serve."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import keyring
import pytest
from keyring.errors import NoKeyringError
from sqlalchemy import create_engine, text

from tests.support.postgres import Cluster
from tests.support.surroundings import clean_environment


def test_each_test_gets_an_empty_postgres_database_of_its_own(
    postgres: Cluster, postgres_url: str
) -> None:
    engine = create_engine(postgres_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE lamp (id int)"))
        connection.execute(text("INSERT INTO lamp VALUES (1)"))
        name = connection.execute(text("SELECT current_database()")).scalar_one()
    engine.dispose()
    copy = postgres.create_database(template=name)
    assert copy != postgres_url
    engine = create_engine(copy)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM lamp")).scalar_one() == 1
    engine.dispose()
    postgres.drop_database(copy)


def test_the_secret_service_keeps_a_secret(secret_service: Mapping[str, str]) -> None:
    script = (
        "import keyring; keyring.set_password('otklik', 'o', 'тайна');"
        "print(type(keyring.get_keyring()).__module__, keyring.get_password('otklik', 'o'))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script],
        env=clean_environment(**secret_service, PYTHONIOENCODING="utf-8"),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert ran.stdout.split() == ["keyring.backends.SecretService", "тайна"], ran.stderr


def test_it_keeps_a_secret_of_a_process_that_had_none_before(
    request: pytest.FixtureRequest,
) -> None:
    with pytest.raises(NoKeyringError):
        keyring.get_password("otklik", "o")
    request.getfixturevalue("secret_service")
    keyring.set_password("otklik", "here", "тайна")
    assert keyring.get_password("otklik", "here") == "тайна"


def test_a_qt_window_opens_on_the_x_display(xvfb: Mapping[str, str]) -> None:
    pytest.importorskip("PySide6.QtWidgets")
    script = (
        "from PySide6.QtWidgets import QApplication, QLabel\n"
        "app = QApplication([])\n"
        "label = QLabel('x'); label.show(); app.processEvents()\n"
        "size = app.primaryScreen().size()\n"
        "print(app.platformName(), size.width(), size.height(), label.isVisible())\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script],
        env=clean_environment(**xvfb),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stdout.split() == ["xcb", "1366", "768", "True"], ran.stderr


def test_shared_data_holds_the_real_appeals(shared_data: Path) -> None:
    assert (shared_data / "appeals-kursk-2022.csv").stat().st_size > 100_000
