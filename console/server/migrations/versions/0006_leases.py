"""Until when somebody is known to be writing."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """From a presence without soft leases."""
    op.add_column("presence", sa.Column("lease_until", sa.BigInteger(), nullable=True))
