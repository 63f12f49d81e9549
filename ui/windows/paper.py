"""Paper: prints an appeal or keeps it as a PDF, on a page that the system's printer knows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMarginsF, QObject, QSizeF, QStandardPaths, Qt, Signal
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QPageLayout,
    QPageSize,
    QPainter,
    QPalette,
    QTextDocument,
)
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QFileDialog, QWidget

from console.errors import OtklikError
from ui.actions.dispatch import Dispatcher
from ui.context import UiContext
from ui.presenters.appeal import appeal_face
from ui.presenters.history import history
from ui.presenters.paper import document, file_name
from ui.presenters.thread import Thread
from ui.views.appeal_view import AppealView
from ui.views.speech import Speech

_MARGIN_MM = 15.0
_FOOT_MM = 8.0


class PaperError(OtklikError):
    """A PDF that could not be written."""


class Paper(QObject):
    """Registers `appeal.print` and `appeal.save_pdf` for what ``shown`` shows.

    ``ask_file`` is given a proposal and answers with the file, or None. `told` is a remark.
    """

    told = Signal(str)

    def __init__(
        self,
        context: UiContext,
        dispatcher: Dispatcher,
        *,
        shown: AppealView,
        window: QWidget,
        ask_file: Callable[[str], Path | None] | None = None,
    ) -> None:
        super().__init__(window)
        self._context = context
        self._shown = shown
        self._window = window
        self._ask_file = ask_file or self._ask
        dispatcher.register("appeal.print", self.print_out)
        dispatcher.register("appeal.save_pdf", self.save)

    def print_out(self) -> None:
        """Ask for a printer, and print."""
        made = self.made()
        if made is None:
            return
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        _lay_page(printer)
        printer.setDocName(made[1].removesuffix(".pdf"))
        dialog = QPrintDialog(printer, self._window)
        dialog.setWindowTitle(self._context.t("commands.appeal.print"))
        if dialog.exec():  # the systems' own dialogs of this kind know no other way
            self._put(made[0], printer)
        dialog.deleteLater()

    def save(self) -> None:
        """Ask for a file, and write the PDF."""
        made = self.made()
        file = self._ask_file(made[1]) if made is not None else None
        if made is None or file is None:
            return
        self.write(made[0], file)
        self.told.emit(self._context.t("paper.saved", file=file.name))

    def made(self) -> tuple[QTextDocument, str] | None:
        """The document of what is shown, and a name for its file; None where nothing is."""
        view = self._shown.view
        if view is None:
            return None
        speech, session = Speech(self._context), self._context.session
        branch = view.appeal.branch
        here, people = speech.here(branch), speech.people()
        clocks = self._shown.clocks_of(view)
        thread = Thread(view, here, people, may_approve=False, outage_of=speech.outage_of(branch))
        face = appeal_face(view, here, people)
        made = QTextDocument(self)
        made.setHtml(
            document(
                face,
                here,
                clocks=clocks.face(here) if clocks is not None else None,
                bubbles=thread.bubbles(0, len(thread)),
                lines=history(view, here, people, speech.outage_of(branch)),
                who=session.name if session is not None else "",
            )
        )
        return made, file_name(face, here)

    def write(self, made: QTextDocument, file: Path) -> None:
        """Write a PDF; `PaperError` in a sentence where that fails."""
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(str(file))
        printer.setCreator(self._context.t("ui.app"))
        _lay_page(printer)
        self._put(made, printer)

    def _put(self, made: QTextDocument, printer: QPrinter) -> None:
        painter = QPainter()
        if not painter.begin(printer):
            raise PaperError("the document cannot be written there", key="paper.failed")
        try:
            put_pages(made, printer, painter, foot=self._foot)
        finally:
            painter.end()

    def _foot(self, page: int, pages: int) -> str:
        return self._context.t("paper.foot", page=page, pages=pages)

    def _ask(self, name: str) -> Path | None:
        place = QStandardPaths.StandardLocation.DocumentsLocation
        folder = Path(QStandardPaths.writableLocation(place))
        title = self._context.t("commands.appeal.save_pdf")
        chosen, _ = QFileDialog.getSaveFileName(
            self._window, title, str(folder / name), "PDF (*.pdf)"
        )
        return Path(chosen) if chosen else None


def put_pages(
    made: QTextDocument, printer: QPrinter, painter: QPainter, *, foot: Callable[[int, int], str]
) -> int:
    """Paint every page, each with a foot that marks it as personal data; how many there are."""
    dots = printer.resolution() / 25.4
    whole = printer.pageLayout().paintRectPixels(printer.resolution())
    body = QSizeF(whole.width(), whole.height() - _FOOT_MM * dots)
    layout = made.documentLayout()
    layout.setPaintDevice(printer)
    made.setDocumentMargin(0)
    made.setPageSize(body)
    pages = made.pageCount()
    ink = QPalette()
    ink.setColor(QPalette.ColorRole.Text, Qt.GlobalColor.black)
    for page in range(pages):
        if page:
            printer.newPage()
        painter.save()
        painter.translate(0, -page * body.height())
        context = QAbstractTextDocumentLayout.PaintContext()
        context.palette = ink
        context.clip.setRect(0, page * body.height(), body.width(), body.height())
        painter.setClipRect(context.clip)
        layout.draw(painter, context)
        painter.restore()
        line = whole.translated(-whole.topLeft())
        line.setTop(round(body.height() + 2 * dots))
        painter.drawText(line, Qt.AlignmentFlag.AlignBottom, foot(page + 1, pages))
    return pages


def _lay_page(printer: QPrinter) -> None:
    margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
    printer.setPageLayout(
        QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4),
            QPageLayout.Orientation.Portrait,
            margins,
            QPageLayout.Unit.Millimeter,
        )
    )
