"""The file strip: the files of what is being written, one line, however many there are."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QSizePolicy, QWidget

from ui.context import UiContext
from ui.presenters.files import FileFace
from ui.widgets.file_chip import FileChip
from ui.widgets.kind import set_kind


class FileStrip(QScrollArea):
    """Scrolls sideways, and to whatever has the focus. `removed` carries a file's id."""

    removed = Signal(str)
    resized = Signal()

    def __init__(self, context: UiContext, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._faces: tuple[FileFace, ...] = ()
        self._chips: list[FileChip] = []
        self.inside = QWidget()
        set_kind(self.inside, "transparent")
        self._row = QHBoxLayout(self.inside)
        px = context.theme.px
        self._row.setContentsMargins(px(12), px(2), px(12), px(2))
        self._row.setSpacing(px(6))
        self._row.addStretch(1)
        self.setWidget(self.inside)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.hide()

    def show_files(self, faces: tuple[FileFace, ...]) -> None:
        """Show these; the strip is not there where there are none."""
        if faces == self._faces and len(self._chips) == len(faces):
            return
        self._faces = faces
        self._be(len(faces))
        for chip, face in zip(self._chips, faces, strict=True):
            self._say(chip, face)
        self._fit()
        self.updateGeometry()
        was_hidden = self.isHidden()
        self.setVisible(bool(faces))
        self.inside.setAccessibleName(self._context.t("file.count", count=len(faces)))
        if was_hidden == bool(faces):
            self.resized.emit()

    def chips(self) -> tuple[FileChip, ...]:
        """What is shown, in order."""
        return tuple(self._chips)

    def _be(self, count: int) -> None:
        while len(self._chips) > count:
            gone = self._chips.pop()
            gone.hide()
            gone.deleteLater()
        while len(self._chips) < count:
            chip = FileChip(self._context.theme)
            place = len(self._chips)
            chip.removed.connect(lambda place=place: self._remove(place))
            chip.remover().installEventFilter(self)
            self._chips.append(chip)
            self._row.insertWidget(place, chip)

    def _fit(self) -> None:
        """Two chips are seen whole, however long their names; more are scrolled to."""
        margins, gap = self._row.contentsMargins(), self._row.spacing()
        room = self.width() - margins.left() - margins.right() - gap
        for chip in self._chips:
            chip.fit(room // min(len(self._chips), 2))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The names take what there is."""
        super().resizeEvent(event)
        self._fit()

    def _say(self, chip: FileChip, face: FileFace) -> None:
        t, theme = self._context.t, self._context.theme
        remove = t("file.remove", name=face.name) if face.id else ""
        chip.say(face.name, face.detail, icon=theme.icon(face.icon), remove=remove)

    def _remove(self, place: int) -> None:
        if place < len(self._faces) and self._faces[place].id:
            self.removed.emit(self._faces[place].id)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What gets the focus comes into view."""
        if event.type() is QEvent.Type.FocusIn and isinstance(watched, QWidget):
            self.ensureWidgetVisible(watched)
        return super().eventFilter(watched, event)

    def sizeHint(self) -> QSize:
        """One line of chips."""
        return QSize(super().sizeHint().width(), self._line())

    def minimumSizeHint(self) -> QSize:
        """Any width, and that one line."""
        return QSize(0, self._line())

    def _line(self) -> int:
        """The height of the highest chip, in the clothes that the theme gives it."""
        margins = self._row.contentsMargins()
        highest = max((chip.sizeHint().height() for chip in self._chips), default=0)
        return highest + margins.top() + margins.bottom()
