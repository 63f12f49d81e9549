"""The files that go with messages, and their content in pieces."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """From a database without files."""
    op.create_table(
        "attachments",
        sa.Column("branch", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("author", sa.String(length=64), nullable=False),
        sa.Column("message", sa.String(length=128), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("stored", sa.BigInteger(), nullable=False),
        sa.Column("touched_at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("branch", "id", name=op.f("pk_attachments")),
    )
    op.create_index(op.f("ix_attachments_message"), "attachments", ["message", "touched_at"])
    op.create_table(
        "attachment_pieces",
        sa.Column("branch", sa.String(length=64), nullable=False),
        sa.Column("attachment", sa.String(length=64), nullable=False),
        sa.Column("begins", sa.BigInteger(), nullable=False),
        sa.Column("ends", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint(
            "branch", "attachment", "begins", name=op.f("pk_attachment_pieces")
        ),
    )
