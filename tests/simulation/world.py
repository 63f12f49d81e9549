"""The world of one run: the centre, workstations, people, and what befalls them all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from sqlalchemy import Connection, delete, select, update

from console.domain import transitions
from console.domain.appeal import Appeal, Author, Status
from console.domain.ids import Ref, uuid7
from console.domain.message import Message
from console.domain.mutations import (
    Envelope,
    MoveEtr,
    Mutation,
    OpenOutage,
    SetOutageStatus,
    TagOutage,
)
from console.domain.operator import ALL_BRANCHES, Operator, Role
from console.domain.outage import Outage, OutageArea, OutageKind, OutageStatus
from console.errors import DiskError, OtklikError
from console.readmodel import EntryState, Link
from console.server import accounts, repo, tables
from console.server.instants import micros
from console.store.driver import connect_writer
from console.wire import codec
from console.wire.schema import (
    PROTOCOL,
    PROTOCOL_HEADER,
    Answer,
    AnswerOutcome,
    IncomingAppeal,
    IntakeBatch,
    RowKind,
    Rows,
    Session,
    SignIn,
    WireEnvelope,
)
from tests.simulation import people
from tests.simulation.centre import BRANCHES, PASSWORD, Hands, Server, utc
from tests.simulation.disks import STORE, FailingDisk
from tests.simulation.history import History, Story, token_of
from tests.simulation.kernel import Kernel, Process
from tests.simulation.network import OF_MUTATIONS, WIRE_FAULTS, Line, WireFault
from tests.simulation.people import DEEDS, Person
from tests.simulation.schedule import Item, Schedule
from tests.simulation.workstation import KEY, Habits, Station, Workshop

OPERATORS: tuple[Operator, ...] = (
    Operator("op-olga", "olga", "Ольга", Role.OPERATOR, ("omsk",)),
    Operator("op-semyon", "semyon", "Семён", Role.SENIOR, ("omsk", "krasnoyarsk")),
    Operator("op-irina", "irina", "Ирина", Role.OPERATOR, ("omsk",), needs_approval=True),
    Operator("op-viktor", "viktor", "Виктор", Role.SUPERVISOR, ("krasnoyarsk", "omsk")),
    Operator("op-dina", "dina", "Дина", Role.DISPATCHER, ("omsk",)),
    Operator("op-anna", "anna", "Анна", Role.HEAD, (ALL_BRANCHES,)),
    Operator("op-intake", "intake", "Приём", Role.ADMIN, (ALL_BRANCHES,)),
)
_BY_LOGIN = {operator.login: operator for operator in OPERATORS}
_ANNA = _BY_LOGIN["anna"]
_OVER = frozenset({Status.AUTHOR_GONE, Status.DUPLICATE})
_WITHOUT_ASKING = 16
"""Rounds of half a minute in which everything that can go must have gone."""


_ROUNDS = 9
"""How often a person deals with the first of what is held."""

_OF_FAILING_DISKS = frozenset({"disk_full", "power_cut"})

_MOVES_ON = frozenset({"new_comment", "colleague_answered", "owner_changed", "ended"})
"""What a second look at the appeal does away with."""


class StuckError(Exception):
    """Something that can go does not."""


class World:
    """One run. `play` lets it happen, `settle` ends all faults and has everything go its way."""

    def __init__(
        self, schedule: Schedule, server: Server, shop: Workshop, *, keep_story: bool
    ) -> None:
        self.schedule = schedule
        self.version = schedule.version
        self.kernel = Kernel(Random(f"order/{schedule.seed}"))
        self.history = History()
        self.story = Story(keep=keep_story)
        self.refs: list[Ref] = []
        self.server = server
        self.is_server_up = True
        self.damaged: set[str] = set()
        self.vanished: set[str] = set()
        self.forgotten: set[str] = set()
        self._settling = False
        self._last_later = 0.0
        self._nature = Process("nature")
        self._numbers: list[IncomingAppeal] = []
        self.false_answers: list[str] = []
        self.unexplained: list[str] = []
        self._answers: dict[str, bytes] = {}
        self._signing: set[str] = set()
        self._closing: set[str] = set()
        self._sent_anyway: set[int] = set()
        self._backed_up = False
        self._intake_token = ""
        rng = Random(f"centre/{schedule.seed}")
        shop.kernel = self.kernel
        server.begin(Hands(now=lambda: self.kernel.now, entropy=rng.randbytes, poke=self._poke))
        habits = Habits(schedule.undo_seconds, schedule.poll_seconds)
        self._outside = self._line("outside")
        failing = {item.who for item in schedule.items if item.kind in _OF_FAILING_DISKS}
        self.stations = {
            name: Station(
                name=name,
                kernel=self.kernel,
                shop=shop,
                line=self._line(name),
                rng=Random(f"{name}/{schedule.seed}"),
                habits=habits,
                person=login,
                after_death=self._reopen_after_death,
                disk_fails=name in failing,
            )
            for name, login in zip(self._names(), schedule.people, strict=False)
        }
        disks = [station.disk for station in self.stations.values()]
        shop.disks.use([disk for disk in disks if isinstance(disk, FailingDisk)])

    # ------------------------------------------------------------------ the run

    def play(self) -> None:
        """Let everything on the schedule happen."""
        for station in self.stations.values():
            self._open(station)
        for item in self.schedule.items:
            self.kernel.run(item.at)
            self._look_around()
            self._happen(item)
        self.kernel.run(self.kernel.now + 5.0)

    def settle(self) -> None:
        """No more faults: whatever can go goes, and people deal with what is held."""
        self._end_faults()
        self.tell("nature", "nothing fails any more")
        for station in self.stations.values():
            self._settle_everyone_at(station)
        self._all_arrives()
        for station in self.stations.values():
            self._drain(station)
        self.kernel.run(self.kernel.now + 3.0)
        for station in self.stations.values():
            self._pulled_once_more(station)

    def _all_arrives(self) -> None:
        """What was under way for longer than anybody waited gets there in the end."""
        if self.version > 2:
            for station in self.stations.values():
                station.line.all_arrives()
            self.kernel.run(self.kernel.now + 3.0)

    def _pulled_once_more(self, station: Station) -> None:
        """What came last has been pulled too, whichever poke was lost before.

        A session that has ended without anybody's having asked for anything ends here: whoever
        may signs in again.
        """
        for _ in range(_ROUNDS):
            if station.console is None or not station.is_running:
                return
            station.console.sync.try_now()
            self.kernel.run(self.kernel.now + 3.0)
            if station.console.sync.status().link is not Link.SIGN_IN_NEEDED:
                return
            self._sign_in_if_asked(station, after=0.1)
            self.kernel.run(self.kernel.now + 5.0)

    def close(self) -> None:
        """End every process; nothing may be read through a console after that."""
        for station in self.stations.values():
            station.kill()
        # A stack that is left waiting would keep all of this run in memory.
        self.kernel.kill(self._nature)
        self.kernel.run(self.kernel.now)

    def tell(self, who: str, what: str) -> None:
        """A line of the story."""
        self.story.tell(self.kernel.now, who, what)

    def hit(self, kind: str) -> None:
        """A fault has befallen something."""
        self.history.faults[kind] += 1

    # ------------------------------------------------------------------ what happens

    def _happen(self, item: Item) -> None:
        rng = Random(item.salt)
        if item.kind in DEEDS:
            self._deed(item, rng)
        elif item.kind in WIRE_FAULTS:
            self._wire_fault(item, rng)
        elif item.who:
            station = self.stations.get(item.who)
            if station is not None:
                _STATION[item.kind](self, station, rng)
        else:
            _CENTRE[item.kind](self, rng)

    def _deed(self, item: Item, rng: Random) -> None:
        station = self.stations.get(item.who)
        if station is None or not station.is_running or station.console is None:
            return
        person = Person(self, station, station.console, rng)
        try:
            if not person.me:
                return
        except DiskError as error:
            self.tell(station.name, f"{item.kind}: {error.code}")
            return
        self.history.operations[item.kind] += 1
        deed = DEEDS[item.kind][0]

        def work() -> None:
            try:
                deed(person)
            except OtklikError as error:
                self.tell(station.name, f"{item.kind}: {type(error).__name__} {error}")

        self.kernel.spawn(station.process, item.kind, work)

    def _wire_fault(self, item: Item, rng: Random) -> None:
        station = self.stations.get(item.who)
        if station is None:
            return
        left = rng.choice((1, 1, 2, 5))
        until = self.kernel.now + rng.choice((60.0, 300.0, 1800.0))
        only = rng.choice(("/v1/", "/v1/mutations", "/v1/mutations", "/v1/session", "/v1/changes"))
        if item.kind in OF_MUTATIONS:
            left, only = 1, "/v1/mutations"
        elif self.version > 2 and rng.random() < (0.6 if item.kind == "reorder" else 0.15):
            left, only = left + 1, "/v1/attachments"  # the first one asks where the file stands
        station.line.faults.append(WireFault(item.kind, item.salt, left, until, only))

    def _look_around(self) -> None:
        """People sign in where the console asks them to, and start anew where it is damaged."""
        for station in self.stations.values():
            self._start_anew_if_damaged(station)
            try:
                self._look_at_held(station)
                after = Random(f"{self.kernel.now}").uniform(5.0, 90.0)
                self._sign_in_if_asked(station, after=after)
            except DiskError as error:  # whoever looks is told, and starts anew when next asked to
                self.tell(station.name, f"cannot be read: {error.code}")

    def _start_anew_if_damaged(self, station: Station) -> None:
        """As it is told: end the program and start it again."""
        if station.is_running and station.is_damaged and station.name not in self._closing:
            self.tell(station.name, "is closed and opened again, for its store is damaged")
            self._closed_and_opened(station, 1.0)

    def _look_at_held(self, station: Station) -> None:
        """Whatever is held says why."""
        if station.console is None or station.is_damaged or station.console.session.current is None:
            return
        for entry in station.console.reader.outbox():
            if entry.state is EntryState.HELD and not entry.held:
                self.unexplained.append(f"entry {entry.seq} at {station.name}")

    def _sign_in_if_asked(self, station: Station, *, after: float) -> None:
        console = station.console
        if console is None or not station.is_running or station.process.name in self._signing:
            return
        session = console.session.current
        wrong = session is not None and session.login != station.person
        asked = session is None or console.sync.status().link is Link.SIGN_IN_NEEDED
        if not (asked or wrong) or station.work_offline:
            return
        process = station.process.name
        self._signing.add(process)
        login = station.person

        def work() -> None:
            try:
                self.kernel.sleep(after)
                console.session.sign_in(login, PASSWORD).result()
                self.history.people_at.setdefault(station.name, set()).add(login)
                self.tell(station.name, f"{login} signs in")
            except OtklikError as error:
                self.tell(station.name, f"{login} cannot sign in: {type(error).__name__}")
            finally:
                self._signing.discard(process)

        self.kernel.spawn(station.process, "sign-in", work)

    # ------------------------------------------------------------------ stations

    def _open(self, station: Station) -> None:
        error = station.open()
        if error is not None:
            self.tell(station.name, f"does not start: {error}"[:80])
            self.history.operations["refused_start"] += 1
            self._later(60.0, lambda: self._open(station))
            return
        self._sign_in_if_asked(station, after=1.0)

    def _reopen_after_death(self, station: Station) -> None:
        self.tell(station.name, "is killed")
        seconds = station.rng.choice((0.5, 5.0, 60.0, 900.0))
        if self._settling:
            seconds = 0.5
        self._later(seconds, lambda: self._open(station))

    def _later(self, seconds: float, work: Callable[[], None]) -> None:
        self._last_later = max(self._last_later, self.kernel.now + seconds)

        def wait() -> None:
            self.kernel.sleep(seconds)
            work()

        self.kernel.spawn(self._nature, "later", wait)

    def _kill(self, station: Station, rng: Random) -> None:
        if station.is_running:
            self.hit("kill")
            station.kill()

    def _kill_at_step(self, station: Station, rng: Random) -> None:
        if station.is_running:
            self.hit("kill_at_step")
            station.process.steps_to_live = rng.randrange(1, rng.choice((20, 100, 400)))

    def _restart(self, station: Station, rng: Random) -> None:
        if not station.is_running:
            return
        self.hit("restart")
        self.tell(station.name, "is closed and opened again")
        self._closed_and_opened(station, 1.0)

    def _closed_and_opened(self, station: Station, seconds: float) -> None:
        def work() -> None:
            self._closing.add(station.name)
            try:
                station.close()
            finally:
                self._closing.discard(station.name)
            self._later(seconds, lambda: self._open(station))

        self.kernel.spawn(station.process, "close", work)

    def _second_instance(self, station: Station, rng: Random) -> None:
        if station.is_running:
            self.hit("second_instance")
            error = station.second_instance()
            if error is None:
                raise AssertionError("two instances have opened one profile")
            self.tell(station.name, "a second instance is turned away")

    def _clock_wrong(self, station: Station, rng: Random) -> None:
        self.hit("clock_wrong")
        station.wrong_by = rng.choice((-1, 1)) * rng.choice((90.0, 3600.0, 7 * 3600.0))
        station.always_wrong_by = station.wrong_by
        self.tell(station.name, f"its clock is wrong by {station.wrong_by:.0f} s from now on")

    def _clock_jump(self, station: Station, rng: Random) -> None:
        self.hit("clock_jump")
        station.wrong_by += rng.uniform(-5 * 3600.0, 5 * 3600.0)
        back = rng.uniform(1.0, 300.0)
        self.tell(station.name, f"its clock jumps to {station.wrong_by:.0f} s, for {back:.0f} s")
        self._later(back, lambda: setattr(station, "wrong_by", station.always_wrong_by))

    def _keychain_locked(self, station: Station, rng: Random) -> None:
        self.hit("keychain_locked")
        station.keychain.locked = True
        self.tell(station.name, "its keychain is locked")
        self._later(rng.uniform(1.0, 900.0), lambda: setattr(station.keychain, "locked", False))
        if rng.random() < 0.5:
            station.kill()

    def _keychain_emptied(self, station: Station, rng: Random) -> None:
        if not station.is_running:
            return
        self.hit("keychain_emptied")
        self.damaged.add(station.name)
        kept, station.keychain.kept = station.keychain.kept, {}
        station.kill()
        self.tell(station.name, "its keychain is emptied; much later the entry is found again")
        name = f"store-key/{station.name}"

        def restore() -> None:
            station.keychain.kept.setdefault(name, kept[name])

        self._later(1000.0, restore)

    def _newer_store(self, station: Station, rng: Random) -> None:
        """A newer program has been here, and this older one must leave the store alone."""
        if not station.is_running or station.disk.is_full:
            return
        self.hit("newer_store")
        station.kill()
        self.kernel.run(self.kernel.now)
        station.disk.before_open()
        connection = connect_writer(station.profile / STORE, station.key)
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        connection.execute("PRAGMA user_version = 999")
        error = station.open()
        if error is None:
            raise AssertionError("an older program has opened a newer store")
        self.tell(station.name, "an older program leaves a newer store alone")
        connection.execute(f"PRAGMA user_version = {version}")
        connection.close()

    def _disk_full(self, station: Station, rng: Random) -> None:
        disk = station.disk
        assert isinstance(disk, FailingDisk)
        self.hit("disk_full")
        disk.refuse(rng)
        self.tell(station.name, "its disk is nearly full")
        self._later(rng.choice((1.0, 30.0, 300.0)), station.disk.heal)

    def _power_cut(self, station: Station, rng: Random) -> None:
        disk = station.disk
        assert isinstance(disk, FailingDisk)
        if not station.is_running:
            return
        self.hit("power_cut")
        disk.power_goes(rng)
        if rng.random() < 0.5:
            station.kill()
        else:
            station.process.steps_to_live = rng.randrange(1, rng.choice((20, 100, 400)))

    def _store_flipped(self, station: Station, rng: Random) -> None:
        self._damaged(station, "store_flipped", lambda: station.disk.flip(rng))

    def _store_cut_short(self, station: Station, rng: Random) -> None:
        self._damaged(station, "store_cut_short", lambda: station.disk.cut_short(rng))

    def _copy_lost(self, station: Station, rng: Random) -> None:
        self._damaged(station, "copy_lost", station.disk.lose_copy)

    def _store_put_back(self, station: Station, rng: Random) -> None:
        if not station.is_running:
            return
        station.disk.keep_older()
        self.tell(station.name, "its store is copied")
        self._later(
            rng.choice((1.0, 30.0, 300.0)),
            lambda: self._damaged(station, "store_put_back", station.disk.put_older_back),
        )

    def _damaged(self, station: Station, fault: str, damage: Callable[[], None]) -> None:
        """Something befalls the files of a process that is no more."""
        if not station.is_running or self._settling:
            return
        self.hit(fault)
        self.damaged.add(station.name)
        self.tell(station.name, f"{fault}: its files are not as they were")
        station.kill()
        damage()

    def _work_offline(self, station: Station, rng: Random) -> None:
        if station.console is None or not station.is_running:
            return
        self.hit("work_offline")
        station.work_offline = True
        station.console.sync.set_work_offline(True)
        self.tell(station.name, "works offline")
        self._later(rng.choice((30.0, 600.0)), lambda: self._back_online(station))

    def _back_online(self, station: Station) -> None:
        station.work_offline = False
        if station.console is not None and station.is_running:
            station.console.sync.set_work_offline(False)

    def _pokes_lost(self, station: Station, rng: Random) -> None:
        self.hit("pokes_lost")
        station.line.cut_streams()

    def _another_person(self, station: Station, rng: Random) -> None:
        """The next shift sits down at the same workstation, where a composer may be open still."""
        busy = {other.person for other in self.stations.values()}
        free = [login for login in _BY_LOGIN if login not in busy and login != "intake"]
        if not free or station.console is None or not station.is_running:
            return
        self.hit("another_person")
        if rng.random() < 0.5:
            deed = "answer" if self.version < 3 else "left_open"
            answer = Item(self.kernel.now, deed, station.name, rng.getrandbits(32))
            self._deed(answer, Random(answer.salt))
        console, station.person = station.console, rng.choice(free)
        self.tell(station.name, f"{station.person} takes over")

        def work() -> None:
            self.kernel.sleep(1.0)
            try:
                console.session.sign_out().result()
            except OtklikError as error:
                self.tell(station.name, f"cannot sign out: {error}")

        self.kernel.spawn(station.process, "sign-out", work)

    # ------------------------------------------------------------------ the centre

    def answered(self, envelope: bytes, answer: bytes) -> None:
        """An envelope has one answer, however often it is delivered; a no means that it is not."""
        asked = codec.from_wire(codec.decode(envelope, WireEnvelope))
        said = codec.decode(answer, Answer)
        before = self._answers.setdefault(asked.id, answer)
        if before != answer:
            self.false_answers.append(f"{asked.id} has had another answer than {said.outcome}")
        is_no = said.outcome in (AnswerOutcome.CONFLICT, AnswerOutcome.REFUSED)
        if is_no and self.server.read(lambda c: _is_done(c, asked)):
            self.false_answers.append(f"{asked.id} is {said.outcome}, and has been done")

    def meanwhile(self, envelope: bytes, rng: Random) -> None:
        """Somebody else changes what this mutation was about, before it is asked again."""
        if self._settling:
            return
        asked = codec.from_wire(codec.decode(envelope, WireEnvelope))
        if not transitions.is_appeal_mutation(asked.mutation):
            self._change_outage(asked.target, rng)
            return
        what = rng.choice(("comment", "removed", "moved"))
        if what == "removed" and asked.target in self.refs:
            self._remove_appeal(asked.target)
        elif what == "moved":
            self._move_away(asked, rng)
        else:
            self._comment_on(asked.target)

    def _move_away(self, asked: Envelope, rng: Random) -> None:
        login = next(o.login for o in OPERATORS if o.id == asked.author)
        elsewhere = tuple(branch for branch in BRANCHES if branch != asked.target.branch)
        self._employ("moved", login, branches=rng.choice((elsewhere[:1], elsewhere[1:])))

    def _comment_on(self, ref: Ref) -> None:
        appeal = self.server.read(lambda c: repo.find(c, Appeal, ref))
        if appeal is not None:
            parent = next(one for one in self._numbers if one.number == appeal.number)
            self._comment_under(parent)

    def server_died(self) -> None:
        """The server's process ended while it served."""
        self.hit("server_kill")
        self.tell("centre", "is killed")
        self._server_away(Random(int(self.kernel.now * 1000)))

    def _server_away(self, rng: Random) -> None:
        self.is_server_up = False
        self.server.restart()
        self.tell("centre", "is away")
        self._cut_all_streams()
        seconds = 0.0 if self._settling else rng.choice((1.0, 20.0, 300.0))
        self._later(seconds, self._server_back)

    def _cut_all_streams(self) -> None:
        for station in self.stations.values():
            station.line.cut_streams()

    def _server_back(self) -> None:
        if not self.is_server_up:
            self.is_server_up = True
            self.tell("centre", "is back")

    def _server_kill(self, rng: Random) -> None:
        hands = self.server.hands
        hands.dies_over = rng.choice(("", "/v1/mutations"))
        hands.steps_to_live = rng.randrange(1, 40 if not hands.dies_over else 25)

    def _server_restored(self, rng: Random) -> None:
        """A backup now, and the database is put back to it some time later."""
        if self.backed_up():
            self._later(rng.choice((20.0, 120.0, 600.0)), self.put_back)

    def backed_up(self) -> bool:
        """Back the centre up; False where that has been done in this run."""
        if self._backed_up:
            return False
        self._backed_up = True
        self.server.back_up()
        self.tell("centre", "is backed up")
        return True

    def put_back(self) -> None:
        """The centre is put back to its backup."""
        if self._settling:
            return
        self.hit("server_restored")
        before, done = self._tokens_at_centre(), self._done_at_centre()
        self.server.restore()
        self.server.restart()
        self._cut_all_streams()
        self._answers.clear()
        self.vanished |= before - self._tokens_at_centre()
        self.forgotten |= done - self._done_at_centre()
        self.tell("centre", "is put back to the backup")

    def _tokens_at_centre(self) -> set[str]:
        query = select(tables.messages.c.body)
        bodies = self.server.read(lambda c: list(c.execute(query).scalars()))
        return {token_of(codec.decode(body, Message).text) for body in bodies}

    def _done_at_centre(self) -> set[str]:
        """The envelopes that have been carried out, as the events tell."""
        query = select(tables.events.c.id)
        ids = self.server.read(lambda c: list(c.execute(query).scalars()))
        return {ident.partition(":")[0] for ident in ids}

    def session_over(self, station: str) -> None:
        """An administrator ends the sessions of whoever works there, just as they are needed."""
        if self.version > 2 and station in self.stations and not self._settling:
            self._end_sessions(self.stations[station].person)

    def _session_revoked(self, rng: Random) -> None:
        self._end_sessions(rng.choice(self.schedule.people))

    def _end_sessions(self, login: str) -> None:
        self.hit("session_revoked")
        sessions = tables.sessions
        operator, now = _BY_LOGIN[login].id, micros(utc(self.kernel.now))

        def work(connection: Connection) -> None:
            theirs = (sessions.c.operator == operator) & sessions.c.ended_at.is_(None)
            ended = update(sessions).where(theirs).values(ended_at=now, ended_by="admin")
            connection.execute(ended)

        self.server.write(work)
        self.tell("centre", f"ends every session of {login}")

    def _role_changed(self, rng: Random) -> None:
        login = rng.choice(self.schedule.people)
        role = rng.choice((Role.OPERATOR, Role.SENIOR, Role.OBSERVER, Role.DISPATCHER))
        self._employ("role_changed", login, role=role, needs_approval=rng.random() < 0.3)

    def _moved(self, rng: Random) -> None:
        login = rng.choice(self.schedule.people)
        branches = rng.choice((("omsk",), ("krasnoyarsk",), ("omsk", "khakassia"), ("khakassia",)))
        self._employ("moved", login, branches=branches)
        if rng.random() < 0.5:
            before = _BY_LOGIN[login].branches
            self._later(rng.uniform(20, 200), lambda: self._employ("moved", login, branches=before))

    def _disabled(self, rng: Random) -> None:
        login = rng.choice(self.schedule.people)
        self.hit("disabled")
        self.tell("centre", f"lets {login} in no more")
        now = utc(self.kernel.now)
        self._told(
            self.server.write(lambda c: accounts.set_active(c, login, active=False, now=now))
        )
        if rng.random() < 0.7:
            self._later(rng.uniform(20, 400), lambda: self._enable(login))

    def _enable(self, login: str) -> None:
        now = utc(self.kernel.now)
        self._told(self.server.write(lambda c: accounts.set_active(c, login, active=True, now=now)))
        self.tell("centre", f"lets {login} in again")

    def _employ(self, fault: str, login: str, **changes: object) -> None:
        self.hit(fault)

        def work(connection: Connection) -> Mapping[str, int]:
            operator = accounts.known(connection, login).operator
            after = replace(operator, **changes)  # type: ignore[arg-type]
            return repo.put_rows(connection, Rows(operators=(after,)))

        self._told(self.server.write(work))
        self.tell("centre", f"{login}: {changes}")

    def _told(self, heads: Mapping[str, int]) -> None:
        if self.is_server_up:
            self._poke(heads)

    def _poke(self, heads: Mapping[str, int]) -> None:
        for station in self.stations.values():
            for stream in tuple(station.line.streams):
                stream.tell(heads)

    # ------------------------------------------------------------------ residents

    def _appeal(self, rng: Random) -> None:
        number = str(len(self._numbers) + 1)
        branch = rng.choice(("omsk", "omsk", "krasnoyarsk"))
        self._take_in(
            IncomingAppeal(
                source="im",
                number=number,
                text=f"Нет света, обращение {number}",
                branch=branch,
                channel="vk",
                author=Author(f"Житель {number}", handle=f"id{number}"),
            )
        )

    def _comment(self, rng: Random) -> None:
        if not self._numbers:
            return
        self._comment_under(rng.choice(self._numbers))

    def _comment_under(self, parent: IncomingAppeal) -> None:
        number = str(len(self._numbers) + 1)
        self._take_in(
            replace(
                parent,
                number=number,
                text=f"Ну что там? Комментарий {number}",
                reply_to=parent.reply_to or parent.number,
            )
        )

    def _again(self, rng: Random) -> None:
        """The outside system sends what it has sent already."""
        if self._numbers:
            self._hand_over((rng.choice(self._numbers),))

    def _take_in(self, incoming: IncomingAppeal) -> None:
        self._numbers.append(incoming)
        self.tell("a resident", f"writes {incoming.number} to {incoming.branch}")
        self._hand_over((incoming,))

    def _hand_over(self, appeals: tuple[IncomingAppeal, ...]) -> None:
        """At least once: the outside system hands it over until it hears that it was taken."""

        def work() -> None:
            while not self._handed_over(appeals):
                self.kernel.sleep(15.0)
            self._know_appeals()

        self.kernel.spawn(self._nature, "outside", work)

    def _handed_over(self, appeals: tuple[IncomingAppeal, ...]) -> bool:
        from httpx import HTTPError, Request

        from tests.simulation.workstation import URL

        def ask(path: str, body: bytes, headers: Mapping[str, str]) -> bytes | None:
            request = Request(
                "POST",
                f"{URL}{path}",
                content=body,
                headers={PROTOCOL_HEADER: str(PROTOCOL), **headers},
                extensions={"timeout": {"read": 15.0}},
            )
            try:
                response = self._outside.handle_request(request)
                return response.read() if response.status_code == 200 else None
            except HTTPError:
                return None

        if not self._intake_token:
            login = ask("/v1/session", codec.encode(SignIn("intake", PASSWORD)), {})
            if login is None:
                return False
            self._intake_token = codec.decode(login, Session).access_token
        batch = codec.encode(IntakeBatch(appeals))
        taken = ask("/v1/intake", batch, {"Authorization": f"Bearer {self._intake_token}"})
        if taken is None:
            self._intake_token = ""
        return taken is not None

    def _know_appeals(self) -> None:
        def work(connection: Connection) -> list[Ref]:
            table = tables.appeals
            rows = connection.execute(table.select().order_by(table.c.number, table.c.branch))
            return [Ref(row.branch, row.id) for row in rows]

        self.refs = self.server.read(work)

    def _author_gone(self, rng: Random) -> None:
        if not self.refs:
            return
        ref = rng.choice(self.refs)
        now = utc(self.kernel.now)

        def work(connection: Connection) -> Mapping[str, int]:
            appeal = repo.find(connection, Appeal, ref, lock=True)
            if appeal is None:
                return {}
            after = transitions.author_gone(appeal, event_id=f"{ref.id}:gone", now=now)
            return repo.put_rows(connection, Rows(appeals=(after.appeal,), events=after.events))

        self._told(self.server.write(work))
        self.tell("a resident", "deletes the post")

    def _appeal_deleted(self, rng: Random) -> None:
        if len(self.refs) < 2:
            return
        self._remove_appeal(rng.choice(self.refs))

    def _remove_appeal(self, ref: Ref) -> None:
        def work(connection: Connection) -> Mapping[str, int]:
            _remove_files(connection, ref)
            for table in (tables.messages, tables.events):
                theirs = (table.c.branch == ref.branch) & (table.c.appeal == ref.id)
                connection.execute(delete(table).where(theirs))
            return repo.remove(connection, RowKind.APPEAL, ref)

        before = self._tokens_at_centre()
        self._told(self.server.write(work))
        self.vanished |= before - self._tokens_at_centre()
        self.tell("centre", "an appeal is removed, with all that was said")

    # ------------------------------------------------------------------ a dispatcher elsewhere

    def _outage(self, rng: Random) -> None:
        """An outage is entered, and the appeals of its branch are linked to it."""
        if not self.refs:
            return
        branch = rng.choice(self.refs).branch
        outage = Ref(branch, uuid7(utc(self.kernel.now), rng.randbytes(10)))
        asked = OpenOutage(
            outage_kind=OutageKind.EMERGENCY,
            status=OutageStatus.ACTIVE,
            started_at=utc(self.kernel.now),
            areas=(OutageArea("Солонцы"),),
            etr=utc(self.kernel.now) + timedelta(hours=3),
        )

        def work(connection: Connection) -> Mapping[str, int]:
            envelope, now = self._by_dispatcher(outage, asked, rng)
            rows = Rows(outages=(transitions.apply_outage(None, envelope, actor=_ANNA, now=now),))
            for ref in self.refs:
                appeal = repo.find(connection, Appeal, ref, lock=True)
                if ref.branch == branch and appeal is not None and appeal.status not in _OVER:
                    envelope, now = self._by_dispatcher(ref, TagOutage(outage.id), rng)
                    state = transitions.State(appeal)
                    after = transitions.apply(state, envelope, actor=_ANNA, now=now)
                    rows = replace(
                        rows,
                        appeals=(*rows.appeals, after.appeal),
                        events=(*rows.events, *after.events),
                    )
            return repo.put_rows(connection, rows)

        self._told(self.server.write(work))
        self.tell("a dispatcher", f"enters an outage in {branch}")

    def _etr_moves(self, rng: Random) -> None:
        """A restoration time moves, best one that an answer quotes which has not gone out."""
        waits, after = rng.random() < 0.7, rng.choice((0.0, 0.5, 3.0, 20.0))

        def work() -> None:
            for _ in range(100):
                quoted = self._quoted()
                if quoted or not waits:
                    break
                self.kernel.sleep(3.0)
            self.kernel.sleep(after)
            outages = sorted(quoted or self._outages())
            if outages and not self._settling:
                self._change_outage(rng.choice(outages), rng)

        self.kernel.spawn(self._nature, "dispatcher", work)

    def _quoted(self) -> set[Ref]:
        """The outages that are quoted by what was begun within the last minutes."""
        since = self.kernel.now - 120.0
        return {
            Ref(words.ref.branch, outage)
            for words in self.history.words.values()
            for outage in words.quoted
            if words.begun_at > since
        }

    def _outages(self) -> list[Ref]:
        table = tables.outages.c
        return self.server.read(
            lambda c: [Ref(*row) for row in c.execute(select(table.branch, table.id))]
        )

    def _change_outage(self, ref: Ref, rng: Random) -> None:
        """Its restoration time moves, or it is over."""
        later = utc(self.kernel.now) + timedelta(hours=rng.randrange(4, 12))
        over = rng.choice((OutageStatus.RESTORED, OutageStatus.CANCELLED))
        moves = rng.random() < 0.7

        def work(connection: Connection) -> Mapping[str, int]:
            outage = repo.find(connection, Outage, ref, lock=True)
            if outage is None or not outage.is_dark:
                return {}
            asked = MoveEtr(later) if moves else SetOutageStatus(over, utc(self.kernel.now))
            envelope, now = self._by_dispatcher(ref, asked, rng)
            after = transitions.apply_outage(outage, envelope, actor=_ANNA, now=now)
            return repo.put_rows(connection, Rows(outages=(after,)))

        self._told(self.server.write(work))
        self.tell("a dispatcher", "moves a restoration time" if moves else "ends an outage")

    def _by_dispatcher(
        self, target: Ref, asked: Mutation, rng: Random
    ) -> tuple[Envelope, datetime]:
        """Asked at the centre itself, at its own time."""
        now = self.server.hands.wall().astimezone(UTC)
        return Envelope(uuid7(now, rng.randbytes(10)), target, _ANNA.id, now, asked), now

    # ------------------------------------------------------------------ the end of faults

    def _end_faults(self) -> None:
        self._settling = True
        self.server.hands.steps_to_live = None
        self.is_server_up = True
        for line in (self._outside, *(s.line for s in self.stations.values())):
            line.faults.clear()
        for station in self.stations.values():
            station.process.steps_to_live = None
            station.disk.heal()
            station.keychain.locked = False
            station.keychain.kept.setdefault(f"store-key/{station.name}", KEY.hex())
            station.wrong_by = station.always_wrong_by
            self._back_online(station)
            self._open_now(station)
        # Also what the centre had still to decide: who is let in again, and where they belong.
        self.kernel.run(max(self.kernel.now, self._last_later) + 120.0)

    def _open_now(self, station: Station) -> None:
        self.kernel.run(self.kernel.now)
        if not station.is_running:
            self._open(station)

    def _settle_everyone_at(self, station: Station) -> None:
        """Each person who has used the station sees their outbox to its end."""
        station.meet_damage()
        self._start_anew_if_damaged(station)
        self.kernel.run(self.kernel.now + 5.0)
        for login in sorted(self.history.people_at.get(station.name, ())):
            station.person = login
            if not self._signed_in(station):
                continue
            self._drain(station)
            for _ in range(_ROUNDS):
                if not self._deal_with_held(station):
                    break
                self._drain(station)
                self._expect_moved(station)

    def _expect_moved(self, station: Station) -> None:
        """What was just sent anyway, with nothing else going on, has not gone stale again."""
        if station.console is None:
            return
        for entry in station.console.reader.outbox():
            codes = {reason.code for reason in entry.held if reason.source == "stale"}
            if entry.seq in self._sent_anyway and codes and codes <= _MOVES_ON:
                raise StuckError(
                    f"entry {entry.seq} at {station.name} was sent anyway, and is held again"
                )

    @property
    def _sends_anyway(self) -> bool:
        return self.schedule.seed % 2 == 1

    def _signed_in(self, station: Station) -> bool:
        """Whether the person of the station is signed in, after trying to."""
        active = self.server.read(lambda c: accounts.known(c, station.person)).operator.active
        if self.version > 2:
            # A session that was ended on a quiet day shows when something is asked.
            self._pulled_once_more(station)
        for _ in range(_WITHOUT_ASKING):
            console = station.console
            if console is not None:
                session = console.session.current
                if session is not None and session.login == station.person:
                    online = console.sync.status().link in (Link.ONLINE, Link.SYNCING)
                    if online and station.process.name not in self._signing:
                        return True
            self._start_anew_if_damaged(station)
            self._sign_in_if_asked(station, after=0.1)
            self.kernel.run(self.kernel.now + 5.0)
            if not active:
                return False
        raise StuckError(f"{station.person} cannot get online at {station.name}")

    def _drain(self, station: Station) -> None:
        """Wait until nothing is left in the outbox that could go by itself."""
        for _ in range(_WITHOUT_ASKING):
            if not self._movable(station):
                return
            self._start_anew_if_damaged(station)
            self._sign_in_if_asked(station, after=0.1)
            self.kernel.run(self.kernel.now + 30.0)
        raise StuckError(
            f"{station.name} does not get rid of {self._movable(station)} "
            f"({station.console and station.console.sync.status()})"
        )

    def _movable(self, station: Station) -> list[str]:
        console = station.console
        if console is None or console.session.current is None:
            return []
        if not self.server.read(lambda c: accounts.known(c, station.person)).operator.active:
            return []
        held: set[Ref] = set()
        found = []
        for entry in console.reader.waiting():
            if not held.isdisjoint(entry.waits_for) or entry.state is EntryState.HELD:
                held.add(entry.target)
            else:
                found.append(f"{entry.seq} ({entry.state})")
        return found

    def _deal_with_held(self, station: Station) -> bool:
        """Send anyway, or take back: whatever is held, a person gets it moving. Whether any was."""
        console = station.console
        if console is None:
            return False
        self._look_at_held(station)
        held = [e for e in console.reader.outbox() if e.state is EntryState.HELD]
        person = Person(self, station, console, Random(self.schedule.seed))
        self._sent_anyway.clear()

        def work() -> None:
            for entry in held[:1]:
                try:
                    self._dealt_with(person, entry.seq)
                except OtklikError as error:
                    self.tell(station.name, f"held: {type(error).__name__} {error}")

        self.kernel.spawn(station.process, "held", work)
        self.kernel.run(self.kernel.now + 1.0)
        return bool(held)

    def _dealt_with(self, person: Person, seq: int) -> None:
        """Sent anyway where that is this person's way and the rules allow it, else taken back.

        What may have arrived cannot be taken back: that is sent anyway by everybody.
        """
        if self._sends_anyway:
            try:
                people.send_anyway(person, seq)
            except OtklikError as error:
                self.tell(person.station.name, f"held: {type(error).__name__} {error}")
            else:
                self._sent_anyway.add(seq)
                return
        try:
            people.take_back(person, seq)
        except transitions.RefusedError:
            people.send_anyway(person, seq)

    # ------------------------------------------------------------------ small things

    def _names(self) -> tuple[str, ...]:
        return tuple(f"ws{n + 1}" for n in range(len(self.schedule.people)))

    def _line(self, name: str) -> Line:
        rng = Random(f"line/{name}/{self.schedule.seed}")
        return Line(self, name, rng, ghosts=self._nature)


def _remove_files(connection: Connection, ref: Ref) -> None:
    """The files of an appeal's messages go with it."""
    files, pieces, messages = tables.attachments, tables.attachment_pieces, tables.messages
    theirs = select(messages.c.id).where(
        messages.c.branch == ref.branch, messages.c.appeal == ref.id
    )
    bound = (files.c.branch == ref.branch) & files.c.message.in_(theirs)
    ids = list(connection.execute(select(files.c.id).where(bound)).scalars())
    of_them = (pieces.c.branch == ref.branch) & pieces.c.attachment.in_(ids)
    connection.execute(delete(pieces).where(of_them))
    connection.execute(delete(files).where((files.c.branch == ref.branch) & files.c.id.in_(ids)))


def _is_done(connection: Connection, asked: Envelope) -> bool:
    """Whether the centre's rows show that the envelope was carried out."""
    if isinstance(asked.mutation, OpenOutage):
        return repo.find(connection, Outage, asked.target) is not None
    if isinstance(asked.mutation, SetOutageStatus):
        outage = repo.find(connection, Outage, asked.target)
        over = OutageStatus.RESTORED, asked.mutation.at
        return outage is not None and (outage.status, outage.restored_at) == over
    events = tables.events.c
    begins = events.id.startswith(f"{asked.id}:", autoescape=True)
    found = select(events.id).where(events.branch == asked.target.branch, begins)
    return connection.execute(found).first() is not None


_STATION: Mapping[str, Callable[[World, Station, Random], None]] = {
    "kill": World._kill,
    "kill_at_step": World._kill_at_step,
    "restart": World._restart,
    "second_instance": World._second_instance,
    "clock_wrong": World._clock_wrong,
    "clock_jump": World._clock_jump,
    "keychain_locked": World._keychain_locked,
    "keychain_emptied": World._keychain_emptied,
    "newer_store": World._newer_store,
    "disk_full": World._disk_full,
    "power_cut": World._power_cut,
    "store_flipped": World._store_flipped,
    "store_cut_short": World._store_cut_short,
    "store_put_back": World._store_put_back,
    "copy_lost": World._copy_lost,
    "work_offline": World._work_offline,
    "pokes_lost": World._pokes_lost,
    "another_person": World._another_person,
}
_CENTRE: Mapping[str, Callable[[World, Random], None]] = {
    "server_away": World._server_away,
    "server_kill": World._server_kill,
    "server_restored": World._server_restored,
    "session_revoked": World._session_revoked,
    "role_changed": World._role_changed,
    "moved": World._moved,
    "disabled": World._disabled,
    "appeal": World._appeal,
    "comment": World._comment,
    "again": World._again,
    "author_gone": World._author_gone,
    "appeal_deleted": World._appeal_deleted,
    "outage": World._outage,
    "etr_moves": World._etr_moves,
}
