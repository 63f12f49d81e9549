"""The index of the archive's words: empty tables, which a running server fills piece by piece.

Nothing is read or locked here, however many appeals there are (`console.server.indexing`).
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "0009"
down_revision = "0008"

_SQLITE_INDEX = """
CREATE VIRTUAL TABLE archive_words USING fts5 (
    words, content='archive_index', content_rowid='row', columnsize=0, detail=none,
    tokenize="unicode61 remove_diacritics 2"
)
"""


def upgrade() -> None:
    """From an archive that was read through at each search."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    op.create_table(
        "archive_index",
        sa.Column("row", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("branch", sa.String(length=64), nullable=False),
        sa.Column("appeal", sa.String(length=128), nullable=False),
        sa.Column("words", sa.Text() if is_sqlite else TSVECTOR(), nullable=False),
        sa.PrimaryKeyConstraint("row", name=op.f("pk_archive_index")),
    )
    op.create_index(
        op.f("ix_archive_index_branch_appeal"), "archive_index", ["branch", "appeal"], unique=True
    )
    op.create_table(
        "archive_vocabulary",
        sa.Column("word", sa.String(length=64), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("word", name=op.f("pk_archive_vocabulary")),
    )
    op.create_table(
        "archive_progress",
        sa.Column("branch", sa.String(length=64), nullable=False),
        sa.Column("form", sa.Integer(), nullable=False),
        sa.Column("upto", sa.BigInteger(), nullable=False),
        sa.Column("downto", sa.BigInteger(), nullable=False),
        sa.Column("appeals", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("branch", name=op.f("pk_archive_progress")),
    )
    if is_sqlite:
        op.execute(_SQLITE_INDEX)
    else:
        op.create_index("archive_words", "archive_index", ["words"], postgresql_using="gin")
