"""Sessions: who is let in, for how long, and what ends a session."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from console.domain.operator import ALL_BRANCHES
from console.server import accounts, incarnation, repo, tables
from console.server.database import Database
from console.server.faults import FaultError
from console.server.sessions import ACCESS_LIFE, GRACE, REFRESH_LIFE, Caller, Door
from console.wire import problems
from console.wire.schema import Rows, Session, SignIn
from tests.support.builders import NOON, an_operator
from tests.support.clock import StandingClock
from tests.support.server import PASSWORD, employ, quick_passwords

BRANCHES = ("krasnoyarsk", "omsk")
OLGA = an_operator(login="olga")


@pytest.fixture
def door(database: Database, clock: StandingClock) -> Door:
    """The door of a centre with two branches, where Olga works."""
    drawn = database.read(incarnation.read)
    employ(database, OLGA)
    return Door(database, drawn, clock, quick_passwords(), BRANCHES)


def _enter(door: Door, login: str = "olga", password: str = PASSWORD) -> Session:
    return door.sign_in(SignIn(login, password, "desk 7"))


def _caller(door: Door, session: Session) -> Caller:
    token = f"Bearer {session.access_token}"
    return door.database.read(lambda c: door.caller(c, token))


def _fault(caught: pytest.ExceptionInfo[FaultError]) -> str:
    return caught.value.problem.type


def test_the_right_password_opens_a_session(door: Door) -> None:
    session = _enter(door)
    assert session.operator == OLGA
    assert session.branches == ("krasnoyarsk",)
    assert session.expires_in == 600
    assert session.epoch == door.incarnation.epoch
    assert session.server_time == NOON
    assert _caller(door, session).operator == OLGA


def test_a_login_is_found_in_any_case_and_with_spaces_around(door: Door) -> None:
    assert _enter(door, " OLGA ").operator == OLGA


def test_whoever_covers_all_branches_is_told_which_they_are(door: Door) -> None:
    employ(door.database, an_operator(login="head", branches=(ALL_BRANCHES,)))
    assert _enter(door, "head").branches == BRANCHES


@pytest.mark.parametrize(
    ("login", "password"), [("olga", "wrong"), ("nobody", PASSWORD), ("olga", "")]
)
def test_a_wrong_password_and_an_unknown_login_are_told_alike(
    door: Door, login: str, password: str
) -> None:
    with pytest.raises(FaultError) as caught:
        _enter(door, login, password)
    assert _fault(caught) == problems.BAD_CREDENTIALS
    assert caught.value.problem.status == 401


def test_a_disabled_operator_is_told_the_same(door: Door) -> None:
    door.database.write(lambda c: accounts.set_active(c, "olga", active=False, now=NOON))
    with pytest.raises(FaultError) as caught:
        _enter(door)
    assert _fault(caught) == problems.BAD_CREDENTIALS


def test_an_operator_without_a_password_cannot_sign_in(door: Door) -> None:
    rows = Rows(operators=(an_operator(login="robot"),))
    door.database.write(lambda c: repo.put_rows(c, rows))
    with pytest.raises(FaultError) as caught:
        _enter(door, "robot")
    assert _fault(caught) == problems.BAD_CREDENTIALS


@pytest.mark.parametrize("login", ["", "x" * 200])
def test_a_login_beyond_reason_is_not_looked_up(door: Door, login: str) -> None:
    with pytest.raises(FaultError) as caught:
        _enter(door, login)
    assert _fault(caught) == problems.BAD_REQUEST


def test_passwords_are_kept_as_argon2id_and_tokens_as_digests(door: Door) -> None:
    session = _enter(door)
    stored = door.database.read(
        lambda c: [
            repr(tuple(row))
            for table in tables.metadata.sorted_tables
            if table is not tables.meta
            for row in c.execute(select(table))
        ]
    )
    assert any("$argon2id$" in row for row in stored)
    for secret in (PASSWORD, session.access_token, session.refresh_token):
        assert not any(secret in row for row in stored)


# ── The access token ───────────────────────────────────────────────────────────────────────────


def test_an_access_token_ends_by_itself(door: Door, clock: StandingClock) -> None:
    session = _enter(door)
    clock.move(ACCESS_LIFE - timedelta(seconds=1))
    assert _caller(door, session).expires_at == NOON + ACCESS_LIFE
    clock.move(timedelta(seconds=1))
    with pytest.raises(FaultError) as caught:
        _caller(door, session)
    assert _fault(caught) == problems.TOKEN_EXPIRED


def test_another_process_over_the_same_database_takes_the_token(door: Door) -> None:
    session = _enter(door)
    drawn = door.database.read(incarnation.read)
    other = Door(door.database, drawn, door.clock, door.passwords, BRANCHES)
    assert _caller(other, session).operator == OLGA


def test_a_forged_or_mangled_token_is_nobody(door: Door) -> None:
    token = _enter(door).access_token
    claim, _, mark = token.rpartition(".")
    session, _, expiry = claim.partition(".")
    later = f"{session}.{int(expiry) + 10**12}.{mark}"
    wrong = (
        "",
        "Bearer",
        "Bearer ",
        "Bearer x",
        f"Basic {token}",
        f"Bearer {later}",
        f"Bearer {mark}",
    )
    for header in (None, *wrong, f"Bearer {claim}.", f"Bearer é{token}"):
        with pytest.raises(FaultError) as caught:
            door.database.read(lambda c, h=header: door.caller(c, h))  # type: ignore[misc]
        assert _fault(caught) == problems.TOKEN_REVOKED
        assert caught.value.headers["WWW-Authenticate"].startswith("Bearer")


def test_signing_out_ends_the_session_at_once(door: Door) -> None:
    session = _enter(door)
    door.sign_out(f"Bearer {session.access_token}")
    with pytest.raises(FaultError) as caught:
        _caller(door, session)
    assert _fault(caught) == problems.TOKEN_REVOKED
    with pytest.raises(FaultError) as caught:
        door.refresh(session.refresh_token)
    assert _fault(caught) == problems.TOKEN_REVOKED


def test_disabling_an_operator_ends_every_session_at_once(door: Door) -> None:
    sessions = [_enter(door), _enter(door)]
    door.database.write(lambda c: accounts.set_active(c, "olga", active=False, now=NOON))
    door.database.write(lambda c: accounts.set_active(c, "olga", active=True, now=NOON))
    for session in sessions:
        with pytest.raises(FaultError) as caught:
            _caller(door, session)
        assert _fault(caught) == problems.TOKEN_REVOKED
        with pytest.raises(FaultError):
            door.refresh(session.refresh_token)


def test_an_operator_who_is_no_longer_active_is_nobody(door: Door) -> None:
    """However that came to be: rows may also come from another system."""
    session = _enter(door)
    rows = Rows(operators=(replace(OLGA, active=False),))
    door.database.write(lambda c: repo.put_rows(c, rows))
    with pytest.raises(FaultError) as caught:
        _caller(door, session)
    assert _fault(caught) == problems.TOKEN_REVOKED
    with pytest.raises(FaultError):
        door.refresh(session.refresh_token)


def test_another_password_ends_every_session(door: Door) -> None:
    session = _enter(door)
    hashed = door.passwords.hash("another-one")
    door.database.write(
        lambda c: accounts.change_password(c, "olga", password_hash=hashed, now=NOON)
    )
    with pytest.raises(FaultError):
        _caller(door, session)
    assert _enter(door, password="another-one").operator == OLGA


# ── The refresh token ──────────────────────────────────────────────────────────────────────────


def test_a_refresh_brings_the_next_pair_of_the_same_session(
    door: Door, clock: StandingClock
) -> None:
    first = _enter(door)
    clock.move(ACCESS_LIFE)
    second = door.refresh(first.refresh_token)
    assert second.refresh_token != first.refresh_token
    assert _caller(door, second).operator == OLGA
    third = door.refresh(second.refresh_token)
    assert _caller(door, third).session == _caller(door, second).session


def test_a_lost_answer_does_not_sign_the_operator_out(door: Door, clock: StandingClock) -> None:
    first = _enter(door)
    door.refresh(first.refresh_token)  # the answer to this is lost on the way
    clock.move(GRACE)
    again = door.refresh(first.refresh_token)
    assert _caller(door, again).operator == OLGA
    assert _caller(door, door.refresh(again.refresh_token)).operator == OLGA


def test_a_token_that_comes_again_later_ends_the_whole_session(
    door: Door, clock: StandingClock
) -> None:
    stolen = _enter(door)
    good = door.refresh(stolen.refresh_token)
    clock.move(GRACE + timedelta(seconds=1))
    with pytest.raises(FaultError) as caught:
        door.refresh(stolen.refresh_token)
    assert _fault(caught) == problems.TOKEN_REVOKED
    for ended in (lambda: door.refresh(good.refresh_token), lambda: _caller(door, good)):
        with pytest.raises(FaultError) as caught:
            ended()
        assert _fault(caught) == problems.TOKEN_REVOKED


def test_a_stolen_token_ends_no_session_but_its_own(door: Door, clock: StandingClock) -> None:
    other, stolen = _enter(door), _enter(door)
    door.refresh(stolen.refresh_token)
    clock.move(GRACE + timedelta(seconds=1))
    with pytest.raises(FaultError):
        door.refresh(stolen.refresh_token)
    assert _caller(door, other).operator == OLGA


def test_a_refresh_token_ends_when_it_is_not_used(door: Door, clock: StandingClock) -> None:
    session = _enter(door)
    clock.move(REFRESH_LIFE)
    with pytest.raises(FaultError) as caught:
        door.refresh(session.refresh_token)
    assert _fault(caught) == problems.TOKEN_REVOKED


def test_an_unknown_refresh_token_is_nobody(door: Door) -> None:
    with pytest.raises(FaultError) as caught:
        door.refresh("made up")
    assert _fault(caught) == problems.TOKEN_REVOKED


def test_refreshes_at_the_same_moment_all_go_on(door: Door) -> None:
    session = _enter(door)
    start = threading.Barrier(4)
    got: list[Session] = []

    def refresh() -> None:
        start.wait(10)
        got.append(door.refresh(session.refresh_token))

    threads = [threading.Thread(target=refresh) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({one.refresh_token for one in got}) == 4
    assert all(_caller(door, one).operator == OLGA for one in got)


def test_old_tokens_do_not_pile_up(door: Door, clock: StandingClock) -> None:
    session = _enter(door)
    for _ in range(30):
        clock.move(timedelta(days=1))
        session = door.refresh(session.refresh_token)
    tokens = select(tables.refresh_tokens)
    assert len(door.database.read(lambda c: c.execute(tokens).all())) < 12


def test_abandoned_sessions_do_not_pile_up(door: Door, clock: StandingClock) -> None:
    for _ in range(5):
        _enter(door)
        clock.move(timedelta(days=200))
    last = _enter(door)
    for table, most in ((tables.sessions, 3), (tables.refresh_tokens, 2)):
        query = select(table)
        assert len(door.database.read(lambda c, q=query: c.execute(q).all())) <= most  # type: ignore[misc]
    assert _caller(door, last).operator == OLGA


# ── Too many attempts ──────────────────────────────────────────────────────────────────────────


def _fail(door: Door, times: int, login: str = "olga") -> None:
    for _ in range(times):
        with pytest.raises(FaultError) as caught:
            _enter(door, login, "wrong")
        assert _fault(caught) == problems.BAD_CREDENTIALS


@pytest.mark.parametrize("login", ["olga", "nobody"])
def test_after_five_failures_even_a_right_guess_must_wait(
    door: Door, clock: StandingClock, login: str
) -> None:
    _fail(door, 5, login)
    with pytest.raises(FaultError) as caught:
        _enter(door, login)
    assert _fault(caught) == problems.TOO_MANY
    assert caught.value.headers["Retry-After"] == "5"
    clock.move(timedelta(seconds=5))
    if login == "olga":
        assert _enter(door).operator == OLGA


def test_the_wait_grows_and_has_an_end(door: Door, clock: StandingClock) -> None:
    _fail(door, 5)
    waits = []
    for _ in range(9):
        with pytest.raises(FaultError) as caught:
            _enter(door)
        waits.append(int(caught.value.headers["Retry-After"]))
        clock.move(timedelta(seconds=waits[-1]))
        _fail(door, 1)
    assert waits == [5, 10, 20, 40, 80, 160, 300, 300, 300]


def test_signing_in_forgets_the_failures(door: Door) -> None:
    _fail(door, 4)
    _enter(door)
    _fail(door, 4)
    _enter(door)


def test_guesses_at_the_same_moment_are_all_counted(door: Door) -> None:
    """A thousand guesses sent at once are not looked at as if each were the first."""
    start = threading.Barrier(12)
    told: list[str] = []

    def guess() -> None:
        start.wait(10)
        try:
            _enter(door, password="wrong")
        except FaultError as fault:
            told.append(fault.problem.type)

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told.count(problems.BAD_CREDENTIALS) == 5
    assert told.count(problems.TOO_MANY) == 7


def test_failures_do_not_pile_up_for_ever(door: Door, clock: StandingClock) -> None:
    for name in "abc":
        _fail(door, 1, name)
    clock.move(timedelta(days=1))
    _fail(door, 1, "d")
    failures = select(tables.failures)
    assert len(door.database.read(lambda c: c.execute(failures).all())) == 1
