"""What was sent twice, or in its old wording, or not at all elsewhere, goes out here exactly once.

Each story is a thread of people whose system doubled or lost a reply (domain.md §7, second
paragraph). The server, the socket and the store are real; only the wire is bad on purpose.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from console.app import Console
from console.domain.appeal import Outcome
from console.domain.draft import Draft, DraftMode
from console.domain.ids import Ref
from console.readmodel import Link
from tests.stories.colleague import PATIENCE, a_colleague
from tests.stories.window.centre_process import CentreProcess, centre_process
from tests.support.waiting import until

TEXT = "Здравствуйте! Напряжение подано в 14:05, проверьте, пожалуйста."
MAILED_ELSEWHERE = 25


class BadWire(httpx.BaseTransport):
    """The real network; `spoil` decides what becomes of each mutation and its answer."""

    def __init__(self) -> None:
        self._network = httpx.HTTPTransport()
        self.spoil: Callable[[httpx.Request], httpx.Response] = self.pass_on
        self.mutations = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Spoil a mutation; everything else goes through."""
        if request.method != "POST" or not request.url.path.endswith("/mutations"):
            return self._network.handle_request(request)
        self.mutations += 1
        return self.spoil(request)

    def pass_on(self, request: httpx.Request) -> httpx.Response:
        """What the server answers, and it has committed by then."""
        response = self._network.handle_request(request)
        response.read()
        return response

    def close(self) -> None:
        """Close the connections."""
        self._network.close()


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Generator[CentreProcess]:
    """A real server; each story employs its own operator and takes in its own appeals."""
    with centre_process(tmp_path_factory.mktemp("centre")) as running:
        yield running


@contextmanager
def _desk(centre: CentreProcess, folder: Path) -> Generator[tuple[Console, BadWire, Ref]]:
    person, (ref,) = centre.employ(), centre.take_in(1)
    wire = BadWire()
    with a_colleague(folder, centre.url, person, transport=wire) as console:
        until(lambda: console.reader.appeal(ref) is not None, what="the appeal", within=PATIENCE)
        yield console, wire, ref


def test_twenty_five_copies_of_one_delivery_make_one_reply(
    centre: CentreProcess, tmp_path: Path
) -> None:
    """FreeScout 3607: the same mail went out 25 times."""
    with _desk(centre, tmp_path) as (console, wire, ref):
        under_way: list[httpx.Request] = []

        def arrive_all_at_once(request: httpx.Request) -> httpx.Response:
            under_way.append(request)
            if len(under_way) < MAILED_ELSEWHERE:
                raise httpx.ReadTimeout("no answer came", request=request)
            return [wire.pass_on(each) for each in under_way][-1]

        wire.spoil = arrive_all_at_once
        _send(console, _draft(console, ref, TEXT))
        until(lambda: _gone(console, hurry=True), what="the reply to be gone", within=PATIENCE)
        assert wire.mutations == MAILED_ELSEWHERE
    assert _published(centre, ref) == [TEXT]


def _refused(_: BadWire, request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("connection refused", request=request)


def _cut_after_commit(wire: BadWire, request: httpx.Request) -> httpx.Response:
    wire.pass_on(request)
    raise httpx.RemoteProtocolError("the server closed the connection", request=request)


def _gateway_page_after_commit(wire: BadWire, request: httpx.Request) -> httpx.Response:
    wire.pass_on(request)
    page = b"<html><body>502 Bad Gateway</body></html>"
    return httpx.Response(502, headers={"content-type": "text/html"}, content=page)


def _login_page_of_a_hotel_after_commit(wire: BadWire, request: httpx.Request) -> httpx.Response:
    wire.pass_on(request)
    page = b"<html><body>Welcome! Accept the terms to go online.</body></html>"
    return httpx.Response(200, headers={"content-type": "text/html"}, content=page)


@pytest.mark.parametrize(
    "break_it",
    [_refused, _cut_after_commit, _gateway_page_after_commit, _login_page_of_a_hotel_after_commit],
)
def test_a_connection_error_makes_no_copies(
    centre: CentreProcess,
    tmp_path: Path,
    break_it: Callable[[BadWire, httpx.Request], httpx.Response],
) -> None:
    """FreeScout 4596, Chatwoot 9314: an error of the connection made two to four copies."""
    with _desk(centre, tmp_path) as (console, wire, ref):
        wire.spoil = lambda request: (
            break_it(wire, request) if wire.mutations <= 3 else wire.pass_on(request)
        )
        _send(console, _draft(console, ref, TEXT))
        until(lambda: _gone(console, hurry=True), what="the reply to be gone", within=PATIENCE)
        # What is out is seen in the feed, and is not even sent again.
        assert wire.mutations == (4 if break_it is _refused else 1)
    assert _published(centre, ref) == [TEXT]


def test_what_becomes_of_the_draft_during_sending_does_not_change_what_goes_out(
    centre: CentreProcess, tmp_path: Path
) -> None:
    """FreeScout 2873: the draft was deleted while it was being sent, and its OLD text went out."""
    with _desk(centre, tmp_path) as (console, wire, ref):
        on_the_way, let_through = threading.Event(), threading.Event()

        def hold(request: httpx.Request) -> httpx.Response:
            on_the_way.set()
            assert let_through.wait(PATIENCE)
            return wire.pass_on(request)

        wire.spoil = hold
        old = _draft(console, ref, "Свет будет до 12:00.")
        console.drafts.save(old).result(PATIENCE)
        _send(console, replace(old, text=TEXT))
        assert on_the_way.wait(PATIENCE)
        # The saving of an earlier keystroke comes late, and somebody discards the draft.
        console.drafts.save(old).result(PATIENCE)
        console.drafts.discard(old.id).result(PATIENCE)
        let_through.set()
        until(lambda: _gone(console), what="the reply to be gone", within=PATIENCE)
        assert console.reader.drafts() == []
    assert _published(centre, ref) == [TEXT]


def test_honest_identical_replies_all_go_out(centre: CentreProcess, tmp_path: Path) -> None:
    """FreeScout 5379: replies of one wording were taken for copies and kept back."""
    with _desk(centre, tmp_path) as (console, _, ref):
        refs = [ref, *centre.take_in(2)]
        console.sync.try_now()
        until(lambda: all(map(console.reader.appeal, refs)), what="all", within=PATIENCE)
        for each in (*refs, ref):
            _send(console, _draft(console, each, TEXT))
        until(lambda: _gone(console), what="all to be gone", within=PATIENCE)
    assert [_published(centre, each) for each in refs] == [[TEXT, TEXT], [TEXT], [TEXT]]


def _draft(console: Console, ref: Ref, text: str) -> Draft:
    return replace(console.drafts.new(ref, DraftMode.REPLY), text=text, outcome=Outcome.EXPLAINED)


def _send(console: Console, draft: Draft) -> None:
    console.reply.send(draft).result(PATIENCE)


def _gone(console: Console, *, hurry: bool = False) -> bool:
    """Whether the outbox is empty; ``hurry`` presses «try now» instead of waiting out a pause."""
    if hurry and console.sync.status().link is Link.OFFLINE:
        console.sync.try_now()
    return not console.reader.outbox()


def _published(centre: CentreProcess, ref: Ref) -> list[str]:
    return [reply.text for reply in centre.replies(ref)]
