"""The danger banner: over an appeal of the lane, what it needs, each by one key."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from console.readmodel import AppealView
from ui.actions.dispatch import Dispatcher
from ui.commands.table import keys_of
from ui.context import UiContext
from ui.presenters.danger import DangerFace, danger_face
from ui.views.speech import Speech
from ui.widgets.banner import Banner
from ui.widgets.fitting_button import FittingButton
from ui.widgets.flow import Flow


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
        self._first, self._second = FittingButton(), FittingButton()
        self._row = QWidget()
        flow = Flow(self._row, gap=context.theme.px(8))
        for button, first in ((self._first, True), (self._second, False)):
            # A click must not take the keys away from whoever is writing: letters are commands.
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(lambda _=False, one=first: self._run(first=one))
            flow.addWidget(button)
        self.add_below(self._row)

    def show_appeal(self, view: AppealView | None) -> None:
        """Say what ``view`` needs; whoever may not answer reads it, without buttons."""
        face = None
        if view is not None:
            face = danger_face(view, self._speech.here(view.appeal.branch), self._speech.people())
        if face is not None and not self._dispatcher.focus.may_answer:
            face = replace(face, action="", command="", other="", other_command="")
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
        self._row.setHidden(self._tight or not face.action)
        self.set_compact(compact=self._tight)
        if self._tight:
            commands = [one for one in (face.command, face.other_command) if one]
            keys = ", ".join(keys_of(one, self._context.catalog) for one in commands)
            key = "danger.tight" if keys else "danger.banner"
            self.say(self._context.t(key, keys=keys), kind=face.kind, icon=icon)
        else:
            self._label_both(face)
            self.say(face.text, kind=face.kind, icon=icon)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The keys are said where both buttons still stand in one line."""
        super().resizeEvent(event)
        if self._face is not None and not self._tight:
            self._label_both(self._face)

    def _label_both(self, face: DangerFace) -> None:
        sides = (
            (self._first, face.action, face.command),
            (self._second, face.other, face.other_command),
        )
        shown = [(button, self._wordings(words, key)) for button, words, key in sides if words]
        for button, words, _ in sides:
            button.setVisible(bool(words))
        gap = self._context.theme.px(8) * (len(shown) - 1)
        least = min((len(wordings) for _, wordings in shown), default=0)
        for at in range(least):
            need = sum(button.size_for(wordings[at]).width() for button, wordings in shown)
            if need + gap <= self._row.width() or at == least - 1:
                for button, wordings in shown:
                    button.say(*wordings[at:])
                return

    def _wordings(self, words: str, command: str) -> tuple[str, ...]:
        """The words of a button, with the key that does the same where there is room."""
        keys = keys_of(command, self._context.catalog)
        short = self._context.t(f"{command}_short")
        return (*([f"{words} ({keys})"] if keys else []), words, short)

    def _run(self, *, first: bool) -> None:
        face = self._face
        command = (face.command if first else face.other_command) if face else ""
        if command:
            self._dispatcher.run(command)
