"""Workers are killed, stopped and lost, and the database crashes: everybody gets an issue once.

`KILL_WORKERS` sets how many messages there are: few, `make kill-workers` sends 100,000.
"""

from __future__ import annotations

import os
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from chance import seed
from crash.naive_worker import requeue_lost
from crash.worker_fleet import Fate, Fleet
from msnewsletter.store.subscribers import SubscriberStore, chunk_rows
from msnewsletter.subscribers.delivery_state import DeliveryState
from peers.behaviours import Behaviour, Stall, Step
from worker_queues import jobs
from workers import until

if TYPE_CHECKING:
    from pathlib import Path

    from cluster import Cluster
    from peers.recording_server import RecordingServer

MACHINES = 4
MESSAGES = int(os.environ.get("KILL_WORKERS", "1500"))
# So many messages for each thing that happens.
_EACH = 250 if MESSAGES <= 2000 else 1000
# Chunks of which there are many more than lanes.
CHUNK = min(MESSAGES // 40, chunk_rows.CHUNK_SIZE)
SENT, IN_DOUBT = DeliveryState.SENT, DeliveryState.IN_DOUBT


def fates(fleet: Fleet) -> list[tuple[int, Fate]]:
    """What happens, each when the server has so many messages; all kinds, in any order."""
    count = MESSAGES // _EACH
    kinds = [list(Fate)[number % len(Fate)] for number in range(count)]
    fleet.random.shuffle(kinds)
    moments = sorted(fleet.random.sample(range(MESSAGES // 50, MESSAGES * 4 // 5), count))
    return list(zip(moments, kinds, strict=True))


def test_four_workers_to_whom_all_happens_send_each_mail_once(
    postgresql: Cluster,
    server: RecordingServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(chunk_rows, "CHUNK_SIZE", CHUNK)
    fleet = Fleet(tmp_path, server, postgresql, seed=seed(20261128))
    with closing(fleet):
        fleet.subscribe(MESSAGES)
        fleet.start(MACHINES)
        assert fleet.begin() == MESSAGES
        for moment, fate in fates(fleet):

            def is_now(moment: int = moment) -> bool:
                fleet.come_back()
                return fleet.accepted() >= moment

            until(is_now)
            fleet.meet(fate)
        balance = fleet.finish()
        verdict = fleet.verdict()
        first = fleet.accepted()
        resent = fleet.decide()
    happened = "; ".join(f"{number} x {fate}" for fate, number in sorted(fleet.done.items()))
    sys.stdout.write(
        f"\n{MESSAGES} messages by {MACHINES} workers: {happened}.\n"
        f"{dict(balance.counts)}, the server has {first}: {verdict}\n"
    )
    assert verdict.clean, verdict
    assert balance.enqueued == MESSAGES == sum(balance.counts.values())
    assert balance[IN_DOUBT] == len(resent)
    assert fleet.most_of_a_lane <= CHUNK
    assert len(resent - fleet.burned) <= fleet.most_in_doubt()
    assert fleet.done.keys() == set(Fate)
    # Who is in doubt gets it again by a person's word alone; then nobody is missed.
    assert fleet.accepted() == first + len(resent - fleet.gone())
    copies = fleet.copies()
    assert {one for one, count in copies.items() if count > 1} <= resent
    assert set(fleet.states()) - set(copies) <= fleet.gone()
    assert fleet.letter.folders()["sent"] == ["0001"]
    assert jobs(postgresql) == []
    for said in fleet.logs():
        assert "Traceback" not in said
        assert "@" not in said


@pytest.mark.parametrize("naive", [False, True])
def test_what_workers_that_are_lost_had_in_hand_nobody_else_sends(
    postgresql: Cluster,
    server: RecordingServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    naive: bool,
) -> None:
    monkeypatch.setattr(chunk_rows, "CHUNK_SIZE", 25)
    if naive:
        monkeypatch.setattr(SubscriberStore, "doubt_lost", requeue_lost)
    # The server has the mail, and its answer never comes: only a kill ends that.
    stalls = 3
    server.behave(Behaviour(rules=(Stall(at=Step.BODY, skip=20, times=stalls, kept=True),)))
    fleet = Fleet(tmp_path, server, postgresql, seed=seed(1), naive=naive)
    with closing(fleet):
        fleet.subscribe(100)
        fleet.start(1)
        fleet.begin()
        until(lambda: fleet.accepted() >= 20 + stalls)
        fleet.meet(Fate.LOSE)
        fleet.finish()
        verdict = fleet.verdict()
        in_doubt = fleet.letter.balance(fleet.issue)[IN_DOUBT]
    if naive:
        # As the harness has to find.
        assert verdict.doubled >= stalls
        assert not verdict.clean
    else:
        assert verdict.clean, verdict
        assert stalls <= in_doubt <= fleet.most_in_doubt()
