"""Two homes on one database: neither settles, cancels or sends again what the other has begun."""

from __future__ import annotations

import shutil
from functools import partial
from typing import TYPE_CHECKING

import pytest

from crash.places import Place, die, happen
from delivering import Newsletter, newsletter, recipients, said
from msnewsletter.publisher.delivering.mailing_report import MailingEnd
from msnewsletter.publisher.delivering.resolve_mailing import DoubtDecision, resolve_doubt
from msnewsletter.publisher.delivering.sender_memory import SenderTrouble, read_sender_memory
from msnewsletter.subscribers.delivery_state import DeliveryState
from peers.recording_server import RecordingServer, recording_server
from publisher.delivering.test_mishaps import (
    DOUBT,
    QUEUED,
    READERS,
    SENT,
    balance,
    once_each,
    run,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RecordingServer]:
    with recording_server(tmp_path) as server:
        yield server


@pytest.fixture
def two_homes(
    server: RecordingServer, tmp_path: Path, request: pytest.FixtureRequest
) -> tuple[Newsletter, Newsletter]:
    """Two homes on one database; the first one has an issue to send."""
    request.getfixturevalue("database")
    first, second = (newsletter(tmp_path / name, server) for name in ("first", "second"))
    first.subscribe(*READERS)
    first.publish()
    return first, second


on_one_database = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


@on_one_database
@pytest.mark.usefixtures("database")
def test_a_second_home_leaves_what_a_killed_sender_of_the_first_had_in_hand(
    two_homes: tuple[Newsletter, Newsletter], server: RecordingServer
) -> None:
    first, second = two_homes
    assert run(first, partial(happen, Place.NOTE_ACCEPTED, die, call=9)) is None
    before = balance(first)
    assert before[DeliveryState.CLAIMED] > 0
    done = second.deliver()
    assert (done.recovered, done.mailings) == ({}, ())
    assert "its folder is not in this home" in said(done)
    assert balance(first) == before
    [report] = first.deliver().mailings
    assert report.balance[DeliveryState.CLAIMED] == 0
    assert report.balance[SENT] + report.balance[DOUBT] == 40
    got = recipients(server)
    assert len(got) == len(set(got))


@on_one_database
@pytest.mark.usefixtures("database")
def test_a_second_home_does_not_cancel_what_the_first_has_begun(
    two_homes: tuple[Newsletter, Newsletter], server: RecordingServer
) -> None:
    first, second = two_homes
    assert run(first, partial(happen, Place.CLAIM, die)) is None
    assert "its folder is not in this home" in said(second.deliver())
    assert balance(first) == {QUEUED: 40}
    once_each(first, server)


@on_one_database
@pytest.mark.usefixtures("database")
def test_a_second_home_goes_on_with_the_folder_of_a_lost_one_and_a_person_decides_on_the_rest(
    two_homes: tuple[Newsletter, Newsletter], server: RecordingServer
) -> None:
    first, second = two_homes
    assert run(first, partial(happen, Place.NOTE_ACCEPTED, die, call=9)) is None
    server.settle()
    sent = len(recipients(server))
    shutil.copytree(first.home.outbox / "sending", second.home.outbox / "sending")
    shutil.rmtree(first.home.root)
    done = second.deliver()
    [report] = done.mailings
    assert report.end is MailingEnd.UNSETTLED
    assert report.balance[DeliveryState.CLAIMED] == 40
    assert "deliveries in hand" in said(done)
    memory = read_sender_memory(second.home)
    assert memory
    assert memory.trouble is SenderTrouble.BLOCKED
    assert "resolve 1 --resend-in-doubt" in memory.reason
    assert resolve_doubt(second.home, 1, DoubtDecision.DROP, at=second.now) == 40
    assert balance(second) == {SENT: 40}
    assert second.folders()["sent"] == ["0001"]
    assert len(recipients(server)) == sent
