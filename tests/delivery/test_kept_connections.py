"""Runs that follow each other keep their connections, and their journals go on."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from delivery.sending import BOOT, journal_at, outgoing, server
from msnewsletter.delivery.kept_connections import KeptConnections
from msnewsletter.delivery.send_journal import recovered
from msnewsletter.delivery.send_plan import SendPlan
from msnewsletter.delivery.send_pool import SendPool
from msnewsletter.delivery.windows import SendWindows
from msnewsletter.errors import OutboxError
from peers.behaviours import Behaviour, Drop, Moment, Reply, Step

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from peers.recording_server import RecordingServer


def plan(running: RecordingServer, journals: Path, connections: int = 2) -> SendPlan:
    at = server(running.port)
    return SendPlan(server=at, journals=journals, boot=BOOT, connections=connections)


def run(given: SendPlan, kept: KeptConnections, numbers: Iterable[int]) -> Counter[str]:
    """One run; what became of its deliveries."""
    sending = SendPool(given, SendWindows(), now=time.monotonic, kept=kept)
    found: Counter[str] = Counter()
    for batch in sending.run(map(outgoing, numbers)):
        found.update(type(one).__name__ for one in batch.outcomes)
    return found


def said_by_journals(folder: Path, numbers: Iterable[int]) -> set[str]:
    read = [journal_at(path) for path in sorted(folder.iterdir())]
    return {one.noted for one in recovered(numbers, read, boot=BOOT).values()}


def test_two_runs_use_the_same_connections_and_journals(
    server: RecordingServer, tmp_path: Path
) -> None:
    given = plan(server, tmp_path)
    with KeptConnections(given) as kept:
        assert run(given, kept, range(1, 101)) == {"Accepted": 100}
        before = {one.connection for one in server.accepted()}
        assert run(given, kept, range(101, 201)) == {"Accepted": 100}
        assert run(given, kept, ()) == {}
    server.settle()
    used = {one.connection for one in server.accepted()}
    assert before <= used
    assert len(used) <= 2
    assert len(list(tmp_path.iterdir())) == len(used)
    assert said_by_journals(tmp_path, range(1, 201)) == {"accepted"}


def test_a_connection_that_the_server_left_meanwhile_is_replaced(
    server: RecordingServer, tmp_path: Path
) -> None:
    server.behave(Behaviour(rules=(Drop(at=Step.BODY, when=Moment.AFTER, skip=9, times=1),)))
    given = plan(server, tmp_path, connections=1)
    with KeptConnections(given) as kept:
        assert run(given, kept, range(1, 11)) == {"Accepted": 10}
        server.settle()
        assert run(given, kept, range(11, 21)) == {"Accepted": 10}
    assert list(Counter(one.connection for one in server.accepted()).values()) == [10, 10]
    assert len(list(tmp_path.iterdir())) == 1, "one journal for both"
    assert said_by_journals(tmp_path, range(1, 21)) == {"accepted"}


def test_what_is_a_runs_own_no_longer_is_not_begun(server: RecordingServer, tmp_path: Path) -> None:
    given = plan(server, tmp_path, connections=1)
    with KeptConnections(given, holds=lambda: len(server.accepted()) < 10) as kept:
        found = run(given, kept, range(1, 101))
    server.settle()
    # Those that the server got while the tenth was under way were begun before.
    assert found["Accepted"] == len(server.accepted())
    assert 10 <= found["Accepted"] <= 12
    assert found.keys() == {"Accepted", "NotTried"}
    assert said_by_journals(tmp_path, range(1, 101)) == {"accepted", "not_sent"}


def test_a_run_may_begin_without_the_pauses_of_the_one_before(
    server: RecordingServer, tmp_path: Path
) -> None:
    with KeptConnections(plan(server, tmp_path)) as kept:
        assert kept.throttle.slow_down(0.0)
        kept.forget_pauses()
        assert kept.throttle.full
        assert kept.throttle.ready_at < 0


def test_who_has_nothing_to_send_hangs_up_and_its_journal_goes_on(
    server: RecordingServer, tmp_path: Path
) -> None:
    given = plan(server, tmp_path, connections=1)
    with KeptConnections(given) as kept:
        run(given, kept, range(1, 11))
        kept.hang_up()
        server.settle()
        assert run(given, kept, range(11, 21)) == {"Accepted": 10}
    assert list(Counter(one.connection for one in server.accepted()).values()) == [10, 10]
    assert said_by_journals(tmp_path, range(1, 21)) == {"accepted"}


def test_what_the_server_asked_for_stays_asked_for(server: RecordingServer, tmp_path: Path) -> None:
    busy = Reply(at=Step.RCPT, lines=("452 4.3.2 slow down",), times=1)
    server.behave(Behaviour(rules=(busy,)))
    given = plan(server, tmp_path)
    with KeptConnections(given) as kept:
        found = run(given, kept, range(1, 6))
        assert found == {"Accepted": 4, "RefusedForNow": 1}
        assert not kept.throttle.full
        run(given, kept, range(6, 11))
        assert not kept.throttle.full, "the second run does not begin in full"


def test_nothing_is_sent_where_a_kept_journal_cannot_be_written(
    server: RecordingServer, tmp_path: Path
) -> None:
    given = plan(server, tmp_path, connections=1)
    with KeptConnections(given) as kept:
        run(given, kept, range(1, 11))
        mine = kept.take(0)
        assert mine.journal
        mine.journal.close()
        kept.leave(0, mine)
        with pytest.raises(OutboxError):
            run(given, kept, range(11, 21))
        assert kept.take(0).dialogue is None
    server.settle()
    assert len(server.accepted()) == 10
