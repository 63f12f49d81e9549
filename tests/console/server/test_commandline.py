"""The command line: help at every level, one line for what is wrong, and the operators."""

from __future__ import annotations

import io
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from console.domain.operator import Operator, Role
from console.server import accounts, repo
from console.server.__main__ import main, parser
from console.server.commandline import Parser, default_database
from console.server.database import open_database
from console.server.passwords import Passwords
from tests.support.server import PASSWORD, migrated, process, sqlite_url
from tests.support.surroundings import clean_environment


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    from argon2 import PasswordHasher

    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr("console.server.passwords.PasswordHasher", lambda: quick)


@pytest.fixture
def centre(tmp_path: Path) -> str:
    """The URL of a migrated SQLite database."""
    with migrated(sqlite_url(tmp_path)):
        pass
    return sqlite_url(tmp_path)


def run(*arguments: str) -> tuple[int, str]:
    """The exit code and the output of one command."""
    out = io.StringIO()
    return main(arguments, out=out), out.getvalue()


def operators(url: str) -> list[Operator]:
    """The operators in the database at ``url``."""
    database = open_database(url)
    try:
        return list(database.read(repo.operators))
    finally:
        database.close()


def _parsers(top: Parser) -> Iterator[Parser]:
    yield top.filled()
    for action in top._actions:
        for child in getattr(action, "choices", None) or ():
            found = action.choices[child] if isinstance(action.choices, dict) else None
            if isinstance(found, Parser):
                yield from _parsers(found)


def test_every_command_and_argument_has_help() -> None:
    top = parser()
    assert isinstance(top, Parser)
    found = list(_parsers(top))
    names = {one.prog.removeprefix("otklik-server").strip() for one in found}
    assert {"serve", "migrate", "import", "user add", "user list", "user disable"} <= names
    assert {"explain deadline", "explain template", "explain address", "explain checks"} <= names
    for one in found:
        assert one.description, one.prog
        for action in one._actions:
            assert action.help or action.choices, (one.prog, action.dest)
        one.format_help()


@pytest.mark.parametrize("arguments", [(), ("--help",), ("serve", "-h"), ("user", "add", "--help")])
def test_help_is_given_on_request(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    if not arguments:
        assert run()[0] == 2
        return
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 0
    assert capsys.readouterr().out.startswith("usage: otklik-server")


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        ("fly", 2, "invalid choice: 'fly'"),
        ("serve --port many", 2, "a port is a number from 0 to 65535, not “many”"),
        ("serve --port -1", 2, "a port is a number from 0 to 65535"),
        ("serve --port ٣٤", 2, "a port is a number from 0 to 65535"),
        ("serve --port 70000", 2, "a port is a number from 0 to 65535"),
        ("serve --wings", 2, "unrecognized arguments: --wings (see: otklik-server --help)"),
        ("serve --database nonsense", 2, "“nonsense” is not a database URL"),
        ("serve --database postgresql://x:pw@127.0.0.1:1/y", 1, "cannot open the database"),
        ("user", 2, "the following arguments are required: ACTION"),
        ("user add olga", 2, "the following arguments are required: --name, --role, --branch"),
        ("user list --database sqlite://", 2, "SQLite needs a file"),
    ],
)
def test_what_is_wrong_is_told_in_one_line(
    arguments: str, code: int, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*arguments.split()) == (code, "")
    said = capsys.readouterr().err
    assert says in said
    assert said.count("\n") == 1
    assert "pw" not in said


# ── migrate ────────────────────────────────────────────────────────────────────────────────────


def test_migrate_says_from_what_to_what(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path)
    assert re.fullmatch(rf"{url}: empty -> \d{{4}}\n", run("migrate", "--database", url)[1])
    assert re.fullmatch(rf"{url}: up to date \(\d{{4}}\)\n", run("migrate", "--database", url)[1])


def test_a_database_that_nobody_migrated_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for command in (("serve", "--port", "0"), ("user", "list")):
        assert run(*command, "--database", sqlite_url(tmp_path))[0] == 1
        assert "is empty; run: otklik-server migrate --database" in capsys.readouterr().err


def test_the_embedded_default_makes_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.delenv("OTKLIK_DATABASE", raising=False)
    assert default_database() == f"sqlite:///{tmp_path / 'otklik-server' / 'centre.db'}"
    assert run("user", "list")[0] == 0
    assert (tmp_path / "otklik-server" / "centre.db").exists()


def test_the_variable_names_the_database(centre: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTKLIK_DATABASE", centre)
    assert run("migrate")[1].startswith(centre)


# ── user ───────────────────────────────────────────────────────────────────────────────────────


def _stdin(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


ADD = ("--name", "Ольга Смирнова", "--role", "operator", "--password-stdin")


def test_an_operator_is_added_and_listed(centre: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _stdin(monkeypatch, f"{PASSWORD}\nsecond line\n")
    more = ("--branch", "omsk", "--branch", "tyva", "--needs-approval", "--database", centre)
    code, said = run("user", "add", "olga", *ADD, *more)
    assert (code, said) == (0, "added olga: operator, omsk, tyva\n")
    (operator,) = operators(centre)
    assert operator.role is Role.OPERATOR
    assert operator.branches == ("omsk", "tyva")
    assert operator.needs_approval
    listed = run("user", "list", "--database", centre)[1].splitlines()
    assert listed[0].split() == ["LOGIN", "ROLE", "BRANCHES", "STATE", "NAME"]
    assert listed[1].split(maxsplit=3)[:3] == ["olga", "operator", "omsk,tyva"]
    assert _is_password(centre, "olga", PASSWORD)


def _is_password(url: str, login: str, password: str) -> bool:
    database = open_database(url)
    try:
        account = database.read(lambda c: accounts.known(c, login))
    finally:
        database.close()
    return Passwords().verify(password, account.password_hash)


def test_all_branches_are_a_word(centre: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _stdin(monkeypatch, PASSWORD)
    run("user", "add", "head", *ADD, "--branch", "all", "--database", centre)
    assert operators(centre)[0].branches == ("*",)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (("two words", "omsk", PASSWORD), "cannot be a login"),
        (("olga", "moscow", PASSWORD), "there is no branch “moscow”; there are: omsk, "),
        (("olga", "omsk", "short"), "at least 8 characters; nothing was changed"),
        (("olga", "omsk", ""), "at least 8 characters"),
    ],
)
def test_a_wrong_operator_is_refused(
    centre: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    given: tuple[str, str, str],
    says: str,
) -> None:
    login, branch, password = given
    _stdin(monkeypatch, password)
    assert run("user", "add", login, *ADD, "--branch", branch, "--database", centre)[0] == 2
    assert says in capsys.readouterr().err
    assert operators(centre) == []


@pytest.mark.parametrize("name", ["Ольга\nСмирнова", "Ольга \udcff", "О" * 201, "Ольга\x1b[2J"])
def test_a_name_is_one_line_that_can_be_shown(
    centre: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    _stdin(monkeypatch, PASSWORD)
    given = ("--name", name, "--role", "operator", "--branch", "omsk", "--password-stdin")
    assert run("user", "add", "olga", *given, "--database", centre)[0] == 2
    said = capsys.readouterr().err
    assert "cannot be a name" in said and said.count("\n") == 1 and "\x1b" not in said
    assert operators(centre) == []


@pytest.mark.parametrize("login", ["o\udcff", "ß" * 64 + "@" + "ß" * 64, "o\x1b", "o\u0000"])
def test_a_login_is_such_as_can_be_stored(
    centre: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], login: str
) -> None:
    _stdin(monkeypatch, PASSWORD)
    assert run("user", "add", login, *ADD, "--branch", "omsk", "--database", centre)[0] == 2
    assert "cannot be a login" in capsys.readouterr().err


def test_a_login_is_taken_in_any_case(
    centre: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for login in ("olga", "OLGA"):
        _stdin(monkeypatch, PASSWORD)
        code, _ = run("user", "add", login, *ADD, "--branch", "omsk", "--database", centre)
    assert code == 1
    assert "the login “OLGA” is taken" in capsys.readouterr().err


def test_an_operator_is_disabled_and_enabled(
    centre: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _stdin(monkeypatch, PASSWORD)
    run("user", "add", "olga", *ADD, "--branch", "omsk", "--database", centre)
    assert run("user", "disable", "olga", "--database", centre)[1] == "disabled olga\n"
    assert not operators(centre)[0].active
    assert "disabled" in run("user", "list", "--database", centre)[1]
    assert run("user", "disable", "olga", "--database", centre)[1] == "olga was disabled already\n"
    assert run("user", "enable", "OLGA", "--database", centre)[1] == "enabled OLGA\n"
    assert operators(centre)[0].active
    assert run("user", "disable", "nobody", "--database", centre)[0] == 1
    assert "there is no operator “nobody”" in capsys.readouterr().err


def test_a_password_is_changed(centre: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _stdin(monkeypatch, PASSWORD)
    run("user", "add", "olga", *ADD, "--branch", "omsk", "--database", centre)
    _stdin(monkeypatch, "another-one")
    code, said = run("user", "password", "olga", "--password-stdin", "--database", centre)
    assert (code, said) == (0, "changed the password of olga; open sessions have ended\n")
    assert _is_password(centre, "olga", "another-one")
    assert not _is_password(centre, "olga", PASSWORD)


def test_without_a_terminal_nobody_is_asked(
    centre: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _stdin(monkeypatch, PASSWORD)
    more = ("--name", "x", "--role", "operator", "--branch", "omsk", "--database", centre)
    assert run("user", "add", "olga", *more)[0] == 2
    assert "use --password-stdin" in capsys.readouterr().err


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_on_a_terminal_the_password_is_asked_for_twice(
    centre: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", _Terminal())
    answers = iter([PASSWORD, PASSWORD + "x", PASSWORD, PASSWORD])
    monkeypatch.setattr("getpass.getpass", lambda prompt: next(answers))
    more = ("--name", "x", "--role", "operator", "--branch", "omsk", "--database", centre)
    assert run("user", "add", "olga", *more)[0] == 2
    assert "the two passwords differ" in capsys.readouterr().err
    assert run("user", "add", "olga", *more)[0] == 0


# ── serve, as a process ────────────────────────────────────────────────────────────────────────


def test_the_real_program_serves_and_stops_when_told(centre: str) -> None:
    command = [sys.executable, "-m", "console.server", "serve", "--port", "0", "--database", centre]
    child = subprocess.Popen(
        command, env=clean_environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    address = re.fullmatch(r"listening on (http://127\.0\.0\.1:\d+)\n", child.stdout.readline())
    assert address is not None
    assert httpx.get(f"{address.group(1)}/v1/health").status_code == 200
    child.send_signal(signal.SIGTERM)
    out, complained = child.communicate(timeout=30)
    assert out == ""
    assert complained == ""
    assert child.returncode in (0, -signal.SIGTERM)


def test_a_port_that_is_taken_is_told(centre: str, capsys: pytest.CaptureFixture[str]) -> None:
    with process(centre) as server:
        port = server.url.rpartition(":")[2]
        assert run("serve", "--port", port, "--database", centre)[0] == 1
    said = capsys.readouterr().err
    assert re.search(r"cannot listen on 127\.0\.0\.1:\d+: Address already in use", said)


def test_output_that_nobody_reads_is_no_crash(centre: str) -> None:
    command = f"{sys.executable} -m console.server user list --database {centre} | true"
    ran = subprocess.run(
        command, shell=True, env=clean_environment(), capture_output=True, text=True, check=False
    )
    assert "Traceback" not in ran.stderr
