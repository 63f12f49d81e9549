"""Files to attach: pictures of a given size whose bytes are all different and always the same."""

from __future__ import annotations

import hashlib

from console.domain.attachment import Attachment, AttachmentNorms
from console.rulebook.attachments import load_attachments
from tests.support.builders import an_id

NORMS: AttachmentNorms = load_attachments()

JPEG = b"\xff\xd8\xff\xe0"


def a_picture(size: int = 1000, *, seed: str = "") -> bytes:
    """What a picture of so many bytes might hold."""
    blocks = (hashlib.sha256(f"{seed}{n}".encode()).digest() for n in range(size // 32 + 1))
    return (JPEG + b"".join(blocks))[:size]


def an_attachment(content: bytes, *, name: str = "опора 12.jpg", ident: str = "") -> Attachment:
    """What is said of a picture with this content."""
    digest = hashlib.sha256(content).hexdigest()
    return Attachment(ident or an_id(), name, "image/jpeg", len(content), digest)
