"""Reply templates in words: the list beside the composer, and what one would make."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from console.domain.appeal import Outcome
from console.domain.channel import Channel
from console.domain.draft import DraftMode
from console.domain.reply_template import (
    OutageState,
    PlaceState,
    ReplyKind,
    ReplyTemplate,
    Variables,
    rank,
)
from console.domain.template import Filled
from console.template_search import TemplateSearch
from console.template_values import TemplateValues, draft_from
from ui.presenters.here import Here

_MODES: Mapping[ReplyKind, DraftMode] = {
    ReplyKind.FINAL: DraftMode.REPLY,
    ReplyKind.INTERIM: DraftMode.INTERIM,
    ReplyKind.NOTE: DraftMode.NOTE,
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

    What is beside the point stands last. Into a text that has begun (``begun``) those written for
    another mode go after the others; where nothing is written yet, the template decides the mode.
    ``promised`` are the values of an interim text, which promises something; ``values`` if None.
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
        begun: bool = False,
        place: PlaceState | None = None,
        promised: TemplateValues | None = None,
    ) -> None:
        ranked = rank(
            templates,
            topic=topic,
            state=values.state,
            channel=None if mode is DraftMode.NOTE else channel,
            usage=usage,
            place=place,
        )
        fitting = [each for each in ranked if _fits(each.template.kind, mode)]
        fitting.sort(key=lambda each: (each.score < 0, begun and _mode(each.template) is not mode))
        self._ordered = [each.template for each in fitting]
        self._by_key = {template.key: template for template in self._ordered}
        self._values = values
        self._promised = promised or values
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
        return self._draft(self._by_key[key])

    def _draft(self, template: ReplyTemplate) -> Filled:
        is_interim = template.kind is ReplyKind.INTERIM
        return draft_from(template, self._promised if is_interim else self._values)

    def mode(self, key: str) -> DraftMode:
        """What a text made from a template is written as."""
        return _mode(self._by_key[key])

    def outcome(self, key: str) -> Outcome | None:
        """What an answer with a template comes to, where the template says so."""
        return self._by_key[key].outcome

    def _face(self, template: ReplyTemplate, here: Here) -> TemplateFace:
        return TemplateFace(
            key=template.key,
            title=template.title,
            kind=here.t(f"template.kind_{template.kind}"),
            line=" ".join(self._draft(template).text.split()),
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


def _mode(template: ReplyTemplate) -> DraftMode:
    return _MODES[template.kind]


def _fits(kind: ReplyKind, mode: DraftMode) -> bool:
    """A note's template is for notes alone, and only notes take it."""
    return (kind is ReplyKind.NOTE) == (mode is DraftMode.NOTE)
