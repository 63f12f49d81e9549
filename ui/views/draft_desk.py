"""The desk: every draft that is open in this window, each on a sheet of its own, kept on the disk.

A sheet outlives whatever is shown: another appeal, another language, a change from outside. Only
its author changes it. A change is on the disk at most `Settings.draft_millis` later.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QTextDocument

from console.domain.appeal import Outcome
from console.domain.attachment import Attachment
from console.domain.draft import Draft, DraftMode
from console.domain.ids import Ref
from console.domain.message import EtrQuote, Override
from console.domain.verdict import StaleReason
from ui.bridge import Bridge
from ui.context import UiContext

_STORING_MILLIS = 100
"""Of the time within which a key has to be on the disk, what the store may take for itself."""

_RETRY_MILLIS = 3000
"""After which a draft that the disk did not take is written again, without a further key."""


@dataclass(slots=True, eq=False)
class Sheet:
    """A draft in the making.

    ``draft`` holds what is not in the document; ``cursor`` and ``anchor`` are where the person
    left off. ``kept`` is what is on the disk (None: nothing is), ``noticed`` the news that the
    person was told of when they last tried to send. ``sending``: it has been handed over.
    ``files`` are those attached, ``coming`` the names of those that are being saved.
    """

    draft: Draft
    document: QTextDocument
    cursor: int = 0
    anchor: int = 0
    kept: Draft | None = None
    noticed: tuple[StaleReason, ...] = ()
    sending: bool = False
    files: tuple[Attachment, ...] = ()
    coming: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What has been written."""
        return self.document.toPlainText()

    @property
    def mode(self) -> DraftMode:
        """What it will become."""
        return self.draft.mode

    def now(self) -> Draft:
        """The draft as it stands."""
        return replace(self.draft, text=self.text, cursor=self.cursor)

    def reasons(self) -> dict[str, str]:
        """The checks that were overruled, each with its reason."""
        return {override.rule: override.reason for override in self.draft.overrides}


class DraftDesk(QObject):
    """All sheets. `saved` and `failed` carry the id of a draft (and the error)."""

    saved = Signal(str)
    failed = Signal(str, object)

    def __init__(
        self, context: UiContext, bridge: Bridge, *, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._bridge = bridge
        self._sheets: dict[str, Sheet] = {}
        self._dirty: dict[str, Sheet] = {}
        self._refused: set[str] = set()
        self._timer = QTimer(self, singleShot=True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(max(0, context.console.settings.draft_millis - _STORING_MILLIS))
        self._timer.timeout.connect(self.flush)
        self._retry = QTimer(self, singleShot=True)
        self._retry.setInterval(_RETRY_MILLIS)
        self._retry.timeout.connect(self.flush)

    # ------------------------------------------------------------------------------ sheets

    def sheet(self, draft_id: str) -> Sheet | None:
        """The sheet of a draft that is open."""
        return self._sheets.get(draft_id)

    def lay(self, draft: Draft, document: QTextDocument, *, kept: bool) -> Sheet:
        """Open a draft; ``kept``: it comes from the disk."""
        place = min(draft.cursor, len(draft.text))
        sheet = Sheet(draft, document, place, place, kept=draft if kept else None)
        self._sheets[draft.id] = sheet
        return sheet

    def of(self, ref: Ref, stored: Iterable[Draft]) -> tuple[Draft, ...]:
        """All drafts of an appeal, open or on the disk alone, the one last written to first."""
        drafts = {draft.id: draft for draft in stored if draft.appeal == ref}
        for sheet in self._sheets.values():
            if sheet.draft.appeal == ref and not sheet.sending:
                drafts[sheet.draft.id] = sheet.now()
            else:
                drafts.pop(sheet.draft.id, None)
        return tuple(
            sorted(drafts.values(), key=lambda draft: (draft.updated_at, draft.id), reverse=True)
        )

    def forget(self, sheet: Sheet) -> None:
        """The sheet is done with: sent or thrown away."""
        self._sheets.pop(sheet.draft.id, None)
        self._dirty.pop(sheet.draft.id, None)
        self._refused.discard(sheet.draft.id)

    def discard(self, sheet: Sheet) -> None:
        """Throw a draft away, here and on the disk."""
        self.forget(sheet)
        if sheet.kept is not None:
            self._bridge.when_done(self._context.console.drafts.discard(sheet.draft.id), owner=self)

    # ------------------------------------------------------------------------------ keeping

    def touch(self, sheet: Sheet) -> None:
        """It has been changed: it is on the disk soon, however long the typing goes on."""
        sheet.draft = replace(sheet.draft, updated_at=self._context.now())
        self._dirty[sheet.draft.id] = sheet
        if not self._timer.isActive():
            self._timer.start()

    def hold(self, sheet: Sheet) -> None:
        """It is being sent: from now on it is not written to the disk any more."""
        sheet.sending = True
        self._dirty.pop(sheet.draft.id, None)

    def release(self, sheet: Sheet) -> None:
        """It was not sent after all."""
        sheet.sending = False
        self.touch(sheet)

    def choose(self, sheet: Sheet, outcome: Outcome) -> None:
        """What the reply comes to."""
        sheet.draft = replace(sheet.draft, outcome=outcome)
        self.touch(sheet)

    def promise(self, sheet: Sheet, instant: datetime) -> None:
        """When the next news comes (UTC)."""
        sheet.draft = replace(sheet.draft, promise_at=instant)
        self.touch(sheet)

    def count_promises(self, sheet: Sheet, *, count: bool) -> None:
        """Whether what the words promise is to become a timer."""
        sheet.draft = replace(sheet.draft, no_promise=not count)
        self.touch(sheet)

    def overrule(self, sheet: Sheet, rule: str, reason: str) -> None:
        """Leave a finding as it is, for a reason; without one it counts again."""
        others = tuple(one for one in sheet.draft.overrides if one.rule != rule)
        added = (Override(rule, reason),) if reason else ()
        sheet.draft = replace(sheet.draft, overrides=(*others, *added))
        self.touch(sheet)

    def quotes(self, sheet: Sheet, quotes: tuple[EtrQuote, ...]) -> None:
        """The restoration times that the text now quotes."""
        if quotes != sheet.draft.quotes:
            sheet.draft = replace(sheet.draft, quotes=quotes)
            self.touch(sheet)

    def unkept(self) -> bool:
        """Whether the disk refused what is on the screen: it would end with the program."""
        return bool(self._refused)

    def pending(self) -> bool:
        """Whether anything is not on the disk yet."""
        return bool(self._dirty)

    def flush(self) -> None:
        """Hand everything that has changed to the store."""
        self._timer.stop()
        self._retry.stop()
        dirty, self._dirty = self._dirty, {}
        for sheet in dirty.values():
            self._keep(sheet)

    def _keep(self, sheet: Sheet) -> None:
        draft, drafts = sheet.now(), self._context.console.drafts
        name = draft.id
        if not draft.text.strip() and not sheet.files and not sheet.coming:
            self._refused.discard(name)
            if sheet.kept is not None:
                sheet.kept = None
                self._bridge.when_done(
                    drafts.discard(name), lambda _: self.saved.emit(name), owner=self
                )
            return
        if sheet.kept is not None and _same(draft, sheet.kept):
            self._on_kept(name)
            return
        before, sheet.kept = sheet.kept, draft

        def failed(error: Exception) -> None:
            if sheet.kept is draft:
                sheet.kept = before
                if name in self._sheets:
                    self._refused.add(name)
                self._try_again(sheet)
            self.failed.emit(name, error)

        self._bridge.when_done(
            drafts.save(draft), lambda _: self._on_kept(name), failed, owner=self
        )

    def _on_kept(self, name: str) -> None:
        self._refused.discard(name)
        self.saved.emit(name)

    def _try_again(self, sheet: Sheet) -> None:
        """The disk did not take it: what is on the screen goes there as soon as it does."""
        if sheet.draft.id in self._sheets and not sheet.sending:
            self._dirty.setdefault(sheet.draft.id, sheet)
            self._retry.start()


def _same(one: Draft, other: Draft) -> bool:
    return replace(one, updated_at=other.updated_at) == other
