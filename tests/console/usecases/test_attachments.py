"""Attachments of drafts and entries: they come in pieces, go with their words, and are not lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from console.domain.appeal import Appeal, Outcome
from console.domain.attachment import Attachment
from console.domain.draft import Draft, DraftMode
from console.domain.mutations import AddNote, SendReply
from console.domain.transitions import RefusedError
from console.errors import OtklikError
from console.ports import Transaction, draft_holder, entry_holder
from console.readmodel import AttachmentPhase, EntryState, HeldReason, Upload
from console.store.driver import connect_reader
from console.usecases.acting import GoneError
from console.usecases.attachments import PIECE_BYTES, FileError
from tests.support.builders import NOON, a_message, an_appeal, an_operator
from tests.support.console_store import KEY
from tests.support.console_work import Work, a_work
from tests.support.files import NORMS, a_picture, an_attachment

PATIENCE = 30.0
CONTENT = a_picture(2 * PIECE_BYTES + 1000)


def an_appeal_in(work: Work, **changes: object) -> Appeal:
    appeal = an_appeal(**changes)
    work.store.take(appeal)
    return appeal


def a_draft(work: Work, appeal: Appeal, mode: DraftMode = DraftMode.REPLY) -> Draft:
    draft = work.drafts.new(appeal.ref, mode)
    return replace(draft, text="Опору поставили, вот фото.", outcome=Outcome.SOLVED)


def with_photo(work: Work, appeal: Appeal) -> tuple[Draft, Attachment]:
    draft = work.drafts.save(a_draft(work, appeal)).result(PATIENCE)
    return draft, attach(work, draft)


def attach(
    work: Work, draft: Draft, content: bytes = CONTENT, name: str = "опора.jpg"
) -> Attachment:
    return work.attachments.attach_bytes(draft, name, content).result(PATIENCE)


def pieces(work: Work) -> int:
    connection = connect_reader(work.store.path, KEY)
    try:
        return int(connection.execute("SELECT count(*) FROM piece").fetchone()[0])
    finally:
        connection.close()


def test_a_file_is_attached_in_pieces_and_read_back_whole(work: Work, tmp_path: Path) -> None:
    path = tmp_path / "опора 12.jpg"
    path.write_bytes(CONTENT)
    draft = work.drafts.save(a_draft(work, an_appeal_in(work))).result(PATIENCE)
    photo = work.attachments.attach_file(draft, path).result(PATIENCE)
    assert photo == an_attachment(CONTENT, name="опора 12.jpg", ident=photo.id)
    assert work.attachments.of_draft(draft.id) == [photo]
    assert pieces(work) == 3
    assert work.attachments.content(photo) == CONTENT
    assert work.attachments.states([photo])[photo.id].phase is AttachmentPhase.HERE
    assert any(photo.id in changes.attachments for changes in work.store.heard)
    saved = work.attachments.save_as(photo, tmp_path / "copy.jpg").result(PATIENCE)
    assert saved.read_bytes() == CONTENT
    assert sorted(p.name for p in tmp_path.glob("copy*")) == ["copy.jpg"]


def test_a_photo_alone_makes_a_draft_and_later_saves_do_not_lose_it(work: Work) -> None:
    draft = a_draft(work, an_appeal_in(work))
    photo = attach(work, draft)
    assert work.store.reader.draft(draft.id) is not None
    work.drafts.save(replace(draft, text="набрано дальше")).result(PATIENCE)
    assert work.attachments.of_draft(draft.id) == [photo]
    work.attachments.detach(photo.id).result(PATIENCE)
    assert work.attachments.of_draft(draft.id) == []
    assert pieces(work) == 0


def test_a_draft_with_a_photo_outlives_the_program_and_signing_out(tmp_path: Path) -> None:
    with a_work(tmp_path) as work:
        me = work.me
        draft, photo = with_photo(work, an_appeal_in(work))
        work.store.do(lambda tx: tx.account.end())
    with a_work(tmp_path, me) as again:
        assert again.attachments.of_draft(draft.id) == [photo]
        assert again.attachments.content(photo) == CONTENT


def test_a_file_for_a_composer_that_was_left_open_does_not_make_its_draft_the_next_person_s(
    work: Work,
) -> None:
    appeal = an_appeal_in(work)
    draft, photo = with_photo(work, appeal)
    work.store.sign_in(an_operator(id="op-next", login="next"))
    with pytest.raises(RefusedError) as refused:
        attach(work, draft)
    assert refused.value.code == "not_your_draft"
    with pytest.raises(RefusedError) as refused:
        work.attachments.attach_again(draft, [an_attachment(CONTENT)]).result(PATIENCE)
    assert refused.value.code == "not_your_draft"
    assert work.store.reader.drafts() == []
    work.store.sign_in(work.me)
    assert [mine.id for mine in work.store.reader.drafts()] == [draft.id]
    assert work.attachments.of_draft(draft.id) == [photo]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("программа.exe", CONTENT, "attachment_kind"),
        ("без конца", CONTENT, "attachment_kind"),
        ("пусто.jpg", b"", "attachment_empty"),
        ("не фото.jpg", b"MZ" + CONTENT, "attachment_disguised"),
        ("велико.jpg", a_picture(10) + bytes(NORMS.size), "attachment_too_large"),
    ],
)
def test_what_may_not_be_attached_is_refused_and_leaves_nothing(
    work: Work, name: str, content: bytes, code: str
) -> None:
    draft = work.drafts.save(a_draft(work, an_appeal_in(work))).result(PATIENCE)
    with pytest.raises(RefusedError) as refused:
        attach(work, draft, content, name)
    assert refused.value.code == code
    work.store.do(lambda _: None)  # what is thrown away goes after what was asked for before
    assert work.attachments.of_draft(draft.id) == []
    assert pieces(work) == 0
    assert work.store.reader.draft(draft.id) is not None


def test_a_file_that_is_too_large_is_not_even_opened(work: Work, tmp_path: Path) -> None:
    path = tmp_path / "video.mp4"
    with path.open("wb") as stream:
        stream.truncate(NORMS.size + 1)
    path.chmod(0)
    with pytest.raises(RefusedError) as refused:
        work.attachments.attach_file(a_draft(work, an_appeal_in(work)), path).result(PATIENCE)
    assert refused.value.params == {"name": "video.mp4", "size": "21", "limit": "20"}


def test_a_file_that_is_not_there_is_said_by_its_name_and_cause(work: Work, tmp_path: Path) -> None:
    draft = a_draft(work, an_appeal_in(work))
    with pytest.raises(FileError) as failed:
        work.attachments.attach_file(draft, tmp_path / "нет.jpg").result(PATIENCE)
    assert dict(failed.value.said) == {"name": "нет.jpg", "cause": "missing"}


def test_names_lose_what_a_file_system_would_trip_over(work: Work) -> None:
    draft = a_draft(work, an_appeal_in(work))
    assert attach(work, draft, name="C:\\фото\n1.jpg").name == "C:_фото 1.jpg"


def test_the_channel_says_how_many(work: Work) -> None:
    draft = a_draft(work, an_appeal_in(work, channel="vk"))
    for _ in range(2):
        attach(work, draft)
    with pytest.raises(RefusedError) as refused:
        attach(work, draft)
    assert (refused.value.code, refused.value.params["limit"]) == ("attachments_too_many", "2")
    assert len(work.attachments.of_draft(draft.id)) == 2


def test_a_file_for_a_draft_that_was_thrown_away_meanwhile_brings_nothing_back(work: Work) -> None:
    draft = work.drafts.save(a_draft(work, an_appeal_in(work))).result(PATIENCE)

    class Slow:
        """The draft goes while the file is being read."""

        def __enter__(self) -> Slow:
            return self

        def __exit__(self, *_: object) -> None:
            work.drafts.discard(draft.id).result(PATIENCE)

        def read(self, size: int) -> bytes:
            content, self.left = self.left[:size], self.left[size:]
            return content

        left = CONTENT

    with pytest.raises(GoneError):
        work.attachments._attach(draft, "a.jpg", Slow).result(PATIENCE)  # type: ignore[arg-type]
    work.store.do(lambda _: None)
    assert work.store.reader.drafts() == [] and pieces(work) == 0


def test_a_reply_takes_its_files_along_and_shows_how_far_they_are(work: Work) -> None:
    appeal = an_appeal_in(work)
    draft, photo = with_photo(work, appeal)
    entry = work.reply.send(draft).result(PATIENCE)
    assert isinstance(entry.envelope.mutation, SendReply)
    assert entry.envelope.mutation.attachments == (photo,)
    assert work.attachments.of_draft(draft.id) == []
    assert work.only_entry().upload == Upload(0, photo.size)
    (waiting,) = work.store.reader.waiting()
    assert [(one.branch, one.attachment) for one in waiting.uploads] == [(appeal.branch, photo)]
    view = work.store.reader.appeal(appeal.ref)
    assert view is not None and view.messages[-1].attachments == (photo,)
    assert view.entries[0].upload == Upload(0, photo.size)
    work.store.do(lambda tx: tx.attachments.sent(photo.id, 1000, complete=False))
    assert work.only_entry().upload == Upload(1000, photo.size)
    work.store.do(lambda tx: tx.attachments.sent(photo.id, photo.size, complete=True))
    assert work.store.reader.waiting()[0].uploads == ()
    assert work.only_entry().upload == Upload(photo.size, photo.size)


def test_a_note_takes_its_files_along_too(work: Work) -> None:
    appeal = an_appeal_in(work, channel="phone")
    draft = a_draft(work, appeal, DraftMode.NOTE)
    photo = attach(work, draft)
    entry = work.reply.send(draft).result(PATIENCE)
    assert entry.envelope.mutation == AddNote(draft.text, (photo,))


def test_what_is_taken_back_is_a_draft_with_its_files(work: Work) -> None:
    draft, photo = with_photo(work, an_appeal_in(work))
    entry = work.reply.send(draft).result(PATIENCE)
    work.store.do(lambda tx: tx.attachments.sent(photo.id, 1000, complete=False))
    again = work.outbox.cancel(entry.seq).result(PATIENCE)
    assert again is not None
    assert work.attachments.of_draft(again.id) == [photo]
    assert work.attachments.content(photo) == CONTENT
    sent = work.reply.send(again).result(PATIENCE)
    assert work.only_entry().upload == Upload(1000, photo.size), "what is there is there"
    work.outbox.discard(sent.seq).result(PATIENCE)
    assert pieces(work) == 0


@pytest.mark.parametrize("source", ["rejected", "stale"])
def test_what_is_sent_anyway_keeps_its_files(work: Work, source: str) -> None:
    draft, photo = with_photo(work, an_appeal_in(work))
    entry = work.reply.send(draft).result(PATIENCE)
    held = [HeldReason(source, "hash_mismatch")]
    work.store.do(lambda tx: tx.attachments.begin_again(photo.id))
    work.store.do(lambda tx: tx.outbox.mark(entry.seq, EntryState.HELD, held=held))
    after = work.outbox.retry(entry.seq).result(PATIENCE)
    assert (after.envelope.id != entry.envelope.id) is (source == "stale")
    files = work.store.do(lambda tx: tx.attachments.of(entry_holder(after.envelope.id)))
    assert files == (photo,)
    assert work.store.do(lambda tx: tx.attachments.begin_again(photo.id)) == 1


def test_a_draft_thrown_away_takes_its_files_with_it(work: Work) -> None:
    draft, _ = with_photo(work, an_appeal_in(work))
    work.drafts.discard(draft.id).result(PATIENCE)
    assert pieces(work) == 0
    assert work.store.do(lambda tx: tx.attachments.of(draft_holder(draft.id))) == ()


def test_files_of_a_returned_reply_come_to_the_next_draft_without_being_sent_again(
    work: Work,
) -> None:
    appeal, photo = a_message_with(work, CONTENT)
    work.attachments.fetch(appeal.ref, photo).result(PATIENCE)
    work.store.do(lambda tx: tx.attachments.took(photo.id, 0, CONTENT[:1000]))
    draft = a_draft(work, appeal)
    assert work.attachments.attach_again(draft, [photo]).result(PATIENCE) == (photo,)
    assert work.attachments.of_draft(draft.id) == [photo]
    other = a_draft(work, appeal)
    assert work.attachments.attach_again(other, [photo]).result(PATIENCE) == ()
    work.attachments.fetch(appeal.ref, photo).result(PATIENCE)
    work.store.do(lambda tx: tx.attachments.took(photo.id, 1000, CONTENT[1000:2000]))
    entry = work.reply.send(draft).result(PATIENCE)
    assert work.only_entry().upload == Upload(photo.size, photo.size)
    assert work.store.reader.waiting()[0].uploads == ()
    holder = entry_holder(entry.envelope.id)
    keep = NORMS.kept
    work.store.do(lambda tx: tx.attachments.arrived(holder, appeal.ref, now=NOON, keep=keep))
    state = work.attachments.states([photo])[photo.id]
    assert (state.phase, state.had) == (AttachmentPhase.ABSENT, 2000)
    work.attachments.fetch(appeal.ref, photo).result(PATIENCE)
    work.store.do(lambda tx: tx.attachments.took(photo.id, 2000, CONTENT[2000:]))
    assert work.attachments.content(photo) == CONTENT


def test_a_returned_file_taken_off_its_draft_can_be_fetched_from_its_message(work: Work) -> None:
    appeal, photo = a_message_with(work, CONTENT)
    draft = a_draft(work, appeal)
    work.attachments.attach_again(draft, [photo]).result(PATIENCE)
    work.attachments.fetch(appeal.ref, photo).result(PATIENCE)
    work.store.do(lambda tx: tx.attachments.took(photo.id, 0, CONTENT[:1000]))
    work.attachments.detach(photo.id).result(PATIENCE)
    assert pieces(work) == 0
    work.attachments.fetch(appeal.ref, photo).result(PATIENCE)
    work.store.do(lambda tx: tx.attachments.took(photo.id, 0, CONTENT))
    assert work.attachments.content(photo) == CONTENT


# ---------------------------------------------------------------------- of messages


def a_message_with(work: Work, content: bytes) -> tuple[Appeal, Attachment]:
    appeal, photo = an_appeal_in(work), an_attachment(content)
    work.store.take(appeal, messages=(a_message(appeal, attachments=(photo,)),))
    return appeal, photo


def test_a_file_of_a_message_is_wanted_comes_in_pieces_and_is_then_here(work: Work) -> None:
    appeal, photo = a_message_with(work, CONTENT)
    assert work.attachments.states([photo])[photo.id].phase is AttachmentPhase.ABSENT
    work.attachments.fetch(appeal.ref, photo).result(PATIENCE)
    (wanted,) = work.store.reader.fetches()
    assert (wanted.branch, wanted.attachment, wanted.had) == (appeal.branch, photo, 0)
    work.store.do(lambda tx: tx.attachments.took(photo.id, 0, CONTENT[:1000]))
    state = work.attachments.states([photo])[photo.id]
    assert (state.phase, state.had, state.size) == (AttachmentPhase.WANTED, 1000, len(CONTENT))
    assert work.attachments.content(photo) is None
    work.attachments.stop_fetching(photo.id).result(PATIENCE)
    assert work.attachments.states([photo])[photo.id].phase is AttachmentPhase.ABSENT
    work.attachments.fetch(appeal.ref, photo).result(PATIENCE)
    assert work.store.reader.fetches()[0].had == 1000, "what is here is not fetched again"
    work.store.do(lambda tx: tx.attachments.took(photo.id, 0, b"late and double"))
    work.store.do(lambda tx: tx.attachments.took(photo.id, 1000, CONTENT[1000:]))
    assert work.store.reader.fetches() == []
    assert work.attachments.content(photo) == CONTENT


def test_a_file_that_cannot_be_had_says_so_and_may_be_asked_for_again(work: Work) -> None:
    appeal, photo = a_message_with(work, CONTENT)
    work.attachments.fetch(appeal.ref, photo).result(PATIENCE)
    work.store.do(lambda tx: tx.attachments.took(photo.id, 0, CONTENT[:1000]))
    work.store.do(lambda tx: tx.attachments.failed(photo.id, "hash_mismatch"))
    state = work.attachments.states([photo])[photo.id]
    assert (state.phase, state.had, state.error) == (AttachmentPhase.FAILED, 0, "hash_mismatch")
    work.attachments.fetch(appeal.ref, photo).result(PATIENCE)
    assert work.attachments.states([photo])[photo.id].phase is AttachmentPhase.WANTED
    with pytest.raises(GoneError):
        work.attachments.save_as(photo, work.store.path.with_name("x.jpg")).result(PATIENCE)
    assert not list(work.store.path.parent.glob("x.jpg*"))


def _have(work: Work, appeal: Appeal, photo: Attachment, content: bytes, *, minute: int) -> None:
    at = NOON + timedelta(minutes=minute)
    work.store.do(lambda tx: tx.attachments.want(appeal.ref, photo, now=at, keep=2500))
    work.store.do(lambda tx: tx.attachments.took(photo.id, 0, content))


def test_the_longest_unused_goes_where_there_is_too_much(work: Work) -> None:
    appeal = an_appeal_in(work)
    photos = [an_attachment(a_picture(1000, seed=str(n))) for n in range(3)]
    for number, photo in enumerate(photos):
        _have(work, appeal, photo, a_picture(1000, seed=str(number)), minute=number)
    last = an_attachment(a_picture(500))
    late = NOON + timedelta(hours=1)
    work.store.do(lambda tx: tx.attachments.want(appeal.ref, last, now=late, keep=2500))
    found = work.attachments.states([*photos, last])
    phases = [found[one.id].phase for one in (*photos, last)]
    here, absent = AttachmentPhase.HERE, AttachmentPhase.ABSENT
    assert phases == [absent, here, here, AttachmentPhase.WANTED]
    assert pieces(work) == 2


def test_what_arrived_stays_to_be_looked_at_as_a_file_of_its_message(work: Work) -> None:
    appeal = an_appeal_in(work)
    draft, photo = with_photo(work, appeal)
    entry = work.reply.send(draft).result(PATIENCE)
    holder = entry_holder(entry.envelope.id)

    def acknowledged(transaction: Transaction) -> None:
        transaction.attachments.arrived(holder, appeal.ref, now=NOON, keep=NORMS.kept)
        transaction.outbox.remove(entry.seq)

    work.store.do(acknowledged)
    assert work.attachments.content(photo) == CONTENT
    assert work.store.do(lambda tx: tx.attachments.of(holder)) == ()


def test_nothing_of_a_branch_that_is_not_ours_any_more_stays_here(work: Work) -> None:
    appeal, photo = a_message_with(work, CONTENT)
    mine, kept = with_photo(work, an_appeal_in(work))
    removed = an_appeal()  # its row went, and then an answer came that brought its file
    for ref, forget in (
        (appeal.ref, lambda tx: tx.mirror.forget_branches(("omsk",), limit=10)),
        (removed.ref, lambda tx: tx.mirror.forget_branches(("omsk",), limit=10)),
        (appeal.ref, lambda tx: tx.mirror.clear()),
    ):
        work.attachments.fetch(ref, photo).result(PATIENCE)
        work.store.do(lambda tx: tx.attachments.took(photo.id, 0, CONTENT))
        work.store.do(forget)
        assert work.attachments.content(photo) is None
        assert work.store.reader.fetches() == []
    assert work.attachments.content(kept) == CONTENT, "a draft is its author's, wherever they are"
    assert work.attachments.of_draft(mine.id) == [kept]


def test_an_error_of_a_file_has_words() -> None:
    from console.i18n import LANGUAGES, Catalog

    for language in LANGUAGES:
        for key in ("attachment.unreadable", "attachment.unwritable", "ui.say_gone_attachment"):
            assert Catalog.load(language).has(key)
    assert issubclass(FileError, OtklikError)
