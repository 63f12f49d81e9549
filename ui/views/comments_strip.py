"""The strip of comments: what other people wrote under the same post, folded into one line."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem, QVBoxLayout

from console.domain.ids import Ref
from ui.context import UiContext
from ui.presenters.comments import NONE, CommentsFace
from ui.widgets.fitting_button import FittingButton
from ui.widgets.kind import set_kind

_MOST = 220
_REF = Qt.ItemDataRole.UserRole


class CommentsStrip(QFrame):
    """Shows a `CommentsFace`; `link_opened` carries the `Ref` of one's appeal.

    Enter or Space unfolds and folds; in the list ↑ ↓ go on and Enter opens an appeal.
    """

    link_opened = Signal(object)

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context = context
        self._face = NONE
        self._of: Ref | None = None
        px = context.theme.px
        set_kind(self, "bar")
        self.head = FittingButton()
        self.head.setCheckable(True)
        self.head.setIconSize(QSize(px(12), px(12)))
        set_kind(self.head, "row_link")
        self.head.toggled.connect(self._unfold)
        self.list = _List()
        set_kind(self.list, "plain")
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.list.itemActivated.connect(self._activate)
        self.list.left.connect(lambda: self.head.setFocus(Qt.FocusReason.OtherFocusReason))
        self.list.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(px(12), px(2), px(12), px(2))
        column.setSpacing(px(2))
        column.addWidget(self.head)
        column.addWidget(self.list)
        self.hide()

    def show_comments(self, of: Ref, face: CommentsFace) -> None:
        """Show what stands under the post of an appeal; folded anew for another one."""
        if of != self._of:
            self._of = of
            self.head.setChecked(False)
        if face != self._face:
            self._face = face
            self.head.say(face.line, face.short)
            self._fill()
        self.setVisible(bool(face.line))
        self._turn()

    def clear(self) -> None:
        """Nothing is known yet."""
        self._of, self._face = None, NONE
        self.head.setChecked(False)
        self.hide()

    def words(self) -> tuple[str, ...]:
        """What each line of the list says."""
        return tuple(self.list.item(row).text() for row in range(self.list.count()))

    def restyle(self) -> None:
        """The zoom may have changed."""
        self._turn()

    def _fill(self) -> None:
        self.list.clear()
        for comment in self._face.comments:
            item = QListWidgetItem(f"{comment.head}\n{comment.text}")
            item.setData(_REF, comment.ref)
            if comment.ref is not None:
                item.setToolTip(self._context.t("comments.open"))
            self.list.addItem(item)

    def _unfold(self, unfolded: bool) -> None:
        self.list.setVisible(unfolded)
        self._turn()
        if unfolded:
            self.list.setCurrentRow(0)
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _turn(self) -> None:
        theme = self._context.theme
        unfolded = self.head.isChecked()
        self.head.setIcon(theme.icon("chevron-down" if unfolded else "chevron-right"))
        self.head.setToolTip(self._context.t("comments.fold" if unfolded else "comments.unfold"))
        self.list.setAccessibleName(self._face.line)
        if unfolded:
            rows = sum(self.list.sizeHintForRow(row) for row in range(self.list.count()))
            self.list.setFixedHeight(min(max(rows, theme.px(40)) + theme.px(8), theme.px(_MOST)))

    def _activate(self, item: QListWidgetItem) -> None:
        ref = item.data(_REF)
        if ref is not None:
            self.link_opened.emit(Ref(*ref))


class _List(QListWidget):
    """`left` says that Esc was pressed."""

    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc goes back to the head."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
