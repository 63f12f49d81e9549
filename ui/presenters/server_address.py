"""The address of a central server: what can be one."""

from __future__ import annotations

from urllib.parse import urlsplit


def is_server_address(address: str) -> bool:
    """Whether requests could be sent there: http or https, a host, a port that exists."""
    if any(sign.isspace() for sign in address):
        return False
    try:
        parts = urlsplit(address)
        known = parts.port is None or parts.port > 0
        host = (parts.hostname or "").encode("idna")
    except (ValueError, UnicodeError):
        return False
    return parts.scheme in ("http", "https") and bool(host) and known and "@" not in parts.netloc
