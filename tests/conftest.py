"""The test harness: what every test is watched for, and the services that tests may ask for.

The parts stand in tests/support. See `strictness` for what fails a test besides its own
assertions, and `services` for PostgreSQL, the Secret Service, Xvfb and the shared data.
"""

from __future__ import annotations

pytest_plugins = (
    "tests.support.surroundings",
    "tests.support.strictness",
    "tests.support.services",
    "tests.support.qt",
)
