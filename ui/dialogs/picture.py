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
    QWheelEvent,
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
_SIZE = (980, 660)
_STEPS = {
    int(Qt.Key.Key_Left): -1,
    int(Qt.Key.Key_PageUp): -1,
    int(Qt.Key.Key_Right): 1,
    int(Qt.Key.Key_PageDown): 1,
}
"""Keys that go to another picture, and which way."""


class PictureDialog(QDialog):
    """Keys: + and − (and the wheel) zoom, 0 shows the whole, R turns, ← and → go to other pictures,
    Ctrl+S saves, Esc closes. `save_wanted` asks where, `step_wanted` for the next (1) or the
    previous one (-1).
    """

    save_wanted = Signal()
    step_wanted = Signal(int)

    def __init__(
        self, context: UiContext, name: str, content: bytes, *, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("picture")
        self.setWindowTitle(name)
        self._context = context
        self._picture = _Picture()
        self._words = QLabel()
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setWordWrap(True)
        self._words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._picture)
        self._pages.addWidget(self._words)
        self._which = QLabel()
        self._zooming: list[QPushButton] = []
        self._stepping: list[QPushButton] = []
        column = QVBoxLayout(self)
        column.addWidget(self._pages, 1)
        column.addLayout(self._buttons())
        self.show_picture(name, content)
        self.show_place(1, 1)
        room = self.screen().availableSize() * 0.9
        self.resize(QSize(*(context.theme.px(side) for side in _SIZE)).boundedTo(room))

    @property
    def picture(self) -> _Picture:
        """What is looked at."""
        return self._picture

    def show_picture(self, name: str, content: bytes) -> None:
        """Look at another picture."""
        image = read_picture(content)
        self.setWindowTitle(name)
        self._picture.setAccessibleName(name)
        self._picture.show_image(image)
        self._words.setText(self._context.t("file.unreadable_picture"))
        self._show_page(picture=not image.isNull())

    def say_coming(self, name: str) -> None:
        """Another picture is on its way."""
        self.setWindowTitle(name)
        self._words.setText(self._context.t("file.coming"))
        self._show_page(picture=False)

    def show_place(self, number: int, count: int) -> None:
        """Which picture of how many it is; alone it leads nowhere."""
        words = self._context.t("file.which", number=number, count=count) if count > 1 else ""
        self._which.setText(words)
        for button in self._stepping:
            button.setVisible(count > 1)

    def _show_page(self, *, picture: bool) -> None:
        self._pages.setCurrentWidget(self._picture if picture else self._words)
        for button in self._zooming:
            button.setEnabled(picture)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Zoom by keys, in any layout."""
        if event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self._picture.zoom(_STEP)
        elif event.key() == Qt.Key.Key_Minus:
            self._picture.zoom(1 / _STEP)
        elif event.key() == Qt.Key.Key_0:
            self._picture.show_whole()
        elif event.key() == Qt.Key.Key_R:
            back = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self._picture.turn(-90 if back else 90)
        elif event.key() in _STEPS:
            self.step_wanted.emit(_STEPS[event.key()])
        elif event.matches(QKeySequence.StandardKey.Save):
            self.save_wanted.emit()
        else:
            super().keyPressEvent(event)

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        t = self._context.t
        for key, work, group in (
            ("previous", lambda: self.step_wanted.emit(-1), self._stepping),
            ("next", lambda: self.step_wanted.emit(1), self._stepping),
            ("larger", lambda: self._picture.zoom(_STEP), self._zooming),
            ("smaller", lambda: self._picture.zoom(1 / _STEP), self._zooming),
            ("whole", self._picture.show_whole, self._zooming),
            ("turn", lambda: self._picture.turn(90), self._zooming),
        ):
            button = QPushButton(t(f"file.{key}"))
            button.setAutoDefault(False)
            button.setToolTip(t("file.keys"))
            button.clicked.connect(work)
            row.addWidget(button)
            group.append(button)
            if key == "next":
                row.addWidget(self._which)
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

    def __init__(self) -> None:
        super().__init__()
        self._is_whole = True
        scene = QGraphicsScene(self)
        self._item = scene.addPixmap(QPixmap())
        self._item.setTransformationMode(Qt.TransformationMode.SmoothTransformation)
        self.setScene(scene)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self.setDragMode(QGraphicsView.DragMode.ScrollHandDrag)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorUnderMouse)

    def show_image(self, image: QImage) -> None:
        """Look at another one, upright and whole."""
        self._item.setPixmap(QPixmap.fromImage(image))
        self._item.setRotation(0)
        self._fit()

    def turn(self, degrees: int) -> None:
        """Turn it by a quarter to the right, or with -90 to the left."""
        self._item.setRotation((self._item.rotation() + degrees) % 360)
        self._fit()

    def _fit(self) -> None:
        self._item.setTransformOriginPoint(self._item.boundingRect().center())
        self.scene().setSceneRect(self._item.sceneBoundingRect())
        self.show_whole()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel zooms where the mouse is."""
        turned = event.angleDelta().y()
        if turned:
            self.zoom(_STEP if turned > 0 else 1 / _STEP)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """While all of it is seen there is nothing to move: the arrows are the dialog's."""
        if self._is_whole and event.key() in _STEPS:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def zoom(self, factor: float) -> None:
        """Larger or smaller; never smaller than whole, nor without end."""
        wanted = self.scale_now() * factor
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
        size: QRectF = self._item.sceneBoundingRect()
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
