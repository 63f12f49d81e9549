"""The danger banner: over an appeal of the lane, what it needs, each by one key."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from console.readmodel import AppealView
from ui.actions.dispatch import Dispatcher
from ui.commands.table import keys_of
from ui.context import UiContext
from ui.presenters.danger import DangerFace, danger_face
from ui.views.speech import Speech
from ui.widgets.banner import Banner


class DangerBanner(Banner):
    """Says what is needed and runs it; hidden where there is no danger. `resized` as it comes."""

    resized = Signal()

    def __init__(
        self,
        context: UiContext,
        dispatcher: Dispatcher,
        speech: Speech,
        *,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent=parent)
        self._context = context
        self._dispatcher = dispatcher
        self._speech = speech
        self._face: DangerFace | None = None
        self._tight = False
        self.setAccessibleName(context.t("danger.banner"))
        self.pressed.connect(lambda: self._run(first=True))
        self.other_pressed.connect(lambda: self._run(first=False))

    def show_appeal(self, view: AppealView | None) -> None:
        """Say what ``view`` needs."""
        face = None
        if view is not None:
            face = danger_face(view, self._speech.here(view.appeal.branch), self._speech.people())
        was, self._face = self._face, face
        self.setAccessibleName(self._context.t("danger.banner"))
        if face is None:
            self.hide()
        elif face != was or self.isHidden():
            self._speak(face)
        if (was is None) != (face is None):
            self.resized.emit()

    def set_tight(self, *, tight: bool) -> None:
        """Where there is little room, one line with the keys; all of it is said on the tooltip."""
        if tight != self._tight:
            self._tight = tight
            if self._face is not None:
                self._speak(self._face)

    def _speak(self, face: DangerFace) -> None:
        icon = self._context.theme.icon("danger", face.kind)
        self.setToolTip(face.text if self._tight else "")
        if self._tight:
            commands = [one for one in (face.command, face.other_command) if one]
            keys = ", ".join(keys_of(one, self._context.catalog) for one in commands)
            key = "danger.tight" if keys else "danger.banner"
            self.say(self._context.t(key, keys=keys), kind=face.kind, icon=icon)
        else:
            action = self._with_key(face.action, face.command)
            other = self._with_key(face.other, face.other_command)
            self.say(face.text, kind=face.kind, icon=icon, action=action, other=other)

    def _with_key(self, words: str, command: str) -> str:
        """The words of a button, and the key that does the same."""
        keys = keys_of(command, self._context.catalog) if command else ""
        return f"{words} ({keys})" if words and keys else words

    def _run(self, *, first: bool) -> None:
        face = self._face
        command = (face.command if first else face.other_command) if face else ""
        if command:
            self._dispatcher.run(command)
