"""The shipped checks: each finds what it is for, leaves right alone, and mends what it can."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.appeal import Outcome
from console.domain.channel import Visibility
from console.domain.finding import (
    Finding,
    OutageNow,
    ReplyContext,
    Rule,
    Severity,
    apply_fix,
)
from console.domain.gerund import is_gerund
from console.domain.lint import blocking
from console.domain.message import EtrQuote
from console.domain.reply_template import ReplyKind, ReplyTemplate
from console.domain.template import fill
from console.errors import ConfigError
from console.paths import RESOURCES
from console.rulebook.channels import load_channels
from console.rulebook.checks import ABBREVIATIONS, CHECKS, load_checks
from console.rulebook.templates import load_templates, load_variables
from tests.support.growth import growth

CHECK = load_checks()
CHANNELS = load_channels()
VARIABLES = load_variables()
PUBLIC = ReplyContext(channel=CHANNELS["vk"], topic="outage.emergency", resident="Ольга Иванова")
PRIVATE = replace(PUBLIC, channel=CHANNELS["email"], visibility=Visibility.PRIVATE)
NOTE = replace(PUBLIC, kind=ReplyKind.NOTE, visibility=Visibility.INTERNAL)
SIX = datetime(2026, 1, 20, 11, 0, tzinfo=UTC)
SEVEN = datetime(2026, 1, 20, 12, 0, tzinfo=UTC)
GOOD = "Свет включим сегодня до 18:00."


def rules_of(text: str, context: ReplyContext = PUBLIC) -> set[Rule]:
    return {finding.rule for finding in CHECK.check(text, context)}


def the(rule: Rule, text: str, context: ReplyContext = PUBLIC) -> Finding:
    found = [finding for finding in CHECK.check(text, context) if finding.rule is rule]
    assert len(found) == 1, rules_of(text, context)
    return found[0]


def marked(finding: Finding, text: str) -> list[str]:
    return [text[span.start : span.end] for span in finding.spans]


def mended(rule: Rule, text: str, context: ReplyContext = PUBLIC) -> str:
    return apply_fix(text, the(rule, text, context).fix)


# ── The text as a whole ───────────────────────────────────────────────────────────────────────


def test_a_good_answer_has_no_finding() -> None:
    text = (
        "Здравствуйте, Ольга! Мы знаем, что на улице Садовой нет света: ветер оборвал провод. "
        "Бригада ремонтирует линию, включим сегодня до 18:00. Если позже света не будет, напишите."
    )
    assert CHECK.check(text, PUBLIC) == ()


@pytest.mark.parametrize("template", load_templates(), ids=lambda t: str(t.key))
def test_the_shipped_templates_pass_the_checks(template: ReplyTemplate) -> None:
    text = fill(template.body, VARIABLES.examples()).text
    solved = template.key == "low-voltage-result"
    context = replace(
        PUBLIC,
        kind=template.kind,
        visibility=template.visibility,
        topic=template.topics[0] if template.topics else "",
        danger=any(topic.startswith("danger") for topic in template.topics),
        outcome=Outcome.SOLVED if solved else None,
    )
    assert CHECK.check(text, context) == ()


@pytest.mark.parametrize("context", [PUBLIC, PRIVATE, NOTE])
def test_an_empty_text_and_an_unfilled_field_block_everywhere(context: ReplyContext) -> None:
    assert the(Rule.EMPTY, " \n ", context).severity is Severity.BLOCK
    text = "Свет включим {восстановление}, {имя}."
    finding = the(Rule.GAP, text, context)
    assert marked(finding, text) == ["{восстановление}", "{имя}"]
    assert not finding.overridable
    assert blocking([finding], overruled=[Rule.GAP]) == (finding,)


def test_a_text_over_the_channels_limit_marks_what_is_too_much() -> None:
    text = GOOD + "я" * 4096
    finding = the(Rule.TOO_LONG, text)
    assert finding.params == {"limit": "4096", "over": str(len(GOOD))}
    assert finding.spans[0] == (4096, len(text))
    assert Rule.TOO_LONG not in rules_of(text, PRIVATE)


def test_a_note_for_colleagues_is_not_checked_for_manners() -> None:
    assert rules_of("ТП-12, тел. 8 913 123-45-67, кв. 5, оцените", NOTE) == set()


# ── Personal data ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("rule", "text", "what"),
    [
        (Rule.PHONE, f"{GOOD} Мастер: 8 (913) 123-45-67.", "8 (913) 123-45-67"),
        (Rule.PHONE, f"{GOOD} Мастер: +79131234567", "+79131234567"),
        (Rule.PHONE, f"{GOOD} Мастер: 913 123 45 67", "913 123 45 67"),
        (Rule.LANDLINE, f"{GOOD} Телефон 8 (391) 245-67-89", "8 (391) 245-67-89"),
        (Rule.LANDLINE, f"{GOOD} Телефон 245-67-89", "245-67-89"),
        (Rule.FLAT, f"{GOOD} Садовая 5, кв. 12", "кв. 12"),
        (Rule.FLAT, f"{GOOD} В квартире № 7", "квартире № 7"),
        (Rule.ACCOUNT, f"{GOOD} Лицевой счёт 1234567890", "Лицевой счёт 1234567890"),
        (Rule.ACCOUNT, f"{GOOD} л/с 55512345", "л/с 55512345"),
        (Rule.ACCOUNT, f"{GOOD} Карта 2202 2011 1111 1111", "2202 2011 1111 1111"),
        (Rule.EMAIL, f"{GOOD} Пишите ivan.petrov@mail.ru", "ivan.petrov@mail.ru"),
        (Rule.THIRD_PERSON, f"{GOOD} Сосед Петров Иван Сергеевич", "Петров Иван Сергеевич"),
        (Rule.THIRD_PERSON, f"{GOOD} Спросите у Сидорова П. П.", "Сидорова П. П."),
    ],
)
def test_personal_data_in_public_is_found_and_in_a_letter_is_not(
    rule: Rule, text: str, what: str
) -> None:
    assert what in the(rule, text).params["what"]
    assert rule not in rules_of(text, PRIVATE)


@pytest.mark.parametrize(
    "text",
    [
        f"{GOOD} Звоните 8-800-220-0-220, 220 или 112.",
        f"{GOOD} Звоните +7 800 220-0-220.",
        f"{GOOD} Линия 10 кВ, дом 5, 12-01-26, 12.01.2026, 14:30.",
        f"{GOOD} Обращение 48213 от 12 января.",
        f"{GOOD} Пишите на info@rosseti-sib.ru",
        f"{GOOD} Ольга Петровна Иванова, ждите.",
        f"{GOOD} Улица Зои Космодемьянской и улица К. Маркса.",
        f"{GOOD} Иванов И. И. (улица).".replace("Иванов И. И. (улица)", "улица А. С. Пушкина"),
        f"{GOOD} Напряжение 198-242 вольт, 15 кв. м. не при чём",
    ],
)
def test_official_numbers_dates_and_streets_are_no_personal_data(text: str) -> None:
    private = {
        Rule.PHONE,
        Rule.LANDLINE,
        Rule.FLAT,
        Rule.ACCOUNT,
        Rule.EMAIL,
        Rule.THIRD_PERSON,
    }
    assert rules_of(text) & private == set()


def test_one_of_ours_may_be_named() -> None:
    text = f"{GOOD} Начальник участка Петров Иван Сергеевич."
    assert Rule.THIRD_PERSON in rules_of(text)
    assert Rule.THIRD_PERSON not in rules_of(text, replace(PUBLIC, names=("Петров И. С.",)))


# ── Substance ─────────────────────────────────────────────────────────────────────────────────


def test_danger_needs_the_safety_text_and_the_fix_adds_it() -> None:
    context = replace(PUBLIC, danger=True)
    text = "Бригада осмотрит провод сегодня до 18:00."
    finding = the(Rule.DANGER_TEXT, text, context)
    assert finding.severity is Severity.BLOCK
    assert finding.overridable
    after = mended(Rule.DANGER_TEXT, text, context)
    assert after.startswith(text)
    assert Rule.DANGER_TEXT not in rules_of(after, context)
    assert Rule.DANGER_TEXT in rules_of("Не подходите ближе 8 метров.", context)
    assert Rule.DANGER_TEXT not in rules_of(text)


def test_a_quoted_time_that_has_moved_blocks_and_the_fix_says_the_new_one() -> None:
    now = OutageNow("o1", SEVEN, "19:00")
    context = replace(PUBLIC, outages=(now,), quotes=(EtrQuote("o1", SIX),))
    finding = the(Rule.ETR_DIFFERS, GOOD, context)
    assert finding.severity is Severity.BLOCK
    assert finding.params["now"] == "19:00"
    assert apply_fix(GOOD, finding.fix) == "Свет включим сегодня до 19:00."


def test_a_time_typed_by_hand_is_compared_too() -> None:
    context = replace(PUBLIC, outages=(OutageNow("o1", SEVEN, "19:00"),))
    assert Rule.ETR_DIFFERS in rules_of("Свет дадим сегодня до 18.00", context)
    assert Rule.ETR_DIFFERS not in rules_of("Свет дадим сегодня до 19:00", context)
    both = "Обещали свет до 18:00, не успеваем, включим до 19:00."
    assert Rule.ETR_DIFFERS not in rules_of(both, context)
    news = "Бригада ищет место. Напишем здесь сегодня до 20:00."
    assert Rule.ETR_DIFFERS not in rules_of(news, context)


def test_saying_unknown_when_the_time_is_known_is_a_difference() -> None:
    context = replace(
        PUBLIC,
        kind=ReplyKind.INTERIM,
        outages=(OutageNow("o1", SIX, "18:00"),),
        quotes=(EtrQuote("o1", None),),
    )
    assert Rule.ETR_DIFFERS in rules_of("Времени пока нет, напишем до 20:00.", context)
    restored = replace(context, outages=(OutageNow("o1", SIX, "18:00", restored=True),))
    assert Rule.ETR_DIFFERS not in rules_of("Времени пока нет, напишем до 20:00.", restored)


@pytest.mark.parametrize(
    ("resident", "greeting", "right"),
    [
        ("Ольга Иванова", "Мария", "Ольга"),
        ("Иванова Ольга Петровна", "Иван Петрович", "Ольга Петровна"),
    ],
)
def test_a_strangers_name_in_the_greeting_is_replaced(
    resident: str, greeting: str, right: str
) -> None:
    text = f"Здравствуйте, {greeting}! {GOOD}"
    context = replace(PUBLIC, resident=resident)
    assert mended(Rule.WRONG_NAME, text, context) == f"Здравствуйте, {right}! {GOOD}"


@pytest.mark.parametrize(
    ("resident", "greeting"),
    [
        ("Ольга Иванова", "Здравствуйте, Ольга!"),
        ("Ольга Иванова", "Здравствуйте!"),
        ("Ольга Иванова", "Здравствуйте! Мария"),
        ("Наталья Кузнецова", "Здравствуйте, Наталия!"),
        ("Olga Ivanova", "Здравствуйте, Ольга!"),
        ("", "Здравствуйте, Ольга!"),
    ],
)
def test_the_right_name_and_no_name_are_left_alone(resident: str, greeting: str) -> None:
    context = replace(PUBLIC, resident=resident)
    assert Rule.WRONG_NAME not in rules_of(f"{greeting} {GOOD}", context)


@pytest.mark.parametrize(
    "text",
    [
        "Отключение подтвердилось, бригада ремонтирует линию.",
        "Повреждение нашли, опору заменим.",
        "Работы ведутся.",
    ],
)
def test_a_confirmed_problem_needs_a_date(text: str) -> None:
    assert the(Rule.NO_DATE, text).spans


@pytest.mark.parametrize(
    "when",
    [
        "до 18:00", "в 9.30", "сегодня", "завтра утром", "28 января", "28.01", "к вечеру",
        "в течение двух часов", "через 3 часа", "за 3 рабочих дня", "в пятницу", "до конца недели",
        "в тот же день", "в феврале", "к 15 часам", "{срок}",
    ],
)  # fmt: skip
def test_any_plain_word_of_when_is_a_date(when: str) -> None:
    assert Rule.NO_DATE not in rules_of(f"Бригада отремонтирует линию {when}.")


def test_soon_is_no_date() -> None:
    text = "Бригада устранит повреждение в ближайшее время."
    assert rules_of(text) >= {Rule.NO_DATE, Rule.VAGUE_TERM}
    assert marked(the(Rule.VAGUE_TERM, text), text) == ["в ближайшее время"]


def test_solved_needs_a_fact() -> None:
    solved = replace(PUBLIC, outcome=Outcome.SOLVED)
    assert the(Rule.NO_PROOF, "Ваш вопрос решён.", solved).severity is Severity.BLOCK
    assert Rule.NO_PROOF in rules_of("Свет у вас есть.", solved)
    assert Rule.NO_PROOF not in rules_of("Свет включили сегодня в 17:40.", solved)
    assert Rule.NO_PROOF not in rules_of("Замерили напряжение: 221 вольт, акт у вас.", solved)
    assert Rule.NO_PROOF not in rules_of("Ваш вопрос решён.", PUBLIC)


def test_an_interim_reply_says_when_the_next_news_comes() -> None:
    interim = replace(PUBLIC, kind=ReplyKind.INTERIM)
    assert Rule.NO_NEXT_NEWS in rules_of("Приняли, проверяем.", interim)
    assert Rule.NO_NEXT_NEWS not in rules_of("Приняли, ответим завтра до 12:00.", interim)


@pytest.mark.parametrize("end", [".", "!", "", "  \n", "…"])
@pytest.mark.parametrize("promise", ["сегодня до 17:00", "завтра до 9:00", "12 января до 24:00"])
def test_a_promised_time_is_put_into_an_interim_reply_by_its_remedy(promise: str, end: str) -> None:
    outage = OutageNow("o1", SIX, "18:00")
    interim = replace(PUBLIC, kind=ReplyKind.INTERIM, promise=promise, outages=(outage,))
    text = f"Приняли, проверяем{end}"
    mended = apply_fix(text, the(Rule.NO_NEXT_NEWS, text, interim).fix)
    stop = end.strip() or "."
    assert mended == f"Приняли, проверяем{stop} Следующую новость напишем {promise}."
    assert rules_of(mended, interim) == set()


def test_without_a_promised_time_only_a_person_can_mend_an_interim_reply() -> None:
    interim = replace(PUBLIC, kind=ReplyKind.INTERIM)
    assert the(Rule.NO_NEXT_NEWS, "Приняли.", interim).fix == ()


def test_the_sentence_of_the_next_news_says_where_its_time_stands(tmp_path: Path) -> None:
    file = tmp_path / "checks.toml"
    words = CHECKS.read_text(encoding="utf-8").replace("напишем {time}", "напишем")
    file.write_text(words, encoding="utf-8")
    with pytest.raises(ConfigError, match="next_news"):
        load_checks(file)


def test_asking_for_a_rating_before_anything_is_solved_is_cut_out() -> None:
    text = f"{GOOD} Пожалуйста, оцените нашу работу. Спасибо."
    assert mended(Rule.RATING, text) == f"{GOOD} Спасибо."
    assert Rule.RATING not in rules_of(text, replace(PUBLIC, outcome=Outcome.SOLVED))


def test_only_call_us_is_no_answer() -> None:
    text = "Здравствуйте! По данному вопросу звоните по телефону 8-800-220-0-220. Спасибо!"
    assert Rule.ONLY_PHONE in rules_of(text)
    assert Rule.ONLY_PHONE not in rules_of(f"{GOOD} Если не включат, звоните 220.")


def test_the_same_words_to_somebody_else_in_the_thread_are_found() -> None:
    context = PUBLIC.with_others(f"Здравствуйте, Мария! {GOOD}", "Другое.")
    assert Rule.IDENTICAL in rules_of(f"Здравствуйте, Ольга! {GOOD.upper()}", context)
    assert Rule.IDENTICAL not in rules_of(f"На Садовой {GOOD}", context)


# ── Language ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("ТП отключилась.", "Трансформаторная подстанция (ТП) отключилась."),
        ("Нет питания от ТП-12.", "Нет питания от трансформаторной подстанции ТП-12."),
        ("Ремонт ВЛ закончим.", "Ремонт воздушной линии (ВЛ) закончим."),
        ("Осмотрели КЛ.", "Осмотрели кабельную линию (КЛ)."),
        ("Обратились в РЭС.", "Обратились в район электрических сетей (РЭС)."),
    ],
)
def test_an_abbreviation_is_written_out_once(text: str, after: str) -> None:
    assert mended(Rule.ABBREVIATION, f"{text} {GOOD}") == f"{after} {GOOD}"
    assert Rule.ABBREVIATION not in rules_of(f"{after} {GOOD}")


def test_the_same_letters_mean_something_else_in_another_topic() -> None:
    connection = replace(PUBLIC, topic="connection.status")
    after = mended(Rule.ABBREVIATION, f"Заявка на ТП готова. {GOOD}", connection)
    assert "технологическом присоединении (ТП)" in after


@pytest.mark.parametrize(
    "text",
    [
        "Трансформаторную подстанцию (ТП) отремонтируем до 18:00, ТП-12 старая.",
        "СНТ, УК и МЧС знают все, до 18:00.",
        "МЫ ВСЁ ЗНАЕМ, СВЕТ БУДЕТ ДО 18:00",
        "НЕ подходите, включим до 18:00.",
    ],
)
def test_explained_and_well_known_letters_are_no_finding(text: str) -> None:
    assert Rule.ABBREVIATION not in rules_of(text)


def test_unknown_letters_are_asked_about_without_a_fix() -> None:
    finding = the(Rule.ABBREVIATION, f"Сработала ЯЩЮ. {GOOD}")
    assert finding.params == {"short": "ЯЩЮ", "full": ""}
    assert finding.fix == ()


def test_two_participles_in_one_sentence_are_a_chain() -> None:
    text = f"Рассмотрев вопрос, проверив линию и учитывая погоду, мы решили. {GOOD}"
    finding = the(Rule.GERUND_CHAIN, text)
    assert marked(finding, text) == ["Рассмотрев", "проверив", "учитывая"]
    one_each = f"Проверив линию, включим. Осмотрев опоры, напишем. {GOOD}"
    assert Rule.GERUND_CHAIN not in rules_of(one_each)


def test_a_participle_is_known_by_its_form() -> None:
    text = (
        "обеспечивая выполняя являясь находясь руководствуясь проведя рассмотрев устранив получив "
        "обратившись включив сообщая принимая осуществляя восстановив отключив"
    )
    finding = the(Rule.GERUND_CHAIN, text)
    assert marked(finding, text) == text.split()


def test_an_adjective_or_noun_is_not_taken_for_a_participle() -> None:
    text = (
        "новая плановая аварийная вторая последняя соседняя рабочая состав обрыв перерыв актив "
        "случаев деревьев улица линия авария бригада включилась осталась связь статья семья земля "
        "неделя хозяев следующая действующая большая хорошая батарея красивая необходимая каждая"
    )
    assert [word for word in text.split() if is_gerund(word)] == []


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("В настоящее время бригада едет.", "Сейчас бригада едет."),
        ("Бригада едет, в случае если нужно.", "Бригада едет, если нужно."),
        ("Задержка вследствие грозы.", "Задержка из-за грозы."),
    ],
)
def test_officialese_with_plain_words_is_replaced(text: str, after: str) -> None:
    assert mended(Rule.FORMAL, f"{text} {GOOD}") == f"{after} {GOOD}"


def test_officialese_without_plain_words_is_marked_at_every_place() -> None:
    text = f"Осуществляется ремонт, осуществляется осмотр. {GOOD}"
    found = [f for f in CHECK.check(text, PUBLIC) if f.rule is Rule.FORMAL]
    assert [marked(f, text) for f in found] == [["Осуществляется"], ["осуществляется"]]


def test_a_second_legal_reference_is_cut_out_where_it_stands_apart() -> None:
    text = (
        f"{GOOD} Срок — 24 часа (пункт 31 Правил, постановление Правительства № 861). "
        "Замер сделаем завтра (ГОСТ 32144-2013)."
    )
    finding = the(Rule.LEGAL_REFERENCES, text)
    assert finding.params == {"count": "2"}
    assert mended(Rule.LEGAL_REFERENCES, text).endswith("Замер сделаем завтра.")
    led = f"{GOOD} Это по 59-ФЗ. Согласно постановлению Правительства № 442, платит поставщик."
    assert mended(Rule.LEGAL_REFERENCES, led).endswith("Это по 59-ФЗ. Платит поставщик.")
    assert Rule.LEGAL_REFERENCES not in rules_of(f"{GOOD} Так велит 59-ФЗ.")


# ── As a whole ────────────────────────────────────────────────────────────────────────────────


def test_what_blocks_comes_first_and_may_be_overruled_only_where_the_rules_allow() -> None:
    text = "Осуществляем ремонт, кв. 5, {срок}."
    findings = CHECK.check(text, PUBLIC)
    weights = [list(Severity).index(f.severity) for f in findings]
    assert weights == sorted(weights)
    assert {f.rule for f in blocking(findings)} == {Rule.GAP, Rule.FLAT}
    assert {f.rule for f in blocking(findings, ["flat", "gap"])} == {Rule.GAP}


def test_every_rule_is_explained_in_both_languages() -> None:
    for language in ("ru", "en"):
        file = RESOURCES / "i18n" / language / "checks.json"
        texts = json.loads(file.read_text(encoding="utf-8"))
        for rule in Rule:
            assert {f"{rule}_title", f"{rule}_what", f"{rule}_why"} <= texts.keys()
        assert {f"severity_{severity}" for severity in Severity} <= texts.keys()


@given(st.text(alphabet="абв АБ.,!()№-0123456789{}@\n", max_size=120))
def test_spans_and_fixes_always_stand_in_the_text(text: str) -> None:
    for finding in CHECK.check(text, replace(PUBLIC, danger=True)):
        for span in finding.spans:
            assert 0 <= span.start <= span.end <= len(text)
        for edit in finding.fix:
            assert 0 <= edit.start <= edit.end <= len(text)


@pytest.mark.parametrize(
    "unit",
    [
        "8 ", "8-", "кв. ", "а@", "а.", "А. ", "АБ ", "Иван ", "п. 1 ", "(ГОСТ ", "согласно ",
        "до 1", "л/с 1 ", "включим до 18:00. ", "оцените. ", "звоните. ", "в течение ", "{а", " ",
        "\n", "Ованович ", "проверив ", "в настоящее ",
    ],
)  # fmt: skip
def test_the_time_grows_no_faster_than_the_text(unit: str) -> None:
    context = replace(PUBLIC, danger=True, outages=(OutageNow("o1", SEVEN, "19:00"),))

    # Quadratic work would take 64 times as long for 8 times the text.
    assert growth(lambda text: CHECK.check(text, context), of=unit, length=1_250) < 30


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("empty = {", "emtpy = {", "this key is not known"),
        ('severity = "block"', 'severity = "stop"', "one of block, warn, hint"),
        ("overridable = false", 'overridable = "no"', "true or false"),
        ('problem = ["', 'problem = ["?", "', "a phrase has words"),
        ("[safety]", "[saftey]", "this key is not known"),
    ],
)
def test_a_wrong_checks_file_says_what_is_wrong(
    old: str, new: str, words: str, tmp_path: Path
) -> None:
    file = tmp_path / "checks.toml"
    file.write_text(CHECKS.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        load_checks(file)
    assert words in str(error.value)


def test_an_abbreviation_without_its_six_cases_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "abbreviations.toml"
    text = ABBREVIATIONS.read_text(encoding="utf-8")
    file.write_text(text + '\n[[abbreviation]]\nshort = "Я"\nforms = ["я"]\n', encoding="utf-8")
    with pytest.raises(ConfigError, match="six texts"):
        load_checks(abbreviations=file)


def test_a_rule_can_be_switched_off(tmp_path: Path) -> None:
    file = tmp_path / "checks.toml"
    text = CHECKS.read_text(encoding="utf-8")
    file.write_text(
        text.replace('formal = { severity = "hint",', 'formal = { on = false, severity = "hint",'),
        encoding="utf-8",
    )
    text = "В настоящее время едем, будем до 18:00."
    assert {f.rule for f in load_checks(file).check(text, PUBLIC)} == set()
