"""A stage for tests of the window: a fake console with the real rules, and a view upon it."""

from __future__ import annotations

from collections.abc import Callable, Generator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from console.changes import Changes
from console.domain.appeal import Appeal, OutageTag
from console.domain.draft import Draft
from console.domain.ids import Ref
from console.domain.message import Message
from console.domain.operator import Operator, Role
from console.domain.transitions import State, receive
from console.i18n import Catalog
from console.readmodel import OutboxEntry
from console.rulebook.book import Rulebook
from tests.support.fake_console import FakeClock, FakeConsole, World, as_console
from tests.support.qt import until_qt
from tests.support.ui_builders import (
    NOW,
    OMSK,
    PEOPLE,
    a_message,
    an_appeal,
    an_operator,
    an_outage,
)
from ui.actions.dispatch import Dispatcher
from ui.bridge import Bridge
from ui.context import UiContext
from ui.theme.apply import apply
from ui.theme.theme import Theme
from ui.views.speech import Speech

RULES = Rulebook.load()
W = TypeVar("W", bound=QWidget)


@dataclass(slots=True)
class Late:
    """Stands in for a use case whose commits are made by hand, one after the other."""

    calls: list[tuple[tuple[Any, ...], dict[str, Any], Future[Any]]] = field(default_factory=list)

    def __call__(self, *args: Any, **named: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.calls.append((args, named, future))
        return future

    @property
    def last(self) -> Future[Any]:
        """The future of the latest call."""
        return self.calls[-1][2]


class Stage:
    """One appeal in Кызыл that is tagged with an outage, colleagues, and a view on top."""

    def __init__(self, *, me: Operator | None = None, language: str = "ru") -> None:
        people = [an_operator(ident) for ident in PEOPLE.names]
        people[1] = replace(people[1], role=Role.SUPERVISOR)
        self.world = World(operators=people)
        self.console = FakeConsole(self.world, clock=FakeClock(NOW), me=me or people[0])
        self.console.rulebook = RULES
        outage = an_outage()
        self.world.outages[outage.id] = outage
        self.ref = self.world.add(an_appeal(outages=(OutageTag("o1", NOW, "u1", 0.9),)))
        self.theme = Theme()
        self.context = UiContext(
            as_console(self.console), Catalog.load(language), self.theme, RULES.zones
        )
        self.bridge = Bridge()
        self.bridge.listen(self.console.changes)
        self.dispatcher = Dispatcher(self.context)
        self.dispatcher.refocus(
            signed_in=True, in_queue=True, may_answer=True, may_note=True, may_approve=True
        )
        self.speech = Speech(self.context, home=OMSK)
        self._views: list[QWidget] = []

    @property
    def appeal(self) -> Appeal:
        """The appeal as it stands."""
        return self.world.appeals[self.ref]

    def add(self, **changes: Any) -> Ref:
        """Another appeal."""
        return self.world.add(an_appeal(**changes))

    def show(self, make: Callable[[], W], *, width: int = 466, height: int = 700) -> W:
        """Make a view and show it."""
        view = make()
        self._views.append(view)
        view.resize(width, height)
        view.show()
        QTest.qWaitForWindowExposed(view)
        view.activateWindow()
        self.settle()
        return view

    def settle(self) -> None:
        """Let everything that is due happen."""
        done: list[bool] = []
        self.bridge.call(lambda: done.append(True))
        until_qt(lambda: bool(done), what="the event loop to come round")

    def change(self, **changes: Any) -> None:
        """Change the appeal from outside."""
        self.world.appeals[self.ref] = replace(
            self.appeal, version=self.appeal.version + 1, **changes
        )
        self.publish()

    def resident_writes(self, ident: str, text: str = "Ну что там?") -> Message:
        """The resident writes again."""
        message = a_message(ident, text=text, at=self.console.clock.now())
        applied = receive(State(self.appeal), message, now=self.console.clock.now())
        self.world.appeals[self.ref] = applied.appeal
        self.world.messages[self.ref].append(message)
        self.publish()
        return message

    def move_etr(self, **changes: Any) -> None:
        """The dispatcher changes the outage."""
        outage = replace(self.world.outages["o1"], **changes)
        self.world.outages["o1"] = outage
        self.console.changes.publish(Changes(outages=frozenset({outage.ref})))
        self.settle()

    def publish(self, **more: Any) -> None:
        """Tell the view that the appeal has changed."""
        self.console.publish(self.ref, **more)
        self.settle()

    def drafts(self) -> list[Draft]:
        """What is on the disk."""
        return list(self.world.drafts.values())

    def sent(self) -> list[Any]:
        """The mutations that were asked for."""
        return [envelope.mutation for envelope in self.console.sent]

    def entry(self, name: str = "m1") -> OutboxEntry:
        """An entry that a late `send` can resolve with."""
        from tests.support.ui_builders import an_entry, an_envelope

        return an_entry(an_envelope(id=name))

    def close(self) -> None:
        """Take everything down."""
        for view in self._views:
            view.close()
            view.deleteLater()
        self.bridge.close()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        # What a test has connected to it keeps it, unless it ends as the window's does.
        shiboken6.delete(self.dispatcher)


@contextmanager
def on_stage(app: QApplication, **more: Any) -> Generator[Stage]:
    """A `Stage` for one test."""
    stage = Stage(**more)
    apply(app, stage.theme)
    try:
        yield stage
    finally:
        stage.close()
