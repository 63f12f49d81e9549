"""``explain address``: the place, topic and danger that the console reads out of a text."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TextIO

from console.domain.address import PlaceGuess, resolve
from console.domain.branch import Branch
from console.domain.cleaning import clean
from console.domain.danger import SignFound
from console.domain.place_score import Because, Reason
from console.domain.topic import TopicGuess
from console.i18n import LANGUAGES, Catalog
from console.rulebook.branches import load_branches
from console.rulebook.danger import load_danger
from console.rulebook.places import load_gazetteer
from console.rulebook.topics import load_topics
from console.server.explain.given import catalog_for, known_key

_SHOWN = 5
_NAMES_A_BRANCH = frozenset(
    {Reason.OWN_BRANCH, Reason.OTHER_BRANCH, Reason.REGION_NAMED, Reason.OTHER_REGION_NAMED}
)


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the ``address`` subject with its arguments."""
    parser = subparsers.add_parser(
        "address",
        help="where a text says that it is dark, how sure that is, and what it is about",
        description="Print the places that a resident's text may mean, with every reason, and the "
        "topics and danger that its words speak for.",
    )
    parser.add_argument("text", metavar="TEXT", help="the text of an appeal, in quotes")
    parser.add_argument("--branch", help="key of the appeal's branch, where it is known")
    parser.add_argument("--lang", default=LANGUAGES[0], help=" or ".join(LANGUAGES))
    parser.add_argument("--json", action="store_true", help="data instead of lines")
    parser.set_defaults(func=run)


def run(args: argparse.Namespace, *, out: TextIO) -> int:
    """Print the explanation to ``out``; `UsageError` for a branch that there is not."""
    catalog = catalog_for(args.lang)
    branches = {branch.key: branch for branch in load_branches()}
    if args.branch is not None:
        known_key(args.branch, branches, "branch", catalog)
    text = clean(args.text)
    topics = load_topics()
    explained = _Explained(
        text=text,
        branches=branches,
        guesses=resolve(text, branch=args.branch, gazetteer=load_gazetteer())[:_SHOWN],
        topics=topics.guess(text)[:_SHOWN],
        signs=load_danger().find(text),
    )
    if args.json:
        out.write(json.dumps(explained.as_json(catalog), ensure_ascii=False, indent=2) + "\n")
    else:
        out.writelines(f"{line}\n" for line in explained.as_lines(catalog))
    return 0


@dataclass(frozen=True, slots=True)
class _Explained:
    """What was read out of one text."""

    text: str
    branches: dict[str, Branch]
    guesses: tuple[PlaceGuess, ...]
    topics: tuple[TopicGuess, ...]
    signs: tuple[SignFound, ...]

    def as_lines(self, catalog: Catalog) -> Iterator[str]:
        """Each place with its reasons, then the topics."""
        if not self.guesses:
            yield catalog.t("address.nothing")
        for guess in self.guesses:
            yield from self._place_lines(guess, catalog)
            yield ""
        if self.signs:
            said = ", ".join(f"«{self._said(span)}»" for s in self.signs for span in s.spans)
            yield f"{catalog.t('address.danger')}: {said}"
        for topic in self.topics:
            said = ", ".join(f"«{self._said(r.span)}»" for r in topic.reasons)
            percent = catalog.t("address.confidence", percent=round(topic.confidence * 100))
            yield f"{catalog.t(f'topics.{topic.key}')} ({topic.key}): {percent}, {said}"

    def as_json(self, catalog: Catalog) -> dict[str, Any]:
        """The same as data."""
        return {
            "text": self.text,
            "places": [self._place_json(guess, catalog) for guess in self.guesses],
            "danger": bool(self.signs),
            "signs": [
                {"key": found.sign.key, "said": [self._said(span) for span in found.spans]}
                for found in self.signs
            ],
            "topics": [
                {
                    "key": topic.key,
                    "confidence": topic.confidence,
                    "danger": topic.danger,
                    "reasons": [
                        {"phrase": r.phrase, "said": self._said(r.span), "weight": r.weight}
                        for r in topic.reasons
                    ],
                }
                for topic in self.topics
            ],
        }

    def _place_lines(self, guess: PlaceGuess, catalog: Catalog) -> Iterator[str]:
        parts = [guess.settlement, guess.street, guess.house]
        yield ", ".join(part for part in parts if part) or self._branch(guess.branch, catalog)
        yield f"  {catalog.t('address.branch')}: {self._branch(guess.branch, catalog)}"
        sure = catalog.t("address.sure" if guess.is_sure else "address.unsure")
        percent = round(guess.confidence * 100)
        yield f"  {catalog.t('address.confidence', percent=percent)}: {sure}"
        yield from (f"  · {self._because(reason, catalog)}" for reason in guess.reasons)

    def _place_json(self, guess: PlaceGuess, catalog: Catalog) -> dict[str, Any]:
        return {
            "settlement": guess.settlement,
            "branch": guess.branch,
            "street": guess.street,
            "house": guess.house,
            "lat": guess.lat,
            "lon": guess.lon,
            "confidence": guess.confidence,
            "sure": guess.is_sure,
            "reasons": [
                {
                    "code": reason.reason.value,
                    "detail": reason.detail,
                    "message": self._because(reason, catalog),
                }
                for reason in guess.reasons
            ],
            "spans": [
                {"start": span.start, "end": span.end, "text": self._said(span)}
                for span in guess.spans
            ],
        }

    def _because(self, because: Because, catalog: Catalog) -> str:
        said = catalog.t(f"address.reason_{because.reason}", detail=because.detail)
        if because.reason in _NAMES_A_BRANCH:
            return f"{said}: {self._branch(because.detail, catalog)}"
        return said

    def _branch(self, key: str | None, catalog: Catalog) -> str:
        if key is None:
            return catalog.t("address.branch_none")
        branch = self.branches.get(key)
        return catalog.t("address.branch_not_ours") if branch is None else branch.name

    def _said(self, span: tuple[int, int]) -> str:
        return self.text[span[0] : span[1]]
