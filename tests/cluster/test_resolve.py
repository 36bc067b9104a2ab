"""A person decides on a mailing while workers send it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from delivering import recipients
from msnewsletter.errors import RefusedError
from msnewsletter.publisher.delivering.mailing_report import MailingEnd
from msnewsletter.publisher.delivering.resolve_mailing import (
    DoubtDecision,
    resolve_delivered,
    resolve_doubt,
    resolve_failed,
)
from msnewsletter.store.subscribers import chunk_rows
from msnewsletter.subscribers.delivery_state import DeliveryState
from peers.behaviours import Behaviour, Reply, Step
from worker_queues import jobs
from workers import shared_newsletter, until, working

if TYPE_CHECKING:
    from pathlib import Path

    from cluster import Cluster
    from peers.recording_server import RecordingServer
    from workers import Shared

# Ten of the readers are refused once; or all are called dead once, which nobody believes.
LATER = Reply(at=Step.RCPT, to="reader.3", lines=("451 4.3.0 later",), times=10)
NEVER = Reply(at=Step.RCPT, lines=("550 5.1.1 No such user",), times=40)


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunk_rows, "CHUNK_SIZE", 10)


def begun(root: Path, server: RecordingServer, refusal: Reply) -> Shared:
    """A mailing to forty that is enqueued, with a server that refuses some of them."""
    server.behave(Behaviour(rules=(refusal,)))
    letter = shared_newsletter(root, server)
    letter.subscribe(*(f"reader.{one:02d}" for one in range(40)))
    letter.publish()
    assert [one.end for one in letter.coordinate().mailings] == [MailingEnd.WITH_WORKERS]
    return letter


def test_a_mailing_that_is_ended_meanwhile_goes_to_nobody_else(
    postgresql: Cluster, server: RecordingServer, tmp_path: Path
) -> None:
    letter = begun(tmp_path, server, LATER)
    with working(letter.worker_home(tmp_path / "1")), working(letter.worker_home(tmp_path / "2")):
        until(lambda: letter.balance(1)[DeliveryState.SENT] == 30)
        shutil.rmtree(letter.home.outbox / "sending" / "0001")
        resolve_delivered(letter.home, 1, at=letter.now)
        until(lambda: not jobs(postgresql))
    balance = letter.balance(1)
    assert (balance[DeliveryState.SENT], balance[DeliveryState.LEFT]) == (30, 10)
    assert len(recipients(server)) == len(set(recipients(server))) == 30


@pytest.mark.usefixtures("postgresql")
def test_what_was_refused_for_good_goes_out_again_while_workers_run(
    server: RecordingServer, tmp_path: Path
) -> None:
    letter = begun(tmp_path, server, NEVER)
    with working(letter.worker_home(tmp_path / "1")), working(letter.worker_home(tmp_path / "2")):
        letter.until_finished(1)
        assert letter.balance(1)[DeliveryState.PERM_FAILED] == 40
        assert resolve_failed(letter.home, 1, at=letter.now) == 40
        letter.until_finished(1)
    assert letter.balance(1)[DeliveryState.SENT] == 40
    assert len(recipients(server)) == len(set(recipients(server))) == 40


@pytest.mark.usefixtures("postgresql")
def test_while_all_is_in_hand_nothing_is_in_doubt(server: RecordingServer, tmp_path: Path) -> None:
    letter = begun(tmp_path, server, LATER)
    with working(letter.worker_home(tmp_path / "1")):
        until(lambda: len(server.accepted()) > 5)
        with pytest.raises(RefusedError, match="nothing of it is in doubt"):
            resolve_doubt(letter.home, 1, DoubtDecision.RESEND, at=letter.now)
        until(lambda: letter.balance(1)[DeliveryState.SENT] == 30)
    assert len(recipients(server)) == len(set(recipients(server))) == 30
