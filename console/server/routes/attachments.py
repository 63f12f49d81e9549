"""Attachments: /v1/attachments/BRANCH/ID, declared, sent in pieces, asked after and read."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from urllib.parse import quote

from litestar import Request, Response, delete, get, patch, put
from litestar.datastructures import State
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, RawBody
from litestar.response import Stream
from sqlalchemy import Connection

from console.domain.attachment import Attachment
from console.domain.ids import Ref
from console.domain.operator import Operator, Right
from console.server import attachments
from console.server.centre import Centre
from console.server.faults import FaultError, bad_request, check_keys, not_allowed, range_not_there
from console.server.openapi import CONTENT, speaks
from console.server.routes.replies import reply
from console.wire import codec
from console.wire.schema import UploadState

_ADDRESS = "/v1/attachments/{branch:str}/{attachment:str}"
_Request = Request[None, None, State]
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)
_STREAMED = 256 * 1024
"""Bytes that a download has in memory at a time."""


def routes(centre: Centre) -> list[HTTPRouteHandler]:
    """The handlers, over this centre."""

    @put(_ADDRESS, status_code=200, operation_class=speaks(Attachment, UploadState))
    async def declare(
        request: _Request, branch: FromPath[str], attachment: FromPath[str], body: RawBody
    ) -> Response[bytes]:
        """Begin an upload, or hear at which offset an earlier one of the same file goes on."""
        check_keys(branch, attachment)
        declared = codec.decode(body, Attachment)
        if declared.id != attachment:
            raise bad_request("the attachment's id is not that of its address")
        authorisation = request.headers.get("authorization")

        def work(connection: Connection) -> UploadState:
            author = _author(centre, connection, authorisation, branch)
            return attachments.declare(
                connection,
                branch,
                declared,
                author=author,
                norms=centre.norms,
                now=centre.clock.now(),
            )

        return reply(await centre.off_loop(centre.database.write, work))

    @patch(_ADDRESS, status_code=200, operation_class=speaks(CONTENT, UploadState))
    async def append(
        request: _Request,
        branch: FromPath[str],
        attachment: FromPath[str],
        body: RawBody,
        offset: FromQuery[int],
    ) -> Response[bytes]:
        """Send the piece that begins at ``offset``.

        409 says where the upload really stands, 422 that the whole is not what was declared; then
        it begins anew.
        """
        check_keys(branch, attachment)
        authorisation = request.headers.get("authorization")

        def work(connection: Connection) -> UploadState | FaultError:
            author = _author(centre, connection, authorisation, branch)
            return attachments.append(
                connection,
                Ref(branch, attachment),
                body,
                offset=offset,
                author=author,
                norms=centre.norms,
                now=centre.clock.now(),
            )

        outcome = await centre.off_loop(centre.database.write, work)
        if isinstance(outcome, FaultError):  # given back, not raised: what it undid is committed
            raise outcome
        return reply(outcome)

    @get(_ADDRESS, operation_class=speaks(None, UploadState))
    async def stands(
        request: _Request, branch: FromPath[str], attachment: FromPath[str]
    ) -> Response[bytes]:
        """Where an upload stands."""
        check_keys(branch, attachment)
        authorisation = request.headers.get("authorization")

        def work(connection: Connection) -> UploadState:
            reader = _reader(centre, connection, authorisation, branch)
            return attachments.state(connection, Ref(branch, attachment), reader=reader)

        return reply(await centre.off_loop(centre.database.read, work))

    @delete(_ADDRESS, operation_class=speaks(None, None))
    async def forget(request: _Request, branch: FromPath[str], attachment: FromPath[str]) -> None:
        """Drop an upload of one's own that no message has named."""
        check_keys(branch, attachment)
        authorisation = request.headers.get("authorization")

        def work(connection: Connection) -> None:
            author = _author(centre, connection, authorisation, branch)
            attachments.forget(connection, Ref(branch, attachment), author=author)

        await centre.off_loop(centre.database.write, work)

    @get(f"{_ADDRESS}/content", operation_class=speaks(None, CONTENT))
    async def content(
        request: _Request, branch: FromPath[str], attachment: FromPath[str]
    ) -> Stream:
        """The bytes of a file, or with ``Range: bytes=A-B`` some of them (206)."""
        check_keys(branch, attachment)
        authorisation = request.headers.get("authorization")
        asked, ref = request.headers.get("range"), Ref(branch, attachment)

        def work(connection: Connection) -> Attachment:
            reader = _reader(centre, connection, authorisation, branch)
            return attachments.whole(connection, ref, reader=reader)

        found = await centre.off_loop(centre.database.read, work)
        part = _part(asked, found.size)
        begins, ends = part or (0, found.size)
        headers = _headers(found) | {"Content-Length": str(ends - begins)}
        if part is not None:
            headers["Content-Range"] = f"bytes {begins}-{ends - 1}/{found.size}"
        return Stream(
            _pieces(centre, ref, begins, ends),
            status_code=200 if part is None else 206,
            media_type=found.media,
            headers=headers,
        )

    return [declare, append, stands, forget, content]


async def _pieces(centre: Centre, ref: Ref, begins: int, ends: int) -> AsyncIterator[bytes]:
    for at in range(begins, ends, _STREAMED):
        upto = min(at + _STREAMED, ends)

        def work(connection: Connection, at: int = at, upto: int = upto) -> bytes:
            return attachments.content(connection, ref, begins=at, ends=upto)

        yield await centre.off_loop(centre.database.read, work)


def _author(
    centre: Centre, connection: Connection, authorisation: str | None, branch: str
) -> Operator:
    """Who may write to residents of ``branch``, or a note, and so may attach files."""
    operator = centre.caller(connection, authorisation, Right.NOTE).operator
    return _covering(operator, branch)


def _reader(
    centre: Centre, connection: Connection, authorisation: str | None, branch: str
) -> Operator:
    return _covering(centre.caller(connection, authorisation, Right.READ).operator, branch)


def _covering(operator: Operator, branch: str) -> Operator:
    if not operator.covers(branch):
        raise not_allowed("the attachment is of another branch")
    return operator


def _part(asked: str | None, size: int) -> tuple[int, int] | None:
    """(begin, end) of a Range header; None for the whole, as for a range of a kind not served."""
    match = _RANGE.fullmatch(asked.strip()) if asked else None
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:  # the last so many bytes
        begins, ends = max(0, size - int(last)), size
    else:
        begins, ends = int(first), min(size, int(last) + 1) if last else size
    if first and last and int(last) < int(first):
        return None
    if begins >= ends:
        raise range_not_there(size)
    return begins, ends


def _headers(attachment: Attachment) -> dict[str, str]:
    name = quote(attachment.name.encode("utf-8", "replace"), safe="")
    return {
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-store",
        "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
        "ETag": f'"{attachment.digest}"',
        # What a resident or colleague has sent is never run by a browser.
        "X-Content-Type-Options": "nosniff",
    }
