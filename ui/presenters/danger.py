"""The lane of danger in words: what an appeal of it needs before anything else, and who knows."""

from __future__ import annotations

from dataclasses import dataclass

from console.domain.appeal import ANSWERED, ENDED, Appeal
from console.domain.mutations import SendReply
from console.readmodel import AppealView
from ui.presenters.here import Here
from ui.presenters.names import People


@dataclass(frozen=True, slots=True)
class DangerFace:
    """The banner over an appeal of the lane: ``text``, and what its two buttons say and run.

    ``kind`` is danger while something is needed, else warning. A command is empty where there is
    nothing left to do by it.
    """

    text: str
    kind: str
    action: str = ""
    command: str = ""
    other: str = ""
    other_command: str = ""


def danger_face(view: AppealView, here: Here, people: People) -> DangerFace | None:
    """What the banner over ``view`` says; None where no life is in danger, or all is over."""
    appeal = view.appeal
    if not appeal.danger or appeal.status in ENDED:
        return None
    needs: list[str] = []
    face = DangerFace("", "danger")
    if appeal.dispatched is None:
        needs.append(here.t("danger.need_dispatch"))
        face = _with_dispatch(face, here)
    if appeal.status not in ANSWERED and not _answered_safely(view):
        needs.append(here.t("danger.need_safety"))
        face = _with_safety(face, here)
    known = _known(appeal, here, people)
    if not needs:
        return DangerFace(here.t("danger.in_hand", known=known), "warning")
    text = here.t("danger.needs", needs=here.t("danger.and").join(needs))
    return DangerFace(
        f"{text} {known}".strip(),
        "danger",
        face.action,
        face.command,
        face.other,
        face.other_command,
    )


def _with_dispatch(face: DangerFace, here: Here) -> DangerFace:
    return DangerFace(face.text, face.kind, here.t("danger.tell_dispatcher"), "danger.dispatched")


def _with_safety(face: DangerFace, here: Here) -> DangerFace:
    words, command = here.t("danger.insert_safety"), "danger.safety"
    if face.command:
        return DangerFace(face.text, face.kind, face.action, face.command, words, command)
    return DangerFace(face.text, face.kind, words, command)


def _answered_safely(view: AppealView) -> bool:
    """Whether some reply is out, or on its way: the checks let none go without the words."""
    waiting = any(isinstance(entry.envelope.mutation, SendReply) for entry in view.entries)
    return waiting or view.appeal.first_reply_at is not None


def _known(appeal: Appeal, here: Here, people: People) -> str:
    mark = appeal.dispatched
    if mark is None:
        return ""
    who = people.name(mark.by, here.catalog)
    return here.t("danger.told", told=mark.told, at=here.at(mark.at), who=who)
