"""The schema of the local store, as the steps that lead to it from an empty file.

Server rows are kept whole as JSON (``body``) beside the few columns that are searched by: the
server is the truth, and a new field of an appeal must not need a new column here. What screens
list is in ``queue_row`` and ``outage_row``, the projection, with a column for everything shown.
Instants are microseconds since 1970 UTC; ``due_key`` is `instants.NEVER` where nothing is due.

Each order of a queue has an index that also holds every column which a queue filters by: however
a queue is filtered, it is read along one index, without looking at a row.

``tally`` counts the rows of each queue whose membership does not depend on the time of day, so
that a count costs the same at a hundred appeals and at a million.

A step, once released, is never edited: the next change is another step.
"""

from __future__ import annotations

_BEGINNING = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE feed_cursor (feed TEXT PRIMARY KEY, position INTEGER NOT NULL) WITHOUT ROWID;

CREATE TABLE appeal (
    row INTEGER PRIMARY KEY,
    branch TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    body BLOB NOT NULL,
    UNIQUE (branch, id)
);
CREATE TABLE message (
    row INTEGER PRIMARY KEY,
    branch TEXT NOT NULL,
    id TEXT NOT NULL,
    appeal TEXT NOT NULL,
    body BLOB NOT NULL,
    UNIQUE (branch, id)
);
CREATE INDEX message_of ON message (branch, appeal);
CREATE TABLE event (
    branch TEXT NOT NULL,
    appeal TEXT NOT NULL,
    id TEXT NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (branch, appeal, id)
) WITHOUT ROWID;
CREATE TABLE outage (
    branch TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (branch, id)
);
CREATE TABLE operator (id TEXT PRIMARY KEY, name TEXT NOT NULL, body BLOB NOT NULL);
CREATE TABLE presence (
    branch TEXT NOT NULL,
    appeal TEXT NOT NULL,
    operator TEXT NOT NULL,
    typing INTEGER NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY (branch, appeal, operator)
) WITHOUT ROWID;

CREATE TABLE outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    operator TEXT NOT NULL,
    id TEXT NOT NULL UNIQUE,
    branch TEXT NOT NULL,
    target TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    not_before INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    last_error TEXT NOT NULL,
    held BLOB NOT NULL,
    envelope BLOB NOT NULL
);
CREATE INDEX outbox_of ON outbox (operator, branch, target);
CREATE TABLE draft (
    id TEXT PRIMARY KEY,
    operator TEXT NOT NULL,
    branch TEXT NOT NULL,
    appeal TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    body BLOB NOT NULL
);
CREATE INDEX draft_of ON draft (operator, branch, appeal);
CREATE TABLE saved_queue (
    row INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    operator TEXT NOT NULL,
    body BLOB NOT NULL
);
CREATE TABLE template_use (
    operator TEXT NOT NULL,
    template TEXT NOT NULL,
    times INTEGER NOT NULL,
    PRIMARY KEY (operator, template)
) WITHOUT ROWID;
CREATE TABLE read_mark (
    operator TEXT NOT NULL,
    branch TEXT NOT NULL,
    appeal TEXT NOT NULL,
    resident_message TEXT NOT NULL,
    PRIMARY KEY (operator, branch, appeal)
) WITHOUT ROWID;

CREATE TABLE queue_row (
    row INTEGER PRIMARY KEY,
    branch TEXT NOT NULL,
    id TEXT NOT NULL,
    number TEXT NOT NULL,
    status TEXT NOT NULL,
    ended INTEGER NOT NULL,
    topic TEXT NOT NULL,
    root TEXT NOT NULL,
    danger INTEGER NOT NULL,
    high_priority INTEGER NOT NULL,
    channel TEXT NOT NULL,
    author TEXT NOT NULL,
    place TEXT NOT NULL,
    first_line TEXT NOT NULL,
    thread TEXT NOT NULL,
    resident_message TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    answered_at INTEGER,
    started_at INTEGER,
    due_at INTEGER,
    due_key INTEGER NOT NULL,
    preset TEXT NOT NULL,
    paused INTEGER NOT NULL,
    owner TEXT,
    outage TEXT,
    author_key TEXT NOT NULL,
    place_key TEXT NOT NULL,
    words_digest INTEGER NOT NULL
);
CREATE INDEX queue_due ON queue_row
    (ended, due_key, row, branch, owner, root, topic, channel, status, danger);
CREATE INDEX queue_created ON queue_row
    (created_at, row, ended, due_key, branch, owner, root, topic, channel, status, danger);
CREATE INDEX queue_place ON queue_row
    (place_key, row, ended, due_key, branch, owner, root, topic, channel, status, danger);
CREATE INDEX queue_author ON queue_row
    (author_key, row, ended, due_key, branch, owner, root, topic, channel, status, danger);
CREATE INDEX queue_owner ON queue_row (owner, due_key) WHERE ended = 0;
CREATE INDEX queue_branch ON queue_row (branch, owner, due_key, status) WHERE ended = 0;
CREATE INDEX queue_root ON queue_row (root, due_key) WHERE ended = 0;
CREATE INDEX queue_status ON queue_row (status, due_key);
CREATE INDEX queue_danger ON queue_row (due_key) WHERE danger = 1 AND ended = 0;
CREATE INDEX queue_thread ON queue_row (branch, thread) WHERE thread <> '';
CREATE INDEX queue_answered ON queue_row (branch, answered_at, owner) WHERE answered_at IS NOT NULL;
CREATE TABLE outage_tag (
    outage TEXT NOT NULL,
    row INTEGER NOT NULL,
    PRIMARY KEY (outage, row)
) WITHOUT ROWID;
CREATE INDEX outage_tag_row ON outage_tag (row);
CREATE TABLE outage_row (
    branch TEXT NOT NULL,
    id TEXT NOT NULL,
    status TEXT NOT NULL,
    active INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    restored_at INTEGER,
    etr INTEGER,
    body BLOB NOT NULL,
    PRIMARY KEY (branch, id)
);
CREATE INDEX outage_newest ON outage_row (active, started_at);
CREATE TABLE tally (key TEXT PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID;
CREATE VIRTUAL TABLE words USING fts5 (
    stems, content='', contentless_delete=1, detail=none,
    tokenize="unicode61 remove_diacritics 2"
);
"""

_WHOLE_DRAFTS = """
UPDATE draft SET body = CAST(
    json_insert(CAST(body AS TEXT), '$.outcome', NULL, '$.overrides', json('[]')) AS BLOB
);
"""
# A draft also holds the outcome and the overruled checks. Older programs would read such a draft
# and write it back without them: the version keeps them out.

_ATTACHMENTS = """
CREATE TABLE attachment (
    id TEXT PRIMARY KEY,
    operator TEXT NOT NULL,
    holder TEXT NOT NULL,
    place INTEGER NOT NULL,
    body BLOB NOT NULL
);
CREATE INDEX attachment_of ON attachment (holder, place);
CREATE TABLE upload (
    attachment TEXT PRIMARY KEY,
    sent INTEGER NOT NULL,
    complete INTEGER NOT NULL,
    begun_again INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE fetched (
    id TEXT PRIMARY KEY,
    branch TEXT NOT NULL,
    appeal TEXT NOT NULL,
    size INTEGER NOT NULL,
    had INTEGER NOT NULL,
    wanted INTEGER NOT NULL,
    error TEXT NOT NULL,
    used_at INTEGER NOT NULL,
    body BLOB NOT NULL
);
CREATE INDEX fetched_of ON fetched (branch, appeal);
CREATE INDEX fetched_used ON fetched (wanted, used_at);
CREATE TABLE piece (
    row INTEGER PRIMARY KEY,
    attachment TEXT NOT NULL,
    begins INTEGER NOT NULL,
    ends INTEGER NOT NULL,
    content BLOB NOT NULL,
    UNIQUE (attachment, begins)
);
"""
# ``attachment`` are the files of the operator's own drafts and entries (``holder``), ``fetched``
# those of messages that were asked for; the content of both is in ``piece``. An older program
# would send an entry without its files: the version keeps it out.

_OWN_WORDS = """
CREATE TABLE own_word (
    id TEXT PRIMARY KEY,
    operator TEXT NOT NULL,
    word TEXT NOT NULL
) WITHOUT ROWID;
"""
# Words that an operator has added to the dictionary; ``id`` names both.

_MARKS = """
CREATE TABLE mark (
    key TEXT NOT NULL,
    row INTEGER NOT NULL,
    PRIMARY KEY (key, row)
) WITHOUT ROWID;
CREATE INDEX mark_row ON mark (row);
INSERT INTO mark (key, row)
SELECT 'duplicate:' || branch || '/' || (CAST(body AS TEXT) ->> '$.duplicate_of'), row FROM appeal
WHERE row IN (SELECT row FROM queue_row WHERE status = 'duplicate')
  AND CAST(body AS TEXT) ->> '$.duplicate_of' IS NOT NULL;
"""
# ``mark`` says of few appeals what nothing else finds them by (`queue_rows.marks`): whose
# duplicates they are, what they are linked to, who was called to them by name. An older program
# could not read an outbox that writes an appeal down: the version keeps it out.

_PROMISES = """
INSERT OR IGNORE INTO mark (key, row)
SELECT 'promise', row FROM appeal
WHERE row IN (SELECT row FROM queue_row WHERE ended = 0)
  AND CAST(body AS TEXT) ->> '$.promise_at' IS NOT NULL;
UPDATE draft SET body = CAST(
    json_insert(CAST(body AS TEXT), '$.no_promise', json('false')) AS BLOB
);
"""
# A mark for what stands under a promise; a draft whose words promise nothing says so. An older
# program could not read an outbox that settles a promise, or that tells a dispatcher of danger: the
# version keeps it out.

_OWN_FORMS = """
CREATE TABLE own_form (
    id TEXT PRIMARY KEY,
    operator TEXT NOT NULL,
    name TEXT NOT NULL,
    usage TEXT NOT NULL,
    form TEXT NOT NULL
) WITHOUT ROWID;
"""
# Forms of names that an operator has corrected («в Шира»); ``usage`` is `wording.Use`.

_HANDOVERS = """
CREATE TABLE away (
    operator TEXT PRIMARY KEY,
    since INTEGER NOT NULL,
    until INTEGER
) WITHOUT ROWID;
CREATE TABLE deed (
    operator TEXT NOT NULL,
    at INTEGER NOT NULL,
    branch TEXT NOT NULL,
    appeal TEXT NOT NULL,
    PRIMARY KEY (operator, at, branch, appeal)
) WITHOUT ROWID;
INSERT OR IGNORE INTO mark (key, row)
SELECT 'promise:' || q.owner, m.row FROM mark AS m JOIN queue_row AS q ON q.row = m.row
WHERE m.key = 'promise' AND q.owner IS NOT NULL;
"""
# ``away`` are the colleagues who have a break, ``deed`` when the signed-in operator has done
# something to which appeal, for the figures of a day. A promise is found by its owner, too. An
# older program could not read an outbox that hands an appeal over: the version keeps it out.

_SHARED_QUEUES = """
CREATE TABLE shared_queue (
    branch TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (branch, id)
);
CREATE TABLE shared_row (
    branch TEXT NOT NULL,
    id TEXT NOT NULL,
    waits INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (branch, id)
);
DELETE FROM feed_cursor;
"""
# The queues that are shared with a branch, and the same with what waits in the outbox. An older
# program has passed over them in the feed, so the feed is read from its beginning, once. It could
# not read an outbox that shares one either: the version keeps it out.

_DANGER_FIRST = """
DROP INDEX queue_owner;
CREATE INDEX queue_owner ON queue_row (owner, due_key, danger) WHERE ended = 0;
DROP INDEX queue_status;
CREATE INDEX queue_status ON queue_row (status, due_key, ended, danger);
DROP INDEX queue_branch;
CREATE INDEX queue_branch ON queue_row
    (branch, owner, due_key, status, received_at) WHERE ended = 0;
"""
# What is in danger stands above all in the queues of a person and of a status, too: their indices
# say which it is, so that no row has to be read for it; that of a branch says for the board how
# long the oldest has waited.

_LEASES = """
ALTER TABLE presence ADD COLUMN lease_until INTEGER;
"""
# Until when a colleague is known to be writing; null where nobody said so.

_WAKING = """
ALTER TABLE queue_row ADD COLUMN woken TEXT NOT NULL DEFAULT '';
ALTER TABLE read_mark ADD COLUMN woken TEXT NOT NULL DEFAULT '';
UPDATE queue_row SET woken = coalesce(
    (SELECT nullif(CAST(a.body AS TEXT) ->> '$.woken_by', '') || ':'
        || json_array_length(CAST(a.body AS TEXT), '$.pauses')
     FROM appeal AS a WHERE a.row = queue_row.row), '')
WHERE status = 'interim_published';
"""
# What has woken a postponed appeal, with the number of the pause that ended then; and which waking
# an operator has seen.

_LANE = """
DROP INDEX queue_danger;
CREATE INDEX queue_danger ON queue_row
    (due_key, row, created_at, place_key, author_key, branch, owner, root, topic, channel, status)
    WHERE danger = 1 AND ended = 0;
"""
# What is in danger stands above all in every order of every queue: its index has whatever is sorted
# and filtered by, so that the lane is found without a row being read for it.

_SHARED_WORDS = """
CREATE TABLE shared_word (
    branch TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (branch, id)
);
CREATE TABLE word_row (
    branch TEXT NOT NULL,
    id TEXT NOT NULL,
    live INTEGER NOT NULL,
    usage TEXT NOT NULL,
    word TEXT NOT NULL,
    form TEXT NOT NULL,
    waits INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (branch, id)
);
ALTER TABLE own_word ADD COLUMN at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE own_form ADD COLUMN at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE own_form ADD COLUMN said TEXT NOT NULL DEFAULT '';
DELETE FROM feed_cursor;
"""
# The words and forms that a branch shares, and the same with what waits in the outbox; a ``live``
# one is used, ``word`` is a name as it is compared. Own ones say when they were added, and a name
# as it was written. The feed is read once more, for the same reason as with shared queues.

_QUOTES = """
CREATE TABLE quote (
    branch TEXT NOT NULL,
    outage TEXT NOT NULL,
    appeal TEXT NOT NULL,
    message TEXT NOT NULL,
    PRIMARY KEY (branch, outage, appeal, message)
) WITHOUT ROWID;
CREATE INDEX quote_of ON quote (branch, appeal);
INSERT OR IGNORE INTO quote (branch, outage, appeal, message)
SELECT m.branch, q.value ->> '$.outage', m.appeal, m.id
FROM message AS m, json_each(CAST(m.body AS TEXT), '$.quotes') AS q
WHERE CAST(m.body AS TEXT) ->> '$.state' = 'published';
"""
# Which published reply quotes the restoration time of which outage, or puts one right.

STEPS: tuple[str, ...] = (
    _BEGINNING,
    _WHOLE_DRAFTS,
    _ATTACHMENTS,
    _OWN_WORDS,
    _MARKS,
    _PROMISES,
    _OWN_FORMS,
    _HANDOVERS,
    _SHARED_QUEUES,
    _DANGER_FIRST,
    _LEASES,
    _WAKING,
    _LANE,
    _SHARED_WORDS,
    _QUOTES,
)
"""The script that leads from version n to n + 1 stands at index n."""

VERSION = len(STEPS)
"""The version of a store that this program reads and writes (`PRAGMA user_version`)."""

MIRRORED: tuple[str, ...] = (
    "appeal",
    "message",
    "event",
    "outage",
    "operator",
    "presence",
    "away",
    "deed",
    "shared_queue",
    "shared_word",
    "quote",
)
PROJECTED: tuple[str, ...] = (
    "queue_row",
    "outage_tag",
    "mark",
    "outage_row",
    "shared_row",
    "word_row",
    "tally",
)
