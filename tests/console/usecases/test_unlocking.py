"""Unlocking: the account's password opens the screen again, also where no server answers."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import replace
from datetime import timedelta

from console.errors import AuthError
from console.readmodel import SessionInfo
from console.rulebook.snooze import load_snooze
from console.usecases.acting import Acting
from console.usecases.session import VERIFIER, SessionUseCases
from tests.support.console_work import Work
from tests.support.files import NORMS

PASSWORD = "correct horse battery staple"


class Door:
    """A server's door: it lets in, or says why not."""

    def __init__(self, info: SessionInfo) -> None:
        self._info = info

    def sign_in(self, login: str, password: str) -> Future[SessionInfo]:
        future: Future[SessionInfo] = Future()
        if password == PASSWORD:
            future.set_result(self._info)
        else:
            future.set_exception(AuthError("wrong password"))
        return future

    def sign_out(self) -> Future[None]:
        future: Future[None] = Future()
        future.set_result(None)
        return future


def a_session(work: Work, info: SessionInfo | None = None) -> SessionUseCases:
    current = info or work.store.reader.session()
    assert current is not None
    return SessionUseCases(
        lambda: current,
        lambda: Door(current),
        acting=lambda: an_acting(work),
        value=work.store.reader.value,
    )


def an_acting(work: Work) -> Acting:
    return Acting(
        work.store.writer, work.clock, undo=timedelta(), norms=lambda: NORMS, snooze=load_snooze
    )


def signed_in(session: SessionUseCases, work: Work) -> None:
    session.sign_in("olga", PASSWORD).result()
    an_acting(work).run(lambda _: None).result()  # what was put before it is done


def test_the_password_of_the_sign_in_opens_and_no_other(work: Work) -> None:
    session = a_session(work)
    signed_in(session, work)
    assert session.opens(PASSWORD) is True
    assert session.opens(PASSWORD + " ") is False
    assert session.opens("") is False


def test_before_anybody_has_signed_in_here_only_the_server_can_tell(work: Work) -> None:
    assert a_session(work).opens(PASSWORD) is None


def test_a_sign_in_that_failed_changes_nothing(work: Work) -> None:
    session = a_session(work)
    signed_in(session, work)
    assert isinstance(session.sign_in("olga", "wrong").exception(), AuthError)
    an_acting(work).run(lambda _: None).result()
    assert session.opens(PASSWORD) is True
    assert session.opens("wrong") is False


def test_the_password_of_the_one_before_does_not_open(work: Work) -> None:
    signed_in(a_session(work), work)
    current = work.store.reader.session()
    assert current is not None
    other = a_session(work, replace(current, operator="somebody-else"))
    assert other.opens(PASSWORD) is None


def test_the_password_itself_is_nowhere_in_the_store(work: Work) -> None:
    signed_in(a_session(work), work)
    kept = work.store.reader.value(VERIFIER)
    assert kept is not None
    assert PASSWORD not in kept
    assert "$argon2id$" in kept
