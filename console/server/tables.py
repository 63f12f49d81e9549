"""The server's tables, as SQLAlchemy Core; the same on SQLite and PostgreSQL.

Everything that consoles mirror has the primary key (branch, id), the branch first, so that tables
can be partitioned by region without changing a key; operators stand in the branch `CENTRE`. A row
is the domain's dataclass as JSON in ``body`` (written by `console.wire.codec`), with a column of
its own only for what the server searches by, and ``change``: its place in the branch's feed.

``numbers`` keeps intake idempotent: its key (source, number) is free of the branch on purpose,
because a comment is known again even if the rules would place it elsewhere today.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import TSVECTOR

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _rows(name: str, *columns: Column[object]) -> Table:
    """A table of rows that consoles mirror."""
    table = Table(
        name,
        metadata,
        Column("branch", String(64), primary_key=True),
        Column("id", String(128), primary_key=True),
        Column("change", BigInteger, nullable=False),
        *columns,
        Column("body", Text, nullable=False),
    )
    Index(None, table.c.branch, table.c.change)
    return table


appeals = _rows(
    "appeals",
    Column("source", String(64), nullable=False),
    Column("number", String(256), nullable=False),
    Column("version", Integer, nullable=False),
    Column("status", String(32), nullable=False),
    Column("owner", String(64)),
)
_IS_POSTPONED = text("status = 'postponed'")
Index(
    "ix_appeals_postponed",
    appeals.c.branch,
    appeals.c.id,
    sqlite_where=_IS_POSTPONED,
    postgresql_where=_IS_POSTPONED,
)
messages = _rows("messages", Column("appeal", String(64), nullable=False))
Index(None, messages.c.branch, messages.c.appeal)
events = _rows("events", Column("appeal", String(64), nullable=False))
outages = _rows("outages", Column("version", Integer, nullable=False))
shared_queues = _rows("shared_queues", Column("version", Integer, nullable=False))
outage_sources = Table(
    "outage_sources",
    metadata,
    Column("branch", String(64), primary_key=True),
    Column("system", String(64), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("outage", String(128), nullable=False),
    Column("said", Text, nullable=False),
)
"""What other systems call an outage, and the newest state that each has said of it (JSON)."""

shared_words = _rows("shared_words", Column("version", Integer, nullable=False))
operators = _rows(
    "operators",
    Column("login", String(128), nullable=False, unique=True),
    Column("password_hash", String(256)),
)
"""``login`` is case-folded; without a password hash nobody can sign in."""

tombstones = Table(
    "tombstones",
    metadata,
    Column("branch", String(64), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("id", String(128), primary_key=True),
    Column("change", BigInteger, nullable=False),
)
Index(None, tombstones.c.branch, tombstones.c.change)

numbers = Table(
    "numbers",
    metadata,
    Column("source", String(64), primary_key=True),
    Column("number", String(256), primary_key=True),
    Column("branch", String(64), nullable=False),
    Column("appeal", String(64), nullable=False),
    Column("text_digest", LargeBinary(16), nullable=False),
)
"""What intake has taken in, and into which appeal; a digest of the text tells a twin apart."""

ledger = Table(
    "ledger",
    metadata,
    Column("branch", String(64), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("author", String(64), nullable=False),
    Column("answer", LargeBinary, nullable=False),
)
"""Every mutation that was decided, with the bytes of its answer."""

feeds = Table(
    "feeds",
    metadata,
    Column("branch", String(64), primary_key=True),
    Column("head", BigInteger, nullable=False),
)
"""The change counter of each branch; its row lock orders the branch's commits."""

sessions = Table(
    "sessions",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("operator", String(64), nullable=False, index=True),
    Column("device", String(128), nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    Column("ended_by", String(32)),
)
"""A signed-in workstation; the family of its refresh tokens. Instants in Unix microseconds."""

refresh_tokens = Table(
    "refresh_tokens",
    metadata,
    Column("digest", LargeBinary(32), primary_key=True),
    Column("session", String(64), nullable=False, index=True),
    Column("expires_at", BigInteger, nullable=False),
    Column("used_at", BigInteger),
)

failures = Table(
    "sign_in_failures",
    metadata,
    Column("login", LargeBinary(32), primary_key=True),
    Column("attempts", Integer, nullable=False),
    Column("last_at", BigInteger, nullable=False),
)
"""Failed sign-ins by digest of the login, known or not, so that both take the same way."""

presence = Table(
    "presence",
    metadata,
    Column("session", String(64), primary_key=True),
    Column("operator", String(64), nullable=False),
    Column("branch", String(64), nullable=False),
    Column("appeal", String(64), nullable=False),
    Column("typing", Boolean, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("lease_until", BigInteger),
)

leases = Table(
    "leases",
    metadata,
    Column("session", String(64), primary_key=True),
    Column("branch", String(64), primary_key=True),
    Column("appeal", String(64), primary_key=True),
    Column("operator", String(64), nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
)
"""The soft leases of appeals that their holder does not have open at the moment."""

breaks = Table(
    "breaks",
    metadata,
    Column("session", String(64), primary_key=True),
    Column("operator", String(64), nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("until", BigInteger),
)
"""Who has a break, and until when; unlike presence it outlives a workstation that sleeps."""

meta = Table(
    "meta",
    metadata,
    Column("key", String(32), primary_key=True),
    Column("value", String(256), nullable=False),
)
"""``epoch`` (UUID of this incarnation), ``created`` (ISO 8601), ``token_key`` (hex)."""

attachments = Table(
    "attachments",
    metadata,
    Column("branch", String(64), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("author", String(64), nullable=False),
    Column("message", String(128)),
    Column("size", BigInteger, nullable=False),
    Column("stored", BigInteger, nullable=False),
    Column("touched_at", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
)
"""Files that go with messages. ``stored`` of their bytes are here; ``message`` is the first that
named it, none as long as it is only an upload."""
Index("ix_attachments_message", attachments.c.message, attachments.c.touched_at)

attachment_pieces = Table(
    "attachment_pieces",
    metadata,
    Column("branch", String(64), primary_key=True),
    Column("attachment", String(64), primary_key=True),
    Column("begins", BigInteger, primary_key=True),
    Column("ends", BigInteger, nullable=False),
    Column("content", LargeBinary, nullable=False),
)
"""The content of files, as it came: from offset ``begins`` up to ``ends``."""

runs = Table(
    "runs",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("id", String(36), nullable=False, unique=True),
    Column("heads", Text, nullable=False),
)
"""Each start of a server, with where every feed then stood; see `console.server.runs`."""

archive_index = Table(
    "archive_index",
    metadata,
    Column("row", BigInteger, primary_key=True, autoincrement=False),
    Column("branch", String(64), nullable=False),
    Column("appeal", String(128), nullable=False),
    Column("words", Text().with_variant(TSVECTOR(), "postgresql"), nullable=False),
)
"""The words of each appeal (`console.fulltext.documents`), written behind the feed. ``row`` grows
with the time at which an appeal was taken in. ``archive_words`` has their index: a table of FTS5 on
SQLite, a GIN on PostgreSQL (see the migration)."""
Index(None, archive_index.c.branch, archive_index.c.appeal, unique=True)

archive_vocabulary = Table(
    "archive_vocabulary",
    metadata,
    Column("word", String(64), primary_key=True),
    Column("count", Integer, nullable=False),
)
"""The Russian words of ``archive_index``, each with how many appeals have it."""

archive_progress = Table(
    "archive_progress",
    metadata,
    Column("branch", String(64), primary_key=True),
    Column("form", Integer, nullable=False),
    Column("upto", BigInteger, nullable=False),
    Column("downto", BigInteger, nullable=False),
    Column("appeals", Integer, nullable=False),
)
"""How far each feed is indexed: from where it stood at first, ``upto`` forward and ``downto`` back;
by which ``form`` of documents, and how many ``appeals`` that gave."""
