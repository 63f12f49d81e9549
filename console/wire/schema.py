"""The wire schema: what console and server say to each other, version 1.

Rows are the domain's own frozen dataclasses; the types here are the wrappers around them. All
instants are aware UTC in ISO 8601. Errors are RFC 9457 problems, see `console.wire.problems`.

    POST   /v1/session           SignIn            -> Session       (no authorisation)
    POST   /v1/session/refresh   Refresh           -> Session       (no authorisation; rotates)
    DELETE /v1/session                             -> 204
    GET    /v1/changes?since=omsk:120,_:5&limit=N&run=ID  -> Page
    POST   /v1/mutations         WireEnvelope      -> Answer
    PUT    /v1/presence          PresenceNotice    -> 204
    GET    /v1/pokes             text/event-stream, events named "poke" with a PokeNotice
    PUT    /v1/attachments/BRANCH/ID           Attachment -> UploadState  (declare, or resume)
    PATCH  /v1/attachments/BRANCH/ID?offset=N  bytes      -> UploadState  (the next piece)
    GET    /v1/attachments/BRANCH/ID                      -> UploadState
    DELETE /v1/attachments/BRANCH/ID                      -> 204          (no message names it)
    GET    /v1/attachments/BRANCH/ID/content              -> bytes        (Range: bytes=A-B)
    POST   /v1/intake            IntakeBatch       -> IntakeReport  (right INTAKE)
    POST   /v1/outages           OutageBatch       -> OutageReport  (right MANAGE_OUTAGES)
    PUT    /v1/outages/BRANCH/SYSTEM/ID  OutageState  -> OutageReport  (the same of one)
    GET    /v1/health                              -> Health        (no authorisation)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from console.domain.appeal import NOWHERE, Appeal, Author, Outcome, Place
from console.domain.attachment import Attachment
from console.domain.event import Event
from console.domain.ids import Ref
from console.domain.message import Message
from console.domain.mutations import Seen
from console.domain.operator import Operator
from console.domain.outage import Outage
from console.domain.shared_queue import SharedQueue
from console.domain.shared_word import SharedWord

NOBODY = Author("")

PROTOCOL = 1
"""Version of this schema; sent in the header `PROTOCOL_HEADER` of every request and answer."""

PROTOCOL_HEADER = "Otklik-Protocol"
TIME_HEADER = "Otklik-Time"
"""Header of every answer: the server's time, ISO 8601 UTC with microseconds."""

CENTRE = "_"
"""The change feed of what belongs to no branch: the operators."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """A login with its password, and what the workstation calls itself."""

    login: str
    password: str
    device: str = ""


@dataclass(frozen=True, slots=True)
class Refresh:
    """A refresh token; it is used up by the answer, which brings the next."""

    refresh_token: str


@dataclass(frozen=True, slots=True)
class Session:
    """Tokens of a signed-in person; ``expires_in`` seconds is the life of the access token."""

    access_token: str
    refresh_token: str
    expires_in: int
    operator: Operator
    branches: tuple[str, ...]
    epoch: str
    server_time: datetime


@dataclass(frozen=True, slots=True)
class Rows:
    """Server rows of any kind; a row replaces the one of the same key.

    An older side leaves out ``queues`` and ``words``, or passes over them.
    """

    appeals: tuple[Appeal, ...] = ()
    messages: tuple[Message, ...] = ()
    events: tuple[Event, ...] = ()
    outages: tuple[Outage, ...] = ()
    operators: tuple[Operator, ...] = ()
    queues: tuple[SharedQueue, ...] = ()
    words: tuple[SharedWord, ...] = ()

    def __len__(self) -> int:
        return (
            len(self.appeals)
            + len(self.messages)
            + len(self.events)
            + len(self.outages)
            + len(self.operators)
            + len(self.queues)
            + len(self.words)
        )


class RowKind(StrEnum):
    """The kinds of rows that can vanish; an older side could not read a tombstone of another."""

    APPEAL = "appeal"
    MESSAGE = "message"
    OUTAGE = "outage"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Tombstone:
    """A row that is gone."""

    kind: RowKind
    ref: Ref


@dataclass(frozen=True, slots=True)
class Presence:
    """Who has an appeal open now; ephemeral, replaced whole with every page.

    ``lease_until``: they are writing to it, and colleagues count on that until then.
    """

    appeal: Ref
    operator: str
    typing: bool
    since: datetime
    lease_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Away:
    """Who has a break, since when, and until when (None: until they are back)."""

    operator: str
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class HeldLease:
    """A soft lease that goes on while its holder looks at another appeal."""

    appeal: Ref
    until: datetime


@dataclass(frozen=True, slots=True)
class PresenceNotice:
    """What the workstation's operator has open now (None: nothing).

    ``away``: they have a break, until ``away_until`` if they have said so; an older server takes no
    note of it.
    ``lease_until``: a soft lease is asked for until then; the server shortens what is too long.
    ``leases`` are those of other appeals in which something begun lies; an older server takes no
    note of them.
    """

    appeal: Ref | None
    typing: bool = False
    away: bool = False
    away_until: datetime | None = None
    lease_until: datetime | None = None
    leases: tuple[HeldLease, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the change feed.

    ``epoch`` names this incarnation of the server's database: another one means that cursors mean
    nothing and the mirror is read anew. ``cursors`` is where each feed stands after this page
    (branch key, or `CENTRE`), ``heads`` where each feed ends now. ``branches`` is the reader's
    present scope: rows of a branch that is not in it are to be forgotten. ``remaining`` is the
    number of rows still to come (exact when the page was asked with ``count=1``, else None).
    ``run`` names the life of the server that gave the cursors, to be sent along with them;
    ``rewound`` says that the cursors sent were of a past that the database has forgotten (it was
    put back to a backup), and that this page begins anew: the mirror is to be dropped before.
    ``away`` is empty from a server that does not know of breaks.
    """

    epoch: str
    branches: tuple[str, ...]
    cursors: Mapping[str, int]
    heads: Mapping[str, int]
    rows: Rows
    gone: tuple[Tombstone, ...]
    presence: tuple[Presence, ...]
    more: bool
    server_time: datetime
    remaining: int | None = None
    run: str = ""
    rewound: bool = False
    away: tuple[Away, ...] = ()


@dataclass(frozen=True, slots=True)
class ArchivePage:
    """Answers to a search of the archive, the best first: appeals with their messages.

    ``next`` is where the search goes on (to be sent as ``before``), empty at its end; there may
    be no answer and yet more to look through. ``ignored`` are keys of operators that the archive
    knows nothing of. ``also`` are words that some were found by though they were not asked for,
    ``reading`` is the query in another alphabet, if that was meant; ``lacking``: some lack a word.
    """

    rows: Rows
    next: str = ""
    ignored: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    reading: str = ""
    lacking: bool = False


@dataclass(frozen=True, slots=True)
class WireEnvelope:
    """`domain.mutations.Envelope` as it crosses the network: the mutation as (kind, body)."""

    id: str
    target: Ref
    author: str
    at: datetime
    kind: str
    body: Mapping[str, object]
    seen: Seen | None = None


class AnswerOutcome(StrEnum):
    """What became of a mutation."""

    APPLIED = "applied"
    SUPERSEDED = "superseded"
    CONFLICT = "conflict"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class AnswerReason:
    """A stale code (for CONFLICT) or a refusal code (for REFUSED), with its details."""

    code: str
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """The ledger's answer: the same for every delivery of the same envelope id.

    ``rows`` are the rows that the mutation touched, or for CONFLICT the rows as they stand, so
    that the console can show both. A CONFLICT or REFUSED answer changed nothing.
    """

    id: str
    outcome: AnswerOutcome
    rows: Rows
    server_time: datetime
    reasons: tuple[AnswerReason, ...] = ()


@dataclass(frozen=True, slots=True)
class UploadState:
    """Where an upload stands: the next piece begins at ``offset``; ``complete`` once it is whole.

    ``size`` is what was declared, in bytes.
    """

    offset: int
    size: int
    complete: bool


@dataclass(frozen=True, slots=True)
class PokeNotice:
    """ "Pull now": which feeds have something new. Carries no data."""

    feeds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IncomingAppeal:
    """An appeal as an outside system hands it over; unique by (source, number).

    ``text`` may carry HTML; intake keeps it as the original and cleans it. ``branch`` may be empty
    where region or place decide. ``topic`` is a key of ours, or another system's names from the
    general to the particular, divided by " / ". ``thread`` is the post or conversation;
    ``reply_to`` the number of the appeal whose thread this comment continues, if any.

    A past that the outside system hands over with it: ``reply_text`` (may carry HTML) is what was
    published, by whom and when, ``outcome`` and ``closed_at`` how and when it ended there.

    ``attachments`` are the resident's own files; who hands the appeal over has sent them before, to
    the branch that it is for.
    """

    source: str
    number: str
    text: str
    created_at: datetime | None = None
    branch: str = ""
    region: str = ""
    channel: str = "im"
    author: Author = NOBODY
    place: Place = NOWHERE
    topic: str = ""
    thread: str = ""
    reply_to: str = ""
    url: str = ""
    tags: tuple[str, ...] = ()
    high_priority: bool = False
    reply_text: str = ""
    reply_at: datetime | None = None
    reply_author: str = ""
    outcome: Outcome | None = None
    closed_at: datetime | None = None
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class IntakeBatch:
    """Appeals to take in, in order."""

    appeals: tuple[IncomingAppeal, ...]


@dataclass(frozen=True, slots=True)
class IntakeReport:
    """What became of a batch; the three counts sum to its length."""

    taken: int
    already_known: int
    quarantined: int
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OutageBatch:
    """States of outages as another system has them, each such as `OutageState`, in order.

    ``system`` is its key (small Latin letters, digits, dots, dashes); ids are unique within it and
    a branch. What is wrong with one state does not concern the others.
    """

    system: str
    states: tuple[Mapping[str, object], ...]


class OutageFate(StrEnum):
    """What became of one state: four in which it is known here, and one in which it is not."""

    OPENED = "opened"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    STALE = "stale"
    """A newer one of the same outage has been here before; nothing was done."""
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class OutageAnswer:
    """The fate of one state: its own id, the id of the outage here, or why it was refused."""

    id: str
    fate: OutageFate
    outage: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class OutageReport:
    """What became of each state, in order."""

    answers: tuple[OutageAnswer, ...]


@dataclass(frozen=True, slots=True)
class Health:
    """Whether the server can serve, and which it is."""

    status: str
    version: str
    protocol: int
    epoch: str
    server_time: datetime
