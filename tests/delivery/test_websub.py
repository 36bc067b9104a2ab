"""One ping to a hub: what it sends, and that no hub can hold it up, lead it away or fill memory."""

from __future__ import annotations

import resource
import time
from typing import TYPE_CHECKING

import pytest

from certificates import server_context, trust
from hubs import Listener, listening, raw_server
from msnewsletter.delivery.websub import ping
from patience import PATIENCE

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable
    from pathlib import Path

FEED = "https://news.example.org/rss.xml?a=1&b=ü"
SHORT = 0.5


@pytest.mark.parametrize("status", [200, 202, 204])
def test_a_hub_that_takes_the_ping_got_one_form(status: int) -> None:
    with listening(Listener(answer=(status, {}))) as hub:
        reply = ping(hub.url, FEED, within=PATIENCE)
    assert (reply.accepted, reply.status) == (True, status)
    assert hub.forms == [{"hub.mode": "publish", "hub.url": FEED}]
    headers, _ = hub.bodies[0]
    assert headers["Host"] == f"localhost:{hub.port}"


@pytest.mark.parametrize("status", [400, 404, 410, 429, 500, 503])
def test_a_refusal_is_said_in_the_hub_s_own_words(status: int) -> None:
    with listening(Listener(answer=(status, {}))) as hub:
        reply = ping(hub.url, FEED, within=PATIENCE)
    assert not reply.accepted
    assert reply.says.startswith(f"{status} ")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_said_and_not_followed(status: int) -> None:
    with listening(Listener()) as elsewhere:
        with listening(Listener(answer=(status, {"Location": elsewhere.url}))) as hub:
            reply = ping(hub.url, FEED, within=PATIENCE)
        assert not reply.accepted
        assert reply.says.endswith(f", to {elsewhere.url}")
        assert elsewhere.bodies == []


def says_nothing(connection: socket.socket) -> None:
    while connection.recv(4096):
        pass


def takes_its_time(connection: socket.socket) -> None:
    connection.settimeout(0.02)
    for byte in b"HTTP/1.1 200 OK\r\n" + b"X-Slow: " + b"a" * 100_000:
        connection.sendall(bytes([byte]))
        try:
            connection.recv(4096)
        except TimeoutError:
            continue


def never_comes_to_the_point(connection: socket.socket) -> None:
    while True:
        connection.sendall(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 100)


@pytest.mark.parametrize("talk", [says_nothing, takes_its_time, never_comes_to_the_point])
def test_a_hub_that_hangs_costs_no_more_than_the_time_that_was_given(
    talk: Callable[[socket.socket], None],
) -> None:
    with raw_server(talk) as port:
        began = time.monotonic()
        reply = ping(f"http://127.0.0.1:{port}/", FEED, within=SHORT)
        took = time.monotonic() - began
    assert reply.status is None
    assert reply.says == "no answer within 0.5 seconds"
    assert took < SHORT + 60  # each of them talks for ever; a busy machine is late


def endless_body(connection: socket.socket) -> None:
    connection.recv(4096)
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        connection.sendall(b"x" * 65536)


def endless_head(connection: socket.socket) -> None:
    connection.recv(4096)
    connection.sendall(b"HTTP/1.1 500 No\r\nX-Long: ")
    while True:
        connection.sendall(b"x" * 65536)


@pytest.mark.parametrize(("talk", "status"), [(endless_body, 200), (endless_head, 500)])
def test_endless_replies_are_cut_off(talk: Callable[[socket.socket], None], status: int) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with raw_server(talk) as port:
        assert ping(f"http://127.0.0.1:{port}/", FEED, within=PATIENCE).status == status
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000  # kB


@pytest.mark.parametrize(
    ("said", "says"),
    [
        (b"", "it closed the connection"),
        (b"220 mail.example.org ESMTP\r\n\r\n", "it does not speak HTTP"),
        (b"HTTP/1.1 500 \x1b[31mred\x07\r\n\r\n", "500 \ufffd[31mred\ufffd"),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204\r\n\r\n", "204"),
        (b"HTTP/1.1 200", "it does not speak HTTP"),
    ],
)
def test_what_a_hub_says_is_one_line_that_harms_no_terminal(said: bytes, says: str) -> None:
    def talk(connection: socket.socket) -> None:
        connection.recv(4096)
        connection.sendall(said)

    with raw_server(talk) as port:
        assert ping(f"http://127.0.0.1:{port}/", FEED, within=PATIENCE).says == says


def test_a_hub_without_a_certificate_we_trust_hears_nothing() -> None:
    with listening(Listener(), tls=server_context("localhost")) as hub:
        reply = ping(hub.url, FEED, within=PATIENCE)
    assert reply.status is None
    assert reply.says.startswith("its certificate is not trusted (")
    assert hub.bodies == []


def test_a_trusted_hub_is_told_over_tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trust(monkeypatch, tmp_path)
    with listening(Listener(), tls=server_context("localhost")) as hub:
        assert ping(hub.url, FEED, within=PATIENCE).accepted
    assert hub.told == [FEED]


def test_a_hub_that_speaks_no_tls_is_a_line_and_no_failure() -> None:
    with listening(Listener()) as hub:
        reply = ping(hub.url.replace("http:", "https:"), FEED, within=PATIENCE)
    assert reply.status is None
    assert reply.says.startswith("no encrypted connection (")


@pytest.mark.parametrize(
    "hub",
    ["http://localhost:1/", "http://localhost:99999/", "http://[::1/", "http://nowhere.invalid/"],
)
def test_a_hub_that_is_not_there_is_a_line_and_no_failure(hub: str) -> None:
    reply = ping(hub, FEED, within=PATIENCE)
    assert reply.status is None
    assert reply.says.startswith("no ")
