"""The public site by the server that `serve` runs, asked raw bytes over real connections."""

from __future__ import annotations

import contextlib
import gzip
import os
import re
import shutil
import socket
import subprocess
import time
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homes import AT, sample_home, write_summary
from msnewsletter.publisher.publish import publish
from patience import PATIENCE
from web.servers import Server, one_answer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from msnewsletter.home import Home

CODINGS = {"identity": bytes, "gzip": gzip.decompress}


@pytest.fixture(scope="module")
def server(published: Home) -> Iterator[Server]:
    with Server(published.site).running() as server:
        yield server


def asking(path: str, *headers: str, method: str = "GET", version: str = "1.1") -> bytes:
    return "\r\n".join([f"{method} {path} HTTP/{version}", "Host: x", *headers, "", ""]).encode()


def parts(answer: bytes) -> tuple[int, dict[bytes, bytes], bytes]:
    """Status, headers by their names in small letters, and body of an answer."""
    head, _, body = answer.partition(b"\r\n\r\n")
    line, *lines = head.split(b"\r\n")
    pairs = (each.split(b": ", 1) for each in lines)
    return int(line.split()[1]), {name.lower(): value for name, value in pairs}, body


@pytest.mark.parametrize("coding", CODINGS)
def test_a_reader_gets_the_whole_feed_then_nothing_and_then_what_is_new(
    tmp_path: Path, coding: str
) -> None:
    home = sample_home(tmp_path)
    publish(home, at=AT)
    accepting = f"Accept-Encoding: {coding}"
    with Server(home.site).running() as server:
        status, headers, body = parts(server.ask(asking("/rss.xml", accepting)))
        assert (status, headers.get(b"content-encoding", b"identity")) == (200, coding.encode())
        assert CODINGS[coding](body) == (home.site / "rss.xml").read_bytes()
        etag = headers[b"etag"].decode()
        assert etag.startswith('"')
        known = (accepting, f"If-None-Match: {etag}", "A-IM: feed")

        status, headers, body = parts(server.ask(asking("/rss.xml", *known)))
        assert (status, headers[b"etag"], body) == (304, etag.encode(), b"")

        write_summary(home, "brand-new")
        publish(home, at=AT + timedelta(hours=1))
        status, headers, body = parts(server.ask(asking("/rss.xml", *known)))
        assert (status, headers[b"im"]) == (226, b"feed")
        assert CODINGS[coding](body).count(b"<item>") == 1
        assert headers[b"etag"] != etag.encode()


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (asking("/", method="HEAD"), 200),
        (asking("/", version="1.0"), 200),
        (asking("/", "If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT"), 304),
        (asking("/rss.xml?since=1"), 200),
        (asking("/", "Content-Length: 4") + b"body", 200),
        (asking("/", "Connection: upgrade", "Upgrade: h2c"), 200),
        (asking("/", "Connection: upgrade", "Upgrade: websocket"), 200),
        (asking("/", f"Cookie: {'a' * 30_000}"), 200),
        (asking("/nowhere"), 404),
        (asking("/two%0Alines.txt"), 404),
        (asking("/", method="DELETE"), 405),
        (asking("/rss.xml", method="OPTIONS"), 204),
        (b"GARBAGE\r\n\r\n", 400),
    ],
    ids=lambda value: value[:60].decode() if isinstance(value, bytes) else str(value),
)
def test_each_request_gets_its_answer(server: Server, request_: bytes, status: int) -> None:
    answer = parts(server.ask(request_))
    assert answer[0] == status
    assert b"server" not in answer[1]
    assert answer[2] or status in {204, 304, 405} or request_.startswith(b"HEAD ")


def test_requests_sent_together_are_answered_in_their_order(server: Server) -> None:
    paths = ["/", "/rss.xml", "/nowhere", "/style.css"]
    with server.connect() as client, client.makefile("rb") as answers:
        client.sendall(b"".join(asking(path) for path in paths))
        together = [parts(one_answer(answers)) for _ in paths]
    alone = [parts(server.ask(asking(path))) for path in paths]
    assert [(status, body) for status, _, body in together] == [
        (status, body) for status, _, body in alone
    ]


ANYTHING = st.binary(max_size=30)
TARGETS = st.binary(max_size=12) | st.sampled_from(
    b"""
    / /rss.xml /r%73s.xml /index.html#top /two%0Alines.txt //rss.xml /issues/ /.hidden
    /../newsletter.toml /%2e%2e/x * http://example.org/rss.xml rss.xml /%ff /%00 /% /\xc3\xa4
    """.split()
)
NAMES = ANYTHING | st.sampled_from(
    b"If-None-Match If-Modified-Since Accept-Encoding A-IM Connection Expect Upgrade".split()
)
VALUES = ANYTHING | st.sampled_from(
    [b"*", b'"old"', b"gzip", b"gzip;q=0", b"feed", b"close", b"100-continue", b"websocket"]
)


@settings(deadline=None, max_examples=300)
@given(
    method=st.sampled_from([b"GET", b"GET", b"HEAD", b"POST", b"OPTIONS", b"get", b"G@T"]),
    target=TARGETS,
    headers=st.lists(st.tuples(NAMES, VALUES), max_size=4),
)
def test_no_request_makes_the_server_fail(
    server: Server, method: bytes, target: bytes, headers: list[tuple[bytes, bytes]]
) -> None:
    lines = [b"%b %b HTTP/1.1" % (method, target), b"Host: x", *map(b": ".join, headers), b"", b""]
    last = asking("/style.css", "Connection: close")
    answers = server.ask_until_it_closes(b"\r\n".join(lines) + last)
    statuses = set(re.findall(rb"^HTTP/1\.1 (\d+) ", answers, re.MULTILINE))
    assert statuses <= {b"100", b"200", b"204", b"304", b"400", b"404", b"405"}


NGINX = """
{user}daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{ listen unix:{folder}/front; location / {{ proxy_pass http://127.0.0.1:{port}; }} }}
}}
"""


@pytest.fixture
def front(server: Server, tmp_path: Path) -> Iterator[socket.socket]:
    """A connection to nginx, with the limits that it has by itself, in front of the server."""
    if not (nginx := shutil.which("nginx")):
        pytest.skip("nginx is not installed; tools/setup-judges.sh does it")
    # As root it would change to a user who may not enter our folder.
    user = "user root;\n" if os.geteuid() == 0 else ""
    written = tmp_path / "nginx.conf"
    written.write_text(NGINX.format(user=user, folder=tmp_path, port=server.port))
    with (
        subprocess.Popen([nginx, "-c", written, "-p", tmp_path], stderr=subprocess.PIPE) as process,
        socket.socket(socket.AF_UNIX) as client,
    ):
        client.settimeout(PATIENCE)
        try:
            while client.connect_ex(str(tmp_path / "front")):
                assert process.poll() is None, process.communicate()[1]
                time.sleep(0.01)
            yield client
        finally:
            process.terminate()


def test_a_server_in_front_refuses_headers_that_never_end(front: socket.socket) -> None:
    front.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX: ")
    with contextlib.suppress(ConnectionError):
        for _ in range(64):
            front.sendall(b"a" * 1000)
    assert front.recv(100).startswith(b"HTTP/1.1 400 ")


def test_a_server_in_front_passes_on_etags(front: socket.socket, server: Server) -> None:
    etag = parts(server.ask(asking("/rss.xml", "Accept-Encoding: gzip")))[1][b"etag"]
    front.sendall(asking("/rss.xml", "Accept-Encoding: gzip", f"If-None-Match: {etag.decode()}"))
    with front.makefile("rb") as answers:
        status, headers, _ = parts(one_answer(answers))
    assert (status, headers[b"etag"]) == (304, etag)


def test_a_changed_file_shows_at_the_next_request_on_every_connection(tmp_path: Path) -> None:
    page = tmp_path / "index.html"
    page.write_text("0")
    with Server(tmp_path).running() as server, contextlib.ExitStack() as open_ones:
        clients = [open_ones.enter_context(server.connect()) for _ in range(16)]
        answers = [open_ones.enter_context(client.makefile("rb")) for client in clients]
        for version in range(30):
            new = tmp_path / ".new"
            new.write_text(str(version))
            new.rename(page)
            for client in clients:  # many of them in one round of the server's loop
                client.sendall(asking("/"))
            bodies = {parts(one_answer(answer))[2] for answer in answers}
            assert bodies == {str(version).encode()}


def test_an_open_connection_does_not_keep_the_server_from_ending(published: Home) -> None:
    server = Server(published.site)
    with server.running(), server.connect() as client, client.makefile("rb") as answers:
        client.sendall(asking("/"))
        assert parts(one_answer(answers))[0] == 200
        server.uvicorn.should_exit = True
        assert answers.read() == b""
