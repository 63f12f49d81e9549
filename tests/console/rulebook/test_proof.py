"""What a photo proves: claims of work that can be seen, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.errors import ConfigError
from console.rulebook.proof import load_proof

PROOF = load_proof()


@pytest.mark.parametrize(
    "text",
    [
        "Устранили обрыв у дома 5.",
        "Повреждение устранено сегодня в 14:10",
        "Провод заменён, опора стоит ровно",
        "Бригада починила щиток",
        "Дерево убрали с линии",
        "Опору установили заново",
        "Открытую подстанцию закрыли на замок",
        "Отремонтировали кабель",
    ],
)
def test_work_that_can_be_seen_is_claimed(text: str) -> None:
    assert PROOF.claims(text)


@pytest.mark.parametrize(
    "text",
    [
        "Свет включили в 14:10.",
        "Бригада выехала, устраним до вечера",
        "Ещё не устранили, бригада на месте",
        "Заявку зарегистрировали",
        "Если не починят, напишите снова",
        "Проверили напряжение: 224 вольта",
    ],
)
def test_what_is_to_come_or_cannot_be_seen_is_no_claim(text: str) -> None:
    assert PROOF.claims(text) == ()


def test_a_wrong_phrase_is_refused_with_its_file(tmp_path: Path) -> None:
    file = tmp_path / "proof.toml"
    file.write_text('claims = ["* + *"]', encoding="utf-8")
    with pytest.raises(ConfigError, match=r"proof\.toml"):
        load_proof(file)
