from __future__ import annotations

import time
import tracemalloc

import pytest

from msnewsletter.sources.fetch.robots import Rules
from sources.fetch.fetching import asking
from sources.fetch.web_server import Answer, endless_body, redirect, reset, serving

SITE = "https://example.org"


def rules(text: str) -> Rules:
    return Rules(text.encode(), "msnewsletter")


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("", True),
        ("User-agent: *\nDisallow: /", False),
        ("\ufeffUser-agent: *\nDisallow: /", False),
        ("User-agent: msnewsletter\nDisallow: /", False),
        ("user agent MSNEWSLETTER/2.0 # us\nDisallow: /", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: msnewsletter\nAllow: /", True),
        ("User-agent: ms\nDisallow: /", True),
        ("User-agent: msnewsletter-other\nDisallow: /", True),
        ("User-agent: other\nUser-agent: msnewsletter\nDisallow: /", False),
        ("User-agent: other\nDisallow: /", True),
        ("User-agent: ours\nDisallow: /", True),
        ("User-agent: *\nDisallow: /a\nAllow: /a/b", True),
        ("User-agent: *\nDisallow: /*.html$", True),
        ("<html><title>Not found</title></html>", True),
    ],
)
def test_rules_are_those_for_us_or_else_those_for_all(text: str, allowed: bool) -> None:  # noqa: FBT001
    assert rules(text).allows(f"{SITE}/a/b") is allowed


@pytest.mark.parametrize(
    ("said", "seconds"), [("5", 5), ("0.5", 0.5), ("86400", 60), ("-1", 0), ("soon", 0), ("inf", 0)]
)
def test_the_delay_is_at_most_a_minute(said: str, seconds: float) -> None:
    assert rules(f"User-agent: *\nCrawl-delay: {said}").delay == seconds


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"User-agent: a{n}\n" for n in range(15_000)) + "Disallow: /aaaa\n" * 16_000,
        "User-agent: *\n" + "".join(f"Disallow: /{n}*a*b*c$\n" for n in range(25_000)),
        "User-agent: *\nDisallow: /" + "*a" * 240_000,
    ],
    ids=["names", "rules", "stars"],
)
def test_the_worst_file_of_500_kb_costs_little(text: str) -> None:
    tracemalloc.start()
    began = time.process_time()
    assert rules(text[:512_000]).allows(f"{SITE}/{'a' * 4000}")
    spent, most = time.process_time() - began, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert spent < 20
    assert most < 100_000_000


# ── against servers ──────────────────────────────────────────────────────────────────────────────

FORBIDS = Answer(body=b"User-agent: *\nDisallow: /private/\nCrawl-delay: 7", kind="text/plain")


def test_what_robots_txt_forbids_is_not_asked_and_the_rest_slowly() -> None:
    routes = {"/robots.txt": FORBIDS, "/a": "a", "/private/b": "b"}
    with serving(routes) as server, asking(robots=True) as asks:
        assert asks.document(server.url("/a")).data == b"a"
        error = asks.refusal(server.url("/private/b"))
        assert asks.document(server.url("/a")).data == b"a"
    assert error.problem == "the site's robots.txt forbids programs to read it"
    assert not error.passing
    assert server.paths == ["/robots.txt", "/a", "/a"]
    assert all(6 < seconds <= 7 for seconds in asks.slept)
    assert len(asks.slept) == 2


def test_robots_txt_is_for_pages_alone() -> None:
    with serving({"/robots.txt": FORBIDS, "/private/b": "b"}) as server, asking() as asks:
        assert asks.document(server.url("/private/b")).data == b"b"
    assert server.paths == ["/private/b"]


def test_robots_txt_is_asked_for_once_a_day() -> None:
    with serving({"/robots.txt": FORBIDS, "/a": "a"}) as server, asking(robots=True) as asks:
        asks.get(server.url("/a"))
        asks.later(hours=23)
        asks.get(server.url("/a"))
        assert server.paths.count("/robots.txt") == 1
        asks.later(hours=2)
        asks.get(server.url("/a"))
        assert server.paths.count("/robots.txt") == 2


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_without_robots_txt_all_is_allowed(status: int) -> None:
    routes = {"/robots.txt": Answer(status=status), "/a": "a"}
    with serving(routes) as server, asking(robots=True) as asks:
        assert asks.document(server.url("/a")).data == b"a"


@pytest.mark.parametrize("fault", [Answer(status=500), Answer(status=429), reset()])
def test_where_robots_txt_cannot_be_read_nothing_is_asked_for_now(fault: Answer) -> None:
    with serving({"/robots.txt": fault, "/a": "a"}) as server, asking(robots=True) as asks:
        error = asks.refusal(server.url("/a"))
        asks.refusal(server.url("/a"))
        asked = server.paths.count("/robots.txt")
        said = "its robots.txt answers " if isinstance(fault, Answer) else "no connection ("
        assert error.problem.startswith(said)
        assert "robots.txt" in error.problem
        assert error.passing
        server.routes["/robots.txt"] = ""
        asks.later(minutes=6)
        assert asks.document(server.url("/a")).data == b"a"
        assert server.paths.count("/robots.txt") == asked + 1


def test_robots_txt_may_be_elsewhere() -> None:
    with serving({"/rules": FORBIDS}) as other, serving() as server, asking(robots=True) as asks:
        server.routes |= {"/robots.txt": redirect(other.url("/rules")), "/a": "a"}
        asks.get(server.url("/a"))
        asks.refusal(server.url("/private/b"))
    assert server.paths == ["/robots.txt", "/a"]


def test_a_robots_txt_that_redirects_in_a_circle_is_none() -> None:
    routes = {"/robots.txt": redirect("/robots.txt"), "/a": "a"}
    with serving(routes) as server, asking(robots=True) as asks:
        assert asks.document(server.url("/a")).data == b"a"


def test_a_redirect_to_another_host_is_for_the_robots_txt_there() -> None:
    with (
        serving({"/robots.txt": FORBIDS}) as other,
        serving({"/a": redirect(other.url("/private/b"))}) as server,
        asking(robots=True) as asks,
    ):
        error = asks.refusal(server.url("/a"))
    assert error.place == other.url("/private/b")
    assert other.paths == ["/robots.txt"]


def test_of_a_robots_txt_without_end_the_beginning_counts() -> None:
    routes = {"/robots.txt": endless_body(), "/a": "a"}
    with serving(routes) as server, asking(robots=True) as asks:
        assert asks.document(server.url("/a")).data == b"a"
