"""The architecture's rules hold, and each of them catches a planted violation.

The planted trees have the names that the contracts speak of, and nothing else in them; so a
contract that names a wrong module, and could never fail, fails here.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.surroundings import REPOSITORY, clean_environment

_CONFIGURATION = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
_CONTRACTS: dict[str, dict[str, Any]] = {
    contract["id"]: contract for contract in _CONFIGURATION["tool"]["importlinter"]["contracts"]
}

_PLANTED = [
    ("ui-over-console", "console.domain.appeal", "import ui.theme"),
    ("console-layers", "console.domain.appeal", "import console.wire"),
    ("console-layers", "console.errors", "from console.domain import appeal"),
    ("console-layers", "console.sync", "from console.store import mirror"),
    ("console-layers", "console.sync", "from console import usecases"),
    ("console-layers", "console.store.mirror", "import console.remote"),
    ("console-layers", "console.usecases", "from console import app"),
    ("console-layers", "console.newcomer", "x = 1"),
    ("ui-layers", "ui.commands", "from ui import presenters"),
    ("ui-layers", "ui.widgets", "from ui.views import queue"),
    ("ui-layers", "ui.models", "from ui import widgets"),
    ("ui-layers", "ui.views.queue", "from ui import windows"),
    ("ui-layers", "ui.windows", "from ui import tour"),
    ("ui-layers", "ui.newcomer", "x = 1"),
    ("no-qt-below", "console.usecases", "from PySide6.QtCore import QObject"),
    ("no-qt-below", "ui.presenters", "from PySide6 import QtGui"),
    ("no-qt-below", "ui.commands", "import shiboken6"),
    ("no-qt-below", "ui.context", "import ui.theme"),
    ("pure-domain", "console.domain.appeal", "import msgspec"),
    ("pure-domain", "console.domain.appeal", "import logging"),
    ("pure-domain", "console.domain.appeal", "from time import monotonic"),
    ("pure-domain", "console.domain.appeal", "import os.path"),
    ("pure-domain", "console.domain.appeal", "def f():\n    import random"),
    ("pure-domain", "console.domain.appeal", "from console import paths"),
    ("storage-and-network", "console.sync", "import httpx"),
    ("storage-and-network", "console.usecases", "from sqlalchemy import select"),
    ("storage-and-network", "console.app", "import keyring"),
    ("storage-and-network", "ui.models", "import sqlcipher3"),
    ("server-apart", "console.server", "from console import app"),
    ("server-apart", "console.server", "from console.store import mirror"),
    ("server-apart", "console.server", "from console import usecases"),
    ("server-apart", "console.server", "import console.sync"),
    ("server-apart", "console.server", "import console.remote"),
    ("server-apart", "console.server", "from console import readmodel"),
    ("no-cycles", "console.domain.appeal", "from console.domain import message"),
    ("no-cycles", "ui.views.queue", "from ui.views import thread"),
]

_ALLOWED = [
    ("console.store.mirror", "import sqlalchemy, sqlcipher3"),
    ("console.remote", "import httpx, keyring"),
    (
        "console.server",
        "import sqlalchemy\nfrom console import domain, wire, rulebook, logs",
    ),
    ("console.app", "from console import store, remote, sync, usecases"),
    ("console.domain.appeal", "import re, dataclasses, zoneinfo, enum\nfrom console import errors"),
    ("ui.widgets", "from PySide6.QtWidgets import QWidget"),
    ("ui.presenters", "from console import readmodel, usecases\nfrom ui import commands"),
]

_LEAVES = ("console.domain.appeal", "console.store.mirror", "ui.views.queue", "ui.views.thread")


def test_the_code_keeps_every_contract() -> None:
    ran = _lint(REPOSITORY)
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize(("contract", "module", "text"), _PLANTED)
def test_a_planted_violation_is_caught(
    contract: str, module: str, text: str, tmp_path: Path
) -> None:
    _plant(tmp_path, {"console.domain.message": "import console.domain.appeal"})
    _plant(tmp_path, {"ui.views.thread": "import ui.views.queue"})
    _plant(tmp_path, {"ui.theme": "import PySide6"})
    _plant(tmp_path, {module: text})
    assert contract in _broken(_lint(tmp_path))


def test_what_the_rules_allow_is_not_caught(tmp_path: Path) -> None:
    _plant(tmp_path, dict(_ALLOWED))
    ran = _lint(tmp_path)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_every_contract_has_a_planted_violation() -> None:
    assert {contract for contract, _, _ in _PLANTED} == set(_CONTRACTS)


def _plant(root: Path, modules: dict[str, str]) -> None:
    """Write a tree with an empty file for each name in the contracts, and ``modules`` filled."""
    for name in {*_named_in_contracts(), *_LEAVES, *modules}:
        _write(root, name, "")
    for name, text in modules.items():
        _write(root, name, text)


def _write(root: Path, module: str, text: str) -> None:
    parts = module.split(".")
    for depth in range(1, len(parts)):
        package = root.joinpath(*parts[:depth])
        package.mkdir(exist_ok=True)
        (package / "__init__.py").touch()
        package.with_suffix(".py").unlink(missing_ok=True)
    folder = root.joinpath(*parts)
    file = folder / "__init__.py" if folder.is_dir() else folder.with_suffix(".py")
    if text or not file.exists():
        file.write_text(text, encoding="utf-8")


def _named_in_contracts() -> Iterator[str]:
    for contract in _CONTRACTS.values():
        for container in contract.get("containers", []):
            for layer in contract["layers"]:
                for tail in re.split(r"[|:]", layer):
                    yield f"{container}.{tail.strip(' ()')}"
        for names in ("source_modules", "forbidden_modules", "modules"):
            yield from (n for n in contract.get(names, []) if n.startswith(("console.", "ui.")))


def _lint(root: Path) -> subprocess.CompletedProcess[str]:
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    configuration = ["--config", str(REPOSITORY / "pyproject.toml")]
    return subprocess.run(
        [sys.executable, "-c", program, *configuration, "--no-cache", "--no-logo"],
        # The tree first; after it the repository, for the contract written there.
        env=clean_environment(PYTHONPATH=f"{root}:{REPOSITORY}", COLUMNS="300"),
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )


def _broken(ran: subprocess.CompletedProcess[str]) -> set[str]:
    return {
        name
        for name, contract in _CONTRACTS.items()
        if re.search(rf"^{re.escape(contract['name'])} BROKEN", ran.stdout, re.MULTILINE)
    }
