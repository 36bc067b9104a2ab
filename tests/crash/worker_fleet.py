"""Workers as processes, each in a home of its own, to whom all happens that happens to machines.

The mail server and the test itself are no part of it. What must never happen is counted by what the
server has accepted; what the ledger says is compared with it in the end.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import psycopg

from crash.naive_worker import be_naive
from forks import ForkedProcess, forked_off
from msnewsletter.cluster import worker
from msnewsletter.cluster.lease import Periods
from msnewsletter.home import Home
from msnewsletter.publisher.delivering.resolve_mailing import DoubtDecision, resolve_doubt
from msnewsletter.subscribers.delivery_state import Balance, DeliveryState
from msnewsletter.subscribers.subscriber import SubscriberState
from worker_queues import asked
from workers import Shared, shared_newsletter, subscribe_many, until, working

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cluster import Cluster
    from peers.recording_server import RecordingServer

LANES: Final = 2
CONNECTIONS: Final = 2  # a lane
_SETTINGS: Final = f"workers = true\nconnections = {CONNECTIONS}"
# A lease that passes within the time that a short mailing takes, and not on a busy machine by
# itself: that would cost nothing, but try less.
PERIODS: Final = Periods(
    beat=0.2,
    lease=4.0,
    margin=1.5,
    silent=2.0,
    sweep=0.3,
    look=0.2,
    first_pause=0.05,
    longest_pause=0.5,
)


class Fate(StrEnum):
    """What happens to a worker, or to all of them."""

    KILL = "killed, and started again at once"
    LOSE = "killed, and started again once its lease has passed"
    BURN = "killed, and its disk is lost; another machine takes its place"
    PAUSE = "stopped until its lease has passed, then continued"
    CRASH = "the database crashes, and comes back"
    LEAVE = "subscribers leave"


@dataclass
class Machine:
    """A worker's home, and its process of now."""

    number: int
    root: Path
    process: ForkedProcess
    away: Fate | None = None


@dataclass(frozen=True, kw_only=True)
class FleetVerdict:
    """What went wrong; all zero is what we promise.

    Attributes:
        missed: who got nothing, and the ledger does not say so.
        doubled: who got more than one.
        mailed_after_leaving: who left before anybody had their mail in hand, and got it.
        untrue: whose delivery the ledger has in another state than what the server has.
    """

    missed: int
    doubled: int
    mailed_after_leaving: int
    untrue: int

    @property
    def clean(self) -> bool:
        return not (self.missed or self.doubled or self.mailed_after_leaving or self.untrue)


@dataclass
class Fleet:
    """A newsletter with one mailing, and the machines that send it."""

    root: Path
    server: RecordingServer
    postgresql: Cluster
    seed: int
    naive: bool = False
    machines: list[Machine] = field(default_factory=list)
    done: Counter[Fate] = field(default_factory=Counter)
    left: set[int] = field(default_factory=set)
    burned: set[int] = field(default_factory=set)
    most_of_a_lane: int = 0

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.letter: Shared = shared_newsletter(self.root, self.server, deliver=_SETTINGS)
        self.issue = 0
        self._copies: Counter[int] = Counter()
        self._read = 0

    # ── what happens ─────────────────────────────────────────────────────────────────────────────

    def subscribe(self, count: int) -> None:
        """So many subscribers; `reader7@example.org` is number 7."""
        subscribe_many(self.letter, self.postgresql, count)

    def start(self, machines: int) -> None:
        """Start so many workers, and wait until they work."""
        for number in range(1, machines + 1):
            root = self.letter.worker_home(self.root / f"machine{number}").root
            self.machines.append(Machine(number, root, self._process(root)))
        until(lambda: self._at_work() == machines)

    def begin(self) -> int:
        """Enqueue the mailing."""
        self.issue = self.letter.publish()
        begun = self.letter.coordinate(self.issue, confirmed=True)
        assert begun.problems == ()
        return self.letter.balance(self.issue).enqueued

    def meet(self, fate: Fate) -> None:
        """Have it happen to one machine, which the seed chooses, or to what they share."""

        def somebody_stays() -> bool:
            # Who is away comes back once somebody has noticed that they are.
            self.come_back()
            return sum(one.away is None for one in self.machines) > 1 or len(self.machines) == 1

        until(somebody_stays)
        machine = self.random.choice([one for one in self.machines if one.away is None])
        match fate:
            case Fate.CRASH:
                self.postgresql.stop(signal.SIGQUIT)
                self.postgresql.start()
            case Fate.LEAVE:
                self._leave()
            case Fate.PAUSE:
                machine.process.send_signal(signal.SIGSTOP)
                machine.away = fate
            case Fate.KILL:
                _kill(machine)
                machine.process = self._process(machine.root)
            case Fate.LOSE:
                _kill(machine)
                machine.away = fate
            case Fate.BURN:
                _kill(machine)
                self._note_in_hand(machine)
                shutil.rmtree(machine.root)
                self.letter.worker_home(machine.root)
                machine.process = self._process(machine.root)
        self.done[fate] += 1

    def come_back(self) -> None:
        """Have those come back whose leases have passed."""
        for machine in self.machines:
            if machine.away and self._lease_has_passed(machine):
                if machine.away is Fate.PAUSE:
                    machine.process.send_signal(signal.SIGCONT)
                else:
                    machine.process = self._process(machine.root)
                machine.away = None

    def finish(self) -> Balance:
        """Let all come back, send what is left, end in order, and tell all that journals know."""

        def all_is_done() -> bool:
            self.letter.coordinate()
            self.come_back()
            here = self._at_work() == len(self.machines)
            return here and not self.letter.balance(self.issue).to_do

        until(all_is_done)
        for machine in self.machines:
            machine.process.terminate()
        for machine in self.machines:
            assert machine.process.wait() == 0, self._log(machine.root).read_text()
        # Each settles what its home has; then there is nobody who could know more.
        for machine in self.machines:
            self._settle(Home(machine.root))
        # What a journal knows was not sent is sent now.
        with working(Home(self.machines[0].root), periods=PERIODS):
            self.letter.until_nothing_to_do(self.issue)
        return self.letter.balance(self.issue)

    def decide(self) -> set[int]:
        """Have a person send what is in doubt again, and see the mailing off; returns whose."""
        states = self.states()
        doubtful = {one for one, state in states.items() if state is DeliveryState.IN_DOUBT}
        if doubtful:
            resend = DoubtDecision.RESEND
            decided = resolve_doubt(self.letter.home, self.issue, resend, at=self.letter.now)
            assert decided == len(doubtful)
        with working(Home(self.machines[0].root), periods=PERIODS):
            self.letter.until_finished(self.issue)
        return doubtful

    def _settle(self, home: Home) -> None:
        with working(home, lanes=1, periods=PERIODS):
            until(lambda: os.getpid() in self._processes())
        asked(self.postgresql, "UPDATE workers SET process = 0")  # so that the next one is seen

    def _leave(self) -> None:
        """Ten subscribers leave; note whose mail nobody had in hand then."""
        count = self.letter.balance(self.issue).enqueued
        leavers = self.random.sample(sorted(set(range(1, count + 1)) - self.gone()), 10)
        with self.letter.store() as store:
            for reader in leavers:
                store.change_state(reader, SubscriberState.UNSUBSCRIBED, at=store.database_now())
        with psycopg.connect(
            self.postgresql.url(), options="-c search_path=subscribers"
        ) as session:
            # Whoever began a claim before they had left ends it before we look.
            session.execute("LOCK TABLE deliveries IN EXCLUSIVE MODE")
            queued = "SELECT subscriber FROM deliveries WHERE subscriber = ANY(%s) AND state = %s"
            found = session.execute(queued, (leavers, DeliveryState.QUEUED))
            self.left |= {reader for (reader,) in found}

    def _process(self, root: Path) -> ForkedProcess:
        """The command itself, with periods that a trial has time for."""

        def before() -> None:
            worker.Periods = lambda: PERIODS  # type: ignore[assignment,misc]
            if self.naive:
                be_naive()

        words = ["--home", str(root), "worker", "--concurrency", str(LANES)]
        with self._log(root).open("ab") as log:
            return forked_off(words, before=before, said=log)

    def close(self) -> None:
        """Leave no process behind, however the test has ended."""
        for machine in self.machines:
            machine.process.kill()
            machine.process.wait()

    # ── what is seen ─────────────────────────────────────────────────────────────────────────────

    def accepted(self) -> int:
        """How many messages the server has."""
        return self.copies().total()

    def copies(self) -> Counter[int]:
        """How many messages the server has for each subscriber."""
        with (self.server.folder / "accepted.jsonl").open() as file:
            file.seek(self._read)
            for line in file:
                if not line.endswith("\n"):
                    break
                self._read += len(line)
                (to,) = json.loads(line)["recipients"]
                self._copies[int(to.removeprefix("reader").partition("@")[0])] += 1
        return self._copies

    def gone(self) -> set[int]:
        """Who has left."""
        found = asked(self.postgresql, "SELECT id FROM subscribers WHERE state = 'unsubscribed'")
        return {reader for (reader,) in found}

    def states(self) -> dict[int, DeliveryState]:
        """The state of each delivery in the ledger, by its subscriber."""
        found = asked(self.postgresql, "SELECT subscriber, state FROM deliveries")
        return {reader: DeliveryState(state) for reader, state in found}

    def verdict(self) -> FleetVerdict:
        """Judge by what the server has, and compare the ledger with it; call it after `finish`."""
        self.server.settle()
        copies, states = self.copies(), self.states()
        excused = {DeliveryState.IN_DOUBT, DeliveryState.LEFT}
        must = {DeliveryState.SENT: {1}, DeliveryState.LEFT: {0}, DeliveryState.IN_DOUBT: {0, 1}}
        return FleetVerdict(
            missed=sum(not copies[one] and state not in excused for one, state in states.items()),
            doubled=sum(count > 1 for count in copies.values()),
            mailed_after_leaving=sum(copies[one] > 0 for one in self.left),
            untrue=sum(
                min(copies[one], 1) not in must.get(state, set()) for one, state in states.items()
            ),
        )

    def most_in_doubt(self) -> int:
        """How many may be in doubt in the end, beside `burned`: all that came back has told all.

        Of a worker that was killed, one for each connection: what was sent on it, and not answered.
        Of a disk that was lost, all that its worker had in hand, which is `burned`. Who was
        stopped, or had no database for a while, knows what became of everything.
        """
        return LANES * CONNECTIONS * (self.done[Fate.KILL] + self.done[Fate.LOSE])

    def logs(self) -> Iterator[str]:
        """What each machine's workers have said."""
        for machine in self.machines:
            yield self._log(machine.root).read_text()

    def _log(self, root: Path) -> Path:
        return root.with_suffix(".log")

    def _at_work(self) -> int:
        self._examine_processes()
        known = self._processes()
        return sum(one.process.pid in known for one in self.machines if one.away is None)

    def _processes(self) -> set[int]:
        found = asked(self.postgresql, "SELECT process FROM workers WHERE ended IS NULL")
        return {number for (number,) in found}

    def _examine_processes(self) -> None:
        """Nobody ends who was not told to."""
        for machine in self.machines:
            if machine.away in {None, Fate.PAUSE}:
                code = machine.process.poll()
                assert code is None, (code, self._log(machine.root).read_text())

    def _note_in_hand(self, machine: Machine) -> None:
        """Note whose mail the journals on its disk know of, also those of its earlier workers."""
        journals = [one.name for one in Home(machine.root).workers.glob("*/*") if one.is_dir()]
        found = asked(
            self.postgresql,
            "SELECT claimed_by, array_agg(subscriber) FROM deliveries "
            "WHERE claimed_by = ANY(%s) AND state IN ('claimed', 'in_doubt') GROUP BY 1",
            journals,
        )
        for _, readers in found:
            self.burned.update(readers)
            self.most_of_a_lane = max(self.most_of_a_lane, len(readers))

    def _lease_has_passed(self, machine: Machine) -> bool:
        """Whether what it had in hand is in doubt by now."""
        ((left,),) = asked(
            self.postgresql,
            "SELECT count(*) FROM leases JOIN workers ON leases.worker = workers.name "
            "WHERE workers.process = %s AND leases.lost IS NULL",
            machine.process.pid,
        )
        return left == 0


def _kill(machine: Machine) -> None:
    machine.process.kill()
    machine.process.wait()
