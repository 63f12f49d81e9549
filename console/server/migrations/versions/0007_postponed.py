"""The postponed appeals, which are looked through a few times a minute."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """From a database in which nothing woke by itself."""
    postponed = sa.text("status = 'postponed'")
    op.create_index(
        "ix_appeals_postponed",
        "appeals",
        ["branch", "id"],
        sqlite_where=postponed,
        postgresql_where=postponed,
    )
