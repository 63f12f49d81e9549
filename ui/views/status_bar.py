"""The status bar: always says how the console stands with the server, and who is signed in."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QPushButton, QWidget

from ui.context import UiContext
from ui.presenters.status import StatusWords
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.kind import set_kind, set_state

_TONES = {"ok": "ok", "info": "", "warning": "warning", "danger": "danger"}
_TOKENS = {"ok": "ok", "info": "text_dim", "warning": "warning", "danger": "danger"}


class StatusBar(QFrame):
    """Shows `StatusWords`. `chosen` carries a command's id when a part of it is pressed.

    Where there is not room for all of it, what is said elsewhere too gives way, never half a word.
    """

    chosen = Signal(str)

    def __init__(self, context: UiContext, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        set_kind(self, "status_bar")
        self._link = self._part("sync.now")
        self._retry = self._part("sync.now")
        self._waiting = self._part("outbox.open")
        self._held = self._part("outbox.open")
        self._clock = self._part("")
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setFixedWidth(120)
        self._wants_progress = False
        self._zoom = 0.0
        self._fitted: tuple[object, ...] = ()
        self._progress_words = self._part("")
        self._message = ElidedLabel()
        set_kind(self._message, "small")
        self._theme = self._part("view.theme")
        self._language = self._part("view.language")
        self._role = self._part("app.switch_role")
        self._who = self._part("")
        self._words: dict[QPushButton, str] = {}
        self._lay_out()
        self.resize_to_zoom()

    def show_words(self, words: StatusWords) -> None:
        """Show how things stand."""
        theme = self._context.theme
        self._link.setIcon(theme.icon(words.link_icon, _TOKENS[words.link_tone]))
        self._say(self._link, words.link, hint=words.link_hint, state=_TONES[words.link_tone])
        self._say(self._retry, words.retry)
        t = self._context.t
        self._say(self._waiting, words.waiting, hint=t("status.waiting_hint"))
        self._say(self._held, words.held, hint=t("status.held_hint"), state="held")
        self._held.setIcon(theme.icon("held", "danger"))
        self._say(self._clock, words.clock, hint=t("status.clock_hint"), state="warning")
        self._clock.setIcon(theme.icon("clock", "warning"))
        self._say(self._progress_words, words.progress_words)
        if words.progress is not None:
            self._progress.setRange(0, 1000)
            self._progress.setValue(round(words.progress * 1000))
        self._say(self._who, words.who, hint="\n".join(filter(None, (words.who, words.who_hint))))
        self._who.setIcon(theme.icon("user"))
        self._wants_progress = words.progress is not None
        self._fit()

    def show_settings(self, *, theme_icon: str, theme_words: str, language: str, role: str) -> None:
        """Show the theme, the language to switch to, and in the demo the role (else empty)."""
        theme = self._context.theme
        self._theme.setIcon(theme.icon(theme_icon))
        self._say(self._theme, " ", hint=theme_words)  # an icon alone
        self._theme.setAccessibleName(theme_words)
        self._say(self._language, language, hint=self._context.t("commands.view.language"))
        hint = self._context.t("status.switch_role_hint")
        self._say(self._role, role, hint="\n".join(filter(None, (role, hint))))
        self._role.setIcon(theme.icon("users"))
        self._fit()

    def resize_to_zoom(self) -> None:
        """Fit the present zoom."""
        side = self._context.theme.px(14)
        for part in self.findChildren(QPushButton):
            part.setIconSize(QSize(side, side))
        self._progress.setFixedWidth(self._context.theme.px(120))
        self._zoom = self._context.theme.zoom
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say as much as there is room for."""
        super().resizeEvent(event)
        self._fit()

    def tell(self, message: str) -> None:
        """Show a passing remark; an empty one takes it away."""
        self._message.setText(message)

    def message(self) -> str:
        """The passing remark."""
        return self._message.text()

    def _part(self, command: str) -> QPushButton:
        button = QPushButton()
        set_kind(button, "status")
        button.setObjectName(command)
        if command:
            button.clicked.connect(lambda: self.chosen.emit(command))
            # A click must not take the keys away from whoever is writing: letters are commands.
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        else:
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.hide()
        return button

    def _say(self, part: QPushButton, words: str, *, hint: str = "", state: str = "") -> None:
        self._words[part] = words
        part.setToolTip(hint if words else "")
        part.setAccessibleName(words)
        set_state(part, "state", state)

    def _fit(self) -> None:
        """Show everything; then take away, in order, what can be missed or stands for itself."""
        now = (tuple(self._words.values()), self._wants_progress, self.width(), self._zoom)
        if now == self._fitted:
            return
        self._fitted = now
        for part, words in self._words.items():
            self._set_text(part, words)
            part.setVisible(bool(words))
        self._progress.setVisible(self._wants_progress)
        row = self.layout()
        assert row is not None
        for give_way in (
            self._retry.hide,  # the banner says it
            self._progress.hide,  # its words stay
            lambda: self._set_text(self._clock, ""),
            lambda: self._set_text(self._who, ""),
            lambda: self._set_text(self._role, ""),
            self._waiting.hide,  # the rail counts them
            self._clock.hide,
            self._progress_words.hide,
        ):
            row.activate()
            remark = self._message.sizeHint().width() - self._message.minimumSizeHint().width()
            if row.sizeHint().width() - remark <= self.width():
                return
            give_way()

    def _set_text(self, part: QPushButton, words: str) -> None:
        if part.text() != words.strip():
            part.setText(words.strip())

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 2, 8, 2)
        row.setSpacing(4)
        for part in (self._link, self._retry, self._waiting, self._held, self._clock):
            row.addWidget(part)
        row.addWidget(self._progress)
        row.addWidget(self._progress_words)
        row.addWidget(self._message, 1)
        for part in (self._role, self._who, self._language, self._theme):
            row.addWidget(part)
