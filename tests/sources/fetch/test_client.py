"""The Fetcher against real servers: what it sends, what it takes, and what it says when not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from msnewsletter.sources.fetch.client import Document, Unmodified
from msnewsletter.sources.fetch.finds import Remembered
from sources.fetch.fetching import NOW, asking
from sources.fetch.web_server import (
    Answer,
    bad_chunks,
    conditional,
    cut_off,
    in_turn,
    no_http,
    redirect,
    redirects_for_ever,
    reset,
    serving,
    zipped,
)

if TYPE_CHECKING:
    from sources.fetch.web_server import Asked, Reply

TOKEN = "secret"  # noqa: S105  (an example)


def test_a_document_is_what_the_server_says_with_its_type_and_charset() -> None:
    page = Answer(body=b"<p>Hello</p>", kind='Text/HTML; Charset="ISO-8859-1"')
    with serving({"/a": page}) as server, asking() as asks:
        assert asks.document(server.url("/a#part")) == Document(
            asked=server.url("/a#part"),
            url=server.url("/a"),
            moved_to=None,
            media_type="text/html",
            charset="ISO-8859-1",
            data=b"<p>Hello</p>",
            remembered=Remembered(url=server.url("/a#part"), answered=server.url("/a")),
        )


def test_a_server_is_told_who_asks_and_nothing_more() -> None:
    answer = Answer(headers=(("Set-Cookie", "who=you"),))
    with serving({"/a": answer}) as server, asking() as asks:
        asks.get(server.url("/a"), accept="application/json")
        asks.get(server.url("/a"), accept="application/json")
    assert dict(server.asked[-1].headers) == {
        "Host": f"127.0.0.1:{server.port}",
        "User-Agent": "msnewsletter (+https://notes.example.org/)",
        "Accept": "application/json",
        "Accept-Encoding": "gzip, deflate",
    }
    assert server.connections == 1


def test_a_document_without_a_type_has_none() -> None:
    with serving({"/a": Answer(kind="")}) as server, asking() as asks:
        document = asks.document(server.url("/a"))
    assert (document.media_type, document.charset) == ("", None)


def test_a_compressed_document_is_decompressed() -> None:
    with serving({"/a": zipped(b"Hello" * 1000)}) as server, asking() as asks:
        assert asks.document(server.url("/a")).data == b"Hello" * 1000


# ── what has not changed ─────────────────────────────────────────────────────────────────────────


def test_a_document_that_has_not_changed_does_not_come_again() -> None:
    route = conditional(b"new", etag='"1"', modified="Mon, 23 Nov 2026 07:00:00 GMT")
    with serving({"/a": route}) as server, asking() as asks:
        remembered = asks.document(server.url("/a")).remembered
        assert asks.get(server.url("/a"), known=remembered) == Unmodified(remembered=remembered)
        server.routes["/a"] = conditional(b"newer", etag='"2"')
        assert asks.document(server.url("/a"), known=remembered).data == b"newer"
    assert server.last("/a").headers["If-None-Match"] == '"1"'
    assert server.last("/a").headers["If-Modified-Since"] == "Mon, 23 Nov 2026 07:00:00 GMT"


def test_what_is_fresh_is_not_asked_for_until_it_is_stale() -> None:
    fresh = Answer(body=b"a", headers=(("Cache-Control", "max-age=3600"),))
    with serving({"/a": fresh}) as server, asking() as asks:
        remembered = asks.document(server.url("/a")).remembered
        assert remembered.fresh_until == NOW + timedelta(hours=1)
        asks.later(minutes=59)
        assert asks.get(server.url("/a"), known=remembered) == Unmodified(remembered=remembered)
        assert len(server.asked) == 1
        asks.later(minutes=2)
        assert asks.document(server.url("/a"), known=remembered).data == b"a"


def test_an_answer_that_nothing_changed_says_how_long_that_is_fresh() -> None:
    hour = (("Cache-Control", "max-age=3600"), ("ETag", '"1"'))
    route = in_turn(Answer(body=b"a", headers=hour), Answer(status=304, headers=hour[:1]))
    with serving({"/a": route}) as server, asking() as asks:
        remembered = asks.document(server.url("/a")).remembered
        asks.later(hours=2)
        renewed = asks.get(server.url("/a"), known=remembered)
    fresh = replace(remembered, fresh_until=NOW + timedelta(hours=3))
    assert renewed == Unmodified(remembered=fresh)


def test_unchanged_said_to_who_knows_nothing_is_asked_again() -> None:
    always = in_turn(Answer(status=304), Answer(body=b"whole"))
    with serving({"/a": always}) as server, asking() as asks:
        assert asks.document(server.url("/a")).data == b"whole"
    assert server.last("/a").headers["Cache-Control"] == "no-cache"
    assert server.last("/a").headers["If-None-Match"] is None


def test_unchanged_said_to_who_asked_for_all_twice_is_an_error() -> None:
    with serving({"/a": Answer(status=304)}) as server, asking() as asks:
        error = asks.refusal(server.url("/a"))
    assert error.problem == "says that nothing has changed (304), though it was asked for all"
    assert (error.status, error.passing, len(server.asked)) == (304, True, 2)


def test_validators_are_sent_only_to_the_address_that_gave_them() -> None:
    """Another document may be older than the one that is known: 304 would hide it for ever."""
    modified = "Mon, 23 Nov 2026 07:00:00 GMT"
    routes = {"/latest": redirect("/1"), "/1": conditional(b"one", modified=modified)}
    with serving(routes) as server, asking() as asks:
        remembered = asks.document(server.url("/latest")).remembered
        assert remembered.url == server.url("/latest")
        assert asks.get(server.url("/latest"), known=remembered) == Unmodified(
            remembered=remembered
        )
        assert server.last("/latest").headers["If-Modified-Since"] is None
        server.routes |= {"/latest": redirect("/2"), "/2": conditional(b"2", modified=modified)}
        assert asks.document(server.url("/latest"), known=remembered).data == b"2"


@pytest.mark.parametrize("etag", ['"a"\r\nX-Evil: 1', '"é"', "a" * 5000])
def test_a_validator_that_no_header_may_hold_is_not_sent(etag: str) -> None:
    with serving({"/a": "new"}) as server, asking() as asks:
        known = Remembered(url=server.url("/a"), etag=etag)
        assert asks.document(server.url("/a"), known=known).data == b"new"
    assert server.last("/a").headers["If-None-Match"] is None
    assert server.last("/a").headers["X-Evil"] is None


# ── statuses ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("status", "problem", "then", "asked"),
    [
        (404, "answers 404 (Not Found)", "gone", 1),
        (410, "answers 410 (Gone)", "gone", 1),
        (400, "answers 400 (Bad Request)", "lasting", 1),
        (401, "answers 401 (Unauthorized)", "passing", 1),
        (403, "answers 403 (Forbidden)", "passing", 1),
        (429, "answers 429 (Too Many Requests)", "passing", 1),
        (500, "answers 500 (Internal Server Error)", "passing", 1),
        (502, "answers 502 (Bad Gateway)", "passing", 3),
        (503, "answers 503 (Service Unavailable)", "passing", 3),
        (504, "answers 504 (Gateway Timeout)", "passing", 3),
        (202, "answers 202 (Accepted)", "passing", 1),
        (206, "answers 206 (Partial Content)", "passing", 1),
        (300, "answers 300 (Multiple Choices)", "passing", 1),
        (799, "answers 799", "passing", 1),
    ],
)
def test_any_other_status_is_an_error_with_its_number(
    status: int, problem: str, then: str, asked: int
) -> None:
    with serving({"/a": Answer(status=status, body=b"no")}) as server, asking() as asks:
        error = asks.refusal(server.url("/a"))
        assert len(server.asked) == asked
    assert error.place == server.url("/a")
    assert (error.status, error.problem, error.retry_after) == (status, problem, None)
    assert (error.passing, error.gone) == (then == "passing", then == "gone")


def test_a_passing_fault_is_over_at_the_second_try() -> None:
    for fault in (Answer(status=503), reset(), cut_off(), bad_chunks(), no_http()):
        with serving({"/a": in_turn(fault, "well")}) as server, asking() as asks:
            assert asks.document(server.url("/a")).data == b"well"


@pytest.mark.parametrize(
    ("said", "pause"),
    [
        ("120", timedelta(seconds=120)),
        ("Mon, 23 Nov 2026 08:30:00 GMT", timedelta(minutes=30)),
        ("9999999", timedelta(days=1)),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_an_address_that_asks_for_a_pause_has_it(status: int, said: str, pause: timedelta) -> None:
    busy = Answer(status=status, headers=(("Retry-After", said),))
    with serving({"/a": busy, "/b": "b"}) as server, asking() as asks:
        assert asks.refusal(server.url("/a")).retry_after == pause
        asks.later(seconds=20)
        error = asks.refusal(server.url("/a"))
        assert (error.status, error.passing) == (status, True)
        assert error.retry_after == pause - timedelta(seconds=20)
        assert asks.document(server.url("/b")).data == b"b"
        assert server.paths == ["/a", "/b"]
        server.routes["/a"] = "a"
        asks.later(days=2)
        assert asks.document(server.url("/a")).data == b"a"


def test_a_server_that_asks_for_pauses_all_the_time_has_one() -> None:
    busy = Answer(status=503, headers=(("Retry-After", "60"),))
    with serving({"*": busy, "/well": "well"}) as server, asking() as asks:
        for path in ("/a", "/b", "/c"):
            asks.refusal(server.url(path))
        assert asks.refusal(server.url("/well")).site == server.base
        asks.later(seconds=61)
        assert asks.document(server.url("/well")).data == b"well"


# ── redirects ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_document_has_moved_for_good_where_all_redirects_say_so(status: int) -> None:
    routes = {"/a": redirect("/b", 301), "/b": redirect("c?x=1#part", status), "/c": "here"}
    with serving(routes) as server, asking() as asks:
        document = asks.document(server.url("/a"))
    assert (document.url, document.data) == (server.url("/c?x=1"), b"here")
    assert document.moved_to == (server.url("/c?x=1") if status in (301, 308) else None)


def test_five_redirects_are_followed_and_no_sixth() -> None:
    routes: dict[str, Reply] = {f"/{n}": redirect(f"/{n + 1}") for n in range(5)}
    with serving({**routes, "/5": "here"}) as server, asking() as asks:
        assert asks.document(server.url("/0")).data == b"here"
    with serving({"/hop": redirects_for_ever()}) as server, asking() as asks:
        error = asks.refusal(server.url("/hop"))
    assert error.problem == "redirects more than 5 times"
    assert len(server.asked) == 6


def test_a_circle_of_redirects_is_named() -> None:
    routes = {"/a": redirect("/b?token=secret"), "/b": redirect("/a?token=secret")}
    with serving(routes) as server, asking() as asks:
        error = asks.refusal(server.url("/a"))
    a, b = server.url("/a?token=***"), server.url("/b?token=***")
    assert error.problem == f"redirects in a circle: {b} → {a} → {b}"
    assert error.place == server.url("/a")


@pytest.mark.parametrize(
    ("to", "problem"),
    [
        ("", "redirects to no address (302)"),
        ("http://[::1", "redirects to no address (302)"),
        ("file:///etc/passwd", "redirects to file:///etc/passwd, which is not asked: "),
        ("ftp://127.0.0.1/a", "redirects to ftp://127.0.0.1/a, which is not asked: "),
        ("http://127.0.0.1:99999/", "redirects to http://127.0.0.1:99999/, which is not asked: "),
        ("http://ada:secret@127.0.0.1/", "redirects to http://127.0.0.1/, which is not asked: "),
    ],
)
def test_a_redirect_to_what_is_not_asked_is_an_error(to: str, problem: str) -> None:
    with serving({"/a": redirect(to)}) as server, asking() as asks:
        error = asks.refusal(server.url("/a"))
    assert error.problem.startswith(problem)
    assert "secret" not in str(error)
    assert error.status == 302


# ── tokens and secrets ───────────────────────────────────────────────────────────────────────────


def test_a_token_goes_to_its_own_origin_alone() -> None:
    with serving({"/b": "b"}) as other, serving({"/c": "c"}) as server, asking() as asks:
        server.routes |= {"/a": redirect(other.url("/b")), "/same": redirect("/c")}
        asks.get(server.url("/a"), token=TOKEN)
        asks.get(server.url("/same"), token=TOKEN)
        asks.get(server.url("/c"))
    assert server.asked[0].headers["Authorization"] == f"Bearer {TOKEN}"
    assert other.asked[0].headers["Authorization"] is None
    assert [one.headers["Authorization"] for one in server.asked if one.path == "/c"] == [
        f"Bearer {TOKEN}",
        None,
    ]


@pytest.mark.parametrize("token", ["two\r\nX-Evil: lines", "é", "a" * 2000])
def test_a_token_that_no_header_may_hold_is_refused_unsaid(token: str) -> None:
    with serving({"/a": "a"}) as server, asking() as asks:
        error = asks.refusal(server.url("/a"), token=token)
    assert token not in str(error)
    assert not server.asked


def test_secrets_in_addresses_are_in_no_error() -> None:
    with serving() as server, asking() as asks:
        error = asks.refusal(server.url("/a?api_key=secret&page=2"))
        assert error.place == server.url("/a?api_key=***&page=2")
        assert server.last("/a").query["api_key"] == ["secret"]
        address = server.url("/a").replace("//", "//ada:secret@")
        error = asks.refusal(address)
        assert error.place == server.url("/a")
        assert error.problem == "its address holds a user or password, which others would see"
    assert "secret" not in str(error)


@pytest.mark.parametrize(
    "address",
    [
        *("", "feed.xml", "//example.org/a", "ftp://example.org/a", "http://", "http:///a"),
        *(
            "http://example.org:65536/",
            "http://example.org:0/",
            "http://[::1/",
            "http://exa mple.org/",
            "https://\udcff/",
        ),
        "https://example.org/" + "a" * 9000,
    ],
)
def test_what_is_no_web_address_is_not_asked(address: str) -> None:
    with asking() as asks:
        error = asks.refusal(address)
    assert error.problem == "it is no web address"
    assert not error.passing


def test_an_address_of_any_script_is_asked_in_ascii() -> None:
    def route(asked: Asked) -> Reply:
        return asked.target

    with serving({"/%C3%BCber": route}) as server, asking() as asks:
        assert asks.document(server.url("/über?q=ä b")).data == b"/%C3%BCber?q=%C3%A4%20b"


# ── one host at a time ───────────────────────────────────────────────────────────────────────────


def test_between_two_requests_to_a_host_is_the_pause() -> None:
    with serving({"/a": "a", "/b": redirect("/a")}) as server, serving({"/c": "c"}) as other:
        with asking(pause=5) as asks:
            asks.get(server.url("/a"))
            asks.get(other.url("/c"))
            assert asks.slept == []
            asks.get(server.url("/b"))
            assert len(asks.slept) == 2
        with asking(pause=9) as another_source:
            another_source.get(server.url("/a"))
    assert all(4.5 < seconds <= 5 for seconds in asks.slept)
    assert 8.5 < another_source.slept[0] <= 9


# ── who asked ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("once", "server", "own"),
    [
        (False, "it is tried again later", "set `private = true`"),
        (True, "try again later", "add --private"),
    ],
)
def test_a_remedy_is_for_a_source_or_for_a_command_that_asks_once(
    *, once: bool, server: str, own: str
) -> None:
    routes = {"/a": Answer(status=500), "/b": Answer(status=403), "/robots.txt": Answer(status=500)}
    with serving(routes) as site:
        with asking(once=once) as asks:
            assert asks.refusal(site.url("/a")).remedy == server
            refused = asks.refusal(site.url("/b")).remedy
            assert refused.endswith(f"its token is wrong; {server}")
            assert asks.refusal(site.url("/c"), robots=True).remedy == server
        with asking(once=once, private=False) as asks:
            assert own in asks.refusal(site.url("/a")).remedy
