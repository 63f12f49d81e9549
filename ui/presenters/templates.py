"""Reply templates in words: the list beside the composer, and what one would make."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from console.domain.appeal import Outcome
from console.domain.channel import Channel
from console.domain.draft import DraftMode
from console.domain.reply_template import (
    Fitness,
    OutageState,
    PlaceState,
    RankedTemplate,
    ReplyKind,
    ReplyTemplate,
    Variables,
    rank,
)
from console.domain.template import Filled
from console.template_search import TemplateSearch
from console.template_values import TemplateValues, draft_from
from ui.presenters.here import Here
from ui.presenters.names import topic_name

_MODES: Mapping[ReplyKind, DraftMode] = {
    ReplyKind.FINAL: DraftMode.REPLY,
    ReplyKind.INTERIM: DraftMode.INTERIM,
    ReplyKind.NOTE: DraftMode.NOTE,
}


@dataclass(frozen=True, slots=True)
class TemplateFace:
    """One line of the list: title, the beginning of what it would make, and why it stands there.

    ``why`` is empty where nothing in particular speaks for it.
    """

    key: str
    title: str
    kind: str
    line: str
    why: str = ""


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
        self._ordered = [each for each in ranked if _fits(each.template.kind, mode)]
        self._ordered.sort(
            key=lambda each: (each.score < 0, begun and mode_of(each.template) is not mode)
        )
        self._by_key = {each.template.key: each for each in self._ordered}
        self._values = values
        self._promised = promised or values
        self._topic = topic
        self._search: TemplateSearch | None = None

    def find(self, query: str, here: Here) -> tuple[TemplateFace, ...]:
        """The templates that answer ``query``; all of them, best first, for an empty one."""
        if not query.strip():
            return tuple(self._face(each, here) for each in self._ordered)
        if self._search is None:
            self._search = TemplateSearch(each.template for each in self._ordered)
        found = self._search.search(query)
        return tuple(self._face(self._by_key[each.template.key], here) for each in found)

    def best(self, count: int, here: Here) -> tuple[TemplateFace, ...]:
        """The few that stand beside the composer; none that is about something else."""
        fitting = [each for each in self._ordered if each.score > 0]
        return tuple(self._face(each, here) for each in fitting[:count])

    def draft(self, key: str) -> Filled:
        """What a template makes of this appeal."""
        return self._draft(self._by_key[key].template)

    def _draft(self, template: ReplyTemplate) -> Filled:
        is_interim = template.kind is ReplyKind.INTERIM
        return draft_from(template, self._promised if is_interim else self._values)

    def outcome(self, key: str) -> Outcome | None:
        """What an answer with a template comes to, where the template says so."""
        return self._by_key[key].template.outcome

    def _face(self, ranked: RankedTemplate, here: Here) -> TemplateFace:
        template = ranked.template
        return TemplateFace(
            key=template.key,
            title=template.title,
            kind=here.t(f"template.kind_{template.kind}"),
            line=" ".join(self._draft(template).text.split()),
            why=self._why(ranked, here),
        )

    def _why(self, ranked: RankedTemplate, here: Here) -> str:
        reasons = [self._reason(fitness, ranked, here) for fitness in ranked.fits]
        return here.t("strip.why", reasons="; ".join(reasons)) if reasons else ""

    def _reason(self, fitness: Fitness, ranked: RankedTemplate, here: Here) -> str:
        match fitness:
            case Fitness.STATE:
                state = state_words(self._values.state, here)
                return here.t("strip.state", state=state[:1].lower() + state[1:])
            case Fitness.TOPIC:
                return here.t("strip.topic", topic=topic_name(self._topic, here.catalog))
            case Fitness.ROOT:
                root = self._topic.partition(".")[0]
                return here.t("strip.root", topic=topic_name(root, here.catalog))
            case Fitness.PLACE:
                return here.t(f"strip.place_{ranked.template.place}")
            case Fitness.HABIT:
                return here.t("strip.habit", count=ranked.times)


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


def mode_of(template: ReplyTemplate) -> DraftMode:
    """What a text made from a template is written as."""
    return _MODES[template.kind]


def _fits(kind: ReplyKind, mode: DraftMode) -> bool:
    """A note's template is for notes alone, and only notes take it."""
    return (kind is ReplyKind.NOTE) == (mode is DraftMode.NOTE)
