"""Plain text out of what outside systems send: HTML, social network mentions, stray characters.

Exports of monitoring cabinets carry markup with broken attributes (back-ticks for quotes, tags cut
off by a length limit), entities escaped twice, and mentions of VK. What a resident meant to say
must survive word for word, so only known elements are taken for markup: «если U < 198» and
«<адрес>» are text. The scanner is our own rather than `html.parser` because that one reads cut-off
tags differently from one patch release to the next. Every step is linear in the length.
"""

from __future__ import annotations

import re
import unicodedata
from html import unescape
from typing import Final

_ROUNDS: Final = 6
"""Markup may hide in entities and those in entities again; deeper nesting is an attack."""


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


_BREAKS: Final = _names("br tr div dt dd section article hr caption")
_PARAGRAPHS: Final = _names(
    "p h1 h2 h3 h4 h5 h6 ul ol dl table blockquote pre figure header footer form main"
)
_INLINE: Final = _names(
    """a abbr acronym address b big button center cite code col colgroup del em figcaption font i
    iframe img input ins label link mark meta nobr noindex o:p option q s samp select small source
    span strike strong sub sup tbody td tfoot th thead time tt u var video audio wbr html body head
    object param svg path details summary picture"""
)
_KNOWN: Final = _BREAKS | _PARAGRAPHS | _INLINE | {"li"}

_TAG: Final = re.compile(
    r"""<(/?)([a-zA-Z][a-zA-Z0-9]*(?::[a-zA-Z]+)?)(?![\w:])
        (?: ( (?: [^<>"'`] | "[^"<]*" | '[^'<]*' | `[^`<]*` )*+ ) > | ( [^<>]*+ ) > )""",
    re.VERBOSE,
)
# A tag that never closes: its mark always goes; what follows goes too when the text ends there and
# it reads like attributes (an export cut at 5,000 characters).
_CUT_TAG: Final = re.compile(r"</?[a-zA-Z][a-zA-Z0-9:]*\s+[a-zA-Z-]+\s*=[^<>]*\Z|</?[a-zA-Z]*\Z")
_LONELY_TAG: Final = re.compile(r"</?(?:p|br|div|span|strong|li|ul|ol)\b(?=[^<>]*(?:<|\Z))")
_LAST_GUARD: Final = re.compile(r"<(?=/?(?:p|br|div|span)\b)", re.IGNORECASE)

_AMPERSANDS: Final = re.compile(r"&(?:amp;)+", re.IGNORECASE)
_ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});|&nbsp")

_LINK: Final = re.compile(
    r"""\bhref\s*=\s*(?:"([^"<]*)"|'([^'<]*)'|`([^`<]*)`|([^\s"'`<>]+))""", re.I
)
_ALT: Final = re.compile(r"""\balt\s*=\s*(?:"([^"<]*)"|'([^'<]*)'|`([^`<]*)`)""", re.I)

_MENTION: Final = re.compile(
    r"\[(?:club|public|event|id|app|topic|photo|video|wall|doc)-?\d[\w-]*\|([^\[\]|]*)\]"
)
_WEB_MENTION: Final = re.compile(r"\[(https?://[^\s|\[\]]+)\|([^\[\]|]*)\]")
_BROKEN_MENTION: Final = re.compile(r"\[(?:club|public|event|id)(?:-?\d+)?(?:\||(\]))?")
_AT_MENTION: Final = re.compile(r"[@*](?:club|public|event|id)\d+\s?\(([^()]*)\)")

_LINE_ENDS: Final = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# Controls, soft hyphen, zero-width marks, direction overrides, lone surrogates, the private use
# mark that some exports put in place of what they lost.
_INVISIBLE: Final = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u200b\u200c\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffd\ud800-\udfff]"
)
# The joiner glues family and profession emoji together; anywhere else it is dirt.
_STRAY_JOINER: Final = re.compile(
    "(?<![\u2190-\u2bff\ufe0f\U0001f000-\U0001faff])\u200d|\u200d(?![\u2190-\u2bff\U0001f000-\U0001faff])"
)
_SPACES: Final = re.compile(r"[^\S\n]+")
_AROUND_BREAK: Final = re.compile(r" ?\n ?")
_BLANK_LINES: Final = re.compile(r"\n{3,}")


def clean(html: str) -> str:
    """Plain text with ``\\n`` line ends of ``html``, which may as well be plain already.

    Never longer than a few marks more than its source; never raises; a second pass over its own
    result changes nothing that a reader would see.
    """
    text = _LINE_ENDS.sub("\n", html)
    for _ in range(_ROUNDS):
        before = text
        text = _entities(_markup(_without_invisible(text)))
        if text == before:
            break
    text = _mentions(_without_invisible(_LAST_GUARD.sub("‹", text)))
    return _whitespace(unicodedata.normalize("NFC", _STRAY_JOINER.sub("", text)))


def tidy(text: str) -> str:
    """``text`` without invisible characters and with ``\\n`` line ends; nothing else is changed."""
    if _is_visible(text):
        return text
    return _without_invisible(_LINE_ENDS.sub("\n", text))


def _without_invisible(text: str) -> str:
    return text if _is_visible(text.replace("\n", "")) else _INVISIBLE.sub("", text)


def _is_visible(text: str) -> bool:
    """Whether there is surely nothing to take out: most texts say so sooner than a pattern does.

    The three are those of `_INVISIBLE` that Python takes for printable.
    """
    return (
        text.isprintable()
        and "\u034f" not in text
        and "\ufffc" not in text
        and "\ufffd" not in text
    )


def _entities(text: str) -> str:
    if "&" not in text:
        return text
    return _ENTITY.sub(lambda m: unescape(m.group()), _AMPERSANDS.sub("&", text))


def _markup(text: str) -> str:
    if "<" not in text:
        return text
    for opening, closing in (("<!--", "-->"), ("<script", "</script>"), ("<style", "</style>")):
        text = _without_block(text, opening, closing)
    return _LONELY_TAG.sub("", _cut_end(_Tags().plain(text)))


def _without_block(text: str, opening: str, closing: str) -> str:
    """``text`` without what stands between the marks; an opening that never closes just goes."""
    lower = text.lower()
    if opening not in lower or len(lower) != len(text):
        return text
    parts: list[str] = []
    at = 0
    while (start := lower.find(opening, at)) >= 0:
        end = lower.find(closing, start)
        if end < 0:
            return "".join(parts) + text[at:].replace(opening, "")
        parts.append(text[at:start])
        at = end + len(closing)
    parts.append(text[at:])
    return "".join(parts)


def _cut_end(text: str) -> str:
    last = text.rfind("<")
    if last < 0:
        return text
    tail = text[last:]
    cut = _CUT_TAG.match(tail)
    name = re.match(r"</?([a-zA-Z][a-zA-Z0-9:]*)", tail)
    if cut is None or name is None or name[1].lower() not in _KNOWN:
        return text
    # «a <b» at the end may be arithmetic; an element with attributes is not.
    return text if len(name[1]) == 1 and name[1] != "p" and "=" not in tail else text[:last]


class _Tags:
    """One pass over a text's tags; remembers the address of the link that is open."""

    def __init__(self) -> None:
        self._href = ""
        self._link_from = 0

    def plain(self, text: str) -> str:
        parts: list[str] = []
        at = 0
        for tag in _TAG.finditer(text):
            name = tag[2].lower()
            if name not in _KNOWN:
                continue
            parts.append(text[at : tag.start()])
            at = tag.end()
            attributes = tag[3] if tag[3] is not None else tag[4]
            self._one(name, attributes, parts, opens=not tag[1])
        parts.append(text[at:])
        return "".join(parts)

    def _one(self, name: str, attributes: str, parts: list[str], *, opens: bool) -> None:
        if name in _PARAGRAPHS:
            parts.append("\n\n")
        elif name in _BREAKS:
            parts.append("\n")
        elif name == "li":
            parts.append("\n• " if opens else "")
        elif name in ("td", "th"):
            parts.append(" ")
        elif name == "img" and (alt := _ALT.search(attributes)):
            parts.append(_first(alt))
        elif name == "a" and opens:
            link = _LINK.search(attributes)
            self._href = "" if link is None else _first(link)
            self._link_from = len(parts)
        elif name == "a":
            self._close_link(parts)

    def _close_link(self, parts: list[str]) -> None:
        href, self._href = self._href, ""
        if not href.lower().startswith(("http://", "https://")):
            return
        shown = "".join(parts[self._link_from :]).strip()
        if _same_address(shown, href):
            parts[self._link_from :] = [href]
        else:
            parts.append(f" ({href})" if shown else href)


def _first(found: re.Match[str]) -> str:
    return next((group for group in found.groups() if group is not None), "")


def _same_address(shown: str, href: str) -> bool:
    """Whether the words of a link only repeat its address, perhaps shortened with an ellipsis."""

    def bare(address: str) -> str:
        return re.sub(r"^https?://(?:www\.)?", "", address.lower()).rstrip("/….")

    return bool(bare(shown)) and bare(href).startswith(bare(shown))


def _mentions(text: str) -> str:
    if "[" in text:
        text = _WEB_MENTION.sub(r"\2 (\1)", _MENTION.sub(r"\1", text))
        text = _BROKEN_MENTION.sub("", text)
    return _AT_MENTION.sub(r"\1", text)


def _whitespace(text: str) -> str:
    text = _AROUND_BREAK.sub("\n", _SPACES.sub(" ", text))
    return _BLANK_LINES.sub("\n\n", text).strip()
