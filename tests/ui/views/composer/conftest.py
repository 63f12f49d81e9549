"""A composer below a thread, for one appeal in Кызыл."""

from __future__ import annotations

from collections.abc import Generator

import pytest
from PySide6.QtWidgets import QApplication

from tests.support.ui_stage import Stage, on_stage
from ui.views.appeal_view import AppealView
from ui.views.composer_view import ComposerView


@pytest.fixture
def stage(qapp: QApplication) -> Generator[Stage]:
    with on_stage(qapp) as made:
        yield made


@pytest.fixture
def view(stage: Stage) -> AppealView:
    shown = stage.show(
        lambda: AppealView(stage.context, stage.bridge, stage.dispatcher, speech=stage.speech)
    )
    shown.show_appeal(stage.ref)
    return shown


@pytest.fixture
def composer(view: AppealView) -> ComposerView:
    return view.composer
