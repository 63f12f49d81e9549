"""Links in a text that somebody else wrote: what they say, and where they really lead."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Literal
from urllib.parse import SplitResult, urlsplit, urlunsplit

from console.i18n import Catalog

Doubt = Literal["", "mixed", "foreign", "user", "number"]
"""Why an address may pretend to be another one: letters of two alphabets in the name, letters
that are neither Latin nor Russian, a user name before the host, or a bare number for a host."""

_URL = re.compile(r"(?:https?://|www\.)[^\s<>\"«»]+", re.IGNORECASE)
_TRAILING = ".,;:!?…'\")]}"
_MOST = 8
_SHOWN = 48
_ASKED = 160
_LINE = 30
# Browsers read a backslash as a slash: what stands before it would look like a part of the name.
_AMBIGUOUS = re.compile(r"[\\\x00-\x20\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_PART = re.compile(r"[/?&=#._-]|[^/?&=#._-]{16}")
_RUSSIAN = frozenset(map(chr, (*range(0x430, 0x450), 0x451)))


@dataclass(frozen=True, slots=True)
class Link:
    """One link: ``host`` in ASCII (``xn--…``), ``name`` as people write it, ``url`` what is opened.

    ``url`` is put together anew from what was understood, so that a browser cannot read another
    host out of it. ``shown`` is short enough for a button; only http and https become a `Link`.
    """

    shown: str
    url: str
    host: str
    name: str
    doubt: Doubt = ""

    @property
    def suspicious(self) -> bool:
        """Whether it may pretend to be another site."""
        return bool(self.doubt)


@dataclass(frozen=True, slots=True)
class LinkQuestion:
    """What a person is asked before a link is opened; ``warning`` is empty where nothing is odd."""

    title: str
    body: str
    address: str
    warning: str


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
    if _AMBIGUOUS.search(address):
        return None
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").encode("idna").decode("ascii").lower()
        name = host.encode("ascii").decode("idna")
        port = "" if parts.port is None else f":{parts.port}"
    except (ValueError, UnicodeError):
        return None
    scheme = parts.scheme.lower()
    if scheme not in ("http", "https") or "." not in host:
        return None
    url = urlunsplit((scheme, host + port, parts.path, parts.query, parts.fragment))
    doubt = _doubt(parts, host, name)
    said = name if doubt in ("", "user") else host
    return Link(_short(parts, said), url, host, name, doubt)


def link_question(link: Link, catalog: Catalog) -> LinkQuestion:
    """Where ``link`` leads, and what is odd about it."""
    t = catalog.t
    warning = t(f"thread.link_{link.doubt}", name=_breakable(link.name)) if link.doubt else ""
    shown = link.url if len(link.url) <= _ASKED else f"{link.url[: _ASKED - 1]}…"
    return LinkQuestion(
        title=t("thread.link_title"),
        body=t("thread.link_body", host=_breakable(link.host if link.doubt else link.name)),
        address=_breakable(shown),
        warning=warning,
    )


def _breakable(address: str) -> str:
    """An address may go on in the next line, best after a sign: its end matters, too."""
    return address if len(address) <= _LINE else _PART.sub("\\g<0>\u200b", address)


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


def _doubt(parts: SplitResult, host: str, name: str) -> Doubt:
    if "@" in parts.netloc:
        return "user"
    if _is_number(host):
        return "number"
    letters = {one for one in name if unicodedata.category(one).startswith(("L", "M"))}
    latin = {one for one in letters if one.isascii()}
    if letters - latin - _RUSSIAN:
        return "foreign"
    # A Russian name ends in a Russian zone (.рф): any Latin letter in it is there to deceive.
    return "mixed" if latin and latin != letters else ""


def _is_number(host: str) -> bool:
    if host.replace(".", "").isdigit():
        return True
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
