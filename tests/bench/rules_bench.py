"""How well the rules read: checks of replies, danger in appeals, promises in replies.

    PYTHONPATH=. python tests/bench/rules_bench.py [--wrong]

Each set of labelled texts (tests/bench/rules/*.tsv, written by hand before the rules were tuned)
is split: the odd lines were tuned on, the even ones only measured. ``--wrong`` prints each text
that is read otherwise than its label says.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Final

from console.domain.appeal import Outcome
from console.domain.channel import Visibility
from console.domain.finding import OutageNow, ReplyContext
from console.domain.message import EtrQuote
from console.domain.promise import find_promises
from console.domain.reply_template import ReplyKind
from console.rulebook.calendars import load_calendars
from console.rulebook.channels import load_channels
from console.rulebook.checks import load_checks
from console.rulebook.danger import load_danger
from console.rulebook.promises import load_promises

SETS: Final = Path(__file__).parent / "rules"
DAY: Final = "2026-11-12"
NOWS: Final = {
    "A": ("omsk", "2026-11-12 10:20"),
    "B": ("krasnoyarsk", "2026-11-13 16:40"),
    "C": ("chita", "2026-11-14 12:00"),
    "D": ("omsk", "2026-11-12 22:30"),
    "E": ("kuzbass", "2026-12-30 15:00"),
    "F": ("buryatia", "2026-02-20 11:00"),
    "G": ("barnaul", "2026-11-03 16:30"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One labelled text; ``tuned`` where the rules may have been fitted to it."""

    number: int
    labels: frozenset[str]
    context: str
    text: str
    tuned: bool


@dataclass(frozen=True, slots=True)
class Score:
    """How often a rule spoke rightly, wrongly, and kept silent wrongly."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        """The share of what was found that is right; 1 where nothing was found."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """The share of what is there that was found; 1 where nothing is there."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    def __add__(self, other: Score) -> Score:
        return Score(self.right + other.right, self.wrong + other.wrong, self.missed + other.missed)


Read = Callable[[Line], frozenset[str]]


def lines(name: str) -> Iterator[Line]:
    """The labelled texts of a set."""
    count = 0
    for number, row in enumerate((SETS / name).read_text("utf-8").split("\n"), 1):
        if not row.strip() or row.startswith("#"):
            continue
        count += 1
        first, *middle, text = row.split("\t")
        labels = frozenset() if first == "-" else frozenset(first.split())
        yield Line(number, labels, "".join(middle), text.replace("\\n", "\n"), count % 2 == 1)


# ------------------------------------------------------------------------------ replies


def context_of(line: Line) -> tuple[str, ReplyContext]:
    """The text and the context that the second column of a reply describes."""
    written, _, other = line.context.partition("other=")
    fields: dict[str, str] = {}
    for each in written.strip("- ").split(";"):
        key, _, value = each.strip().partition("=")
        fields[key] = value
    private = "private" in fields
    context = ReplyContext(
        channel=load_channels()["email" if private else "vk"],
        visibility=Visibility.PRIVATE if private else Visibility.PUBLIC,
        kind=ReplyKind.INTERIM if fields.get("kind") == "interim" else ReplyKind.FINAL,
        outcome=Outcome(fields["outcome"]) if "outcome" in fields else None,
        topic=fields.get("topic", "outage.emergency"),
        danger="danger" in fields,
        resident=fields.get("resident", ""),
        names=(fields["names"],) if "names" in fields else (),
        promise=fields.get("promise", ""),
    )
    if "etr" in fields:
        now = OutageNow("o1", _clock(fields["etr"]), fields["etr"])
        quote = (EtrQuote("o1", _clock(fields["quote"])),) if "quote" in fields else ()
        context = replace(context, outages=(now,), quotes=quote)
    if other:
        context = context.with_others(other.replace("\\n", "\n"))
    return " ".join([line.text] * int(fields.get("times", "1"))), context


def _clock(clock: str) -> datetime:
    return datetime.fromisoformat(f"{DAY}T{clock}").replace(tzinfo=UTC)


def read_reply() -> Read:
    """The rules that speak up at a reply."""
    checks = load_checks()

    def read(line: Line) -> frozenset[str]:
        text, context = context_of(line)
        return frozenset(str(finding.rule) for finding in checks.check(text, context))

    return read


# ------------------------------------------------------------------------------ danger, promises


def read_danger() -> Read:
    """«1» where the words of an appeal speak of danger."""
    words = load_danger()
    return lambda line: frozenset({"1"} if words.is_danger(line.text) else ())


def read_promise() -> Read:
    """The instants that a sentence promises, on the branch's wall clock."""
    calendars, rules = load_calendars(), load_promises()

    def read(line: Line) -> frozenset[str]:
        branch, wall = NOWS[next(iter(line.labels))]
        calendar = calendars[branch]
        now = datetime.fromisoformat(wall).replace(tzinfo=calendar.zone).astimezone(UTC)
        found = find_promises(line.text, rules, now=now, calendar=calendar)
        return frozenset(f"{p.due.astimezone(calendar.zone):%Y-%m-%d %H:%M}" for p in found)

    return read


def _promised(line: Line) -> frozenset[str]:
    return frozenset() if line.context == "-" else frozenset(line.context.split(","))


# ------------------------------------------------------------------------------ scores


@dataclass(frozen=True, slots=True)
class Reading:
    """One text with what stands there and what was found."""

    line: Line
    there: frozenset[str]
    found: frozenset[str]


@cache
def readings(name: str) -> tuple[Reading, ...]:
    """Every text of a set, read."""
    if name == "replies":
        read = read_reply()
        return tuple(Reading(at, at.labels, read(at)) for at in lines("replies.tsv"))
    if name in DANGERS:
        read = read_danger()
        return tuple(Reading(at, at.labels & {"1"}, read(at)) for at in lines(DANGERS[name]))
    read = read_promise()
    return tuple(Reading(at, _promised(at), read(at)) for at in lines("promises.tsv"))


def scores(read: Iterable[Reading], *, together: str = "") -> Mapping[str, Score]:
    """The score of each label, or of all of them under one name."""
    found: dict[str, Score] = {}
    for each in read:
        for label in each.there | each.found:
            key = together or label
            here = Score(
                label in each.there and label in each.found,
                label not in each.there,
                label not in each.found,
            )
            found[key] = found.get(key, Score()) + here
    return found


DANGERS: Final = {"danger": "danger.tsv", "danger_typos": "danger_typos.tsv"}
TOGETHER: Final = {
    "replies": "",
    "danger": "danger",
    "danger_typos": "mistyped",
    "promises": "promise",
}


def halves(name: str) -> Iterator[tuple[str, str, Score]]:
    """(rule, half, score) for each rule of a set, over all of it and over each half."""
    all_read = readings(name)
    parts = {
        "all": all_read,
        "tuned": [r for r in all_read if r.line.tuned],
        "unseen": [r for r in all_read if not r.line.tuned],
    }
    for half, read in parts.items():
        for rule, score in sorted(scores(read, together=TOGETHER[name]).items()):
            yield rule, half, score


def main() -> None:
    """Print the figures of all sets."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--wrong", action="store_true", help="print what is read wrongly")
    parser.add_argument("--set", choices=tuple(TOGETHER), help="only this set")
    options = parser.parse_args()
    for name in (options.set,) if options.set else TOGETHER:
        _show(name)
        if options.wrong:
            _show_wrong(name)


def _show(name: str) -> None:
    texts = readings(name)
    print(f"\n{name}: {len(texts)} texts, {sum(r.line.tuned for r in texts)} tuned on")
    head = f"{'':18}{'all':^28}{'tuned':^28}{'unseen':^28}"
    print(head)
    rows: dict[str, dict[str, Score]] = {}
    for rule, half, score in halves(name):
        rows.setdefault(rule, {})[half] = score
    for rule, by_half in rows.items():
        cells = "".join(_cell(by_half.get(half)) for half in ("all", "tuned", "unseen"))
        print(f"{rule:18}{cells}")


def _cell(score: Score | None) -> str:
    if score is None:
        return f"{'–':^28}"
    counts = f"{score.right}+{score.wrong}-{score.missed}"
    return f"  p {score.precision:.2f} r {score.recall:.2f} {counts:<11}"


def _show_wrong(name: str) -> None:
    for each in readings(name):
        if each.there != each.found:
            half = "tuned" if each.line.tuned else "unseen"
            missed, wrong = sorted(each.there - each.found), sorted(each.found - each.there)
            print(f"{each.line.number:4} {half:6} missed {missed} wrong {wrong}: {each.line.text}")


if __name__ == "__main__":
    main()
