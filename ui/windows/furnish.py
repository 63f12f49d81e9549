"""Furnishing: makes the views of one console and joins them into a desk.

Outbox and board are imported, made and joined when they are first shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from console.domain.ids import Ref
from ui.actions.dispatch import Dispatcher
from ui.bridge import Bridge
from ui.context import UiContext
from ui.models.queue_loader import QueueLoader
from ui.theme.appearance import Appearance
from ui.views.appeal_view import AppealView
from ui.views.inspector_view import InspectorView
from ui.views.queue_view import QueueView
from ui.views.rail_view import RailView
from ui.views.status_bar import StatusBar
from ui.windows.app_commands import AppCommands
from ui.windows.appeal_commands import AppealCommands
from ui.windows.call_commands import CallCommands
from ui.windows.correction_commands import CorrectionCommands
from ui.windows.danger_commands import DangerCommands
from ui.windows.desk import Desk, Parts
from ui.windows.handover_commands import HandoverCommands
from ui.windows.joints import DeskChoice, Joints
from ui.windows.late import Late
from ui.windows.lexicon_commands import LexiconCommands
from ui.windows.link_commands import LinkCommands
from ui.windows.main_window import MainWindow
from ui.windows.native import Native
from ui.windows.next_commands import NextCommands
from ui.windows.place_commands import PlaceCommands
from ui.windows.preview_desk import PreviewDesk
from ui.windows.queue_desk import QueueDesk
from ui.windows.queue_look import QueueLook
from ui.windows.search_commands import ArchiveDesk, SearchDesk
from ui.windows.shared_queue_commands import SharedQueueCommands
from ui.windows.shift import Shift
from ui.windows.triage_commands import TriageCommands
from ui.windows.wording_commands import WordingCommands

if TYPE_CHECKING:
    from ui.views.board_view import BoardView
    from ui.views.handover_view import HandoverView
    from ui.views.outbox_view import OutboxView
    from ui.windows.first_page import FirstPage


@dataclass(frozen=True, slots=True)
class Furnished:
    """What has to be begun, and ended: the loader last."""

    shift: Shift
    commands: AppCommands
    loader: QueueLoader
    native: Native


def furnish(
    context: UiContext,
    bridge: Bridge,
    *,
    appearance: Appearance,
    window: MainWindow,
    first: FirstPage | None = None,
) -> Furnished:
    """Make every view for ``window``; nothing is read or begun yet. ``first`` has its queue."""
    steps = furnishing(context, bridge, appearance=appearance, window=window, first=first)
    while (made := next(steps)) is None:
        pass
    return made


def furnishing(
    context: UiContext,
    bridge: Bridge,
    *,
    appearance: Appearance,
    window: MainWindow,
    first: FirstPage | None = None,
) -> Iterator[Furnished | None]:
    """`furnish` in steps, between which the window can take keys; the last one has everything."""
    dispatcher = Dispatcher(context, window)

    def outbox() -> OutboxView:
        from ui.views.outbox_view import OutboxView

        view = OutboxView(context, bridge, dispatcher)
        joints.join_outbox(view)
        return view

    def board() -> BoardView:
        from ui.views.board_view import BoardView

        view = BoardView(context, bridge, dispatcher)
        joints.join_board(view)
        return view

    def shift_page() -> HandoverView:
        from ui.views.handover_view import HandoverView

        view = HandoverView(context, bridge, dispatcher, loader=loader)
        joints.join_shift(view)
        handovers.join(view)
        return view

    console = context.console
    loader = first.loader if first else QueueLoader(console.reader, console.clock, bridge)
    queue = first.hand_over() if first else QueueView(context, loader)
    rail = RailView(context)
    yield None
    appeal = AppealView(context, bridge, dispatcher, loader=loader)
    yield None
    inspector = InspectorView(context, bridge, dispatcher, loader=loader)
    status = StatusBar(context)
    yield None
    parts = Parts(
        rail=rail,
        queue=queue,
        appeal=appeal,
        inspector=inspector,
        outbox=Late(outbox),
        board=Late(board),
        shift=Late(shift_page),
        status=status,
    )
    desk = Desk(context, parts)
    yield None
    queues = QueueDesk(
        context, bridge, dispatcher, loader=loader, rail=parts.rail, queue=parts.queue
    )
    SharedQueueCommands(context, bridge, dispatcher, queues=queues, window=window)
    search = SearchDesk(context, bridge, dispatcher, loader=loader, queue=parts.queue)
    search.marked.connect(parts.appeal.messages.show_marks)
    ArchiveDesk(context, bridge, dispatcher, queue=parts.queue, window=window)
    commands = AppCommands(
        context, bridge, dispatcher, appearance=appearance, desk=desk, window=window
    )
    shift = Shift(
        context, bridge, dispatcher, appearance=appearance, desk=desk, queues=queues, window=window
    )
    links = LinkCommands(
        context,
        bridge,
        dispatcher,
        loader=loader,
        shown=lambda: parts.appeal.ref,
        go=shift.show_ref,
        window=window,
    )
    joints = _join(context, bridge, dispatcher, shift=shift, visit=links.visit, window=window)
    native = Native(
        context,
        bridge,
        dispatcher,
        appearance=appearance,
        commands=commands,
        memory=window.memory,
        loader=loader,
        shift=shift,
        window=window,
    )
    look = QueueLook(context, dispatcher, queue, preferences=native.preferences, window=window)
    shift.person_changed.connect(look.show)
    PreviewDesk(context, bridge, dispatcher, desk=desk, memory=window.memory)
    parts.inspector.link_opened.connect(links.visit)
    WordingCommands(context, bridge, dispatcher, shown=lambda: parts.appeal.ref, window=window)
    _place_and_outage(context, bridge, dispatcher, loader=loader, shift=shift, window=window)
    handovers = HandoverCommands(
        context,
        bridge,
        dispatcher,
        loader=loader,
        desk=desk,
        notices=native.notices,
        window=window,
    )
    CallCommands(context, bridge, dispatcher, loader=loader, go=shift.show_ref, window=window)
    following = NextCommands(
        context,
        bridge,
        dispatcher,
        loader=loader,
        queue=queue,
        text=native.preferences.text,
        shown=lambda: parts.appeal.ref,
        go=shift.show_ref,
        window=window,
    )
    parts.appeal.composer.answered.connect(following.after_sending)
    yield Furnished(shift, commands, loader, native)


def _place_and_outage(
    context: UiContext,
    bridge: Bridge,
    dispatcher: Dispatcher,
    *,
    loader: QueueLoader,
    shift: Shift,
    window: QWidget,
) -> None:
    """Where it is dark, whose life is in danger, and until when residents were told to wait."""
    desk, appeal = shift.desk, shift.desk.parts.appeal
    PlaceCommands(
        context, bridge, dispatcher, loader=loader, shown=lambda: appeal.ref, window=window
    )
    DangerCommands(context, bridge, dispatcher, appeal=appeal, window=window)
    corrections = CorrectionCommands(
        context, bridge, dispatcher, loader=loader, appeal=appeal, desk=desk, window=window
    )
    shift.person_changed.connect(corrections.look)


def _join(
    context: UiContext,
    bridge: Bridge,
    dispatcher: Dispatcher,
    *,
    shift: Shift,
    visit: Callable[[Ref], None],
    window: QWidget,
) -> Joints:
    desk, parts = shift.desk, shift.desk.parts
    chosen = DeskChoice(desk, parts.queue, parts.board)
    commands = AppealCommands(
        context,
        bridge,
        dispatcher,
        chosen=chosen,
        window=window,
        shows=lambda: parts.appeal.view,
    )
    LexiconCommands(context, bridge, dispatcher, window=window)
    triage = TriageCommands(context, bridge, dispatcher, chosen=chosen, window=window)
    joints = Joints(
        context,
        dispatcher,
        shift=shift,
        commands=commands,
        triage=triage,
        visit=visit,
        window=window,
    )
    joints.join_appeal(parts.appeal)
    shift.unkept = parts.appeal.composer.desk.unkept
    return joints
