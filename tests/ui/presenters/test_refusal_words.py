"""Refusals, stale reasons, statuses and mutations all have words, in both languages."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType

import pytest

from console.domain import attachment, bounds, transitions
from console.domain.appeal import Outcome, Status
from console.domain.draft import DraftMode
from console.domain.event import EventKind
from console.domain.message import MessageState
from console.domain.mutations import BY_KIND
from console.domain.operator import Right, Role
from console.domain.outage import OutageKind, OutageStatus
from console.domain.transitions import RefusedError
from console.domain.verdict import StaleCode
from console.errors import RemoteError
from console.i18n import LANGUAGES, Catalog
from tests.support.ui_builders import PEOPLE, an_outage, here
from ui.presenters.refusals import error_words, refusal_words, stale_words


def _source(module: ModuleType) -> str:
    return Path(str(module.__file__)).read_text("utf-8")


_CODES = sorted(set(re.findall(r'RefusedError\(\s*"(\w+)"', _source(transitions))))
_BREACHES = sorted(
    {
        code
        for module in (bounds, attachment)
        for code in re.findall(r'(?:Breach|_over)\(\s*"(\w+)"', _source(module))
    }
)
"""What these find; their codes are not written out in the rules."""
_KEYS = [
    "refusal.changed_meanwhile",
    *(f"refusal.{code}" for code in _BREACHES),
    *(f"refusal.{code}" for code in _CODES),
    *(f"refusal.right_{right}" for right in Right),
    *(f"refusal.state_{state}" for state in MessageState),
    *(f"stale.{code}" for code in StaleCode),
    *(f"status_names.status_{status}" for status in Status),
    *(f"status_names.outcome_{outcome}" for outcome in Outcome),
    *(f"status_names.outcome_hint_{outcome}" for outcome in Outcome),
    *(f"status_names.role_{role}" for role in Role),
    *(f"status_names.outage_{kind}" for kind in OutageKind),
    *(f"status_names.outage_status_{status}" for status in OutageStatus),
    *(f"status_names.mode_{mode}" for mode in DraftMode),
    *(f"history.{kind}" for kind in EventKind),
    *(f"outbox.kind_{kind}" for kind in BY_KIND),
]


def test_the_refusals_are_found_in_the_rules() -> None:
    assert len(_CODES) > 20
    assert {"too_long", "out_of_range", "attachment_kind"} <= set(_BREACHES)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", _KEYS)
def test_whatever_the_domain_can_say_has_words(key: str, language: str) -> None:
    assert Catalog.load(language).has(key)


def test_a_refusal_names_the_colleague_and_not_an_id() -> None:
    assert refusal_words("claimed_by", {"operator": "u2"}, here(), PEOPLE) == (
        "Обращение уже в работе. Ответственный: Борис Ким."
    )


def test_a_refusal_tells_an_instant_in_local_time() -> None:
    words = refusal_words("until_is_past", {"until": "2026-03-18T07:00:00+00:00"}, here(), PEOPLE)
    assert words == "Срок 14:00 (Кызыл, UTC+7) уже прошёл. Выберите время в будущем."


def test_an_unknown_refusal_is_still_a_sentence() -> None:
    assert refusal_words("brand_new", {}, here(), PEOPLE).endswith("(brand_new).")


def test_a_moved_time_says_both_times() -> None:
    params = {"was": "2026-03-18T09:30:00+00:00", "now": "2026-03-18T11:00:00+00:00"}
    words = stale_words("etr_moved", params, here(), PEOPLE)
    assert "был 16:30 (Кызыл, UTC+7), стал 18:00 (Кызыл, UTC+7)" in words


def test_a_withdrawn_time_and_one_that_became_known_read_differently() -> None:
    was = stale_words("etr_moved", {"was": "2026-03-18T09:30:00Z", "now": ""}, here(), PEOPLE)
    now = stale_words("etr_moved", {"was": "", "now": "2026-03-18T09:30:00Z"}, here(), PEOPLE)
    assert was.startswith("Срок включения 16:30 (Кызыл, UTC+7) отменён")
    assert now.startswith("Стал известен срок включения: 16:30")


def test_an_answer_of_ones_own_is_not_a_colleagues() -> None:
    own = stale_words("colleague_answered", {"operator": "u1"}, here(), PEOPLE)
    theirs = stale_words("colleague_answered", {"operator": "u2"}, here(), PEOPLE)
    assert own == "Ваш другой ответ на это обращение уже опубликован."
    assert theirs == "На это обращение уже ответили. Автор ответа: Борис Ким."


def test_an_outage_is_named_by_its_place() -> None:
    outage = an_outage()
    words = stale_words("outage_restored", {"outage": "o1"}, here(), PEOPLE, {"o1": outage}.get)
    assert "Кызыл, ул. Кочетова" in words


def test_errors_are_told_by_their_kind() -> None:
    assert error_words(RefusedError("needs_reason"), here(), PEOPLE) == "Укажите причину."
    assert error_words(RemoteError("нет связи"), here(), PEOPLE) == (
        "Сервер недоступен. Подробности для поддержки: «нет связи»."
    )
    assert "KeyError" in error_words(KeyError("x"), here(), PEOPLE)
