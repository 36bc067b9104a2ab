"""The guides to sending and deliverability: what they show works as it is written."""

from __future__ import annotations

import os
import re
import shlex
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest

from homes import command, empty_home, write_summary
from msnewsletter.publisher.delivering.sending_lines import balance_line
from msnewsletter.settings import load_settings
from msnewsletter.subscribers.delivery_state import Balance, DeliveryState
from peers.behaviours import Behaviour, Drop, Step
from peers.recording_server import RecordingServer, recording_server
from test_guides import blocks_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from msnewsletter.home import Home

ME = "me@example.org"


@pytest.fixture
def text(root: Path) -> str:
    guides = root / "docs" / "guides"
    return "\n".join((guides / name).read_text() for name in ("sending.md", "deliverability.md"))


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RecordingServer]:
    with recording_server(tmp_path, keep_messages=True) as made:
        yield made


@pytest.fixture
def home(tmp_path: Path, text: str, server: RecordingServer) -> Home:
    """A home set up as the guide says, but for its server; its only study is of yesterday."""
    made = empty_home(tmp_path / "home")
    yesterday = datetime.now(UTC) - timedelta(days=1)
    write_summary(made, "sleep", f"{yesterday:%Y-%m-%d}")
    given = tomls(text, "Set up")[0]
    own = f'host = "127.0.0.1"\nport = {server.port}\nsecurity = "none"'
    given = re.sub(r'host = .*\nuser = ".*"', own, given)
    assert own in given
    made.settings.write_text(f"{made.settings.read_text()}\n{given}")
    (tmp_path / "me.txt").write_text(f"{ME}\n")
    return made


def tomls(text: str, heading: str) -> list[str]:
    return [block for language, block in blocks_in(text, heading) if language == "toml"]


def run(home: Home, text: str, heading: str, *, fails: tuple[str, ...] = ()) -> dict[str, str]:
    """Run the commands below a heading in order; what each said."""
    said = {}
    folder = home.root.parent
    [block] = [block for language, block in blocks_in(text, heading) if language == "sh"]
    for line in block.splitlines():
        given, _, name = line.partition(" < ")
        program, *words = shlex.split(given)
        assert program == "msnewsletter"
        read = (folder / name).read_text() if name else ""
        done = command(home, *words, preexec_fn=partial(os.chdir, folder), given=read)
        said[words[0]] = done.stdout + done.stderr
        assert (done.returncode == 0) is (words[0] not in fails), said[words[0]]
    return said


def test_the_first_mail_goes_to_oneself_and_is_looked_at(
    home: Home, text: str, server: RecordingServer
) -> None:
    said = run(home, text, "Set up")
    assert "Issue 1, 1 subscriber: 1 sent." in said["deliver"]
    assert "issue 1 to 1 subscriber" in said["status"]
    server.settle()
    [accepted] = server.accepted()
    assert accepted.recipients == [ME]
    (home.root.parent / "received.eml").write_bytes(server.message(accepted.number))
    said = run(home, text, "Look at a received copy", fails=("doctor",))
    bad = [line for line in said["doctor"].splitlines() if line.startswith("BAD")]
    assert len(bad) == 1, said["doctor"]
    assert "it has no DKIM signature" in bad[0], "a server of the tests signs nothing"


def test_what_is_in_doubt_is_sent_again_by_a_person_s_word(
    home: Home, text: str, server: RecordingServer
) -> None:
    server.behave(Behaviour(rules=(Drop(at=Step.BODY, kept=True, times=1),)))
    said = run(home, text, "Set up", fails=("deliver",))
    assert "1 in doubt" in said["deliver"]
    assert "resolve 1 --resend-in-doubt" in said["status"]
    said = run(home, text, "In doubt")
    assert "1 sent" in said["deliver"]
    server.settle()
    first, second = server.accepted()
    assert first.message_id == second.message_id


def test_every_set_up_of_the_guide_is_valid(home: Home, text: str) -> None:
    base = home.settings.read_text().partition("\n[smtp]")[0]
    shown = [block for language, block in blocks_in(text) if language == "toml"]
    assert len(shown) == 5
    for one in shown:
        home.settings.write_text(f"{base}\n{one}")
        assert load_settings(home.settings).smtp, one


def test_the_table_has_every_word_of_a_balance(text: str) -> None:
    said = balance_line(Balance(counts=dict.fromkeys(DeliveryState, 1)))
    words = {re.sub(r"^1 ", "", one) for one in said.split(", ")}
    table = re.search(r"\| word \|.*?\n\n", text, re.DOTALL)
    assert table
    assert set(re.findall(r"^\| ([a-z ]+) \|", table[0], re.MULTILINE)) - {"word"} == words


def test_the_lines_that_the_guide_explains_are_said(root: Path, text: str) -> None:
    folder = root / "src" / "msnewsletter"
    source = (folder / "cli" / "deliver.py").read_text()
    source += (folder / "publisher" / "delivering" / "sending_lines.py").read_text()
    table = re.search(r"\| line \|.*?\n\n", text, re.DOTALL)
    assert table
    lines = [row.split(" |")[0].strip("| ") for row in table[0].strip().splitlines()[2:]]
    assert len(lines) == 6
    for line in lines:
        assert line.partition(";")[0].removesuffix(" …") in source, line
