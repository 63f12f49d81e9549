"""The disk is full, or nothing can be written any more: it is said, and no word is lost."""

from __future__ import annotations

import os
from pathlib import Path

from console.i18n import Catalog
from tests.stories.window.centre_process import CentreProcess
from tests.stories.window.window_process import Window, window
from tests.support.small_disk import fill, small_disk

RU = Catalog.load("ru")
SIZE = 12 * 1024 * 1024
KEPT = "Здравствуйте! Бригада уже выехала к вам, "
MORE = "повреждение нашли на вводе в дом, чинят. "
NOT_SENT = RU.t("composer.refused", reason=RU.t("ui.disk_full"))
LONG = MORE * 60
"""Longer than what a full disk may still take in a page that is already there."""


def test_on_a_full_disk_the_operator_is_told_and_goes_on_writing(
    centre: CentreProcess, tmp_path: Path
) -> None:
    author, (ref,) = centre.employ(), centre.take_in(1)
    with small_disk(tmp_path / "disk", size=SIZE) as disk, window(disk / "p", centre.url) as writer:
        writer.sign_in(author.login)
        writer.start_reply(ref)
        writer.type(KEPT)
        writer.until(lambda seen: seen["texts"] == [KEPT], what="the draft on the disk")
        fill(disk / "somebody-elses-film")
        writer.ask("paste", text=LONG)
        seen = writer.until(lambda seen: bool(seen["said"]), what="the sentence")
        assert RU.t("ui.disk_full") in seen["said"]
        assert seen["editor"] == KEPT + LONG, "the text must stay on the screen"
        _picture(writer, "full-disk.png")
        writer.ask("key", keys="Ctrl+Return")
        seen = writer.until(lambda seen: seen["said"] == NOT_SENT, what="that it is not sent")
        assert (seen["editor"], seen["outbox"]) == (KEPT + LONG, []), "sent into nowhere"
        (disk / "somebody-elses-film").unlink()
        writer.type("Готово.")
        writer.until(lambda seen: seen["texts"] == [KEPT + LONG + "Готово."], what="all of it kept")
        writer.ask("key", keys="Ctrl+Return")
        writer.until(lambda seen: not seen["outbox"] and not seen["texts"], what="it to go out")
    assert [reply.text for reply in centre.replies(ref)] == [KEPT + LONG + "Готово."]


def _picture(writer: Window, name: str) -> None:
    """Where somebody wants to see it."""
    folder = os.environ.get("OTKLIK_PICTURES")
    if folder:
        writer.ask("picture", file=str(Path(folder) / name))
