"""The send bar: the outcome or the promise, how much fits, and the button that sends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMenu,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from console.domain.appeal import Outcome
from console.domain.draft import DraftMode
from ui.commands.table import keys_of
from ui.context import UiContext
from ui.presenters.composer import Counter, ModeFace
from ui.presenters.names import outcome_name
from ui.widgets.fitting_button import FittingButton
from ui.widgets.flow import Flow
from ui.widgets.kind import set_kind, set_state

Choices = Callable[[], tuple[tuple[str, datetime], ...]]


class SendBar(QWidget):
    """`outcome_chosen` carries an `Outcome`, `promise_chosen` an instant (UTC).

    `custom_promise` asks for a dialog; `send_wanted` says whether approval is asked for;
    `resized` comes when what is said needs another height.
    """

    outcome_chosen = Signal(object)
    promise_chosen = Signal(object)
    custom_promise = Signal()
    send_wanted = Signal(bool)
    later_wanted = Signal()
    templates_wanted = Signal()
    files_wanted = Signal()
    resized = Signal()

    def __init__(
        self, context: UiContext, choices: Choices, *, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._choices = choices
        self._says = QLabel()
        self._says.setTextFormat(Qt.TextFormat.PlainText)
        self._says.setWordWrap(True)
        self._said, self._kind = "", "info"
        self._tight = False
        self._may_wait = True
        self._templates = FittingButton()
        self._templates.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._templates.setIcon(context.theme.icon("template"))
        set_kind(self._templates, "ghost")
        self._templates.clicked.connect(self.templates_wanted)
        self._attach = QToolButton()
        self._attach.setIcon(context.theme.icon("clip"))
        self._attach.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._attach.clicked.connect(self.files_wanted)
        self._chosen: Outcome | None = None
        self._outcome, self._outcomes = _menu_button()
        self._outcomes.setToolTipsVisible(True)
        self._outcomes.aboutToShow.connect(self._fill_outcomes)
        self._promise, self._promises = _menu_button()
        self._promises.aboutToShow.connect(self._fill_promises)
        self._counter = QLabel()
        self._counter.setTextFormat(Qt.TextFormat.PlainText)
        self._more = QToolButton()
        self._more.setIcon(context.theme.icon("approve"))
        self._more.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._more.clicked.connect(lambda: self.send_wanted.emit(True))
        self._later = QToolButton()
        self._later.setIcon(context.theme.icon("clock"))
        self._later.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._later.clicked.connect(self.later_wanted)
        self._send = FittingButton()
        set_kind(self._send, "primary")
        self._send.clicked.connect(lambda: self.send_wanted.emit(False))
        self._arrange()

    def _arrange(self) -> None:
        px = self._context.theme.px
        column = QVBoxLayout(self)
        column.setContentsMargins(px(8), px(4), px(8), px(8))
        column.setSpacing(px(4))
        self._above = QVBoxLayout()
        column.addLayout(self._above)
        self._first = QHBoxLayout()
        self._first.setSpacing(px(6))
        choices = QWidget()
        self._choosing = Flow(choices, gap=px(6))
        for part in (self._templates, self._attach, self._outcome, self._promise):
            self._choosing.addWidget(part)
        self._first.addWidget(choices, 1)
        self._first.addWidget(self._counter)
        column.addLayout(self._first)
        self._second = QHBoxLayout()
        self._second.setSpacing(px(6))
        self._second.addWidget(self._says, 1)
        self._second.addWidget(self._later)
        self._second.addWidget(self._more)
        self._second.addWidget(self._send)
        column.addLayout(self._second)
        self._narrow = QWidget()
        self._sending = Flow(self._narrow, gap=px(6), last_at_end=True)
        self._narrow.hide()
        column.addWidget(self._narrow)

    def set_tight(self, *, tight: bool) -> None:
        """Where there is little room: what is said has a line of its own, if anything is."""
        if tight == self._tight:
            return
        self._tight = tight
        self._narrow.setVisible(tight)
        self._attach.setHidden(tight)  # the menu, the key, paste and drop remain
        self._later.setHidden(tight or not self._may_wait)  # the menu and the key remain
        if tight:
            self._above.addWidget(self._says)
            for part in (self._templates, self._counter, self._more, self._send):
                self._sending.addWidget(part)
        else:
            self._choosing.insert(0, self._templates)
            self._first.addWidget(self._counter)
            self._second.addWidget(self._says, 1)
            self._second.addWidget(self._later)
            self._second.addWidget(self._more)
            self._second.addWidget(self._send)
        self.say(self._said, self._kind)
        self._say_templates()

    # ------------------------------------------------------------------------------ showing

    def show_mode(self, face: ModeFace, *, may_ask_approval: bool) -> None:
        """Offer what belongs to the mode."""
        self._outcome.setVisible(face.mode is DraftMode.REPLY)
        self._promise.setVisible(face.mode is DraftMode.INTERIM)
        self._more.setVisible(may_ask_approval and face.mode is not DraftMode.NOTE)
        self._may_wait = face.mode is not DraftMode.NOTE
        self._later.setVisible(self._may_wait and not self._tight)
        self._send.say(*face.send)

    def show_outcome(self, outcome: Outcome | None) -> None:
        """The chosen outcome."""
        self._chosen = outcome
        name = outcome_name(outcome, self._context.catalog) if outcome else ""
        self._outcome.say(name or self._context.t("composer.outcome_choose"))
        self._outcome.setToolTip(
            self._context.t(f"status_names.outcome_hint_{outcome}") if outcome else ""
        )
        set_state(self._outcome, "active", "true" if outcome else "false")

    def show_promise(self, *wordings: str) -> None:
        """The chosen promise in words, the longest first; nothing for none."""
        self._promise.say(*(wordings or (self._context.t("composer.promise_choose"),)))
        self._promise.setToolTip(wordings[0] if wordings else "")
        set_state(self._promise, "active", "true" if wordings else "false")

    def show_counter(self, counter: Counter) -> None:
        """How much of the limit is used."""
        self._counter.setText(counter.text)
        self._counter.setToolTip(counter.hint)
        set_kind(self._counter, "small" if counter.kind == "dim" else counter.kind)

    def counter(self) -> tuple[str, str]:
        """The words of the counter and their kind."""
        return self._counter.text(), str(self._counter.property("kind"))

    def say(self, words: str, kind: str = "info") -> None:
        """Say something beside the button; for an empty text the key that sends is told."""
        self._said, self._kind = words, kind
        self._says.setText(words or self._send_key())
        self._says.setVisible(bool(words) or not self._tight)
        set_kind(self._says, kind if words else "small")
        self.resized.emit()

    def said(self) -> str:
        """What is being said."""
        return self._said

    def set_busy(self, *, busy: bool, words: tuple[str, ...]) -> None:
        """While a reply is being handed over nothing can be sent twice."""
        self._send.setEnabled(not busy)
        self._later.setEnabled(not busy)
        self._more.setEnabled(not busy)
        self._send.say(*words)

    def ask_outcome(self) -> None:
        """The cursor goes to the outcome."""
        set_state(self._outcome, "active", "missing")
        self._outcome.setFocus(Qt.FocusReason.OtherFocusReason)

    def ask_promise(self) -> None:
        """The cursor goes to the promise."""
        set_state(self._promise, "active", "missing")
        self._promise.setFocus(Qt.FocusReason.OtherFocusReason)

    def asks(self) -> str:
        """Which of its fields has the focus: outcome, promise or none."""
        if self._outcome.hasFocus():
            return "outcome"
        return "promise" if self._promise.hasFocus() else ""

    def retranslate(self) -> None:
        """Say everything in the present language; what is chosen stays chosen."""
        t = self._context.t
        self._say_templates()
        self._templates.setToolTip(
            t(
                "composer.templates_key",
                keys=self._key("reply.template"),
                inside=self._key("reply.template", nth=1),
            )
        )
        approval = self._key("reply.send_for_approval")
        self._more.setToolTip(t("composer.approval_key", keys=approval))
        self._more.setAccessibleName(t("composer.do_approval"))
        self._send.setToolTip(self._send_key())
        later = self._key("reply.send_later")
        self._later.setToolTip(t("later.button_key", keys=later))
        self._later.setAccessibleName(t("later.button"))
        self.show_outcome(self._chosen)
        self.say(self._said, self._kind)

    def _say_templates(self) -> None:
        words = self._context.t("composer.templates")
        self._templates.say(*(("",) if self._tight else (words,)))
        self._templates.setAccessibleName(words)
        attach = self._context.t("file.attach")
        self._attach.setToolTip(f"{attach} ({self._key('reply.attach')})")
        self._attach.setAccessibleName(attach)

    def _send_key(self) -> str:
        return self._context.t("composer.key_send", keys=self._key("reply.send"))

    def _key(self, command: str, *, nth: int = 0) -> str:
        return keys_of(command, self._context.catalog, nth=nth)

    # ------------------------------------------------------------------------------ choosing

    def _fill_outcomes(self) -> None:
        self._outcomes.clear()
        for outcome in Outcome:
            action = self._outcomes.addAction(outcome_name(outcome, self._context.catalog))
            action.setToolTip(self._context.t(f"status_names.outcome_hint_{outcome}"))
            action.setCheckable(True)
            action.setChecked(outcome is self._chosen)
            action.triggered.connect(lambda _=False, one=outcome: self.outcome_chosen.emit(one))

    def _fill_promises(self) -> None:
        self._promises.clear()
        for words, instant in self._choices():
            action = self._promises.addAction(words.replace("&", "&&"))
            action.triggered.connect(lambda _=False, one=instant: self.promise_chosen.emit(one))
        self._promises.addSeparator()
        custom = self._promises.addAction(self._context.t("composer.promise_custom"))
        custom.triggered.connect(lambda _=False: self.custom_promise.emit())


def _menu_button() -> tuple[FittingButton, QMenu]:
    button = FittingButton()
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    set_kind(button, "filter")
    menu = QMenu(button)
    button.setMenu(menu)
    return button, menu
