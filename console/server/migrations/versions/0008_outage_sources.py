"""What other systems call an outage, and what each has said of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """From a registry that only people wrote."""
    op.create_table(
        "outage_sources",
        sa.Column("branch", sa.String(length=64), nullable=False),
        sa.Column("system", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("outage", sa.String(length=128), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("branch", "system", "id", name=op.f("pk_outage_sources")),
    )
