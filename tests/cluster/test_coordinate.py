"""A newsletter whose workers send: begun in one place, sent in others, put away in the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from delivering import recipients
from msnewsletter.publisher.delivering.mailing_report import MailingEnd
from msnewsletter.subscribers.delivery_state import DeliveryState
from worker_queues import asked, jobs
from workers import shared_newsletter, working

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
    # Nothing of a reader or an issue stays where the worker was.
    assert sorted(str(one.relative_to(elsewhere.root)) for one in elsewhere.root.rglob("*")) == [
        "newsletter.toml",
        "var",
        "var/workers",
        "var/workers/1",
        "var/workers/1/lock",
    ]
    assert asked(postgresql, "SELECT ended IS NOT NULL FROM workers") == [(True,)]
