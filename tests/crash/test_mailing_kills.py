"""The sender is killed at every step and at random instants: nobody is missed, nobody gets two.

`KILL_SEND` sets how many random kills there are: few, `make kill-send` does a thousand.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from typing import TYPE_CHECKING

from chance import seed
from crash.mailing_world import (
    CONNECTIONS,
    GOOD,
    GREYLISTING,
    KillAt,
    MailingWorld,
    SignalAfter,
    copy_of,
)
from crash.naive_sender import NaivePlace, NaiveSender
from crash.places import Place
from msnewsletter.delivery.inbound.verp import Verp
from msnewsletter.publisher.delivering.mailing_report import MailingEnd

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from crash.mailing_world import Copy
    from delivering import Newsletter
    from msnewsletter.publisher.delivering.delivery_run import Delivered
    from msnewsletter.publisher.delivering.mailing_run import StopRequest
    from peers.recording_server import RecordingServer

KILLS = int(os.environ.get("KILL_SEND", "15"))


class OurSender:
    """The one that is promised to be exact."""

    keeps_ledger = True

    def deliver(self, letter: Newsletter, stop: StopRequest) -> None:
        done = letter.deliver(stop=stop)
        # Kills may keep an issue back for so long that only a person sends it.
        by_name = [letter.deliver(issue, stop=stop) for issue in done.too_old]
        for each in (done, *by_name):
            self.examine(each)

    def examine(self, done: Delivered) -> None:
        assert done.problems == ()
        assert {one.end for one in done.mailings} <= {
            MailingEnd.DONE,
            MailingEnd.IN_DOUBT,
            MailingEnd.WAITS,
            MailingEnd.STOPPED,
        }

    def copy(self, letter: Newsletter) -> Callable[[dict[str, str]], Copy]:
        with letter.store() as store:
            verp = Verp("bounces@example.org", store.bounce_secret())

        def read(one: dict[str, str]) -> Copy:
            number = verp.find([one["sender"]]).delivery
            assert number
            return copy_of(number)

        return read


def test_a_kill_at_any_step_is_finished_by_the_next_runs(
    tmp_path: Path, server: RecordingServer
) -> None:
    world = MailingWorld(tmp_path, server, OurSender(), seed=seed(1))
    world.join(40)
    for place in Place:
        world.publish(GREYLISTING if place is Place.NOTE_REFUSED else GOOD)
        for after in (False, True):
            if place is Place.READ_JOURNALS:
                assert not world.run(KillAt(place=Place.NOTE_SENDING))
            killed = not world.run(KillAt(place=place, after=after))
            assert killed, (place, after)
            world.examine()
        world.pass_time()
    verdict = world.finish()
    assert verdict.clean, verdict
    world.examine(whole=True)
    assert {*world.letter.folders()["sent"]} == {f"{issue:04}" for issue in world.promised}


def test_random_kills_miss_nobody_and_mail_nobody_twice(
    tmp_path: Path, server: RecordingServer
) -> None:
    world = MailingWorld(tmp_path, server, OurSender(), seed=seed(20261127))
    world.join(150)
    longest = typical_seconds(world)
    runs = 0
    while world.kills < KILLS:
        if runs % 3 == 0:
            world.publish()
            world.join(world.random.randrange(10))
            world.leave()
        runs += 1
        world.run(fate(world, longest))
        if world.random.random() < 1 / 2:
            # Otherwise the next run finds all as the kill has left it.
            world.examine()
        world.pass_time()
        world.decide()
    verdict = world.finish()
    world.examine(whole=True)
    sys.stdout.write(
        f"\n{world.kills} kills, {world.stops} stops, {len(world.promised)} issues, "
        f"{sum(world.copies().values())} mails, {world.leavers} left; "
        f"{world.doubts} in doubt, {sum(world.resent.values())} of them sent again: {verdict}\n"
    )
    assert verdict.clean, verdict
    assert world.doubts <= CONNECTIONS * world.kills
    assert {*world.letter.folders()["sent"]} == {f"{issue:04}" for issue in world.promised}


def test_a_checkpoint_at_fetch_fails_the_same_harness(
    tmp_path: Path, server: RecordingServer
) -> None:
    world = MailingWorld(tmp_path, server, NaiveSender(), seed=seed(20261127))
    world.join(120)
    for _ in range(2):
        world.publish(GOOD)
        assert not world.run(KillAt(place=NaivePlace.SEND, call=world.random.randrange(1, 60)))
        world.run(KillAt(place=NaivePlace.SEND, call=world.random.randrange(1, 60)))
    verdict = world.finish()
    assert verdict.missed
    assert not verdict.clean


def fate(world: MailingWorld, longest: float) -> KillAt | SignalAfter:
    """Mostly a kill at some instant; now and then at a step, or a stop."""
    chance = world.random.random()
    if chance < 1 / 3:
        place = world.random.choice(list(Place))
        call = world.random.choice([0, 0, 1, 5, 30, 100])
        return KillAt(place=place, call=call, after=world.random.random() < 1 / 2)
    seconds = world.random.uniform(0, longest)
    return SignalAfter(
        seconds=seconds, signal=signal.SIGTERM if chance > 9 / 10 else signal.SIGKILL
    )


def typical_seconds(world: MailingWorld) -> float:
    """How long one run takes here, so that kills fall all over it."""
    world.publish(GOOD)
    began = time.monotonic()
    assert world.run()
    return 1.2 * (time.monotonic() - began)
