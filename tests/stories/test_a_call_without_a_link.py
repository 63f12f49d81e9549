"""A caller is written down while the link is down; the centre hears of it once, with a number."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from console.domain.appeal import Author, Place, Status
from console.domain.mutations import CreateAppeal
from console.readmodel import QueueQuery
from tests.stories.colleague import PATIENCE, a_colleague
from tests.stories.window.centre_process import centre_process
from tests.support.waiting import until

CALL = CreateAppeal(
    "phone",
    Author("Ирина Петрова", phone="+7 913 555-01-01"),
    "Нет света с обеда.",
    Place("Солонцы", street="Новая", house="5"),
)


def test_a_call_is_written_down_offline_and_known_at_the_centre_by_its_number(
    tmp_path: Path,
) -> None:
    with centre_process(tmp_path / "centre") as centre:
        people = centre.employ(), centre.employ()
        with (
            a_colleague(tmp_path / "mine", centre.url, people[0]) as mine,
            a_colleague(tmp_path / "theirs", centre.url, people[1]) as theirs,
        ):
            mine.sync.set_work_offline(True)
            entry = mine.calls.write_down("krasnoyarsk", CALL).result(PATIENCE)
            ref = entry.envelope.target
            mine.reply.note(ref, "Перезвонить после пяти.").result(PATIENCE)
            (row,) = mine.reader.queue_ids(QueueQuery("mine"), now=mine.clock.now())
            mine.sync.set_work_offline(False)
            until(lambda: not mine.reader.outbox(), what="it to go out", within=PATIENCE)
            until(lambda: theirs.reader.appeal(ref) is not None, what="it there", within=PATIENCE)
            here, there = mine.reader.appeal(ref), theirs.reader.appeal(ref)
            assert here is not None and there is not None
            assert here.appeal.number.endswith("-0000001")
            assert there.appeal.status is Status.ASSIGNED
            late = there.appeal.created_at - entry.envelope.at
            assert abs(late) < timedelta(minutes=1), "when it was written down, by whichever clock"
            assert list(mine.reader.queue_ids(QueueQuery("mine"), now=mine.clock.now())) == [row]
            until(
                lambda: "Перезвонить после пяти." in _texts(theirs.reader.appeal(ref)),
                what="the note behind it",
                within=PATIENCE,
            )


def _texts(view: object) -> list[str]:
    return [message.text for message in getattr(view, "messages", ())]
