"""Servers that are slow, endless, broken or in a trap: bounded time and memory, and one line."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from certificates import server_context, trust
from patience import PATIENCE
from sources.fetch.fetching import asking
from sources.fetch.names import Names
from sources.fetch.web_server import (
    Answer,
    bad_chunks,
    cut_off,
    endless_body,
    endless_headers,
    gzip_bomb,
    no_http,
    redirect,
    reset,
    self_signed,
    serving,
    silent,
    slow_body,
    slow_headers,
    unknown_authority,
)

if TYPE_CHECKING:
    import ssl

    from sources.fetch.web_server import Raw

TESTS = Path(__file__).parents[2]


# ── time ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("every", [0.01, 1.0])
@pytest.mark.parametrize("slow", [slow_headers, slow_body])
def test_a_slow_server_ends_at_the_deadline(slow: type[Raw], every: float) -> None:
    with serving({"/a": slow(every)}) as server, asking(timeout=0.3) as asks:  # type: ignore[arg-type]
        began = time.monotonic()
        error = asks.refusal(server.url("/a"))
        spent = time.monotonic() - began
    assert spent < 25  # the whole would take half a minute at least
    assert error.problem in ("was not there after 0.3 seconds", "was silent for too long")
    assert error.passing
    assert len(server.asked) <= 1  # a busy machine may not even get there


def test_a_server_that_says_nothing_is_given_up_after_half_of_the_time() -> None:
    # The other half is for a busy machine to get there.
    with serving({"/a": silent()}) as server, asking(timeout=4) as asks:
        error = asks.refusal(server.url("/a"))
    assert error.problem == "was silent for too long"
    assert error.remedy == "it is tried again later; `timeout` allows more"


def test_a_server_that_never_takes_the_handshake_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening, asking(timeout=0.3) as asks:
        port = listening.getsockname()[1]
        began = time.monotonic()
        error = asks.refusal(f"https://127.0.0.1:{port}/")
    assert time.monotonic() - began < PATIENCE
    assert error.problem == "was not there after 0.3 seconds"


def test_slow_redirects_share_one_deadline() -> None:
    def late(_: object) -> Answer:
        time.sleep(0.05)
        return redirect(f"/{len(server.asked)}")

    routes = dict.fromkeys([f"/{n}" for n in range(9)], late)
    with serving(routes) as server, asking(timeout=0.12) as asks:
        error = asks.refusal(server.url("/0"))
    assert error.problem in ("was not there after 0.12 seconds", "was silent for too long")
    assert len(server.asked) < 5


# ── size ─────────────────────────────────────────────────────────────────────────────────────────

FETCH = """
import resource, sys
sys.path.insert(0, sys.argv[1])
from patience import PATIENCE
from sources.fetch.fetching import asking
def most():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
with asking() as asks:
    asks.get(sys.argv[2] + "/small")
    before = most()
    print(asks.refusal(sys.argv[2] + "/a", limit=5_000_000).problem)
    print(most() - before)
"""


@pytest.mark.parametrize("kind", ["bomb", "endless", "declared"])
def test_what_is_too_large_costs_little_more_than_its_limit(kind: str) -> None:
    route = {
        "bomb": gzip_bomb(1_000_000_000),
        "endless": endless_body(),
        "declared": endless_body(length=1_000_000_000),
    }[kind]
    with serving({"/a": route, "/small": "a"}) as server:
        words = [sys.executable, "-c", FETCH, str(TESTS), server.url("")]
        child = subprocess.run(words, capture_output=True, text=True, check=True, timeout=60)
    problem, grown = child.stdout.splitlines()
    assert problem == "has more than 5 MB"
    # In kB on Linux: the limit twice while a buffer grows, and little else.
    assert int(grown) < 20_000
    assert len(server.paths) == 2


def test_a_document_of_just_the_limit_is_read_and_one_of_a_byte_more_is_not() -> None:
    with serving({"/a": Answer(body=b"a" * 1000)}) as server, asking() as asks:
        assert len(asks.document(server.url("/a"), limit=1000).data) == 1000
        error = asks.refusal(server.url("/a"), limit=999)
    assert (error.problem, error.passing) == ("has more than 999 bytes", False)


def test_headers_without_end_are_cut_off() -> None:
    with serving({"/a": endless_headers()}) as server, asking() as asks:
        error = asks.refusal(server.url("/a"))
    assert error.problem == "sends headers of more than 100 kB"
    assert len(server.asked) == 1


def test_hundreds_of_headers_are_refused() -> None:
    many = tuple((f"X-{n}", "a") for n in range(500))
    with serving({"/a": Answer(headers=many)}) as server, asking() as asks:
        assert asks.refusal(server.url("/a")).problem == "sends more than 200 headers"


# ── nonsense ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("fault", [cut_off, bad_chunks, no_http, reset])
def test_a_broken_answer_is_one_line_after_three_tries(fault: type[Raw]) -> None:
    with serving({"/a": fault()}) as server, asking() as asks:  # type: ignore[call-arg]
        error = asks.refusal(server.url("/a"))
    assert error.problem.startswith(("the answer is broken (", "no connection ("))
    assert (error.passing, error.status) == (True, None)
    assert len(server.asked) == 3


def test_a_body_that_is_not_compressed_as_it_says_is_one_line() -> None:
    coded = Answer(body=b"<p>", headers=(("Content-Encoding", "gzip"),))
    with serving({"/a": coded}) as server, asking() as asks:
        error = asks.refusal(server.url("/a"))
    assert error.problem == "its body is not gzip, though it says so"


def test_a_body_of_a_coding_that_was_not_asked_for_is_one_line() -> None:
    coded = Answer(body=b"<p>", headers=(("Content-Encoding", "br"),))
    with serving({"/a": coded}) as server, asking() as asks:
        error = asks.refusal(server.url("/a"))
    assert error.problem == "is compressed in a way that was not asked for ('br')"
    assert not error.passing


def test_a_server_that_is_not_there_is_one_line() -> None:
    with serving() as server:
        pass
    with asking() as asks:
        error = asks.refusal(server.url("/a"))
    assert error.problem == "no connection (Connection refused)"
    assert error.passing


def test_a_host_that_is_not_there_is_one_line() -> None:
    with asking() as asks:
        error = asks.refusal("http://nowhere.invalid/a")
    assert error.problem in ("there is no such host", "the name server does not answer")
    assert error.passing


# ── certificates ─────────────────────────────────────────────────────────────────────────────────


def test_a_private_authority_is_trusted_that_ssl_cert_file_names(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    trust(monkeypatch, tmp_path)
    with serving({"/a": "a"}, tls=server_context("127.0.0.1")) as server, asking() as asks:
        assert asks.document(server.url("/a")).data == b"a"
        assert server.url().startswith("https:")


def test_a_certificate_that_is_not_to_be_trusted_is_one_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    trust(monkeypatch, tmp_path)
    expired = server_context("127.0.0.1", until=datetime.now(UTC) - timedelta(days=1))
    problems: list[tuple[ssl.SSLContext, str]] = [
        (expired, "its certificate has expired"),
        (server_context("example.org"), "its certificate is of another host"),
        (
            unknown_authority("127.0.0.1"),
            "its certificate is of an authority that is not trusted",
        ),
        (self_signed(str(tmp_path)), "its certificate is signed by itself"),
    ]
    for tls, problem in problems:
        with serving({"/a": "a"}, tls=tls) as server, asking() as asks:
            error = asks.refusal(server.url("/a"))
        assert error.problem == problem
        assert error.passing
        assert not server.asked


def test_https_at_a_port_without_it_is_one_line() -> None:
    with serving({"/a": "a"}) as server, asking() as asks:
        error = asks.refusal(server.url("/a").replace("http:", "https:"))
    assert error.problem.startswith("no encrypted connection (")


def test_roots_of_trust_that_cannot_be_read_are_one_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
    with asking() as asks:
        error = asks.refusal("https://127.0.0.1/")
    assert error.problem == "the roots of trust cannot be read (No such file or directory)"
    assert error.remedy == "correct SSL_CERT_FILE"


def test_a_token_never_leaves_encryption(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    trust(monkeypatch, tmp_path)
    with (
        serving({"/b": "b"}) as plain,
        serving({"/a": redirect(plain.url("/b"))}, tls=server_context("127.0.0.1")) as server,
        asking() as asks,
    ):
        assert asks.document(server.url("/a")).data == b"b"
        del plain.asked[:]
        error = asks.refusal(server.url("/a"), token="secret")  # noqa: S106  (an example)
    assert error.problem.endswith("not encrypted, though it needs a token")
    assert not plain.asked


# ── addresses ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("host", "is_own"),
    [
        *((one, True) for one in ("127.0.0.1", "localhost", "2130706433", "0x7f000001", "127.1")),
        *((one, True) for one in ("017700000001", "[::1]", "[::ffff:127.0.0.1]", "[fd00::1]")),
        *((one, True) for one in ("[64:ff9b::7f00:1]", "10.0.0.1", "127。0。0。1")),
        *((one, False) for one in ("0", "[::]", "[2002:7f00:1::]", "169.254.169.254")),
        *((one, False) for one in ("[fe80::1]", "224.0.0.1", "[3ffe::1]")),
    ],
)
def test_an_address_that_is_not_public_is_not_asked_and_the_remedy_helps(
    host: str, *, is_own: bool
) -> None:
    # Where `private` would not help, it is refused with it as well.
    with serving() as server, asking(private=not is_own, timeout=2) as asks:
        error = asks.refusal(f"http://{host}:{server.port}/a")
        assert not server.connections
    assert error.problem.startswith("has an address that is not public (")
    assert ("private = true" in error.remedy) is is_own
    assert not error.passing


def test_an_address_with_a_zone_is_none() -> None:
    with asking(private=True) as asks:
        error = asks.refusal("http://[fe80::1%25lo]/")
    assert not error.passing


def test_a_redirect_into_one_s_own_network_is_not_followed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The names mean what the test says; the address that is asked is the one that was checked."""
    names = Names(monkeypatch)
    with serving({"/a": redirect("http://inside.example/keys")}) as server, asking() as asks:
        names.means("outside.example", "127.0.0.1")
        names.means("inside.example", "169.254.169.254")
        error = asks.refusal(server.url("/a", host="outside.example"))
    assert error.problem == "has an address that is not public (169.254.169.254)"
    assert error.place == "http://inside.example/keys"


def test_a_name_is_resolved_once_and_what_was_checked_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = Names(monkeypatch)
    with serving({"/a": "a"}) as server, asking() as asks:
        names.means("changing.example", "127.0.0.1", then="169.254.169.254")
        assert asks.document(server.url("/a", host="changing.example")).data == b"a"
    assert names.asked == ["changing.example"]
    assert server.asked[0].headers["Host"] == f"changing.example:{server.port}"


def test_of_several_addresses_only_those_are_asked_that_may_be(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = Names(monkeypatch)
    with serving({"/a": "a"}) as server, asking() as asks:
        names.means("both.example", "169.254.169.254", "127.0.0.1")
        assert asks.document(server.url("/a", host="both.example")).data == b"a"


def test_a_name_server_that_does_not_answer_ends_at_the_deadline(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = Names(monkeypatch)
    with asking(timeout=1) as asks:
        names.waits("slow.example")
        error = asks.refusal("http://slow.example/")
        names.ended()
    assert error.problem == "the name server does not answer"
    assert error.passing


def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving() as proxy, serving({"/a": "a"}) as server:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url())
        with asking() as asks:
            assert asks.document(server.url("/a")).data == b"a"
        assert not proxy.asked
