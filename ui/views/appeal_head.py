"""The head of an appeal: who, where, which, and how it stands."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ui.actions.dispatch import Dispatcher
from ui.context import UiContext
from ui.presenters.appeal import AppealFace, Notice
from ui.widgets.banner import Banner
from ui.widgets.chip import Chip
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.flow import Flow
from ui.widgets.kind import set_kind

_BANNER_ICONS = {"info": "info", "warning": "warning", "danger": "danger"}

_LEAST_OF_NUMBER = 72
_UNBOUNDED = 16_777_215


class AppealHead(QFrame):
    """Shows an `AppealFace`; `link_opened` carries the `Ref` of another appeal."""

    link_opened = Signal(object)
    menu_wanted = Signal(object)

    def __init__(
        self, context: UiContext, dispatcher: Dispatcher, *, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._dispatcher = dispatcher
        self._face: AppealFace | None = None
        set_kind(self, "bar")
        self._name = _label("title")
        self._line = _label("small")
        self._line.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._line.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._place = _label("")
        self._more = QToolButton()
        self._more.setIcon(context.theme.icon("more"))
        self._more.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._more.clicked.connect(lambda: self.menu_wanted.emit(self._more))
        self._claim = QPushButton()
        set_kind(self._claim, "link")
        self._claim.clicked.connect(lambda: dispatcher.run("appeal.claim"))
        self._owner, self._siblings, self._here = Chip(), Chip(), Chip()
        self._chips: list[Chip] = []
        self._notices: list[Banner] = []
        self._compact = self._may_claim = False
        self._arrange()

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        inner = QVBoxLayout()
        px = self._context.theme.px
        inner.setContentsMargins(px(12), px(8), px(8), px(8))
        inner.setSpacing(px(3))
        top = self._top = QHBoxLayout()
        top.setSpacing(px(8))
        top.addWidget(self._name, 1)
        top.addWidget(self._line)
        top.addWidget(self._more)
        inner.addLayout(top)
        inner.addWidget(self._place)
        self._row = QWidget()
        self._flow = Flow(self._row, gap=px(6))
        for part in (self._owner, self._claim, self._siblings, self._here):
            self._flow.addWidget(part)
        inner.addWidget(self._row)
        column.addLayout(inner)
        self._below = QVBoxLayout()
        self._below.setSpacing(0)
        column.addLayout(self._below)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Who it is comes before which it is."""
        super().resizeEvent(event)
        self._share_top()
        self._limit_chips()

    def _share_top(self) -> None:
        """A long number gives way to the name, down to its beginning; its tooltip has the rest."""
        px = self._context.theme.px
        gaps = px(12) + px(8) + 2 * self._top.spacing()
        room = self.width() - gaps - self._more.sizeHint().width() - self._name.sizeHint().width()
        self._line.setMaximumWidth(max(px(_LEAST_OF_NUMBER), room))

    @property
    def notices(self) -> int:
        """How many notices stand there."""
        return len(self._notices)

    def set_tight(self, *, tight: bool, compact: bool) -> None:
        """Where there is little room (``compact``): one line of chips, the most pressing first,
        and one for each notice; where there is hardly any (``tight``) no place, either.
        """
        self._compact = compact
        self._claim.setVisible(self._may_claim and not compact)  # the key and the menu remain
        self._limit_chips()
        for banner in self._notices:
            banner.set_compact(compact=compact)
        self._place.setVisible(not tight)

    def _limit_chips(self) -> None:
        line = self._flow.first_line(self._row.width())
        self._row.setMaximumHeight(line if self._compact else _UNBOUNDED)

    def show_face(self, face: AppealFace, *, may_claim: bool) -> None:
        """Show ``face``; nothing is touched where nothing has changed."""
        self._may_claim = may_claim
        self._claim.setVisible(may_claim and not self._compact)
        if face == self._face:
            return
        before, self._face = self._face, face
        self._name.setText(face.name)
        self._name.setToolTip(face.contact)
        self._line.setText(face.line)
        self._share_top()
        self._place.setText(face.place)
        if before is None or before.chips != face.chips:
            self._set_chips(face)
        self._owner.set(face.owner, "accent" if face.is_mine else "neutral")
        self._tell(self._siblings, face.siblings, "info", self._context.t("appeal.siblings_hint"))
        self._tell(self._here, face.also_here, "warning", face.also_here)
        if before is None or before.notices != face.notices:
            self._set_notices(face.notices)
        self._limit_chips()
        self.setAccessibleName(f"{face.name}. {face.place}. {face.line}")

    def retranslate(self) -> None:
        """Say what never changes anew; the owner brings a new face."""
        t = self._context.t
        self._more.setToolTip(t("appeal.more"))
        self._more.setAccessibleName(t("appeal.more"))
        self._claim.setText(t("appeal.claim"))

    def _set_chips(self, face: AppealFace) -> None:
        for chip in self._chips:
            self._flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._chips = []
        for place, wanted in enumerate(face.chips):
            chip = Chip(wanted.text, wanted.kind, parent=self._row)
            chip.setToolTip(wanted.hint)
            self._flow.insert(place, chip)
            chip.show()
            self._chips.append(chip)

    def _tell(self, chip: Chip, text: str, kind: str, hint: str) -> None:
        chip.set(text, kind)
        chip.setToolTip(hint)
        chip.setVisible(bool(text))

    def _press(self, notice: Notice) -> None:
        if notice.command:
            self._dispatcher.run(notice.command)
        else:
            self.link_opened.emit(notice.link)

    def _set_notices(self, notices: tuple[Notice, ...]) -> None:
        for banner in self._notices:
            self._below.removeWidget(banner)
            banner.hide()
            banner.deleteLater()
        self._notices = []
        for notice in notices:
            banner = Banner(parent=self)
            icon = self._context.theme.icon(_BANNER_ICONS[notice.kind], notice.kind)
            usual = self._context.t("appeal.open_original") if notice.link else ""
            action = notice.action or usual
            banner.set_compact(compact=self._compact)
            banner.say(notice.text, kind=notice.kind, icon=icon, action=action)
            banner.pressed.connect(lambda one=notice: self._press(one))
            self._below.addWidget(banner)
            self._notices.append(banner)


def _label(kind: str) -> ElidedLabel:
    label = ElidedLabel()
    if kind:
        set_kind(label, kind)
    return label
