"""The help window: pages at the left, found by a word; the chosen one at the right."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer, QUrl
from PySide6.QtGui import QImage, QResizeEvent, QTextCursor, QTextDocument
from PySide6.QtWidgets import (
    QBoxLayout,
    QDialog,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from ui.context import UiContext
from ui.presenters.help import CONTEXTS, FIRST, FOLDER, Page, folder_of, pages, search
from ui.widgets.kind import set_kind
from ui.widgets.search_field import SearchField

_SIZE = (940, 680)
_SIDE = 240
_GAP = 9
_NARROW, _ABOVE = 620, 150
_UNBOUNDED = 16_777_215


class HelpWindow(QDialog):
    """Stays beside the window; links between pages are followed, nothing leaves the program."""

    def __init__(self, context: UiContext, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("help")
        self._context = context
        self._pages: tuple[Page, ...] = ()
        self._shown = FIRST
        self._field = SearchField(context.theme.icon("search"), pause_ms=0)
        self._field.searched.connect(self._search)
        self._field.left.connect(self._on_left)
        self._list = QListWidget()
        self._list.setWordWrap(True)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.currentItemChanged.connect(lambda item, _: self._on_chosen(item))
        self._nothing = QLabel()
        self._nothing.setWordWrap(True)
        set_kind(self._nothing, "dim")
        self._text = _Browser()
        self._text.setOpenLinks(False)
        self._text.anchorClicked.connect(lambda url: self.open_page(url.path().removesuffix(".md")))
        self._lay_out()
        self.retranslate()
        self._field.setFocus()

    @property
    def page(self) -> str:
        """The name of the page that is read."""
        return self._shown

    @property
    def field(self) -> SearchField:
        """Where one searches."""
        return self._field

    def words(self) -> str:
        """What stands on the page."""
        return self._text.toPlainText()

    def found(self) -> tuple[str, ...]:
        """The names of the pages that are offered."""
        items = (self._list.item(at) for at in range(self._list.count()))
        return tuple(item.data(Qt.ItemDataRole.UserRole) for item in items)

    def open_page(self, name: str) -> None:
        """Read a page; one that there is not stays unread."""
        if name not in self.found():
            self._field.clear()
            self._offer(self._pages)
        for at, known in enumerate(self.found()):
            if known == name:
                self._list.setCurrentRow(at)
        self._show(name)

    def retranslate(self) -> None:
        """Read every word and page anew."""
        t = self._context.t
        self.setWindowTitle(t("help.title"))
        for part, words in ((self._field, "search"), (self._list, "pages"), (self._text, "page")):
            part.setAccessibleName(t(f"help.{words}"))
        self._field.setPlaceholderText(t("help.search"))
        self._nothing.setText(t("help.nothing"))
        self._pages = pages(self._context.catalog)
        self._offer(self._pages)
        self.open_page(self._shown)

    def _offer(self, offered: tuple[Page, ...]) -> None:
        self._list.blockSignals(True)
        self._list.clear()
        for page in offered:
            item = QListWidgetItem(page.title, self._list)
            item.setData(Qt.ItemDataRole.UserRole, page.name)
        self._list.blockSignals(False)
        self._nothing.setVisible(not offered)

    def _search(self, query: str) -> None:
        hits = search(self._pages, query) if query else self._pages
        self._offer(hits)
        if hits:
            self.open_page(hits[0].name if query else self._shown)
        if query:
            self._mark(query)

    def _mark(self, query: str) -> None:
        """Show where the first word stands."""
        self._text.moveCursor(QTextCursor.MoveOperation.Start)
        self._text.find(query.split(maxsplit=1)[0])

    def _show(self, name: str) -> None:
        page = next((one for one in self._pages if one.name == name), None)
        if page is None:
            return
        self._shown = name
        self._text.folder = folder_of(self._context.catalog)
        self._text.document().setDefaultFont(self._context.theme.font())
        self._text.read(page.text, gap=self._context.theme.px(_GAP))

    def _on_chosen(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self._show(item.data(Qt.ItemDataRole.UserRole))

    def _on_left(self) -> None:
        if self._field.text():
            self._list.setFocus()
        else:
            self.reject()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow window the pages stand above what is read."""
        super().resizeEvent(event)
        px, directions = self._context.theme.px, QBoxLayout.Direction
        narrow = event.size().width() < px(_NARROW)
        self._across.setDirection(directions.TopToBottom if narrow else directions.LeftToRight)
        self._left.setMaximumWidth(_UNBOUNDED if narrow else px(_SIDE))
        self._left.setMaximumHeight(px(_ABOVE) if narrow else _UNBOUNDED)

    def _lay_out(self) -> None:
        px = self._context.theme.px
        self._left = QWidget()
        left = QVBoxLayout(self._left)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(px(8))
        left.addWidget(self._field)
        left.addWidget(self._nothing)
        left.addWidget(self._list, 1)
        self._across = across = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        across.setContentsMargins(px(12), px(12), px(12), px(12))
        across.setSpacing(px(12))
        across.addWidget(self._left)
        across.addWidget(self._text, 1)
        room = self.screen().availableSize() * 0.95
        self.resize(QSize(px(_SIZE[0]), px(_SIZE[1])).boundedTo(room))


class _Browser(QTextBrowser):
    """Shows the pictures of a folder, as wide as the page and no wider."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = FOLDER
        self._page, self._gap, self._wide = "", 0, 0
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self._again = QTimer(self, singleShot=True, interval=0)
        self._again.setObjectName("help-again")
        self._again.timeout.connect(self._read_again)
        set_kind(self, "page")

    def read(self, page: str, *, gap: int) -> None:
        """Show Markdown, with ``gap`` pixels below each paragraph."""
        self._page, self._gap, self._wide = page, gap, self.viewport().width()
        self.setMarkdown(page)
        block = self.document().begin()
        while block.isValid():
            cursor, form = QTextCursor(block), block.blockFormat()
            form.setBottomMargin(gap)
            form.setTopMargin(0)
            cursor.setBlockFormat(form)
            block = block.next()
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """A picture beside the pages; nothing from anywhere else."""
        file = self.folder / QUrl(name).fileName()
        if kind != QTextDocument.ResourceType.ImageResource.value or not file.is_file():
            return None
        image = QImage(str(file))
        room = max(self.viewport().width() - 48, 120)
        if image.width() > room:
            mode = Qt.TransformationMode.SmoothTransformation
            image = image.scaledToWidth(round(room * self.devicePixelRatioF()), mode)
            image.setDevicePixelRatio(self.devicePixelRatioF())
        return image

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the pictures anew, a turn later: Qt is laying the page out."""
        super().resizeEvent(event)
        if self._wide != self.viewport().width():
            self._again.start()

    def _read_again(self) -> None:
        if self._wide == self.viewport().width():
            return
        place = self.verticalScrollBar().value()
        self.document().clear()
        self.read(self._page, gap=self._gap)
        self.verticalScrollBar().setValue(place)


def page_for(widget: QWidget | None) -> str:
    """The page that explains the part of the window that has the keys."""
    while widget is not None:
        name = CONTEXTS.get(type(widget).__name__)
        if name is not None:
            return name
        widget = widget.parentWidget()
    return FIRST
