"""Links of residents: found, shortened, and shown for what they are."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QUrl

from console.i18n import Catalog
from ui.presenters.links import link_question, links_in, safe_link


def test_a_link_loses_the_punctuation_that_ends_the_sentence() -> None:
    (link,) = links_in("Смотрите (https://vk.com/wall-1_2), тут всё.")
    assert link.url == "https://vk.com/wall-1_2"
    assert link.shown == "vk.com/wall-1_2"
    assert not link.suspicious


def test_a_bracket_that_belongs_to_the_address_stays() -> None:
    (link,) = links_in("https://ru.wikipedia.org/wiki/Омск_(река)")
    assert link.url.endswith("(река)")


def test_only_http_and_https_become_links() -> None:
    assert links_in("javascript:alert(1) file:///etc/passwd ftp://a.b/c mailto:a@b.c") == ()
    assert safe_link("javascript:alert(1)") is None


@pytest.mark.parametrize(
    ("address", "name", "host", "doubt"),
    [
        ("https://gоsuslugi.ru/login", "gоsuslugi.ru", "xn--gsuslugi-nbh.ru", "mixed"),
        ("https://россети-сибирь.рф/", "россети-сибирь.рф", None, ""),
        ("https://xn--e1aybc.xn--p1ai/", "тест.рф", "xn--e1aybc.xn--p1ai", ""),
        ("https://сосо.com/", "сосо.com", None, "mixed"),  # all Cyrillic before .com
        ("https://vκ.com/", "vκ.com", None, "foreign"),  # a Greek kappa
        ("https://vk.com@evil.example/x", "evil.example", "evil.example", "user"),
        ("http://8.8.8.8/x", "8.8.8.8", "8.8.8.8", "number"),
        ("http://134744072.0/x", "134744072.0", "134744072.0", "number"),
        ("https://vk.com/wall", "vk.com", "vk.com", ""),
        ("HTTPS://VK.COM/wall", "vk.com", "vk.com", ""),
    ],
)
def test_a_name_is_shown_for_what_it_is(
    address: str, name: str, host: str | None, doubt: str
) -> None:
    link = safe_link(address)
    assert link is not None
    assert (link.name, link.doubt) == (name, doubt)
    assert link.host.isascii()
    assert host is None or link.host == host


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example\\@vk.com/",
        "https://vk.com\u202e/moc.live",
        "https://vk\u200b.com/",
        "https://vk.com:99999/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "vbscript://vk.com",
        "smb://vk.com/share",
    ],
)
def test_what_could_be_read_in_two_ways_is_no_link(address: str) -> None:
    assert safe_link(address) is None


def test_what_is_opened_is_what_was_understood() -> None:
    link = safe_link("https://user:secret@gоsuslugi.ru:8443/a?b=1#c")
    assert link is not None
    assert link.url == f"https://{link.host}:8443/a?b=1#c"
    assert QUrl(link.url).host(QUrl.ComponentFormattingOption.FullyEncoded) == link.host


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_question_names_the_host_and_what_is_odd(language: str) -> None:
    catalog = Catalog.load(language)
    for address in ("https://gоsuslugi.ru/", "https://vk.com@evil.example/", "http://8.8.8.8/"):
        link = safe_link(address)
        assert link is not None
        asked = link_question(link, catalog)
        assert link.host in asked.body
        assert link.name in asked.warning or link.doubt == "number"
        assert asked.warning
    plain = safe_link("https://vk.com/" + "x" * 900)
    assert plain is not None
    asked = link_question(plain, catalog)
    assert asked.warning == ""
    assert len(asked.address.replace("\u200b", "")) == 160


def test_a_broken_address_is_no_link() -> None:
    assert safe_link("http://[::1") is None
    assert safe_link("http://" + "a" * 70 + ".ru") is None


def test_a_long_address_is_cut_for_the_button_only() -> None:
    (link,) = links_in("https://vk.com/" + "x" * 200)
    assert len(link.shown) == 48
    assert len(link.url) == 215


def test_at_most_eight_links_each_once() -> None:
    text = " ".join(f"https://vk.com/{n} https://vk.com/{n}" for n in range(20))
    assert [link.shown for link in links_in(text)] == [f"vk.com/{n}" for n in range(8)]
