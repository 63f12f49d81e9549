"""A small AT-SPI client: what a screen reader is told of a window, asked over a real bus.

Nodes are asked for in waves: all calls of one depth go out before the first answer is awaited.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from jeepney import DBusAddress, HeaderFields, Message, MessageType, Properties, new_method_call
from jeepney.io.blocking import DBusConnection, open_dbus_connection

_ACCESSIBLE = "org.a11y.atspi.Accessible"
_COMPONENT = "org.a11y.atspi.Component"
_REGISTRY = ("org.a11y.atspi.Registry", "/org/a11y/atspi/accessible/root")
_AT_ONCE = 120
_WITHIN_SECONDS = 30.0

_STATES = tuple(
    """
    invalid active armed busy checked collapsed defunct editable enabled expandable expanded
    focusable focused has_tooltip horizontal iconified modal multi_line multiselectable opaque
    pressed resizable selectable selected sensitive showing single_line stale transient vertical
    visible manages_descendants indeterminate required truncated animated invalid_entry
    supports_autocompletion selectable_text is_default visited checkable has_popup read_only
    """.split()  # noqa: SIM905 - read against the norm's own list
)
"""AtspiStateType, in its order."""

Address = tuple[str, str]


@dataclass(slots=True)
class Node:
    """One accessible; ``rect`` is left, top, width and height on the screen."""

    address: Address
    role: str = ""
    name: str = ""
    description: str = ""
    states: frozenset[str] = frozenset()
    rect: tuple[int, int, int, int] = (0, 0, 0, 0)
    children: list[Node] = field(default_factory=list)

    def all(self) -> Iterator[Node]:
        """This one and all below."""
        yield self
        for child in self.children:
            yield from child.all()

    def shown(self) -> Iterator[Node]:
        """This one and all below that are on the screen."""
        if "showing" in self.states:
            yield self
            for child in self.children:
                yield from child.shown()


def bus_address(session: str) -> str:
    """The address of the accessibility bus, started by asking the session bus for it."""
    with open_dbus_connection(bus=session) as connection:
        question = _call(("org.a11y.Bus", "/org/a11y/bus"), "org.a11y.Bus", "GetAddress")
        return str(connection.send_and_get_reply(question).body[0])


@contextmanager
def a_reader(bus: str) -> Generator[Reader]:
    """A client on the accessibility bus."""
    with open_dbus_connection(bus=bus) as connection:
        yield Reader(connection)


class Reader:
    """Asks as a screen reader would; to be used on a thread that is not the window's."""

    def __init__(self, connection: DBusConnection) -> None:
        self._connection = connection

    def application(self) -> Node:
        """The one application on this desktop, with its windows only."""
        (children,) = self._ask([_call(_REGISTRY, _ACCESSIBLE, "GetChildren")])
        assert children is not None and len(children[0]) == 1, f"on the bus: {children}"
        return self.tree(tuple(children[0][0]), deepest=1)

    def tree(self, address: Address, *, deepest: int = 99) -> Node:
        """Everything below ``address`` that is on the screen, and the menus."""
        root = Node(address)
        depth, here = 0, [root]
        while here:
            answers = self._ask([one for node in here for one in _questions(node.address)])
            for at, node in enumerate(here):
                _fill(node, answers[6 * at : 6 * at + 6])
            depth += 1
            here = [child for node in here if _is_open(node) for child in node.children]
            if depth > deepest:
                return root
        return root

    def press(self, address: Address, action: str) -> bool:
        """Have an action done by name; whether there was one of it."""
        interface = "org.a11y.atspi.Action"
        (actions,) = self._ask([_call(address, interface, "GetActions")])
        names = [one[0] for one in actions[0]] if actions else []
        if action not in names:
            return False
        self._ask([_call(address, interface, "DoAction", "i", (names.index(action),))])
        return True

    def _ask(self, questions: Sequence[Message]) -> list[tuple[Any, ...] | None]:
        return [
            answer
            for at in range(0, len(questions), _AT_ONCE)
            for answer in self._wave(questions[at : at + _AT_ONCE])
        ]

    def _wave(self, questions: Sequence[Message]) -> list[tuple[Any, ...] | None]:
        serials = []
        for question in questions:
            serials.append(next(self._connection.outgoing_serial))
            self._connection.send(question, serial=serials[-1])
        answers: dict[int, Message] = {}
        while len(answers) < len(serials):
            came = self._connection.receive(timeout=_WITHIN_SECONDS)
            if came.header.message_type in (MessageType.method_return, MessageType.error):
                answers[came.header.fields[HeaderFields.reply_serial]] = came
        return [_body(answers[serial]) for serial in serials]


def _body(message: Message) -> tuple[Any, ...] | None:
    failed = message.header.message_type is MessageType.error
    return None if failed else tuple(message.body)


def _is_open(node: Node) -> bool:
    """Whether to look below: what is hidden is nobody's business, but for closed menus."""
    return "showing" in node.states or node.role in ("menu item", "popup menu", "application")


def _call(
    address: Address, interface: str, method: str, signature: str | None = None, body: Any = ()
) -> Message:
    name, path = address
    there = DBusAddress(path, bus_name=name, interface=interface)
    return new_method_call(there, method, signature, body)


def _questions(address: Address) -> list[Message]:
    name, path = address
    properties = Properties(DBusAddress(path, bus_name=name, interface=_ACCESSIBLE))
    return [
        _call(address, _ACCESSIBLE, "GetRoleName"),
        _call(address, _ACCESSIBLE, "GetState"),
        properties.get("Name"),
        properties.get("Description"),
        _call(address, _COMPONENT, "GetExtents", "u", (0,)),
        _call(address, _ACCESSIBLE, "GetChildren"),
    ]


def _fill(node: Node, answers: Sequence[tuple[Any, ...] | None]) -> None:
    role, states, name, description, rect, children = answers
    node.role = role[0] if role else "gone"
    bits = states[0][0] | states[0][1] << 32 if states else 0
    node.states = frozenset(state for at, state in enumerate(_STATES) if bits >> at & 1)
    node.name = name[0][1] if name else ""
    node.description = description[0][1] if description else ""
    node.rect = tuple(rect[0]) if rect else (0, 0, 0, 0)
    node.children = [Node(tuple(one)) for one in (children[0] if children else ())]
