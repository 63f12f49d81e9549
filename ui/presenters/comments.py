"""Comments of other people under the same post, in words: how many, and how many only agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from console.domain.agreeing import is_agreeing
from console.domain.ids import Ref
from console.readmodel import Comment
from ui.presenters.here import Here
from ui.presenters.names import status_name

_MOST_NAMES = 12


@dataclass(frozen=True, slots=True)
class CommentFace:
    """One comment: ``head`` says who, when and how it stands; without ``ref`` it is a summary."""

    head: str
    text: str
    ref: Ref | None = None


@dataclass(frozen=True, slots=True)
class CommentsFace:
    """All of them: one line (and a ``short`` one) for when they are folded, and each comment."""

    line: str
    short: str
    comments: tuple[CommentFace, ...]


NONE = CommentsFace("", "", ())


def comments_face(found: Sequence[Comment], here: Here) -> CommentsFace:
    """What other people wrote, oldest first; those who only agree are named together at the end."""
    if not found:
        return NONE
    agreeing = [comment for comment in found if is_agreeing(comment.text)]
    told = [comment for comment in found if not is_agreeing(comment.text)]
    faces = [_face(comment, here) for comment in told]
    if agreeing:
        names = [each.author.strip() or here.t("appeal.nameless") for each in agreeing]
        more = len(names) - _MOST_NAMES
        text = ", ".join(names[:_MOST_NAMES])
        if more > 0:
            text = here.t("comments.and_more", names=text, count=more)
        faces.append(CommentFace(here.t("comments.agreeing", count=len(agreeing)), text))
    line = here.t("comments.line", count=len(found))
    short = here.t("comments.short", count=len(found))
    if agreeing:
        times = here.t("comments.times", count=len(agreeing))
        line = here.t("comments.line_with_agreeing", line=line, times=times)
    return CommentsFace(line, short, tuple(faces))


def _face(comment: Comment, here: Here) -> CommentFace:
    name = comment.author.strip() or here.t("appeal.nameless")
    parts = (name, here.at(comment.at), status_name(comment.status, here.catalog))
    return CommentFace(" · ".join(parts), " ".join(comment.text.split()), comment.ref)
