"""Problems: errors on the wire, as RFC 9457 `application/problem+json`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem: ``type`` is ``about:blank`` or ``otklik:<code>``, ``detail`` is for people."""

    title: str
    status: int
    type: str = "about:blank"
    detail: str = ""
    params: Mapping[str, str] = field(default_factory=dict)


BAD_CREDENTIALS = "otklik:bad-credentials"
TOKEN_EXPIRED = "otklik:token-expired"
TOKEN_REVOKED = "otklik:token-revoked"
NOT_ALLOWED = "otklik:not-allowed"
BAD_REQUEST = "otklik:bad-request"
TOO_LARGE = "otklik:too-large"
TOO_MANY = "otklik:too-many"
PROTOCOL_MISMATCH = "otklik:protocol"
UNKNOWN_ATTACHMENT = "otklik:unknown-attachment"
ANOTHER_ATTACHMENT = "otklik:another-attachment"
ATTACHMENT_REFUSED = "otklik:attachment-refused"
ATTACHMENT_MISSING = "otklik:attachment-missing"
WRONG_OFFSET = "otklik:wrong-offset"
HASH_MISMATCH = "otklik:hash-mismatch"
QUOTA = "otklik:quota"
UNAVAILABLE = "otklik:unavailable"
