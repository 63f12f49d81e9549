"""What the documents say of `make`, and of where things are, is true."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from tests.support.surroundings import REPOSITORY

_DOCUMENTS = ("README.md", "ARCHITECTURE.md", "CHANGELOG.md", ".ci/run")


def _text(path: str) -> str:
    file = REPOSITORY / path
    return file.read_text(encoding="utf-8") if file.exists() else ""


def _targets() -> set[str]:
    return set(re.findall(r"^([a-z][a-z-]*):(?!=)", _text("Makefile"), re.MULTILINE))


def test_make_help_lists_every_target_that_explains_itself() -> None:
    make = shutil.which("make")
    if make is None:
        pytest.skip("make is not installed")
    printed = subprocess.run(
        [make, "help"], cwd=REPOSITORY, capture_output=True, text=True, check=True
    ).stdout
    listed = set(re.findall(r"^  make (\S+) +\S", printed, re.MULTILINE))
    assert listed == set(re.findall(r"^([a-z-]+):.*## \S", _text("Makefile"), re.MULTILINE))
    assert {"run", "test", "check", "help", "clean"} <= listed


def test_every_target_is_declared_phony() -> None:
    declared = re.search(r"^\.PHONY: (.*)$", _text("Makefile"), re.MULTILINE)
    assert declared
    assert set(declared[1].split()) == _targets()


@pytest.mark.parametrize("document", _DOCUMENTS)
def test_the_targets_that_a_document_names_exist(document: str) -> None:
    named = set(re.findall(r"(?:`|^ *)make ([a-z][a-z-]*)", _text(document), re.MULTILINE))
    assert named <= _targets()


@pytest.mark.parametrize("document", _DOCUMENTS[:3])
def test_the_paths_that_a_document_names_exist(document: str) -> None:
    named = re.findall(r"`((?:console|ui|resources|tests|\.ci)/[\w./-]*)`", _text(document))
    linked = re.findall(r"\]\((?!https?:)([\w./-]+)\)", _text(document))
    assert [path for path in [*named, *linked] if not (REPOSITORY / path).exists()] == []
