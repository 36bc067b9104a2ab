"""`db check`: both databases are examined, a line each, whichever kind they are."""

from __future__ import annotations

from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from databases import on_both
from delivering import Newsletter, newsletter
from homes import command
from msnewsletter.publisher.check_databases import check_databases
from msnewsletter.settings import load_settings
from msnewsletter.store import location_of, open_store
from peers.recording_server import RecordingServer, recording_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecordingServer]:
    with recording_server(tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture
def letter(database: str, server: RecordingServer, tmp_path: Path) -> Newsletter:
    del database
    letter = newsletter(tmp_path, server)
    letter.subscribe("ada", "ben")
    letter.publish()
    letter.deliver()
    return letter


def change(letter: Newsletter, statement: str, *, of_subscribers: bool = True) -> None:
    """Change a row behind the program's back."""
    place = location_of(letter.home, load_settings(letter.home.settings))
    with letter.store() if of_subscribers else open_store(place) as store:
        with store._engine.begin() as connection:
            connection.execute(text(statement))


def wrong(letter: Newsletter) -> str:
    return "; ".join(one.line for one in check_databases(letter.home) if not one.good)


@on_both
def test_all_is_well_in_a_line_each(letter: Newsletter) -> None:
    done = command(letter.home, "db", "check")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert len(lines) == 3
    assert all(line.startswith("ok ") for line in lines)
    assert "rows, schema 0008, nothing contradicts itself" in lines[0]
    assert "(subscribers)" in lines[1] or "subscribers.db" in lines[1]
    assert lines[2] == "ok   ledger: 1 mailing finished, each balance exact"


@on_both
def test_what_is_lost_of_a_mailing_is_counted(letter: Newsletter) -> None:
    letter.publish()
    letter.subscribe("eva")
    change(letter, "DELETE FROM deliveries WHERE id = (SELECT min(id) FROM deliveries)")
    assert "issue 0001: 1 enqueued = 1 sent, but its folder in outbox/ says 2" in wrong(letter)
    assert command(letter.home, "db", "check").returncode == 1


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("DELETE FROM mailings", "2 deliveries of no mailing"),
        ("UPDATE deliveries SET subscriber = 9", "2 deliveries under a number that is another's"),
        ("UPDATE deliveries SET state = 'lost'", "2 deliveries in a state that there is not"),
        ("UPDATE deliveries SET state = 'claimed'", "2 deliveries that are claimed by nobody"),
        ("UPDATE deliveries SET state = 'queued'", "2 deliveries still to do of a mailing that"),
        (
            "INSERT INTO bounces (delivery, at, kind) VALUES (7, '2026-11-23', 'hard')",
            "1 bounces of no delivery",
        ),
    ],
)
@on_both
def test_rows_of_the_ledger_that_contradict_each_other_are_counted(
    letter: Newsletter, statement: str, says: str
) -> None:
    change(letter, statement)
    assert says in wrong(letter)


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("DELETE FROM entries", "1 summaries that count as sent and are in no issue"),
        ("UPDATE summaries SET settled_as = NULL", "1 entries whose summary does not count as"),
        ("UPDATE entries SET position = 2", "1 issues that lack an entry in between"),
    ],
)
@on_both
def test_rows_of_the_newsletter_that_contradict_each_other_are_counted(
    letter: Newsletter, statement: str, says: str
) -> None:
    change(letter, statement, of_subscribers=False)
    assert says in wrong(letter)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_number_that_would_be_given_twice_is_said(letter: Newsletter) -> None:
    change(letter, "SELECT setval('subscribers_id_seq', 1)")
    assert "the next number that subscribers gives is taken" in wrong(letter)


def test_rows_that_belong_to_none_and_a_broken_file_are_lines_too(letter: Newsletter) -> None:
    change(
        letter, "PRAGMA writable_schema = ON", of_subscribers=False
    )
    home = letter.home
    data = bytearray(home.subscribers.read_bytes())
    data[4096:8192] = bytes(4096)
    home.subscribers.write_bytes(data)
    lines = check_databases(home)
    assert [one.good for one in lines] == [True, False]
    assert "it is broken" in lines[1].line


def test_a_home_without_databases_is_well(letter: Newsletter) -> None:
    for path in letter.home.var.glob("*.db*"):
        path.unlink()
    assert [one.good for one in check_databases(letter.home)] == [True, True]
    assert all("there is none yet" in one.line for one in check_databases(letter.home))
