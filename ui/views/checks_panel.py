"""The checks: what was found in a reply, why it matters, and one key to mend or overrule it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ui.commands.table import keys_of
from ui.context import UiContext
from ui.presenters.checks import CheckFace
from ui.widgets.flow import Flow
from ui.widgets.glyph import Glyph
from ui.widgets.kind import set_kind
from ui.widgets.short_label import ShortLabel

_ICONS = {"danger": "error", "warning": "warning", "info": "info"}
_TALLEST = 104
_TITLE = 26
_TOKENS = {"danger": "danger", "warning": "warning", "info": "info"}


class ChecksPanel(QScrollArea):
    """A row for each finding.

    `fix_wanted` and `go_wanted` carry a `CheckFace`; `overridden` its rule and the reason (empty:
    the finding counts again).
    """

    fix_wanted = Signal(object)
    go_wanted = Signal(object)
    overridden = Signal(str, str)
    back_wanted = Signal()

    def __init__(self, context: UiContext, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._faces: tuple[CheckFace, ...] = ()
        self._rows: list[_Row] = []
        self._tight = False
        self._inner = QWidget()
        set_kind(self._inner, "transparent")
        self._column = QVBoxLayout(self._inner)
        px = context.theme.px
        self._column.setContentsMargins(px(12), 0, px(8), 0)
        self._column.setSpacing(px(2))
        self.setWidget(self._inner)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.setMaximumHeight(0)

    def show_checks(self, faces: tuple[CheckFace, ...]) -> None:
        """Show these; a reason that is being typed is not disturbed."""
        if (faces == self._faces and len(self._rows) == len(faces)) or self.is_asking():
            return
        self._faces = faces
        while len(self._rows) > len(faces):
            row = self._rows.pop()
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        while len(self._rows) < len(faces):
            row = _Row(self._context)
            row.fix_wanted.connect(self.fix_wanted)
            row.go_wanted.connect(self.go_wanted)
            row.overridden.connect(self._overrule)
            row.asking.connect(self._fit)
            row.back_wanted.connect(self.back_wanted)
            self._rows.append(row)
            self._column.addWidget(row)
        for row, face in zip(self._rows, faces, strict=True):
            row.show_face(face)
        self._fit()

    def set_tight(self, *, tight: bool) -> None:
        """Where there is little room, less than one whole row is shown at least."""
        self._tight = tight
        self._fit()

    def faces(self) -> tuple[CheckFace, ...]:
        """What is shown."""
        return self._faces

    def ask_reason(self, face: CheckFace) -> None:
        """Ask why this finding is overruled; the answer comes as `overridden`."""
        for row in self._rows:
            if row.face == face:
                row.ask()
                self.ensureWidgetVisible(row)

    def point_at(self, face: CheckFace | None) -> None:
        """Let one finding say why it matters; None: none of them."""
        for row in self._rows:
            row.set_current(current=face is not None and row.face == face)
        self._fit()

    def is_asking(self) -> bool:
        """Whether a reason is being typed."""
        return any(row.is_asking for row in self._rows)

    def retranslate(self) -> None:
        """Forget what is shown; the owner brings it in the present language."""
        self._faces = ()

    def _overrule(self, rule: str, reason: str) -> None:
        self.overridden.emit(rule, reason)

    def _fit(self) -> None:
        """As tall as three rows at most, one at least: the text has the right of way."""
        width = self.width() - self._context.theme.px(22)
        heights = [
            (row.heightForWidth(width) if width > 0 else row.sizeHint().height())
            + self._column.spacing()
            for row in self._rows
        ]
        tallest = self._context.theme.px(_TALLEST)
        self.setMaximumHeight(min(sum(heights), tallest))
        least = sum(heights[:1])
        if self._tight:  # its title with what can be done
            least = min(least, self._context.theme.px(_TITLE))
        self.setMinimumHeight(min(least, tallest))
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """What the rows need, within bounds."""
        return QSize(super().sizeHint().width(), self.maximumHeight())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Wrap anew."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()


class _Row(QFrame):
    """One finding."""

    fix_wanted = Signal(object)
    go_wanted = Signal(object)
    overridden = Signal(str, str)
    asking = Signal()
    back_wanted = Signal()

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context = context
        self.face: CheckFace | None = None
        self.is_asking = False
        self._icon = Glyph(context.theme.px(16))
        self._title = ShortLabel()
        set_kind(self._title, "small_strong")
        self._what = _wrapped("small")
        self._why = _wrapped("small")
        self._why.hide()
        self._fix = _link(lambda: self.fix_wanted.emit(self.face))
        self._leave = _link(self._press_leave)
        self._reason = QLineEdit()
        self._reason.returnPressed.connect(self._give_reason)
        self._reason.installEventFilter(self)
        self._reason.hide()
        self._arrange()

    def _arrange(self) -> None:
        px = self._context.theme.px
        row = QHBoxLayout(self)
        row.setContentsMargins(0, px(2), 0, px(2))
        row.setSpacing(px(8))
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(0)
        head = QWidget()
        line = Flow(head, gap=px(4), last_at_end=True)
        line.addWidget(self._title)
        remedies = QWidget()
        flow = Flow(remedies, gap=px(4), last_at_end=True)
        flow.addWidget(self._fix)
        flow.addWidget(self._leave)
        line.addWidget(remedies)
        words.addWidget(head)
        words.addWidget(self._what)
        words.addWidget(self._why)
        words.addWidget(self._reason)
        row.addLayout(words, 1)

    def show_face(self, face: CheckFace) -> None:
        if face == self.face:
            return
        self.face = face
        t, theme, catalog = self._context.t, self._context.theme, self._context.catalog
        kind = "info" if face.reason else face.kind
        self._icon.set_icon(theme.icon("check" if face.reason else _ICONS[kind], _TOKENS[kind]))
        self._title.setText(face.title)
        what = t("composer.overridden", reason=face.reason) if face.reason else face.what
        self._what.setText(what)
        self._why.setText(face.why)
        self._fix.setText(t("composer.fix"))
        self._fix.setToolTip(t("composer.fix_key", keys=keys_of("reply.fix", catalog)))
        self._fix.setVisible(bool(face.fix) and not face.reason)
        self._leave.setText(t("composer.override_back" if face.reason else "composer.override"))
        self._leave.setToolTip(t("composer.override_key", keys=keys_of("reply.override", catalog)))
        self._leave.setVisible(face.can_override)
        self._reason.setPlaceholderText(t("checks.override_reason"))
        self._reason.setAccessibleName(t("checks.override_reason"))
        self.setToolTip(f"{face.severity}. {face.why}")
        self.setAccessibleName(f"{face.severity}: {face.title}. {face.what} {face.why}")

    def set_current(self, *, current: bool) -> None:
        """The one that the cursor stands in says why it matters, too."""
        self._why.setVisible(current and not self.is_asking)

    def ask(self) -> None:
        self.is_asking = True
        self._why.hide()
        self._what.hide()
        self._reason.clear()
        self._reason.show()
        self._reason.setFocus(Qt.FocusReason.OtherFocusReason)
        self.asking.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is not self._reason:
            return bool(super().eventFilter(watched, event))
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            if event.type() is QEvent.Type.ShortcutOverride:
                event.accept()  # here it gives the reason up, it does not leave the composer
                return True
            if event.type() is QEvent.Type.KeyPress:
                self._stop_asking()
                self.back_wanted.emit()
                return True
        if event.type() is QEvent.Type.FocusOut and not self._reason.text().strip():
            self._stop_asking()
        return bool(super().eventFilter(watched, event))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()
        self.go_wanted.emit(self.face)

    def _press_leave(self) -> None:
        if self.face is not None and self.face.reason:
            self.overridden.emit(self.face.rule, "")
        else:
            self.ask()

    def _give_reason(self) -> None:
        reason = self._reason.text().strip()
        if not reason or self.face is None:
            return
        self._stop_asking()
        self.overridden.emit(self.face.rule, reason)
        self.back_wanted.emit()

    def _stop_asking(self) -> None:
        if self.is_asking:
            self.is_asking = False
            self._reason.hide()
            self._what.show()
            self.asking.emit()


def _wrapped(kind: str) -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    set_kind(label, kind)
    return label


def _link(press: Callable[[], None]) -> QPushButton:
    button = QPushButton()
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    set_kind(button, "small_link")
    button.clicked.connect(press)
    return button
