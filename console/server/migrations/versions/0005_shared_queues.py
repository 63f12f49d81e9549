"""The queues that are shared with a branch."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """From a database whose queues stayed on their workstations."""
    op.create_table(
        "shared_queues",
        sa.Column("branch", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("change", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("branch", "id", name=op.f("pk_shared_queues")),
    )
    op.create_index(op.f("ix_shared_queues_branch_change"), "shared_queues", ["branch", "change"])
