"""The command line of the console: quick help, one clear line for what is wrong."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from console.errors import UsageError
from console.i18n import LANGUAGES, Catalog
from tests.support.surroundings import clean_environment
from ui.__main__ import (
    EXIT_FAILED,
    EXIT_USAGE,
    TOUR_FOLDER,
    _options,
    _parsed,
    has_no_display,
    main,
    parser,
)
from ui.options import Options
from ui.screen import why_no_screen

RU = Catalog.load("ru")


def options_of(*arguments: str) -> Options:
    return _options(_parsed(arguments, RU), RU)


def otklik(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ui", *arguments],
        env=clean_environment(**environment),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_help_tells_of_every_option(language: str) -> None:
    text = parser(Catalog.load(language)).format_help()
    for option in ("demo", "profile", "server", "lang", "theme", "tour", "seed", "chaos", "help"):
        assert f"--{option}" in text
    assert text.startswith("otklik [--demo] [--profile ")
    assert "‹" not in text


def test_the_help_does_not_wait_for_qt() -> None:
    script = (
        "import sys\nfrom ui.__main__ import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit as end:\n    print('exit', end.code)\n"
        "print([name for name in sys.modules if name.startswith(('PySide6', 'httpx', 'sqla'))])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.endswith("exit 0\n[]\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--wrong"], "непонятный ключ: --wrong"),
        (["somewhere"], "непонятный ключ: somewhere"),
        (["--profile"], "ключу --profile нужно значение"),
        (["--seed", "7"], "--seed работает только вместе с --demo или --tour"),
        (["--chaos", "drop=.2"], "--chaos работает только вместе с --demo"),
        (["--demo", "--seed", "many"], "нужно целое число от 0 до 4294967295, а не «many»"),
        (["--demo", "--seed", "-1"], "нужно целое число"),
        (["--demo", "--seed", "4294967296"], "нужно целое число"),
        (["--lang", "fr"], "--lang: «fr» не подходит; можно: ru, en"),
        (["--theme", "sepia"], "--theme: «sepia» не подходит"),
        (["--server", "example.ru"], "--server: «example.ru» — не адрес сервера"),
        (["--server", "http://["], "--server: «http://[» — не адрес сервера"),
        (["--server", "https://"], "не адрес сервера"),
        (["--server", "https://a.ru:99999"], "не адрес сервера"),
        (["--server", "https://me@a.ru"], "не адрес сервера"),
        (["--server", "https://a b.ru"], "не адрес сервера"),
        (["--demo", "--server", "http://x"], "--server не нужен вместе с --demo"),
        (["--demo", "--chaos", "drop=2"], "--chaos: drop — доля от 0 до 1, а не «2»"),
        (["--demo", "--chaos", "loss=.2"], "--chaos: «loss=.2» — не drop, не dup"),
        (["--demo", "--chaos", "latency=2"], "latency — время с единицей"),
        (["--demo", "--chaos", "latency=61s"], "latency не больше 60s, а не «61s»"),
        (["--demo", "--chaos", "dup=.1,dup=.2"], "«dup» указано дважды"),
        (["--demo", "--chaos", ","], "не сказано, что портить"),
        (["--profile", __file__], "не папка"),
        (["--tour", __file__], "--tour: «"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == EXIT_USAGE
    captured = capsys.readouterr()
    assert said in captured.err
    assert captured.err.count("\n") == 1
    assert captured.out == ""


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"QT_QPA_PLATFORM": "bogus"}, "QT_QPA_PLATFORM=«bogus», такой платформы здесь нет"),
        ({"DISPLAY": ":4077"}, "нет связи с экраном (DISPLAY=:4077)"),
    ],
)
def test_a_screen_that_is_not_there_is_one_line_and_no_core_dump(
    environment: dict[str, str], said: str, tmp_path: Path
) -> None:
    done = otklik("--profile", str(tmp_path / "profile"), "--server", "http://a.ru", **environment)
    assert done.returncode == EXIT_FAILED
    assert done.stderr.count("\n") == 1
    assert said in done.stderr
    assert not (tmp_path / "profile").exists()


def test_what_qt_says_in_passing_is_not_taken_for_the_reason() -> None:
    said = ["propagateSizeHints is not supported", "no Qt platform plugin could be initialized."]
    assert why_no_screen(said, {"DISPLAY": ":0"}, RU).endswith("не дала программе экрана")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_profile_that_cannot_be_used_is_one_line(tmp_path: Path, language: str) -> None:
    file = tmp_path / "file"
    file.write_text("in the way", encoding="utf-8")
    arguments = ("--profile", str(file / "profile"), "--server", "http://a.ru", "--lang", language)
    done = otklik(*arguments, QT_QPA_PLATFORM="offscreen")
    assert done.returncode == EXIT_FAILED
    lines = [line for line in done.stderr.splitlines() if not line.startswith("This plugin")]
    cause = Catalog.load(language).t("cause.not_a_folder")
    assert len(lines) == 1
    assert str(file / "profile") in lines[0]
    assert cause in lines[0]


def test_a_wrong_argument_of_the_real_program_ends_with_two() -> None:
    done = otklik("--wrong", "--lang", "en")
    assert done.returncode == EXIT_USAGE
    assert done.stderr == "otklik: unknown option: --wrong; see: otklik --help\n"


def test_without_a_display_the_demonstration_must_be_asked_for() -> None:
    done = otklik()
    assert done.returncode == EXIT_FAILED
    assert "Экрана нет" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_tour_is_a_demonstration(tmp_path: Path) -> None:
    options = options_of("--tour", str(tmp_path), "--seed", "9", "--chaos", "drop=.1")
    assert options.demo
    assert (options.tour, options.seed, options.chaos) == (tmp_path, 9, "drop=.1")


def test_the_defaults_leave_it_to_the_profile() -> None:
    options = options_of()
    assert (options.demo, options.server, options.language, options.theme) == (False, "", "", "")
    assert not options.has_profile
    assert options.profile.is_absolute()


def test_a_server_is_taken_without_its_last_slash() -> None:
    assert options_of("--server", "https://example.ru/").server == "https://example.ru"


def test_a_display_is_missing_only_where_linux_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    assert has_no_display({})
    assert has_no_display({"DISPLAY": ""})
    assert not has_no_display({"DISPLAY": ":0"})
    assert not has_no_display({"WAYLAND_DISPLAY": "wayland-0"})
    assert not has_no_display({"QT_QPA_PLATFORM": "offscreen"})
    monkeypatch.setattr(sys, "platform", "win32")
    assert not has_no_display({})


def test_an_abbreviated_option_is_not_guessed() -> None:
    with pytest.raises(UsageError, match="--dem"):
        options_of("--dem")


def test_the_tour_has_a_place_for_its_pictures() -> None:
    assert Path("out/tour") == TOUR_FOLDER
