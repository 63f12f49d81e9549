"""The shipped topics: they recognise what residents really write, danger above all."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from console.domain.priority import Factor, priority
from console.errors import ConfigError
from console.paths import RESOURCES
from console.rulebook.danger import load_danger
from console.rulebook.topics import load_priority, load_topics

BOOK = load_topics()
DANGER = load_danger()
RULES = load_priority()
NOW = datetime(2026, 1, 20, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("В солонцах на пятой нет света", "outage.emergency"),
        ("Когда включите свет?? Сидим в темноте с 8 утра", "outage.emergency"),
        ("нету свету по ул Мира уже 3 часа", "outage.emergency"),
        ("Отсутствие электроэнергии с 7.30 до настоящего времени", "outage.emergency"),
        ("Подскажите, сегодня плановое отключение?", "outage.planned"),
        ("Уже пятый раз за месяц отключают, постоянно отключают!", "outage.frequent"),
        ("У соседей свет есть, а у нас нет", "outage.one_house"),
        ("Вся деревня сидит без света, весь посёлок!", "outage.settlement"),
        ("Всем включили, а нас забыли, так и нет света на Садовой", "outage.repeat"),
        ("Отключили за долги, я оплатил, когда подключат?", "outage.debt"),
        ("Низкое напряжение, лампочки горят тускло, холодильник не тянет", "quality.low"),
        ("напряжение 260 вольт, повышенное напряжение, боюсь за технику", "quality.high"),
        ("Свет моргает, скачет напряжение весь вечер", "quality.surge"),
        ("пропала фаза, в доме работает только половина розеток", "quality.phase"),
        ("После скачка сгорел холодильник и телевизор, кто возместит ущерб?", "quality.burnt"),
        ("Провод лежит на земле возле школы!!", "danger.wire"),
        ("На столбе искрит, боимся пожара", "danger.sparks"),
        ("Трансформаторная будка открыта, дети лазят", "danger.substation"),
        ("Столб наклонился и вот-вот упадет", "danger.pole"),
        ("Дерево упало на провода", "danger.tree"),
        ("Подавал заявку на техприсоединение, на какой стадии?", "connection.status"),
        ("Срок по договору вышел, так и не подключили участок", "connection.overdue"),
        ("Сколько стоит подключить дом к сетям? Какая стоимость подключения", "connection.price"),
        ("Отказали в подключении, отказ в присоединении без причин", "connection.refusal"),
        ("Когда придут заменить счётчик? Сломался счётчик", "metering.meter"),
        ("Пришла квитанция с показаниями, которых не было", "metering.readings"),
        ("Почему не предупредили об отключении? Без предупреждения!", "information.no_notice"),
        ("Обещали до 14 часов, потом переносите время опять", "information.wrong_time"),
        ("Не могу дозвониться на горячую линию, никто трубку не берет", "information.no_contact"),
        ("Не горят фонари на улице, нет освещения", "infrastructure.lighting"),
        ("Соседи майнят, воруют электричество", "theft"),
        ("Диспетчер нахамила и бросила трубку", "staff"),
        ("Огромное спасибо бригаде за оперативную работу!", "thanks"),
        ("Мы в СНТ, председатель не отвечает, садовое товарищество", "not_ours.snt"),
        ("В подъезде нет света, управляющая компания молчит", "not_ours.uk"),
        ("Почему энергосбыт начисляет пени? лицевой счёт закрыт", "not_ours.supplier"),
        ("Подпишись на канал, заработок в интернете, казино", "no_answer.spam"),
    ],
)
def test_the_topic_of_a_plain_appeal_is_guessed_first(text: str, topic: str) -> None:
    guesses = BOOK.guess(text)
    assert guesses[0].key == topic, [(guess.key, guess.confidence) for guess in guesses]
    assert all(text[r.span.start : r.span.end] for r in guesses[0].reasons)


@pytest.mark.parametrize(
    "text",
    [
        "провод оборвало ветром, лежит на дороге",
        "Оборванный провод болтается у детской площадки",
        "провода висят низко, рукой достать можно",
        "столб горит!!!",
        "летят искры с трансформатора",
        "бьёт током от забора",
        "опора накренилась над домом",
        "открытый электрощит на улице",
        "ветка лежит на проводах",
        "дерево вот-вот упадёт на линию",
        "на линии обрыв, кабель торчит из земли",
        "ПРОВОДА НА ЗЕМЛЕ",
        "замыкает провод о крышу",
    ],
)
def test_danger_is_recognised(text: str) -> None:
    assert DANGER.is_danger(text)
    assert BOOK.guess(text)[0].danger


@pytest.mark.parametrize(
    "text",
    [
        "нет света с утра, когда включат?",
        "Работы проводились на дороге, асфальт лежит",
        "Спасибо, свет горит",
        "столб есть, но фонарь не горит",
        "искренне благодарю бригаду",
        "опора и надежда нашей семьи",
        "на столбе не искрит, всё починили",
        "провели работы, дорога чистая",
        "",
        "🙏🙏🙏",
    ],
)
def test_what_is_no_danger_raises_no_alarm(text: str) -> None:
    assert not DANGER.is_danger(text)


def test_names_of_other_systems_are_mapped_by_table_then_by_words() -> None:
    assert BOOK.from_outside("ОТКЛЮЧЕНИЕ ЭЛЕКТРОЭНЕРГИИ.") == "outage.emergency"
    assert BOOK.from_outside("ЖКХ", "Неработающее наружное освещение") == "infrastructure.lighting"
    assert BOOK.from_outside("Скачки напряжения в сети") == "quality.surge"
    assert BOOK.from_outside("Бездомные животные") is None


def test_every_topic_and_factor_has_a_name_in_both_languages() -> None:
    for language in ("ru", "en"):
        folder = RESOURCES / "i18n" / language
        names = json.loads((folder / "topics.json").read_text(encoding="utf-8"))
        assert set(names) == set(BOOK.topics)
        factors = json.loads((folder / "priority.json").read_text(encoding="utf-8"))
        assert set(factors) == {f"factor_{factor}" for factor in Factor}


def test_the_twelve_roots_are_there_and_every_child_has_its_root() -> None:
    roots = {topic.root for topic in BOOK.topics.values()}
    assert len(roots) == 12
    assert roots <= set(BOOK.topics)


def test_priority_counts_each_factor_once_and_says_why() -> None:
    result = priority(
        "Ребёнок болеет, дети мёрзнут, отопление от электричества, рядом школа",
        RULES,
        residents=250,
        temperature=-31.5,
        at=NOW,
        earlier=[NOW - timedelta(days=89), NOW - timedelta(days=91)],
    )
    points = {reason.factor: reason.detail for reason in result.reasons}
    assert set(points) == {
        Factor.SCHOOL,
        Factor.CHILDREN,
        Factor.FROST,
        Factor.ELECTRIC_HEATING,
        Factor.MANY_RESIDENTS,
        Factor.REPEAT,
    }
    assert points[Factor.REPEAT] == "1"
    assert result.high
    assert result.points == sum(reason.points for reason in result.reasons)


def test_an_ordinary_appeal_has_no_extra_priority() -> None:
    result = priority("Когда включат свет?", RULES, residents=3, temperature=5.0)
    assert result.points == 0
    assert not result.high


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        ('[[topic]]\nkey = "a"\n[[topic]]\nkey = "a"', "stands twice"),
        ('[[topic]]\nkey = "a.b"', "child of a root"),
        ('[[topic]]\nkey = "a"\nwords = ["?"]', "a phrase has words"),
        ('[[topic]]\nkey = "a"\nwrods = ["б"]', "this key is not known"),
        ('[[topic]]\nkey = "a"\ndanger = "yes"', "true or false"),
        ('[[topic]]\nkey = "a"\n[outside]\n"Тема" = "b"', "key of a topic"),
        ("[[topic", "not TOML"),
    ],
)
def test_a_wrong_topics_file_says_what_is_wrong(toml: str, words: str, tmp_path: Path) -> None:
    file = tmp_path / "topics.toml"
    file.write_text(toml, encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        load_topics(file)
    assert words in str(error.value)
    assert "topics.toml" in str(error.value)
