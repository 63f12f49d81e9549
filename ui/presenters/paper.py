"""Paper: an appeal as a document to print or to keep as a PDF, in final words, as HTML.

Whatever residents wrote is escaped: it is text, whoever wrote it.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from console.domain.message import MessageKind
from ui.presenters.appeal import AppealFace
from ui.presenters.clocks import ClocksFace
from ui.presenters.here import Here
from ui.presenters.history import HistoryLine
from ui.presenters.thread import Bubble

_SHEET = """
body { font-family: sans-serif; font-size: 10pt; color: #000000; }
h1 { font-size: 15pt; margin-top: 6px; margin-bottom: 4px; }
h2 { font-size: 11.5pt; margin-top: 16px; margin-bottom: 5px; }
p { margin-top: 0px; margin-bottom: 3px; }
p.mark { font-size: 9pt; font-weight: bold; }
p.dim, td.dim { color: #444444; font-size: 9pt; }
p.text { margin-top: 0px; margin-bottom: 10px; }
td { padding-right: 12px; padding-bottom: 2px; vertical-align: top; }
"""


def document(
    face: AppealFace,
    here: Here,
    *,
    clocks: ClocksFace | None,
    bubbles: Sequence[Bubble],
    lines: Sequence[HistoryLine],
    who: str,
) -> str:
    """The whole document; ``who`` printed it. Notes among ourselves say that they are such."""
    t = here.t
    heading = f"{face.line}. {face.name}" if face.line else face.name
    chips = ", ".join(chip.text for chip in face.chips)
    facts = [part for part in (face.place, face.contact, chips, face.owner) if part]
    parts = [
        f"<html><head><style>{_SHEET}</style></head><body>",
        _tag("p", t("paper.personal"), "mark"),
        _tag("h1", heading),
        *(_tag("p", fact) for fact in facts),
        *_deadlines(clocks, here),
        _tag("h2", t("paper.thread")),
        *(part for bubble in bubbles for part in _message(bubble, here)),
        *_history(lines, here),
        _tag("p", t("paper.printed", who=who, when=here.full(here.now)), "dim"),
        "</body></html>",
    ]
    return "\n".join(parts)


def file_name(face: AppealFace, here: Here) -> str:
    """A name for the file that no file system objects to: number and day, nobody's name."""
    number = "".join(letter for letter in face.line if letter.isdigit())
    return f"{here.t('paper.file')}-{number or face.ref.id}-{here.now:%Y-%m-%d}.pdf"


def _deadlines(clocks: ClocksFace | None, here: Here) -> list[str]:
    if clocks is None or not clocks.clocks:
        return []
    rows = [
        f"<tr><td>{escape(clock.name)}</td><td>{escape(clock.due)}</td>"
        f"<td>{escape(clock.left)}</td></tr>"
        for clock in clocks.clocks
    ]
    return [_tag("h2", here.t("paper.deadlines")), "<table>", *rows, "</table>"]


def _history(lines: Sequence[HistoryLine], here: Here) -> list[str]:
    if not lines:
        return []
    return [_tag("h2", here.t("paper.history")), "<table>", *map(_line, lines), "</table>"]


def _message(bubble: Bubble, here: Here) -> list[str]:
    labels = [chip.text for chip in bubble.labels]
    note = here.t("paper.note") if bubble.kind == MessageKind.NOTE and not labels else ""
    head = ", ".join(part for part in (bubble.who, bubble.when_full, *labels, note) if part)
    text = escape(bubble.text).replace("\n", "<br>")
    remarks = [_tag("p", remark.text, "dim") for remark in bubble.remarks]
    return [f"<p><b>{escape(head)}</b></p>", f'<p class="text">{text}</p>', *remarks]


def _line(line: HistoryLine) -> str:
    detail = f" {line.detail}" if line.detail else ""
    return (
        f'<tr><td class="dim">{escape(line.when_full)}</td>'
        f"<td>{escape(line.who)}</td><td>{escape(line.what + detail)}</td></tr>"
    )


def _tag(name: str, text: str, kind: str = "") -> str:
    kinds = f' class="{kind}"' if kind else ""
    return f"<{name}{kinds}>{escape(text)}</{name}>"
