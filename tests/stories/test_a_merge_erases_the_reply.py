"""Zammad 702: «a merge erases the reply». Two consoles, a real server, and every word stays.

Also what two people do to each other who merge the same two appeals in different directions.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from console.app import Console
from console.domain.appeal import Outcome, Status
from console.domain.draft import Draft, DraftMode
from console.domain.ids import Ref
from console.domain.operator import Role
from console.readmodel import EntryState, HeldReason
from tests.stories.colleague import PATIENCE, a_colleague
from tests.stories.window.centre_process import CentreProcess, centre_process
from tests.support.waiting import until

REPLY = "Здравствуйте! Бригада нашла обрыв на Новой, свет дадут до 18:00."
BEGUN, STANDING = "Уточняю, какой дом:", "Проверяем вашу линию."


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Generator[CentreProcess]:
    """A real server."""
    with centre_process(tmp_path_factory.mktemp("centre")) as running:
        yield running


class Story:
    """Two people at their consoles, looking at the same two appeals."""

    def __init__(self, centre: CentreProcess, folder: Path, stack: ExitStack) -> None:
        self.one, self.two = centre.take_in(2)
        people = centre.employ(), centre.employ(role=Role.SUPERVISOR)
        self.mine, self.theirs = (
            stack.enter_context(a_colleague(folder / person.id, centre.url, person))
            for person in people
        )
        for console in (self.mine, self.theirs):
            _until_here(console, self.one)
            _until_here(console, self.two)

    def draft(self, ref: Ref, text: str) -> Draft:
        """Mine, on the disk."""
        draft = replace(self.mine.drafts.new(ref, DraftMode.REPLY), text=text)
        return self.mine.drafts.save(replace(draft, outcome=Outcome.EXPLAINED)).result(PATIENCE)

    def held(self) -> list[HeldReason]:
        """Why my first entry is held."""
        first = next(iter(self.mine.reader.outbox()), None)
        return list(first.held) if first and first.state is EntryState.HELD else []


def test_a_merge_erases_the_reply_elsewhere_and_not_a_word_here(
    centre: CentreProcess, tmp_path: Path
) -> None:
    with ExitStack() as stack:
        story = Story(centre, tmp_path, stack)
        one, two, mine, theirs = story.one, story.two, story.mine, story.theirs
        begun, standing = story.draft(one, BEGUN), story.draft(two, STANDING)
        mine.sync.set_work_offline(True)
        mine.reply.send(story.draft(one, REPLY)).result(PATIENCE)
        theirs.merging.merge(one, two.id).result(PATIENCE)
        until(lambda: not theirs.reader.outbox(), what="the merge at the centre", within=PATIENCE)
        mine.sync.set_work_offline(False)
        until(lambda: bool(story.held()), what="my reply to come back", within=PATIENCE)

        (reason,) = story.held()
        assert (reason.code, reason.params) == ("merged", {"into": two.id})
        assert _status(mine, one) is Status.DUPLICATE
        shown = mine.reader.appeal(two)
        assert shown is not None
        assert {d.id: d.text for d in shown.drafts} == {begun.id: BEGUN, standing.id: STANDING}

        # Its author looks, and sends it all the same: that resident is answered, too.
        (entry,) = mine.reader.outbox()
        mine.outbox.retry(entry.seq).result(PATIENCE)
        until(lambda: REPLY in _texts(theirs, one), what="my words there", within=PATIENCE)
        assert _status(theirs, one) is Status.DUPLICATE

        theirs.merging.separate(one).result(PATIENCE)
        until(lambda: _status(mine, one) is Status.PUBLISHED, what="it back", within=PATIENCE)
        back = mine.reader.appeal(one)
        assert back is not None and [d.id for d in back.drafts] == [begun.id]
        assert {each.kind for each in back.events} >= {"marked_duplicate", "unmarked_duplicate"}


def test_two_who_merge_in_different_directions_are_told_and_lose_nothing(
    centre: CentreProcess, tmp_path: Path
) -> None:
    with ExitStack() as stack:
        story = Story(centre, tmp_path, stack)
        one, two, mine, theirs = story.one, story.two, story.mine, story.theirs
        mine.sync.set_work_offline(True)
        story.draft(two, STANDING)
        mine.merging.merge(two, one.id).result(PATIENCE)
        theirs.merging.merge(one, two.id).result(PATIENCE)
        until(lambda: not theirs.reader.outbox(), what="theirs at the centre", within=PATIENCE)
        mine.sync.set_work_offline(False)
        until(lambda: bool(story.held()), what="mine to be held", within=PATIENCE)
        assert [reason.code for reason in story.held()] == ["merge_circle"]
        (entry,) = mine.reader.outbox()
        mine.outbox.discard(entry.seq).result(PATIENCE)
        until(lambda: _status(mine, one) is Status.DUPLICATE, what="theirs", within=PATIENCE)
        assert _status(mine, two) is not Status.DUPLICATE
        shown = mine.reader.appeal(two)
        assert shown is not None and [d.text for d in shown.drafts] == [STANDING]


def _until_here(console: Console, ref: Ref) -> None:
    until(lambda: console.reader.appeal(ref) is not None, what="the appeal", within=PATIENCE)


def _status(console: Console, ref: Ref) -> Status:
    view = console.reader.appeal(ref)
    assert view is not None
    return view.appeal.status


def _texts(console: Console, ref: Ref) -> list[str]:
    view = console.reader.appeal(ref)
    return [] if view is None else [message.text for message in view.messages]
