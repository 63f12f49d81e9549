"""Links of residents: found, shortened, and shown for what they are."""

from __future__ import annotations

from ui.presenters.links import links_in, safe_link


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


def test_a_look_alike_name_shows_its_true_letters() -> None:
    link = safe_link("https://gоsuslugi.ru/login")  # a Cyrillic о
    assert link is not None
    assert link.host.startswith("xn--")
    assert link.suspicious


def test_a_user_name_before_the_host_is_suspicious() -> None:
    link = safe_link("https://vk.com@evil.example/x")
    assert link is not None
    assert link.host == "evil.example"
    assert link.suspicious


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
