"""The shipped templates: their number, their cards, their names, and what they say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from console.domain.channel import Visibility
from console.domain.reply_template import OutageState, PlaceState, ReplyKind, ReplyTemplate, rank
from console.domain.template import FaultCode, fill, find_gaps
from console.errors import ConfigError
from console.paths import RESOURCES
from console.rulebook.channels import load_channels
from console.rulebook.templates import (
    TemplateFileError,
    check_cards,
    load_fragments,
    load_template,
    load_templates,
    load_variables,
)
from console.rulebook.topics import load_topics

TEMPLATES = load_templates()
VARIABLES = load_variables()
FRAGMENTS = load_fragments(VARIABLES)
CHANNELS = load_channels()
TOPICS = load_topics()


def first_for(topic: str, place: PlaceState) -> str:
    return rank(TEMPLATES, topic=topic, channel=CHANNELS["vk"], place=place)[0].template.key


def test_only_who_wrote_no_address_is_asked_for_it() -> None:
    assert first_for("outage.emergency", PlaceState.UNKNOWN) == "need-address"
    assert first_for("outage.emergency", PlaceState.KNOWN) == "outage-checking"
    assert first_for("outage.repeat", PlaceState.KNOWN) == "outage-repeat"


def keys_for(topic: str, state: OutageState, channel: str = "vk") -> list[str]:
    ranked = rank(TEMPLATES, topic=topic, state=state, channel=CHANNELS[channel])
    return [each.template.key for each in ranked]


def written(folder: Path, body: str, more: str = "") -> Path:
    file = folder / "new.toml"
    file.write_text(
        f"key = 'new'\ntitle = 'Новый'\n{more}\nbody = '''\n{body}\n'''\n", encoding="utf-8"
    )
    return file


def test_there_are_templates_for_every_usual_case() -> None:
    assert len(TEMPLATES) >= 24
    check_cards(TEMPLATES, topics=TOPICS.topics, channels=CHANNELS)
    states = {state for template in TEMPLATES for state in template.states}
    assert states == set(OutageState)
    assert {template.kind for template in TEMPLATES} == set(ReplyKind)


def test_every_topic_of_the_twelve_but_the_last_has_a_template_of_its_own() -> None:
    covered = {topic.partition(".")[0] for t in TEMPLATES for topic in t.topics}
    roots = {topic.root for topic in TOPICS.topics.values()}
    assert covered == roots - {"no_answer"}


@pytest.mark.parametrize("template", TEMPLATES, ids=[t.key for t in TEMPLATES])
def test_with_all_values_a_template_has_no_gap_and_fits_its_channels(
    template: ReplyTemplate,
) -> None:
    draft = fill(template.body, VARIABLES.examples())
    assert draft.gaps == ()
    assert find_gaps(draft.text) == ()
    assert "  " not in draft.text
    limits = [c.limit for c in CHANNELS.values() if c.limit is not None]
    assert len(draft.text) <= min(limits)


def test_every_name_in_the_catalogue_is_used_by_some_template() -> None:
    used = {each.name for template in TEMPLATES for each in template.body.fields()}
    unused = set(VARIABLES.by_name) - used
    assert unused == {"филиал", "дом", "обращение"}


@pytest.mark.parametrize(
    ("topic", "state", "first"),
    [
        ("outage.emergency", OutageState.KNOWN_ETR, "outage-known-etr"),
        ("outage.emergency", OutageState.UNKNOWN_ETR, "outage-unknown-etr"),
        ("outage.emergency", OutageState.MOVED, "outage-moved"),
        ("outage.planned", OutageState.PLANNED, "outage-planned"),
        ("quality.burnt", OutageState.NONE, "burnt-appliances"),
        ("danger.wire", OutageState.NONE, "danger-wire"),
        ("not_ours.snt", OutageState.NONE, "not-ours-snt"),
        ("infrastructure.lighting", OutageState.NONE, "not-ours-lighting"),
        ("thanks", OutageState.NONE, "thanks"),
        ("staff", OutageState.NONE, "staff"),
    ],
)
def test_the_fitting_template_comes_among_the_first_two(
    topic: str, state: OutageState, first: str
) -> None:
    assert first in keys_for(topic, state)[:2]


def test_a_restored_outage_offers_restored_and_the_light_check_first() -> None:
    assert set(keys_for("outage.emergency", OutageState.RESTORED)[:2]) == {
        "outage-restored",
        "light-check",
    }


def test_a_private_template_is_not_offered_in_a_public_channel() -> None:
    assert "connection-status" not in keys_for("connection.status", OutageState.NONE, "vk")
    assert "connection-status" in keys_for("connection.status", OutageState.NONE, "email")[:2]


def test_usage_decides_between_equals_only() -> None:
    often = {"outage-planned": 10**9, "outage-repeat": 10**9, "storm": 500}
    ranked = rank(TEMPLATES, topic="outage.emergency", state=OutageState.UNKNOWN_ETR, usage=often)
    order = [each.template.key for each in ranked]
    assert order[:2] == ["storm", "outage-unknown-etr"]
    assert order.index("outage-repeat") < order.index("outage-planned")


def test_a_template_for_some_channels_is_offered_in_those_alone(tmp_path: Path) -> None:
    template = load_template(written(tmp_path, "Да", "channels = ['vk']"), VARIABLES, FRAGMENTS)
    assert template.suits(CHANNELS["vk"])
    assert not template.suits(CHANNELS["ok"])
    assert template.suits(None)


def test_every_name_and_fault_is_explained_in_both_languages() -> None:
    catalogues = []
    for language in ("ru", "en"):
        file = RESOURCES / "i18n" / language / "template.json"
        catalogues.append(json.loads(file.read_text(encoding="utf-8")))
    assert catalogues[0].keys() == catalogues[1].keys()
    wanted = {f"variable_{key}" for key in VARIABLES.by_key}
    wanted |= {f"fault_{code}" for code in FaultCode}
    wanted |= {f"state_{state}" for state in OutageState}
    wanted |= {f"kind_{kind}" for kind in ReplyKind}
    assert wanted <= catalogues[0].keys()


def test_a_file_with_several_unknown_names_reports_them_all(tmp_path: Path) -> None:
    with pytest.raises(TemplateFileError) as error:
        load_template(written(tmp_path, "{имяя}\n{уллица}"), VARIABLES, FRAGMENTS)
    near = [(fault.line, fault.params["near"]) for fault in error.value.faults]
    assert near == [(1, "{имя}"), (2, "{улица}")]
    assert "new.toml" in str(error.value)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("states = ['dark']", "“states” must be a list of none, unknown_etr"),
        ("kind = 'letter'", "“kind” must be one of final, interim, note"),
        ("tpoics = ['outage']", "this key is not known"),
        ("topics = 'outage'", "“topics” must be a list of texts"),
        ("outcome = 'good'", "“outcome” must be one of solved, explained, no_reply_needed"),
        ("kind = 'note'\noutcome = 'solved'", "a template of kind “note” ends nothing"),
    ],
)
def test_a_wrong_card_says_what_is_wrong(more: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as error:
        load_template(written(tmp_path, "Да", more), VARIABLES, FRAGMENTS)
    assert words in str(error.value)


def test_a_card_with_a_topic_or_channel_that_there_is_not_is_refused(tmp_path: Path) -> None:
    for more, words in (
        ("topics = ['moon']", "there is no topic “moon”"),
        ("channels = ['icq']", "there is no channel “icq”"),
    ):
        template = load_template(written(tmp_path, "Да", more), VARIABLES, FRAGMENTS)
        with pytest.raises(ConfigError) as error:
            check_cards([template], topics=TOPICS.topics, channels=CHANNELS)
        assert words in str(error.value)


def test_internal_templates_are_notes() -> None:
    for template in TEMPLATES:
        assert (template.kind is ReplyKind.NOTE) == (template.visibility is Visibility.INTERNAL)


def test_every_fragment_is_in_some_template() -> None:
    bodies = [each.body.source for each in TEMPLATES] + [f.source for f in FRAGMENTS.values()]
    assert {name for name in FRAGMENTS if not any(f"{{> {name}}}" in b for b in bodies)} == set()


def test_a_fragment_that_leads_back_to_itself_is_refused_with_line_and_column(
    tmp_path: Path,
) -> None:
    file = tmp_path / "fragments.toml"
    file.write_text(
        '[[fragment]]\nname = "привет"\nbody = "Да"\n'
        "[[fragment]]\nname = \"раз\"\nbody = '''\nПервая\nа тут {> два}\n'''\n"
        '[[fragment]]\nname = "два"\nbody = "{> раз}"\n',
        encoding="utf-8",
    )
    with pytest.raises(TemplateFileError) as refused:
        load_fragments(VARIABLES, file)
    (fault,) = refused.value.faults
    assert (fault.code, fault.line, fault.column) == (FaultCode.FRAGMENT_CYCLE, 2, 7)
    assert refused.value.fragment == "раз"
    assert "line 2, column 7" in str(refused.value)


def test_a_template_with_a_fragment_that_there_is_not_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TemplateFileError) as refused:
        load_template(written(tmp_path, "Да.\n{> привет}"), VARIABLES, FRAGMENTS)
    (fault,) = refused.value.faults
    assert (fault.code, fault.line, fault.column) == (FaultCode.UNKNOWN_FRAGMENT, 2, 1)
