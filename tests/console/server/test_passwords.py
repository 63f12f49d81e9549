"""Passwords: real argon2id, and the same work for everybody."""

from __future__ import annotations

import threading
from typing import Any

from argon2 import PasswordHasher, extract_parameters

from console.server import passwords
from console.server.passwords import Passwords
from tests.support.server import quick_passwords


def test_a_hash_verifies_its_password_alone() -> None:
    some = quick_passwords()
    hashed = some.hash("свет в окне")
    assert some.verify("свет в окне", hashed)
    assert not some.verify("свет в окно", hashed)
    assert not some.verify("свет в окне", "not a hash")


def test_two_hashes_of_one_password_differ() -> None:
    some = quick_passwords()
    assert some.hash("свет в окне") != some.hash("свет в окне")


def test_nobodys_password_costs_what_anybodys_costs() -> None:
    """So the time of the answer does not tell which logins there are."""
    some = Passwords()
    nobody = extract_parameters(passwords._of_nobody(PasswordHasher()))
    assert nobody == extract_parameters(some.hash("x"))
    assert not some.verify("anything", None)


def test_a_hash_of_weaker_times_is_dated() -> None:
    weak = quick_passwords().hash("свет в окне")
    assert Passwords().is_dated(weak)
    assert not quick_passwords().is_dated(weak)


def test_no_more_hashes_at_once_than_memory_allows() -> None:
    running, most = 0, 0
    lock, release = threading.Lock(), threading.Event()
    full = threading.Semaphore(0)

    class Slow(PasswordHasher):
        def hash(self, password: Any, **_: Any) -> str:
            nonlocal running, most
            with lock:
                running += 1
                most = max(most, running)
            full.release()
            release.wait(10)
            with lock:
                running -= 1
            return "hash"

    some = Passwords(Slow())
    threads = [threading.Thread(target=some.hash, args=("x",)) for _ in range(10)]
    for thread in threads:
        thread.start()
    for _ in range(passwords._AT_ONCE):
        full.acquire(timeout=10)
    release.set()
    for thread in threads:
        thread.join()
    assert most == passwords._AT_ONCE
