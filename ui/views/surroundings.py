"""The surroundings of a text: what changes around it is told beside it, never in it."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from console.domain.draft import DraftMode
from console.domain.mutations import Seen
from console.domain.verdict import StaleReason
from ui.presenters.composer import moved_quotes, news_since, quotes_in
from ui.views.composing import Composing
from ui.views.draft_desk import DraftDesk
from ui.views.etr_line import EtrLine
from ui.widgets.banner import Banner


class Surroundings(QObject):
    """The banner of news and the line of the restoration time.

    `looked` says that the surroundings were read anew, `settled` that the person has taken note.
    """

    looked = Signal()
    settled = Signal()

    def __init__(
        self, composing: Composing, desk: DraftDesk, *, banner: Banner, etr: EtrLine
    ) -> None:
        super().__init__(banner)
        self._composing = composing
        self._context = composing.context
        self._desk = desk
        self._banner = banner
        self._etr = etr
        self._mend = ""
        self.news: tuple[StaleReason, ...] = ()
        self.moved: tuple[StaleReason, ...] = ()
        banner.pressed.connect(self._acknowledge)
        etr.settled.connect(self._settle_etr)

    def look(self) -> None:
        """Compare what the author had before their eyes with what there is now."""
        sheet, view = self._composing.sheet, self._composing.view
        if sheet is None or view is None:
            return
        self.update_quotes()
        me = self._composing.me()
        self.news = news_since(sheet.now(), view.appeal, self._composing.outages(), me=me)
        self._show_news()
        self._find_moved()
        self._show_etr()
        self.looked.emit()

    def see_all(self) -> None:
        """From now on the author has seen the appeal as it stands."""
        sheet, view = self._composing.sheet, self._composing.view
        if sheet is not None and view is not None:
            sheet.draft = replace(sheet.draft, seen=Seen.of(view.appeal))

    def checked(self, mend: str) -> None:
        """The checks have run; ``mend`` is the time that they would put into the text."""
        self._mend = mend
        self._find_moved()
        self._show_etr()

    def update_quotes(self) -> None:
        """The draft knows which restoration times its text quotes."""
        sheet, view = self._composing.sheet, self._composing.view
        if sheet is None or view is None or sheet.mode is DraftMode.NOTE or sheet.sending:
            return
        zone = self._context.zone(view.appeal.branch)
        self._desk.quotes(sheet, quotes_in(sheet.text, sheet.draft.quotes, view.outages, zone))

    # ------------------------------------------------------------------------------ the news

    def _show_news(self) -> None:
        view, sheet = self._composing.view, self._composing.sheet
        awaiting = view is not None and view.appeal.awaiting is not None
        if not self.news:
            if awaiting and sheet is not None and sheet.mode is not DraftMode.NOTE:
                icon = self._context.theme.icon("info", "info")
                self._banner.say(self._context.t("composer.awaiting"), kind="info", icon=icon)
            elif not self._banner.isHidden():
                self._banner.hide()
            return
        said = _lowered(self._composing.stale(self.news))
        words = self._context.t("composer.news_title", what=said)
        if words != self._banner.text() or self._banner.isHidden():
            self._banner.say(
                words,
                kind="warning",
                icon=self._context.theme.icon("warning", "warning"),
                action=self._context.t("composer.news_seen"),
            )

    def _acknowledge(self) -> None:
        """The person has read what changed: from now on this is what they have seen."""
        sheet = self._composing.sheet
        if sheet is None or self._composing.view is None:
            return
        self.see_all()
        self._desk.touch(sheet)
        self.look()
        self.settled.emit()

    # ------------------------------------------------------------------------------ the ETR

    def _find_moved(self) -> None:
        sheet, view = self._composing.sheet, self._composing.view
        if sheet is not None and view is not None:
            me = self._composing.me()
            self.moved = moved_quotes(sheet.now(), view.appeal, self._composing.outages(), me=me)

    def _show_etr(self) -> None:
        here, sheet = self._composing.here(), self._composing.sheet
        if self.moved:
            replace = here.t("composer.etr_replace", time=self._mend) if self._mend else ""
            self._etr.show_moved(self._composing.stale(self.moved), replace)
            return
        quotes = sheet.draft.quotes if sheet else ()
        known = [quote.etr for quote in quotes if quote.etr is not None]
        if known:
            self._etr.show_live(here.t("composer.etr_live", time=here.at_zoned(known[0])))
        elif quotes:
            self._etr.show_live(here.t("composer.etr_unknown_live"))
        else:
            self._etr.show_live("")

    def _settle_etr(self) -> None:
        """The person says that the text is right: it quotes the old time no more."""
        sheet = self._composing.sheet
        if sheet is not None:
            stale = {reason.params.get("outage") for reason in self.moved}
            kept = tuple(q for q in sheet.draft.quotes if q.outage not in stale)
            self._desk.quotes(sheet, kept)
            self.look()
            self.settled.emit()


def _lowered(sentence: str) -> str:
    """The first letter small, for a sentence that goes on after a colon."""
    return sentence[:1].lower() + sentence[1:]
