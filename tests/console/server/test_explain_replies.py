"""``otklik-server explain template``, ``explain checks`` and ``explain address``."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from console.errors import ConfigError, UsageError
from console.rulebook.templates import TEMPLATES
from console.server.__main__ import parser


def said(*arguments: str, code: int = 0) -> str:
    args = parser().parse_args(["explain", *arguments])
    out = io.StringIO()
    assert args.func(args, out=out) == code
    return out.getvalue()


def data(*arguments: str, code: int = 0) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(said(*arguments, "--json", code=code))
    return answer


def refusal(*arguments: str) -> str:
    with pytest.raises(UsageError) as error:
        said(*arguments)
    message = str(error.value)
    assert "\n" not in message
    return message


def a_file(folder: Path, text: str, name: str = "reply.txt") -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


# ── Templates ─────────────────────────────────────────────────────────────────────────────────


def test_a_template_is_explained_with_its_fields_and_drafts() -> None:
    text = said("template", str(TEMPLATES / "outage-known-etr.toml"))
    assert text.startswith("Авария: время известно (outage-known-etr)\n")
    assert "{восстановление} — Когда включим, обязательное" in text
    assert "{имя} — Как обратиться к заявителю: имя и отчество или имя, необязательное" in text
    assert "  Здравствуйте, Ольга Петровна! Да, мы знаем" in text
    assert "свет планируем включить {восстановление}." in text
    assert "Проверки: замечаний нет" in text


def test_every_shipped_template_can_be_explained_in_both_languages() -> None:
    for file in sorted(TEMPLATES.glob("*.toml")):
        if file.name not in ("variables.toml", "fragments.toml"):
            for language in ("ru", "en"):
                assert "‹" not in said("template", str(file), "--lang", language)


def test_a_template_as_data_has_fields_gaps_and_findings() -> None:
    answer = data("template", str(TEMPLATES / "outage-known-etr.toml"))
    fields = {field["name"]: field for field in answer["fields"]}
    assert fields["восстановление"]["promises_etr"]
    assert fields["восстановление"]["required"]
    assert not fields["причина"]["required"]
    assert [gap["name"] for gap in answer["gaps"]] == ["восстановление"]
    assert answer["findings"] == []


def test_a_body_without_a_card_is_a_template_too(tmp_path: Path) -> None:
    answer = data("template", a_file(tmp_path, "Включим {восстановление}, {имя}.\n"))
    assert answer["preview"] == "Включим сегодня до 18:00, Ольга Петровна."


def test_a_wrong_template_is_one_line_that_says_where_and_what_to_do(tmp_path: Path) -> None:
    message = refusal("template", a_file(tmp_path, "Да,\n{имя"))
    assert "reply.txt: Строка 2, знак 1: поле не закрыто. Поставьте «}»" in message
    names = refusal("template", a_file(tmp_path, "{имяя} и {уллица}"))
    assert "поля {имяя} нет. Похожие: {имя}." in names
    assert "поля {уллица} нет. Похожие: {улица}" in names
    with pytest.raises(ConfigError, match="“body” must be a text"):
        said("template", a_file(tmp_path, "key = 1", "card.toml"))


def test_a_wrong_template_as_data_lists_its_faults_and_fails(tmp_path: Path) -> None:
    answer = data("template", a_file(tmp_path, "{имяя} [[да]]"), code=1)
    assert answer["faults"][0]["code"] == "block_without_field"
    answer = data("template", a_file(tmp_path, "{имяя}"), code=1)
    assert (answer["faults"][0]["code"], answer["faults"][0]["near"]) == ("unknown_field", "{имя}")


# ── Checks ────────────────────────────────────────────────────────────────────────────────────

BAD = (
    "Здравствуйте, Мария! В настоящее время на ТП-12 авария, тел. 8 913 123-45-67.\n"
    "Осмотрев линию и получив результат, устраним в ближайшее время.\n"
)


def test_a_bad_reply_is_explained_finding_by_finding(tmp_path: Path) -> None:
    file = a_file(tmp_path, BAD)
    text = said("checks", file, "--topic", "danger.wire", "--resident", "Ольга Иванова")
    for words in (
        "Нельзя отправить: Нет слов о безопасности",
        "Нельзя отправить: Личный телефон",
        "1:62 «8 913 123-45-67»",
        "Замечание: Имя не то",
        "Здравствуйте, Ольга!",
        "трансформаторной подстанции ТП-12",
        "2:1 «Осмотрев», 2:18 «получив»",
        "«В настоящее время» → «Сейчас».",
        "8 замечаний",
        "Отправить нельзя",
    ):
        assert words in text


def test_a_reply_as_data_says_whether_it_may_be_sent(tmp_path: Path) -> None:
    answer = data("checks", a_file(tmp_path, BAD), "--channel", "telegram")
    assert (answer["channel"], answer["limit"], answer["visibility"]) == (
        "telegram",
        4096,
        "public",
    )
    assert not answer["may_be_sent"]
    assert answer["may_be_sent_with_reasons"]
    rules = [finding["rule"] for finding in answer["findings"]]
    assert rules[0] == "phone"
    private = data("checks", a_file(tmp_path, BAD), "--visibility", "private")
    assert "phone" not in [finding["rule"] for finding in private["findings"]]


def test_a_good_reply_may_be_sent(tmp_path: Path) -> None:
    text = said("checks", a_file(tmp_path, "Свет включим сегодня до 18:00."), "--lang", "en")
    assert "Nothing found; it may be sent." in text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--channel", "icq"), "Канала «icq» нет. Есть: im, vk"),
        (("--topic", "moon"), "Темы «moon» нет"),
        (("--lang", "fr"), "Языка «fr» нет. Есть: ru, en."),
    ],
)
def test_an_unknown_key_is_one_line_with_the_list(
    arguments: tuple[str, ...], words: str, tmp_path: Path
) -> None:
    assert words in refusal("checks", a_file(tmp_path, "Да"), *arguments)


def test_a_file_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    assert "нет." in refusal("checks", str(tmp_path / "no.txt"))
    binary = tmp_path / "x.bin"
    binary.write_bytes(b"\xff\xfe\x00")
    assert "не в UTF-8" in refusal("template", str(binary))
    assert "не читается" in refusal("checks", str(tmp_path))
    large = tmp_path / "large.txt"
    large.write_bytes(b"a" * 1_000_001)
    assert "больше мегабайта" in refusal("checks", str(large))


# ── Addresses ─────────────────────────────────────────────────────────────────────────────────


def test_an_address_is_explained_with_its_reasons_and_topics() -> None:
    text = said("address", "в солонцах на пятой нет света", "--branch", "krasnoyarsk")
    assert text.splitlines()[:3] == [
        "Солонцы, 5-я",
        "  Филиал: Красноярскэнерго",
        "  Уверенность 78 %: уверенно",
    ]
    assert "· улица с номером, тип не назван: 5-я" in text
    assert "Аварийное отключение (outage.emergency)" in text


def test_an_address_as_data_names_places_danger_and_topics() -> None:
    answer = data("address", "<p>в солонцах на пятой искрит столб</p>")
    place = answer["places"][0]
    assert (place["settlement"], place["branch"], place["street"]) == (
        "Солонцы",
        "krasnoyarsk",
        "5-я",
    )
    assert [span["text"] for span in place["spans"]] == ["солонцах", "пятой"]
    assert answer["danger"]
    assert answer["topics"][0]["key"] == "danger.sparks"


def test_every_reason_has_its_sentence_in_both_languages() -> None:
    for text in ("в берёзовке", "Новосибирск", "с. Каптырево", "ул ленена 5", "в тайге"):
        for language in ("ru", "en"):
            assert "‹" not in said("address", text, "--lang", language, "--branch", "kuzbass")


def test_a_text_without_a_place_says_so_and_an_unknown_branch_is_refused() -> None:
    assert "Место в тексте не найдено." in said("address", "спасибо вам")
    assert "Филиала «mars» нет. Есть: omsk" in refusal("address", "x", "--branch", "mars")
