"""The rail, the status bar, the palette, empty queues and errors in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta
from typing import Any

import pytest

from console.domain.transitions import RefusedError
from console.errors import (
    AuthError,
    NoKeychainError,
    RejectedError,
    SignInNeededError,
    StoreError,
    TransientError,
)
from console.i18n import LANGUAGES, Catalog
from console.readmodel import Link, QueueCounts, QueueQuery, SavedQueue, SessionInfo, SyncStatus
from console.store.profile import ProfileInUseError
from console.usecases.acting import GoneError
from tests.support.fake_console import NOON, RULES
from ui.commands.keys import key_words
from ui.commands.table import COMMANDS
from ui.presenters.errors import is_bug, sentence_of, title_of
from ui.presenters.palette import (
    PaletteItem,
    command_items,
    queue_items,
    rank,
    sheet,
)
from ui.presenters.queue_empty import empty_words, loading_words
from ui.presenters.rail import RailWorld, count_words, queue_title, rail_rows
from ui.presenters.status import StatusWords, status_words

RU, EN = (Catalog.load(one) for one in LANGUAGES)
ME = SessionInfo("op-1", "demo", "Соколова Мария", "operator", ("*",), "http://server")


def a_world(**changes: Any) -> RailWorld:
    given: dict[str, Any] = {
        "counts": QueueCounts({"mine": 3, "overdue": 2, "danger": 0, "due_soon": 1, "open": 1234}),
        "branches": RULES.branches,
        "topics": ("outage", "quality"),
        "saved": (SavedQueue("q1", "Солонцы", QueueQuery("open", text="Солонцы")),),
    }
    return RailWorld(**(given | changes))


# The rail


def test_the_rail_shows_every_queue_with_its_count() -> None:
    rows = {row.key: row for row in rail_rows(a_world(), RU)}
    assert (rows["mine"].text, rows["mine"].count) == ("Мои", 3)
    assert rows["branch:omsk"].text == "Омскэнерго"
    assert rows["branch:kuzbass"].text == "Кузбассэнерго"
    assert rows["topic:quality"].text == "Качество электроэнергии"
    assert rows["saved:q1"].text == "Солонцы"


def test_urgent_counts_stand_out_and_empty_queues_step_back() -> None:
    rows = {row.key: row.emphasis for row in rail_rows(a_world(), RU)}
    assert rows["overdue"] == "danger"
    assert rows["due_soon"] == "warning"
    assert rows["danger"] == "zero"
    assert rows["mine"] == "none"


def test_the_outbox_is_urgent_only_where_something_is_held() -> None:
    counts = QueueCounts({"outbox": 2})
    waiting = {row.key: row for row in rail_rows(a_world(counts=counts), RU)}
    held = {row.key: row for row in rail_rows(a_world(counts=counts, held=1), RU)}
    assert (waiting["outbox"].emphasis, held["outbox"].emphasis) == ("none", "danger")


def test_a_folded_group_keeps_its_heading() -> None:
    keys = [row.key for row in rail_rows(a_world(), RU, folded={"branches"})]
    assert "group:branches" in keys
    assert not any(key.startswith("branch:") for key in keys)


def test_groups_without_members_are_left_out() -> None:
    keys = [row.key for row in rail_rows(a_world(saved=(), branches=()), RU)]
    assert "group:saved" not in keys
    assert "group:branches" not in keys
    assert "group:topics" in keys


def test_only_who_may_see_the_board_is_shown_the_way_there() -> None:
    assert "board" not in {row.key for row in rail_rows(a_world(), RU)}
    assert rail_rows(a_world(board=True), RU)[0].key == "board"


def test_a_large_count_is_grouped() -> None:
    assert count_words(1234) == "1\u202f234"
    assert count_words(0) == "0"


def test_a_queue_that_has_gone_is_named_by_its_key() -> None:
    assert queue_title("saved:q9", a_world(), RU) == "q9"
    assert queue_title("outage:o1", a_world(), RU) == "По отключению"


# The status bar


def said(status: SyncStatus, *, session: SessionInfo | None = ME) -> StatusWords:
    return status_words(status, session, catalog=RU, now=NOON, home=UTC)


def test_online_says_so_and_nothing_else() -> None:
    words = said(SyncStatus(Link.ONLINE))
    assert words.link == "На связи"
    assert (words.waiting, words.held, words.retry, words.clock) == ("", "", "", "")
    assert words.banner is None
    assert words.who == "Соколова Мария"
    assert words.who_hint == "Оператор · demo\nhttp://server"


def test_offline_says_since_when_why_and_when_it_tries_again() -> None:
    status = SyncStatus(
        Link.OFFLINE,
        since=NOON - timedelta(minutes=20),
        error="dns",
        next_try_at=NOON + timedelta(seconds=42),
    )
    words = said(status)
    assert words.link == "Нет связи с 04:40"
    assert words.retry == "повтор через 42 с"
    assert words.banner is not None
    assert words.banner.action == "retry"
    assert "имя сервера не найдено" in words.banner.text
    assert said(SyncStatus(Link.OFFLINE)).link == "Нет связи"


def test_the_next_try_is_counted_down_in_the_right_unit() -> None:
    def retry(seconds: int) -> str:
        at = NOON + timedelta(seconds=seconds)
        return said(SyncStatus(Link.OFFLINE, next_try_at=at)).retry

    assert retry(0) == "пробуем…"
    assert retry(59) == "повтор через 59 с"
    assert retry(125) == "повтор через 2 мин"


def test_waiting_and_held_are_counted_in_russian() -> None:
    assert said(SyncStatus(Link.ONLINE, waiting=1)).waiting == "1 ждёт отправки"
    assert said(SyncStatus(Link.ONLINE, waiting=22)).waiting == "22 ждут отправки"
    assert said(SyncStatus(Link.ONLINE, held=5)).held == "5 не отправлено"


def test_the_first_load_is_told_in_rows() -> None:
    words = said(SyncStatus(Link.SYNCING, progress=(12_000, 48_000)))
    assert words.progress == 0.25
    assert words.progress_words == "Загружено 12\u202f000 из 48\u202f000"
    assert said(SyncStatus(Link.SYNCING, progress=(0, 0))).progress is None


def test_a_first_load_that_was_broken_off_is_not_shown_as_whole() -> None:
    words = said(SyncStatus(Link.OFFLINE, progress=(34_000, 34_000)))
    assert (words.progress, words.progress_words) == (
        None,
        "Загружено 34\u202f000, загрузка не закончена",
    )


@pytest.mark.parametrize(
    ("offset", "words"),
    [
        (30_000, ""),
        (31_000, "Часы этого компьютера отстают на 31 с"),
        (-31_000, "Часы этого компьютера спешат на 31 с"),
        (3_600_000, "Часы этого компьютера отстают на 1 ч"),
    ],
)
def test_a_wrong_clock_is_noticed_beyond_half_a_minute(offset: int, words: str) -> None:
    assert said(SyncStatus(Link.ONLINE, clock_offset_ms=offset)).clock == words


def test_an_ended_session_asks_for_signing_in() -> None:
    banner = said(SyncStatus(Link.SIGN_IN_NEEDED)).banner
    assert banner is not None
    assert (banner.tone, banner.action, banner.button) == ("danger", "sign_in", "Войти")


def test_the_banner_says_since_when_why_what_waits_and_when_it_is_tried_again() -> None:
    status = SyncStatus(
        Link.OFFLINE,
        waiting=3,
        since=NOON - timedelta(minutes=20),
        error="dns",
        next_try_at=NOON + timedelta(seconds=42),
    )
    banner = said(status).banner
    assert banner is not None
    assert banner.text == (
        "Нет связи с сервером с 04:40: имя сервера не найдено. 3 изменения ждут отправки. "
        "Следующая попытка через 42 с. Работайте дальше: всё сохраняется."
    )
    assert (banner.button, banner.action) == ("Повторить сейчас", "retry")
    assert (banner.other, banner.other_action) == ("Работать без связи", "work_offline")


def test_an_offline_of_days_is_told_as_a_length_of_time() -> None:
    status = SyncStatus(Link.OFFLINE, since=NOON - timedelta(hours=30), error="dns")
    assert said(status).link == "Нет связи уже 1 день 6 ч"
    banner = said(status).banner
    assert banner is not None
    assert banner.text.startswith("Нет связи с сервером уже 1 день 6 ч: имя")
    chosen = said(replace(status, link=Link.WORK_OFFLINE)).banner
    assert chosen is not None
    assert chosen.text.startswith("Вы работаете без связи уже 1 день 6 ч.")


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "Пробуем снова…"), (59, "через 59 с."), (150, "через 2 мин.")]
)
def test_the_banner_counts_down(seconds: int, words: str) -> None:
    status = SyncStatus(Link.OFFLINE, next_try_at=NOON + timedelta(seconds=seconds))
    banner = said(status).banner
    assert banner is not None
    assert words in banner.text


def test_nothing_waits_nothing_is_said_of_it() -> None:
    banner = said(SyncStatus(Link.WORK_OFFLINE, since=NOON)).banner
    assert banner is not None
    assert "ждёт" not in banner.text
    assert "ждут" not in banner.text


def test_working_offline_by_choice_is_no_alarm() -> None:
    banner = said(SyncStatus(Link.WORK_OFFLINE)).banner
    assert banner is not None
    assert (banner.tone, banner.action) == ("info", "go_online")


def test_an_unknown_cause_is_said_to_be_unknown() -> None:
    banner = said(SyncStatus(Link.OFFLINE, error="gremlins")).banner
    assert banner is not None
    assert "причина неизвестна" in banner.text


def test_while_it_is_tried_at_ones_wish_no_reason_is_made_up() -> None:
    words = said(SyncStatus(Link.OFFLINE, since=NOON - timedelta(minutes=20)))
    assert words.banner is not None
    assert words.banner.text.startswith("Нет связи с сервером с 04:40. Пробуем снова…")
    assert words.retry == "пробуем…"


def test_a_disk_that_does_not_write_is_not_called_a_lost_link() -> None:
    words = said(SyncStatus(Link.OFFLINE, since=NOON - timedelta(minutes=20), error="disk"))
    assert (words.link, words.link_tone) == ("Диск не записывает", "danger")
    assert words.banner is not None
    assert words.banner.text.startswith("Не удаётся записать данные на диск этого компьютера с")
    assert "всё сохраняется" not in words.banner.text
    assert (words.banner.action, words.banner.other) == ("retry", "")


def test_nobody_is_signed_in() -> None:
    assert said(SyncStatus(Link.STARTING), session=None).who == "Вход не выполнен"


@pytest.mark.parametrize("link", list(Link))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_of_the_link_has_its_words(link: Link, language: str) -> None:
    words = status_words(SyncStatus(link), ME, catalog=Catalog.load(language), now=NOON, home=UTC)
    assert "‹" not in words.link


# Empty queues


def test_a_search_that_found_nothing_offers_the_way_back() -> None:
    words = empty_words(QueueQuery(), SyncStatus(Link.ONLINE), RU, narrowed=True, stored=5)
    assert (words.title, words.way) == ("Ничего не найдено", "clear")


def test_before_the_first_load_it_says_how_far_it_is() -> None:
    status = SyncStatus(Link.SYNCING, progress=(1, 4))
    words = empty_words(QueueQuery(), status, RU, narrowed=False, stored=0)
    assert (words.title, words.progress) == ("Загружаем обращения", 0.25)
    assert loading_words(SyncStatus(Link.SYNCING), RU).progress == -1.0


def test_offline_with_nothing_stored_offers_to_try_again() -> None:
    words = empty_words(QueueQuery(), SyncStatus(Link.OFFLINE), RU, narrowed=False, stored=0)
    assert words.way == "retry"


def test_working_offline_with_nothing_stored_leads_back_online() -> None:
    words = empty_words(QueueQuery(), SyncStatus(Link.WORK_OFFLINE), RU, narrowed=False, stored=0)
    assert (words.way, words.action) == ("go_online", "Выйти на связь")
    assert "Вы работаете без связи" in words.body


def test_without_a_session_nothing_pretends_to_be_loading() -> None:
    status = SyncStatus(Link.SIGN_IN_NEEDED)
    words = empty_words(QueueQuery(), status, RU, narrowed=False, stored=0)
    assert (words.progress, words.way) == (None, "")
    assert words.body.startswith("Сеанс закончился.")


@pytest.mark.parametrize("queue", ["overdue", "mine", "danger"])
def test_half_way_through_the_first_load_no_queue_is_called_empty_for_good(queue: str) -> None:
    status = SyncStatus(Link.SYNCING, progress=(10, 40))
    words = empty_words(QueueQuery(queue), status, RU, narrowed=False, stored=10)
    assert (words.title, words.way, words.progress) == ("Пока пусто", "", 0.25)
    offline = replace(status, link=Link.OFFLINE)
    apart = empty_words(QueueQuery(queue), offline, RU, narrowed=False, stored=10)
    assert "когда будет связь" in apart.body
    searched = empty_words(QueueQuery(queue), status, RU, narrowed=True, stored=10)
    assert (searched.title, searched.way) == ("Пока не найдено", "clear")


def test_no_work_of_ones_own_leads_to_the_unassigned() -> None:
    words = empty_words(QueueQuery("mine"), SyncStatus(Link.ONLINE), RU, narrowed=False, stored=9)
    assert (words.title, words.way) == ("Всё сделано", "unassigned")


def test_any_other_empty_queue_is_simply_empty() -> None:
    status = SyncStatus(Link.ONLINE)
    words = empty_words(QueueQuery("branch:omsk"), status, RU, narrowed=False, stored=9)
    assert (words.title, words.action) == ("Здесь пусто", "")


# The palette


def titles(query: str, catalog: Catalog = RU) -> list[str]:
    return [hit.item.title for hit in rank(query, command_items(COMMANDS, catalog))]


def test_the_palette_finds_by_the_beginning_of_words() -> None:
    assert titles("отв")[0] == "Ответить"
    assert titles("прив отк")[0] == "Привязать к отключению"


def test_the_palette_finds_in_the_other_language_too() -> None:
    assert "Ответить" in titles("reply")
    assert "Reply" in titles("ответить", EN)


def test_the_palette_finds_what_was_typed_in_the_wrong_layout() -> None:
    assert titles("jndtnbnm")[0] == "Ответить"


def test_the_palette_forgives_missing_letters() -> None:
    assert "Вставить шаблон" in titles("вст шбл")


def test_what_does_not_match_is_not_offered() -> None:
    assert titles("ъъъ") == []


def test_an_empty_query_offers_everything_in_order() -> None:
    items = command_items(COMMANDS, RU)
    assert [hit.item for hit in rank("", items, most=5)] == items


def test_matching_letters_are_known_by_their_place() -> None:
    item = PaletteItem("command", "x", "Найти команду")
    (hit,) = rank("ком", [item])
    assert [item.title[at] for at in hit.letters] == ["к", "о", "м"]


def test_queues_can_be_chosen_and_headings_cannot() -> None:
    ids = [one.id for one in queue_items(rail_rows(a_world(), RU), RU)]
    assert "branch:omsk" in ids
    assert not any(one.startswith("group:") or not one for one in ids)


def test_keys_are_told_as_they_are_printed() -> None:
    assert key_words("Ctrl+Return", RU) == "Ctrl+Enter"
    assert key_words("Ctrl++", RU) == "Ctrl++"
    assert key_words("J", RU) == "J"


def test_the_sheet_holds_every_key_of_the_table() -> None:
    shown = {keys for section in sheet(COMMANDS, RU) for _, keys in section.lines}
    wanted = {tuple(key_words(key, RU) for key in one.keys) for one in COMMANDS if one.keys}
    assert shown == wanted


def test_the_sheet_is_searched_by_words_group_and_key() -> None:
    def found(query: str) -> list[str]:
        return [words for part in sheet(COMMANDS, RU, query=query) for words, _ in part.lines]

    assert found("шаблон")[0] == "Вставить шаблон"
    assert "Обновить сейчас" in found("F5")
    assert "Отправить" in found("ctrl+enter")
    assert "Согласовать и опубликовать" in found("согласование")
    assert found("нет такого") == []


# Errors


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (RefusedError("gremlins"), RU.t("refusal.other", code="gremlins")),
        (AuthError("wrong"), RU.t("ui.say_bad_credentials")),
        (SignInNeededError("gone"), RU.t("ui.say_sign_in_needed")),
        (
            TransientError("x", code="timeout", reached=True),
            "Связи с сервером нет: сервер не ответил вовремя.",
        ),
        (RejectedError("x", code="odd"), "Сервер не принял запрос (odd)."),
        (ProfileInUseError("x"), RU.t("ui.already_running")),
        (
            StoreError("/p: denied", key="ui.store_folder", path="/p", cause="denied"),
            RU.t("ui.store_folder", path="/p", cause="нет прав на чтение или запись"),
        ),
    ],
)
def test_every_expected_error_is_told_in_a_sentence(error: Exception, words: str) -> None:
    assert sentence_of(error, RU) == words
    assert not is_bug(error)


def test_a_refusal_names_the_colleague() -> None:
    error = RefusedError("claimed_by", operator="op-2")
    assert "Ершов Иван" in sentence_of(error, RU, names={"op-2": "Ершов Иван"})


@pytest.mark.parametrize("what", ["appeal", "entry", "draft", "queue"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_has_gone_is_named(what: str, language: str) -> None:
    assert "‹" not in sentence_of(GoneError(what), Catalog.load(language))


@pytest.mark.parametrize("code", ["none", "locked", "no_bus", "failed"])
def test_a_missing_keychain_says_why(code: str) -> None:
    assert "‹" not in sentence_of(NoKeychainError("x", code=code), RU)


def test_what_nobody_foresaw_is_a_bug() -> None:
    assert is_bug(KeyError("x"))
    assert title_of(KeyError("x"), RU) == "Не получилось"
