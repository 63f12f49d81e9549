"""Attachments: what may go with a message, by the same norms on both sides."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.domain.attachment import HEAD_BYTES, file_breach, head_breach, set_breach
from console.domain.bounds import breach
from console.domain.mutations import BY_KIND, AddNote, Claim, SendReply, attachments_of
from console.domain.transitions import RefusedError, State, apply, refuse_attachments
from console.wire import codec
from tests.support.builders import NOON, a_reply, an_appeal, an_envelope, an_operator
from tests.support.files import NORMS, a_picture, an_attachment

PHOTO = an_attachment(a_picture())


def test_a_picture_may_go() -> None:
    assert file_breach(PHOTO, NORMS) is None
    assert head_breach(PHOTO, a_picture()[:HEAD_BYTES], NORMS) is None
    assert set_breach((PHOTO,), NORMS, channel="email") is None


@pytest.mark.parametrize("name", ["ОПОРА.JPG", "a.b.jpeg", ".x.jpg", "фото (1).jpg"])
def test_the_end_of_a_name_says_what_it_is_in_any_letters(name: str) -> None:
    assert file_breach(replace(PHOTO, name=name), NORMS) is None


@pytest.mark.parametrize("name", ["photo", "photo.", "photo.jpg.exe", "photo.js", "jpg", ""])
def test_a_name_that_means_nothing_allowed_is_refused(name: str) -> None:
    assert file_breach(replace(PHOTO, name=name), NORMS) is not None


def test_sizes_are_told_in_megabytes_as_a_person_would_count_them() -> None:
    found = file_breach(replace(PHOTO, size=NORMS.size + 1), NORMS)
    assert found is not None
    assert found.params == {"name": PHOTO.name, "size": "21", "limit": "20"}


def test_the_same_file_does_not_go_twice() -> None:
    found = set_breach((PHOTO, PHOTO), NORMS, channel="email")
    assert found is not None and found.code == "out_of_range"


def test_a_note_is_not_bound_by_the_channel() -> None:
    appeal, me = an_appeal(channel="phone"), an_operator()
    refuse_attachments(an_envelope(AddNote("x", (PHOTO,)), appeal, me), appeal, NORMS)
    with pytest.raises(RefusedError) as refused:
        reply = an_envelope(a_reply(attachments=(PHOTO,)), appeal, me)
        refuse_attachments(reply, appeal, NORMS)
    assert refused.value.code == "attachments_not_taken"
    refuse_attachments(an_envelope(Claim(), appeal, me), appeal, NORMS)


@pytest.mark.parametrize("mutation", [a_reply(attachments=(PHOTO,)), AddNote("x", (PHOTO,))])
def test_a_message_has_the_files_of_its_words(mutation: SendReply | AddNote) -> None:
    appeal, me = an_appeal(), an_operator()
    after = apply(State(appeal), an_envelope(mutation, appeal, me), actor=me, now=NOON)
    assert after.messages[0].attachments == (PHOTO,)


def test_too_many_files_are_out_of_bounds_whatever_the_norms_say() -> None:
    many = tuple(an_attachment(a_picture()) for _ in range(21))
    found = breach(a_reply(attachments=many))
    assert found is not None and found.code == "too_many"


def test_words_from_before_there_were_files_are_still_read() -> None:
    for kind, mutation in (("send_reply", a_reply()), ("add_note", AddNote("x"))):
        older = codec.to_plain(mutation)
        del older["attachments"]
        assert codec.from_plain(older, BY_KIND[kind]) == mutation
        assert attachments_of(mutation) == ()


def test_files_cross_the_wire_as_they_are() -> None:
    envelope = an_envelope(a_reply(attachments=(PHOTO,)), an_appeal(), an_operator())
    wire = codec.decode(codec.encode(codec.to_wire(envelope)), type(codec.to_wire(envelope)))
    assert codec.from_wire(wire) == envelope
