"""The file desk: files come to what is being written, by command, by paste or by drop, and go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, Signal
from PySide6.QtGui import QImage, QImageWriter
from PySide6.QtWidgets import QFileDialog

from console.changes import Changes
from console.domain.attachment import Attachment
from console.usecases.attachments import AttachmentUseCases
from ui.bridge import Bridge
from ui.presenters.files import draft_files, name_filter
from ui.views.composing import Composing
from ui.views.draft_desk import DraftDesk, Sheet
from ui.views.file_strip import FileStrip
from ui.widgets.passing import open_once

_Begin = Callable[[Sheet], Future[Attachment]]


class FileDesk(QObject):
    """`told` carries a sentence and its kind."""

    told = Signal(str, str)

    def __init__(
        self, composing: Composing, desk: DraftDesk, bridge: Bridge, *, strip: FileStrip
    ) -> None:
        super().__init__(strip)
        self._composing = composing
        self._desk = desk
        self._bridge = bridge
        self._strip = strip
        strip.removed.connect(self.detach)

    # ------------------------------------------------------------------------------ coming

    def choose(self) -> None:
        """Ask which files."""
        if self._sheet() is None:
            return
        context = self._composing.context
        dialog = QFileDialog(self._strip.window(), context.t("file.attach_title"))
        dialog.setObjectName("attach-file")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilter(name_filter(context.console.attachments.norms, context.catalog))
        dialog.filesSelected.connect(self.take)
        open_once(dialog)

    def take(self, files: Sequence[str]) -> None:
        """Attach files of this workstation."""
        for path in map(Path, files):
            self._attach(path.name, partial(self._attach_file, path))

    def take_picture(self, picture: QImage) -> None:
        """Attach a picture that was on the clipboard."""
        content = QByteArray()
        buffer = QBuffer(content)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        QImageWriter(buffer, QByteArray(b"png")).write(picture)
        here = self._composing.here()
        at = here.clock(here.now).replace(":", "-")
        name = self._composing.context.t("file.pasted", at=at)
        self._attach(
            name,
            lambda sheet: self._files.attach_bytes(sheet.now(), name, bytes(content.data())),
        )

    def take_again(self, files: Sequence[Attachment]) -> None:
        """Attach the files of a message of one's own anew; the server has them already."""
        sheet = self._sheet()
        if sheet is None or not files:
            return
        sheet.kept = sheet.kept or sheet.now()
        again = self._files.attach_again(sheet.now(), files)
        self._bridge.when_done(again, lambda _: self._after(sheet), owner=self)

    def detach(self, attachment: str) -> None:
        """Take a file off."""
        sheet = self._sheet()
        if sheet is None:
            return
        self._bridge.when_done(
            self._files.detach(attachment), lambda _: self._after(sheet), owner=self
        )

    def _attach(self, name: str, begin: _Begin) -> None:
        sheet = self._sheet()
        if sheet is None:
            return
        sheet.coming.append(name)
        sheet.kept = sheet.kept or sheet.now()
        self.show()

        def failed(error: Exception) -> None:
            reason = self._composing.speech.error(error, sheet.draft.appeal.branch)
            words = self._composing.context.t("file.not_attached", reason=reason)
            self._come(sheet, name)
            if self._composing.sheet is sheet:
                self.told.emit(words, "danger")
            else:
                self._bridge.failed.emit(error)

        self._bridge.when_done(begin(sheet), lambda _: self._come(sheet, name), failed, owner=self)

    def _attach_file(self, path: Path, sheet: Sheet) -> Future[Attachment]:
        return self._files.attach_file(sheet.now(), path)

    def _come(self, sheet: Sheet, name: str) -> None:
        sheet.coming.remove(name)
        self._after(sheet)

    def _after(self, sheet: Sheet) -> None:
        """What the draft has now; one that has neither a word nor a file is no draft."""
        self._look(sheet)
        self._desk.touch(sheet)

    # ------------------------------------------------------------------------------ showing

    def on_changes(self, changes: Changes) -> None:
        """A file may have come or gone."""
        if changes.attachments or changes.everything:
            self.show()

    def show(self) -> None:
        """The files of what is being written."""
        sheet = self._composing.sheet
        if sheet is None:
            self._strip.show_files(())
        else:
            self._look(sheet)

    def _look(self, sheet: Sheet) -> None:
        """Read the files of a sheet, and show them if it is the one that is being written."""
        sheet.files = tuple(self._files.of_draft(sheet.draft.id))
        if sheet is self._composing.sheet:
            catalog = self._composing.context.catalog
            self._strip.show_files(draft_files(sheet.files, sheet.coming, catalog))

    # ------------------------------------------------------------------------------ inside

    def _sheet(self) -> Sheet | None:
        """The sheet that files may come to."""
        sheet = self._composing.sheet
        return None if sheet is None or sheet.sending else sheet

    @property
    def _files(self) -> AttachmentUseCases:
        return self._composing.context.console.attachments
