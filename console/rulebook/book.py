"""The rulebook: everything in resources/ that decides, each part read at its first use."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:  # each part imports what it is made of when it is read
    from console.domain.attachment import AttachmentNorms
    from console.domain.branch import Branch
    from console.domain.calendar import WorkCalendar
    from console.domain.channel import Channel
    from console.domain.corrections import CorrectionWords
    from console.domain.danger import DangerWords
    from console.domain.lease import LeaseNorms
    from console.domain.lint import Checks
    from console.domain.places import Gazetteer
    from console.domain.preset import Preset
    from console.domain.proof import ProofBook
    from console.domain.reply_template import ReplyTemplate, Variables
    from console.domain.snooze import SnoozeNorms
    from console.domain.tense import PromiseWords
    from console.domain.topic import TopicBook
    from console.wording import Wording


class Rulebook:
    """The shipped rules. A part that is wrong raises `ConfigError` at its first use."""

    @staticmethod
    def load() -> Rulebook:
        """The rules in resources/."""
        return Rulebook()

    def prepare(self, year: int) -> None:
        """Read now what else would be read when it is first asked for, with the years around.

        Half a second of work (the holidays of Russia alone take 0.2): for another thread than the
        one that paints. Whoever asks meanwhile waits for the part that is being read, no longer.
        """
        for part in (self.channels, self.variables, self.attachments):
            assert part is not None
        for calendar in self.calendars.values():
            calendar.prepare(year - 1, year + 1)
        for rules in (self.topics, self.presets, self.checks, self.templates, self.promises):
            assert rules is not None
        assert self.leases is not None
        assert self.snooze is not None
        assert self.wording is not None
        assert self.gazetteer is not None

    @cached_property
    def branches(self) -> tuple[Branch, ...]:
        """The branches, in the order of the file."""
        from console.rulebook.branches import load_branches

        return load_branches()

    @cached_property
    def zones(self) -> Mapping[str, ZoneInfo]:
        """The time zone of each branch by its key."""
        return {branch.key: branch.zone for branch in self.branches}

    @cached_property
    def calendars(self) -> Mapping[str, WorkCalendar]:
        """The working calendar of each branch by its key."""
        from console.rulebook.calendars import load_calendars  # imports the holidays of Russia

        return load_calendars(branches=self.branches)

    @cached_property
    def presets(self) -> tuple[Preset, ...]:
        """The deadlines book."""
        from console.rulebook.deadlines import load_presets

        return load_presets(channels=self.channels)

    @cached_property
    def topics(self) -> TopicBook:
        """The topics."""
        from console.rulebook.topics import load_topics

        return load_topics()

    @cached_property
    def channels(self) -> Mapping[str, Channel]:
        """The channels by key."""
        from console.rulebook.channels import load_channels

        return load_channels()

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """The settlements, districts and streets: ten megabytes, some tenths of a second."""
        from console.rulebook.places import load_gazetteer

        return load_gazetteer()

    @cached_property
    def leases(self) -> LeaseNorms:
        """How long colleagues see that somebody is writing."""
        from console.rulebook.leases import load_leases

        return load_leases()

    @cached_property
    def corrections(self) -> CorrectionWords:
        """How a restoration time that was told is put right."""
        from console.rulebook.corrections import load_corrections

        return load_corrections()

    @cached_property
    def snooze(self) -> SnoozeNorms:
        """How far ahead an appeal may be put off."""
        from console.rulebook.snooze import load_snooze

        return load_snooze()

    @cached_property
    def proof(self) -> ProofBook:
        """The claims that a photo proves."""
        from console.rulebook.proof import load_proof

        return load_proof()

    @cached_property
    def attachments(self) -> AttachmentNorms:
        """What may be attached to a message."""
        from console.rulebook.attachments import load_attachments

        return load_attachments()

    @cached_property
    def variables(self) -> Variables:
        """The fields that a template may reach."""
        from console.rulebook.templates import load_variables

        return load_variables()

    @cached_property
    def templates(self) -> tuple[ReplyTemplate, ...]:
        """The reply templates."""
        from console.rulebook.templates import load_templates

        return load_templates()

    @cached_property
    def wording(self) -> Wording:
        """Names in the right case, as the rules have them."""
        from console.rulebook.cases import load_cases
        from console.wording import Wording

        return Wording(load_cases())

    @cached_property
    def checks(self) -> Checks:
        """The checks of a reply."""
        from console.rulebook.checks import load_checks

        return load_checks()

    @cached_property
    def dangers(self) -> DangerWords:
        """What in an appeal says that life is at risk."""
        from console.rulebook.danger import load_danger

        return load_danger()

    @cached_property
    def promises(self) -> PromiseWords:
        """How a promise is read in a reply."""
        from console.rulebook.promises import load_promises

        return load_promises()
