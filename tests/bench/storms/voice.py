"""What residents of the generated streams write: words drawn from parts, spelt as people spell."""

from __future__ import annotations

from random import Random
from typing import Final

from tests.bench.storms.land import Street

TOPICS: Final = {
    "outage.emergency": 16.0,
    "outage.one_house": 4.0,
    "outage.settlement": 2.0,
    "outage.frequent": 6.0,
    "outage.planned": 6.0,
    "outage.repeat": 2.0,
    "outage.debt": 3.0,
    "quality.low": 6.0,
    "quality.surge": 5.0,
    "quality.phase": 1.5,
    "quality.burnt": 2.0,
    "danger.wire": 3.0,
    "danger.sparks": 2.0,
    "danger.pole": 3.0,
    "danger.tree": 3.0,
    "connection.status": 8.0,
    "connection.overdue": 4.0,
    "connection.price": 2.0,
    "metering.meter": 5.0,
    "metering.readings": 4.0,
    "information.no_notice": 3.0,
    "information.no_contact": 3.0,
    "infrastructure.lighting": 4.0,
    "theft": 1.5,
    "staff": 1.5,
    "thanks": 2.0,
    "not_ours.uk": 3.0,
    "no_answer.spam": 3.0,
}
"""Topics of an ordinary day with their shares."""

_SHORT: Final = (
    "Нет света",
    "Когда дадут свет?",
    "Опять нет света!",
    "Света нет уже час",
    "У нас тоже темно",
    "И у нас нет",
    "Что случилось?",
    "Свет будет?",
    "тоже без света",
    "Почему отключили?",
    "Ау, свет где",
)
_OPENINGS: Final = (
    "Здравствуйте,",
    "Добрый вечер!",
    "Добрый день.",
    "Подскажите пожалуйста,",
    "Уважаемые энергетики,",
    "Люди добрые,",
    "Сколько можно!",
    "Алло,",
    "Ребята,",
    "Вопрос к электросетям:",
    "",
    "",
)
_DARK: Final = (
    "у нас нет света {where}",
    "{where} пропало электричество",
    "свет моргнул и погас {where}",
    "сидим в темноте {where}",
    "{where} вырубило всё",
    "отключили электричество {where} без предупреждения",
    "{where} обесточены дома",
    "бахнуло и темно {where}",
    "{where} нет напряжения в розетках",
    "электроэнергии нет {where}, соседи тоже сидят",
)
_SINCE: Final = (
    "уже полчаса",
    "с самого утра",
    "минут двадцать назад",
    "как только начался ветер",
    "после грозы",
    "час как",
    "только что",
    "второй раз за день",
    "с {hour} часов",
)
_ENDINGS: Final = (
    "когда включат?",
    "дома маленький ребёнок",
    "котёл встал, мёрзнем",
    "на горячую линию не дозвониться",
    "насос не качает, воды тоже нет",
    "сделайте что-нибудь",
    "холодильник течёт",
    "что говорят диспетчеры?",
    "работать невозможно, я на удалёнке",
    "у бабушки кислородный аппарат",
    "дайте хоть какую информацию",
    "скотину не напоить",
)
_OTHER: Final = (
    "хочу узнать про заявку номер {n}, когда будет ответ",
    "счётчик показывает ошибку {n}, кого вызвать",
    "напряжение еле дотягивает до {n} вольт, лампы мигают",
    "передайте показания {n}, сайт не принимает",
    "столб у дома {n} наклонился, посмотрите",
    "ветки лежат на проводах возле дома {n}",
    "договор подписали {n} дней назад и тишина",
    "на сколько часов плановое отключение числа {n}",
    "благодарим бригаду за работу, дом {n}",
    "за долги отключили, оплатил {n} рублей, когда подключат",
)
_OLD: Final = (
    "Напоминаем, что ещё в {month} жителям {town} обещали заменить трансформатор, но ничего не "
    "сделано, свет отключают при каждом ветре, а чиновники отвечают отписками\n"
    "В {month} прошлого года в {town} двое суток не было света, сгорела техника, никто не "
    "компенсировал людям ущерб, просим прокуратуру разобраться с энергетиками\n"
    "Требуем прекратить отключения в {town}! Петиция от {month} собрала тысячи подписей, "
    "электросети молчат, распространите этот текст во всех группах и чатах"
)
_MONTHS: Final = ("январе", "феврале", "марте", "августе", "октябре", "декабре")
_SPELT: Final = {
    "улица": ("ул. {}", "улица {}", "ул {}", "{}", "Ул. {}"),
    "переулок": ("пер. {}", "переулок {}", "пер {}"),
}


def street_as_written(street: Street, rng: Random) -> str:
    """A street as one resident or one clerk spells it."""
    name = street.name
    if rng.random() < 0.1:
        name = name.lower()
    if "ё" in name and rng.random() < 0.6:
        name = name.replace("ё", "е")
    return rng.choice(_SPELT[street.kind]).format(name)


def dark(where: str, rng: Random, *, terse: float) -> str:
    """A cry that it is dark; ``terse`` is the share of those of two or three words."""
    if rng.random() < terse:
        return rng.choice(_SHORT)
    text = rng.choice(_DARK).format(where=where).strip()
    if rng.random() < 0.7:
        text += " " + rng.choice(_SINCE).format(hour=rng.randint(1, 23))
    if rng.random() < 0.75:
        text += ", " + rng.choice(_ENDINGS)
    return f"{rng.choice(_OPENINGS)} {text}".strip()


def other(rng: Random) -> str:
    """Something of an ordinary day that is not about the dark."""
    return f"{rng.choice(_OPENINGS)} {rng.choice(_OTHER).format(n=rng.randint(1, 9999))}".strip()


def old_story(town: str, rng: Random) -> str:
    """A text about something old, to be copied by many."""
    return rng.choice(_OLD.split("\n")).format(town=town, month=rng.choice(_MONTHS))


def copied(text: str, rng: Random) -> str:
    """``text`` as another one passes it on: as it is, with a word more, or one less."""
    words = text.split()
    for _ in range(rng.choice((0, 0, 1, 1, 2, 3))):
        at = rng.randrange(len(words))
        if rng.random() < 0.5:
            words.insert(at, rng.choice(("репост!", "люди,", "максимальный", "прочтите", "снова")))
        elif len(words) > 8:
            del words[at]
    return " ".join(words)
