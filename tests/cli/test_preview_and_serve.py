"""The commands `preview` and `serve` as people run them: real processes, address and end."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from databases import on_both
from homes import AT, command, sample_home
from msnewsletter.home import Home
from msnewsletter.publisher.publish import publish
from msnewsletter.settings import load_settings
from msnewsletter.store.subscribers import open_subscribers, subscribers_at
from msnewsletter.subscribers.address import parse_address
from msnewsletter.subscribers.subscriber import SubscriberState
from msnewsletter.subscribers.tokens import Purpose, Tokens
from web.doors import door_home

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def at_work(home: Home, *words: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The real program, listening, and the address that it printed."""
    process = subprocess.Popen(
        [sys.executable, "-m", "msnewsletter", "--home", str(home.root), *words, "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONWARNINGS": "error"},
    )
    with process:
        try:
            assert process.stdout is not None
            found = re.search(r"http://\S+", process.stdout.readline())
            assert found, process.communicate()[1]
            yield process, found[0]
        finally:
            process.kill()


def ended(process: subprocess.Popen[str]) -> tuple[str, str]:
    """What the program has printed after its address, once it has ended.

    Unlike `communicate`, which loses what was read ahead with the line of the address.
    """
    process.wait(timeout=20)
    assert process.stdout is not None
    assert process.stderr is not None
    return process.stdout.read(), process.stderr.read()


def asked(address: str, path: str, **headers: str) -> tuple[int, str | None]:
    with closing(HTTPConnection(urlsplit(address).netloc, timeout=20)) as connection:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer.getheader("set-cookie")


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_the_desk_ends_quietly_and_at_once_though_a_page_is_open(
    tmp_path: Path, sign: signal.Signals
) -> None:
    with at_work(sample_home(tmp_path), "preview") as (process, address):
        with closing(HTTPConnection(urlsplit(address).netloc, timeout=20)) as page:
            page.request("GET", "/events")
            with page.getresponse() as listening:
                assert listening.readline().startswith(b"data: ")
                process.send_signal(sign)
                assert listening.read() == b"\n", "the open page is let go"
        _, complained = ended(process)
        assert (process.returncode, complained) == (0, "")


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_the_site_ends_quietly(tmp_path: Path, sign: signal.Signals) -> None:
    with at_work(sample_home(tmp_path), "serve") as (process, address):
        assert asked(address, "/")[0] == 200  # it says that nothing is published yet
        assert asked(address, "/issues/0001.html")[0] == 404
        process.send_signal(sign)
        _, complained = ended(process)
        assert (process.returncode, complained) == (0, "")


def test_a_site_without_an_issue_says_so(tmp_path: Path) -> None:
    home = sample_home(tmp_path)
    with at_work(home, "serve") as (process, _):
        assert process.stdout
        assert "Nothing is published yet" in process.stdout.readline()


@pytest.mark.sqlite("it looks at the database's file")
def test_the_door_is_served_with_the_site_and_ends_quietly(tmp_path: Path) -> None:
    home = door_home(tmp_path, port=9)
    with at_work(home, "serve") as (process, address):
        assert asked(address, "/healthz")[0] == 200
        assert asked(address, "/subscribe")[0] == 200
        assert asked(address, "/")[0] == 200
        process.send_signal(signal.SIGTERM)
        said, complained = ended(process)
        assert (process.returncode, complained) == (0, "")
        assert "/subscribe" in said
    assert home.subscribers.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("published", [True, False], ids=["published", "before the first issue"])
def test_a_door_whose_settings_are_broken_is_shut_and_not_gone(
    tmp_path: Path, *, published: bool
) -> None:
    home = door_home(tmp_path, port=9)
    if published:
        home.site.mkdir(parents=True)
        (home.site / "index.html").write_text("The site.")
    good = home.settings.read_text()
    home.settings.write_text("nonsense")
    with at_work(home, "serve") as (process, address):
        assert asked(address, "/")[0] == (200 if published else 404)
        assert asked(address, "/unsubscribe/token")[0] == 503
        home.settings.write_text(good)
        assert asked(address, "/unsubscribe/token")[0] == 404
        assert asked(address, "/subscribe")[0] == 200
        process.send_signal(signal.SIGTERM)
        said, complained = ended(process)
        assert "newsletter.toml" in complained
        assert "503" in said


def test_where_there_is_no_home_nothing_is_served(tmp_path: Path) -> None:
    done = command(Home(tmp_path), "serve", "--port", "0")
    assert (done.returncode, done.stdout) == (1, "")
    assert "newsletter.toml" in done.stderr


@on_both
@pytest.mark.parametrize("section", ["", "[deliver]\n"])
def test_links_in_mails_let_people_out_also_when_nobody_can_sign_up(
    tmp_path: Path, section: str
) -> None:
    home = door_home(tmp_path, port=9)
    home.var.mkdir(exist_ok=True)
    settings = load_settings(home.settings)
    with open_subscribers(subscribers_at(home, settings)) as store:
        ada = store.add_subscriber(
            parse_address("ada@example.org"), at=AT, state=SubscriberState.CONFIRMED
        )
        tokens = Tokens(store.secret())
        link = f"/unsubscribe/{tokens.make(Purpose.UNSUBSCRIBE, ada.handle, at=AT)}"
    home.settings.write_text(home.settings.read_text().replace("[subscribe]\n", section))
    with at_work(home, "serve") as (_, address):
        assert asked(address, link)[0] == 200
        for path in ("/subscribe", "/unsubscribe", "/preferences", "/confirm/x"):
            assert asked(address, path)[0] == 404
        assert asked(address, "/subscribe/style.css")[0] == 200
        with closing(HTTPConnection(urlsplit(address).netloc, timeout=20)) as connection:
            connection.request("POST", link, b"List-Unsubscribe=One-Click")
            assert connection.getresponse().status == 200
    with open_subscribers(subscribers_at(home, settings)) as store:
        left = store.subscriber(ada.id)
        assert left
        assert left.state is SubscriberState.UNSUBSCRIBED


def test_a_door_whose_page_cannot_be_made_is_not_opened(tmp_path: Path) -> None:
    home = door_home(tmp_path, port=9)
    (home.templates / "door").mkdir(parents=True)
    (home.templates / "door" / "confirm.html.j2").write_text("{{ nonsense }}")
    refused = command(home, "serve", "--port", "0")
    assert refused.returncode == 1
    assert "templates/door/confirm.html.j2:1" in refused.stderr


def test_the_site_is_silent_about_what_strangers_send(tmp_path: Path) -> None:
    home = sample_home(tmp_path)
    publish(home, at=AT)
    with at_work(home, "serve") as (process, address):
        (home.site / "rss.xml").write_text("<rss")
        for path in ("/", "/rss.xml"):
            assert asked(address, path, Connection="upgrade", Upgrade="websocket")[0] == 200
        with socket.create_connection(("127.0.0.1", urlsplit(address).port or 0)) as client:
            client.sendall(b"GARBAGE\r\n\r\n")
            assert client.recv(100).startswith(b"HTTP/1.1 400")
        process.send_signal(signal.SIGINT)
        _, complained = ended(process)
        assert complained == ""


def test_a_desk_for_other_machines_must_be_asked_for_and_needs_its_key(tmp_path: Path) -> None:
    home = sample_home(tmp_path)
    refused = command(home, "preview", "--host", "0.0.0.0", "--port", "0")  # noqa: S104
    assert refused.returncode == 1
    assert refused.stderr.startswith("msnewsletter: --host 0.0.0.0: the desk would be open")
    with at_work(home, "preview", "--host", "127.0.0.2", "--allow-remote") as (_, address):
        assert asked(address, "/")[0] == 401
        assert asked(address, "/?key=wrong")[0] == 401
        code, cookie = asked(address, f"/?{urlsplit(address).query}")
        assert code in {200, 303}
        assert cookie
        assert {"httponly", "samesite=lax"} <= set(cookie.lower().split("; "))
        assert asked(address, "/", cookie=cookie.split(";")[0])[0] == 200


def test_a_port_that_is_taken_is_refused_in_one_line(tmp_path: Path) -> None:
    home = sample_home(tmp_path)
    with at_work(home, "preview") as (_, address):
        port = str(urlsplit(address).port)
        second = command(home, "preview", "--port", port)
    assert second.returncode == 1
    assert second.stderr == (
        f"msnewsletter: 127.0.0.1:{port}: cannot listen there (Address already in use); "
        "choose another --host or --port\n"
    )


def test_broken_settings_are_named_before_a_desk_is_opened(tmp_path: Path) -> None:
    home = sample_home(tmp_path)
    home.settings.write_text("[newsletter\n")
    done = command(home, "preview", "--port", "0")
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("msnewsletter: newsletter.toml:1: ")


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--trust-header", "X-Remote-User"], "--trust-header needs --proxy"),
        (["--trust-header", "X-Remote-User:", "--proxy", "127.0.0.1"], "a header's name alone"),
        (["--proxy", "10.0.0.0/8"], "the proxy's address as the desk sees it"),
        (["--proxy", "10.0.0.5,"], "the proxy's address as the desk sees it"),
        (["--allow-host", "https://desk.example.org/"], "write its name alone"),
        (["--host", "192.0.2.7"], "the desk would be open to other machines"),
    ],
)
def test_a_desk_that_nobody_could_reach_as_meant_is_not_opened(
    tmp_path: Path, words: list[str], complaint: str
) -> None:
    done = command(sample_home(tmp_path), "preview", *words)
    assert done.returncode == 2 or "--host" in words
    assert complaint in " ".join(done.stderr.split())


def test_the_desk_says_who_can_open_it(tmp_path: Path) -> None:
    home = sample_home(tmp_path)
    with at_work(home, "preview") as (process, address):
        assert asked(address, "/issues")[0] == 200
        assert process.stdout
        assert "Every user of this machine can open it" in process.stdout.readline()
    with at_work(home, "preview", "--key") as (_, address):
        assert asked(address, "/issues")[0] == 401
        path = f"/issues?{urlsplit(address).query}"
        status, cookie = asked(address, path)
        assert (status, asked(address, "/issues", cookie=cookie or "")[0]) == (303, 200)
