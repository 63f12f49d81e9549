"""The client: the central server over HTTP, with a session that renews itself."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

import httpx

from console.clock import machine_time
from console.domain.attachment import Attachment
from console.domain.mutations import Envelope
from console.errors import (
    AuthError,
    OtklikError,
    ProtocolError,
    SignInNeededError,
    TransientError,
)
from console.faultpoints import FaultPoint
from console.remote.classify import answer_error, transport_error, unreadable
from console.remote.offset import OffsetMeter
from console.remote.sockets import Sockets
from console.wire.codec import DecodeError, decode, encode, to_wire
from console.wire.problems import TOKEN_EXPIRED
from console.wire.schema import (
    PROTOCOL,
    PROTOCOL_HEADER,
    TIME_HEADER,
    Answer,
    ArchivePage,
    Page,
    PokeNotice,
    PresenceNotice,
    Refresh,
    Session,
    SignIn,
    UploadState,
)
from console.workers import THREADS, Workers

T = TypeVar("T")

Transport = httpx.BaseTransport

log = logging.getLogger(__name__)

_TIMEOUT = httpx.Timeout(15.0, connect=5.0)
_SILENCE = httpx.Timeout(45.0, connect=5.0)
"""The server says something on the stream of pokes more often than that."""


class TokenKeeper(Protocol):
    """Keeps the refresh token between runs."""

    def load(self) -> str | None:
        """The token, None if nobody is signed in."""

    def save(self, token: str) -> None:
        """Keep the token; it is durable when this returns."""

    def forget(self) -> None:
        """Keep none any more."""


class HttpRemote:
    """`ports.Remote`; every method may be called on any thread, one refresh is made for all.

    ``wall`` is this machine's own clock, by which the server's is measured.
    """

    def __init__(
        self,
        server: str,
        *,
        tokens: TokenKeeper,
        on_offset: Callable[[timedelta], None],
        device: str = "",
        transport: Transport | None = None,
        fault_point: FaultPoint,
        wall: Callable[[], datetime] = machine_time,
        workers: Workers = THREADS,
    ) -> None:
        self._tokens = tokens
        self._device = device
        self._fault_point = fault_point
        self._meter = OffsetMeter()
        self._on_offset = on_offset
        self._access: str | None = None
        self._wall = wall
        self._renewing = workers.signal()
        self._sockets = Sockets()
        self._listening = Sockets()
        self._is_renewing = False
        self._client = httpx.Client(
            base_url=server.rstrip("/"),
            timeout=_TIMEOUT,
            transport=transport,
            trust_env=True,
            headers={PROTOCOL_HEADER: str(PROTOCOL), "Accept": "application/json"},
        )

    def interrupt(self) -> None:
        """Make every request fail that is under way, and every later one."""
        self._sockets.close()

    def break_off(self) -> None:
        """Make every request fail that is under way, and no later one.

        Not the renewal of a session: with its answer lost, the session might be over.
        """
        if not self._is_renewing:
            self._sockets.shut()

    def close(self) -> None:
        """Give back the connections; no request may be under way."""
        self._client.close()

    # ------------------------------------------------------------------ the session

    @property
    def has_session(self) -> bool:
        """Whether there is a session to continue; only the server knows if it still lasts."""
        return self._access is not None or self._tokens.load() is not None

    def sign_in(self, login: str, password: str) -> Session:
        """Begin a session; `AuthError` for a wrong login or password."""
        body = SignIn(login, password, self._device)
        session = self._decoded(self._send("POST", "/v1/session", body), Session)
        return self._begin(session)

    def sign_out(self) -> None:
        """End the session; here it has ended even if the server does not hear of it."""
        try:
            self._authorised("DELETE", "/v1/session")
        except OtklikError as error:
            log.info("the server did not hear of the sign-out: %s", type(error).__name__)
        finally:
            self.forget_session()

    def forget_session(self) -> None:
        """Have no session any more."""
        self._access = None
        self._tokens.forget()

    # ------------------------------------------------------------------ what sync asks for

    def changes(
        self, cursors: Mapping[str, int], *, limit: int, count: bool, run: str = ""
    ) -> Page:
        """The next page of the change feed."""
        since = ",".join(f"{feed}:{position}" for feed, position in sorted(cursors.items()))
        query = {"since": since, "limit": str(limit)} | ({"count": "1"} if count else {})
        query |= {"run": run} if run else {}
        return self._decoded(self._authorised("GET", "/v1/changes", query=query), Page)

    def foremost(self) -> Page:
        """What an operator would look for first, as a page that moves no cursor."""
        query = {"foremost": "1", "limit": "1"}
        return self._decoded(self._authorised("GET", "/v1/changes", query=query), Page)

    def search(self, text: str, *, before: str = "") -> ArchivePage:
        """Answers from the server's archive; ``before`` is the `ArchivePage.next` of a page."""
        query = {"q": text} | ({"before": before} if before else {})
        return self._decoded(self._authorised("GET", "/v1/search", query=query), ArchivePage)

    def push(self, envelope: Envelope) -> Answer:
        """Deliver a mutation; the same answer for every delivery of the same envelope."""
        response = self._authorised("POST", "/v1/mutations", to_wire(envelope))
        self._fault_point("after_response")
        return self._decoded(response, Answer)

    def presence(self, notice: PresenceNotice) -> None:
        """Say what the operator has open."""
        self._authorised("PUT", "/v1/presence", notice)

    def declare(self, branch: str, attachment: Attachment) -> UploadState:
        """Begin to send a file, or hear where an earlier attempt stands."""
        address = _file_address(branch, attachment.id)
        return self._decoded(self._authorised("PUT", address, attachment), UploadState)

    def upload(self, branch: str, attachment: str, offset: int, content: bytes) -> UploadState:
        """Send the piece of a file that begins at ``offset``."""
        response = self._authorised(
            "PATCH",
            _file_address(branch, attachment),
            content,
            query={"offset": str(offset)},
        )
        return self._decoded(response, UploadState)

    def download(self, branch: str, attachment: str, begins: int, ends: int) -> bytes:
        """Bytes of a file, at least one of those asked for."""
        response = self._authorised(
            "GET",
            f"{_file_address(branch, attachment)}/content",
            headers={"Range": f"bytes={begins}-{ends - 1}", "Accept": "*/*"},
        )
        content = response.content
        if response.status_code != httpx.codes.PARTIAL_CONTENT:  # the whole, unasked
            content = content[begins:ends]
        if not content or len(content) > ends - begins:
            raise ProtocolError("the server sent other bytes than were asked for", code="protocol")
        return content

    @contextmanager
    def pokes(self) -> Iterator[Iterator[PokeNotice]]:
        """The stream of pokes, for as long as the context lasts; raises as the others do."""
        token = self._token()
        request = self._request("GET", "/v1/pokes", token=token)
        request.headers["Accept"] = "text/event-stream"
        request.extensions["timeout"] = _SILENCE.as_dict()
        try:
            response = self._client.send(request, stream=True)
        except httpx.RequestError as error:
            raise transport_error(error) from error
        try:
            if not response.is_success:
                response.read()
            self._check_or_renew(response, token)
            self._listening.follow_response(response.extensions)
            yield self._notices(response)
        finally:
            response.close()

    def hang_up(self) -> None:
        """End the stream of pokes, if there is one."""
        self._listening.shut()

    # ------------------------------------------------------------------ a request

    def _authorised(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """A request with the access token, renewed once if the server says that it is over."""
        token = self._token()
        try:
            return self._send(method, path, body, query=query, token=token, headers=headers)
        except _TokenExpiredError:
            renewed = self._renewed(token)
        try:
            return self._send(method, path, body, query=query, token=renewed, headers=headers)
        except _TokenExpiredError as error:
            # A third try would be no better: clocks or keys of the server do not agree.
            raise SignInNeededError("the server refuses its own new token; sign in") from error

    def _send(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        query: Mapping[str, str] | None = None,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        request = self._request(method, path, body, query=query, token=token)
        request.headers.update(headers or {})
        before = self._wall()
        try:
            response = self._client.send(request)
        except httpx.RequestError as error:
            raise transport_error(error) from error
        self._check(response, token)
        self._measure(response, before)
        return response

    def _request(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        query: Mapping[str, str] | None = None,
        token: str | None = None,
    ) -> httpx.Request:
        kind = "application/octet-stream" if isinstance(body, bytes) else "application/json"
        headers = {"Content-Type": kind} if body is not None else {}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        try:
            return self._client.build_request(
                method,
                path,
                params=query,
                content=body if body is None or isinstance(body, bytes) else encode(body),
                headers=headers,
                extensions={"trace": self._trace(path)},
            )
        except httpx.InvalidURL as error:
            raise transport_error(error) from error

    def _trace(self, path: str) -> Callable[[str, Mapping[str, Any]], None]:
        """Follows a request on its way: connections to interrupt, and a POST that has left."""

        def trace(event: str, details: Mapping[str, Any]) -> None:
            self._sockets.follow(event, details)
            if event == "http11.send_request_body.complete" and path == "/v1/mutations":
                self._fault_point("after_post_sent")

        return trace

    def _check(self, response: httpx.Response, token: str | None) -> None:
        if response.status_code == 401 and token is not None and _says_expired(response):
            raise _TokenExpiredError
        error = answer_error(response)
        if error is not None:
            raise error

    def _check_or_renew(self, response: httpx.Response, token: str) -> None:
        """`_check` for a stream: it is begun anew by its reader, so only the token is renewed."""
        try:
            self._check(response, token)
        except _TokenExpiredError as error:
            self._renewed(token)
            raise TransientError("the session was renewed", code="busy", reached=False) from error

    def _measure(self, response: httpx.Response, before: datetime) -> None:
        """The server's time stands midway between sending and receiving, as best we know."""
        told = response.headers.get(TIME_HEADER)
        if told is None:
            return
        try:
            theirs = datetime.fromisoformat(told)
        except ValueError:
            return
        if theirs.tzinfo is not None:
            self._on_offset(self._meter.measured(theirs, before=before, after=self._wall()))

    def _decoded(self, response: httpx.Response, type_: type[T]) -> T:
        try:
            return decode(response.content, type_)
        except DecodeError as error:
            raise unreadable(error) from error

    def _notices(self, response: httpx.Response) -> Iterator[PokeNotice]:
        try:
            for line in response.iter_lines():
                if line.startswith("data:"):
                    yield decode(line.removeprefix("data:").strip(), PokeNotice)
        except httpx.RequestError as error:
            raise transport_error(error) from error
        except DecodeError as error:
            raise unreadable(error) from error

    # ------------------------------------------------------------------ tokens

    def _token(self) -> str:
        return self._access if self._access is not None else self._renewed(None)

    def _renewed(self, used: str | None) -> str:
        """A newer access token than ``used``; of many threads that ask, one fetches it."""
        with self._renewing:
            if self._access is not None and self._access != used:
                return self._access
            refresh = self._tokens.load()
            if refresh is None:
                raise SignInNeededError("nobody is signed in; sign in")
            self._is_renewing = True
            try:
                response = self._send("POST", "/v1/session/refresh", Refresh(refresh))
            except TransientError:
                raise
            except AuthError as error:
                self._access = None
                raise SignInNeededError(str(error)) from error
            finally:
                self._is_renewing = False
            self._begin(self._decoded(response, Session))
            assert self._access is not None
            return self._access

    def _begin(self, session: Session) -> Session:
        """The new refresh token is on the disk before the new access token is ever used."""
        self._tokens.save(session.refresh_token)
        self._access = session.access_token
        return session


def _file_address(branch: str, attachment: str) -> str:
    return f"/v1/attachments/{branch}/{attachment}"


class _TokenExpiredError(Exception):
    """The access token is over; the refresh token may still do."""


def _says_expired(response: httpx.Response) -> bool:
    return TOKEN_EXPIRED.encode() in response.content
