"""The photo of the mended line: attached, killed, sent, and seen by a colleague."""

from __future__ import annotations

from pathlib import Path
from random import Random

from console.app import Console
from console.domain.attachment import Attachment
from console.domain.ids import Ref
from console.domain.operator import Operator
from console.readmodel import AttachmentPhase
from tests.stories.colleague import PATIENCE, a_colleague
from tests.stories.window.centre_process import CentreProcess
from tests.stories.window.window_process import window
from tests.support.waiting import until

TEXT = "Здравствуйте! Провод натянули, свет дали в 16:30. Смотрите фото."
PHOTO = b"\xff\xd8\xff\xe0" + Random(7).randbytes(700_000)
"""Three pieces of a file that begins like a photo."""


def test_a_photo_outlives_a_kill_goes_out_with_its_reply_and_is_seen_by_a_colleague(
    centre: CentreProcess, tmp_path: Path
) -> None:
    author, other, (ref,) = centre.employ(), centre.employ(), centre.take_in(1)
    file = tmp_path / "провод.jpg"
    file.write_bytes(PHOTO)
    with window(tmp_path / "mine", centre.url) as before:
        before.sign_in(author.login)
        before.start_reply(ref)
        before.type(TEXT)
        before.ask("drop_files", files=[str(file)])
        before.until(lambda seen: seen["files"] == ["провод.jpg, 684 КБ"], what="the photo kept")
        before.until(lambda seen: seen["texts"] == [TEXT], what="the text kept")
        before.kill()
    file.unlink()
    with window(tmp_path / "mine", centre.url) as after:
        after.until_online()
        after.open(ref)
        after.ask("key", keys="R")
        after.until(lambda seen: seen["editor"] == TEXT, what="the text in its place")
        assert after.look()["files"] == ["провод.jpg, 684 КБ"]
        after.type("", then="Ctrl+Return")
        after.until(lambda seen: not seen["outbox"] and not seen["texts"], what="it to go out")
        after.close()
    (reply,) = centre.replies(ref)
    assert (reply.text, [each.name for each in reply.attachments]) == (TEXT, ["провод.jpg"])
    assert _seen_by(centre, tmp_path / "theirs", other, ref) == PHOTO


def _seen_by(centre: CentreProcess, folder: Path, person: Operator, ref: Ref) -> bytes | None:
    """The photo as a second console fetches it."""
    with a_colleague(folder, centre.url, person) as colleague:
        until(lambda: _files(colleague, ref) != [], what="the reply to come", within=PATIENCE)
        (file,) = _files(colleague, ref)
        colleague.attachments.fetch(ref, file).result(PATIENCE)

        def is_here() -> bool:
            return colleague.attachments.states([file])[file.id].phase is AttachmentPhase.HERE

        until(is_here, what="the photo to be fetched", within=PATIENCE)
        return colleague.attachments.content(file)


def _files(console: Console, ref: Ref) -> list[Attachment]:
    view = console.reader.appeal(ref)
    messages = view.messages if view is not None else ()
    return [file for message in messages for file in message.attachments]
