"""Any command line: whatever is typed, one clear line and an exit code, never a traceback."""

from __future__ import annotations

import io
import os
import stat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from console.server.__main__ import main
from console.server.serve import ServeError, listen
from tests.support.server import migrated, sqlite_url

FUZZ = settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

_COMMANDS = (
    ("user", "list"),
    ("user", "disable"),
    ("user", "add"),
    ("user", "password"),
    ("import",),
    ("import-outages",),
    ("reliability",),
    ("migrate",),
    ("explain", "deadline"),
    ("explain", "template"),
    ("explain", "address"),
    ("explain", "checks"),
    ("explain",),
    (),
)
_OPTIONS = (
    *("--name", "--role", "--branch", "--map", "--source", "--sheet", "--encoding", "--lang"),
    *("--quarantine", "--preset", "--from", "--now", "--pause", "--hours", "--amount", "--json"),
    *("--channel", "--topic", "--kind", "--outcome", "--resident", "--password-stdin"),
    *("--address", "--year", "--dry-run", "--cancel-missing"),
)

# What a process can be given: no null character, and bytes that are no text as surrogates.
_ODD = st.one_of(
    st.sampled_from(
        [
            "",
            "-",
            "--",
            "=",
            "\n",
            "\x1b[2J",
            "\udcff",
            "x" * 5000,
            "9" * 5000,
            "9999-12-31T23:59:59+14:00",
            "0001-01-01T00:00",
            "2026-03-01T10:00",
            "2026-03-01T10:00/",
            "omsk",
            "im_standard",
            "999999999d",
            "0h",
            "9:00-18:00",
            "24:00-0:00",
            "mon-fri 9:00-9:00",
            "/dev/null",
            "/dev/zero",
            "/",
            ".",
            "text=text,number=id",
            "utf-16",
            "rot13",
            "idna",
        ]
    ),
    st.text(st.characters(exclude_characters="\0"), max_size=12),
)


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A working folder that files may be left in, and nobody at the keyboard."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.stdin", io.StringIO(""))


@pytest.fixture
def centre(tmp_path: Path) -> str:
    """The URL of a migrated SQLite database."""
    with migrated(sqlite_url(tmp_path)):
        pass
    return sqlite_url(tmp_path)


def _outcome(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """The exit code, and what was said of an error."""
    capsys.readouterr()
    try:
        code = main(arguments, out=io.StringIO())
    except SystemExit as end:  # --help
        code = int(end.code or 0)
    return code, capsys.readouterr().err


@FUZZ
@given(
    command=st.sampled_from(_COMMANDS),
    values=st.lists(_ODD, max_size=2),
    options=st.lists(st.tuples(st.sampled_from(_OPTIONS), _ODD), max_size=4),
)
@example(("explain", "template"), ["/dev/zero"], [])
@example(("explain", "checks"), ["/dev/zero"], [("--channel", "vk")])
@example(
    ("explain", "deadline"),
    [],
    [("--branch", "omsk"), ("--preset", "im_standard"), ("--from", "9999-12-31T23:59:59+14:00")],
)
@example(
    ("explain", "deadline"),
    [],
    [("--branch", "omsk"), ("--preset", "im_standard"), ("--from", "0001-01-01T00:00")],
)
def test_whatever_is_typed_is_answered_in_one_line(
    centre: str,
    capsys: pytest.CaptureFixture[str],
    command: tuple[str, ...],
    values: list[str],
    options: list[tuple[str, str]],
) -> None:
    flags = {"--json", "--password-stdin"}
    given = [part for option in options for part in option[: 1 if option[0] in flags else 2]]
    where = ["--database", centre] if command and command[0] != "explain" else []
    code, said = _outcome([*command, *values, *given, *where], capsys)
    assert code in (0, 1, 2)
    if code != 0 and said:
        assert said.startswith("otklik-server: ") and said.count("\n") == 1, said
        assert "Traceback" not in said and "\x1b" not in said


_FILES: dict[str, str | bytes] = {
    "deep.toml": "a = " + "[" * 5000,
    "deep_tables.toml": "[" + ".".join("a" * 3000) + "]\n",
    "wide.toml": "key = 9" + "9" * 5000,
    "bytes.toml": b"\xff\xfe\x00",
    "bytes.txt": b"\xff\xfe\x00",
    "empty.txt": "",
    "braces.txt": "{" * 50_000,
    "null.txt": "a\0b",
    "large.txt": "x" * 1_000_001,
}


@pytest.mark.parametrize("name", _FILES)
@pytest.mark.parametrize("subject", ["template", "checks", "import"])
def test_a_file_that_is_something_else_is_told_in_one_line(
    centre: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str, subject: str
) -> None:
    content = _FILES[name]
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    command = ["import", "--database", centre] if subject == "import" else ["explain", subject]
    channel = ["--channel", "vk"] if subject == "checks" else []
    code, said = _outcome([*command, *channel, str(path)], capsys)
    assert code in (0, 1, 2)
    assert said.count("\n") <= 1 and len(said) < 2_000, said[:300]
    assert code == 0 or said.startswith("otklik-server: ")


def test_a_pipe_is_read_as_a_body(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    reading, writing = os.pipe()
    os.write(writing, "Здравствуйте!".encode())
    os.close(writing)
    assert stat.S_ISFIFO(os.fstat(reading).st_mode)
    assert _outcome(["explain", "template", f"/dev/fd/{reading}"], capsys) == (0, "")
    os.close(reading)


@FUZZ
@given(st.one_of(st.text(max_size=20), st.sampled_from(["a" * 300, "..", "xn--", "[::1", "::1%x"])))
def test_an_address_that_cannot_be_listened_on_is_told(host: str) -> None:
    try:
        listen(host, 0).close()
    except ServeError as error:
        assert "\n" not in str(error) or "\n" in host
