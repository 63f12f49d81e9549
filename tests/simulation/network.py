"""The network between a workstation and the centre: each request has a fate, most often a good one.

A `Line` is the way of one workstation. It calls the server in place, at the virtual instant at
which a real request would arrive, and gives back what a real connection would: an answer, late or
cut or another's, or one of httpx's errors after the time that it takes to fail.
"""

from __future__ import annotations

import errno
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any, Protocol

import httpx

from console.domain.operator import Right
from console.server.faults import FaultError
from console.wire import codec, problems
from console.wire.problems import Problem
from console.wire.schema import PROTOCOL, PROTOCOL_HEADER, TIME_HEADER, PokeNotice, WireEnvelope
from tests.simulation.centre import Answer, Server, ServerKilledError, utc
from tests.simulation.kernel import Kernel, Process, Task

Headers = list[tuple[bytes, bytes]]

_FRESH = 90.0
"""Seconds: the machine's own two, an answer that trickles, and a session renewed in between."""

_PORTAL = b"<!doctype html><title>Wi-Fi</title><form action=/accept>"


@dataclass(slots=True)
class WireFault:
    """What befalls the next requests of a line: ``left`` of them, and none after ``until``.

    ``only`` is the beginning of the paths that it befalls.
    """

    kind: str
    salt: int
    left: int = 1
    until: float = float("inf")
    only: str = "/v1/"


@dataclass(slots=True)
class _UnderWay:
    """A request that is on its way for longer than anybody waits for its answer.

    It arrives when ``overtakers`` requests more have passed it, or else after some time.
    """

    arrive: Callable[[], None]
    overtakers: int | None = None
    arrived: bool = False


class Net(Protocol):
    """What lines share: the world as they see it."""

    kernel: Kernel
    server: Server
    is_server_up: bool

    def tell(self, who: str, what: str) -> None:
        """A line of the story."""

    def hit(self, kind: str) -> None:
        """A fault has befallen a request."""

    def server_died(self) -> None:
        """The server's process ended while it served."""

    def answered(self, envelope: bytes, answer: bytes) -> None:
        """The centre has given this answer to a mutation, whether it arrives or not."""

    def meanwhile(self, envelope: bytes, rng: Random) -> None:
        """Somebody else changes what this mutation was about."""

    def session_over(self, station: str) -> None:
        """An administrator ends the sessions of whoever works there."""

    def backed_up(self) -> bool:
        """Back the centre up; False where that has been done in this run."""

    def put_back(self) -> None:
        """The centre is put back to its backup."""


class Line(httpx.BaseTransport):
    """The way of one workstation to the centre."""

    def __init__(self, net: Net, name: str, rng: Random, *, ghosts: Process) -> None:
        self._net = net
        self._name = name
        self._rng = rng
        self._ghosts = ghosts
        self.faults: list[WireFault] = []
        self.streams: list[PokeStream] = []
        self.blind_pushes: list[str] = []
        self._under_way: list[_UnderWay] = []
        self._pulled_at: float | None = None
        self._pushed: set[str] = set()

    def forget(self) -> None:
        """Another process is at this end: it has pulled nothing yet."""
        self._pulled_at = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer, or one of httpx's errors in its stead."""
        path = request.url.path
        if path == "/v1/mutations":
            self._look_at_push(request)
        fault = self._fault(path)
        self._sleep(self._rng.uniform(0.005, 0.15))
        if fault is None:
            response = self._carried(request)
        else:
            if fault.kind != "reorder":  # which is one only once it has been overtaken
                self._net.hit(fault.kind)
            self._net.tell(self._name, f"{_short(request)}: {_WORDS[fault.kind]}")
            chance = Random(fault.salt * 1000 + fault.left)
            response = _FATES[fault.kind](self, request, chance)
        if path == "/v1/changes" and response.status_code == 200:
            self._pulled_at = self._net.kernel.now
        return response

    def all_arrives(self) -> None:
        """Whatever is still on its way to the centre arrives now."""
        under_way, self._under_way = self._under_way, []
        for one in under_way:
            one.arrive()

    def cut_streams(self) -> None:
        """The streams of pokes end without a word: nothing comes any more, for 45 seconds."""
        for stream in self.streams:
            stream.die()

    # ------------------------------------------------------------------ the good way

    def _carried(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/v1/pokes":
            return self._listened(request)
        answer = self._served(request)
        self._overtake()
        self._sleep(self._rng.uniform(0.005, 0.15))
        return _response(answer)

    def _overtake(self) -> None:
        """One more request has arrived; some that left before it may come behind it."""
        for one in self._under_way:
            if one.overtakers is not None:
                one.overtakers -= 1
        late = [one for one in self._under_way if one.overtakers == 0]
        self._under_way = [one for one in self._under_way if one.overtakers != 0]
        for one in late:
            self._net.hit("reorder")
            one.arrive()

    def _look_at_push(self, request: httpx.Request) -> None:
        """Nothing leaves for the first time but on a fresh pull."""
        ident = codec.decode(request.content, WireEnvelope).id
        if ident in self._pushed:
            return
        self._pushed.add(ident)
        now = self._net.kernel.now
        if self._pulled_at is None or now - self._pulled_at > _FRESH:
            when = "never" if self._pulled_at is None else f"{now - self._pulled_at:.0f} s ago"
            self.blind_pushes.append(f"sends {ident}, and last pulled {when}")

    def _served(self, request: httpx.Request) -> Answer:
        net = self._net
        if not net.is_server_up:
            net.hit("server_away")
            raise _caused(httpx.ConnectError, ConnectionRefusedError(errno.ECONNREFUSED, "refused"))
        try:
            return self._answered(
                request.method, request.url.raw_path.decode(), request.headers.raw, request.content
            )
        except ServerKilledError:
            net.server_died()
        raise httpx.RemoteProtocolError("the server disconnected without an answer")

    def _answered(self, method: str, target: str, headers: Headers, content: bytes) -> Answer:
        answer = self._net.server.answer(method, target, headers, content)
        if target == "/v1/mutations" and answer.status == 200:
            self._net.answered(content, answer.body)
        return answer

    def _listened(self, request: httpx.Request) -> httpx.Response:
        net = self._net
        if not net.is_server_up:
            raise _caused(httpx.ConnectError, ConnectionRefusedError(errno.ECONNREFUSED, "refused"))
        centre = net.server.centre
        authorisation = request.headers.get("authorization")
        try:
            caller = net.server.read(lambda c: centre.caller(c, authorisation, Right.READ))
        except FaultError as fault:
            return self._problem(fault.problem)
        feeds = centre.door.feeds(caller.operator)
        left = (caller.expires_at - centre.clock.now()).total_seconds()
        stream = PokeStream(net.kernel, frozenset(feeds), seconds=left, closed=self._closed)
        self.streams.append(stream)
        return httpx.Response(
            200, headers=self._ours(), stream=stream, extensions={"network_stream": stream}
        )

    def _closed(self, stream: PokeStream) -> None:
        if stream in self.streams:
            self.streams.remove(stream)

    # ------------------------------------------------------------------ the bad ways

    def _refused(self, request: httpx.Request, rng: Random) -> httpx.Response:
        raise _caused(httpx.ConnectError, ConnectionRefusedError(errno.ECONNREFUSED, "refused"))

    def _dns(self, request: httpx.Request, rng: Random) -> httpx.Response:
        raise _caused(httpx.ConnectError, socket.gaierror(-3, "no name server answers"))

    def _tls(self, request: httpx.Request, rng: Random) -> httpx.Response:
        raise _caused(httpx.ConnectError, ssl.SSLCertVerificationError("not whom it says"))

    def _lost(self, request: httpx.Request, rng: Random) -> httpx.Response:
        self._sleep(_patience(request))
        raise httpx.ReadTimeout("nothing came back")

    def _answer_lost(self, request: httpx.Request, rng: Random) -> httpx.Response:
        self._served(request)
        if rng.random() < 0.5:
            raise httpx.ReadError("connection reset")
        self._sleep(_patience(request))
        raise httpx.ReadTimeout("nothing came back")

    def _duplicate(self, request: httpx.Request, rng: Random) -> httpx.Response:
        self._later(request, rng.uniform(0.0, 60.0))
        return self._carried(request)

    def _delayed(self, request: httpx.Request, rng: Random) -> httpx.Response:
        """It arrives after minutes; nobody waits for the answer any more."""
        patience = _patience(request)
        self._later(request, rng.uniform(patience, 240.0))
        self._sleep(patience)
        raise httpx.ReadTimeout("nothing came back")

    def _reorder(self, request: httpx.Request, rng: Random) -> httpx.Response:
        """It arrives (again, or at all) only after later requests of the same console."""
        again = rng.random() < 0.5
        response = self._carried(request) if again else None
        self._later(request, None, overtakers=rng.choice((1, 1, 2, 5)))
        if response is not None:
            return response
        self._sleep(_patience(request))
        raise httpx.ReadTimeout("nothing came back")

    def _turned_away(self, request: httpx.Request, rng: Random) -> httpx.Response:
        """It is under way for very long, and the next delivery meets somebody who says no."""
        self._later(request, rng.uniform(200.0, 2000.0))
        kind = rng.choice(("forbidden", "conflict", "too_large"))
        until = self._net.kernel.now + 900.0
        refusal = WireFault(kind, rng.getrandbits(32), until=until, only=request.url.path)
        self.faults.insert(0, refusal)
        self._sleep(_patience(request))
        raise httpx.ReadTimeout("nothing came back")

    def _put_back(self, request: httpx.Request, rng: Random) -> httpx.Response:
        """The centre answers, and is put back to how it was just before."""
        is_first = self._net.backed_up()
        answer = self._served(request)
        if is_first:
            self._net.put_back()
        return _response(answer)

    def _meanwhile(self, request: httpx.Request, rng: Random) -> httpx.Response:
        """Its answer is lost, and what it was about is another's before it is asked again."""
        answer = self._served(request)
        if answer.status == 200 and request.url.path == "/v1/mutations":
            self._net.meanwhile(request.content, rng)
        raise httpx.ReadError("connection reset")

    def _overtaken(self, request: httpx.Request, rng: Random) -> httpx.Response:
        """What it is about is another's by the time it arrives, since the console judged it."""
        if request.url.path == "/v1/mutations":
            self._net.meanwhile(request.content, rng)
        return _response(self._served(request))

    def _late_answer(self, request: httpx.Request, rng: Random) -> httpx.Response:
        answer, wait, patience = self._served(request), rng.uniform(1.0, 40.0), _patience(request)
        self._sleep(min(wait, patience))
        if wait > patience:
            raise httpx.ReadTimeout("too late")
        return _response(answer)

    def _cut(self, request: httpx.Request, rng: Random) -> httpx.Response:
        answer = self._served(request)
        upto = rng.randrange(max(1, len(answer.body)))
        return _response(answer, _Pieces(self._sleep, [answer.body[:upto]], ends_well=False))

    def _trickle(self, request: httpx.Request, rng: Random) -> httpx.Response:
        answer = self._served(request)
        size = max(1, len(answer.body) // 4)
        pieces = [answer.body[n : n + size] for n in range(0, len(answer.body), size)]
        return _response(answer, _Pieces(self._sleep, pieces, seconds=rng.uniform(0.5, 10.0)))

    def _captive(self, request: httpx.Request, rng: Random) -> httpx.Response:
        if rng.random() < 0.3:
            return httpx.Response(302, headers={"Location": "http://portal.invalid/"})
        return httpx.Response(200, headers={"Content-Type": "text/html"}, content=_PORTAL)

    def _wrong_type(self, request: httpx.Request, rng: Random) -> httpx.Response:
        if rng.random() < 0.5:
            return httpx.Response(200, headers={"Content-Type": "text/plain"}, content=b"It works!")
        return httpx.Response(200, headers=self._ours(), content=b'{"ok": tru')

    def _expired(self, request: httpx.Request, rng: Random) -> httpx.Response:
        if "authorization" not in request.headers:
            return self._carried(request)
        if rng.random() < 0.5:
            self._net.session_over(self._name)
        return self._problem(Problem("The access token has expired", 401, problems.TOKEN_EXPIRED))

    def _error(self, status: int) -> Callable[[httpx.Request, Random], httpx.Response]:
        def answer(request: httpx.Request, rng: Random) -> httpx.Response:
            if status >= 500 and rng.random() < 0.5:
                self._served(request)  # carried out, and something in between failed then
            return httpx.Response(status, content=b"")

        return answer

    def _refusal(self, problem: Problem) -> Callable[[httpx.Request, Random], httpx.Response]:
        return lambda request, rng: self._problem(problem)

    def _too_many(self, request: httpx.Request, rng: Random) -> httpx.Response:
        seconds = str(rng.randrange(1, 90))
        return httpx.Response(429, headers={"Retry-After": seconds}, content=b"")

    def _other_protocol(self, request: httpx.Request, rng: Random) -> httpx.Response:
        theirs = str(PROTOCOL + rng.choice((-1, 1)))
        if rng.random() < 0.5:
            return httpx.Response(200, headers={PROTOCOL_HEADER: theirs}, content=b"{}")
        problem = Problem("Another protocol", 426, problems.PROTOCOL_MISMATCH)
        return httpx.Response(426, headers={PROTOCOL_HEADER: theirs}, content=codec.encode(problem))

    # ------------------------------------------------------------------ small things

    def _fault(self, path: str) -> WireFault | None:
        now = self._net.kernel.now
        self.faults = [fault for fault in self.faults if fault.left > 0 and fault.until > now]
        for fault in self.faults:
            if path == "/v1/pokes" and fault.kind in _SERVED:
                continue  # there is no answer to lose: it is a stream
            if path.startswith(fault.only):
                fault.left -= 1
                return fault
        return None

    def _later(
        self, request: httpx.Request, seconds: float | None, *, overtakers: int | None = None
    ) -> None:
        """The request arrives (again) when nobody listens for its answer."""
        net, content = self._net, request.content
        method, target = request.method, request.url.raw_path.decode()

        def arrive() -> None:
            if under_way.arrived:
                return
            under_way.arrived = True
            if not net.is_server_up:
                return
            net.tell(self._name, f"{method} {target.partition('?')[0]} arrives, a ghost by now")
            try:
                self._answered(method, target, request.headers.raw, content)
            except ServerKilledError:
                net.server_died()

        def ghost() -> None:
            if seconds is not None:
                net.kernel.sleep(seconds)
            arrive()

        def spawned() -> None:
            net.kernel.spawn(self._ghosts, "ghost", arrive)

        under_way = _UnderWay(spawned, overtakers)
        self._under_way.append(under_way)
        if seconds is not None:
            net.kernel.spawn(self._ghosts, "ghost", ghost)

    def _problem(self, problem: Problem) -> httpx.Response:
        return httpx.Response(problem.status, headers=self._ours(), content=codec.encode(problem))

    def _ours(self) -> dict[str, str]:
        now = utc(self._net.kernel.now).isoformat()
        return {PROTOCOL_HEADER: str(PROTOCOL), TIME_HEADER: now}

    def _sleep(self, seconds: float) -> None:
        self._net.kernel.sleep(seconds)


_FATES: Mapping[str, Callable[[Line, httpx.Request, Random], httpx.Response]] = {
    "refused": Line._refused,
    "dns": Line._dns,
    "tls": Line._tls,
    "lost": Line._lost,
    "answer_lost": Line._answer_lost,
    "duplicate": Line._duplicate,
    "delayed": Line._delayed,
    "late_answer": Line._late_answer,
    "cut": Line._cut,
    "trickle": Line._trickle,
    "captive": Line._captive,
    "wrong_type": Line._wrong_type,
    "expired": Line._expired,
    "forbidden": lambda line, r, g: line._problem(Problem("No", 403, problems.NOT_ALLOWED)),
    "conflict": lambda line, r, g: line._problem(Problem("Conflict", 409)),
    "too_large": lambda line, r, g: line._problem(Problem("Large", 413, problems.TOO_LARGE)),
    "too_many": Line._too_many,
    "error_500": lambda line, r, g: line._error(500)(r, g),
    "error_502": lambda line, r, g: line._error(502)(r, g),
    "error_503": lambda line, r, g: line._error(503)(r, g),
    "error_504": lambda line, r, g: line._error(504)(r, g),
    "other_protocol": Line._other_protocol,
    "reorder": Line._reorder,
    "turned_away": Line._turned_away,
    "put_back": Line._put_back,
    "meanwhile": Line._meanwhile,
    "overtaken": Line._overtaken,
}

_SERVED = frozenset(
    {"answer_lost", "duplicate", "delayed", "late_answer", "cut", "trickle"}
    | {"reorder", "turned_away", "put_back", "meanwhile", "overtaken"}
    | {kind for kind in _FATES if kind.startswith("error_")}
)
"""The kinds by which the centre is reached all the same."""

WIRE_FAULTS: tuple[str, ...] = tuple(_FATES)
"""Every kind of `WireFault`."""

OF_MUTATIONS = frozenset({"turned_away", "put_back", "meanwhile", "overtaken"})
"""Those that befall one mutation, and mean nothing elsewhere."""

_WORDS: Mapping[str, str] = {
    "refused": "the connection is refused",
    "dns": "no name server answers",
    "tls": "the certificate is not the centre's",
    "lost": "it never arrives",
    "answer_lost": "it is carried out, and its answer is lost",
    "duplicate": "it arrives twice",
    "delayed": "it is under way for minutes",
    "late_answer": "its answer is late",
    "cut": "its answer is cut off in the middle",
    "trickle": "its answer trickles",
    "captive": "a portal answers in the centre's place",
    "wrong_type": "something that is not the centre answers",
    "expired": "401, the token has expired",
    "forbidden": "403",
    "conflict": "409",
    "too_large": "413",
    "too_many": "429 with Retry-After",
    "error_500": "500",
    "error_502": "502",
    "error_503": "503",
    "error_504": "504",
    "other_protocol": "the centre speaks another protocol",
    "reorder": "later ones overtake it",
    "turned_away": "it is under way for long, and the next delivery is turned away",
    "put_back": "it is answered, and the centre put back to just before",
    "meanwhile": "it is carried out, its answer is lost, and somebody else changes the same",
    "overtaken": "somebody else changes the same while it is on its way",
}


class PokeStream(httpx.SyncByteStream):
    """A stream of pokes, and the socket that it is read from."""

    def __init__(
        self,
        kernel: Kernel,
        feeds: frozenset[str],
        *,
        seconds: float,
        closed: Callable[[PokeStream], None],
    ) -> None:
        self._kernel = kernel
        self._feeds = feeds
        self._end = kernel.now + seconds
        self._closed = closed
        self._pending: set[str] = set(feeds)
        self._reader: Task | None = None
        self._shut = False
        self._dead_since: float | None = None

    def __iter__(self) -> Iterator[bytes]:
        kernel = self._kernel
        self._reader = kernel.running()
        while True:
            if self._shut:
                raise httpx.ReadError("hung up")
            if self._dead_since is not None:
                if kernel.now >= self._dead_since + 45.0:
                    raise httpx.ReadTimeout("silence")
                kernel.wait(self._dead_since + 45.0 - kernel.now)
            elif self._pending:
                kernel.sleep(0.1)
                feeds, self._pending = tuple(sorted(self._pending)), set()
                if feeds:
                    yield b"event: poke\ndata: " + codec.encode(PokeNotice(feeds)) + b"\n\n"
            elif kernel.now >= self._end:
                return
            else:
                kernel.wait(self._end - kernel.now)

    def close(self) -> None:
        self._closed(self)

    def tell(self, feeds: Mapping[str, int]) -> None:
        """There is something new in these feeds."""
        fresh = self._feeds.intersection(feeds)
        if fresh and self._dead_since is None:
            self._pending |= fresh
            self._wake()

    def die(self) -> None:
        """The connection is gone, and neither end has noticed."""
        if self._dead_since is None:
            self._dead_since = self._kernel.now
            self._wake()

    def get_extra_info(self, what: str) -> Any:
        """As a network stream of httpcore: the socket."""
        return self if what == "socket" else None

    def shutdown(self, _: int) -> None:
        """As a socket: whoever reads gets an error."""
        self._shut = True
        self._wake()

    def _wake(self) -> None:
        if self._reader is not None:
            self._kernel.wake(self._reader)


@dataclass(slots=True)
class _Pieces(httpx.SyncByteStream):
    sleep: Callable[[float], None]
    pieces: list[bytes]
    seconds: float = 0.0
    ends_well: bool = True
    given: list[bytes] = field(default_factory=list)

    def __iter__(self) -> Iterator[bytes]:
        for piece in self.pieces:
            if self.seconds:
                self.sleep(self.seconds)
            yield piece
        if not self.ends_well:
            raise httpx.RemoteProtocolError("peer closed connection in the middle of the body")


def _response(answer: Answer, stream: httpx.SyncByteStream | None = None) -> httpx.Response:
    if stream is not None:
        return httpx.Response(answer.status, headers=list(answer.headers), stream=stream)
    return httpx.Response(answer.status, headers=list(answer.headers), content=answer.body)


def _patience(request: httpx.Request) -> float:
    timeout: Mapping[str, float] = request.extensions["timeout"]
    return timeout["read"]


def _short(request: httpx.Request) -> str:
    return f"{request.method} {request.url.path}"


def _caused(kind: type[httpx.RequestError], cause: Exception) -> httpx.RequestError:
    error = kind(str(cause))
    error.__cause__ = cause
    return error
