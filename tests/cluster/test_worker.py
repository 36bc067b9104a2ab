"""Workers that die, databases that go, clocks that lie: everybody gets an issue once."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
import time_machine

from delivering import recipients
from msnewsletter.cluster import job_queue, queue_schema
from msnewsletter.cluster.job_queue import defer
from msnewsletter.cluster.queue_schema import prepare_queue
from msnewsletter.cluster.worker import Worker
from msnewsletter.errors import RefusedError, SettingsError, StoreError
from msnewsletter.publisher.delivering.mailing_report import MailingEnd
from msnewsletter.publisher.delivering.resolve_mailing import resolve_delivered, resolve_rest
from msnewsletter.store.location import ADDRESS
from msnewsletter.store.subscribers import chunk_rows
from msnewsletter.subscribers.delivery_state import Chunk, DeliveryState
from peers.behaviours import Behaviour, Stall, Step
from worker_queues import asked, jobs
from workers import shared_newsletter, until, worker_process, working

if TYPE_CHECKING:
    import logging
    from collections.abc import Iterator
    from pathlib import Path

    from cluster import Cluster
    from msnewsletter.home import Home
    from peers.recording_server import RecordingServer
    from workers import Shared

ONE_CONNECTION = "workers = true\nconnections = 1"
CHUNK_OF_NOTHING = Chunk(issue=9, first=1, last=2)
LANES = 2
SENT, IN_DOUBT = DeliveryState.SENT, DeliveryState.IN_DOUBT


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunk_rows, "CHUNK_SIZE", 10)


def begun(root: Path, server: RecordingServer, number: int, *, deliver: str = "") -> Shared:
    """A mailing to so many that is enqueued."""
    letter = shared_newsletter(root, server, **({"deliver": deliver} if deliver else {}))
    letter.subscribe(*(f"reader.{one:03d}" for one in range(number)))
    letter.publish()
    assert [one.end for one in letter.coordinate().mailings] == [MailingEnd.WITH_WORKERS]
    return letter


def said(record: logging.LogRecord) -> str:
    """A line of the log, with its facts."""
    return f"{record.getMessage()} {getattr(record, 'facts', '')}"


def dumped(server: Cluster) -> bytes:
    """A backup of the subscribers' database."""
    words = ["--schema=subscribers", *server.reached(), "news"]
    made = subprocess.run([server.programs / "pg_dump", *words], check=True, capture_output=True)
    return made.stdout


def restore(server: Cluster, backup: bytes) -> None:
    """Put a backup in the database's place, under whoever works with it."""
    fill(server, b"DROP SCHEMA subscribers CASCADE;\n" + backup)


def fill(server: Cluster, script: bytes) -> None:
    """Run a script of SQL in the database, all of it or nothing."""
    words = ["--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", *server.reached(), "news"]
    done = subprocess.run(
        [server.programs / "psql", *words], input=script, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()


def everybody(number: int) -> list[str]:
    return [f"reader.{one:03d}@example.org" for one in range(number)]


def test_two_workers_with_jobs_that_come_three_times_send_each_mail_once(
    postgresql: Cluster, server: RecordingServer, tmp_path: Path
) -> None:
    letter = begun(tmp_path, server, 60)
    with letter.store() as store, store.transaction() as connection:
        known = sorted(job_queue.chunks_with_jobs(connection), key=lambda one: one.first)
        assert len(known) == 6
        defer(connection, [*known, *reversed(known)])
    with working(letter.worker_home(tmp_path / "1")), working(letter.worker_home(tmp_path / "2")):
        letter.until_finished(1)
    assert recipients(server) == everybody(60)
    assert letter.balance(1)[SENT] == 60
    until(lambda: jobs(postgresql) == [])


@pytest.mark.usefixtures("postgresql")
def test_what_a_killed_worker_had_in_hand_is_in_doubt_until_its_journal_is_back(
    server: RecordingServer, tmp_path: Path
) -> None:
    letter = begun(tmp_path, server, 40, deliver=ONE_CONNECTION)
    server.behave(Behaviour(rules=(Stall(at=Step.BODY, skip=4, times=1, kept=True),)))
    dying = letter.worker_home(tmp_path / "dying")
    with worker_process(dying) as process:
        until(lambda: len(server.accepted()) >= 5)
        process.send_signal(signal.SIGKILL)
        process.wait()
    with working(letter.worker_home(tmp_path / "other")):
        balance = letter.until_nothing_to_do(1)
    with letter.store() as store:
        # A person's word does not take what another worker has in hand.
        assert store.doubt_claimed(1, at=letter.now) == 0
    # A chunk that was in hand, but for what its worker had told the ledger.
    assert 0 < balance[IN_DOUBT] <= 20
    (report,) = letter.coordinate().mailings
    assert report.end is MailingEnd.IN_DOUBT
    assert letter.folders()["sending"] == ["0001"]
    with working(dying):
        until(lambda: letter.until_nothing_to_do(1)[IN_DOUBT] <= LANES)
    # Of each connection one whose reply nobody has read: those alone a person decides.
    balance = letter.balance(1)
    assert balance[IN_DOUBT] >= 1
    assert balance[SENT] + balance[IN_DOUBT] == 40
    got = recipients(server)
    assert len(got) == len(set(got)) >= balance[SENT] + 1


@pytest.mark.usefixtures("postgresql")
def test_a_worker_that_was_cut_off_for_longer_than_its_lease_settles_all_when_it_is_back(
    server: RecordingServer, tmp_path: Path
) -> None:
    letter = begun(tmp_path, server, 60)
    with worker_process(letter.worker_home(tmp_path / "frozen")) as process:
        until(lambda: len(server.accepted()) > 5)
        process.send_signal(signal.SIGSTOP)
        with working(letter.worker_home(tmp_path / "other")):
            letter.until_nothing_to_do(1)
            process.send_signal(signal.SIGCONT)
            letter.until_finished(1)
    assert letter.balance(1)[SENT] == 60
    assert recipients(server) == everybody(60)


def test_a_database_that_crashes_and_comes_back_costs_nothing(
    postgresql: Cluster, server: RecordingServer, tmp_path: Path
) -> None:
    letter = begun(tmp_path, server, 120)
    with working(letter.worker_home(tmp_path / "1")):
        until(lambda: len(server.accepted()) > 20)
        postgresql.stop(signal.SIGQUIT)
        postgresql.start()
        letter.until_finished(1)
    assert recipients(server) == everybody(120)
    assert letter.balance(1)[SENT] == 120


def test_nobody_gets_twice_what_a_database_from_a_backup_has_forgotten(
    postgresql: Cluster, server: RecordingServer, tmp_path: Path
) -> None:
    letter = begun(tmp_path, server, 60)
    one, two = letter.worker_home(tmp_path / "1"), letter.worker_home(tmp_path / "2")
    backup = dumped(postgresql)
    with working(one), working(two):
        letter.until_finished(1)
        restore(postgresql, backup)
        until(lambda: letter.remembered(1) is not None)
    assert recipients(server) == everybody(60)
    # Nobody else does either, though a new machine remembers nothing: this waits for a person.
    with working(letter.worker_home(tmp_path / "3")):
        with pytest.raises(RefusedError, match=r"older than the outbox.*--send-rest"):
            letter.coordinate()
        until(lambda: jobs(postgresql) == [])
    assert recipients(server) == everybody(60)
    resolve_delivered(letter.home, 1, at=letter.now)
    with working(one):
        assert letter.coordinate().mailings == ()
    assert letter.folders() == {"new": [], "sending": [], "sent": ["0001"]}
    assert recipients(server) == everybody(60)


def test_a_person_may_have_the_rest_sent_of_what_a_database_has_forgotten(
    postgresql: Cluster, server: RecordingServer, tmp_path: Path
) -> None:
    letter = begun(tmp_path, server, 60)
    backup = dumped(postgresql)
    place = letter.worker_home(tmp_path / "1")
    with worker_process(place) as process:
        until(lambda: len(server.accepted()) > 5)
        process.terminate()
        process.wait()
    had = recipients(server)
    with pytest.raises(RefusedError, match="knows all of it"):
        resolve_rest(letter.home, 1, at=letter.now)
    restore(postgresql, backup)
    # The outbox has not seen more than this database; a worker that was stopped has.
    with working(place):
        until(lambda: letter.remembered(1) is not None)
        assert recipients(server) == had
        assert resolve_rest(letter.home, 1, at=letter.now) == 60
        letter.until_finished(1)
    assert recipients(server) == sorted([*had, *everybody(60)])


@pytest.mark.usefixtures("postgresql")
def test_sigterm_leaves_nothing_in_hand_and_others_go_on_at_once(
    server: RecordingServer, tmp_path: Path
) -> None:
    letter = begun(tmp_path, server, 60)
    place = letter.worker_home(tmp_path / "1")
    with worker_process(place, started=True) as process:
        until(lambda: len(server.accepted()) > 5)
        process.terminate()
        assert process.wait() == 0
        assert process.stderr
        said = process.stderr.read().decode()
    assert "Traceback" not in said
    assert "@" not in said
    assert said.splitlines()[-1].endswith("stopped")
    balance = letter.balance(1)
    assert balance[DeliveryState.CLAIMED] == balance[IN_DOUBT] == 0
    assert sorted(one.name for one in (place.workers / "1").iterdir()) == [
        "ledger.json",
        "lock",
        "names",
    ]
    with working(letter.worker_home(tmp_path / "2")):
        letter.until_finished(1)
    assert recipients(server) == everybody(60)


def test_a_worker_of_an_older_form_gets_nothing_and_says_why_it_ends(
    postgresql: Cluster,
    server: RecordingServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    letter = shared_newsletter(tmp_path, server)
    assert letter.workers() == []  # the home has begun: a worker makes no tables
    with (  # noqa: PT012  (the worker's error is raised when its block ends)
        pytest.raises(StoreError, match="newer msnewsletter; update msnewsletter here"),
        working(letter.worker_home(tmp_path / "1")) as worker,
    ):
        until(lambda: asked(postgresql, "SELECT count(*) FROM workers") == [(1,)])
        with monkeypatch.context() as newer, letter.store() as store:
            newer.setattr(queue_schema, "JOB_FORM", 2)
            prepare_queue(store)
            newer.setattr(job_queue, "QUEUE", "deliver-2")
            with store.transaction() as connection:
                defer(connection, [CHUNK_OF_NOTHING])
        until(lambda: worker.ended)
    assert [(queue, status) for queue, status, _ in jobs(postgresql)] == [("deliver-2", "todo")]


@pytest.mark.usefixtures("postgresql")
def test_a_machine_whose_clock_is_years_behind_does_the_same(
    server: RecordingServer, tmp_path: Path
) -> None:
    letter = begun(tmp_path, server, 20)
    with time_machine.travel("2019-03-01T00:00:00Z"), working(letter.worker_home(tmp_path / "1")):
        letter.until_finished(1)
        with letter.store() as store:
            now = store.database_now()
            assert all(abs(one.seen - now).total_seconds() < 100 for one in store.workers())
    assert recipients(server) == everybody(20)


def test_where_no_connection_is_left_it_waits_and_says_so(
    postgresql: Cluster,
    server: RecordingServer,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    letter = begun(tmp_path, server, 10)
    postgresql.ask("ALTER ROLE news CONNECTION LIMIT 0")
    try:
        with working(letter.worker_home(tmp_path / "1")):
            until(lambda: any("no connection left" in said(one) for one in caplog.records))
            postgresql.ask("ALTER ROLE news CONNECTION LIMIT -1")
            letter.until_finished(1)
    finally:
        postgresql.ask("ALTER ROLE news CONNECTION LIMIT -1")
    assert recipients(server) == everybody(10)
    assert sum("no connection left" in said(one) for one in caplog.records) == 1


@pytest.mark.skipif(os.getuid() != 0, reason="needs root, to make a disk that is small")
def test_where_the_disk_of_the_database_is_full_it_waits_and_says_so(
    cluster: Cluster,
    server: RecordingServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with small_disk(cluster) as disk:
        monkeypatch.setenv(ADDRESS, cluster.url("small"))
        letter = begun(tmp_path, server, 60)
        disk.fill()
        with working(letter.worker_home(tmp_path / "1")):
            until(lambda: any("its disk is full" in said(one) for one in caplog.records))
            disk.empty()
            letter.until_finished(1)
    assert recipients(server) == everybody(60)


@dataclass(frozen=True)
class SmallDisk:
    """A disk that a test fills; the database's tables are on it."""

    folder: Path

    def fill(self) -> None:
        with suppress(OSError), (self.folder / "filler").open("wb", buffering=0) as file:
            while file.write(bytes(4096)):
                pass

    def empty(self) -> None:
        (self.folder / "filler").unlink()


@contextmanager
def small_disk(cluster: Cluster) -> Iterator[SmallDisk]:
    """A database `small` on a disk in memory of some megabytes."""
    folder = cluster.folder / "small"
    folder.mkdir(exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", "size=48m", "small", folder]
    if subprocess.run(mount, check=False).returncode:
        pytest.skip("needs the right to mount a disk, which a container may not have")
    try:
        shutil.chown(folder, cluster.user)
        inside = folder / "tables"
        inside.mkdir()
        shutil.chown(inside, cluster.user)
        cluster.ask(f"CREATE TABLESPACE small LOCATION '{inside}'")
        cluster.ask("CREATE DATABASE small OWNER news TABLESPACE small")
        try:
            yield SmallDisk(folder)
        finally:
            cluster.ask("DROP DATABASE small WITH (FORCE)")
            cluster.ask("DROP TABLESPACE small")
    finally:
        subprocess.run(["umount", folder], check=True)


def test_sent_from_here_again_in_mid_mailing_nobody_gets_it_twice(
    postgresql: Cluster, server: RecordingServer, tmp_path: Path
) -> None:
    letter = begun(tmp_path, server, 60)
    with working(letter.worker_home(tmp_path / "1")):
        until(lambda: len(server.accepted()) > 10)
        text = letter.home.settings.read_text()
        letter.home.settings.write_text(text.replace("workers = true", "workers = false"))

        def finished() -> bool:
            letter.deliver()
            with letter.store() as store:
                return store.mailings()[0].finished is not None

        until(finished)
        until(lambda: jobs(postgresql) == [])
    assert recipients(server) == everybody(60)


@pytest.mark.usefixtures("postgresql")
def test_handed_to_workers_in_mid_mailing_the_rest_goes_once(
    server: RecordingServer, tmp_path: Path
) -> None:
    letter = shared_newsletter(tmp_path, server, deliver="per_day = 12")
    letter.subscribe(*(f"reader.{one:03d}" for one in range(40)))
    letter.publish()
    assert [one.end for one in letter.deliver().mailings] == [MailingEnd.PACED]
    letter.home.settings.write_text(
        letter.home.settings.read_text().replace("per_day = 12", "workers = true")
    )
    assert [one.end for one in letter.coordinate().mailings] == [MailingEnd.WITH_WORKERS]
    with working(letter.worker_home(tmp_path / "1")):
        letter.until_finished(1)
    assert recipients(server) == everybody(40)


@pytest.mark.usefixtures("postgresql")
def with_settings(place: Home, *changes: tuple[str, str]) -> None:
    """Change a worker's copy of newsletter.toml."""
    text = place.settings.read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    place.settings.write_text(text)


@pytest.mark.usefixtures("postgresql")
def test_a_worker_with_other_settings_than_the_home_s_sends_nothing_until_it_has_those(
    server: RecordingServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    letter = begun(tmp_path, server, 20)
    place = letter.worker_home(tmp_path / "1")
    theirs = "workers = true", "workers = true\nper_day = 5"
    with_settings(place, theirs, ('"Europe/Berlin"', '"Europe/Paris"'), ("connections = 2", ""))
    with working(place):
        until(lambda: any("copy that of the home here" in said(one) for one in caplog.records))
        until(lambda: any(one.hindered for one in letter.workers()))
        assert recipients(server) == []
        letter.worker_home(place.root)
        letter.until_finished(1)
    (line,) = {said(one) for one in caplog.records if "as the home's" in said(one)}
    assert "newsletter.toml here is not as the home's in deliver.per_day, newsletter.zone;" in line
    assert recipients(server) == everybody(20)


@pytest.mark.usefixtures("postgresql")
def test_of_a_worker_that_was_started_again_nobody_is_asked_to_start_it_again(
    server: RecordingServer, tmp_path: Path
) -> None:
    letter = begun(tmp_path, server, 20)
    place = letter.worker_home(tmp_path / "1")
    with worker_process(place) as process:
        until(lambda: bool(letter.workers()))
        process.send_signal(signal.SIGKILL)
        process.wait()
    (before,) = letter.workers()
    assert before.ended is None
    with working(place):
        letter.until_finished(1)
        until(lambda: len(letter.workers()) == 2)
        assert [one.ended is None for one in letter.workers()] == [False, True]


def test_a_database_without_a_newsletter_is_waited_for_and_left_empty(
    postgresql: Cluster,
    server: RecordingServer,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    letter = begun(tmp_path, server, 20)
    backup = dumped(postgresql)
    postgresql.ask("DROP SCHEMA subscribers CASCADE", "news")
    with working(letter.worker_home(tmp_path / "1")):
        until(lambda: any("no newsletter is in it" in said(one) for one in caplog.records))
        # Whoever restores it finds nothing in the way.
        fill(postgresql, backup)
        letter.until_finished(1)
    assert recipients(server) == everybody(20)


def test_a_home_without_the_setting_is_refused_in_one_line(
    server: RecordingServer, tmp_path: Path
) -> None:
    letter = shared_newsletter(tmp_path, server, deliver="connections = 1")
    with pytest.raises(SettingsError, match=r"deliver.workers is not set.*; add workers = true"):
        Worker(letter.worker_home(tmp_path / "1"), lanes=1).run()


def test_a_database_of_a_newer_release_is_refused_by_name(
    postgresql: Cluster, server: RecordingServer, tmp_path: Path
) -> None:
    letter = begun(tmp_path, server, 1)
    asked(postgresql, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match="newer msnewsletter"):
        Worker(letter.worker_home(tmp_path / "1"), lanes=1).run()


def test_of_a_mailing_and_its_jobs_there_are_both_or_none(
    postgresql: Cluster,
    server: RecordingServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from msnewsletter.cluster import coordinate as coordinating  # noqa: PLC0415

    letter = shared_newsletter(tmp_path, server)
    letter.subscribe("ada", "bob")
    letter.publish()

    def cut_off(*given: object) -> None:
        defer(*given)  # type: ignore[arg-type]
        postgresql.end_sessions()

    with monkeypatch.context() as patched:
        patched.setattr(coordinating, "defer", cut_off)
        with pytest.raises(StoreError):
            letter.coordinate()
    assert jobs(postgresql) == []
    with letter.store() as store:
        assert store.mailings() == []
    letter.coordinate()
    assert len(jobs(postgresql)) == 1
