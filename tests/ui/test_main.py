"""One run of the console: from the empty profile to the desk, against a real server."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QDialog

from console.domain.operator import Operator, Role
from console.listing import QueueQuery
from console.remote.secrets import MemorySecrets
from tests.support.server import PASSWORD, live_server
from ui.dialogs.passphrase import PassphraseDialog
from ui.dialogs.server import ServerDialog
from ui.dialogs.sign_in import SignInDialog
from ui.main import EXIT_FAILED, Program
from ui.options import Options
from ui.windows.first_page import FirstPage

OLGA = Operator("op-7", "olga", "Смирнова Ольга", Role.OPERATOR, ("*",))
PASSPHRASE = "фонарь-столб-провод"
_LOOK_MS = 20


class Hand:
    """Does what a person would: fills in each dialog that comes, and closes the window at last."""

    def __init__(self, program: Program, answers: dict[type[QDialog], Callable[..., None]]) -> None:
        self._program = program
        self._answers = answers
        self.seen: list[str] = []
        self.at_the_desk: Callable[[], bool] = lambda: True
        self._timer = QTimer()
        self._timer.setObjectName("hand")
        self._timer.timeout.connect(self._look)
        self._patience = 1500

    def start(self) -> None:
        """Begin to look."""
        self._timer.start(_LOOK_MS)

    def stop(self) -> None:
        """Look no more."""
        self._timer.stop()

    def _look(self) -> None:
        self._patience -= 1
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, QDialog):
            self._answer(dialog)
        elif self._program._shift is not None and self.at_the_desk():
            self._program._window.close()
        if self._patience <= 0:
            self.seen.append("gave up")
            self._program._app.quit()

    def _answer(self, dialog: QDialog) -> None:
        answer = self._answers.get(type(dialog))
        name = type(dialog).__name__
        if answer is None:
            self.seen.append(f"did not expect {name}")
            dialog.reject()
        elif dialog.property("answered") is None:
            dialog.setProperty("answered", True)
            self.seen.append(name)
            answer(dialog)


def give_passphrase(dialog: PassphraseDialog) -> None:
    dialog.fill(PASSPHRASE, PASSPHRASE)
    dialog.submit()


def sign_in(dialog: SignInDialog) -> None:
    dialog.fill(OLGA.login, PASSWORD)
    dialog.submit()


@contextmanager
def a_program(app: QApplication, options: Options) -> Generator[Program]:
    program = Program(app, options)
    try:
        yield program
    finally:
        app.setStyleSheet("")


def walked(program: Program, hand: Hand) -> int:
    hand.start()
    try:
        return program.run()
    finally:
        hand.stop()


def test_the_first_start_asks_for_what_it_needs_and_the_second_for_less(
    qapp: QApplication, tmp_path: Path
) -> None:
    profile = tmp_path / "profile"
    with live_server(tmp_path, operators=[OLGA]) as server:
        with a_program(qapp, Options(profile=profile)) as program:

            def name_server(dialog: ServerDialog) -> None:
                dialog.fill(server.url)
                dialog.submit()

            hand = Hand(
                program,
                {
                    ServerDialog: name_server,
                    PassphraseDialog: give_passphrase,
                    SignInDialog: sign_in,
                },
            )
            assert walked(program, hand) == 0
            assert hand.seen == ["ServerDialog", "PassphraseDialog", "SignInDialog"]
        with a_program(qapp, Options(profile=profile)) as program:
            hand = Hand(program, {PassphraseDialog: give_passphrase})
            assert walked(program, hand) == 0
            assert hand.seen == ["PassphraseDialog"]
    everything = b"".join(file.read_bytes() for file in profile.rglob("*") if file.is_file())
    assert OLGA.name.encode() not in everything
    assert PASSPHRASE.encode() not in everything


def test_with_a_keychain_the_second_start_opens_at_the_queue_that_then_stands_in_the_desk(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets, pages = MemorySecrets(), list[FirstPage]()
    begin = FirstPage.begin

    def note(page: FirstPage, query: QueueQuery) -> None:
        begin(page, query)
        pages.append(page)

    monkeypatch.setattr("ui.main._secrets", lambda *, demo: secrets)
    monkeypatch.setattr(FirstPage, "begin", note)
    with live_server(tmp_path, operators=[OLGA]) as server:
        options = Options(profile=tmp_path / "profile", server=server.url)
        with a_program(qapp, options) as program:
            hand = Hand(program, {SignInDialog: sign_in})
            assert walked(program, hand) == 0
        assert not pages
        with a_program(qapp, options) as program:
            hand = Hand(program, {})
            assert walked(program, hand) == 0
            assert program._shift is not None and hand.seen == []
            assert program._shift.desk.parts.queue is pages[0].queue
            assert program._shift.desk.parts.queue.query.queue == "open"


def test_a_wrong_password_is_told_in_the_dialog(qapp: QApplication, tmp_path: Path) -> None:
    told: list[str] = []

    def fail_first(dialog: SignInDialog) -> None:
        dialog.fill(OLGA.login, "wrong")
        dialog.submit()
        watch = QTimer(dialog)
        watch.setObjectName("watch")

        def look() -> None:
            if dialog.error():
                told.append(dialog.error())
                watch.stop()
                sign_in(dialog)

        watch.timeout.connect(look)
        watch.start(_LOOK_MS)

    with live_server(tmp_path, operators=[OLGA]) as server:
        options = Options(profile=tmp_path / "profile", server=server.url)
        with a_program(qapp, options) as program:
            hand = Hand(program, {PassphraseDialog: give_passphrase, SignInDialog: fail_first})
            assert walked(program, hand) == 0
    assert told == ["Логин или пароль не подошли. Проверьте раскладку и попробуйте ещё раз."]


def test_a_second_program_on_the_same_profile_is_sent_away(
    qapp: QApplication, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    profile = tmp_path / "profile"
    with live_server(tmp_path, operators=[OLGA]) as server:
        options = Options(profile=profile, server=server.url)
        with a_program(qapp, options) as first, a_program(qapp, options) as second:
            codes: list[int] = []

            def start_second() -> bool:
                if not codes:
                    codes.append(EXIT_FAILED)
                    second._begin()
                return second._code == EXIT_FAILED

            hand = Hand(first, {PassphraseDialog: give_passphrase, SignInDialog: sign_in})
            hand.at_the_desk = start_second
            assert walked(first, hand) == 0
            assert second._code == EXIT_FAILED
            second._end()
    assert "уже открыт" in capsys.readouterr().err


def test_giving_no_passphrase_ends_the_program_and_says_why(
    qapp: QApplication, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = Options(profile=tmp_path / "profile", server="http://127.0.0.1:1")
    with a_program(qapp, options) as program:
        hand = Hand(program, {PassphraseDialog: lambda dialog: dialog.reject()})
        assert walked(program, hand) == EXIT_FAILED
    assert "Ключ хранилища недоступен" in capsys.readouterr().err
    assert not (tmp_path / "profile" / "store.db").exists()


def test_signing_in_can_be_left_for_later(qapp: QApplication, tmp_path: Path) -> None:
    options = Options(profile=tmp_path / "profile", server="http://127.0.0.1:1")
    with a_program(qapp, options) as program:
        hand = Hand(
            program,
            {PassphraseDialog: give_passphrase, SignInDialog: lambda dialog: dialog.reject()},
        )
        assert walked(program, hand) == 0
        assert hand.seen == ["PassphraseDialog", "SignInDialog"]


def test_another_server_can_be_named_instead_of_signing_in(
    qapp: QApplication, tmp_path: Path
) -> None:
    with live_server(tmp_path, operators=[OLGA]) as server:
        options = Options(profile=tmp_path / "profile", server="http://127.0.0.1:1")
        with a_program(qapp, options) as program:
            tried: list[str] = []

            def elsewhere_first(dialog: SignInDialog) -> None:
                tried.append(dialog._server.text())
                if len(tried) == 1:
                    dialog._other.click()
                else:
                    sign_in(dialog)

            def name_server(dialog: ServerDialog) -> None:
                dialog.fill("nonsense")
                dialog.submit()
                assert "http://" in dialog.error()
                dialog.fill(f"{server.url}/")
                dialog.submit()

            hand = Hand(
                program,
                {
                    PassphraseDialog: give_passphrase,
                    SignInDialog: elsewhere_first,
                    ServerDialog: name_server,
                },
            )
            assert walked(program, hand) == 0
    assert tried == ["http://127.0.0.1:1", server.url]


@pytest.mark.expected_logs("not foreseen")
def test_a_bug_ends_a_run_without_a_person_with_its_traceback(
    qapp: QApplication, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = Options(profile=tmp_path / "profile", server="http://127.0.0.1:1")
    with a_program(qapp, options) as program:

        def explode(_: PassphraseDialog) -> None:
            raise ZeroDivisionError("planted")

        assert walked(program, Hand(program, {PassphraseDialog: explode})) == EXIT_FAILED
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_the_start_page_says_at_which_step_the_demonstration_is(
    qapp: QApplication, tmp_path: Path
) -> None:
    with a_program(qapp, Options(profile=tmp_path, demo=True)) as program:
        page = program._window._start
        program._say_demo("database", 0, 1)
        assert page._body.text() == "Создаём базу данных сервера."
        assert page._progress.maximum() == 0, "nobody knows how long it takes"
        program._say_demo("world", 0, 400)
        assert page._body.text().startswith("Придумываем обращения")
        program._say_demo("seeding", 100, 400)
        assert page._body.text() == "Записываем обращения: 100 из 400."
        assert (page._progress.value(), page._progress.maximum()) == (250, 1000)
        program._end()
