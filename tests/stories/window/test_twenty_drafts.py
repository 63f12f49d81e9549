"""Twenty drafts typed in the window are all there after ``kill -9``, to the last 300 ms."""

from __future__ import annotations

from pathlib import Path

from console.config import Settings
from tests.stories.window.centre_process import CentreProcess
from tests.stories.window.typing_log import late, saving_delay, unsaved_age
from tests.stories.window.window_process import window

DRAFTS = 20
KEY_MILLIS = 15
PROMISE = Settings(Path(), "").draft_millis / 1000
SLACK = 0.25
"""Seconds that a busy machine may take for the saving itself."""

ENDLESS = "Здравствуйте! Мы всё ещё ищем место повреждения и сообщим, как только найдём его. " * 20
KEYS_BEFORE_THE_KILL = 150


def test_twenty_drafts_outlive_a_kill_to_the_last_300_ms(
    centre: CentreProcess, tmp_path: Path
) -> None:
    person, refs = centre.employ(), centre.take_in(DRAFTS)
    texts = {
        ref.id: f"Здравствуйте! По вашему обращению № {number} мы направили бригаду."
        for number, ref in enumerate(refs[:-1], 1)
    }
    last = refs[-1].id
    with window(tmp_path, centre.url) as first:
        first.sign_in(person.login)
        for ref in refs[:-1]:
            first.start_reply(ref, outcome=False)
            first.type(texts[ref.id], every=0)
        first.start_reply(refs[-1], outcome=False)
        first.told.clear()
        first.begin_typing(ENDLESS, every=KEY_MILLIS)
        first.read_until(lambda: len(first.typed()) >= KEYS_BEFORE_THE_KILL, what="enough keys")
        first.kill()
    with window(tmp_path, centre.url) as second:
        drafts = second.until_online()["drafts"]
        second.close()

    assert len(drafts) == DRAFTS
    assert {appeal: text for appeal, text in drafts.items() if appeal != last} == texts
    kept = drafts[last]
    assert ENDLESS.startswith(kept)
    assert len(kept) >= max(saved.length for saved in first.saved())
    lost = unsaved_age(first.typed(), len(kept))
    delay = saving_delay(first.typed(), first.saved())
    print(f"lost: the last {lost * 1000:.0f} ms; a key was on the disk after {delay * 1000:.0f} ms")
    assert lost <= PROMISE + late(first.typed(), KEY_MILLIS) + SLACK
    assert delay <= PROMISE
