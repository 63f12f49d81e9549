"""The command table: every key works, and everybody can find every command."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.i18n import LANGUAGES, Catalog
from ui.commands.checks import complaints
from ui.commands.keys import both_layouts, is_bare, retyped, split
from ui.commands.spec import GROUPS, Command
from ui.commands.table import BY_ID, COMMANDS
from ui.commands.when import FACTS, Focus, facts_in, holds


def test_the_table_is_without_fault() -> None:
    assert complaints(COMMANDS) == []


def test_the_keys_that_everybody_knows_are_there() -> None:
    known = {
        "app.palette": "Ctrl+K",
        "app.help": "F1",
        "app.shortcuts": "Ctrl+/",
        "queue.next": "J",
        "queue.previous": "K",
        "reply.start": "R",
        "reply.template": "T",
        "appeal.assign": "A",
        "appeal.close": "E",
        "queue.search": "/",
    }
    assert {name: BY_ID[name].keys[0] for name in known} == known


@pytest.mark.parametrize(
    ("planted", "said"),
    [
        (Command("x.one", "app", ("Ctrl+K",)), "app.palette and x.one are both bound to ctrl+k"),
        (Command("x.two", "app", ("О",)), "queue.next and x.two are both bound to о"),
        (Command("x.three", "reply", ("Return",), scope="queue"), "both bound to return"),
        (Command("x.four", "app", (), "is_full_moon"), "“is_full_moon”, which nobody knows"),
        (Command("queue.next", "queue"), "queue.next stands twice"),
    ],
)
def test_a_planted_fault_is_found(planted: Command, said: str) -> None:
    assert any(said in one for one in complaints([*COMMANDS, planted]))


def test_one_key_may_mean_different_things_in_different_places() -> None:
    composer = Command("x.here", "reply", ("Ctrl+Return",), scope="composer")
    outbox = replace(composer, id="x.there", scope="outbox")
    assert complaints([composer, outbox]) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("command", COMMANDS, ids=lambda one: one.id)
def test_every_command_has_a_title(command: Command, language: str) -> None:
    assert Catalog.load(language).has(command.title_key)


@pytest.mark.parametrize("language", LANGUAGES)
def test_titles_can_be_told_apart(language: str) -> None:
    catalog = Catalog.load(language)
    titles = [catalog.t(one.title_key) for one in COMMANDS]
    assert len(set(titles)) == len(titles)
    assert all(catalog.has(f"commands.group.{group}") for group in GROUPS)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda one: one.id)
def test_every_command_runs_from_the_keyboard(command: Command) -> None:
    assert command.keys or command.palette


def test_a_letter_is_the_same_physical_key_in_both_layouts() -> None:
    assert both_layouts(("J",)) == ("J", "О")
    assert both_layouts(("Shift+A", "Ctrl+K")) == ("Shift+A", "Shift+Ф", "Ctrl+K", "Ctrl+Л")
    assert both_layouts(("/",)) == ("/", ".")
    assert both_layouts(("F5", "Return")) == ("F5", "Return")


def test_the_plus_sign_is_a_key_too() -> None:
    assert split("Ctrl++") == ("Ctrl+", "+")
    assert split("Ctrl+Shift+Return") == ("Ctrl+Shift+", "Return")
    assert split("/") == ("", "/")


def test_a_bare_key_is_one_that_types_a_character() -> None:
    assert is_bare("J")
    assert is_bare("Shift+A")
    assert not is_bare("Ctrl+J")
    assert not is_bare("F1")


def test_what_was_typed_in_the_wrong_layout_is_understood() -> None:
    assert retyped("jndtnbnm") == "ответить"
    assert retyped("куздн") == "reply"


def test_a_condition_asks_for_all_of_its_parts() -> None:
    focus = Focus(has_appeal=True, may_answer=True, in_queue=True)
    assert holds("", focus)
    assert holds("has_appeal may_answer !ended", focus)
    assert not holds("has_appeal ended", focus)
    assert holds("in_outbox|in_queue", focus)
    assert not holds("in_outbox|in_board", focus)


def test_a_fact_that_nobody_knows_is_an_error() -> None:
    with pytest.raises(ValueError, match="no fact is called “is_tuesday”"):
        holds("is_tuesday", Focus())


def test_every_condition_is_about_known_facts() -> None:
    assert all(facts_in(one.when) <= FACTS for one in COMMANDS)
