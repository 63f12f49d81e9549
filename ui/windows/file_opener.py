"""The file opener: files of messages are fetched, shown where they are pictures, or saved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from console.changes import Changes
from console.domain.attachment import Attachment
from console.domain.ids import Ref
from console.readmodel import AttachmentPhase
from console.usecases.attachments import AttachmentUseCases
from ui.bridge import Bridge
from ui.context import UiContext
from ui.dialogs.picture import PictureDialog
from ui.presenters.files import failure_words
from ui.widgets.passing import open_once


class FileOpener(QObject):
    """One press fetches a file and then shows it; `told` carries what has been done.

    What comes for an appeal that is not ``shown`` any more does not jump into anybody's face.
    """

    told = Signal(str)

    def __init__(
        self,
        context: UiContext,
        bridge: Bridge,
        *,
        shown: Callable[[], Ref | None],
        album: Callable[[], Sequence[Attachment]] = tuple,
        parent: QWidget,
    ) -> None:
        """``album`` are all files of the shown thread, oldest first."""
        super().__init__(parent)
        self._album = album
        self._looking: tuple[PictureDialog, Attachment] | None = None
        self._context = context
        self._bridge = bridge
        self._shown = shown
        self._over = parent
        self._awaited: dict[str, tuple[Ref, Attachment]] = {}
        bridge.changed.connect(self._on_changes)

    def press(self, appeal: Ref, file: Attachment) -> None:
        """Show it, fetch it first, or stop fetching it."""
        phase = self._files.states([file])[file.id].phase
        if phase is AttachmentPhase.HERE:
            self.open(file)
        elif phase is AttachmentPhase.WANTED:
            self._awaited.pop(file.id, None)
            self._bridge.when_done(self._files.stop_fetching(file.id), owner=self)
        else:
            self._awaited[file.id] = (appeal, file)
            self._bridge.when_done(self._files.fetch(appeal, file), owner=self)

    def _on_changes(self, changes: Changes) -> None:
        if self._awaited and changes.attachments:
            self._follow()

    def _follow(self) -> None:
        """Open what was waited for and has come."""
        states = self._files.states([file for _, file in self._awaited.values()])
        for ident, (appeal, file) in tuple(self._awaited.items()):
            state = states[ident]
            if state.phase is not AttachmentPhase.WANTED:
                del self._awaited[ident]
            if appeal != self._shown():
                continue
            if state.phase is AttachmentPhase.HERE:
                self.open(file)
            elif state.phase is AttachmentPhase.FAILED:
                self.told.emit(failure_words(state.error, self._context.catalog))

    def open(self, file: Attachment) -> None:
        """Show a picture; ask where to save anything else."""
        content = self._files.content(file) if self._is_shown(file) else None
        if content is None:
            self.save(file)
            return
        if self._looking is not None and self._looking[1].id == file.id:
            self._looking[0].show_picture(file.name, content)
            return
        dialog = PictureDialog(self._context, file.name, content, parent=self._over.window())
        self._looking = (dialog, file)
        self._show_place()
        dialog.save_wanted.connect(self._save_looked_at)
        dialog.step_wanted.connect(self._step)
        dialog.finished.connect(self._look_away)
        open_once(dialog)

    def _look_away(self) -> None:
        self._looking = None

    def _save_looked_at(self) -> None:
        if self._looking is not None:
            self.save(self._looking[1])

    def _pictures(self) -> list[Attachment]:
        return [file for file in self._album() if self._is_shown(file)]

    def _show_place(self) -> None:
        if self._looking is None:
            return
        ids = [file.id for file in self._pictures()]
        dialog, file = self._looking
        if file.id in ids:
            dialog.show_place(ids.index(file.id) + 1, len(ids))

    def _step(self, by: int) -> None:
        """To another picture of the thread; one that is not here is fetched and waited for."""
        pictures, appeal = self._pictures(), self._shown()
        ids = [file.id for file in pictures]
        if self._looking is None or appeal is None or self._looking[1].id not in ids:
            return
        dialog, file = self._looking
        after = pictures[(ids.index(file.id) + by) % len(pictures)]
        if after.id == file.id:
            return
        self._looking = (dialog, after)
        self._show_place()
        dialog.say_coming(after.name)
        phase = self._files.states([after])[after.id].phase
        if phase is AttachmentPhase.WANTED:
            self._awaited[after.id] = (appeal, after)
        else:
            self.press(appeal, after)

    def save(self, file: Attachment) -> None:
        """Ask where to, and write it there."""
        dialog = QFileDialog(self._over.window(), self._context.t("file.save_title"))
        dialog.setObjectName("save-file")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.selectFile(file.name)
        dialog.fileSelected.connect(lambda name: self._save(file, Path(name)))
        open_once(dialog)

    def _save(self, file: Attachment, path: Path) -> None:
        self._bridge.when_done(
            self._files.save_as(file, path),
            lambda saved: self.told.emit(self._context.t("file.saved", name=saved.name)),
            owner=self,
        )

    def _is_shown(self, file: Attachment) -> bool:
        found = next((m for m in self._files.norms.media if m.key == file.media), None)
        return found is not None and found.shown

    @property
    def _files(self) -> AttachmentUseCases:
        return self._context.console.attachments
