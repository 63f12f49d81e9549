"""Links in a text that somebody else wrote: what they say, and where they really lead."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

_URL = re.compile(r"(?:https?://|www\.)[^\s<>\"«»]+", re.IGNORECASE)
_TRAILING = ".,;:!?…'\")]}"
_MOST = 8
_SHOWN = 48


@dataclass(frozen=True, slots=True)
class Link:
    """One link: ``host`` in ASCII (a look-alike name shows itself as ``xn--…``), ``url`` whole.

    ``shown`` is short enough for a button; only http and https ever become a `Link`.
    """

    shown: str
    url: str
    host: str
    suspicious: bool


def links_in(text: str) -> tuple[Link, ...]:
    """The links of ``text`` in order, each once, at most eight."""
    found: dict[str, Link] = {}
    for match in _URL.finditer(text):
        link = safe_link(match.group())
        if link is not None:
            found.setdefault(link.url, link)
        if len(found) == _MOST:
            break
    return tuple(found.values())


def safe_link(address: str) -> Link | None:
    """``address`` as a link, None unless it is plain http or https with a host."""
    address = _trimmed(address.strip())
    if address.lower().startswith("www."):
        address = f"http://{address}"
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").encode("idna").decode("ascii")
    except (ValueError, UnicodeError):
        return None
    if parts.scheme.lower() not in ("http", "https") or "." not in host:
        return None
    return Link(_short(parts, host), address, host, _is_suspicious(parts, host))


def _trimmed(address: str) -> str:
    """Without the punctuation that ends a sentence; a closing bracket stays with its opening."""
    while address and address[-1] in _TRAILING:
        if address[-1] == ")" and address.count("(") >= address.count(")"):
            break
        address = address[:-1]
    return address


def _short(parts: SplitResult, host: str) -> str:
    tail = parts.path.rstrip("/") + (f"?{parts.query}" if parts.query else "")
    whole = host.removeprefix("www.") + tail
    return whole if len(whole) <= _SHOWN else f"{whole[: _SHOWN - 1]}…"


def _is_suspicious(parts: SplitResult, host: str) -> bool:
    """A name in foreign letters, a user name before the host, or a bare number for a host."""
    return "xn--" in host or "@" in parts.netloc or host.replace(".", "").isdigit()
