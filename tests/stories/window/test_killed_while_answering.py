"""A reply written in the window survives ``kill -9`` between any key and the acknowledgement."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.config import Settings
from console.faultpoints import POINTS
from tests.stories.window.centre_process import CentreProcess
from tests.stories.window.typing_log import late, unsaved_age
from tests.stories.window.window_process import DiedError, window

BEGUN = "Здравствуйте! Наша бригада осмотрела линию на Новой улице "
REST = "и устранила повреждение, напряжение уже подано. Спасибо, что сообщили нам об этом."
WHOLE = BEGUN + REST

KEY_MILLIS = 15
PROMISE = Settings(Path(), "").draft_millis / 1000
SLACK = 0.25
"""Seconds that a busy machine may take for the saving itself."""

WHILE_DRAFTING = ("after_keystroke", "before_draft_commit", "after_draft_commit")
WHILE_SENDING = tuple(point for point in POINTS if point not in WHILE_DRAFTING)

SENT_AT_DEATH = {
    "before_send_commit": (0,),
    "after_send_commit": (0,),
    "before_in_flight": (0,),
    "after_in_flight": (0,),
    "after_post_sent": (0, 1),
    "after_response": (1,),
    "before_ack_commit": (1,),
    "after_ack_commit": (1,),
}
"""How many replies the server can have when the window dies there: it must be that point."""


def test_every_point_from_key_to_acknowledgement_has_its_story() -> None:
    assert set(WHILE_DRAFTING) | set(SENT_AT_DEATH) == set(POINTS)
    assert len(POINTS) >= 10


@pytest.mark.parametrize("point", WHILE_DRAFTING)
def test_killed_while_typing_a_draft_keeps_all_but_the_last_keys(
    centre: CentreProcess, tmp_path: Path, point: str
) -> None:
    person, (ref,) = centre.employ(), centre.take_in(1)
    with window(tmp_path, centre.url) as first:
        first.sign_in(person.login)
        first.start_reply(ref, outcome=False)
        first.type(BEGUN)
        first.until(lambda seen: seen["drafts"].get(ref.id) == BEGUN, what="the begun draft")
        first.kill()
    with window(tmp_path, centre.url, kill_at=point) as second:
        second.until_online()
        second.start_reply(ref, outcome=False)
        with pytest.raises(DiedError):
            second.type(REST, every=KEY_MILLIS)
        second.wait_killed()
    with window(tmp_path, centre.url) as third:
        seen = third.until_online()
        third.kill()

    kept = seen["drafts"][ref.id]
    assert WHOLE.startswith(kept)
    assert len(kept) >= len(BEGUN)
    assert (len(kept) > len(BEGUN)) == (point == "after_draft_commit")
    lost = unsaved_age(second.typed(), len(kept) - len(BEGUN))
    print(f"{point}: the oldest lost key was {lost * 1000:.0f} ms old")
    assert lost <= PROMISE + late(second.typed(), KEY_MILLIS) + SLACK
    assert (seen["outbox"], centre.applied(person)) == ([], [])


def test_killed_before_sending_the_composer_comes_back_whole(
    centre: CentreProcess, tmp_path: Path
) -> None:
    person, (ref,) = centre.employ(), centre.take_in(1)
    with window(tmp_path, centre.url) as first:
        first.sign_in(person.login)
        first.start_reply(ref)
        first.type(BEGUN)
        first.until(lambda seen: seen["drafts"].get(ref.id) == BEGUN, what="the begun draft")
        first.kill()
    with window(tmp_path, centre.url) as second:
        second.until_online()
        second.open(ref)
        seen = second.until(lambda seen: seen["editor"] == BEGUN, what="the draft in the composer")
        assert seen["outcome"] == "explained"
        second.kill()


@pytest.mark.parametrize("point", WHILE_SENDING)
def test_killed_while_sending_a_reply_neither_loses_nor_doubles_it(
    centre: CentreProcess, tmp_path: Path, point: str
) -> None:
    person, (ref,) = centre.employ(), centre.take_in(1)
    with window(tmp_path, centre.url, kill_at=point) as first:
        first.sign_in(person.login)
        first.start_reply(ref)
        with pytest.raises(DiedError):
            pace = KEY_MILLIS if point == "before_send_commit" else 1
            first.type(WHOLE, every=pace, then="Ctrl+Return")
            first.until(lambda seen: False, what="the window to die")
        first.wait_killed()
    assert len(first.typed()) == len(WHOLE)
    assert len(centre.replies(ref)) in SENT_AT_DEATH[point]
    with window(tmp_path, centre.url) as second:
        second.until_online()
        seen = second.until(lambda seen: not seen["outbox"], what="an empty outbox")
        second.kill()

    texts = [reply.text for reply in centre.replies(ref)]
    keys = [reply.id for reply in centre.replies(ref)]
    assert centre.applied(person) == keys
    if point == "before_send_commit":
        kept = seen["drafts"][ref.id]
        assert texts == []
        assert WHOLE.startswith(kept)
        lost = unsaved_age(first.typed(), len(kept))
        assert lost <= PROMISE + late(first.typed(), KEY_MILLIS) + SLACK
    else:
        assert (texts, seen["drafts"]) == ([WHOLE], {})
