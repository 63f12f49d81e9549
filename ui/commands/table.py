"""The table of all commands."""

from __future__ import annotations

from collections.abc import Mapping

from console.i18n import Catalog
from ui.commands.keys import key_words
from ui.commands.spec import Command

_ANSWER = "in_queue has_appeal may_answer"
_OPEN = "in_queue has_appeal may_answer !ended"

COMMANDS: tuple[Command, ...] = (
    Command("queue.next", "queue", ("J",), "in_queue has_rows", icon="chevron-down"),
    Command("queue.previous", "queue", ("K",), "in_queue has_rows", icon="chevron-up"),
    Command(
        "queue.take_next",
        "queue",
        ("Shift+J", "Ctrl+J"),
        "signed_in may_answer",
        icon="alarm",
    ),
    Command("queue.open", "queue", ("Return",), "in_queue has_appeal", scope="queue"),
    Command("queue.search", "queue", ("/", "Ctrl+F"), "signed_in", icon="search"),
    Command("search.leave", "queue", ("Esc",), "in_queue searched", scope="queue"),
    Command("search.archive", "queue", ("Ctrl+G",), "in_queue", icon="globe"),
    Command("search.forget", "queue", (), "signed_in"),
    Command("queue.filter", "queue", ("F",), "in_queue", icon="filter"),
    Command("queue.clear", "queue", ("Ctrl+Backspace",), "in_queue filtered", icon="close"),
    Command("queue.save", "queue", ("Ctrl+S",), "in_queue", icon="bookmark"),
    Command("queue.forget", "queue", (), "in_queue"),
    Command("queue.sort.due", "queue", (), "in_queue", icon="sort", menu_break=True),
    Command("queue.sort.match", "queue", (), "in_queue", icon="sort"),
    Command("queue.sort.newest", "queue", (), "in_queue", icon="sort"),
    Command("queue.sort.oldest", "queue", (), "in_queue", icon="sort"),
    Command("queue.sort.place", "queue", (), "in_queue", icon="sort"),
    Command("queue.sort.author", "queue", (), "in_queue", icon="sort"),
    Command("queue.group.none", "queue", (), "in_queue", icon="list", menu_break=True),
    Command("queue.group.outage", "queue", (), "in_queue", icon="list"),
    Command("queue.group.place", "queue", (), "in_queue", icon="list"),
    Command("queue.group.thread", "queue", (), "in_queue", icon="list"),
    Command("queue.group.resident", "queue", (), "in_queue", icon="list"),
    Command("queue.fold", "queue", ("Z",), "in_queue", scope="queue"),
    Command("queue.fold_all", "queue", ("Shift+Z",), "in_queue", scope="queue"),
    Command("queue.go.mine", "queue", ("Alt+1",), "signed_in", icon="user", menu_break=True),
    Command("queue.go.unassigned", "queue", ("Alt+2",), "signed_in", icon="user-off"),
    Command("queue.go.due_soon", "queue", ("Alt+3",), "signed_in", icon="clock"),
    Command("queue.go.overdue", "queue", ("Alt+4",), "signed_in", icon="alarm"),
    Command("queue.go.danger", "queue", ("Alt+5",), "signed_in", icon="danger"),
    Command("queue.go.approval", "queue", ("Alt+6",), "signed_in", icon="approve"),
    Command("queue.go.drafts", "queue", ("Alt+7",), "signed_in", icon="pencil"),
    Command("queue.go.mentions", "queue", ("Alt+0",), "signed_in", icon="at"),
    Command("queue.go.open", "queue", ("Alt+9",), "signed_in", icon="inbox"),
    Command("queue.go.postponed", "queue", (), "signed_in", icon="pause"),
    Command("queue.go.answered", "queue", (), "signed_in", icon="check-circle"),
    Command("queue.go.all", "queue", (), "signed_in", icon="list"),
    Command("queue.go.promises", "queue", (), "signed_in", icon="clock"),
    Command("reply.start", "reply", ("R",), _ANSWER, icon="reply"),
    Command("reply.interim", "reply", ("I",), _OPEN, icon="history"),
    Command("note.start", "reply", ("N",), "in_queue has_appeal may_note", icon="note"),
    Command("reply.template", "reply", ("T", "Ctrl+T"), _ANSWER, icon="template"),
    Command("reply.best_template", "reply", ("Ctrl+Shift+T",), _ANSWER, icon="template"),
    Command("reply.attach", "reply", ("Ctrl+Shift+F",), "composing", scope="composer", icon="clip"),
    Command(
        "reply.next_gap", "reply", ("Tab",), "composing has_gap", scope="composer", native=True
    ),
    Command("reply.fix", "reply", ("Alt+Return",), "composing", scope="composer"),
    Command(
        "reply.override",
        "reply",
        ("Ctrl+Shift+Return",),
        "composing",
        scope="composer",
    ),
    Command("danger.safety", "reply", ("Ctrl+Shift+S",), f"{_ANSWER} in_danger", icon="danger"),
    Command("reply.spelling", "reply", ("F7",), "composing", scope="composer"),
    Command("reply.names", "reply", ("Shift+F7",), _ANSWER),
    Command("reply.no_promise", "reply", (), "composing !is_note", icon="alarm"),
    Command("reply.preview", "reply", ("F8",), "in_queue", state="previewing", icon="eye"),
    Command(
        "reply.send",
        "reply",
        ("Ctrl+Return", "Ctrl+Enter"),
        "composing",
        scope="composer",
        icon="outbox",
        menu_break=True,
    ),
    Command(
        "reply.send_for_approval",
        "reply",
        ("Alt+Shift+Return",),
        "composing may_answer !is_note",
        scope="composer",
        icon="approve",
    ),
    Command(
        "reply.send_later",
        "reply",
        ("Ctrl+Shift+L",),
        "composing !is_note",
        scope="composer",
        icon="clock",
    ),
    Command("reply.leave", "reply", ("Esc",), "composing", scope="composer"),
    Command("reply.discard", "reply", ("Ctrl+Shift+Backspace",), "composing", scope="composer"),
    Command("appeal.call", "appeal", ("Ctrl+N",), "signed_in may_answer", icon="phone"),
    Command("appeal.claim", "appeal", ("C",), f"{_OPEN} !mine", icon="user"),
    Command(
        "appeal.assign",
        "appeal",
        ("A",),
        "may_assign_others in_queue|has_choice has_appeal|in_board !ended|in_board",
        icon="users",
    ),
    Command("appeal.release", "appeal", ("Shift+A",), f"{_OPEN} owned", icon="user-off"),
    Command("appeal.topic", "appeal", ("Shift+T",), _ANSWER, icon="topic", menu_break=True),
    Command("appeal.place", "appeal", ("Shift+L",), _ANSWER, icon="place"),
    Command("appeal.tag_outage", "appeal", ("O",), _ANSWER, icon="bolt"),
    Command("appeal.untag_outage", "appeal", ("Shift+O",), f"{_ANSWER} tagged", icon="bolt-off"),
    Command(
        "danger.dispatched", "appeal", ("G", "Ctrl+Shift+G"), f"{_OPEN} in_danger", icon="phone"
    ),
    Command("danger.enter", "appeal", ("B",), f"{_OPEN} !in_danger", icon="danger"),
    Command("danger.leave", "appeal", ("Shift+B",), f"{_ANSWER} in_danger"),
    Command("promise.settle", "appeal", ("S",), f"{_ANSWER} promised", icon="clock"),
    Command("appeal.why", "appeal", ("W",), "in_queue has_appeal", icon="clock"),
    Command("appeal.postpone", "appeal", ("P",), _OPEN, icon="pause", menu_break=True),
    Command("appeal.resume", "appeal", ("Shift+P",), f"{_ANSWER} postponed"),
    Command("appeal.duplicate", "appeal", ("D",), _OPEN, icon="copy"),
    Command("appeal.separate", "appeal", ("Shift+D",), f"{_ANSWER} merged|has_merged"),
    Command("appeal.link", "appeal", ("L",), "in_queue has_appeal may_note"),
    Command("appeal.unlink", "appeal", (), "in_queue has_appeal may_note"),
    Command("appeal.earlier", "appeal", ("H",), "in_queue has_appeal", icon="history"),
    Command("appeal.back", "appeal", ("Shift+H", "Alt+Left"), "in_queue"),
    Command("appeal.settle_mention", "appeal", ("M",), "in_queue has_appeal mentioned"),
    Command("appeal.transfer", "appeal", ("X",), _OPEN, icon="transfer"),
    Command(
        "appeal.decide_transfer",
        "appeal",
        ("Shift+X",),
        "in_queue has_appeal may_decide_transfer transfer_requested",
        icon="transfer",
    ),
    Command("appeal.close", "appeal", ("E",), _OPEN, icon="check-circle", menu_break=True),
    Command("appeal.own_window", "appeal", ("Shift+W",), "in_queue has_appeal", icon="window"),
    Command("appeal.print", "appeal", ("Ctrl+P",), "in_queue has_appeal", icon="print"),
    Command("appeal.save_pdf", "appeal", ("Ctrl+Shift+P",), "in_queue has_appeal", icon="file"),
    Command("appeal.reopen", "appeal", ("Shift+E",), f"{_ANSWER} answered", icon="undo"),
    Command(
        "approval.approve", "approval", ("Y",), "in_queue awaiting may_approve", icon="approve"
    ),
    Command("approval.return", "approval", ("Shift+Y",), "in_queue awaiting may_approve"),
    Command("outbox.open", "outbox", ("Alt+8",), "signed_in", icon="outbox"),
    Command("outbox.retry", "outbox", ("Ctrl+Return",), "has_entry entry_held", scope="outbox"),
    Command("outbox.edit", "outbox", ("Return",), "has_entry", scope="outbox"),
    Command("outbox.compare", "outbox", ("Ctrl+D",), "has_entry entry_held", scope="outbox"),
    Command(
        "outbox.reschedule", "outbox", ("Ctrl+Shift+L",), "has_entry entry_waits", scope="outbox"
    ),
    Command("outbox.discard", "outbox", ("Delete",), "has_entry", scope="outbox"),
    Command("edit.undo", "edit", ("Ctrl+Z",), "can_undo", icon="undo"),
    Command("sync.now", "sync", ("F5",), "signed_in", icon="sync"),
    Command("sync.work_offline", "sync", (), "signed_in", state="work_offline", icon="offline"),
    Command("view.queue", "view", ("Ctrl+1",), "signed_in !in_queue", icon="list"),
    Command("view.board", "view", ("Ctrl+2",), "may_see_board !in_board", icon="board"),
    Command("view.next_pane", "view", ("F6",), palette=False, menu_break=True),
    Command("view.previous_pane", "view", ("Shift+F6",), palette=False),
    Command("view.zoom_in", "view", ("Ctrl++", "Ctrl+="), icon="plus", menu_break=True),
    Command("view.zoom_out", "view", ("Ctrl+-",), icon="minus"),
    Command("view.zoom_reset", "view", ("Ctrl+0",)),
    Command("view.rows.compact", "view", (), menu_break=True),
    Command("view.rows.normal", "view", ()),
    Command("view.rows.roomy", "view", ()),
    Command("view.theme", "view", (), icon="moon", menu_break=True),
    Command("view.language", "view", (), icon="language"),
    Command("app.palette", "app", ("Ctrl+K",), icon="command"),
    Command("app.settings", "app", ("Ctrl+,",), icon="settings"),
    Command("app.lock", "app", ("Ctrl+L",), "signed_in", icon="lock"),
    Command("app.help", "app", ("F1",), icon="info", menu_break=True),
    Command("app.hints", "app", (), "signed_in", icon="eye"),
    Command("app.shortcuts", "app", ("Ctrl+/",), icon="keyboard"),
    Command("app.switch_role", "app", ("Ctrl+R",), "demo", icon="users", menu_break=True),
    Command("app.sign_out", "app", (), "signed_in !demo", icon="signout"),
    Command("app.quit", "app", ("Ctrl+Q",)),
)

BY_ID: Mapping[str, Command] = {command.id: command for command in COMMANDS}
"""Every command by its id."""


def keys_of(command_id: str, catalog: Catalog, *, nth: int = 0) -> str:
    """One of the keys of a command as people say it; empty where it has none."""
    keys = BY_ID[command_id].keys
    return key_words(keys[nth], catalog) if nth < len(keys) else ""
