"""Whatever is being written: every word of the composer can be read, at every zoom."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from console.domain.appeal import Outcome
from console.domain.draft import Draft, DraftMode
from console.i18n import PSEUDO
from tests.support.fake_console import SUPERVISOR, a_console
from tests.support.fitting import cut_words, out_of_sight
from tests.support.whole_window import (
    WholeWindow,
    a_whole_window,
    open_what_is_not_dangerous,
)
from tests.support.writing import type_text
from tests.tools.picture_world import a_picture_world
from ui.views.composer_view import ComposerView
from ui.widgets.banner import Banner

pytestmark = pytest.mark.usefixtures("qapp")

BAD = "Звоните +7 913 555-12-34, согласно ПП РФ № 861 и 59-ФЗ всё по плану"


def composer_of(whole: WholeWindow) -> ComposerView:
    return whole.window.desk.parts.appeal.composer


def nothing(whole: WholeWindow) -> None:
    composer_of(whole).fold()


def a_sent_reply(whole: WholeWindow) -> None:
    composer_of(whole).fold()
    composer_of(whole).start_bar.say(whole.window.context.t("composer.sent_approval"))


def a_reply(whole: WholeWindow) -> None:
    whole.window.dispatcher.run("reply.start")
    type_text(composer_of(whole).editor, BAD)
    composer_of(whole).bar.outcome_chosen.emit(Outcome.NO_REPLY_NEEDED)


def a_refused_reply(whole: WholeWindow) -> None:
    a_reply(whole)
    composer_of(whole).send()


def an_interim_reply(whole: WholeWindow) -> None:
    whole.window.dispatcher.run("reply.interim")
    type_text(composer_of(whole).editor, BAD)
    composer_of(whole).choose_promise(whole.fake.clock.now() + timedelta(days=1))


def a_note(whole: WholeWindow) -> None:
    whole.window.dispatcher.run("note.start")
    type_text(composer_of(whole).editor, "позвонить мастеру")


STATES = {
    state.__name__: state
    for state in (nothing, a_sent_reply, a_reply, a_refused_reply, an_interim_reply, a_note)
}


@pytest.mark.parametrize("zoom", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("language", ["ru", "en", PSEUDO])
def test_every_word_of_the_composer_fits(language: str, zoom: float) -> None:
    fake = a_console(me=SUPERVISOR)
    with a_whole_window(fake, language=language, zoom=zoom) as whole:
        open_what_is_not_dangerous(whole)
        composer = composer_of(whole)
        assert composer.ref() is not None
        _other_drafts(whole)
        faults = []
        for name, begin in STATES.items():
            begin(whole)
            composer.check_now()
            for _ in range(3):  # what is longer asks for room, and is laid out again
                whole.settle()
            faults += [f"{name}: {one}" for one in cut_words(composer) if one.count("[") <= 1]
            if composer.bar.said().count("[") <= 1:  # lengthened twice: nobody speaks so
                faults += [f"{name}: unseen {one}" for one in out_of_sight(composer)]
        assert faults == []


def _other_drafts(whole: WholeWindow) -> None:
    ref = composer_of(whole).ref()
    assert ref is not None
    now = whole.fake.clock.now()
    for name in ("d1", "d2"):
        whole.fake.world.drafts[name] = Draft(name, ref, DraftMode.NOTE, f"{name} заметка", now)
    whole.fake.publish(ref, drafts=True)
    whole.settle()


@pytest.mark.parametrize(("language", "zoom"), [("ru", 1.0), ("ru", 2.0), (PSEUDO, 1.5)])
def test_what_must_be_known_before_takes_no_room_from_writing(language: str, zoom: float) -> None:
    """Danger, a call by name, a promise, a colleague who answers, others under the post."""
    world = a_picture_world(b"")
    fake, ref = world.fake, world.rich
    now = fake.clock.now()
    fake.world.appeals[ref] = replace(fake.world.appeals[ref], danger=True, danger_at=now)
    with a_whole_window(fake, language=language, zoom=zoom) as whole:
        view = whole.window.desk.parts.appeal
        whole.window.shift.show_ref(ref)
        whole.settle()
        a_refused_reply(whole)
        composer_of(whole).check_now()
        for _ in range(4):  # what is longer asks for room, and is laid out again
            whole.settle()
        notices = view.head.findChildren(Banner)
        assert len(notices) == view.head.notices == 2
        assert [one for one in cut_words(view) if one.count("[") <= 1] == []
        assert [one for banner in notices for one in out_of_sight(banner)] == []
        send = composer_of(whole).bar._send
        assert send.isVisible() and send.visibleRegion().boundingRect() == send.rect()
