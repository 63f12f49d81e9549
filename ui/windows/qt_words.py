"""Qt's own words: the few that its widgets say themselves, in the language of the window."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from console.i18n import PSEUDO

_FILE = "qtbase_{language}"


class QtWords:
    """Translates the context menus and standard buttons of Qt; one object for the whole run."""

    def __init__(self) -> None:
        self._translator: QTranslator | None = None

    def speak(self, language: str) -> None:
        """Use the words of ``language`` from now on; English needs none."""
        self.stop()
        spoken = "ru" if language == PSEUDO else language
        QLocale.setDefault(QLocale(spoken))
        translator = QTranslator()
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if translator.load(_FILE.format(language=spoken), folder):
            QCoreApplication.installTranslator(translator)
            self._translator = translator

    def stop(self) -> None:
        """Leave Qt with its English words."""
        if self._translator is not None:
            QCoreApplication.removeTranslator(self._translator)
            self._translator = None
