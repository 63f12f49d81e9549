"""Comments that only agree."""

from __future__ import annotations

import pytest

from console.domain.agreeing import is_agreeing

AGREE = ("+1", "+", "++", "+1!!!", "+ 1", "Плюс один", "плюсую!", "И у нас", "у нас тоже 😡",
         "+1 у нас тоже", "Аналогично.", "та же история…", "+100")  # fmt: skip
OWN = ("Мы тоже сидим без света, Кочетова 20", "Когда дадут?", "И у нас искрит провод", "1 мая?",
       "тоже искрит", "", "😡", "+7 913 555-01-01 перезвоните", "не согласен", "5+1")  # fmt: skip


@pytest.mark.parametrize("text", AGREE)
def test_a_comment_without_words_of_its_own_agrees(text: str) -> None:
    assert is_agreeing(text)


@pytest.mark.parametrize("text", OWN)
def test_a_comment_that_tells_anything_stands_for_itself(text: str) -> None:
    assert not is_agreeing(text)
