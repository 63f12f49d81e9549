"""A keychain in a file: it outlives a killed process, and needs no session bus.

Named in ``PYTHON_KEYRING_BACKEND``, it stands below the real `keyring` and the real
`KeychainSecrets`; the file is the one that the variable `FILE` names.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from keyring.backend import KeyringBackend

FILE = "OTKLIK_TEST_KEYRING"


class FileKeyring(KeyringBackend):
    """Each entry is complete or not there at all, whenever the process is killed."""

    priority = 1.0

    def get_password(self, service: str, username: str) -> str | None:
        """The kept word, None if there is none."""
        return self._kept().get(f"{service}/{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep a word."""
        self._keep({**self._kept(), f"{service}/{username}": password})

    def delete_password(self, service: str, username: str) -> None:
        """Keep it no more."""
        name = f"{service}/{username}"
        self._keep({each: word for each, word in self._kept().items() if each != name})

    @property
    def _file(self) -> Path:
        return Path(os.environ[FILE])

    def _kept(self) -> dict[str, str]:
        if not self._file.exists():
            return {}
        found: dict[str, str] = json.loads(self._file.read_text(encoding="utf-8"))
        return found

    def _keep(self, words: dict[str, str]) -> None:
        beside = self._file.with_suffix(".new")
        beside.write_text(json.dumps(words), encoding="utf-8")
        beside.replace(self._file)
