"""The tab "Send": how mailings stand, and tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from delivering import newsletter
from homes import AT, sample_home
from peers.recording_server import recording_server
from web.desk.desk_client import DeskClient

if TYPE_CHECKING:
    from pathlib import Path


def test_where_nothing_is_sent_from_here_it_says_who_sends(tmp_path: Path) -> None:
    text = DeskClient(sample_home(tmp_path / "home"), AT).get("/send").markup
    assert "your own mailer takes what is in <code>outbox/new/</code>" in text


def test_each_mailing_has_its_balance_and_no_address(tmp_path: Path) -> None:
    (tmp_path / "server").mkdir()
    with recording_server(tmp_path / "server") as server:
        letter = newsletter(tmp_path / "letter", server)
        letter.subscribe("ada", "bea")
        letter.publish()
        letter.deliver()
        text = DeskClient(letter.home, letter.now).get("/send").markup
    assert '<th scope="row"><a href="/issues/1">1</a></th><td>2</td><td>2</td>' in text
    assert "@" not in text.split("Send a test")[0]


def test_a_test_to_what_is_no_address_keeps_what_was_typed(tmp_path: Path) -> None:
    home = sample_home(tmp_path / "home")
    settings = home.settings.read_text()
    home.settings.write_text(f'{settings}\n[smtp]\nhost = "127.0.0.1"\nport = 1\n')
    answer = DeskClient(home, AT).post("/send", {"to": "not an address", "edition": "digest"})
    assert answer.status == 409
    assert ">not an address</textarea>" in answer.markup
