"""The words and the forms of names that a branch shares."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """From a database whose added words stayed on their workstations."""
    op.create_table(
        "shared_words",
        sa.Column("branch", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("change", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("branch", "id", name=op.f("pk_shared_words")),
    )
    op.create_index(op.f("ix_shared_words_branch_change"), "shared_words", ["branch", "change"])
