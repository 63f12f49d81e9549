"""Replies: values of the wire schema and problems as HTTP responses."""

from __future__ import annotations

from litestar import Response

from console.server.faults import FaultError
from console.wire import codec, problems

JSON = "application/json"


def reply(value: object) -> Response[bytes]:
    """``value`` as our own codec writes it; bytes are taken for written already."""
    content = value if isinstance(value, bytes) else codec.encode(value)
    return Response(content, media_type=JSON)


def fault_reply(fault: FaultError) -> Response[bytes]:
    """A fault as a problem of RFC 9457."""
    return Response(
        codec.encode(fault.problem),
        status_code=fault.problem.status,
        media_type=problems.MEDIA_TYPE,
        headers=fault.headers,
    )
