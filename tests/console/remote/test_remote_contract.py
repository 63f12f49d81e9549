"""The contract of the central server, kept by the real one and by the one in memory alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from console.domain.appeal import Appeal, Status
from console.domain.ids import Ref
from console.domain.message import MessageKind, MessageState
from console.domain.mutations import AddNote, Approve, Claim, MoveEtr, Seen, ShareQueue
from console.errors import AuthError, RejectedError, SignInNeededError
from console.sync.runner import Connected
from console.wire.schema import (
    CENTRE,
    AnswerOutcome,
    HeldLease,
    Page,
    PresenceNotice,
    Rows,
    UploadState,
)
from tests.support.builders import (
    a_message,
    a_reply,
    an_appeal,
    an_envelope,
    an_id,
    an_outage,
    quoting,
)
from tests.support.console_centre import Centre
from tests.support.console_server import PASSWORD
from tests.support.files import a_picture, an_attachment


def signed_in(centre: Centre, login: str = "olga") -> Connected:
    client = centre.client()
    client.sign_in(login, PASSWORD)
    return client


def everything(
    client: Connected, cursors: Mapping[str, int] | None = None, *, limit: int = 2
) -> tuple[Rows, Page]:
    """All pages after ``cursors``: their rows together, and the last page."""
    rows, position = [], dict(cursors or {})
    while True:
        page = client.changes(position, limit=limit, count=True)
        rows.append(page.rows)
        position = dict(page.cursors)
        if not page.more:
            return _joined(rows), page


def _joined(parts: list[Rows]) -> Rows:
    return Rows(
        appeals=tuple(row for part in parts for row in part.appeals),
        messages=tuple(row for part in parts for row in part.messages),
        events=tuple(row for part in parts for row in part.events),
        outages=tuple(row for part in parts for row in part.outages),
        operators=tuple(row for part in parts for row in part.operators),
        queues=tuple(row for part in parts for row in part.queues),
    )


def an_answered(centre: Centre) -> tuple[Connected, Appeal]:
    appeal = an_appeal(id=an_id())
    centre.put(appeal)
    return signed_in(centre), appeal


def test_a_wrong_password_is_no_session(centre: Centre) -> None:
    client = centre.client()
    with pytest.raises(AuthError):
        client.sign_in("olga", "guess")
    with pytest.raises(AuthError):
        client.sign_in("nobody", PASSWORD)
    assert not client.has_session


def test_a_session_says_who_and_where(centre: Centre) -> None:
    client = centre.client()
    session = client.sign_in("olga", PASSWORD)
    assert (session.operator.id, session.operator.role) == (centre.olga.id, centre.olga.role)
    assert client.has_session
    client.sign_out()
    assert not client.has_session


def test_without_a_session_nothing_is_told(centre: Centre) -> None:
    with pytest.raises(SignInNeededError):
        centre.client().changes({}, limit=10, count=False)


def test_pages_bring_every_row_once_and_then_nothing(centre: Centre) -> None:
    appeals = [an_appeal(id=an_id()) for _ in range(5)]
    outage = an_outage(id=an_id())
    message = a_message(appeals[0], id=an_id())
    centre.put(*appeals, outage, message)
    client = signed_in(centre)
    rows, last = everything(client)
    assert {a.id for a in rows.appeals} == {a.id for a in appeals}
    assert len(rows.appeals) == 5
    assert rows.outages == (outage,) and rows.messages == (message,)
    assert {o.id for o in rows.operators} == {centre.olga.id, centre.boss.id}
    assert last.cursors == last.heads and set(last.cursors) == {"krasnoyarsk", CENTRE}
    assert last.remaining == 0
    nothing, same = everything(client, last.cursors)
    assert len(nothing) == 0 and same.epoch == last.epoch


def test_the_archive_answers_a_search_of_those_who_may_read(centre: Centre) -> None:
    wanted, other = an_appeal(id=an_id(), text="муфта лопнула"), an_appeal(id=an_id(), text="тишь")
    centre.put(wanted, other)
    page = signed_in(centre).search("муфта")
    assert [appeal.id for appeal in page.rows.appeals] == [wanted.id]
    assert page.next == ""


def test_a_page_says_how_much_is_left(centre: Centre) -> None:
    for _ in range(5):
        centre.put(an_appeal(id=an_id()))
    page: Page = signed_in(centre).changes({}, limit=3, count=True)
    assert page.more
    assert (len(page.rows), page.remaining) == (3, 4)


def test_what_changes_later_comes_after_the_cursor(centre: Centre) -> None:
    client, appeal = an_answered(centre)
    _, page = everything(client)
    changed = replace(appeal, version=2, status=Status.IN_WORK)
    centre.put(changed)
    rows, _ = everything(client, page.cursors)
    assert rows.appeals == (changed,) and len(rows) == 1


def test_a_reply_is_applied_and_comes_back_with_its_rows(centre: Centre) -> None:
    client, appeal = an_answered(centre)
    envelope = an_envelope(a_reply(), appeal, centre.olga)
    answer = client.push(envelope)
    assert (answer.id, answer.outcome) == (envelope.id, AnswerOutcome.APPLIED)
    (after,), (message,) = answer.rows.appeals, answer.rows.messages
    assert (after.status, after.version) == (Status.PUBLISHED, 2)
    assert (message.id, message.kind) == (envelope.id, MessageKind.REPLY)
    assert [event.actor for event in answer.rows.events] == [centre.olga.id]


def test_the_same_envelope_is_decided_once_whatever_happened_since(centre: Centre) -> None:
    client, appeal = an_answered(centre)
    envelope = an_envelope(a_reply(), appeal, centre.olga)
    first = client.push(envelope)
    client.push(an_envelope(AddNote("позже"), first.rows.appeals[0], centre.olga))
    assert client.push(envelope) == first
    rows, _ = everything(client)
    assert len([m for m in rows.messages if m.kind is MessageKind.REPLY]) == 1


def test_words_against_an_unseen_state_are_a_conflict(centre: Centre) -> None:
    client, appeal = an_answered(centre)
    moved = replace(appeal, version=2, last_resident_message="m-new")
    centre.put(moved)
    answer = client.push(an_envelope(a_reply(), appeal, centre.olga))
    assert answer.outcome is AnswerOutcome.CONFLICT
    assert [reason.code for reason in answer.reasons] == ["new_comment"]
    assert answer.rows.appeals == (moved,)


def test_a_moved_time_of_restoration_is_a_conflict(centre: Centre) -> None:
    client, appeal = an_answered(centre)
    outage = an_outage(id=an_id())
    centre.put(replace(outage, version=2, etr=None))
    reply = a_reply(quotes=(quoting(outage),))
    answer = client.push(an_envelope(reply, appeal, centre.olga))
    assert answer.outcome is AnswerOutcome.CONFLICT
    assert [reason.code for reason in answer.reasons] == ["etr_moved"]


def test_what_is_so_already_is_superseded(centre: Centre) -> None:
    client, appeal = an_answered(centre)
    centre.put(replace(appeal, version=2, owner=centre.olga.id, status=Status.ASSIGNED))
    answer = client.push(an_envelope(Claim(), appeal, centre.olga))
    assert answer.outcome is AnswerOutcome.SUPERSEDED
    assert answer.rows.appeals[0].owner == centre.olga.id


def test_what_the_rules_forbid_is_refused_and_changes_nothing(centre: Centre) -> None:
    client, appeal = an_answered(centre)
    outage = an_outage(id=an_id())
    centre.put(outage)
    _, before = everything(client)
    for mutation, target in ((AddNote("  "), appeal), (MoveEtr(None), outage)):
        answer = client.push(an_envelope(mutation, target, centre.olga))
        assert answer.outcome is AnswerOutcome.REFUSED
        assert len(answer.reasons) == 1
    rows, after = everything(client, before.cursors)
    assert len(rows) == 0 and after.cursors == before.cursors


def test_approval_goes_through_two_people(centre: Centre) -> None:
    client, appeal = an_answered(centre)
    asked = client.push(an_envelope(a_reply(approval=True), appeal, centre.olga))
    waiting = asked.rows.appeals[0]
    assert (waiting.status, waiting.awaiting) == (Status.ON_APPROVAL, asked.id)
    boss = signed_in(centre, "boss")
    granted = boss.push(an_envelope(Approve(asked.id), waiting, centre.boss, seen=Seen.of(waiting)))
    assert granted.outcome is AnswerOutcome.APPLIED
    assert granted.rows.messages[0].state is MessageState.PUBLISHED


def test_a_shared_queue_comes_to_everybody_of_its_branch(centre: Centre) -> None:
    ref = Ref("krasnoyarsk", an_id())
    share = ShareQueue("Солонцы", "open", "адрес:Солонцы")
    answer = signed_in(centre, "boss").push(an_envelope(share, ref, centre.boss))
    assert answer.outcome is AnswerOutcome.APPLIED
    rows, _ = everything(signed_in(centre))
    assert rows.queues == answer.rows.queues
    assert [(one.name, one.by, one.version) for one in rows.queues] == [
        ("Солонцы", centre.boss.id, 1)
    ]
    refused = signed_in(centre).push(an_envelope(share, ref, centre.olga))
    assert [reason.code for reason in refused.reasons] == ["role_may_not"]


def test_who_has_an_appeal_open_is_told_to_the_others(centre: Centre) -> None:
    client, appeal = an_answered(centre)
    client.presence(PresenceNotice(appeal.ref, typing=True))
    boss = signed_in(centre, "boss")
    (present,) = boss.changes({}, limit=10, count=False).presence
    assert (present.appeal, present.operator, present.typing) == (appeal.ref, centre.olga.id, True)
    soon = present.since + timedelta(minutes=2)
    client.presence(PresenceNotice(appeal.ref, lease_until=soon))
    (present,) = boss.changes({}, limit=10, count=False).presence
    assert (present.typing, present.lease_until) == (False, soon)
    client.presence(PresenceNotice(None, leases=(HeldLease(appeal.ref, soon),)))
    (present,) = boss.changes({}, limit=10, count=False).presence
    assert (present.appeal, present.lease_until) == (appeal.ref, soon)
    client.presence(PresenceNotice(None))
    assert boss.changes({}, limit=10, count=False).presence == ()


def test_a_file_is_sent_in_pieces_goes_on_where_it_was_and_is_read_back(centre: Centre) -> None:
    client, appeal = an_answered(centre)
    content = a_picture(1000)
    photo, branch = an_attachment(content), appeal.branch
    assert client.declare(branch, photo) == UploadState(0, 1000, complete=False)
    assert client.upload(branch, photo.id, 0, content[:400]).offset == 400
    assert client.declare(branch, photo).offset == 400
    with pytest.raises(RejectedError) as elsewhere:
        client.upload(branch, photo.id, 0, content[:400])
    assert (elsewhere.value.code, elsewhere.value.params["offset"]) == ("wrong_offset", "400")
    assert client.upload(branch, photo.id, 400, content[400:]).complete
    answer = client.push(an_envelope(a_reply(attachments=(photo,)), appeal, centre.olga))
    assert answer.outcome is AnswerOutcome.APPLIED
    assert answer.rows.messages[0].attachments == (photo,)
    boss = signed_in(centre, "boss")
    assert boss.download(branch, photo.id, 0, 400) == content[:400]
    assert boss.download(branch, photo.id, 400, 1000) == content[400:]


def test_a_damaged_file_begins_anew_and_an_unknown_one_is_said_to_be_so(centre: Centre) -> None:
    client, appeal = an_answered(centre)
    content = a_picture(1000)
    photo, branch = an_attachment(content), appeal.branch
    client.declare(branch, photo)
    with pytest.raises(RejectedError) as damaged:
        client.upload(branch, photo.id, 0, content[:-1] + b"?")
    assert damaged.value.code == "hash_mismatch"
    assert client.declare(branch, photo).offset == 0
    for ask in (
        lambda: client.upload(branch, "never-was", 0, b"x"),
        lambda: client.download(branch, "never-was", 0, 10),
    ):
        with pytest.raises(RejectedError) as unknown:
            ask()
        assert unknown.value.code == "unknown_attachment"


def test_a_reply_whose_file_is_not_there_is_not_decided(centre: Centre) -> None:
    client, appeal = an_answered(centre)
    content = a_picture(1000)
    photo = an_attachment(content)
    envelope = an_envelope(a_reply(attachments=(photo,)), appeal, centre.olga)
    with pytest.raises(RejectedError) as missing:
        client.push(envelope)
    assert missing.value.code == "attachment_missing"
    assert missing.value.params == {"attachment": photo.id}
    client.declare(appeal.branch, photo)
    client.upload(appeal.branch, photo.id, 0, content)
    assert client.push(envelope).outcome is AnswerOutcome.APPLIED
