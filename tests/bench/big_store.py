"""A store of many appeals, made through the real schema and projection, and kept between runs.

The file is named after what it is made by, so that a change of what fills it makes another one; a
newer schema is a step from an older file. It lies in the system's folder for temporary files, or
in the folder that OTKLIK_BENCH_DIR names; one of 1,000,000 appeals takes some minutes to make, and
5 GB there.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import tempfile
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from console.app import BookClocks
from console.changes import ChangeFeed
from console.domain.appeal import Appeal, Author, OutageTag, Place, Status
from console.domain.event import Event, EventKind
from console.domain.ids import uuid7
from console.domain.message import Message, MessageKind
from console.domain.operator import Operator, Role
from console.domain.outage import Outage, OutageArea, OutageKind, OutageStatus
from console.faultpoints import never
from console.fulltext import documents
from console.ports import Precedence
from console.rulebook.book import Rulebook
from console.store import queue_rows
from console.store.driver import connect_writer
from console.store.migrate import migrate
from console.store.schema import VERSION
from console.store.writer import Writer
from console.wire.codec import encode
from console.wire.schema import Rows

NOW = datetime(2026, 11, 18, 5, 0, tzinfo=UTC)
KEY = bytes(range(32))
COUNT = 100_000
OPEN_SHARE = 0.3
BRANCHES = tuple(Rulebook.load().zones)
WORDS = """
свет отключили отключение вода дом улица провод искрит напряжение низкое дети холодно утром
вечером когда дадут сколько можно терпеть третий день опять посёлок фонари столб счётчик
холодильник бригада спасибо приехали быстро трансформатор гудит авария ремонт плановое школа
больница мороз отопление котёл телефон оператор диспетчер ответьте пожалуйста срочно помогите
""".split()  # noqa: SIM905 - fifty words, not fifty lines
RARE = "кабельщик"
"""A word that one appeal in a thousand has."""
LONG = 777
"""The appeal (by its place among `appeals`) whose thread has `LONG_THREAD` messages."""
LONG_THREAD = 1_000

ME = Operator("op-1", "olga", "Ольга Смирнова", Role.OPERATOR, ("*",))
OPEN = (Status.NEW, Status.ASSIGNED, Status.IN_WORK, Status.INTERIM_PUBLISHED, Status.ON_APPROVAL)
ENDED = (Status.PUBLISHED, Status.CLOSED)
CHANNELS = ("vk", "ok", "telegram", "phone", "email")
TOPICS = ("outage.emergency", "outage.planned", "quality.low", "danger.wire")

_PIECE = 2_000
_KEPT = 2
"""Stores of one size that are kept: those of the present, and of other checkouts of the program."""
_POST_SHARE = 0.15
"""The part of appeals that stand under a post of ours, two hundred under each."""
_OUTAGES = 300
_SAMPLE = 800
"""Appeals that tell one store from another: the long one is among them."""
_SERVER = "http://127.0.0.1:9"


def appeals(count: int, *, open_share: float = OPEN_SHARE, seed: int = 1) -> Iterator[Appeal]:
    """Appeals of the last 90 days, spread over the branches; the newest come last."""
    rng = random.Random(seed)
    step = timedelta(days=90) / count
    posts = 1 + round(count * _POST_SHARE / 200)
    for number in range(count):
        at = NOW - timedelta(days=90) + step * number
        is_open = rng.random() < open_share or number == LONG
        owner = f"op-{rng.randrange(40)}" if rng.random() < 0.6 else None
        status = rng.choice(OPEN) if is_open else rng.choice(ENDED)
        said = " ".join(rng.choices(WORDS, k=rng.randrange(8, 50)))
        yield Appeal(
            branch=BRANCHES[number % len(BRANCHES)],
            id=uuid7(at, rng.randbytes(10)),
            source="im",
            number=str(1_000_000 + number),
            channel=rng.choice(CHANNELS),
            author=Author(
                f"Житель {rng.randrange(50_000)}", phone=f"+7913{rng.randrange(10**7):07}"
            ),
            text=f"{said} {RARE}" if rng.random() < 0.001 else said,
            created_at=at,
            received_at=at + timedelta(minutes=1),
            status=Status.NEW if status is Status.ASSIGNED and owner is None else status,
            topic=rng.choice(TOPICS),
            danger=rng.random() < 0.03,
            place=Place(f"Посёлок {rng.randrange(900)}", street=f"Улица {rng.randrange(200)}"),
            owner=owner,
            published_at=None if is_open else at + timedelta(hours=3),
            thread=f"wall-{rng.randrange(posts)}" if rng.random() < _POST_SHARE else "",
            outages=(_tag(number, at, rng),) if rng.random() < 0.2 else (),
        )


def _tag(number: int, at: datetime, rng: random.Random) -> OutageTag:
    """An outage of the branch that the appeal with this place is of."""
    of_branch = range(number % len(BRANCHES), _OUTAGES, len(BRANCHES))
    return OutageTag(f"out-{rng.choice(of_branch)}", at, "op-1")


def messages_of(appeal: Appeal) -> tuple[Message, ...]:
    """The thread: one message, of one appeal in eight a longer exchange, of one a very long one."""
    said = 6 if int(appeal.number) % 8 == 0 else 1
    if int(appeal.number) - 1_000_000 == LONG:
        said = LONG_THREAD
    kinds = (MessageKind.RESIDENT, MessageKind.NOTE)
    return tuple(
        Message(
            branch=appeal.branch,
            id=f"{appeal.id}-{number}",
            appeal=appeal.id,
            kind=kinds[number % 2],
            at=appeal.created_at + timedelta(minutes=7 * number),
            text=appeal.text if number == 0 else f"{appeal.text[:80]} {number}",
            author_name=appeal.author.name,
            author=None if number % 2 == 0 else "op-2",
        )
        for number in range(said)
    )


def events_of(appeal: Appeal) -> tuple[Event, ...]:
    """The history: how it came, and who took it."""
    kinds = ((EventKind.TAKEN_IN, None), (EventKind.CLAIMED, appeal.owner))
    return tuple(
        Event(
            branch=appeal.branch,
            id=f"{appeal.id}-e{number}",
            appeal=appeal.id,
            at=appeal.received_at + timedelta(minutes=number),
            kind=kind,
            actor=actor,
        )
        for number, (kind, actor) in enumerate(kinds)
        if number == 0 or actor is not None
    )


def operators() -> tuple[Operator, ...]:
    """Forty colleagues; the one who looks is among them."""
    others = (
        Operator(f"op-{n}", f"login{n}", f"Коллега {n}", Role.OPERATOR, ("*",))
        for n in range(40)
        if f"op-{n}" != ME.id
    )
    return (ME, *others)


def outages() -> tuple[Outage, ...]:
    """Three hundred outages, a third of them over."""
    return tuple(
        Outage(
            branch=BRANCHES[number % len(BRANCHES)],
            id=f"out-{number}",
            kind=OutageKind.EMERGENCY,
            status=OutageStatus.ACTIVE if number % 3 else OutageStatus.RESTORED,
            started_at=NOW - timedelta(hours=number),
            areas=(OutageArea(f"Посёлок {number}"),),
            etr=NOW + timedelta(hours=2),
        )
        for number in range(_OUTAGES)
    )


def rows_of(piece: list[Appeal]) -> Rows:
    """Appeals with everything that hangs on them, as a page of the change feed has it."""
    return Rows(
        appeals=tuple(piece),
        messages=tuple(message for one in piece for message in messages_of(one)),
        events=tuple(event for one in piece for event in events_of(one)),
    )


def fill(writer: Writer, count: int, *, open_share: float, size: int) -> list[float]:
    """Take everything in as sync would, in pieces; milliseconds of each piece."""
    writer.submit(lambda tx: tx.account.begin(ME, ("*",), _SERVER)).result()
    registry = Rows(outages=outages(), operators=operators())
    writer.submit(lambda tx: tx.mirror.put(registry)).result()
    took = []
    piece: list[Appeal] = []

    def send() -> None:
        rows = rows_of(piece)
        start = time.perf_counter()
        writer.submit(lambda tx: tx.mirror.put(rows), precedence=Precedence.SYNC).result()
        took.append((time.perf_counter() - start) * 1000)
        piece.clear()

    for appeal in appeals(count, open_share=open_share):
        piece.append(appeal)
        if len(piece) == size:
            send()
    if piece:
        send()
    return took


@contextmanager
def writing(path: Path) -> Generator[Writer]:
    """The writer of a store that is made where it is not there."""
    connection = connect_writer(path, KEY)
    migrate(connection)
    connection.close()
    writer = Writer(
        path, KEY, clocks=BookClocks(Rulebook.load()), changes=ChangeFeed(), fault_point=never
    )
    writer.start()
    try:
        yield writer
    finally:
        writer.close()


@contextmanager
def unindexed(path: Path) -> Generator[None]:
    """The queue without its indexes meanwhile: to sort a million rows once is far cheaper.

    Else most of each piece goes into leaves that are strewn over the whole of every index.
    """
    connection = connect_writer(path, KEY)
    migrate(connection)
    indexes = connection.execute(
        "SELECT name, sql FROM sqlite_schema"
        " WHERE type = 'index' AND tbl_name = 'queue_row' AND sql IS NOT NULL ORDER BY rowid"
    ).fetchall()
    for name, _ in indexes:
        connection.execute(f"DROP INDEX {name}")
    connection.close()
    yield
    connection = connect_writer(path, KEY)
    for _, sql in indexes:
        connection.execute(sql)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def big_store(count: int = COUNT, *, say: Callable[[str], None] = lambda _: None) -> Path:
    """The kept store of ``count`` appeals, made now if there is none; not to be written to."""
    folder = cache()
    made_by = f"{count}-{_fingerprint()}"
    wanted = folder / f"{made_by}-v{VERSION}.db"
    with _alone(folder / f"{count}.lock"):
        if not wanted.exists():
            making = Path(tempfile.mkdtemp(dir=folder))
            try:
                path = making / "store.db"
                versions = (folder / f"{made_by}-v{n}.db" for n in reversed(range(VERSION)))
                if older := next((one for one in versions if one.exists()), None):
                    shutil.copyfile(older, path)
                else:
                    say(f"making a store of {count} appeals, kept for the next run: {wanted}")
                    with unindexed(path), writing(path) as writer:
                        fill(writer, count, open_share=OPEN_SHARE, size=_PIECE)
                with closing(connect_writer(path, KEY)) as connection:
                    migrate(connection)
                    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                path.replace(wanted)
            finally:
                shutil.rmtree(making)
        wanted.touch()
        others = (one for one in folder.glob(f"{count}-*.db") if one != wanted)
        for unused in sorted(others, key=lambda one: one.stat().st_mtime)[: -_KEPT + 1]:
            unused.unlink(missing_ok=True)
    return wanted


def cache() -> Path:
    """The folder where stores are kept; only its owner may look."""
    named = os.environ.get("OTKLIK_BENCH_DIR")
    folder = Path(named) if named else Path(tempfile.gettempdir()) / f"otklik-bench-{_user()}"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _user() -> str:
    return str(os.getuid()) if hasattr(os, "getuid") else os.environ.get("USERNAME", "user")


def _fingerprint() -> str:
    """Changes with what fills a store; another version of the schema is a step from this one.

    It is taken of what the program makes of some appeals, and not of its text.
    """
    clocks, known, made = BookClocks(Rulebook.load()), {one.id: one for one in outages()}, []
    for appeal in islice(appeals(_SAMPLE), _SAMPLE):
        messages, its = (
            messages_of(appeal),
            {tag.outage: known[tag.outage] for tag in appeal.outages},
        )
        words = documents.document(appeal, messages)
        row = queue_rows.queue_row(
            appeal,
            clocks.due(appeal, its),
            row=1,
            outage=None,
            words_digest=documents.digest(words),
        )
        made.append((encode(appeal), encode(messages), encode(events_of(appeal)), row))
    return hashlib.sha256(repr(made).encode()).hexdigest()[:16]


@contextmanager
def _alone(path: Path) -> Generator[None]:
    """One process at a time, where the system can say so; else both make the same file."""
    with path.open("a") as held:
        try:
            import fcntl
        except ImportError:
            yield
            return
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
