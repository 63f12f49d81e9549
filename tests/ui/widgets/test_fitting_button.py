"""A fitting button says the longest of its words that there is room for."""

from __future__ import annotations

import pytest
import shiboken6
from PySide6.QtWidgets import QPushButton

from ui.widgets.elided_button import ElidedButton
from ui.widgets.fitting_button import FittingButton

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.mark.parametrize("longest", ["Новости к завтра 12:00 (Красноярск, UTC+7)", "Свет & тепло"])
def test_a_button_says_as_much_as_there_is_room_for(longest: str) -> None:
    button = FittingButton()
    button.say(longest, "к завтра", "")
    whole, middle = button.sizeHint().width(), button.size_for("к завтра").width()
    plain = QPushButton(longest.replace("&", "&&"))
    assert button.sizeHint().width() == plain.sizeHint().width()
    shown = []
    for width in (whole + 40, whole, whole - 1, middle, middle - 1):
        button.resize(width, 30)
        button.show()
        shown.append(button.text().replace("&&", "&"))
    assert shown == [longest, longest, "к завтра", "к завтра", ""]
    assert button.sizeHint().width() == whole, "what it asks for does not depend on what it says"
    assert button.minimumSizeHint().width() == button.size_for("").width()
    assert button.accessibleName() == longest
    for one in (button, plain):
        shiboken6.delete(one)


def test_a_long_name_loses_its_middle_and_is_told_whole() -> None:
    button = ElidedButton()
    name = "заявление в РЭС.pdf · загружено 40 КБ из 97 КБ"
    button.say(name)
    button.resize(button.sizeHint())
    assert button.text() == name and not button.toolTip()
    button.show()
    button.resize(160, button.height())
    assert "…" in button.text() and button.text().endswith("КБ")
    assert button.size_for(button.text()).width() <= 160
    assert button.accessibleName() == button.toolTip() == name
    shiboken6.delete(button)
