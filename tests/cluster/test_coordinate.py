"""A newsletter whose workers send: begun in one place, sent in others, put away in the end."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from jsonschema import Draft202012Validator

from delivering import recipients
from homes import command
from msnewsletter.publisher.delivering.mailing_report import MailingEnd
from msnewsletter.store.subscribers import WorkerRow
from msnewsletter.subscribers.delivery_state import DeliveryState
from worker_queues import asked, jobs
from workers import WORKERS, shared_newsletter, until, working

if TYPE_CHECKING:
    from pathlib import Path

    from cluster import Cluster
    from peers.recording_server import RecordingServer


def test_one_worker_sends_all_and_the_mailing_is_put_away(
    postgresql: Cluster, server: RecordingServer, tmp_path: Path
) -> None:
    letter = shared_newsletter(tmp_path, server)
    letter.subscribe("ada", "bob", "cyd")
    issue = letter.publish()
    begun = letter.coordinate()
    assert [one.end for one in begun.mailings] == [MailingEnd.WITH_WORKERS]
    assert begun.problems == ()
    assert letter.folders() == {"new": [], "sending": ["0001"], "sent": []}
    assert [status for _, status, _ in jobs(postgresql)] == ["todo"]
    elsewhere = letter.worker_home(tmp_path / "elsewhere")
    with working(elsewhere):
        letter.until_finished(issue)
    assert recipients(server) == ["ada@example.org", "bob@example.org", "cyd@example.org"]
    assert letter.folders() == {"new": [], "sending": [], "sent": ["0001"]}
    assert letter.balance(issue)[DeliveryState.SENT] == 3
    assert jobs(postgresql) == []
    # Nothing of a reader stays where the worker was, and of an issue how far it was.
    assert sorted(str(one.relative_to(elsewhere.root)) for one in elsewhere.root.rglob("*")) == [
        "newsletter.toml",
        "var",
        "var/workers",
        "var/workers/1",
        "var/workers/1/ledger.json",
        "var/workers/1/lock",
        "var/workers/1/names",
    ]
    assert asked(postgresql, "SELECT ended IS NOT NULL FROM workers") == [(True,)]


@pytest.mark.usefixtures("postgresql")
def test_deliver_looks_on_until_workers_are_done(server: RecordingServer, tmp_path: Path) -> None:
    letter = shared_newsletter(tmp_path, server)
    letter.subscribe("ada", "bob")
    letter.publish()
    with working(letter.worker_home(tmp_path / "elsewhere")):
        done = command(letter.home, "deliver", "1")
    assert (done.returncode, done.stderr) == (0, "")
    assert "2 sent" in done.stdout
    assert recipients(server) == ["ada@example.org", "bob@example.org"]


@pytest.mark.usefixtures("postgresql")
def test_where_mail_waits_and_nobody_works_status_and_doctor_say_so(
    server: RecordingServer, tmp_path: Path
) -> None:
    letter = shared_newsletter(tmp_path, server)
    letter.subscribe("ada")
    letter.publish()
    letter.coordinate()
    assert "no worker is at work" in command(letter.home, "status").stdout
    told = command(letter.home, "doctor").stdout
    assert "mail waits, and there was never a worker: run 'msnewsletter worker'" in told
    with working(letter.worker_home(tmp_path / "elsewhere")):
        letter.until_finished(1)
    assert "there was never a worker" not in command(letter.home, "doctor").stdout


@pytest.mark.usefixtures("postgresql")
def test_status_says_it_as_data_and_names_a_worker_that_is_lost(
    server: RecordingServer, tmp_path: Path, root: Path
) -> None:
    letter = shared_newsletter(tmp_path, server)
    schema = json.loads((root / "docs" / "schemas" / "status.json").read_text())
    with letter.store() as store:
        seen = store.database_now() - timedelta(minutes=5)
        gone = WorkerRow(
            name="gone", machine="alpha", process=7, release="1", form=1, started=seen, seen=seen
        )
        store.begin_worker(gone)
    document = json.loads(command(letter.home, "status", "--json").stdout)
    assert not list(Draft202012Validator(schema).iter_errors(document))
    workers = document["sending"]["workers"]
    assert workers == {"at_work": 0, "last_seen": workers["last_seen"], "lost": ["alpha"]}
    assert datetime.fromisoformat(workers["last_seen"]) == seen
    told = command(letter.home, "doctor").stdout
    assert "the worker on alpha (process 7) has been silent for 5 minutes" in told


@pytest.mark.usefixtures("postgresql")
def test_the_limits_hold_for_all_workers_together(server: RecordingServer, tmp_path: Path) -> None:
    letter = shared_newsletter(tmp_path, server, deliver=f"{WORKERS}\nper_day = 5")
    letter.subscribe(*(f"reader.{one}" for one in range(9)))
    letter.publish()
    letter.coordinate()
    with working(letter.worker_home(tmp_path / "1")), working(letter.worker_home(tmp_path / "2")):
        until(lambda: letter.balance(1)[DeliveryState.SENT] == 5)
    balance = letter.balance(1)
    assert balance[DeliveryState.QUEUED] == 4
    assert len(recipients(server)) == 5


@pytest.mark.usefixtures("postgresql")
def test_out_of_hours_workers_send_nothing_and_get_no_jobs(
    server: RecordingServer, tmp_path: Path
) -> None:
    letter = shared_newsletter(tmp_path, server, deliver=f'{WORKERS}\nhours = "{closed_hours()}"')
    letter.subscribe("ada")
    letter.publish()
    assert [one.end for one in letter.coordinate().mailings] == [MailingEnd.PACED]


def closed_hours() -> str:
    """A span of the day, in the samples' zone, that begins in six hours."""
    begin = datetime.now(ZoneInfo("Europe/Berlin")) + timedelta(hours=6)
    return f"{begin:%H:%M}-{begin + timedelta(hours=1):%H:%M}"
