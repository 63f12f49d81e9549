"""What crosses the network comes out as it went in, or is refused with the path to the culprit."""

from __future__ import annotations

from datetime import timedelta

import pytest

from console.domain.appeal import Appeal, Author, OutageTag, Outcome, Place
from console.domain.ids import Ref
from console.domain.mutations import (
    BY_KIND,
    AcceptHandover,
    AddNote,
    Approve,
    Assign,
    Claim,
    Close,
    CreateAppeal,
    DecideTransfer,
    DeclineHandover,
    EnterDanger,
    LeaveDanger,
    LinkAppeals,
    MarkDispatched,
    MarkDuplicate,
    MoveEtr,
    Mutation,
    OfferHandover,
    OpenOutage,
    Postpone,
    Release,
    Reopen,
    RequestTransfer,
    Resume,
    ReturnHandover,
    ReturnReply,
    SetOutageStatus,
    SetPlace,
    SettleMention,
    SettlePromise,
    SetTopic,
    ShareQueue,
    ShareWord,
    TagOutage,
    UnlinkAppeals,
    UnmarkDuplicate,
    UntagOutage,
    WithdrawHandover,
    WithdrawQueue,
    WithdrawWord,
)
from console.domain.outage import Outage, OutageArea, OutageKind, OutageStatus
from console.wire.codec import DecodeError, decode, encode, from_wire, mutation_from, to_wire
from console.wire.schema import Page, RowKind, Rows, Tombstone, WireEnvelope
from tests.support.builders import (
    NOON,
    a_message,
    a_reply,
    an_appeal,
    an_envelope,
    an_operator,
    an_outage,
    quoting,
)

MUTATIONS: tuple[Mutation, ...] = (
    Claim(),
    Assign("op-1"),
    Release(),
    a_reply(quotes=(quoting(an_outage()),)),
    AddNote("x"),
    Approve("m-1", "y"),
    ReturnReply("m-1", "нет даты"),
    TagOutage("out-1", 0.5),
    UntagOutage("out-1"),
    SetTopic("quality.low", danger=True),
    SetPlace(Place("Солонцы", lat=56.1, lon=92.8)),
    Postpone(NOON, "ждём"),
    Resume(),
    Close(Outcome.SOLVED, "акт"),
    Reopen("снова"),
    RequestTransfer("УК", "не наша"),
    DecideTransfer(granted=True),
    MarkDuplicate("a"),
    UnmarkDuplicate(),
    LinkAppeals("a"),
    UnlinkAppeals("a"),
    SettleMention(),
    ShareQueue("Омск", "open", "филиал:omsk", base=3),
    WithdrawQueue(4),
    ShareWord("Шира", "place_in", "в Шира", base=1),
    WithdrawWord(2),
    EnterDanger(),
    LeaveDanger("это салют"),
    MarkDispatched("Иванов, Таштыпский РЭС", "бригада выезжает"),
    SettlePromise(kept=True),
    OfferHandover("op-2", "ждёт ЧП", "всё тихо"),
    AcceptHandover(),
    DeclineHandover("не успею"),
    WithdrawHandover(),
    ReturnHandover(),
    CreateAppeal("phone", Author("Ирина", phone="+7 913 555-01-01"), "Темно.", Place("Солонцы")),
    OpenOutage(OutageKind.PLANNED, OutageStatus.ANNOUNCED, NOON, (OutageArea("Солонцы"),)),
    MoveEtr(None, "неизвестно"),
    SetOutageStatus(OutageStatus.RESTORED, NOON),
)


def test_every_mutation_is_covered_here() -> None:
    assert {type(mutation) for mutation in MUTATIONS} == set(BY_KIND.values())


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda m: m.kind)
def test_an_envelope_comes_out_as_it_went_in(mutation: Mutation) -> None:
    envelope = an_envelope(mutation, an_appeal(), an_operator())
    assert from_wire(decode(encode(to_wire(envelope)), WireEnvelope)) == envelope


def test_a_page_comes_out_as_it_went_in() -> None:
    appeal = an_appeal(outages=(OutageTag("out-1", NOON, "op-1", 0.7),))
    page = Page(
        epoch="e",
        branches=("krasnoyarsk",),
        cursors={"krasnoyarsk": 4},
        heads={"krasnoyarsk": 9},
        rows=Rows(
            appeals=(appeal,),
            messages=(a_message(appeal),),
            outages=(an_outage(),),
            operators=(an_operator(),),
        ),
        gone=(Tombstone(RowKind.APPEAL, Ref("krasnoyarsk", "x")),),
        presence=(),
        more=True,
        server_time=NOON + timedelta(microseconds=5),
    )
    assert decode(encode(page), Page) == page
    assert len(page.rows) == 4


def test_an_unknown_mutation_says_that_one_side_is_older() -> None:
    with pytest.raises(DecodeError, match="older"):
        mutation_from("teleport", {})


def test_a_wrong_body_names_the_field() -> None:
    with pytest.raises(DecodeError, match=r"\$\.outage"):
        mutation_from("tag_outage", {"outage": 5})
    with pytest.raises(DecodeError, match="Appeal"):
        decode(b"<html>login</html>", Appeal)
    with pytest.raises(DecodeError, match="Outage"):
        decode(b"\xff\xfe", Outage)
