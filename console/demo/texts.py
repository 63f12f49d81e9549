"""Texts of appeals: what this person would have written about that, in this channel."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Final

from console.demo.grammar import Context, Speaker
from console.demo.people import Person
from console.demo.scene import MENTION
from console.demo.voice import CAREFUL, Typist, Voice, voice_of

_COMPANY: Final = "Россети Сибирь"
_VK_MENTION: Final = f"[club172014|{_COMPANY}]"

REGISTERS: Final[Mapping[str, tuple[tuple[str, int], ...]]] = {
    "social": (("short", 38), ("medium", 45), ("long", 17)),
    "site": (("official", 46), ("long", 30), ("medium", 24)),
    "email": (("official", 55), ("long", 33), ("medium", 12)),
    "pos": (("official", 70), ("medium", 18), ("long", 12)),
    "phone": (("call", 100),),
    "office": (("office", 100),),
}
"""How long people write by channel; every social network is «social»."""

_INSTEAD: Final[Mapping[str, tuple[str, ...]]] = {
    "office": ("call",),
    "official": ("long", "medium"),
    "long": ("medium",),
    "call": ("medium",),
}
"""What is said where a subject has no rule of a register."""

SOCIAL: Final = frozenset({"vk", "ok", "telegram", "max", "im"})


@dataclass(frozen=True, slots=True)
class Subject:
    """What an appeal is about: a family of phrase rules, and the topic key of the domain."""

    rule: str
    topic: str
    tags: frozenset[str] = frozenset()


class Writer:
    """Writes as residents and operators do; deterministic by the `Random` given to each call."""

    def __init__(self, speaker: Speaker, typist: Typist) -> None:
        self._speaker = speaker
        self._typist = typist

    def appeal(
        self, subject: Subject, context: Context, *, person: Person, channel: str, rng: Random
    ) -> str:
        """The text as it arrives: misspelt, perhaps with HTML or a mention of VK."""
        table = REGISTERS["social" if channel in SOCIAL else channel]
        register = rng.choices([r for r, _ in table], weights=[w for _, w in table])[0]
        context = replace(context, tags=context.tags | subject.tags | channel_tags(channel))
        said = self._typist.tidy(self._speaker.say(self.rule(subject.rule, register), context))
        voice = _voice(register, channel, person, rng)
        said = self._typist.type_out(said, voice, rng)
        if channel in SOCIAL and rng.random() < 0.11:
            said = f"{said} {self._speaker.say(_emoji(subject), context)}"
        return self._delivered(said, channel, rng)

    def comment(
        self, rule: str, context: Context, *, person: Person, channel: str, rng: Random
    ) -> str:
        """A short remark in a thread: «+1», «ну что там?», «дали, спасибо»."""
        said = self._typist.tidy(self._speaker.say(rule, context))
        voice = voice_of(person.age, rng) if channel in SOCIAL else CAREFUL
        return self._typist.type_out(said, voice, rng)

    def ours(self, rule: str, context: Context) -> str:
        """What an operator writes: tidy and without misspelling."""
        return self._typist.tidy(self._speaker.say(rule, context))

    def rule(self, subject: str, register: str) -> str:
        """The phrase rule of ``subject`` in a register, or what is said in its stead."""
        candidates = (register, *_INSTEAD.get(register, ()), "short")
        return next(
            f"{subject}.{name}" for name in candidates if self._speaker.has(f"{subject}.{name}")
        )

    @staticmethod
    def _delivered(text: str, channel: str, rng: Random) -> str:
        if channel == "vk":
            return re.sub(MENTION, _VK_MENTION, text)
        text = text.replace(MENTION, _COMPANY)
        shares = {"pos": 0.55, "site": 0.25, "email": 0.3}
        return _html(text, rng) if rng.random() < shares.get(channel, 0) else text


def channel_tags(channel: str) -> frozenset[str]:
    """Tags for the grammar: the channel, and whether it is a social network."""
    return frozenset({channel, "social"} if channel in SOCIAL else {channel})


def _voice(register: str, channel: str, person: Person, rng: Random) -> Voice:
    if register in ("call", "office"):
        return Voice(slips=0.004)
    voice = voice_of(person.age, rng)
    if channel in SOCIAL:
        if register == "long" and voice.marks == "none" and rng.random() < 0.6:
            return replace(voice, marks="open")
        return voice
    return Voice(case="normal", marks="full", slips=voice.slips / 3, habit=voice.habit / 5)


def _emoji(subject: Subject) -> str:
    return "emoji.good" if subject.rule == "thanks" else "emoji.bad"


def _html(text: str, rng: Random) -> str:
    """``text`` as the editor of a portal would have sent it."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    sentences = re.split(r"(?<=[а-яё]{4}[.!?]) ", escaped)
    cut = rng.randint(1, len(sentences))
    paragraphs = [" ".join(part) for part in (sentences[:cut], sentences[cut:]) if part]
    spaced = [p.replace(" ", "&nbsp;", 1) if rng.random() < 0.5 else p for p in paragraphs]
    if rng.random() < 0.25:
        style = rng.choice(("background-color:white;", "color:rgb(0,0,0);", "text-align:justify;"))
        return "".join(f"<p><span style=`{style}`>{p}</span></p>" for p in spaced)
    return "".join(f"<p>{p}</p>" for p in spaced)
