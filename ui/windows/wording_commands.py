"""The command that corrects how replies speak of a name, so that templates write it right.

What is right of a place or a person is so for everybody who answers there: unless the operator says
otherwise, a correction is for the whole branch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from console.domain.appeal import Appeal
from console.domain.ids import Ref
from console.domain.operator import Right
from console.usecases.acting import GoneError
from console.usecases.wording import FormBefore
from console.wording import Use
from ui.actions.dispatch import Dispatcher
from ui.bridge import Bridge
from ui.context import UiContext
from ui.dialogs.ask_dialog import AskDialog

_OF_PLACE: Final = (Use.PLACE_IN, Use.PLACE_OF)
_OF_STREET: Final = (Use.STREET_ON, Use.STREET_ALONG)
_OF_PERSON: Final = (Use.OPENING, Use.PERSON_OF, Use.PERSON_TO)


@dataclass(frozen=True, slots=True)
class _Row:
    """A form that may be corrected, as it is used now."""

    name: str
    use: Use
    form: str


class WordingCommands(QObject):
    """Registers its handler; what is corrected is told, and can be undone."""

    def __init__(
        self,
        context: UiContext,
        bridge: Bridge,
        dispatcher: Dispatcher,
        *,
        shown: Callable[[], Ref | None],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._context = context
        self._bridge = bridge
        self._dispatcher = dispatcher
        self._shown = shown
        self._window = window
        dispatcher.register("reply.names", self.correct)

    def correct(self) -> None:
        """Show the names of the shown appeal in their cases, each to be corrected."""
        appeal = self._appeal()
        rows = self._rows(appeal)
        t = self._context.t
        dialog = AskDialog(
            self._context,
            title=t("wording.title"),
            lead=t("wording.lead" if rows else "wording.nothing"),
            accept=t("wording.accept"),
            parent=self._window,
        )
        dialog.setObjectName("ask-names")
        fields = [(row, dialog.add_line(t(f"wording.{row.use}"), row.form)) for row in rows]
        box = self._for_all(dialog, appeal.branch) if rows else None

        def keep() -> None:
            share = box is not None and box.isChecked()
            self._keep(fields, appeal.branch, share=share)

        dialog.ask(lambda: self._dispatcher.guard(keep))

    def _for_all(self, dialog: AskDialog, branch: str) -> QCheckBox | None:
        """Whether colleagues are to write so, too; nothing to ask where one may not share."""
        if not self._context.may(Right.ANSWER):
            return None
        named = {one.key: one.name for one in self._context.console.rulebook.branches}
        words = self._context.t("wording.share", branch=named.get(branch, branch))
        label = self._context.t("wording.for_whom")
        return dialog.add_several(label, [("share", words)], chosen={"share"})["share"]

    def _rows(self, appeal: Appeal) -> tuple[_Row, ...]:
        wording = self._context.console.wording.current(appeal.branch)
        named = (
            (appeal.place.settlement, _OF_PLACE),
            (appeal.place.street, _OF_STREET),
            (appeal.author.name, _OF_PERSON),
        )
        found = (_Row(name, use, wording.form(name, use)) for name, uses in named for use in uses)
        return tuple(row for row in found if row.form)

    def _keep(self, fields: Sequence[tuple[_Row, QLineEdit]], branch: str, *, share: bool) -> None:
        """Correct what was changed; an emptied field has the rules again."""
        wording = self._context.console.wording
        for row, field in fields:
            typed = " ".join(field.text().split())
            if typed != row.form:
                form = typed or wording.current().suggested(row.name, row.use)
                done = wording.correct(row.name, row.use, form, branch=branch, share=share)
                self._told(done, row, branch)

    def _told(self, future: Future[FormBefore], row: _Row, branch: str) -> None:
        wording = self._context.console.wording

        def then(before: FormBefore) -> None:
            def undo() -> None:
                self._bridge.when_done(wording.put_back(before), owner=self)

            form = wording.form(row.name, row.use, branch=branch)
            self._dispatcher.tell(self._context.t("wording.done", form=form), undo=undo)

        self._bridge.when_done(future, then, owner=self)

    def _appeal(self) -> Appeal:
        ref = self._shown()
        view = self._context.console.reader.appeal(ref) if ref is not None else None
        if view is None:
            raise GoneError("appeal")
        return view.appeal
