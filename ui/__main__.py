"""The command line of the console, ``otklik``; Qt is not imported before it makes sense."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TextIO

from console.errors import OtklikError, UsageError
from console.i18n import LANGUAGES, Catalog
from console.paths import default_profile
from ui.garbage import rarely_collect

if TYPE_CHECKING:
    from ui.options import Options

EXIT_FAILED = 1
EXIT_USAGE = 2
TOUR_FOLDER = Path("out") / "tour"
"""Where the pictures of a tour go that nobody asked for by name."""

_THEMES = ("system", "light", "dark", "contrast")
_MOST_SEED = 2**32 - 1
_CHAOS = "drop=.2,dup=.1,latency=2s"


def main(argv: Sequence[str] | None = None, *, out: TextIO | None = None) -> int:
    """Run ``otklik``; the exit code: 0 done, 1 failed, 2 wrong usage."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    out = out or sys.stdout
    catalog = Catalog.load(_language_of(arguments))
    try:
        args = _parsed(arguments, catalog)
        options = _options(args, catalog)
        if has_no_display(os.environ):
            options = _without_display(options, catalog, out)
    except UsageError as error:
        message = _words_of(error, catalog)
        return _told(catalog.t("cli.see_help", message=message), EXIT_USAGE)
    except OtklikError as error:
        return _told(_words_of(error, catalog), EXIT_FAILED)
    return _run(options, catalog)


def parser(catalog: Catalog) -> argparse.ArgumentParser:
    """The whole command line, told in the words of ``catalog``."""
    t = catalog.t
    top = _Parser(
        prog="otklik",
        description=t("cli.description"),
        epilog=t("cli.epilog"),
        usage=argparse.SUPPRESS,
        add_help=False,
        allow_abbrev=False,
        exit_on_error=False,
    )
    group = top.add_argument_group(t("cli.group"))
    group.add_argument("--demo", action="store_true", help=t("cli.demo"))
    group.add_argument("--profile", metavar=t("cli.folder"), type=Path, help=t("cli.profile"))
    group.add_argument("--server", metavar=t("cli.url"), default="", help=t("cli.server"))
    group.add_argument("--lang", metavar="|".join(LANGUAGES), default="", help=t("cli.lang"))
    group.add_argument("--theme", metavar="|".join(_THEMES), default="", help=t("cli.theme"))
    group.add_argument("--tour", metavar=t("cli.folder"), type=Path, help=t("cli.tour"))
    group.add_argument("--seed", metavar=t("cli.number"), help=t("cli.seed"))
    group.add_argument("--chaos", metavar=_CHAOS, default="", help=t("cli.chaos"))
    group.add_argument("-h", "--help", action="help", help=t("cli.help"))
    return top


def has_no_display(environment: Mapping[str, str]) -> bool:
    """Whether this is a Linux without any screen (and nobody chose another Qt platform)."""
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return sys.platform.startswith("linux") and not any(environment.get(name) for name in names)


class _Parser(argparse.ArgumentParser):
    """A parser that raises what is wrong instead of printing and exiting."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(message)

    def format_help(self) -> str:
        """The help, begun with how to call the program."""
        options = " ".join(
            f"[{action.option_strings[-1]}{_value_of(action)}]"
            for group in self._action_groups
            for action in group._group_actions
            if "--help" not in action.option_strings
        )
        return f"otklik {options}\n\n{super().format_help().lstrip()}"


def _value_of(action: argparse.Action) -> str:
    return "" if action.nargs == 0 else f" {action.metavar}"


def _language_of(arguments: Sequence[str]) -> str:
    """The language to speak on the command line, found before anything else is parsed."""
    for at, word in enumerate(arguments):
        if word == "--lang" and at + 1 < len(arguments):
            found = arguments[at + 1]
        elif word.startswith("--lang="):
            found = word.partition("=")[2]
        else:
            continue
        return found if found in LANGUAGES else LANGUAGES[0]
    return LANGUAGES[0]


def _parsed(arguments: Sequence[str], catalog: Catalog) -> argparse.Namespace:
    try:
        args, unknown = parser(catalog).parse_known_args(arguments)
    except argparse.ArgumentError as error:
        raise UsageError(catalog.t("cli.needs_value", option=error.argument_name or "")) from error
    if unknown:
        raise UsageError(catalog.t("cli.unknown", what=unknown[0]))
    return args


def _options(args: argparse.Namespace, catalog: Catalog) -> Options:
    """What is asked for; `UsageError` in one sentence for what makes no sense."""
    from ui.options import Options

    t = catalog.t
    demo = args.demo or args.tour is not None
    for option, value, choices in (
        ("--lang", args.lang, LANGUAGES),
        ("--theme", args.theme, _THEMES),
    ):
        if value and value not in choices:
            raise UsageError(
                t("cli.bad_choice", option=option, value=value, choices=", ".join(choices))
            )
    for option, given in (("--seed", args.seed), ("--chaos", args.chaos)):
        if given and not demo:
            raise UsageError(t("cli.only_demo", option=option))
    if args.server and demo:
        raise UsageError(t("cli.demo_has_server"))
    if args.server and not _is_server(args.server):
        raise UsageError(t("cli.bad_server", value=args.server))
    for option, folder in (("--profile", args.profile), ("--tour", args.tour)):
        if folder is not None and folder.exists() and not folder.is_dir():
            raise UsageError(t("cli.not_a_folder", option=option, value=folder))
    if args.chaos:
        from console.demo.chaos import parse

        parse(args.chaos)
    return Options(
        profile=(args.profile or default_profile()).absolute(),
        has_profile=args.profile is not None,
        demo=demo,
        server=args.server.rstrip("/"),
        language=args.lang,
        theme=args.theme,
        tour=args.tour,
        seed=_seed(args.seed, catalog),
        chaos=args.chaos,
    )


def _seed(text: str | None, catalog: Catalog) -> int:
    if text is None:
        return 1
    if not text.isdecimal() or int(text) > _MOST_SEED:
        raise UsageError(catalog.t("cli.needs_number", value=text))
    return int(text)


def _without_display(options: Options, catalog: Catalog, out: TextIO) -> Options:
    """Tour the demonstration offscreen; `OtklikError` where no demonstration was asked for."""
    from dataclasses import replace

    if not options.demo:
        raise OtklikError(catalog.t("cli.no_display"))
    folder = options.tour or TOUR_FOLDER
    print(catalog.t("cli.no_display_tour", folder=folder), file=out, flush=True)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    return replace(options, tour=folder)


def _run(options: Options, catalog: Catalog) -> int:
    rarely_collect()
    try:
        from ui.unread_sources import leave_sources_unread

        leave_sources_unread()
        from ui.main import run
        from ui.screen import open_screen
    except ImportError as error:  # a system library that Qt needs is not there
        return _told(catalog.t("cli.no_window", reason=error), EXIT_FAILED)
    open_screen(lambda line: _told(line, EXIT_FAILED), catalog)
    try:
        return run(options)
    except OtklikError as error:
        return _told(_words_of(error, catalog), EXIT_FAILED)


def _is_server(address: str) -> bool:
    from ui.presenters.server_address import is_server_address

    return is_server_address(address)


def _words_of(error: OtklikError, catalog: Catalog) -> str:
    """What to print: the sentence that the error names, or its own where it is one already."""
    if not error.key:
        return str(error)
    from ui.presenters.errors import told

    return told(error, catalog)


def _told(what: object, code: int) -> int:
    line = " ".join(str(what).split())
    print(f"otklik: {line}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
