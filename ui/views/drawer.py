"""The drawer: the drafts of the shown appeal, of which one at a time lies on the desk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtGui import QTextDocument

from console.domain.draft import Draft, DraftMode
from console.domain.mutations import Seen
from ui.views.composing import Composing
from ui.views.draft_desk import DraftDesk, Sheet


class Drawer:
    """Finds, begins and turns drafts; what is shown of them is the composer's."""

    def __init__(
        self, composing: Composing, desk: DraftDesk, new_document: Callable[[str], QTextDocument]
    ) -> None:
        self._composing = composing
        self._desk = desk
        self._new_document = new_document

    def drafts(self) -> tuple[Draft, ...]:
        """All drafts of the appeal, the one last written to first."""
        view = self._composing.view
        if view is None:
            return ()
        refs = (view.appeal.ref, *(joined.appeal.ref for joined in view.merged))
        found = [draft for ref in refs for draft in self._desk.of(ref, view.drafts)]
        return tuple(sorted(found, key=lambda one: (one.updated_at, one.id), reverse=True))

    def find(self, draft_id: str) -> Draft | None:
        """One of them."""
        return next((draft for draft in self.drafts() if draft.id == draft_id), None)

    def begun(self) -> Draft | None:
        """The one last written to, if there is a word in it."""
        return next((draft for draft in self.drafts() if draft.text.strip()), None)

    def lay(self, draft: Draft) -> Sheet:
        """Its sheet, which may be open already.

        One that was begun about an appeal which is now merged into the shown one is about this
        one from here on; on the disk it is so once its author goes on with it.
        """
        sheet = self._sheet_of(draft)
        view = self._composing.view
        if view is not None and sheet.draft.appeal != view.appeal.ref and not sheet.sending:
            sheet.draft = replace(sheet.draft, appeal=view.appeal.ref, seen=Seen.of(view.appeal))
        return sheet

    def _sheet_of(self, draft: Draft) -> Sheet:
        known = self._desk.sheet(draft.id)
        if known is not None:
            return known
        view = self._composing.view
        kept = view is not None and any(one.id == draft.id for one in view.drafts)
        return self._desk.lay(draft, self._new_document(draft.text), kept=kept)

    def sheet_for(self, mode: DraftMode) -> Sheet:
        """The sheet of that mode, begun anew where there is none."""
        for draft in self.drafts():
            if draft.mode is mode:
                return self.lay(draft)
        return self.new(mode)

    def new(self, mode: DraftMode, text: str = "") -> Sheet:
        """A new draft, with the cursor at the end of its text."""
        view = self._composing.view
        assert view is not None, "something is shown"
        draft = self._composing.context.console.drafts.new(view.appeal.ref, mode)
        return self.lay(replace(draft, text=text, cursor=len(text)))

    def turned(self, mode: DraftMode) -> Sheet | None:
        """A reply turned into an interim one or back, where no draft of that mode is in the way.

        A note is never turned into what a resident can read.
        """
        current = self._composing.sheet
        if current is None or DraftMode.NOTE in (mode, current.mode) or not current.text.strip():
            return None
        if any(draft.mode is mode and draft.text.strip() for draft in self.drafts()):
            return None
        current.draft = replace(current.draft, mode=mode)
        self._desk.touch(current)
        return current

    def others(self) -> tuple[tuple[str, str], ...]:
        """The drafts that are not being written to, as (id, words)."""
        t, sheet = self._composing.context.t, self._composing.sheet
        current = sheet.draft.id if sheet else ""
        return tuple(
            (
                draft.id,
                t(
                    "composer.draft_line",
                    mode=t(f"composer.mode_{draft.mode}"),
                    text=_beginning(draft.text) or t("composer.draft_empty"),
                ),
            )
            for draft in self.drafts()
            if draft.id != current and draft.text.strip()
        )


def _beginning(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 48 else f"{flat[:47]}…"
