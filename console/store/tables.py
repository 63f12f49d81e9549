"""The tables as SQLAlchemy Core sees them, for writing; `schema` is what makes them.

A test holds the two together column by column.
"""

from __future__ import annotations

from sqlalchemy import Column, Integer, LargeBinary, MetaData, Table, Text

METADATA = MetaData()


def _table(name: str, /, **columns: str) -> Table:
    """A table whose columns are given as ``name=kind``: ``text``, ``int``, ``bytes``, ``key``."""
    return Table(name, METADATA, *(_column(key, kind) for key, kind in columns.items()))


def _column(name: str, kind: str) -> Column[object]:
    kinds = {"text": Text, "int": Integer, "bytes": LargeBinary}
    base, _, role = kind.partition(" ")
    return Column(name, kinds[base], primary_key=role == "key")


meta = _table("meta", key="text key", value="text")
feed_cursor = _table("feed_cursor", feed="text key", position="int")
appeal = _table("appeal", row="int key", branch="text", id="text", version="int", body="bytes")
message = _table("message", row="int key", branch="text", id="text", appeal="text", body="bytes")
quote = _table("quote", branch="text key", outage="text key", appeal="text key", message="text key")
event = _table("event", branch="text key", appeal="text key", id="text key", body="bytes")
outage = _table("outage", branch="text key", id="text key", version="int", body="bytes")
operator = _table("operator", id="text key", name="text", body="bytes")
presence = _table(
    "presence",
    branch="text key",
    appeal="text key",
    operator="text key",
    typing="int",
    since="int",
    lease_until="int",
)
away = _table("away", operator="text key", since="int", until="int")
deed = _table("deed", operator="text key", at="int key", branch="text key", appeal="text key")
outbox = _table(
    "outbox",
    seq="int key",
    operator="text",
    id="text",
    branch="text",
    target="text",
    state="text",
    created_at="int",
    not_before="int",
    attempts="int",
    last_error="text",
    held="bytes",
    envelope="bytes",
)
draft = _table(
    "draft",
    id="text key",
    operator="text",
    branch="text",
    appeal="text",
    updated_at="int",
    body="bytes",
)
attachment = _table(
    "attachment", id="text key", operator="text", holder="text", place="int", body="bytes"
)
upload = _table("upload", attachment="text key", sent="int", complete="int", begun_again="int")
fetched = _table(
    "fetched",
    id="text key",
    branch="text",
    appeal="text",
    size="int",
    had="int",
    wanted="int",
    error="text",
    used_at="int",
    body="bytes",
)
piece = _table("piece", row="int key", attachment="text", begins="int", ends="int", content="bytes")
shared_queue = _table("shared_queue", branch="text key", id="text key", version="int", body="bytes")
shared_row = _table("shared_row", branch="text key", id="text key", waits="int", body="bytes")
shared_word = _table("shared_word", branch="text key", id="text key", version="int", body="bytes")
word_row = _table(
    "word_row",
    branch="text key",
    id="text key",
    live="int",
    usage="text",
    word="text",
    form="text",
    waits="int",
    body="bytes",
)
saved_queue = _table("saved_queue", row="int key", id="text", operator="text", body="bytes")
template_use = _table("template_use", operator="text key", template="text key", times="int")
own_word = _table("own_word", id="text key", operator="text", word="text", at="int")
own_form = _table(
    "own_form",
    id="text key",
    operator="text",
    name="text",
    usage="text",
    form="text",
    at="int",
    said="text",
)
read_mark = _table(
    "read_mark",
    operator="text key",
    branch="text key",
    appeal="text key",
    resident_message="text",
    woken="text",
)
queue_row = _table(
    "queue_row",
    row="int key",
    branch="text",
    id="text",
    number="text",
    status="text",
    ended="int",
    topic="text",
    root="text",
    danger="int",
    high_priority="int",
    channel="text",
    author="text",
    place="text",
    first_line="text",
    thread="text",
    resident_message="text",
    created_at="int",
    received_at="int",
    answered_at="int",
    started_at="int",
    due_at="int",
    due_key="int",
    preset="text",
    paused="int",
    owner="text",
    outage="text",
    author_key="text",
    place_key="text",
    words_digest="int",
    woken="text",
)
outage_tag = _table("outage_tag", outage="text key", row="int key")
mark = _table("mark", key="text key", row="int key")
outage_row = _table(
    "outage_row",
    branch="text key",
    id="text key",
    status="text",
    active="int",
    started_at="int",
    restored_at="int",
    etr="int",
    body="bytes",
)
tally = _table("tally", key="text key", n="int")
