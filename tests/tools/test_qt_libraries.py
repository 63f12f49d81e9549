"""Which system libraries Qt lacks, told from what the linker says."""

from __future__ import annotations

import pytest

from tests.tools.qt_libraries import Lack, files_to_check, missing_libraries, package_of

_LISTING = """\
\tlinux-vdso.so.1 (0x00007ffd3d1f2000)
\tlibQt6Gui.so.6 => /x/libQt6Gui.so.6 (0x00007f1d2c000000)
\tlibEGL.so.1 => not found
\tlibxkbcommon.so.0 => not found
\tlibEGL.so.1 => not found
\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f1d2be1f000)
"""


def test_each_missing_library_is_named_once() -> None:
    assert missing_libraries(_LISTING) == ["libEGL.so.1", "libxkbcommon.so.0"]


@pytest.mark.parametrize(
    ("library", "package"),
    [
        ("libEGL.so.1", "libegl1"),
        ("libX11.so.6", "libx11-6"),
        ("libX11-xcb.so.1", "libx11-xcb1"),
        ("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
        ("libxcb-render-util.so.0", "libxcb-render-util0"),
        ("libdbus-1.so.3", "libdbus-1-3"),
        ("libglib-2.0.so.0", "libglib2.0-0"),
        ("libgthread-2.0.so.0", "libglib2.0-0"),
    ],
)
def test_a_library_is_in_the_package_that_debian_names_after_it(library: str, package: str) -> None:
    assert package_of(library) == package


def test_packages_are_listed_once_with_a_font_where_none_has_russian() -> None:
    lack = Lack(("libglib-2.0.so.0", "libgthread-2.0.so.0", "libEGL.so.1"), font=True)
    assert lack.packages == ["fonts-dejavu-core", "libegl1", "libglib2.0-0"]


def test_what_a_display_needs_is_asked_for_only_where_there_is_one() -> None:
    nowhere = files_to_check({}, displays=False)
    assert not any("libqxcb" in file or "libqwayland" in file for file in nowhere)
    assert any("libqxcb" in file for file in files_to_check({"DISPLAY": ":0"}, displays=False))
    assert any("libqwayland" in file for file in files_to_check({}, displays=True))
