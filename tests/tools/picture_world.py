"""The appeals of the pictures: a shift with one of everything that can be shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from console.domain.appeal import Appeal, Author, Mention, Offer, OfferState, Outcome, Place, Status
from console.domain.attachment import Attachment
from console.domain.event import Event, EventKind
from console.domain.ids import Ref
from console.domain.message import Message, MessageKind
from console.domain.mutations import (
    AddNote,
    AppealMutation,
    Claim,
    MarkDuplicate,
    Postpone,
    SendReply,
    SetTopic,
    TagOutage,
)
from console.domain.operator import Operator
from console.domain.outage import EtrRecord
from console.domain.shared_queue import SharedQueue
from console.listing import QueueQuery
from console.readmodel import AttachmentPhase, AwayRow, PresenceRow, SavedQueue
from tests.support.fake_console import (
    COLLEAGUE,
    NOON,
    SUPERVISOR,
    FakeConsole,
    a_console,
    an_appeal,
)

BRANCH = "krasnoyarsk"
POST = "vk.com/wall-1_482"
PHOTO = Attachment("f-pole", "опора на Пятой.jpg", "image/jpeg", 2_345_678, "0" * 64)
PLAN = Attachment("f-plan", "заявление в РЭС.pdf", "application/pdf", 99_000, "0" * 64)
FIRST = (
    "В Солонцах на Пятой улице нет света с семи утра! Дома ребёнок полутора лет и мама после "
    "операции. Звонила по 8-800 четыре раза, каждый раз говорят другое время: то к обеду, то к "
    "вечеру. Соседи пишут, что покосилась опора у магазина: vk.com/solontsy?w=wall-77_1203. "
    "Когда дадут свет?"
)
PROMISE = (
    "Здравствуйте, Марина! Бригада меняет опору у магазина на Пятой. Свет планируем дать сегодня "
    "до 15:00. Если время изменится, напишем здесь же."
)


@dataclass(frozen=True, slots=True)
class PictureWorld:
    """The console, and the appeals that screens are taken of."""

    fake: FakeConsole
    rich: Ref
    danger: Ref
    merged: Ref
    snoozed: Ref
    awaiting: Ref
    answered: Ref
    lost: Ref
    photo: bytes


def a_picture_world(photo: bytes, *, appeals: int = 60) -> PictureWorld:
    """A shift of a supervisor, with ``photo`` as what a resident has sent."""
    fake = a_console(appeals, me=SUPERVISOR)
    fake.settings = replace(fake.settings, demo=True)
    made = _Making(fake)
    rich = made.rich()
    world = PictureWorld(
        fake,
        rich,
        danger=made.danger(),
        merged=made.merged(rich),
        snoozed=made.snoozed(),
        awaiting=made.awaiting(),
        answered=made.answered(),
        lost=made.lost(),
        photo=photo,
    )
    made.colleagues(rich)
    made.queues()
    made.handover()
    fake.attachments.put(PHOTO, AttachmentPhase.HERE, content=photo)
    fake.attachments.put(PLAN, AttachmentPhase.WANTED, had=40_000)
    fake.sent.clear()
    return world


class _Making:
    def __init__(self, fake: FakeConsole) -> None:
        self.fake = fake
        self.world = fake.world

    def at(self, minutes: float) -> datetime:
        """So many minutes before noon."""
        return NOON - timedelta(minutes=minutes)

    def add(self, ident: str, **changes: Any) -> Ref:
        """An appeal of the pictures' own."""
        number = str(51_000 + len(self.world.appeals))
        base = replace(an_appeal(10), id=ident, branch=BRANCH, number=number)
        ago = changes.pop("ago", 30)
        at = self.at(ago)
        due = changes.pop("due", 45)
        changes = {"created_at": at, "received_at": at} | changes
        return self.world.add(replace(base, **changes), due_at=NOON + timedelta(minutes=due))

    def do(self, ref: Ref, mutation: AppealMutation, *, minutes: float, by: Operator) -> None:
        """As somebody did it some minutes ago."""
        fake, clock = self.fake, self.fake.clock
        me, now = fake.me, clock.now()
        fake.me = by
        clock.move(self.at(minutes) - now)
        try:
            fake.act(ref, mutation)
        finally:
            fake.me = me
            clock.move(now - clock.now())

    def change(self, ref: Ref, **changes: Any) -> None:
        self.world.appeals[ref] = replace(self.world.appeals[ref], **changes)

    def writes(self, ref: Ref, ident: str, text: str, *, minutes: float, **more: Any) -> None:
        """The resident writes."""
        appeal = self.world.appeals[ref]
        message = Message(
            branch=ref.branch,
            id=ident,
            appeal=ref.id,
            kind=MessageKind.RESIDENT,
            at=self.at(minutes),
            text=text,
            author_name=appeal.author.name,
            **more,
        )
        self.world.messages[ref].append(message)
        self.change(ref, last_resident_message=ident, last_resident_at=message.at)

    def rich(self) -> Ref:
        """A thread of many kinds, an outage whose hour has moved, kin, photos, a mention."""
        author = Author("Марина Кузнецова", "vk.com/marina.kuznetsova", "+7 913 555-12-34")
        place = Place("Солонцы", "Емельяновский район", "ул. Пятая", "14")
        common: dict[str, Any] = {"author": author, "place": place, "topic": "outage.emergency"}
        self.add("old-1", **common, ago=60 * 24 * 40, text="Опять без света, второй раз за неделю")
        self.add(
            "old-2", **common, ago=60 * 24 * 9, text="Спасибо, дали свет", status=Status.PUBLISHED
        )
        ref = self.add("rich", **common, ago=250, due=38, text=FIRST, thread=POST, url=POST)
        outage = self.world.outages["out-1"]
        moved = NOON + timedelta(hours=3)
        history = (*outage.etr_history, EtrRecord(moved, self.at(20), SUPERVISOR.id))
        self.world.outages["out-1"] = replace(outage, etr=moved, etr_history=history, version=2)
        self.do(ref, Claim(), minutes=240, by=COLLEAGUE)
        self.do(ref, SetTopic("outage.emergency"), minutes=238, by=COLLEAGUE)
        self.do(ref, TagOutage("out-1", 0.93), minutes=236, by=COLLEAGUE)
        promise = NOON + timedelta(hours=2)
        self.do(
            ref, SendReply(PROMISE, interim=True, promise_at=promise), minutes=200, by=COLLEAGUE
        )
        self.writes(
            ref,
            "m-photo",
            "Вот эта опора, смотрите сами. Она же упадёт на дом!",
            minutes=90,
            attachments=(PHOTO, PLAN),
        )
        self.do(
            ref,
            AddNote(
                "@Громов Павел, жители пишут про наклон опоры у магазина, передайте мастеру",
                mentions=(SUPERVISOR.id,),
            ),
            minutes=60,
            by=COLLEAGUE,
        )
        self.writes(ref, "m-last", "Уже полдень. Что со светом?", minutes=12)
        self.change(ref, owner=SUPERVISOR.id, mentions=self._mentioned(ref))
        for number, (name, text) in enumerate(_OTHERS):
            self.add(
                f"other-{number}",
                author=Author(name, f"vk.com/id{number}"),
                ago=80 - 9 * number,
                text=text,
                thread=POST,
            )
        self.add(
            "twin",
            author=Author("Марина К.", "ok.ru/marina"),
            place=place,
            ago=100,
            topic="outage.emergency",
            text="В Солонцах на Пятой улице нет света с семи утра, дома ребёнок. Когда дадут свет?",
        )
        return ref

    def _mentioned(self, ref: Ref) -> tuple[Mention, ...]:
        note = next(x for x in self.world.messages[ref] if x.kind is MessageKind.NOTE)
        return (Mention(SUPERVISOR.id, note.id, note.at, COLLEAGUE.id),)

    def danger(self) -> Ref:
        return self.add(
            "wire",
            author=Author("Тамара Ильинична Верещагина", "", "+7 913 000-11-22"),
            text="Провод оборвался и искрит возле детской площадки!!! срочно приезжайте",
            channel="phone",
            topic="danger.wire",
            place=Place("Берёзовка", "", "ул. Мира", "7"),
            danger=True,
            danger_at=self.at(4),
            ago=4,
            due=11,
        )

    def merged(self, rich: Ref) -> Ref:
        ref = self.add(
            "same",
            author=Author("Марина Кузнецова", "t.me/marina_k"),
            channel="telegram",
            text="Солонцы, Пятая. Света так и нет, писала вам вчера во ВКонтакте",
            ago=70,
        )
        self.do(ref, MarkDuplicate(rich.id), minutes=50, by=COLLEAGUE)
        return ref

    def snoozed(self) -> Ref:
        ref = self.add("asleep", text="Когда поменяют счётчик? Обещали в ноябре", ago=300)
        self.do(ref, Claim(), minutes=200, by=SUPERVISOR)
        # Only what has its first answer may be postponed.
        answer = SendReply(
            "Заявка принята, мастер позвонит.",
            interim=True,
            promise_at=NOON + timedelta(days=2),
        )
        self.do(ref, answer, minutes=190, by=SUPERVISOR)
        rule = Postpone(NOON + timedelta(days=1, hours=2), "ждём ответа мастера участка")
        self.do(ref, rule, minutes=100, by=SUPERVISOR)
        return ref

    def awaiting(self) -> Ref:
        ref = self.add("approve", text="Кто вернёт деньги за сгоревший телевизор?", ago=90)
        self.do(ref, Claim(), minutes=80, by=COLLEAGUE)
        words = "Здравствуйте! Напишите заявление, приложите акт, мы ответим в течение 30 дней."
        self.do(
            ref,
            SendReply(words, Outcome.EXPLAINED, approval=True),
            minutes=20,
            by=COLLEAGUE,
        )
        return ref

    def answered(self) -> Ref:
        """A reply that stands, and the promise in it."""
        ref = self.add("done", text="Не горят фонари на Щетинкина, дети идут в темноте", ago=180)
        self.do(ref, Claim(), minutes=170, by=SUPERVISOR)
        words = "Здравствуйте! Бригада заменит лампы завтра до 18:00."
        promised = NOON + timedelta(days=1, hours=6)
        answer = SendReply(words, Outcome.EXPLAINED, promise_at=promised)
        self.do(ref, answer, minutes=100, by=SUPERVISOR)
        return ref

    def lost(self) -> Ref:
        """Nobody knows for sure where it is dark."""
        return self.add(
            "where",
            branch="tyva",
            text="нет света, Хайыракан, улица Мира 5",
            place=Place(),
            author=Author("Айдыс"),
            topic="",
            ago=15,
        )

    def colleagues(self, rich: Ref) -> None:
        until = NOON + timedelta(minutes=8, seconds=20)
        world = self.world
        world.presence[rich] = (
            PresenceRow(rich, COLLEAGUE.id, COLLEAGUE.name, typing=True, lease_until=until),
        )
        world.away[COLLEAGUE.id] = AwayRow(COLLEAGUE.id, self.at(5), NOON + timedelta(minutes=25))

    def queues(self) -> None:
        world = self.world
        world.saved = [SavedQueue("q1", "Солонцы, с фото", QueueQuery("open", text="свет"))]
        rows = (
            ("s1", "Сёла без света дольше суток, Красноярский край", "open", "свет"),
            ("s2", "С фото", "open", "света"),
            ("s3", "По настроению", "open", "луна:полная"),
        )
        for ident, name, queue, text in rows:
            row = SharedQueue("omsk", ident, name, queue, text, COLLEAGUE.id, NOON)
            world.shared[row.ref] = row
        world.searches = ["солонцы опора", "канал:вк срок<2ч", "ул. Мира без света"]

    def handover(self) -> None:
        """What the page of the shift tells: offered, declined, promised, done."""
        world, me = self.world, SUPERVISOR.id
        refs = list(world.appeals)
        brief = "Спокойно, кроме Солонцов: там бригада до вечера"
        at, offered = self.at(5), Status.IN_WORK
        notes = {7: "Обещала перезвонить до шести, ждёт звонка", 14: ""}
        for number, note in notes.items():
            offer = Offer(COLLEAGUE.id, me, at, note, brief)
            self.change(refs[number], owner=COLLEAGUE.id, status=offered, offer=offer)
        for number in range(0, 36, 3):
            self.change(refs[number], owner=me)
        declined = Offer(
            me, COLLEAGUE.id, NOON, state=OfferState.DECLINED, reason="У меня своих сорок"
        )
        self.change(refs[3], offer=declined)
        self.change(refs[9], offer=Offer(me, COLLEAGUE.id, NOON))
        self.change(refs[0], promise_at=NOON + timedelta(minutes=40), promised_at=NOON)
        self.change(refs[15], promise_at=NOON - timedelta(minutes=25), promised_at=self.at(120))
        deeds = (
            (24, EventKind.REPLIED),
            (6, EventKind.REPLIED),
            (24, EventKind.PROMISE_KEPT),
            (18, EventKind.INTERIM_REPLIED),
            (21, EventKind.CLOSED),
        )
        for number, kind in deeds:
            appeal = world.appeals[refs[number]]
            event = Event(appeal.branch, f"{appeal.id}{kind}", appeal.id, NOON, kind, me)
            world.events[refs[number]].append(event)
            if kind is EventKind.REPLIED:
                self.change(
                    refs[number],
                    status=Status.PUBLISHED,
                    first_reply_at=NOON,
                    published_at=NOON,
                    received_at=self.at(34 + number),
                )


_OTHERS = (
    ("Сергей Ф.", "+1"),
    ("Людмила Захарова", "И у нас на Шестой нет!"),
    ("Костя", "+"),
    ("Надежда Ильина", "Дали на минуту и опять отключили, холодильник пикнул и всё"),
)


def first(fake: FakeConsole, which: Callable[[Appeal], bool]) -> Ref:
    """The first appeal of which ``which`` is true."""
    return next(one.ref for one in fake.world.appeals.values() if which(one))
