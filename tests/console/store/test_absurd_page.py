"""A damaged page may ask for any amount of memory; that is damage, and not the end of a thread."""

from __future__ import annotations

from pathlib import Path

from console.store.driver import disk_error


def test_a_page_that_asks_for_absurd_memory_is_a_damaged_store(tmp_path: Path) -> None:
    assert disk_error(MemoryError(), tmp_path / "store.db").code == "damaged"
