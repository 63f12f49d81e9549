"""The notice desk: hears what happens, and tells it once, as loudly as the person has chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication, QWidget

from console.changes import Changes
from console.domain.ids import Ref
from console.ports import Clock
from console.readmodel import Link, QueueCounts, QueueQuery, QueueRow, SyncStatus
from ui.bridge import Bridge
from ui.context import UiContext
from ui.presenters.notices import Happening, Notice, Watch, batch, is_quiet
from ui.presenters.preferences import NOTICE_CLASSES
from ui.widgets.notice import Notice as Remark
from ui.windows.preferences import Preferences
from ui.windows.sounds import Sounds
from ui.windows.tray import Tray

GATHER_MS = 1000
"""What comes within this time is told together."""

REST_MS = 20_000
"""In a storm it is told no oftener than this; danger always at once."""

_TICK_MS = 15_000
_MOST_READ = 400
_ICONS = {"danger": "danger", "held": "held", "sync": "offline", "mention": "note"}
_LINK_TOKENS = {Link.ONLINE: "accent", Link.SYNCING: "accent", Link.STARTING: "text_dim"}

_Read = tuple[list[QueueRow], list[QueueRow], list[QueueRow]]
"""Rows that are looked at, where somebody is called by name, and what they are offered."""


class NoticeDesk(QObject):
    """`opened` carries the `Ref` of a notice that was clicked, `queue_wanted` a queue's key;
    `shown` each notice. `person_changed` says that somebody else works here now, or nobody.
    """

    opened = Signal(object)
    queue_wanted = Signal(str)
    shown = Signal(object)
    person_changed = Signal()

    def __init__(
        self,
        context: UiContext,
        bridge: Bridge,
        preferences: Preferences,
        *,
        tray: Tray,
        sounds: Sounds,
        remark: Remark,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._context = context
        self._bridge = bridge
        self._preferences = preferences
        self._tray = tray
        self._sounds = sounds
        self._remark = remark
        self._window = window
        self._watch: Watch | None = None
        self._operator = ""
        self._waiting: list[Happening] = []
        self._kept: list[Happening] = []
        self._last: Notice | None = None
        self._begun = False
        self.discreet = False
        self.is_hushed: Callable[[], bool] = lambda: False
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="notices")
        self._gather = QTimer(self, singleShot=True)
        self._gather.setObjectName("notices-gather")
        self._gather.timeout.connect(self._tell)
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.setObjectName("notices-rest")
        self._rest.timeout.connect(self._on_rested)
        self._tick = QTimer(self, interval=_TICK_MS)
        self._tick.setObjectName("notices-tick")
        self._tick.timeout.connect(self.tick)
        bridge.changed.connect(self.on_changes)
        tray.clicked.connect(self._on_clicked)

    def begin(self) -> None:
        """Watch from now on."""
        self._begun = True
        self._look_around()
        self._tick.start()

    def end(self) -> None:
        """Watch no more; nothing is left running."""
        self._begun = False
        for timer in (self._gather, self._rest, self._tick):
            timer.stop()
        self._sounds.stop()
        self._pool.shutdown(cancel_futures=True)

    def on_changes(self, changes: Changes) -> None:
        """Look at what a commit has touched, on a thread of its own."""
        session = self._context.session
        if not self._begun:
            return
        if (session.operator if session else "") != self._operator:
            self._look_around()
            self.person_changed.emit()
        elif self._watch is not None and (changes.appeals or changes.everything):
            refs = tuple(changes.appeals)[:_MOST_READ]
            future = self._pool.submit(self._read, refs, everything=changes.everything)
            self._bridge.when_done(future, lambda found: self._on_read(*found), owner=self)
        if changes.status:
            self._add(self._watch.link(self._status(), self._now()) if self._watch else [])
        self._show_state()

    def tick(self) -> None:
        """Look at the clocks of what is mine, and at the link."""
        watch = self._watch
        if watch is None:
            return
        self._add(watch.link(self._status(), self._now()))
        now = self._now()
        future = self._pool.submit(lambda: self._rows("mine"))
        self._bridge.when_done(future, lambda rows: self._add(watch.tick(rows, now)), owner=self)
        if self._kept and not self._is_quiet():
            kept, self._kept = self._kept, []
            self._add(kept)

    def try_out(self, kind: str) -> None:
        """Show and sound a class of notices as if something had happened, whatever the hour."""
        t = self._context.t
        self._show(Notice(kind, t(f"settings.notice_{kind}"), t("notify.test")), may_wait=False)
        self._sounds.play(kind, self._volume())

    # Finding out

    def _look_around(self) -> None:
        session = self._context.session
        self._operator = session.operator if session else ""
        self._waiting, self._kept, self._watch = [], [], None
        if session is None:
            return
        watch = Watch(session.operator, self._now())

        def known(rows: _Read) -> None:
            watch.begin(*rows)
            self._watch = watch
            self._show_state()

        read = self._pool.submit(lambda: (self._rows("mine"), *self._asking()))
        self._bridge.when_done(read, known, owner=self)

    def _read(self, refs: Sequence[Ref], *, everything: bool) -> _Read:
        reader = self._context.console.reader
        if everything:
            return self._rows("open"), *self._asking()
        ids = [one for ref in refs if (one := reader.row_id(ref)) is not None]
        return reader.queue_rows(ids), *self._asking()

    def _asking(self) -> tuple[list[QueueRow], list[QueueRow]]:
        """Where I am called by name, and what I am asked to take over."""
        return self._rows("mentions"), self._rows("offered")

    def _rows(self, queue: str) -> list[QueueRow]:
        reader = self._context.console.reader
        ids = reader.queue_ids(QueueQuery(queue), now=self._now())
        return reader.queue_rows(list(ids[:_MOST_READ]))

    def _on_read(
        self, rows: list[QueueRow], called: list[QueueRow], offered: list[QueueRow]
    ) -> None:
        watch = self._watch
        if watch is not None:
            self._add([*watch.look(rows), *watch.called(called), *watch.offered(offered)])

    # Telling

    def _add(self, happenings: Sequence[Happening]) -> None:
        wanted = [one for one in happenings if self._way(one.kind) != "off"]
        if not wanted:
            return
        self._waiting += wanted
        urgent = any(one.kind == "danger" for one in wanted)
        if urgent or not self._rest.isActive():
            self._gather.start(0 if urgent else GATHER_MS)

    def _tell(self) -> None:
        happenings, self._waiting = self._waiting, []
        if self._is_quiet():
            loud = self._preferences.is_on("quiet.danger")
            self._kept += [one for one in happenings if not (loud and one.kind == "danger")]
            happenings = [one for one in happenings if loud and one.kind == "danger"]
        notices = batch(happenings, self._context.catalog, discreet=self.discreet)
        for notice in notices:
            self._show(notice)
        heard = [one.kind for one in notices if self._is_heard(one.kind)]
        if heard:
            self._sounds.play(heard[0], self._volume())
        if notices:
            self._rest.start()

    def _on_rested(self) -> None:
        if self._waiting:
            self._tell()

    def _show(self, notice: Notice, *, may_wait: bool = True) -> None:
        self._last = notice
        self.shown.emit(notice)
        in_front = self._window.isActiveWindow() and not self._window.isMinimized()
        if not in_front and self._tray.is_shown:
            self._tray.tell(notice.title, notice.body)
        elif not (may_wait and self._remark.text()):  # an offer to take something back stays
            icon = self._context.theme.icon(_ICONS.get(notice.kind, "info"), "notice")
            words = f"{notice.title}: {notice.body}" if notice.body else notice.title
            self._remark.say(words, icon=icon, lasting=True)
        if not in_front:
            QApplication.alert(self._window)

    def _on_clicked(self) -> None:
        notice = self._last
        if notice is None:
            return
        if notice.ref is not None:
            self.opened.emit(notice.ref)
        elif notice.kind != "sync":
            self.queue_wanted.emit(notice.queue)

    def _show_state(self) -> None:
        if self._tray.is_shown:
            read = self._context.console.reader.counts
            future = self._pool.submit(lambda: read(now=self._now()))
            self._bridge.when_done(future, self._show_counts, owner=self)

    def _show_counts(self, counts: QueueCounts) -> None:
        status, t = self._status(), self._context.t
        mine, late = counts.of("mine"), counts.of("overdue")
        words = t(f"status.link_{status.link}")
        token = _LINK_TOKENS.get(status.link, "danger")
        self._tray.show_state(
            count=late,
            token=token,
            words=t("notify.tray_words", link=words, mine=mine, late=late),
        )

    # What is so

    def _way(self, kind: str) -> str:
        return self._preferences.text(f"notice.{kind}") if kind in NOTICE_CLASSES else "silent"

    def _is_heard(self, kind: str) -> bool:
        """In a break only danger is heard."""
        return self._way(kind) == "sound" and (kind == "danger" or not self.is_hushed())

    def _volume(self) -> int:
        return int(self._preferences.number("volume"))

    def _is_quiet(self) -> bool:
        values = self._preferences
        local = self._now().astimezone().time()
        return values.is_on("quiet.on") and is_quiet(
            local, values.time("quiet.from"), values.time("quiet.to")
        )

    def _status(self) -> SyncStatus:
        return self._context.console.sync.status()

    def _now(self) -> datetime:
        clock: Clock = self._context.console.clock
        return clock.now()
