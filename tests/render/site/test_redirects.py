"""Redirects from former addresses: each leads to the present one, none in a circle."""

from __future__ import annotations

import re

import pytest

from msnewsletter.render.site.redirects import NGINX, RULES, by_host, plain_lines, rule_files

A, B, C = "https://a.example/news/", "https://b.example/", "https://a.example/"


def led_by_nginx(text: str, path: str) -> str | None:
    """Where the rewrite rules send a path, read as nginx reads them: the first that fits."""
    for pattern, target in re.findall(r'^rewrite "(.*)" "(.*)" permanent;$', text, re.MULTILINE):
        if found := re.match(pattern, path):
            return target.replace("$1", found[1])
    return None


def led_by_rules(text: str, path: str) -> str | None:
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        given, target, status = line.split()
        if path.startswith(given.removesuffix("*")):
            rest = path.removeprefix(given.removesuffix("*"))
            return target.replace(":splat", rest) if status == "301" else None
    return None


@pytest.mark.parametrize(
    ("old_sites", "site", "path", "leads"),
    [
        ([A], B, "/news/rss.xml", B + "rss.xml"),
        ([A], B, "/other", None),
        ([C], A, "/rss.xml", A + "rss.xml"),
        ([C], A, "/news/rss.xml", None),  # it is there already: no circle
        ([A], C, "/news/issues/0001.html", C + "issues/0001.html"),
        ([A], C, "/issues/0001.html", None),
        ([A, C], B, "/news/rss.xml", B + "rss.xml"),
        ([A, C], B, "/rss.xml", B + "rss.xml"),
        (["https://a.example/x.y/"], B, "/xzy/rss.xml", None),
    ],
)
def test_each_rule_leads_from_the_old_address_to_the_present_one(
    old_sites: list[str], site: str, path: str, leads: str | None
) -> None:
    ((_, sites),) = by_host(old_sites).items()
    files = rule_files(sites, site)
    assert led_by_nginx(files[NGINX].decode(), path) == leads
    assert led_by_rules(files[RULES].decode(), path) == leads


def test_each_old_host_has_its_own_and_the_longest_path_comes_first() -> None:
    assert by_host([C, B, A, "http://localhost:8000/"]) == {
        "a.example": [A, C],
        "b.example": [B],
        "localhost-8000": ["http://localhost:8000/"],
    }


def test_the_plain_list_has_a_line_an_address_and_none_that_leads_in_a_circle() -> None:
    names = ["index.html", "news/x.html", "latest/index.html"]
    assert b"".join(plain_lines([C], A, names)).decode().splitlines() == [
        "https://a.example/ https://a.example/news/",
        "https://a.example/index.html https://a.example/news/index.html",
        "https://a.example/latest/ https://a.example/news/latest/",
        "https://a.example/latest/index.html https://a.example/news/latest/index.html",
    ]
