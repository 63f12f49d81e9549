"""The preview panel: what is being written, as the resident's channel will show it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ui.commands.table import keys_of
from ui.context import UiContext
from ui.presenters.preview import PreviewFace, PreviewPart
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.glyph import Glyph
from ui.widgets.kind import set_kind


class PreviewPanel(QFrame):
    """Beside the composer; it never has the keys. `closed` comes when its cross is pressed."""

    closed = Signal()

    def __init__(self, context: UiContext, *, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._face: PreviewFace | None = None
        self._cards: list[_PartCard] = []
        set_kind(self, "overlay")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        px = context.theme.px
        self._icon = Glyph(px(16))
        self._title = ElidedLabel()
        set_kind(self._title, "section")
        self._close = QToolButton()
        self._close.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._close.setIcon(context.theme.icon("close"))
        self._close.clicked.connect(self.closed)
        self._fields = _wrapped("small")
        self._empty = _wrapped("dim")
        self._notes = _wrapped("small")
        self._inner = QWidget()
        set_kind(self._inner, "transparent")
        self._column = QVBoxLayout(self._inner)
        self._scroll = QScrollArea()
        self._whole = QVBoxLayout(self)
        self._arrange()
        self.hide()

    def _arrange(self) -> None:
        px = self._context.theme.px
        head = QHBoxLayout()
        head.setSpacing(px(8))
        head.addWidget(self._icon)
        head.addWidget(self._title, 1)
        head.addWidget(self._close)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(px(8))
        self._column.addWidget(self._notes)
        self._column.addWidget(self._fields)
        self._column.addWidget(self._empty)
        self._column.addStretch(1)
        self._scroll.setWidget(self._inner)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._whole.setContentsMargins(px(12), px(8), px(8), px(10))
        self._whole.setSpacing(px(6))
        self._whole.addLayout(head)
        self._whole.addWidget(self._scroll, 1)

    def show_face(self, face: PreviewFace) -> None:
        """Show this; what has not changed is not touched."""
        if face == self._face:
            return
        self._face = face
        t, theme = self._context.t, self._context.theme
        self._icon.set_icon(theme.icon(face.icon))
        self._title.setText(t("preview.title", channel=face.title))
        self.setAccessibleName(self._title.text())
        self._close.setToolTip(
            t("preview.close", keys=keys_of("reply.preview", self._context.catalog))
        )
        self._close.setAccessibleName(self._close.toolTip())
        self._fields.setText("\n".join(f"{name}: {value}" for name, value in face.fields))
        self._fields.setVisible(bool(face.fields))
        self._empty.setText(t("preview.empty"))
        self._empty.setVisible(not face.parts)
        self._notes.setText("\n".join(face.notes))
        self._notes.setVisible(bool(face.notes) and bool(face.parts))
        self._show_parts(face)

    def face(self) -> PreviewFace | None:
        """What is shown."""
        return None if self.isHidden() else self._face

    def wanted_height(self, width: int) -> int:
        """The height at which nothing has to be scrolled at that width."""
        margins = self.contentsMargins() + self._whole.contentsMargins()
        inner = width - margins.left() - margins.right()
        around = margins.top() + margins.bottom() + self._whole.spacing()
        head = max(self._title.sizeHint().height(), self._close.sizeHint().height())
        return around + head + self._column.heightForWidth(inner) + self._context.theme.px(8)

    def restyle(self) -> None:
        """Theme or language have changed: everything is said anew."""
        face, self._face = self._face, None
        if face is not None:
            self.show_face(face)

    def _show_parts(self, face: PreviewFace) -> None:
        while len(self._cards) > len(face.parts):
            card = self._cards.pop()
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        while len(self._cards) < len(face.parts):
            card = _PartCard(self._context)
            self._cards.append(card)
            self._column.insertWidget(len(self._cards) + 1, card)  # after notes and fields
        for card, part in zip(self._cards, face.parts, strict=True):
            card.show_part(part, face.who)


class _PartCard(QFrame):
    """One publication."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        set_kind(self, "card_alt")
        px = context.theme.px
        self._who = ElidedLabel()
        set_kind(self._who, "small_strong")
        self._mark = QLabel()
        set_kind(self._mark, "small_strong")
        self._text = _wrapped("")
        self._counter = _wrapped("small")
        head = QHBoxLayout()
        head.addWidget(self._who, 1)
        head.addWidget(self._mark)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(10), px(8), px(10), px(8))
        column.setSpacing(px(4))
        column.addLayout(head)
        column.addWidget(self._text)
        column.addWidget(self._counter)

    def show_part(self, part: PreviewPart, who: str) -> None:
        """Show one part and who says it."""
        self._who.setText(who)
        self._mark.setText(part.mark)
        self._mark.setVisible(bool(part.mark))
        self._text.setText(part.text)
        self._counter.setText(part.counter)
        self._counter.setVisible(bool(part.counter) and bool(part.mark))


def _wrapped(kind: str) -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    set_kind(label, kind)
    return label
