"""Taking in: each (source, number) once, whatever is sent again and whoever sends it."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from console.domain.appeal import Appeal, Author, Outcome, Place, Status
from console.domain.event import Event, EventKind
from console.domain.message import MessageKind
from console.domain.operator import Role
from console.domain.pause import Pause
from console.server import feed, repo
from console.server.database import Database
from console.server.intake.arrival import Reason, arrival
from console.server.intake.enrich import Enriched
from console.server.intake.seed import seed
from console.server.intake.take_in import CHUNK, Fate, Intake
from console.wire import codec, problems
from console.wire.problems import Problem
from console.wire.schema import IncomingAppeal, IntakeBatch, IntakeReport, Rows
from tests.support.builders import NOON, an_appeal, an_operator
from tests.support.clock import StandingClock
from tests.support.files import a_picture, an_attachment
from tests.support.server import LiveServer, employ, signed_in

TAKEN, KNOWN = Fate.TAKEN, Fate.KNOWN


class FromBranch:
    """Takes the branch that is said, else Krasnoyarsk; an unknown one for «нигде»."""

    def enrich(self, incoming: IncomingAppeal, text: str) -> Enriched:
        if incoming.region == "нигде":
            return Enriched("")
        return Enriched(incoming.branch or "krasnoyarsk", topic="outage", tags=incoming.tags)


@pytest.fixture
def intake(database: Database, clock: StandingClock) -> Intake:
    """The intake of a new database."""
    return Intake(database, clock, FromBranch())


def incoming(number: str = "1", **changes: Any) -> IncomingAppeal:
    """An appeal from outside."""
    plain = IncomingAppeal("im", number, "Нет света на Новой", author=Author("Иван", "vk.com/id1"))
    return replace(plain, **changes)


def rows(database: Database, *branches: str) -> Rows:
    """Everything in the feeds of these branches."""
    of = branches or ("krasnoyarsk",)
    found = database.read(lambda c: feed.stretch(c, {}, branches=of, limit=10_000))
    return codec.decode(codec.encode(found.rows), Rows)


def test_an_appeal_comes_with_its_first_message_and_its_history(
    intake: Intake, database: Database
) -> None:
    created = NOON - timedelta(hours=1)
    one = incoming(
        text="<p>Нет&nbsp;света на [club1|Новой]</p>",
        created_at=created,
        thread="wall-1_2",
        url="https://vk.com/wall-1_2",
        channel="vk",
        tags=("важно",),
    )
    assert intake.take_in([one]).fates == (TAKEN,)
    found = rows(database)
    (appeal,), (message,), (event,) = found.appeals, found.messages, found.events
    assert (appeal.source, appeal.number, appeal.channel) == ("im", "1", "vk")
    assert appeal.text == message.text == "Нет света на Новой"
    assert appeal.original == message.original == one.text
    assert appeal.created_at == message.at == created
    assert appeal.received_at == NOON
    assert (appeal.status, appeal.topic, appeal.tags) == (Status.NEW, "outage", ("важно",))
    assert appeal.last_resident_message == message.id
    assert (message.kind, message.author_name, message.external) == (
        MessageKind.RESIDENT,
        "Иван",
        "1",
    )
    assert (event.kind, event.at, event.actor) == (EventKind.TAKEN_IN, NOON, None)


def test_a_text_that_is_plain_has_no_original(intake: Intake, database: Database) -> None:
    intake.take_in([incoming()])
    assert rows(database).appeals[0].original is None


def test_without_a_date_it_was_written_when_it_came(intake: Intake, database: Database) -> None:
    intake.take_in([incoming()])
    assert rows(database).appeals[0].created_at == NOON


def test_what_is_sent_again_is_known(intake: Intake, database: Database) -> None:
    batch = [incoming("1"), incoming("2")]
    assert intake.take_in(batch).fates == (TAKEN, TAKEN)
    before = rows(database)
    again = intake.take_in([*batch, incoming("3")])
    assert again.fates == (KNOWN, KNOWN, TAKEN)
    assert rows(database).appeals[:2] == before.appeals


def test_a_number_is_its_sources_own(intake: Intake) -> None:
    assert intake.take_in([incoming(), incoming(source="pos")]).fates == (TAKEN, TAKEN)


def test_a_twin_with_another_text_is_not_lost_silently(intake: Intake, database: Database) -> None:
    first, twin = incoming(), incoming(text="Спасибо, свет дали!")
    same = incoming(text="<b>Нет света</b> на Новой")
    fates = intake.take_in([first, twin, same]).fates
    assert fates == (TAKEN, Reason("other_text", {"value": "1"}), KNOWN)
    assert intake.take_in([twin]).fates == (Reason("other_text", {"value": "1"}),)
    assert len(rows(database).appeals) == 1


def test_it_is_known_even_if_the_rules_would_place_it_elsewhere_now(
    intake: Intake, database: Database
) -> None:
    intake.take_in([incoming(branch="omsk")])
    assert intake.take_in([incoming(branch="tyva")]).fates == (KNOWN,)
    assert len(rows(database, "omsk", "tyva").appeals) == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"number": " "}, "no_number"),
        ({"number": "x" * 300}, "number"),
        ({"number": "1\0"}, "number"),
        ({"text": " \n"}, "no_text"),
        ({"source": ""}, "source"),
        ({"source": "Инцидент"}, "source"),
        ({"created_at": NOON.replace(year=1999)}, "date"),
        ({"created_at": NOON + timedelta(days=2)}, "date"),
        ({"closed_at": NOON.replace(tzinfo=None)}, "date"),
        ({"text": "я" * 200_001}, "too_long"),
        ({"reply_text": "я" * 200_001}, "too_long"),
        ({"author": Author("я" * 1_001)}, "too_long"),
        ({"reply_to": "1" * 1_001}, "too_long"),
        ({"tags": ("я" * 1_001,)}, "too_long"),
        ({"tags": ("x",) * 101}, "too_many"),
        ({"place": Place(street="я" * 201)}, "too_long"),
        ({"place": Place(lat=200.0)}, "out_of_range"),
        ({"region": "нигде"}, "branch"),
    ],
)
def test_what_cannot_be_taken_has_a_reason_and_stops_nobody_else(
    intake: Intake, changes: dict[str, Any], code: str
) -> None:
    fates = intake.take_in([incoming("8"), incoming(**changes), incoming("9")]).fates
    assert fates[0] == fates[2] == TAKEN
    assert isinstance(fates[1], Reason)
    assert fates[1].code == code


def test_what_cannot_be_seen_is_left_out_of_every_line(intake: Intake, database: Database) -> None:
    odd = incoming(
        text="Нет\0 света",
        author=Author("Иван\0\x1b", "vk\0"),
        place=Place(street="Новая\n"),
        thread="wall\0",
        reply_to="7\0",
        tags=("тег\0",),
    )
    assert intake.take_in([odd]).fates == (TAKEN,)
    (appeal,) = rows(database).appeals
    assert appeal.author == Author("Иван", "vk")
    assert (appeal.text, appeal.original) == ("Нет света", "Нет\0 света")
    assert (appeal.thread, appeal.tags) == ("wall", ("тег",))


def test_the_three_counts_sum_to_the_batch(intake: Intake) -> None:
    batch = [incoming("1"), incoming("1"), incoming("2", text=""), incoming("3")]
    report = intake.take_in(batch).report
    assert (report.taken, report.already_known, report.quarantined) == (2, 1, 1)
    assert report.reasons == ("3: no_text",)


def test_a_text_of_nothing_but_markup_is_an_appeal_still(
    intake: Intake, database: Database
) -> None:
    """A photo without words: the original says what came."""
    picture = '<p><img src="dark.jpg"></p>'
    assert intake.take_in([incoming(text=picture)]).fates == (TAKEN,)
    assert rows(database).appeals[0].original == picture


def test_a_batch_of_many_takes_one_number_a_chunk(intake: Intake, database: Database) -> None:
    taken = intake.take_in([incoming(str(i)) for i in range(CHUNK + 1)])
    assert taken.heads == {"krasnoyarsk": 2}
    assert len(rows(database).appeals) == CHUNK + 1


def test_two_that_send_the_same_at_once_take_it_once(intake: Intake, database: Database) -> None:
    start = threading.Barrier(3)
    taken: list[int] = []

    def send(first: int) -> None:
        batch = [incoming(str(i)) for i in range(first, first + 40)]
        start.wait(10)
        taken.append(intake.take_in(batch).report.taken)

    threads = [threading.Thread(target=send, args=(first,)) for first in (0, 10, 20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(taken) == 60
    assert sorted(int(a.number) for a in rows(database).appeals) == list(range(60))


# ── Threads ────────────────────────────────────────────────────────────────────────────────────


def _appeals(database: Database) -> dict[str, Appeal]:
    return {appeal.number: appeal for appeal in rows(database).appeals}


def test_an_authors_further_comment_goes_into_the_thread(
    intake: Intake, database: Database
) -> None:
    intake.take_in([incoming("1")])
    taken = intake.take_in([incoming("2", text="Ну что там?", reply_to="1")])
    assert taken.fates == (TAKEN,)
    found = rows(database)
    (appeal,) = found.appeals
    assert [m.text for m in found.messages if m.appeal == appeal.id][-1] == "Ну что там?"
    assert appeal.last_resident_message == found.messages[-1].id
    assert EventKind.RESIDENT_WROTE in {event.kind for event in found.events}
    assert intake.take_in([incoming("2", text="Ну что там?", reply_to="1")]).fates == (KNOWN,)


def test_a_thread_may_begin_and_go_on_in_one_batch(intake: Intake, database: Database) -> None:
    batch = [
        incoming("1"),
        incoming("2", text="ещё раз", reply_to="1"),
        incoming("3", text="и ещё", reply_to="2"),
    ]
    assert intake.take_in(batch).fates == (TAKEN, TAKEN, TAKEN)
    assert _appeals(database).keys() == {"1"}
    assert len(rows(database).messages) == 3


def test_anothers_comment_is_an_appeal_of_its_own(intake: Intake, database: Database) -> None:
    other = Author("Мария", "vk.com/id2")
    intake.take_in(
        [incoming("1", thread="t"), incoming("2", author=other, reply_to="1", thread="t")]
    )
    assert {a.thread for a in _appeals(database).values()} == {"t"}
    assert _appeals(database).keys() == {"1", "2"}


def test_a_word_to_a_merged_appeal_is_told_at_its_primary(
    intake: Intake, database: Database
) -> None:
    intake.take_in([incoming("1"), incoming("9", author=Author("Пётр", "vk.com/id9"))])
    one, two = sorted(rows(database).appeals, key=lambda a: a.number)
    merged = replace(one, version=2, status=Status.DUPLICATE, duplicate_of=two.id)
    answered = replace(two, version=2, status=Status.PUBLISHED, published_at=NOON)
    database.write(lambda c: repo.put_rows(c, Rows(appeals=(merged, answered))))
    intake.take_in([incoming("2", text="Опять темно", reply_to="1")])
    found = rows(database)
    after = {a.id: a for a in found.appeals}
    word = next(m for m in found.messages if m.text == "Опять темно")
    assert word.appeal == one.id and after[one.id].status is Status.DUPLICATE
    assert after[two.id].last_resident_message == word.id
    assert after[two.id].status is Status.NEW
    kinds = [e.kind for e in found.events if e.appeal == two.id]
    assert EventKind.RESIDENT_WROTE in kinds and EventKind.REOPENED in kinds


def test_a_comment_to_what_never_came_is_an_appeal_of_its_own(
    intake: Intake, database: Database
) -> None:
    intake.take_in([incoming("2", reply_to="1")])
    assert _appeals(database).keys() == {"2"}


def test_a_comment_opens_an_answered_appeal_again(intake: Intake, database: Database) -> None:
    past = {"reply_text": "Свет дали", "outcome": Outcome.SOLVED, "closed_at": NOON}
    intake.take_in([incoming("1", **past)])
    assert _appeals(database)["1"].status is Status.CLOSED
    intake.take_in([incoming("2", text="Опять нет", reply_to="1")])
    assert _appeals(database)["1"].status is Status.NEW
    assert _appeals(database)["1"].reopened_at == NOON


@pytest.mark.parametrize(
    "rule",
    [{}, {"awaits_resident": True}, {"postponed_outage": "o1", "postponed_outage_version": 1}],
)
def test_a_comment_wakes_a_postponed_appeal_whatever_it_waits_for(
    intake: Intake, database: Database, rule: dict[str, Any]
) -> None:
    intake.take_in([incoming("1")])
    asleep = replace(
        _appeals(database)["1"],
        status=Status.POSTPONED,
        interim_at=NOON,
        postponed_until=NOON + timedelta(days=3),
        pauses=(Pause(NOON, None, "ждём"),),
        **rule,
    )
    database.write(lambda c: repo.put_rows(c, Rows(appeals=(asleep,))))
    intake.take_in([incoming("2", text="Дали, спасибо", reply_to="1")])
    awake = _appeals(database)["1"]
    assert (awake.status, awake.woken_by) == (Status.INTERIM_PUBLISHED, "resident")
    assert awake.postponed_outage is None and not awake.awaits_resident
    assert [pause.end is None for pause in awake.pauses] == [False]


def test_a_comment_to_an_appeal_of_another_branch_goes_there(
    intake: Intake, database: Database
) -> None:
    intake.take_in([incoming("1", branch="omsk")])
    intake.take_in([incoming("2", text="ещё", reply_to="1")])
    found = rows(database, "omsk", "krasnoyarsk")
    assert {m.branch for m in found.messages} == {"omsk"}


# ── The past ───────────────────────────────────────────────────────────────────────────────────


def test_a_published_answer_comes_along(intake: Intake, database: Database) -> None:
    created, answered, closed = (NOON - timedelta(hours=h) for h in (9, 5, 1))
    one = incoming(
        created_at=created,
        reply_text="<p>Свет дали</p>",
        reply_at=answered,
        reply_author="Пресс-служба",
        outcome=Outcome.SOLVED,
        closed_at=closed,
    )
    intake.take_in([one])
    found = rows(database)
    appeal, reply = found.appeals[0], found.messages[1]
    assert (appeal.status, appeal.outcome) == (Status.CLOSED, Outcome.SOLVED)
    assert (appeal.published_at, appeal.closed_at) == (answered, closed)
    assert appeal.last_reply == reply.id
    assert (reply.kind, reply.text, reply.original) == (
        MessageKind.REPLY,
        "Свет дали",
        "<p>Свет дали</p>",
    )
    assert (reply.at, reply.author_name, reply.author) == (answered, "Пресс-служба", None)
    kinds = [event.kind for event in found.events]
    assert kinds == [EventKind.TAKEN_IN, EventKind.REPLIED, EventKind.CLOSED]


def test_an_answer_without_an_end_is_published(intake: Intake, database: Database) -> None:
    intake.take_in([incoming(reply_text="Бригада в пути")])
    assert rows(database).appeals[0].status is Status.PUBLISHED


def test_an_end_without_an_answer_is_closed(intake: Intake, database: Database) -> None:
    intake.take_in([incoming(outcome=Outcome.NO_REPLY_NEEDED)])
    appeal = rows(database).appeals[0]
    assert (appeal.status, appeal.outcome) == (Status.CLOSED, Outcome.NO_REPLY_NEEDED)
    assert appeal.last_reply is None


def test_a_date_of_ending_alone_ends_nothing(intake: Intake, database: Database) -> None:
    intake.take_in([incoming(closed_at=NOON)])
    assert rows(database).appeals[0].status is Status.NEW


# ── Over HTTP, and in bulk ─────────────────────────────────────────────────────────────────────


def _send(client: httpx.Client, *appeals: IncomingAppeal) -> httpx.Response:
    return client.post("/v1/intake", content=codec.encode(IntakeBatch(appeals)))


def test_intake_over_http_reports_and_is_in_the_feed(server: LiveServer) -> None:
    employ(server.database, an_operator(login="head", role=Role.HEAD, branches=("*",)))
    with signed_in(server.url, "head") as client:
        response = _send(client, incoming("1", region="Омская область"), incoming("2", text=""))
        report = codec.decode(response.content, IntakeReport)
        assert (report.taken, report.quarantined) == (1, 1)
        again = codec.decode(
            _send(client, incoming("1", region="Омская область")).content, IntakeReport
        )
        assert (again.taken, again.already_known) == (0, 1)
    assert rows(server.database, "omsk").appeals[0].topic == "outage.emergency"


def test_intake_needs_its_right_and_keeps_to_the_scope(server: LiveServer) -> None:
    employ(server.database, an_operator(login="olga"))
    employ(server.database, an_operator(login="head", role=Role.HEAD, branches=("omsk",)))
    with signed_in(server.url, "olga") as client:
        response = _send(client, incoming())
        assert response.status_code == 403
        assert codec.decode(response.content, Problem).type == problems.NOT_ALLOWED
    with signed_in(server.url, "head") as client:
        report = codec.decode(_send(client, incoming(branch="tyva")).content, IntakeReport)
        assert report.reasons == ("1: not_your_branch (value tyva)",)


def test_seeded_appeals_are_known_to_intake(intake: Intake, database: Database) -> None:
    seeded = an_appeal(source="im", number="1", text="Нет света на Новой")
    seed(database, Rows(appeals=(seeded,)))
    assert intake.take_in([incoming("1"), incoming("2")]).fates == (KNOWN, TAKEN)


def test_seeding_again_replaces(database: Database) -> None:
    appeal = an_appeal()
    event = Event(appeal.branch, "e1", appeal.id, NOON, EventKind.TAKEN_IN)
    seed(database, Rows(appeals=(appeal,), events=(event,)))
    seed(database, Rows(appeals=(replace(appeal, version=2),), operators=(an_operator(),)))
    assert database.read(lambda c: repo.find(c, Appeal, appeal.ref)) == replace(appeal, version=2)


def test_the_place_that_was_said_stays(server: LiveServer) -> None:
    employ(server.database, an_operator(login="head", role=Role.HEAD, branches=("*",)))
    place = Place(settlement="Солонцы", street="Новая", house="5")
    with signed_in(server.url, "head") as client:
        _send(client, incoming("1", branch="krasnoyarsk", place=place))
    found = rows(server.database).appeals[0].place
    assert (found.settlement, found.street, found.house) == ("Солонцы", "Новая", "5")
    assert found.lat is not None


def test_a_resident_s_photos_come_with_their_words_once_they_have_been_sent(
    server: LiveServer,
) -> None:
    head = an_operator(login="head", role=Role.HEAD)
    employ(server.database, head)
    content = a_picture(500)
    photo = an_attachment(content)
    one = incoming(branch="krasnoyarsk", attachments=(photo,))
    batch = codec.encode(IntakeBatch((one,)))
    address = f"/v1/attachments/krasnoyarsk/{photo.id}"
    with signed_in(server.url, "head") as client:
        missing = client.post("/v1/intake", content=batch)
        assert codec.decode(missing.content, Problem).type == problems.ATTACHMENT_MISSING
        assert rows(server.database).appeals == (), "nothing is taken in without its photo"
        client.put(address, content=codec.encode(photo))
        client.patch(address, params={"offset": "0"}, content=content)
        for counts in ((1, 0), (0, 1)):
            report = codec.decode(client.post("/v1/intake", content=batch).content, IntakeReport)
            assert (report.taken, report.already_known) == counts
        (message,) = rows(server.database).messages
        assert message.attachments == (photo,)
        assert client.get(f"{address}/content").content == content


def test_more_photos_than_a_message_may_have_are_refused() -> None:
    many = tuple(an_attachment(a_picture()) for _ in range(21))
    found = arrival(incoming(attachments=many), now=NOON)
    assert found == Reason("too_many", {"field": "attachments", "limit": "20"})
