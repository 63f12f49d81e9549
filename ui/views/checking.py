"""Checking: the checks run on what stands in the composer, are shown, mended and overruled."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, QTimer, Signal

from console.domain.finding import Finding
from ui.presenters.checks import CheckFace, check_faces, photo_face, proven, reply_context
from ui.views.checks_panel import ChecksPanel
from ui.views.composing import Composing
from ui.views.draft_desk import DraftDesk
from ui.views.surroundings import Surroundings
from ui.widgets.marked_editor import Mark, MarkedEditor

CHECK_MILLIS = 150
"""How long after the last key the checks run."""


class Checking(QObject):
    """`checked` comes after each run, `text_wanted` when the cursor belongs into the text.

    `told` is a sentence for the person and its kind: what could not be done, and what to do.
    """

    checked = Signal()
    text_wanted = Signal()
    told = Signal(str, str)

    def __init__(
        self,
        composing: Composing,
        desk: DraftDesk,
        around: Surroundings,
        *,
        editor: MarkedEditor,
        panel: ChecksPanel,
    ) -> None:
        super().__init__(panel)
        self._composing = composing
        self._desk = desk
        self._around = around
        self._editor = editor
        self._panel = panel
        self.findings: tuple[Finding, ...] = ()
        self._timer = QTimer(self, singleShot=True, interval=CHECK_MILLIS)
        self._timer.timeout.connect(self.run)
        around.looked.connect(self.soon)
        editor.cursorPositionChanged.connect(self._on_cursor)
        panel.fix_wanted.connect(self._fix)
        panel.go_wanted.connect(self._go_to)
        panel.overridden.connect(self._overrule)
        panel.back_wanted.connect(self.text_wanted)

    # ------------------------------------------------------------------------------ running

    def soon(self) -> None:
        """Check once the typing pauses."""
        self._timer.start()

    def run(self) -> None:
        """Run the checks on what stands there, and show what they find."""
        self._timer.stop()
        composing = self._composing
        sheet, view = composing.sheet, composing.view
        if sheet is None or view is None:
            return
        self._around.update_quotes()
        text = self._editor.text()
        context = reply_context(
            view,
            sheet.draft,
            composing.channel(),
            composing.context.zone(view.appeal.branch),
            outcome=sheet.draft.outcome,
            names=composing.own_names(),
            now=composing.context.now(),
        )
        found = composing.context.console.rulebook.checks.check(text, context)
        self.findings = proven(found, sheet.files) if text.strip() else ()
        claims = composing.context.console.rulebook.proof.claims(text)
        faces = (
            *check_faces(self.findings, sheet.reasons(), composing.here()),
            *photo_face(claims, sheet.mode, sheet.files, sheet.coming, composing.here()),
        )
        self._panel.show_checks(faces)
        self._panel.point_at(self._at_cursor(faces))
        self._editor.set_marks(_marks(faces))
        self._around.checked(self._right_time())
        self.checked.emit()

    def forget(self) -> None:
        """Another sheet, of which nothing is known yet."""
        self.findings = ()
        self._panel.retranslate()

    # ------------------------------------------------------------------------------ mending

    def fix(self) -> None:
        """Mend the finding under the cursor, else the first that can be mended.

        Where only the person can mend it, the cursor goes there and it is said.
        """
        self.run()
        open_ = self._open()
        able = [face for face in open_ if face.fix]
        face = self._at_cursor(able) or self._at_cursor(open_) or next(iter([*able, *open_]), None)
        if face is None:
            self._tell("checks_clean", "ok")
        elif face.fix:
            self._fix(face)
        else:
            self._go_to(face)
            self._tell("fix_here" if face.spans else "fix_yourself", "info", what=face.title)

    def override(self) -> None:
        """Ask why the finding under the cursor (else the first) is left as it is."""
        self.run()
        open_ = self._open()
        able = [face for face in open_ if face.can_override]
        face = self._at_cursor(able) or next(iter(able), None)
        if face is not None:
            self._panel.ask_reason(face)
        elif open_:
            self._tell("no_override", "info", what=open_[0].title)
        else:
            self._tell("checks_clean", "ok")

    def add_safety(self) -> None:
        """Put the safety text at the end, if it is not there; on an empty sheet, first of all."""
        text, checks = self._editor.text(), self._composing.context.console.rulebook.checks
        if not text.strip():
            self._editor.insert(checks.safety_text)
            self.run()
            return
        self.run()
        face = next((one for one in self._panel.faces() if one.rule == "danger_text"), None)
        if face is not None and face.fix:
            self._fix(face)

    def replace_etr(self) -> None:
        """Put the present restoration time in place of the one that was true before."""
        self.run()
        face = self._etr_fix()
        if face is not None:
            self._fix(face)

    def _fix(self, face: CheckFace) -> None:
        self._editor.replace(face.fix)
        self.run()
        self.text_wanted.emit()

    def _go_to(self, face: CheckFace) -> None:
        if face.spans:
            self._editor.select(face.spans[0].start, face.spans[0].end)
        self.text_wanted.emit()

    def _overrule(self, rule: str, reason: str) -> None:
        sheet = self._composing.sheet
        if sheet is not None:
            self._desk.overrule(sheet, rule, reason)
            self.run()

    def _tell(self, key: str, kind: str, **words: str) -> None:
        self.told.emit(self._composing.context.t(f"composer.{key}", **words), kind)

    # ------------------------------------------------------------------------------ finding

    def _open(self) -> list[CheckFace]:
        return [face for face in self._panel.faces() if not face.reason]

    def _on_cursor(self) -> None:
        """The finding under the cursor says why it matters: it is what Alt+Return mends."""
        if self._composing.sheet is not None and self._panel.faces():
            self._panel.point_at(self._at_cursor(self._panel.faces()))

    def _at_cursor(self, faces: Iterable[CheckFace]) -> CheckFace | None:
        _, at = self._editor.selection()
        for face in faces:
            if any(span.start <= at <= span.end for span in face.spans):
                return face
        return None

    def _etr_fix(self) -> CheckFace | None:
        faces = self._panel.faces()
        return next((face for face in faces if face.rule == "etr_differs" and face.fix), None)

    def _right_time(self) -> str:
        face = self._etr_fix()
        return face.fix[0].text if face is not None else ""


def _marks(faces: Iterable[CheckFace]) -> list[Mark]:
    return [
        Mark(span.start, span.end, face.kind)
        for face in faces
        if not face.reason and face.rule != "gap"
        for span in face.spans
    ]
