"""Answers straight from the connection: the same bytes as through the application, only sooner."""

from __future__ import annotations

import contextlib
import re
import shutil
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chance import examples
from msnewsletter.web.public.files import SiteFiles
from web.servers import LAST, Server, one_answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from msnewsletter.home import Home

DATE = re.compile(rb"(?<=\r\n)date: ([^\r]+ GMT)(?=\r\n)")
BIG = 300_000


class Both(NamedTuple):
    """Both ways of one server; `etags` are those of its feed, as it is and zipped."""

    server: Server
    etags: tuple[bytes, bytes]

    def agree(self, ask: Callable[[], bytes]) -> bytes:
        """What comes back either way: the very same bytes, but for seconds that pass between."""
        self.server.is_quick = False
        usual = ask()
        self.server.is_quick = True
        since = self.server.date
        quick = ask()
        assert DATE.sub(b"date: then", quick) == DATE.sub(b"date: then", usual)
        told = [parsedate_to_datetime(date.decode()) for date in DATE.findall(quick)]
        assert all(since <= date <= self.server.date for date in told)
        return quick

    def filled(self, request: bytes) -> bytes:
        """A request with what it only names."""
        plain, zipped = self.etags
        # All requests of one test fit into one read: what is not read when a server ends the
        # connection may cost the client the answer, either way.
        request = request.replace(b"$long", b"a" * 2000)
        return request.replace(b"$plain", plain).replace(b"$zipped", zipped)


@pytest.fixture(scope="module")
def both(published: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    folder = tmp_path_factory.mktemp("quick") / "site"
    shutil.copytree(published.site, folder)
    (folder / "broken").mkdir()
    (folder / "broken" / "rss.xml").write_text("<rss")
    (folder / "big.txt").write_bytes(b"0123456789" * (BIG // 10))
    (folder / "two\nlines.txt").write_text("No name of ours.")
    feed = SiteFiles(folder).get("/rss.xml")
    assert feed is not None
    with Server(folder).running() as server:
        yield Both(server, (feed.plain.etag, feed.zipped.etag))


TARGETS = st.binary(max_size=12) | st.sampled_from(
    b"""
    / /rss.xml /rss.xml?since=1 /r%73s.xml /full/atom.xml /feed.json /style.css /index.html#top
    /big.txt /broken/rss.xml /two%0Alines.txt /404.html /nowhere //rss.xml /issues/ /.hidden
    /../newsletter.toml /%2e%2e/x * http://example.org/rss.xml rss.xml /%ff /% /\xc3\xa4
    """.split()
)
METHODS = st.sampled_from(
    [b"GET"] * 8 + [b"HEAD"] * 4 + [b"POST", b"OPTIONS", b"PUT", b"get", b"G@T"]
)
VERSIONS = st.sampled_from(
    [b"HTTP/1.1"] * 9 + [b"HTTP/1.0"] * 3 + [b"HTTP/2.0", b"HTTP/1", b"http"]
)
ANYTHING = st.binary(max_size=30)
HEADERS = st.one_of(
    st.tuples(
        st.sampled_from([b"If-None-Match", b"if-none-match"]),
        st.sampled_from([b"$plain", b"$zipped", b'"old", W/$zipped', b"*", b'"old"', b""])
        | ANYTHING,
    ),
    st.tuples(
        st.just(b"If-Modified-Since"),
        st.sampled_from([b"Mon, 01 Jan 1990 00:00:00 GMT", b"Fri, 01 Jan 2100 00:00:00 GMT"])
        | ANYTHING,
    ),
    st.tuples(
        st.just(b"Accept-Encoding"),
        st.sampled_from([b"gzip", b"br, gzip;q=0.5", b"gzip;q=0", b"identity"]) | ANYTHING,
    ),
    st.tuples(st.just(b"A-IM"), st.sampled_from([b"feed", b"feed;q=0"]) | ANYTHING),
    st.tuples(
        st.just(b"Connection"),
        st.sampled_from([b"close", b"keep-alive", b"Keep-Alive, TE"]) | ANYTHING,
    ),
    st.sampled_from(
        [
            (b"Expect", b"100-continue"),
            (b"Upgrade", b"h2c"),
            (b"Content-Length", b"0"),
            (b"Content-Length", b"no"),
            (b"Cookie", b"$long"),
            (b"X-\xff", b"odd name"),
            (b"", b"no name"),
        ]
    ),
    st.tuples(ANYTHING, ANYTHING),
)
BODIES = st.sampled_from(
    [
        *[(b"", b"")] * 8,
        (b"Content-Length: 4\r\n", b"body"),
        (b"Transfer-Encoding: chunked\r\n", b"4\r\nbody\r\n0\r\n\r\n"),
        (b"Transfer-Encoding: chunked\r\n", b"no chunk\r\n\r\n"),
        (b"", b"GARBAGE\r\n\r\n"),
    ]
)  # fmt: skip


@st.composite
def requests(draw: st.DrawFn) -> bytes:
    """One request, more or less as it should be."""
    lines = [b" ".join([draw(METHODS), draw(TARGETS), draw(VERSIONS)]), b"Host: x"]
    lines += [b": ".join(header) for header in draw(st.lists(HEADERS, max_size=4))]
    framing, body = draw(BODIES)
    return b"\r\n".join(lines) + b"\r\n" + framing + b"\r\n" + body


FUZZ = settings(max_examples=examples(1000))


@FUZZ
@given(request=requests())
def test_one_request_gets_the_same_bytes_either_way(both: Both, request: bytes) -> None:
    both.agree(lambda: both.server.at_once([both.filled(request)]))


@FUZZ
@given(asked=st.lists(requests(), min_size=2, max_size=6))
def test_requests_sent_together_get_the_same_bytes_either_way(
    both: Both, asked: list[bytes]
) -> None:
    both.agree(lambda: both.server.at_once([both.filled(request) for request in asked]))


PLAIN_ONES = st.builds(
    lambda method, target, headers: b"\r\n".join(
        [b"%b %b HTTP/1.1" % (method, target), b"Host: x", *headers, b"", b""]
    ),
    st.sampled_from([b"GET", b"GET", b"HEAD", b"POST", b"OPTIONS"]),
    st.sampled_from([b"/", b"/rss.xml", b"/big.txt", b"/broken/rss.xml", b"/nowhere"]),
    st.lists(
        st.sampled_from(
            [
                b"If-None-Match: $plain",
                b"If-None-Match: $zipped",
                b"Accept-Encoding: gzip",
                b"A-IM: feed",
                b"Connection: close",
                b"Content-Length: 0",
            ]
        ),
        unique=True,
        max_size=3,
    ),
)


@FUZZ
@given(asked=st.lists(PLAIN_ONES, min_size=2, max_size=6))
def test_requests_in_turn_on_one_connection_get_the_same_bytes_either_way(
    both: Both, asked: list[bytes]
) -> None:
    both.agree(lambda: both.server.in_turn([both.filled(request) for request in asked]))


def asking(path: str, *headers: str, method: str = "GET", version: str = "1.1") -> bytes:
    return "\r\n".join([f"{method} {path} HTTP/{version}", "Host: x", *headers, "", ""]).encode()


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (asking("/rss.xml"), b"200"),
        (asking("/rss.xml", "Accept-Encoding: gzip"), b"200"),
        (asking("/rss.xml", "If-None-Match: $zipped"), b"304"),
        (asking("/", "If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT"), b"304"),
        (asking("/", method="HEAD"), b"200"),
        (asking("/", version="1.0"), b"200"),
        (asking("/", "Connection: close"), b"200"),
        (asking("/", "Content-Length: 4") + b"body", b"200"),
        (asking("/", "Connection: upgrade", "Upgrade: h2c"), b"200"),
        (asking("/", "Connection: upgrade", "Upgrade: websocket"), b"200"),
        (asking("/", f"Cookie: {'a' * 30_000}"), b"200"),
        (asking("/broken/rss.xml"), b"200"),
        (asking("/broken/rss.xml", "A-IM: feed", 'If-None-Match: "old"'), b"200"),
    ],
    ids=lambda value: value[:60].decode(),
)
def test_what_is_in_memory_never_comes_to_the_application(
    both: Both, request_: bytes, status: bytes
) -> None:
    answer = both.agree(lambda: both.server.in_turn([both.filled(request_)]))
    assert answer.startswith(b"HTTP/1.1 " + status)
    assert b"\r\ndate: " in answer
    both.server.seen.clear()
    both.server.in_turn([both.filled(request_)])
    assert both.server.seen == []


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (asking("/nowhere"), b"404"),
        (asking("/two%0Alines.txt"), b"404"),
        (asking("*"), b"404"),
        (asking("/", method="DELETE"), b"405"),
        (asking("/rss.xml", method="OPTIONS"), b"204"),
    ],
)
def test_all_else_is_the_applications(both: Both, request_: bytes, status: bytes) -> None:
    answer = both.agree(lambda: both.server.in_turn([request_]))
    assert answer.startswith(b"HTTP/1.1 " + status)
    both.server.seen.clear()
    both.server.in_turn([request_])
    assert len(both.server.seen) == 1


def test_a_client_whose_headers_never_end_is_turned_away(both: Both) -> None:
    both.server.is_quick = True
    with both.server.connect() as client:
        client.sendall(b"GET / HTTP/1.1\r\nX: ")
        with pytest.raises(ConnectionError):
            client.sendall(b"a" * 64_000_000)


def test_what_is_malformed_behind_a_request_is_answered_first(both: Both) -> None:
    answer = both.agree(lambda: both.server.at_once([asking("/"), b"GARBAGE\r\n\r\n"]))
    assert answer.startswith(b"HTTP/1.1 400 Bad Request")


def test_what_a_client_does_not_read_is_not_heaped_up_for_it(both: Both) -> None:
    times = 60  # more than the kernel keeps
    with both.server.connect() as client, client.makefile("rb") as answers:
        for _ in range(times):
            client.sendall(asking("/big.txt"))
            # Once another client has its answer, the server has done for this one what it can.
            both.server.in_turn([asking("/")])
        connections = list(both.server.uvicorn.server_state.connections)
        assert max(one.transport.get_write_buffer_size() for one in connections) < 3 * BIG
        client.sendall(LAST)
        rest = answers.read()
    assert rest.count(b"HTTP/1.1 200 OK\r\n") == times + 1
    assert len(rest) > times * BIG


@pytest.mark.parametrize("is_quick", [False, True])
def test_a_connection_that_asks_no_more_is_closed_in_time(both: Both, *, is_quick: bool) -> None:
    both.server.is_quick = is_quick
    with both.server.connect() as client, client.makefile("rb") as answers:
        client.sendall(asking("/"))
        assert one_answer(answers).startswith(b"HTTP/1.1 200")
        # timeout_keep_alive is one second there; the client would wait for twenty.
        assert answers.read() == b""


def test_a_changed_file_shows_at_the_next_request_on_every_connection(tmp_path: Path) -> None:
    page = tmp_path / "index.html"
    page.write_text("0")
    with Server(tmp_path).running() as server, contextlib.ExitStack() as open_ones:
        clients = [open_ones.enter_context(server.connect()) for _ in range(16)]
        answers = [open_ones.enter_context(client.makefile("rb")) for client in clients]
        for version in range(100):
            new = tmp_path / ".new"
            new.write_text(str(version))
            new.rename(page)
            for client in clients:  # many of them in one round of the server's loop
                client.sendall(asking("/"))
            bodies = {one_answer(answer).rpartition(b"\r\n")[2] for answer in answers}
            assert bodies == {str(version).encode()}


def test_of_requests_that_came_together_only_the_first_asks_the_disk(tmp_path: Path) -> None:
    page = tmp_path / "index.html"
    files, together = SiteFiles(tmp_path), set[str]()
    bodies = []
    for text in ("one", "two", "three"):
        page.write_text(text)
        file = files.get("/", together)
        assert file is not None
        bodies.append(file.plain.whole.body)
    assert bodies == [b"one", b"one", b"one"]
    together.clear()
    file = files.get("/", together)
    assert file is not None
    assert file.plain.whole.body == b"three"


def test_an_open_connection_does_not_keep_the_server_from_ending(published: Home) -> None:
    server = Server(published.site)
    with server.running(), server.connect() as client, client.makefile("rb") as answers:
        client.sendall(asking("/"))
        assert one_answer(answers).startswith(b"HTTP/1.1 200")
        server.uvicorn.should_exit = True
        assert answers.read() == b""
