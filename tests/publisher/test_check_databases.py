"""`db check`: both databases are examined, a line each, whichever kind they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from databases import KINDS, use_what_is_set
from delivering import Newsletter, newsletter
from homes import command
from msnewsletter.publisher.check_databases import check_databases
from msnewsletter.publisher.move_database import move_database
from msnewsletter.settings import load_settings
from msnewsletter.store import NEWEST_TABLES, Store, location_of, open_store
from msnewsletter.store.subscribers import ForWorkers
from peers.recording_server import RecordingServer, recording_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cluster import Cluster
    from msnewsletter.store.subscribers import SubscriberStore


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecordingServer]:
    with recording_server(tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture(scope="module")
def made(server: RecordingServer, tmp_path_factory: pytest.TempPathFactory) -> Newsletter:
    """An issue that two have got."""
    letter = newsletter(tmp_path_factory.mktemp("made"), server)
    letter.subscribe("ada", "ben")
    letter.publish()
    letter.deliver()
    return letter


@pytest.fixture(params=KINDS)
def letter(request: pytest.FixtureRequest, made: Newsletter, tmp_path: Path) -> Newsletter:
    """It, on each kind of database."""
    letter = made.copied(tmp_path / "home")
    if request.param == "postgresql":
        request.getfixturevalue("postgresql")
        move_database(letter.home)
        use_what_is_set(letter.home)
    return letter


def wrong_after(store: Store | SubscriberStore, statement: str) -> list[str]:
    """What is wrong once something was changed behind the program's back; it is undone."""
    with store.trial() as trial:
        assert trial._trial
        trial._trial.execute(text(statement))
        return trial.wrong_rows()


def test_all_is_well_in_a_line_each(letter: Newsletter) -> None:
    done = command(letter.home, "db", "check")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert len(lines) == 3
    assert all(line.startswith("ok ") for line in lines)
    assert f"rows, schema {NEWEST_TABLES}, nothing contradicts itself" in lines[0]
    assert "(subscribers)" in lines[1] or "subscribers.db" in lines[1]
    assert lines[2] == "ok   ledger: 1 mailing finished, each balance exact"


def test_what_is_lost_of_a_mailing_is_counted(letter: Newsletter) -> None:
    with letter.store() as store, store._engine.begin() as connection:
        connection.execute(text("DELETE FROM deliveries WHERE subscriber = 1"))
    done = command(letter.home, "db", "check")
    assert done.returncode == 1
    said = "BAD  issue 0001: 1 enqueued = 1 sent, but its folder in outbox/ says 2"
    assert done.stdout.splitlines()[-1] == said


def test_rows_that_contradict_each_other_are_counted(letter: Newsletter) -> None:
    bounced = "INSERT INTO bounces (delivery, at, kind) VALUES (7, '2026-11-23', 'hard')"
    cases = {
        "DELETE FROM mailings": "2 deliveries of no mailing",
        "UPDATE deliveries SET subscriber = 9": "2 deliveries under a number that is another's",
        "UPDATE deliveries SET state = 'lost'": "2 deliveries in a state that there is not",
        "UPDATE deliveries SET state = 'claimed'": "2 deliveries that are claimed by nobody",
        "UPDATE deliveries SET state = 'queued'": "2 deliveries still to do of a mailing that is",
        bounced: "1 bounces of no delivery",
        "INSERT INTO mailing_mails VALUES (9, 'full', 'x')": "1 mails of no mailing",
        "INSERT INTO mailing_chunks VALUES (9, 1, 2)": "1 chunks of no mailing",
    }
    with letter.store() as store:
        for statement, says in cases.items():
            assert says in "; ".join(wrong_after(store, statement))
        with store._transaction() as connection:
            connection.execute(text("UPDATE deliveries SET state = 'queued'"))
            connection.execute(text("UPDATE mailings SET finished = NULL"))
        store.hand_to_workers(1, ForWorkers(mails={}, hand_out=lambda *_: None))
        assert store.wrong_rows() == []
        cut = "UPDATE mailing_chunks SET last = first"
        says = "1 deliveries still to do that no worker would find"
        assert wrong_after(store, cut) == [says]
    cases = {
        "DELETE FROM entries": "1 summaries that count as sent and are in no issue",
        "UPDATE summaries SET settled_as = NULL": "1 entries whose summary does not count as sent",
        "UPDATE entries SET position = 2": "1 issues that lack an entry in between",
    }
    with open_store(location_of(letter.home, load_settings(letter.home.settings))) as known:
        for statement, says in cases.items():
            assert says in "; ".join(wrong_after(known, statement))


def test_what_only_a_superuser_can_break_in_postgresql_is_said(
    made: Newsletter, tmp_path: Path, postgresql: Cluster
) -> None:
    letter = made.copied(tmp_path / "home")
    move_database(letter.home)
    use_what_is_set(letter.home)
    postgresql.ask("SELECT setval('subscribers.subscribers_id_seq', 1)", "news")
    postgresql.ask("SET session_replication_role = replica; DELETE FROM summaries", "news")
    newsletter, subscribers = check_databases(letter.home)
    assert "1 rows of entries that belong to none of summaries" in newsletter.line
    assert "the next number that subscribers gives is taken" in subscribers.line
    assert not newsletter.good
    assert not subscribers.good


def test_a_broken_file_keeps_the_other_from_nothing(made: Newsletter, tmp_path: Path) -> None:
    home = made.copied(tmp_path / "home").home
    data = bytearray(home.database.read_bytes())
    data[4096:8192] = bytes(4096)
    home.database.write_bytes(data)
    newsletter, *rest = check_databases(home)
    assert not newsletter.good
    assert "it is broken" in newsletter.line
    assert all(one.good for one in rest)
    home.database.unlink()
    home.subscribers.unlink()
    assert [one.line for one in check_databases(home)] == [
        "var/newsletter.db: there is none yet",
        "var/subscribers.db: there is none yet",
    ]
