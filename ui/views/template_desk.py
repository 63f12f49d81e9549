"""The template desk: the templates that fit what is being written, and their insertion."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from console.domain.draft import DraftMode
from console.domain.reply_template import PlaceState
from console.template_values import Setting, TemplateValues, values_for
from console.usecases.clocks import main_outage
from ui.presenters.templates import TemplateShelf, mode_of
from ui.views.composing import Composing
from ui.views.draft_desk import DraftDesk
from ui.widgets.marked_editor import MarkedEditor


class TemplateDesk:
    """Fills templates with what is known of the appeal."""

    def __init__(self, composing: Composing, desk: DraftDesk, editor: MarkedEditor) -> None:
        self._composing = composing
        self._desk = desk
        self._editor = editor

    def shelf(self) -> TemplateShelf:
        """The templates for what is being written."""
        composing, context = self._composing, self._composing.context
        assert composing.sheet is not None and composing.view is not None, "something is written"
        begun = bool(composing.sheet.text.strip())
        return TemplateShelf(
            context.console.rulebook.templates,
            self._values(),
            mode=composing.sheet.mode,
            topic=composing.view.appeal.topic,
            channel=composing.channel(),
            usage=context.console.reader.template_usage(),
            place=_place(composing.view.appeal.place.settlement),
            begun=begun,
            promised=None if begun else self._values(composing.usual_promise()),
        )

    def mode_for(self, key: str) -> DraftMode | None:
        """What to write instead, where nothing is written yet and the template is for that."""
        sheet = self._composing.sheet
        if sheet is None or sheet.text.strip():
            return None
        templates = self._composing.context.console.rulebook.templates
        mode = mode_of(next(each for each in templates if each.key == key))
        return mode if sheet.mode is not mode else None

    def insert(self, key: str) -> bool:
        """Put a template in place of the selection; the cursor goes to its first gap."""
        sheet = self._composing.sheet
        if sheet is None or sheet.sending:
            return False
        shelf = self.shelf()
        filled, outcome = shelf.draft(key), shelf.outcome(key)
        start = self._editor.insert(filled.text)
        quotes = tuple(dict.fromkeys((*sheet.draft.quotes, *filled.quotes)))
        sheet.draft = replace(sheet.draft, template=key, quotes=quotes)
        if sheet.draft.outcome is None and sheet.mode is DraftMode.REPLY:
            sheet.draft = replace(sheet.draft, outcome=outcome)
        self._desk.touch(sheet)
        if filled.gaps:
            gap = filled.gaps[0]
            self._editor.select(start + gap.start, start + gap.end)
        else:
            self._editor.select(start + len(filled.text), start + len(filled.text))
        return True

    def _values(self, promise_at: datetime | None = None) -> TemplateValues:
        composing, context = self._composing, self._composing.context
        assert composing.view is not None and composing.sheet is not None, "shelf() asks for it"
        appeal, session = composing.view.appeal, context.session
        setting = Setting(
            zone=context.zone(appeal.branch),
            now=context.now(),
            branch=composing.speech.branch_name(appeal.branch),
            operator=session.name if session else "",
            wording=context.console.wording.current(appeal.branch),
        )
        return values_for(
            appeal,
            main_outage(appeal, composing.outages()),
            context.console.rulebook.variables,
            setting=setting,
            promise_at=composing.sheet.draft.promise_at or promise_at,
        )


def _place(settlement: str) -> PlaceState:
    return PlaceState.KNOWN if settlement else PlaceState.UNKNOWN
