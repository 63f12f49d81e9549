"""Rules of this project that no general linter knows: a table of what is refused, and why."""

from __future__ import annotations

import ast
import io
import re
import subprocess
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import lru_cache
from pathlib import Path

import pytest

from tests.support.surroundings import REPOSITORY


@dataclass(frozen=True, slots=True)
class Lint:
    """What may not stand in which files, and why; ``code`` leaves comments and texts out."""

    name: str
    pattern: str
    why: str
    within: tuple[str, ...] = ("console/*.py", "ui/*.py")
    but_not: tuple[str, ...] = ()
    code: bool = True


# Patterns are written so that this file does not contain what they refuse.
_LINTS = [
    Lint(
        "style-sheet",
        r"\bset" r"StyleSheet\(",
        "colours and spacing come from the theme; a widget sets a property",
        within=("ui/*.py",),
        but_not=("ui/theme/*",),
    ),
    Lint(
        "clock",
        r"\b(datetime\.(now|utcnow|today)|date\.today|time\.(time|time_ns))\(",
        "time comes in as an argument (Clock), so that a whole shift can be replayed",
        but_not=(
            "console/clock.py",
            "console/server/commandline.py",  # a command of the server is put together here
            "console/server/commands/*",
        ),
    ),
    Lint(
        "chance",
        r"\brandom\.(random|choice|randint|shuffle|uniform|seed)\(",
        "chance comes in as a seeded random.Random, so that a run can be replayed",
    ),
    Lint(
        "print",
        r"(?<![\w.])print\((?!.*\bfile=)",
        "only a command line speaks to the terminal; everything else logs, or returns",
        but_not=("*/__main__.py", "*/cli/*", "*_cli.py", "ui/tour.py", "ui/tour/*"),
    ),
    Lint(
        "event-loops",
        r"\b(QtAsyncio|qasync|moveToThread|QThreadPool|QRunnable|QThread)\b",
        "QtAsyncio cannot carry httpx, qasync aborts on a modal dialog, and work that is not Qt's "
        "runs in plain named threads behind the bridge",
        within=("ui/*.py",),
    ),
    Lint(
        "process-events",
        r"\bprocessEvents\(",
        "re-entering the event loop runs slots in the middle of others",
        within=("ui/*.py",),
        but_not=("ui/tour.py", "ui/tour/*"),
    ),
    Lint(
        "swallowed",
        r"except( \(?(Base)?Exception\)?( as \w+)?)?:\s*(#[^\n]*\n\s*)*(pass|\.\.\.)\s",
        "an unexpected error is told or logged, never dropped",
        within=("*.py",),
    ),
    Lint(
        "sleep",
        r"\btime\.sleep\(",
        "waiting is for an Event or a condition with a limit, so that shutting down interrupts it",
    ),
    Lint(
        "global",
        r"^\s*global \w",
        "state belongs to an object that is passed in",
        within=("*.py",),
    ),
    Lint(
        "naive-zone",
        r"\bastimezone\(\s*\)|\btime\.(localtime|tzset)\(",
        "the region of the appeal sets the clock, never the workstation's own zone",
        # The status bar and the quiet hours are about this very workstation.
        but_not=("ui/windows/shift.py", "ui/windows/notify.py"),
    ),
    Lint(
        "unfinished",
        r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b|raise NotImplemented" r"Error(\(\))?\s*$",
        "what is not done is an issue; what stands in the code is done",
        within=("*.py", "*.md", "*.toml", "*.json", "Makefile", ".ci/*"),
        code=False,
    ),
    Lint(
        "registry",
        r"index-" r"url\s|find-" r"links\s|pypi\." r"org|files\.python" r"hosted",
        "where packages come from is the setting of the machine, not of the project",
        within=("*",),
        code=False,
    ),
    Lint(
        "machine-path",
        r"(?<![\w.])/(work|opt|root|home/\w+|tmp)/",
        "the project runs where it is cloned",
        within=("*",),
        but_not=("tests/tools/fresh_debian.sh",),  # X11's sockets have one fixed place
        code=False,
    ),
    Lint(
        "downloaded-file",
        r"https?://[^ ]*\.(whl|tgz|tar\.gz|deb|zip)\b",
        "packages come by name and hash, from the machine's own source",
        within=("*",),
        code=False,
    ),
]

_SET_OF_LETTERS = re.compile(r"\[[^\]]*\]")  # in a pattern: all letters are no word
_RUSSIAN = re.compile(r"[а-яё]{2,}", re.IGNORECASE)
_RUSSIAN_IS_DATA_IN = (
    "console/demo/*",  # invented residents write Russian
    # What these recognise is Russian itself: endings, names, the turns of an official letter.
    "console/domain/address.py",
    "console/domain/agreeing.py",
    "console/domain/area.py",
    "console/domain/area_text.py",
    "console/domain/cases.py",
    "console/domain/declension.py",
    "console/domain/finding.py",
    "console/domain/gerund.py",
    "console/domain/house.py",
    "console/domain/houses.py",
    "console/domain/sighting.py",
    "console/domain/danger.py",
    "console/domain/day_words.py",
    "console/domain/lint_*.py",
    "console/domain/numerals.py",
    "console/domain/promise.py",
    "console/domain/registry_names.py",
    "console/domain/tense.py",
    "console/domain/time_words.py",
    "console/domain/person.py",
    "console/domain/name_index.py",
    "console/domain/place_score.py",
    "console/domain/places.py",
    "console/domain/query*.py",
    "console/domain/street*.py",
    "console/domain/suggest.py",
    "console/domain/slips.py",
    "console/domain/words.py",
    "console/domain/work_times.py",
    "console/rulebook/build_places.py",
    "console/rulebook/places.py",
    "console/server/planned/reading.py",
    "console/spelling/dictionaries.py",
    "console/fulltext/*.py",
    "console/store/query_filters.py",
    "console/roots.py",
    "console/template_search.py",
    "console/wording.py",
    "ui/commands/keys.py",  # and here the letters on the keys
)


@pytest.mark.parametrize("lint", _LINTS, ids=lambda lint: lint.name)
def test_what_the_project_refuses_is_not_there(lint: Lint) -> None:
    found = [
        f"{path}:{line}: {text}"
        for path in _files_of(lint)
        for line, text in _hits(lint, REPOSITORY / path)
    ]
    assert not found, f"{lint.why}\n" + "\n".join(found)


_PLANTED = {
    "style-sheet": 'self.set" "StyleSheet("color: red")',
    "clock": "stamp = datetime.now(UTC)",
    "chance": "wait = random.uniform(0, 1)",
    "print": "    print(appeal)",
    "event-loops": "worker.moveToThread(thread)",
    "process-events": "QApplication.processEvents()",
    "swallowed": "try:\n    f()\nexcept Exception as error:\n    # no matter\n    pass\n",
    "sleep": "time.sleep(1)",
    "global": "def f():\n    global state\n",
    "naive-zone": "local = instant.astimezone()",
    "unfinished": "# TODO: later",
    "registry": "pip install --extra-index-url somewhere",
    "machine-path": 'open("/wo" "rk/main/x")',
    "downloaded-file": "wget http://example.com/a.whl",
}


@pytest.mark.parametrize("lint", _LINTS, ids=lambda lint: lint.name)
def test_a_planted_offence_is_found(lint: Lint, tmp_path: Path) -> None:
    file = tmp_path / "planted.py"
    file.write_text(_PLANTED[lint.name].replace('" "', "") + "\n", encoding="utf-8")
    assert list(_hits(lint, file))


def test_a_comment_or_text_is_not_code(tmp_path: Path) -> None:
    file = tmp_path / "harmless.py"
    file.write_text('"""Unlike time.sleep(1)."""\n# never time.sleep(1)\n', encoding="utf-8")
    sleep = next(lint for lint in _LINTS if lint.name == "sleep")
    assert not list(_hits(sleep, file))


def test_no_russian_word_stands_in_the_code() -> None:
    found = [
        f"{path}:{line}: {text}"
        for path in _files(("console/*.py", "ui/*.py"), _RUSSIAN_IS_DATA_IN)
        for line, text in _russian_texts((REPOSITORY / path).read_text(encoding="utf-8"))
    ]
    assert not found, "words live in resources/ (i18n, rules, templates)\n" + "\n".join(found)


def test_a_planted_russian_word_is_found() -> None:
    planted = '"""Модуль."""\n# Замечание\nname = "ё"\nlabel = f"Ответ {name}"\n'
    assert list(_russian_texts(planted)) == [(4, 'f"Ответ {name}"')]


def _hits(lint: Lint, file: Path) -> Iterator[tuple[int, str]]:
    text = file.read_text(encoding="utf-8")
    searched = _code_only(text) if lint.code and file.suffix == ".py" else text
    for match in re.finditer(lint.pattern, searched, re.MULTILINE):
        start = match.start() + len(match.group()) - len(match.group().lstrip())
        line = searched.count("\n", 0, start) + 1
        yield line, text.splitlines()[line - 1].strip()


@lru_cache(maxsize=1024)
def _code_only(text: str) -> str:
    """``text`` with comments and string literals blanked, line for line."""
    lines = text.splitlines(keepends=True)
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in (tokenize.COMMENT, tokenize.STRING):
            continue
        (first, begin), (last, end) = token.start, token.end
        for number in range(first, last + 1):
            line = lines[number - 1]
            left = begin if number == first else 0
            right = end if number == last else len(line.rstrip("\n"))
            lines[number - 1] = line[:left] + " " * (right - left) + line[right:]
    return "".join(lines)


def _russian_texts(source: str) -> Iterator[tuple[int, str]]:
    """The string literals with a Russian word, docstrings left out."""
    tree = ast.parse(source)
    documentation = {id(node) for node in _docstrings(tree)}
    inside_format = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for part in node.values
    }
    for node in ast.walk(tree):
        if id(node) in documentation | inside_format:
            continue
        if isinstance(node, ast.JoinedStr):
            parts: Iterable[ast.expr] = node.values
        elif isinstance(node, ast.Constant):
            parts = [node]
        else:
            continue
        said = " ".join(str(p.value) for p in parts if isinstance(p, ast.Constant))
        if _is_russian(_SET_OF_LETTERS.sub("", said)):
            yield node.lineno, (ast.get_source_segment(source, node) or "").splitlines()[0]


def _is_russian(text: str) -> bool:
    """Whether ``text`` has a Russian word and is not English that only names something Russian."""
    words = "".join(_RUSSIAN.findall(text))
    return len(words) > len(re.findall(r"[a-z]", text, re.IGNORECASE))


def _docstrings(tree: ast.Module) -> Iterator[ast.expr]:
    """Every text that stands alone as a statement: docstrings, and those after attributes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value


def _files_of(lint: Lint) -> list[str]:
    return _files(lint.within, (*lint.but_not, "tests/architecture/test_project_lints.py"))


def _files(within: Iterable[str], but_not: Iterable[str]) -> list[str]:
    return [
        path
        for path in _tracked()
        if any(fnmatch(path, pattern) for pattern in within)
        and not any(fnmatch(path, pattern) for pattern in but_not)
    ]


@lru_cache(maxsize=1)
def _tracked() -> tuple[str, ...]:
    """The repository's text files, by their path in it."""
    listed = subprocess.run(
        [
            "git",
            "-c",
            "safe.directory=*",
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\0")
    return tuple(path for path in sorted(set(listed)) if path and _is_text(REPOSITORY / path))


def _is_text(file: Path) -> bool:
    return file.is_file() and b"\0" not in file.read_bytes()[:4096]
