"""What happened to the texts of operators elsewhere, and does not happen here.

Each story is a thread of people who lost what they had written (domain.md §7, first paragraph).
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from console.app import Console
from console.domain.ids import Ref
from console.domain.operator import Role
from tests.stories.colleague import a_colleague
from tests.stories.window.centre_process import CentreProcess
from tests.stories.window.window_process import PATIENCE, Window, window

HALF = "Здравствуйте! Бригада уже выехала к вам, повреждение"
REST = " нашли на вводе в дом, чинят."


def _assigns(colleague: Console, mine: Ref, _: Ref) -> Future[Any]:
    """Zammad 5953: somebody else becomes the owner."""
    session = colleague.session.current
    assert session is not None
    return colleague.triage.assign([mine], session.operator)


def _merges(colleague: Console, mine: Ref, other: Ref) -> Future[Any]:
    """Zammad 702: the ticket is merged into another one."""
    return colleague.merging.merge(mine, other.id)


def _answers(colleague: Console, mine: Ref, _: Ref) -> Future[Any]:
    """A note appears in the thread under one's hands."""
    return colleague.reply.note(mine, "Я на линии с жителем, не звоните.")


@pytest.mark.parametrize("meddle", [_assigns, _merges, _answers])
def test_a_colleague_acts_on_the_appeal_and_the_half_written_reply_stays_under_the_cursor(
    centre: CentreProcess,
    tmp_path: Path,
    meddle: Callable[[Console, Ref, Ref], Future[Any]],
) -> None:
    author, other = centre.employ(), centre.employ(role=Role.SUPERVISOR)
    mine, another = centre.take_in(2)
    with (
        a_colleague(tmp_path / "theirs", centre.url, other) as colleague,
        window(tmp_path / "mine", centre.url) as writer,
    ):
        writer.sign_in(author.login)
        writer.start_reply(mine, outcome=False)
        writer.type(HALF)
        before = writer.look()["mirrored"]
        meddle(colleague, mine, another).result(PATIENCE)
        writer.until(
            lambda seen: seen["mirrored"] > before, what="what the colleague did to arrive"
        )
        writer.type(REST)
        seen = writer.until(lambda seen: seen["texts"] == [HALF + REST], what="the whole draft")
        assert (seen["shown"], seen["writing"]) == (mine.id, True)
        assert seen["editor"] == HALF + REST
        writer.close()


def test_every_draft_of_one_appeal_survives_a_restart(
    centre: CentreProcess, tmp_path: Path
) -> None:
    """Zammad 2786: a reply and a note were begun, and only one of them was there again."""
    author, (first, second) = centre.employ(), centre.take_in(2)
    texts = ["Проверяем линию.", "Перезвонить мастеру до обеда.", "Уточняем адрес."]
    with window(tmp_path, centre.url) as before:
        before.sign_in(author.login)
        before.start_reply(first, outcome=False)
        before.type(texts[0])
        _note(before, first, texts[1])
        before.start_reply(second, outcome=False)
        before.type(texts[2])
        before.until(lambda seen: len(seen["texts"]) == len(texts), what="all of them saved")
        before.kill()
    with window(tmp_path, centre.url) as after:
        assert after.until_online()["texts"] == sorted(texts)
        after.open(first)
        after.ask("key", keys="R")
        after.until(lambda seen: seen["editor"] == texts[0], what="the reply in its place")
        after.close()


def test_an_expired_session_keeps_the_text_and_it_goes_out_after_signing_in_again(
    centre: CentreProcess, tmp_path: Path
) -> None:
    """Wekan 450: the session had run out, and hours of text went with it."""
    author, (ref,) = centre.employ(), centre.take_in(1)
    with window(tmp_path, centre.url) as writer:
        writer.sign_in(author.login)
        writer.start_reply(ref)
        writer.type(HALF)
        centre.end_sessions(author)
        writer.ask("key", keys="F5")
        writer.until(lambda seen: seen["link"] == "sign_in_needed", what="that it is said")
        writer.type(REST, then="Ctrl+Return")
        writer.until(lambda seen: seen["waiting"] == 1, what="the reply to be kept")
        writer.until(lambda seen: seen["banner"], what="the banner")  # with the next pulse
        assert centre.replies(ref) == []
        writer.ask("press_banner")
        writer.sign_in(author.login)
        writer.until(lambda seen: not seen["outbox"], what="the reply to go out")
        writer.close()
    assert [reply.text for reply in centre.replies(ref)] == [HALF + REST]


def _note(writer: Window, ref: Ref, text: str) -> None:
    writer.open(ref)
    writer.ask("key", keys="F6")  # out of the composer, where letters are letters
    writer.ask("key", keys="N")
    writer.until(lambda seen: seen["writing"] and not seen["editor"], what="an empty note")
    writer.type(text)
