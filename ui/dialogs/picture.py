"""A picture that came with a message: whole at first, larger and smaller by keys, saved on wish."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QImage,
    QImageReader,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGraphicsScene,
    QGraphicsView,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ui.context import UiContext
from ui.widgets.kind import set_kind

_STEP, _MOST = 1.25, 8.0
_SIZE = (900, 640)


class PictureDialog(QDialog):
    """Keys: + and − zoom, 0 shows the whole, Ctrl+S saves, Esc closes. `save_wanted` asks where."""

    save_wanted = Signal()

    def __init__(
        self, context: UiContext, name: str, content: bytes, *, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("picture")
        self.setWindowTitle(name)
        self._context = context
        image = read_picture(content)
        self._picture = _Picture(image)
        self._picture.setAccessibleName(name)
        unreadable = QLabel(context.t("file.unreadable_picture"))
        unreadable.setTextFormat(Qt.TextFormat.PlainText)
        unreadable.setWordWrap(True)
        unreadable.setAlignment(Qt.AlignmentFlag.AlignCenter)
        pages = QStackedWidget()
        pages.addWidget(self._picture)
        pages.addWidget(unreadable)
        pages.setCurrentWidget(unreadable if image.isNull() else self._picture)
        column = QVBoxLayout(self)
        column.addWidget(pages, 1)
        column.addLayout(self._buttons(zooms=not image.isNull()))
        room = self.screen().availableSize() * 0.9
        self.resize(QSize(*(context.theme.px(side) for side in _SIZE)).boundedTo(room))

    @property
    def picture(self) -> _Picture:
        """What is looked at."""
        return self._picture

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Zoom by keys, in any layout."""
        if event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self._picture.zoom(_STEP)
        elif event.key() == Qt.Key.Key_Minus:
            self._picture.zoom(1 / _STEP)
        elif event.key() == Qt.Key.Key_0:
            self._picture.show_whole()
        elif event.matches(QKeySequence.StandardKey.Save):
            self.save_wanted.emit()
        else:
            super().keyPressEvent(event)

    def _buttons(self, *, zooms: bool) -> QHBoxLayout:
        row = QHBoxLayout()
        t = self._context.t
        for key, work in (
            ("larger", lambda: self._picture.zoom(_STEP)),
            ("smaller", lambda: self._picture.zoom(1 / _STEP)),
            ("whole", self._picture.show_whole),
        ):
            button = QPushButton(t(f"file.{key}"))
            button.setAutoDefault(False)
            button.clicked.connect(work)
            button.setEnabled(zooms)
            row.addWidget(button)
        row.addStretch(1)
        save = QPushButton(t("file.save"))
        save.setAutoDefault(False)
        save.clicked.connect(self.save_wanted)
        row.addWidget(save)
        close = QPushButton(t("file.close"))
        set_kind(close, "primary")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        row.addWidget(close)
        return row


class _Picture(QGraphicsView):
    """The picture: whole until it is zoomed, then moved by dragging and by the arrow keys."""

    def __init__(self, image: QImage) -> None:
        super().__init__()
        self._is_whole = True
        scene = QGraphicsScene(self)
        self._item = scene.addPixmap(QPixmap.fromImage(image))
        self._item.setTransformationMode(Qt.TransformationMode.SmoothTransformation)
        self.setScene(scene)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self.setDragMode(QGraphicsView.DragMode.ScrollHandDrag)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorUnderMouse)

    def zoom(self, factor: float) -> None:
        """Larger or smaller; never smaller than whole, nor without end."""
        wanted = self.transform().m11() * factor
        if wanted <= self._whole_scale():
            self.show_whole()
        elif wanted <= _MOST:
            self._is_whole = False
            self.scale(factor, factor)

    def show_whole(self) -> None:
        """All of it; a small one is not blown up."""
        self._is_whole = True
        scale = self._whole_scale()
        self.resetTransform()
        self.scale(scale, scale)

    def scale_now(self) -> float:
        """Pixels of the window for one of the picture."""
        return self.transform().m11()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What is whole stays whole."""
        super().resizeEvent(event)
        if self._is_whole:
            self.show_whole()

    def _whole_scale(self) -> float:
        size: QRectF = self._item.boundingRect()
        if size.isEmpty():
            return 1.0
        room = self.viewport().size()
        return min(room.width() / size.width(), room.height() / size.height(), 1.0)


def read_picture(content: bytes) -> QImage:
    """The picture in ``content``, upright as it was taken; a null image where there is none."""
    data = QByteArray(content)
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setDecideFormatFromContent(True)
    reader.setAutoTransform(True)
    return reader.read()
