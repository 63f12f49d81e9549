"""Reply templates in words: the list beside the composer, and what one would make."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from console.domain.appeal import Outcome
from console.domain.channel import Channel
from console.domain.draft import DraftMode
from console.domain.reply_template import (
    OutageState,
    ReplyKind,
    ReplyTemplate,
    Variables,
    rank,
)
from console.domain.template import Filled
from console.template_search import TemplateSearch
from console.template_values import TemplateValues, draft_from
from ui.presenters.here import Here

_KINDS: Mapping[DraftMode, ReplyKind] = {
    DraftMode.REPLY: ReplyKind.FINAL,
    DraftMode.INTERIM: ReplyKind.INTERIM,
    DraftMode.NOTE: ReplyKind.NOTE,
}


@dataclass(frozen=True, slots=True)
class TemplateFace:
    """One line of the list: title, and the beginning of what it would make."""

    key: str
    title: str
    kind: str
    line: str


class TemplateShelf:
    """The templates that fit one appeal, the most fitting first, and a search over them.

    Those written for another mode stand last: an interim text can be the start of a final one.
    """

    def __init__(
        self,
        templates: Iterable[ReplyTemplate],
        values: TemplateValues,
        *,
        mode: DraftMode,
        topic: str,
        channel: Channel | None,
        usage: Mapping[str, int],
    ) -> None:
        ranked = rank(
            templates,
            topic=topic,
            state=values.state,
            channel=None if mode is DraftMode.NOTE else channel,
            usage=usage,
        )
        kind = _KINDS[mode]
        fitting = [each.template for each in ranked if _fits(each.template.kind, mode)]
        self._ordered = sorted(fitting, key=lambda template: template.kind is not kind)
        self._by_key = {template.key: template for template in self._ordered}
        self._values = values
        self._search: TemplateSearch | None = None

    def find(self, query: str, here: Here) -> tuple[TemplateFace, ...]:
        """The templates that answer ``query``; all of them, best first, for an empty one."""
        if not query.strip():
            return tuple(self._face(template, here) for template in self._ordered)
        if self._search is None:
            self._search = TemplateSearch(self._ordered)
        return tuple(self._face(each.template, here) for each in self._search.search(query))

    def best(self, count: int, here: Here) -> tuple[TemplateFace, ...]:
        """The few that stand beside the composer."""
        return tuple(self._face(template, here) for template in self._ordered[:count])

    def draft(self, key: str) -> Filled:
        """What a template makes of this appeal."""
        return draft_from(self._by_key[key], self._values)

    def outcome(self, key: str) -> Outcome | None:
        """What an answer with a template comes to, where the template says so."""
        return self._by_key[key].outcome

    def _face(self, template: ReplyTemplate, here: Here) -> TemplateFace:
        return TemplateFace(
            key=template.key,
            title=template.title,
            kind=here.t(f"template.kind_{template.kind}"),
            line=" ".join(draft_from(template, self._values).text.split()),
        )


def state_words(state: OutageState, here: Here) -> str:
    """What is known about the outage, as the templates see it."""
    return here.t(f"template.state_{state}")


def field_words(name: str, variables: Variables, here: Here) -> str:
    """What belongs into a field: its explanation, else its name."""
    variable = variables.by_name.get(name)
    if variable is None:
        return name
    key = f"template.variable_{variable.key}"
    return here.t(key) if here.catalog.has(key) else name


def _fits(kind: ReplyKind, mode: DraftMode) -> bool:
    """A note's template is for notes alone, and only notes take it."""
    return (kind is ReplyKind.NOTE) == (mode is DraftMode.NOTE)
