"""A home moves from SQLite to PostgreSQL: every row, killed anywhere, and it goes on there."""

from __future__ import annotations

import itertools
import os
import random
import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from chance import seed
from crash.places import Place, die, happen
from databases import use_what_is_set
from delivering import Newsletter, newsletter, recipients
from forks import child_of
from homes import AT, command, empty_home, write_summary
from msnewsletter.disk.lock import locked
from msnewsletter.errors import BusyError, NewsletterError, RefusedError, SettingsError, StoreError
from msnewsletter.publisher.delivering.resolve_mailing import DoubtDecision, resolve_doubt
from msnewsletter.publisher.delivering.sole_sender import delivery_lock
from msnewsletter.publisher.move_database import MoveStep, move_database
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.session import Step
from msnewsletter.publisher.subscribing.by_hand import forget
from msnewsletter.settings import load_settings
from msnewsletter.store import location_of, open_store
from msnewsletter.store.location import ADDRESS
from msnewsletter.store.subscribers import ForWorkers, WorkerRow
from msnewsletter.store.subscribers.subscriber_tables import SUBSCRIBERS
from msnewsletter.store.tables import NEWSLETTER
from msnewsletter.store.transfer import stored_rows
from msnewsletter.subscribers.address import parse_address
from msnewsletter.subscribers.delivery_state import DeliveryState
from msnewsletter.subscribers.subscriber import SubscribedEdition
from peers.behaviours import Behaviour, Drop, Reply
from peers.behaviours import Step as SmtpStep
from peers.recording_server import RecordingServer, recording_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from cluster import Cluster
    from msnewsletter.home import Home
    from msnewsletter.store.subscribers import SubscriberStore

READERS = [f"r{number:02}@example.org" for number in range(12)]
HOUR = timedelta(hours=1)
TABLE_SETS = {"newsletter.db": NEWSLETTER, "subscribers.db": SUBSCRIBERS}
TABLES = sum(len(tables.metadata.tables) for tables in TABLE_SETS.values())
Rows = dict[str, set[tuple[Any, ...]]]


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """A table of twelve rows has several."""
    monkeypatch.setattr(stored_rows, "BATCH", 5)


@pytest.fixture(scope="module")
def one_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecordingServer]:
    with recording_server(tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, one_server: RecordingServer) -> Newsletter:
    """Two issues, a correction, a mailing that is done, and one whose sender was killed amid it.

    Of that one mail is in doubt; two were refused for now, and its sender has them in hand again.
    """
    letter = newsletter(tmp_path_factory.mktemp("made"), one_server, deliver="connections = 1")
    letter.subscribe(*READERS, "last@example.org")
    with letter.store() as store:
        # The greatest number that was ever given belongs to nobody now.
        forget(store, parse_address("last@example.org"), at=letter.now)
    letter.publish()
    letter.deliver()
    write_summary(letter.home, "study-1", status="corrected", note="'It was smaller.'")
    letter.now += HOUR
    letter.publish()
    one_server.forget()
    later = Reply(at=SmtpStep.RCPT, lines=("450 4.2.0 later",), times=2)
    one_server.behave(Behaviour(rules=(Drop(at=SmtpStep.BODY, kept=True, times=1), later)))
    letter.deliver()
    letter.now += HOUR

    def killed() -> None:
        happen(Place.NOTE_ACCEPTED, die, after=True)
        letter.deliver()

    os.waitpid(child_of(killed), 0)
    one_server.behave(Behaviour())
    with letter.store() as store:
        fill_tables_of_workers(store, letter.now)
    return letter


def fill_tables_of_workers(store: SubscriberStore, at: datetime) -> None:
    """No worker works on SQLite; what is in its tables moves all the same."""
    mails = {SubscribedEdition.FULL: b"\0mail\xff"}
    store.hand_to_workers(2, ForWorkers(mails=mails, hand_out=lambda *_: None))
    store.begin_worker(
        WorkerRow(name="w", machine="m", process=1, release="1", form=1, started=at, seen=at)
    )
    store.lease_journal("lost", worker="w", until=at)
    store.settle_leased([], at=at, domains={"example.org": 1}, journal="lost")


@pytest.fixture(scope="module")
def got_before(made: Newsletter, one_server: RecordingServer) -> list[str]:
    """Who has the second issue already."""
    del made
    return recipients(one_server)


@pytest.fixture
def letter(
    made: Newsletter,
    got_before: list[str],
    one_server: RecordingServer,
    tmp_path: Path,
    postgresql: Cluster,
) -> Newsletter:
    """That newsletter, and an empty PostgreSQL."""
    del got_before, postgresql
    one_server.forget()
    return made.copied(tmp_path / "home")


def in_files(folder: Path) -> Rows:
    """All rows of both SQLite files in a folder, as SQLite itself gives them."""
    found: Rows = {}
    for name, tables in TABLE_SETS.items():
        with closing(sqlite3.connect(folder / name)) as connection:
            for table in tables.metadata.sorted_tables:
                found[table.name] = set(connection.execute(whole(table.name)).fetchall())
    return found


def in_postgresql(cluster: Cluster, *schemas: str) -> Rows:
    """All rows of both schemas, or of these, as PostgreSQL gives them."""
    return {
        table.name: set(cluster.ask(whole(f"{schema}.{table.name}"), "news"))
        for schema, tables in (("public", NEWSLETTER), ("subscribers", SUBSCRIBERS))
        for table in tables.metadata.sorted_tables
        if schema in schemas or not schemas
    }


def whole(table: str) -> str:
    return f"SELECT * FROM {table}"  # noqa: S608  (a table of ours)


def move_killed(home: Home, when: Callable[[MoveStep, str], bool]) -> bool:
    """Move in a process of its own that dies at the first step for which `when` says so.

    Returns whether it did.
    """

    def reached(step: MoveStep, table: str, rows: int) -> None:
        del rows
        if when(step, table):
            die()

    _, status = os.waitpid(child_of(lambda: move_database(home, reached=reached)), 0)
    assert os.WIFSIGNALED(status) or status == 0
    return os.WIFSIGNALED(status)


def call(number: int, of: MoveStep | None = None) -> Callable[[MoveStep, str], bool]:
    """The step of that number, from 1, of one kind or of all."""
    calls = itertools.count(1)
    return lambda step, _: of in {None, step} and next(calls) == number


def use_postgresql(letter: Newsletter) -> None:
    """Change the one line."""
    use_what_is_set(letter.home)


# ── every row, and nothing twice ─────────────────────────────────────────────────────────────────


def test_every_row_is_there_and_the_old_files_are_kept(
    letter: Newsletter, postgresql: Cluster
) -> None:
    before = in_files(letter.home.var)
    done = move_database(letter.home)
    assert in_postgresql(postgresql) == before
    assert in_files(letter.home.kept_databases) == before
    assert done.rows == {name: len(rows) for name, rows in before.items()}
    # That many of what matters, so that the test says something.
    states = {row[4] for row in before["deliveries"]}
    assert states == {"sent", "claimed", "in_doubt"}
    assert done.rows["announced_corrections"] == 1
    assert all((path.stat().st_mode & 0o077) == 0 for path in letter.home.kept_databases.iterdir())


def test_the_next_publish_and_delivery_repeat_nothing(
    letter: Newsletter, one_server: RecordingServer, got_before: list[str]
) -> None:
    move_database(letter.home)
    use_postgresql(letter)
    letter.now += HOUR
    letter.deliver()
    got = recipients(one_server)
    assert got
    # One is in doubt: the server had it.
    assert sorted([*got_before, *got]) == READERS
    with letter.store() as store:
        counts = {DeliveryState.SENT: 11, DeliveryState.IN_DOUBT: 1}
        assert store.balance(2).counts == counts
    resolve_doubt(letter.home, 2, DoubtDecision.DROP, at=letter.now)
    one_server.forget()
    assert letter.deliver().mailings == ()
    assert letter.publish() == 3
    record = letter.home.record(3).read_text()
    assert "study-3" in record
    assert "study-1" not in record
    letter.deliver()
    assert recipients(one_server) == READERS


def test_numbers_go_on_behind_the_greatest_that_was_ever_given(letter: Newsletter) -> None:
    move_database(letter.home)
    use_postgresql(letter)
    [new] = letter.subscribe("new")
    assert new.id == len(READERS) + 2


def test_the_command_says_what_is_next_and_needs_no_password_on_its_line(
    letter: Newsletter, postgresql: Cluster
) -> None:
    done = command(letter.home, "db", "copy")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"Moved to PostgreSQL 127.0.0.1:{postgresql.port}/news: {TABLES} tables" in done.stdout
    assert 'database = "postgresql"' in done.stdout
    assert "mv var/before-postgresql/*.db var/" in done.stdout
    again = command(letter.home, "db", "copy")
    assert again.returncode == 0
    assert "Moved before" in again.stdout
    for said in (done.stdout, again.stdout):
        assert "s3cret" not in said
        assert "@" not in said


def test_until_the_line_is_changed_nothing_goes_on_with_the_old_files(letter: Newsletter) -> None:
    move_database(letter.home)
    for work in (
        lambda: publish(letter.home, at=letter.now),
        letter.deliver,
        lambda: letter.subscribe("late"),
    ):
        with pytest.raises(StoreError, match=r'is in PostgreSQL .* now; write database = "postg'):
            work()
    backed_up = command(letter.home, "backup", str(letter.home.root / "x.zip"))
    assert "is in PostgreSQL" in backed_up.stderr
    # No address is left in what is no longer used.
    assert b"example.org" not in letter.home.subscribers.read_bytes()


def test_it_is_undone_by_putting_the_files_back(
    letter: Newsletter, one_server: RecordingServer, got_before: list[str]
) -> None:
    move_database(letter.home)
    for path in letter.home.kept_databases.iterdir():
        path.rename(letter.home.var / path.name)
    letter.now += HOUR
    letter.deliver()
    assert sorted([*got_before, *recipients(one_server)]) == READERS
    with pytest.raises(RefusedError, match="it is not empty"):
        move_database(letter.home)


# ── killed, cut off, changed in between ──────────────────────────────────────────────────────────


def test_killed_again_and_again_it_is_the_same_in_the_end(
    letter: Newsletter, postgresql: Cluster
) -> None:
    before = in_files(letter.home.var)
    chance = random.Random(seed(17))
    kills = 0
    while move_killed(letter.home, call(chance.randint(3, 10))):
        kills += 1
        assert kills < 100
    assert kills > 2
    assert in_postgresql(postgresql) == before
    assert in_files(letter.home.kept_databases) == before


def test_killed_at_each_of_the_last_steps_it_is_finished_by_the_next_run(
    letter: Newsletter, postgresql: Cluster
) -> None:
    before = in_files(letter.home.var)
    shared = letter.copied(letter.home.root.with_name("shared"))
    use_postgresql(shared)
    for when in (
        call(1, MoveStep.COMPARED),
        call(1, MoveStep.KEPT),
        call(1, MoveStep.EMPTIED),
        call(2, MoveStep.EMPTIED),
    ):
        assert move_killed(letter.home, when)
        # Nobody takes what is there for all that is to be there.
        with pytest.raises(StoreError, match="copied into it, and that is not finished"):
            publish(shared.home, at=letter.now)
    assert move_killed(letter.home, call(1, MoveStep.OPENED))
    assert move_database(letter.home).rows is None
    assert in_postgresql(postgresql) == before
    use_postgresql(letter)
    letter.publish()


def test_a_home_that_was_switched_by_hand_before_its_copy_was_done_is_finished(
    letter: Newsletter, postgresql: Cluster
) -> None:
    before = in_files(letter.home.var)
    assert move_killed(letter.home, call(2, MoveStep.EMPTIED))
    use_postgresql(letter)
    with pytest.raises(StoreError, match="run 'msnewsletter db copy' again"):
        letter.publish()
    move_database(letter.home)
    assert in_postgresql(postgresql) == before
    assert move_database(letter.home).rows is None


def test_killed_in_between_it_says_where_to_go_on_and_not_elsewhere(
    letter: Newsletter, postgresql: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Emptied files are of the one database that has their rows, and of no other."""
    assert move_killed(letter.home, call(2, MoveStep.EMPTIED))
    monkeypatch.setenv(ADDRESS, postgresql.url("postgres"))
    with pytest.raises(RefusedError, match=r"all that was in it is in PostgreSQL .*/news, or was"):
        move_database(letter.home)
    monkeypatch.setenv(ADDRESS, postgresql.url())
    shutil.rmtree(letter.home.kept_databases)
    with pytest.raises(RefusedError, match=r"put var/before-postgresql/newsletter\.db back"):
        move_database(letter.home)


def test_what_changed_between_a_kill_and_the_next_run_is_copied_as_it_is_then(
    letter: Newsletter, postgresql: Cluster
) -> None:
    assert move_killed(letter.home, lambda _, table: table == "subscribers")
    with letter.store() as store:
        forget(store, parse_address(READERS[1]), at=letter.now)
    letter.subscribe(READERS[1], "new")
    before = in_files(letter.home.var)
    move_database(letter.home)
    assert in_postgresql(postgresql) == before


def test_a_connection_that_is_cut_is_one_line_and_the_next_run_goes_on(
    letter: Newsletter, postgresql: Cluster
) -> None:
    before = in_files(letter.home.var)
    copied: list[tuple[str, int]] = []

    def note(step: MoveStep, table: str, rows: int) -> None:
        if step is MoveStep.COPIED:
            copied.append((table, rows))

    def cut(step: MoveStep, table: str, rows: int) -> None:
        note(step, table, rows)
        if table == "subscribers":
            postgresql.end_sessions()

    with pytest.raises(StoreError, match="nothing is lost") as caught:
        move_database(letter.home, reached=cut)
    assert "@" not in str(caught.value)
    assert in_files(letter.home.var) == before
    move_database(letter.home, reached=note)
    assert in_postgresql(postgresql) == before
    # It went on: none was copied twice.
    assert sum(rows for _, rows in copied) == sum(map(len, before.values()))


# ── who must not be at work ──────────────────────────────────────────────────────────────────────


def test_whoever_is_at_work_here_is_named(letter: Newsletter) -> None:
    home = letter.home
    with locked(home), pytest.raises(BusyError, match="another msnewsletter is at work"):
        move_database(home)
    with delivery_lock(home), pytest.raises(BusyError, match="somebody sends here"):
        move_database(home)
    with letter.store() as door:
        assert door.balance(1).enqueued
        with pytest.raises(BusyError, match=r"subscribers.db: another program has it open; stop"):
            move_database(home)
    move_database(home)


def test_nobody_opens_the_files_while_they_are_copied(letter: Newsletter) -> None:
    """Who opened one and waited finds nothing in it."""
    asked = os.pipe()
    told = os.pipe()

    def waiting() -> None:
        os.read(asked[0], 1)
        try:
            with letter.store() as store:
                store.secret()
            os.write(told[1], b"opened")
        except NewsletterError as error:
            os.write(told[1], str(error).encode())

    child = child_of(waiting)

    def wake(step: MoveStep, table: str, rows: int) -> None:
        del table, rows
        if step is MoveStep.KEPT:
            os.write(asked[1], b".")

    move_database(letter.home, reached=wake)
    said = os.read(told[0], 1_000).decode()
    os.waitpid(child, 0)
    assert "all that was in it is in PostgreSQL" in said or "another program is using it" in said


def test_an_interrupted_issue_is_finished_first(letter: Newsletter) -> None:
    write_summary(letter.home, "new")

    def stop(step: Step) -> None:
        if step is Step.WRITTEN:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        publish(letter.home, at=letter.now + HOUR, reached=stop)
    with pytest.raises(
        RefusedError, match=r"issue 3 was interrupted .*; run 'msnewsletter publish"
    ):
        move_database(letter.home)
    publish(letter.home, at=letter.now + HOUR)
    move_database(letter.home)


# ── where it must not go ─────────────────────────────────────────────────────────────────────────


def test_a_database_that_holds_anything_is_refused_by_name_and_left_as_it_is(
    letter: Newsletter, postgresql: Cluster, tmp_path: Path
) -> None:
    other = empty_home(tmp_path / "other")
    write_summary(other, "theirs")
    publish(other, at=AT)
    theirs = in_postgresql(postgresql, "public")
    where = f"PostgreSQL 127.0.0.1:{postgresql.port}/news: it is not empty"
    with pytest.raises(RefusedError, match=where):
        move_database(letter.home)
    assert in_postgresql(postgresql, "public") == theirs
    letter.publish()


def test_tables_that_are_there_and_empty_are_taken(
    letter: Newsletter, postgresql: Cluster, tmp_path: Path
) -> None:
    before = in_files(letter.home.var)
    other = empty_home(tmp_path / "other")
    with open_store(location_of(other, load_settings(other.settings))):
        pass
    move_database(letter.home)
    assert in_postgresql(postgresql) == before


def test_a_database_with_another_copy_under_way_is_refused_by_name(letter: Newsletter) -> None:
    other = letter.copied(letter.home.root.with_name("other"))
    assert move_killed(other.home, call(3))
    with pytest.raises(RefusedError, match=r"a copy of \S+:/\S+/other into it was begun"):
        move_database(letter.home)
    move_database(other.home)


OF_THE_FUTURE = (
    "CREATE TABLE alembic_version AS SELECT '9999' AS version_num; CREATE TABLE issues ();"
    "GRANT ALL ON alembic_version, issues TO news"
)


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        ("CREATE TABLE alembic_version (version_num text)", "not one of msnewsletter's"),
        ("CREATE TABLE theirs (id int)", "not one of msnewsletter's"),
        ("ALTER DATABASE news OWNER TO {user}", "our user lacks a right"),
        (OF_THE_FUTURE, "newer msnewsletter"),
    ],
)
def test_a_database_that_will_not_do_is_one_line_and_changes_nothing(
    letter: Newsletter, postgresql: Cluster, broken: str, says: str
) -> None:
    before = in_files(letter.home.var)
    postgresql.ask(broken.format(user=postgresql.user), "news")
    with pytest.raises(StoreError, match=says):
        move_database(letter.home)
    assert in_files(letter.home.var) == before
    letter.publish()


def test_what_is_wrong_with_the_address_is_said_without_it(
    letter: Newsletter, postgresql: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = {
        postgresql.url(): "--to: it holds a password, .*; put the whole address into MSNEWS",
        "postgresql://news@127.0.0.1/news?password=s3cret": "--to: it holds a password",
        "mysql://news:s3cret@127.0.0.1/news": "--to: it is no address of a PostgreSQL",
    }
    for named, says in cases.items():
        with pytest.raises(SettingsError, match=says) as caught:
            move_database(letter.home, named=named)
        assert "s3cret" not in str(caught.value)
    monkeypatch.delenv(ADDRESS)
    with pytest.raises(SettingsError, match="nobody knows where to copy to"):
        move_database(letter.home)
    monkeypatch.setenv("PGPASSWORD", "very s3cret: p@ss/word")
    move_database(letter.home, named=f"postgresql://news@127.0.0.1:{postgresql.port}/news")


def test_a_home_without_a_database_and_one_on_postgresql_are_told_what_to_do(
    letter: Newsletter,
) -> None:
    for path in letter.home.var.glob("*.db*"):
        path.unlink()
    with pytest.raises(RefusedError, match="there is no database here yet"):
        move_database(letter.home)
    use_postgresql(letter)
    with pytest.raises(RefusedError, match="on PostgreSQL already"):
        move_database(letter.home)


def test_a_damaged_file_is_not_copied(letter: Newsletter, postgresql: Cluster) -> None:
    with closing(sqlite3.connect(letter.home.database)) as connection:
        connection.execute("DELETE FROM summaries")
        connection.commit()
    with pytest.raises(StoreError, match="a row of entries belongs to none of summaries"):
        move_database(letter.home)
    assert postgresql.ask("SELECT to_regclass('issues')", "news") == [(None,)]


def test_what_postgresql_cannot_hold_is_said(letter: Newsletter) -> None:
    with closing(sqlite3.connect(letter.home.database)) as connection:
        connection.execute("UPDATE summaries SET path = 'a' || char(0)")
        connection.commit()
    with pytest.raises(StoreError, match="cannot hold a text with a NUL character"):
        move_database(letter.home)


def test_a_copy_that_differs_in_the_end_is_not_opened(
    letter: Newsletter, postgresql: Cluster
) -> None:
    def meddle(step: MoveStep, table: str, rows: int) -> None:
        del rows
        if step is MoveStep.COPIED and table == "subscribers":
            postgresql.ask("UPDATE subscribers.subscribers SET state = 'left'", "news")

    with pytest.raises(StoreError, match="other rows in the table subscribers"):
        move_database(letter.home, reached=meddle)
    use_postgresql(letter)
    with pytest.raises(StoreError, match="not finished"):
        letter.subscribe("late")
