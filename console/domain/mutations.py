"""Mutations: the changes that a person asks for, as plain data.

A mutation is wrapped in an `Envelope` that says who asked, when, about what, and what the person
had seen. `transitions.apply` turns (state, envelope) into the next state, here and on the server.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Union

from console.domain.appeal import NOWHERE, Appeal, Author, Outcome, Place
from console.domain.attachment import Attachment
from console.domain.ids import Ref
from console.domain.message import EtrQuote, Override
from console.domain.outage import OutageArea, OutageKind, OutageStatus


@dataclass(frozen=True, slots=True)
class Seen:
    """What the author of a mutation had before their eyes; the verdict compares it with now."""

    version: int
    status: str
    owner: str | None = None
    last_resident_message: str | None = None
    last_reply: str | None = None

    @staticmethod
    def of(appeal: Appeal) -> Seen:
        """The state of ``appeal`` as seen at this moment."""
        return Seen(
            version=appeal.version,
            status=str(appeal.status),
            owner=appeal.owner,
            last_resident_message=appeal.last_resident_message,
            last_reply=appeal.last_reply,
        )


@dataclass(frozen=True, slots=True)
class Claim:
    """Take an appeal for oneself."""

    kind: ClassVar[str] = "claim"


@dataclass(frozen=True, slots=True)
class Assign:
    """Give an appeal to an operator (by id)."""

    kind: ClassVar[str] = "assign"
    to: str


@dataclass(frozen=True, slots=True)
class Release:
    """Put an appeal back among the unassigned."""

    kind: ClassVar[str] = "release"


@dataclass(frozen=True, slots=True)
class SendReply:
    """Publish an answer, final or interim, or ask for its approval.

    ``outcome`` is required for a final answer, ``promise_at`` (UTC) for an interim one: when the
    next news comes. In a final answer it is what its words promise; ``later_promises`` are further
    ones. ``quotes`` are the restoration times in the text. The content of
    ``attachments`` is at the server before the reply is. ``corrects`` is the outage (by id) of
    which the resident was told another time before: it is superseded once they know this one.
    """

    kind: ClassVar[str] = "send_reply"
    text: str
    outcome: Outcome | None = None
    interim: bool = False
    promise_at: datetime | None = None
    quotes: tuple[EtrQuote, ...] = ()
    template: str | None = None
    overrides: tuple[Override, ...] = ()
    approval: bool = False
    attachments: tuple[Attachment, ...] = ()
    later_promises: tuple[datetime, ...] = ()
    corrects: str | None = None


@dataclass(frozen=True, slots=True)
class AddNote:
    """Write an internal note; no resident ever sees it. ``mentions`` are called to it (ids)."""

    kind: ClassVar[str] = "add_note"
    text: str
    attachments: tuple[Attachment, ...] = ()
    mentions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Approve:
    """Publish a message that awaits approval, with the approver's own wording where given."""

    kind: ClassVar[str] = "approve"
    message: str
    text: str | None = None
    quotes: tuple[EtrQuote, ...] = ()


@dataclass(frozen=True, slots=True)
class ReturnReply:
    """Send a message that awaits approval back to its author, with the reason."""

    kind: ClassVar[str] = "return_reply"
    message: str
    reason: str


@dataclass(frozen=True, slots=True)
class TagOutage:
    """Link the appeal to an outage; ``confidence`` (0..1) of the suggestion, if it was one."""

    kind: ClassVar[str] = "tag_outage"
    outage: str
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class UntagOutage:
    """Remove the link to an outage."""

    kind: ClassVar[str] = "untag_outage"
    outage: str


@dataclass(frozen=True, slots=True)
class SetTopic:
    """Set the topic key, and whether life is in danger."""

    kind: ClassVar[str] = "set_topic"
    topic: str
    danger: bool = False


@dataclass(frozen=True, slots=True)
class EnterDanger:
    """Put an appeal into the lane of danger by hand."""

    kind: ClassVar[str] = "enter_danger"


@dataclass(frozen=True, slots=True)
class LeaveDanger:
    """Take an appeal out of the lane of danger; the reason stays in the thread as a note."""

    kind: ClassVar[str] = "leave_danger"
    reason: str


@dataclass(frozen=True, slots=True)
class MarkDispatched:
    """Say that the grid's dispatcher was told of the danger: whom, and what was agreed."""

    kind: ClassVar[str] = "mark_dispatched"
    told: str
    what: str = ""


@dataclass(frozen=True, slots=True)
class SettlePromise:
    """Say whether the promise that is due next was kept."""

    kind: ClassVar[str] = "settle_promise"
    kept: bool


@dataclass(frozen=True, slots=True)
class SetPlace:
    """Set where it is dark."""

    kind: ClassVar[str] = "set_place"
    place: Place


@dataclass(frozen=True, slots=True)
class Postpone:
    """Put off until a date (UTC), with a reason; allowed after a published interim reply.

    It wakes at the latest then. ``outage`` (by id) is what is waited for, ``outage_version`` as its
    author had seen it; ``awaits_resident``: what the resident will answer.
    """

    kind: ClassVar[str] = "postpone"
    until: datetime
    reason: str
    outage: str | None = None
    outage_version: int | None = None
    awaits_resident: bool = False


@dataclass(frozen=True, slots=True)
class Resume:
    """Take a postponed appeal up again."""

    kind: ClassVar[str] = "resume"


@dataclass(frozen=True, slots=True)
class Close:
    """End an appeal with an outcome; «solved» needs a fact (restored outage, act, photo)."""

    kind: ClassVar[str] = "close"
    outcome: Outcome
    fact: str = ""


@dataclass(frozen=True, slots=True)
class Reopen:
    """Open an ended appeal again; its history stays."""

    kind: ClassVar[str] = "reopen"
    reason: str


@dataclass(frozen=True, slots=True)
class RequestTransfer:
    """Say that it is not our network, and whose it is."""

    kind: ClassVar[str] = "request_transfer"
    to: str
    reason: str


@dataclass(frozen=True, slots=True)
class DecideTransfer:
    """Grant or deny a requested transfer."""

    kind: ClassVar[str] = "decide_transfer"
    granted: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class MarkDuplicate:
    """Merge into another appeal of the same branch (by id): that is the one to answer.

    The thread and the history stay where they are; what the resident writes from now on is told
    at the primary too.
    """

    kind: ClassVar[str] = "mark_duplicate"
    of: str


@dataclass(frozen=True, slots=True)
class UnmarkDuplicate:
    """Separate a merged appeal from its primary: it is again as it was before."""

    kind: ClassVar[str] = "unmark_duplicate"


@dataclass(frozen=True, slots=True)
class LinkAppeals:
    """Say that another appeal of the same branch (by id) has to do with this one."""

    kind: ClassVar[str] = "link_appeals"
    to: str


@dataclass(frozen=True, slots=True)
class UnlinkAppeals:
    """Take back a link that was made from this appeal."""

    kind: ClassVar[str] = "unlink_appeals"
    to: str


@dataclass(frozen=True, slots=True)
class SettleMention:
    """Say that one has taken note of being called by name."""

    kind: ClassVar[str] = "settle_mention"


@dataclass(frozen=True, slots=True)
class OfferHandover:
    """Offer one's own appeal to a colleague (by id), who becomes its owner on accepting it.

    ``note`` is about this appeal, ``brief`` about all that is offered at once; both stay in the
    thread as an internal note.
    """

    kind: ClassVar[str] = "offer_handover"
    to: str
    note: str = ""
    brief: str = ""


@dataclass(frozen=True, slots=True)
class AcceptHandover:
    """Take over what one was offered."""

    kind: ClassVar[str] = "accept_handover"


@dataclass(frozen=True, slots=True)
class DeclineHandover:
    """Not take over what one was offered; the reason goes back to whoever offered it."""

    kind: ClassVar[str] = "decline_handover"
    reason: str


@dataclass(frozen=True, slots=True)
class WithdrawHandover:
    """Take one's offer back, or take note of its having been declined."""

    kind: ClassVar[str] = "withdraw_handover"


@dataclass(frozen=True, slots=True)
class ReturnHandover:
    """Take one's acceptance back: it is again the other's, and offered as before."""

    kind: ClassVar[str] = "return_handover"


@dataclass(frozen=True, slots=True)
class CreateAppeal:
    """Write down an appeal that came by word of mouth; its id, made here, is the target.

    ``text`` is what the caller says, ``called_at`` (UTC) when, by default when it was asked for.
    ``said`` is what the call-taker answered at once (of an ``outage``, by id): the appeal ends as
    explained then. ``note`` is for colleagues alone.
    """

    kind: ClassVar[str] = "create_appeal"
    channel: str
    author: Author
    text: str
    place: Place = NOWHERE
    topic: str = ""
    danger: bool = False
    called_at: datetime | None = None
    outage: str | None = None
    said: str = ""
    quotes: tuple[EtrQuote, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class OpenOutage:
    """Enter an outage into the registry; its id is the target of the envelope."""

    kind: ClassVar[str] = "open_outage"
    outage_kind: OutageKind
    status: OutageStatus
    started_at: datetime
    areas: tuple[OutageArea, ...]
    res: str = ""
    substation: str = ""
    feeder: str = ""
    transformer: str = ""
    cause: str = ""
    crew: str = ""
    etr: datetime | None = None
    planned_end: datetime | None = None
    nested_in: str | None = None
    residents: int | None = None


@dataclass(frozen=True, slots=True)
class MoveEtr:
    """Set, move or withdraw (None) the estimated time of restoration (UTC)."""

    kind: ClassVar[str] = "move_etr"
    etr: datetime | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SetOutageStatus:
    """Move an outage along its life; RESTORED takes the instant of restoration (UTC)."""

    kind: ClassVar[str] = "set_outage_status"
    status: OutageStatus
    at: datetime
    crew: str = ""


@dataclass(frozen=True, slots=True)
class ShareQueue:
    """Share a queue with a branch, or give a shared one another name or another question.

    ``queue`` is the list that it is of, ``query`` what narrows it, in the query language; its id is
    the target of the envelope. ``base`` is the version that its author had seen, 0 for a new one.
    """

    kind: ClassVar[str] = "share_queue"
    name: str
    queue: str
    query: str
    sort: str = "due"
    group: str = "none"
    strict: bool = False
    base: int = 0


@dataclass(frozen=True, slots=True)
class WithdrawQueue:
    """Take a shared queue away from a branch; ``base`` as in `ShareQueue`."""

    kind: ClassVar[str] = "withdraw_queue"
    base: int = 0


@dataclass(frozen=True, slots=True)
class ShareWord:
    """Give a word to the dictionary of a branch, or (with ``use``) a ``form`` to a name.

    The target of the envelope is `shared_word_id` of both. ``base`` is the version that its author
    had seen, 0 for what nobody had added.
    """

    kind: ClassVar[str] = "share_word"
    word: str
    use: str = ""
    form: str = ""
    base: int = 0


@dataclass(frozen=True, slots=True)
class WithdrawWord:
    """Take a word or a form away from a branch; ``base`` as in `ShareWord`."""

    kind: ClassVar[str] = "withdraw_word"
    base: int = 0


AppealMutation = Union[  # noqa: UP007 - a name that isinstance() and get_args() both understand
    Claim,
    Assign,
    Release,
    SendReply,
    AddNote,
    Approve,
    ReturnReply,
    TagOutage,
    UntagOutage,
    SetTopic,
    SetPlace,
    Postpone,
    Resume,
    Close,
    Reopen,
    RequestTransfer,
    DecideTransfer,
    MarkDuplicate,
    UnmarkDuplicate,
    LinkAppeals,
    UnlinkAppeals,
    SettleMention,
    EnterDanger,
    LeaveDanger,
    MarkDispatched,
    SettlePromise,
    OfferHandover,
    AcceptHandover,
    DeclineHandover,
    WithdrawHandover,
    ReturnHandover,
    CreateAppeal,
]
OutageMutation = Union[OpenOutage, MoveEtr, SetOutageStatus]  # noqa: UP007
QueueMutation = Union[ShareQueue, WithdrawQueue]  # noqa: UP007
WordMutation = Union[ShareWord, WithdrawWord]  # noqa: UP007
Mutation = Union[AppealMutation, OutageMutation, QueueMutation, WordMutation]  # noqa: UP007

APPEAL_MUTATIONS: tuple[type[AppealMutation], ...] = AppealMutation.__args__  # type: ignore[attr-defined]
OUTAGE_MUTATIONS: tuple[type[OutageMutation], ...] = OutageMutation.__args__  # type: ignore[attr-defined]
QUEUE_MUTATIONS: tuple[type[QueueMutation], ...] = QueueMutation.__args__  # type: ignore[attr-defined]
WORD_MUTATIONS: tuple[type[WordMutation], ...] = WordMutation.__args__  # type: ignore[attr-defined]
BY_KIND: Mapping[str, type[Mutation]] = {
    cls.kind: cls
    for cls in (*APPEAL_MUTATIONS, *OUTAGE_MUTATIONS, *QUEUE_MUTATIONS, *WORD_MUTATIONS)
}
"""Every mutation by the name that crosses the network."""

PUBLISHING: tuple[type[Mutation], ...] = (SendReply, Approve)
"""Mutations whose words reach a resident: they never leave against an unseen state."""


def attachments_of(mutation: Mutation) -> tuple[Attachment, ...]:
    """The files that go with a mutation's words."""
    return mutation.attachments if isinstance(mutation, SendReply | AddNote) else ()


@dataclass(frozen=True, slots=True)
class Envelope:
    """A mutation on its way: immutable from the moment the person asked for it.

    ``id`` is the idempotency key (UUIDv7), ``target`` the appeal, outage, shared queue or word,
    ``at`` the server time (UTC) as the console estimated it when the person acted.
    """

    id: str
    target: Ref
    author: str
    at: datetime
    mutation: Mutation
    seen: Seen | None = None

    @property
    def is_publishing(self) -> bool:
        """Whether words of it reach a resident."""
        return isinstance(self.mutation, PUBLISHING)
