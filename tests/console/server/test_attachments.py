"""Attachments at the server: sent in pieces, resumed, read by those who may, and forgotten."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from console.domain.appeal import Appeal
from console.domain.attachment import Attachment, AttachmentNorms, Limits
from console.domain.mutations import AddNote, Mutation, Seen
from console.domain.operator import Operator
from console.rulebook.snooze import load_snooze
from console.server import attachments, repo, tables
from console.server.app import create_app
from console.server.database import Database
from console.server.intake.enrich import RuleEnricher
from console.wire import codec, problems
from console.wire.problems import Problem
from console.wire.schema import Answer, AnswerOutcome, Rows, UploadState
from tests.support.builders import a_reply, an_appeal, an_envelope, an_operator
from tests.support.clock import StandingClock
from tests.support.files import NORMS, a_picture, an_attachment
from tests.support.server import (
    BRANCHES,
    LiveServer,
    employ,
    quick_passwords,
    serving,
    signed_in,
)

PIECE = 400
OLGA = an_operator(id="olga", login="olga")
COLLEAGUE = an_operator(id="ivan", login="ivan")
FOREIGNER = an_operator(id="far", login="far", branches=("omsk",))
APPEAL = an_appeal(id="appeal-1", number="1")


@dataclass(frozen=True, slots=True)
class Uploader:
    """Somebody's way to the attachments of a branch."""

    client: httpx.Client
    operator: Operator
    branch: str = APPEAL.branch

    def address(self, ident: str) -> str:
        return f"/v1/attachments/{self.branch}/{ident}"

    def declare(self, attachment: Attachment) -> httpx.Response:
        return self.client.put(self.address(attachment.id), content=codec.encode(attachment))

    def piece(self, attachment: Attachment, offset: int, piece: bytes) -> httpx.Response:
        query = {"offset": str(offset)}
        return self.client.patch(self.address(attachment.id), params=query, content=piece)

    def send(self, attachment: Attachment, content: bytes) -> UploadState:
        """All of it, from where the server stands."""
        at = state(self.declare(attachment))
        while not at.complete:
            piece = content[at.offset : at.offset + PIECE]
            at = state(self.piece(attachment, at.offset, piece))
        return at

    def read(self, attachment: Attachment, range_: str = "") -> httpx.Response:
        headers = {"Range": range_} if range_ else {}
        return self.client.get(f"{self.address(attachment.id)}/content", headers=headers)

    def say(self, mutation: Mutation, **changes: Any) -> httpx.Response:
        envelope = an_envelope(mutation, APPEAL, self.operator, **changes)
        return self.client.post("/v1/mutations", content=codec.encode(codec.to_wire(envelope)))


def state(response: httpx.Response) -> UploadState:
    assert response.status_code == 200, response.text
    return codec.decode(response.content, UploadState)


def problem(response: httpx.Response) -> Problem:
    assert response.headers["content-type"].startswith(problems.MEDIA_TYPE), response.text
    return codec.decode(response.content, Problem)


def answer(response: httpx.Response) -> Answer:
    assert response.status_code == 200, response.text
    return codec.decode(response.content, Answer)


@pytest.fixture
def olga(server: LiveServer) -> Generator[Uploader]:
    """An operator of the appeal's branch; her colleague and a stranger are employed, too."""
    employ(server.database, OLGA, COLLEAGUE, FOREIGNER)
    server.database.write(lambda c: repo.put_rows(c, Rows(appeals=(APPEAL,))))
    with signed_in(server.url, OLGA.login) as client:
        yield Uploader(client, OLGA)


@pytest.fixture
def others(server: LiveServer) -> Generator[Callable[[Operator], Uploader]]:
    """Signs anybody in who is employed."""
    with ExitStack() as stack:

        def enter(operator: Operator) -> Uploader:
            return Uploader(stack.enter_context(signed_in(server.url, operator.login)), operator)

        yield enter


Others = Callable[[Operator], Uploader]


def pieces_in(database: Database) -> int:
    query = select(func.count()).select_from(tables.attachment_pieces)
    return int(database.read(lambda c: c.execute(query).scalar_one()))


def test_a_file_comes_in_pieces_and_is_read_back_by_ranges(olga: Uploader) -> None:
    content = a_picture(1000)
    photo = an_attachment(content)
    assert state(olga.declare(photo)) == UploadState(0, 1000, complete=False)
    assert state(olga.piece(photo, 0, content[:400])).offset == 400
    assert state(olga.client.get(olga.address(photo.id))).offset == 400
    assert olga.read(photo).status_code == 404, "half a file cannot be read"
    assert olga.send(photo, content) == UploadState(1000, 1000, complete=True)
    whole = olga.read(photo)
    assert (whole.status_code, whole.content) == (200, content)
    assert whole.headers["content-type"] == "image/jpeg"
    assert whole.headers["x-content-type-options"] == "nosniff"
    for asked, begins, ends in (
        ("bytes=0-0", 0, 1),
        ("bytes=390-410", 390, 411),
        ("bytes=999-", 999, 1000),
        ("bytes=-10", 990, 1000),
        ("bytes=700-5000", 700, 1000),
    ):
        part = olga.read(photo, asked)
        assert (part.status_code, part.content) == (206, content[begins:ends])
        assert part.headers["content-range"] == f"bytes {begins}-{ends - 1}/1000"
    beyond = olga.read(photo, "bytes=1000-")
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, "bytes */1000")
    for odd in ("bytes=5-2", "lines=1-2", "bytes=1-2,4-5", "bytes=-"):
        assert olga.read(photo, odd).status_code == 200


def test_an_interrupted_upload_hears_where_to_go_on(olga: Uploader) -> None:
    content = a_picture(1000)
    photo = an_attachment(content)
    olga.declare(photo)
    olga.piece(photo, 0, content[:400])
    assert state(olga.declare(photo)).offset == 400
    again = olga.piece(photo, 0, content[:400])
    assert (again.status_code, problem(again).type) == (409, problems.WRONG_OFFSET)
    assert problem(again).params == {"offset": "400"}
    assert olga.piece(photo, 800, content[800:]).status_code == 409
    assert olga.piece(photo, -1, b"x").status_code == 409
    assert olga.send(photo, content).complete
    assert state(olga.declare(photo)).complete
    assert problem(olga.piece(photo, 0, b"x")).params == {"offset": "1000"}
    assert problem(olga.piece(photo, 1000, b"x")).type == problems.TOO_LARGE


def test_what_is_past_the_size_is_not_taken(olga: Uploader, server: LiveServer) -> None:
    content = a_picture(1000)
    photo = an_attachment(content)
    olga.declare(photo)
    assert olga.piece(photo, 0, content + b"x").status_code == 413
    huge = replace(photo, id="huge", size=attachments.MAX_PIECE + 2)
    olga.declare(huge)
    assert olga.piece(huge, 0, bytes(attachments.MAX_PIECE + 1)).status_code == 413
    assert pieces_in(server.database) == 0


def test_a_file_that_was_damaged_on_the_way_begins_anew(olga: Uploader, server: LiveServer) -> None:
    content = a_picture(1000)
    photo = an_attachment(content)
    olga.declare(photo)
    olga.piece(photo, 0, content[:400])
    spoilt = olga.piece(photo, 400, bytes(600))
    assert (spoilt.status_code, problem(spoilt).type) == (422, problems.HASH_MISMATCH)
    assert pieces_in(server.database) == 0
    assert state(olga.declare(photo)) == UploadState(0, 1000, complete=False)
    olga.send(photo, content)
    assert olga.read(photo).content == content


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": "virus.exe", "media": "image/jpeg"}, "attachment_kind"),
        ({"media": "text/html"}, "attachment_kind"),
        ({"size": 0}, "attachment_empty"),
        ({"size": NORMS.size + 1}, "attachment_too_large"),
        ({"name": "../../etc/passwd.jpg"}, "odd_characters"),
        ({"digest": "0" * 63}, "out_of_range"),
        ({"name": "x" * 201 + ".jpg"}, "too_long"),
    ],
)
def test_what_the_norms_do_not_allow_is_not_taken(
    olga: Uploader, changes: dict[str, Any], code: str
) -> None:
    refused = olga.declare(replace(an_attachment(a_picture()), **changes))
    assert (refused.status_code, problem(refused).params["code"]) == (422, code)


def test_a_program_that_calls_itself_a_picture_is_found_by_its_content(olga: Uploader) -> None:
    content = b"MZ\x90\0" + a_picture(996)
    disguised = an_attachment(content)
    olga.declare(disguised)
    refused = olga.piece(disguised, 0, content[:400])
    assert problem(refused).params["code"] == "attachment_disguised"
    bit_by_bit = olga.piece(disguised, 0, content[:1])
    assert problem(bit_by_bit).params["code"] == "attachment_disguised"


def test_an_id_means_one_file_of_one_person(
    olga: Uploader, server: LiveServer, others: Others
) -> None:
    photo = an_attachment(a_picture())
    olga.declare(photo)
    other = olga.declare(replace(photo, name="другая.jpg"))
    assert (other.status_code, problem(other).type) == (409, problems.ANOTHER_ATTACHMENT)
    ivan = others(COLLEAGUE)
    for response in (ivan.declare(photo), ivan.piece(photo, 0, a_picture())):
        assert response.status_code == 403
    assert ivan.client.get(ivan.address(photo.id)).status_code == 404
    moved = olga.client.put(olga.address("elsewhere"), content=codec.encode(photo))
    assert moved.status_code == 400


def test_a_reply_carries_its_files_and_colleagues_can_read_them(
    olga: Uploader, server: LiveServer, others: Others
) -> None:
    content = a_picture(900)
    photo = an_attachment(content)
    olga.send(photo, content)
    ivan, far = others(COLLEAGUE), others(FOREIGNER)
    assert ivan.read(photo).status_code == 404, "an upload is its author's alone"
    given = answer(olga.say(a_reply(attachments=(photo,))))
    assert given.outcome is AnswerOutcome.APPLIED
    assert given.rows.messages[0].attachments == (photo,)
    assert ivan.read(photo).content == content
    assert state(ivan.client.get(ivan.address(photo.id))).complete
    for response in (
        far.read(photo),
        far.declare(photo),
        far.piece(photo, 0, content),
        far.client.get(far.address(photo.id)),
        far.client.delete(far.address(photo.id)),
    ):
        assert response.status_code == 403
    assert Uploader(far.client, FOREIGNER, "omsk").read(photo).status_code == 404
    assert httpx.get(f"{server.url}{olga.address(photo.id)}/content").status_code == 401


def test_a_reply_whose_file_has_not_come_is_not_decided(
    olga: Uploader, server: LiveServer, others: Others
) -> None:
    content = a_picture(900)
    photo, reply = an_attachment(content), "reply-1"
    said = a_reply(attachments=(photo,))
    olga.declare(photo)
    olga.piece(photo, 0, content[:400])
    ivan = others(COLLEAGUE)
    for sender in (olga, ivan):
        missing = sender.say(said, id=reply)
        assert missing.status_code == 409
        assert problem(missing).type == problems.ATTACHMENT_MISSING
        assert problem(missing).params == {"attachment": photo.id}
    olga.send(photo, content)
    assert olga.say(replace(said, attachments=(replace(photo, name="b.jpg"),))).status_code == 409
    first = answer(olga.say(said, id=reply))
    assert first.outcome is AnswerOutcome.APPLIED, "the same envelope goes once the file is there"
    assert answer(olga.say(said, id=reply)) == first


def test_a_file_goes_with_another_message_of_its_author_and_of_nobody_else(
    olga: Uploader, server: LiveServer, others: Others
) -> None:
    content = a_picture(900)
    photo = an_attachment(content)
    olga.send(photo, content)
    olga.say(AddNote("сначала в заметке", attachments=(photo,)))
    stolen = others(COLLEAGUE).say(AddNote("чужое", attachments=(photo,)))
    assert problem(stolen).type == problems.ATTACHMENT_MISSING
    appeal = server.database.read(lambda c: repo.find(c, Appeal, APPEAL.ref))
    assert appeal is not None
    again = answer(olga.say(a_reply(attachments=(photo,)), seen=Seen.of(appeal)))
    assert again.outcome is AnswerOutcome.APPLIED
    assert again.rows.messages[0].attachments == (photo,)


def test_a_note_carries_files_whatever_the_channel_takes(
    olga: Uploader, server: LiveServer
) -> None:
    by_phone = replace(APPEAL, channel="phone", version=2)
    server.database.write(lambda c: repo.put_rows(c, Rows(appeals=(by_phone,))))
    content = a_picture()
    photo = an_attachment(content)
    olga.send(photo, content)
    refused = answer(olga.say(a_reply(attachments=(photo,))))
    assert [reason.code for reason in refused.reasons] == ["attachments_not_taken"]
    note = answer(olga.say(AddNote("бригада сняла", attachments=(photo,))))
    assert note.rows.messages[0].attachments == (photo,)


@pytest.mark.parametrize(
    ("count", "total", "code"),
    [(1, 10_000, "attachments_too_many"), (9, 1500, "attachments_too_large")],
)
def test_a_reply_has_as_many_files_as_its_channel_takes(
    count: int, total: int, code: str, olga: Uploader, server: LiveServer
) -> None:
    contents = [a_picture(1000, seed=str(n)) for n in range(2)]
    photos = tuple(an_attachment(content) for content in contents)
    for photo, content in zip(photos, contents, strict=True):
        olga.send(photo, content)
    narrow = replace(NORMS, channels={APPEAL.channel: Limits(count, total)})
    refused = _decided(server, a_reply(attachments=photos), narrow)
    assert (refused.outcome, refused.reasons[0].code) == (AnswerOutcome.REFUSED, code)


def _decided(server: LiveServer, mutation: Mutation, norms: AttachmentNorms) -> Answer:
    from console.server.decision import decide

    envelope, now = an_envelope(mutation, APPEAL, OLGA), server.centre.clock.now()
    return server.database.write(
        lambda c: decide(c, envelope, actor=OLGA, norms=norms, snooze=load_snooze(), now=now)
    ).answer


def test_an_upload_that_nobody_comes_back_for_is_forgotten(
    olga: Uploader, server: LiveServer, others: Others, clock: StandingClock
) -> None:
    contents = [a_picture(800, seed=str(n)) for n in range(3)]
    left, kept, half = (an_attachment(content) for content in contents)
    olga.send(left, contents[0])
    olga.send(kept, contents[1])
    olga.declare(half)
    olga.piece(half, 0, contents[2][:400])
    assert answer(olga.say(a_reply(attachments=(kept,)))).outcome is AnswerOutcome.APPLIED
    clock.move(timedelta(days=NORMS.patience_days, seconds=1))
    again = others(OLGA)
    again.declare(an_attachment(a_picture()))
    for gone in (left, half):
        assert again.client.get(again.address(gone.id)).status_code == 404
    assert again.read(kept).content == contents[1]
    assert pieces_in(server.database) == 2, "only those of the file that a message has"


def test_what_was_thrown_away_is_dropped_at_once_but_never_what_a_message_has(
    olga: Uploader, server: LiveServer
) -> None:
    content = a_picture(800)
    photo, other = an_attachment(content), an_attachment(content)
    olga.send(photo, content)
    olga.send(other, content)
    olga.say(a_reply(attachments=(photo,)))
    for one in (photo, other):
        assert olga.client.delete(olga.address(one.id)).status_code == 204
    assert olga.read(photo).content == content
    assert olga.read(other).status_code == 404
    assert olga.client.delete(olga.address("never-was")).status_code == 204


def test_one_person_cannot_fill_the_disk(
    database: Database, clock: StandingClock, rules: RuleEnricher
) -> None:
    narrow = replace(NORMS, pending=2500)
    app = create_app(
        database,
        branches=BRANCHES,
        clock=clock,
        enricher=rules,
        passwords=quick_passwords(),
        norms=narrow,
    )
    employ(database, OLGA)
    database.write(lambda c: repo.put_rows(c, Rows(appeals=(APPEAL,))))
    with serving(app) as server, signed_in(server.url, OLGA.login) as client:
        olga = Uploader(client, OLGA)
        content = a_picture(1000)
        photos = [an_attachment(content) for _ in range(3)]
        assert [olga.declare(photo).status_code for photo in photos] == [200, 200, 413]
        assert problem(olga.declare(photos[2])).type == problems.QUOTA
        olga.send(photos[0], content)
        olga.say(a_reply(attachments=(photos[0],)))
        assert olga.declare(photos[2]).status_code == 200, "what a message has is not counted"


def test_who_may_not_write_may_not_attach(olga: Uploader, server: LiveServer) -> None:
    photo = an_attachment(a_picture())
    with httpx.Client(base_url=server.url) as stranger:
        assert Uploader(stranger, OLGA).declare(photo).status_code == 401
    assert olga.declare(photo).status_code == 200


def test_the_description_names_the_routes_of_attachments(server: LiveServer) -> None:
    described = httpx.get(f"{server.url}/schema/openapi.json").json()
    one = described["paths"]["/v1/attachments/{branch}/{attachment}"]
    assert set(one) == {"put", "patch", "get", "delete"}
    assert "application/octet-stream" in one["patch"]["requestBody"]["content"]
    content = described["paths"]["/v1/attachments/{branch}/{attachment}/content"]["get"]
    assert {"200", "206", "416"} <= set(content["responses"])
    assert {"Attachment", "UploadState"} <= set(described["components"]["schemas"])
