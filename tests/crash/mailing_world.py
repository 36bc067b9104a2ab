"""A newsletter whose sender gets killed: issues come out, people join and leave, doubts end.

The mail server is a process of its own, which no kill meets. What must never happen is counted by
what it has accepted; what the ledger says is compared with it after each run.
"""

from __future__ import annotations

import json
import os
import random
import signal
import time
import traceback
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import select

from crash.places import die, happen
from delivering import Newsletter, newsletter
from forks import child_of
from msnewsletter.home import issue_name
from msnewsletter.publisher.delivering import left_claims
from msnewsletter.publisher.delivering.delivery_mark import read_mark
from msnewsletter.publisher.delivering.mailing_run import StopRequest
from msnewsletter.publisher.delivering.resolve_mailing import DoubtDecision, resolve_doubt
from msnewsletter.publisher.delivering.sole_sender import delivery_lock
from msnewsletter.store.subscribers.subscriber_tables import deliveries
from msnewsletter.subscribers.delivery_state import DeliveryState
from msnewsletter.subscribers.subscriber import SubscribedEdition, SubscriberState
from peers.behaviours import Behaviour, Ending, Greylist, Reply, Step

if TYPE_CHECKING:
    from collections.abc import Callable
    from enum import Enum
    from pathlib import Path

    from msnewsletter.store.subscribers import SubscriberStore
    from peers.recording_server import RecordingServer

CONNECTIONS = 4
Copy = tuple[int, int]  # an issue, and a subscriber's id

GOOD = Behaviour()
GREYLISTING = Behaviour(rules=(Greylist(lines=("450 4.2.0 Later",)),))
# A good server, mostly; each new issue meets one of these.
_MOODS = (
    GOOD,
    GOOD,
    Behaviour(extensions=()),  # without pipelining
    GREYLISTING,
    Behaviour(
        rules=(
            Reply(at=Step.RCPT, lines=("450 4.2.0 Later",), skip=5, times=7),
            Reply(at=Step.DATA, lines=("451 4.3.0 Later",), skip=40, times=1),
            Reply(at=Step.MAIL, lines=("421 4.7.0 Later",), then=Ending.CLOSE, skip=60, times=1),
        )
    ),
)


@dataclass(frozen=True, kw_only=True)
class KillAt:
    """A kill before or after the call of that number, from 0."""

    place: Enum
    call: int = 0
    after: bool = False

    def arm(self) -> None:
        """In the process that is to die."""
        happen(self.place, die, call=self.call, after=self.after)


@dataclass(frozen=True, kw_only=True)
class SignalAfter:
    """SIGKILL or SIGTERM after so many seconds, while people join and leave."""

    seconds: float
    signal: signal.Signals = signal.SIGKILL


Fate = KillAt | SignalAfter | None


class Sender(Protocol):
    """The program under trial; its process is killed while it is at work.

    `keeps_ledger`: it is our own, whose ledger can be compared with what the server has.
    """

    keeps_ledger: bool

    def deliver(self, letter: Newsletter, stop: StopRequest) -> None:
        """Send what is due."""

    def copy(self, letter: Newsletter) -> Callable[[dict[str, str]], Copy]:
        """Tells whose copy of which issue a message is, by what the server wrote down of it."""


@dataclass(frozen=True, kw_only=True)
class MailingVerdict:
    """What went wrong; all zero is what we promise."""

    missed: int
    doubled: int
    mailed_after_leaving: int
    mailed_uninvited: int

    @property
    def clean(self) -> bool:
        return not (
            self.missed or self.doubled or self.mailed_after_leaving or self.mailed_uninvited
        )


@dataclass
class MailingWorld:
    """One newsletter, its subscribers, and its mail server."""

    root: Path
    server: RecordingServer
    sender: Sender
    seed: int
    kills: int = 0
    stops: int = 0
    doubts: int = 0
    leavers: int = 0
    readers: set[int] = field(default_factory=set)
    # Who was a subscriber when an issue came out and has not left since, by issue.
    promised: dict[int, set[int]] = field(default_factory=dict)
    known: dict[int, int] = field(default_factory=dict)  # how many had ever joined, by issue
    # How many copies they may have had when they left, or when their first one was in doubt.
    most: dict[Copy, int] = field(default_factory=dict)
    resent: Counter[Copy] = field(default_factory=Counter)
    dropped: set[Copy] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        lines = f'connections = {CONNECTIONS}\nbounces = "bounces@example.org"'
        self.letter = newsletter(self.root, self.server, deliver=lines)
        self.joined = 0
        self._in_doubt: set[int] = set()
        self._copies: Counter[Copy] = Counter()
        self._read = 0
        self._finished: set[int] = set()

    # ── what happens ─────────────────────────────────────────────────────────────────────────────

    def join(self, count: int = 1) -> None:
        """New subscribers."""
        names = [f"reader{self.joined + number}" for number in range(count)]
        self.joined += count
        edition = self.random.choice(list(SubscribedEdition))
        self.readers |= {one.id for one in self.letter.subscribe(*names, edition=edition)}

    def leave(self) -> None:
        """One subscriber leaves: what no sender had claimed by then is not sent any more."""
        if len(self.readers) < 10:
            return
        reader = self.random.choice(sorted(self.readers))
        self.readers.remove(reader)
        self.leavers += 1
        with self.letter.store() as store:
            store.change_state(reader, SubscriberState.UNSUBSCRIBED, at=self.letter.now)
            # Whoever began a claim before they had left ends it before we look.
            store.await_claims()
            states = {one.issue: one.state for one in store.deliveries_to(reader)}
        copies = self.copies()
        for issue, promised in self.promised.items():
            promised.discard(reader)
            if states.get(issue) != DeliveryState.CLAIMED:
                self.most.setdefault((issue, reader), copies[issue, reader])

    def publish(self, mood: Behaviour | None = None) -> None:
        """One more issue, to all who are on the books by now, and another mood of the server."""
        self.letter.now += timedelta(minutes=20)
        issue = self.letter.publish()
        self.promised[issue] = set(self.readers)
        self.known[issue] = self.joined
        self.server.behave(mood or self.random.choice(_MOODS))

    def run(self, fate: Fate = None) -> bool:
        """The sender at work, in a process of its own; False: it was killed."""
        child = child_of(lambda: self._work(fate))
        if isinstance(fate, SignalAfter):
            self._live(fate.seconds)
            os.kill(child, fate.signal)
        _, status = os.waitpid(child, 0)
        failed = self.root / "failed"
        assert not failed.exists(), failed.read_text()
        self.server.settle()
        killed = os.WIFSIGNALED(status)
        self.kills += killed
        self.stops += isinstance(fate, SignalAfter) and fate.signal is signal.SIGTERM
        return not killed

    def _work(self, fate: Fate) -> None:
        stop = StopRequest()
        signal.signal(signal.SIGTERM, lambda *_: stop.request())
        try:
            if isinstance(fate, KillAt):
                fate.arm()
            self.sender.deliver(self.letter, stop)
        except BaseException:
            (self.root / "failed").write_text(traceback.format_exc())
            raise

    def _live(self, seconds: float) -> None:
        """Let a few things happen at random moments; the moments are the experiment itself."""
        count = self.random.choice([0, 1, 3])
        moments = sorted(self.random.uniform(0, seconds) for _ in range(count))
        began = time.monotonic()
        for moment in moments:
            time.sleep(max(0.0, began + moment - time.monotonic()))
            self.random.choice([self.join, self.leave])()
        time.sleep(max(0.0, began + seconds - time.monotonic()))

    def pass_time(self) -> None:
        """Minutes or hours, so that what was refused for now is due."""
        self.letter.now += timedelta(minutes=self.random.choice([0, 6, 40, 180]))

    def decide(self, *, always: bool = False) -> None:
        """Perhaps a person decides on what is in doubt; they have seen what journals say."""
        if not (always or self.random.random() < 1 / 4) or not self.sender.keeps_ledger:
            return
        self.examine()
        for issue, found in self._doubtful().items():
            resend = always or self.random.random() < 2 / 3
            decision = DoubtDecision.RESEND if resend else DoubtDecision.DROP
            decided = resolve_doubt(self.letter.home, issue, decision, at=self.letter.now)
            assert decided == len(found)
            copies = {(issue, reader) for reader in found}
            if resend:
                self.resent.update(copies)
            else:
                self.dropped |= copies

    def finish(self) -> MailingVerdict:
        """A good server, a person who has all that is in doubt sent again, and days to go by."""
        self.server.behave(GOOD)
        for _ in range(12):
            assert self.run()
            self.decide(always=True)
            self.letter.now += timedelta(hours=12)
        return self.verdict()

    # ── what is seen ─────────────────────────────────────────────────────────────────────────────

    def copies(self) -> Counter[Copy]:
        """How often the server has accepted each issue for each subscriber."""
        with (self.server.folder / "accepted.jsonl").open() as file:
            file.seek(self._read)
            lines = file.readlines()
            self._read = file.tell()
        if lines:
            copy = self.sender.copy(self.letter)
            self._copies.update(copy(json.loads(line)) for line in lines)
        return Counter(self._copies)

    def verdict(self) -> MailingVerdict:
        """Judge by what the server has."""
        copies = self.copies()
        promised = {(issue, reader) for issue, all_ in self.promised.items() for reader in all_}
        return MailingVerdict(
            missed=len(promised - set(copies) - self.dropped),
            doubled=sum(count > 1 + self.resent[copy] for copy, count in copies.items()),
            mailed_after_leaving=sum(copies[copy] > most for copy, most in self.most.items()),
            mailed_uninvited=len({issue for issue, _ in copies} - set(self.promised)),
        )

    # ── the ledger, of our own sender ────────────────────────────────────────────────────────────

    def examine(self, *, whole: bool = False) -> None:
        """Compare the ledger, the outbox and the server, once no sender is at work.

        `whole`: with the issues, too, that were finished when they were looked at last.
        """
        home = self.letter.home
        if whole:
            self._finished.clear()
        with delivery_lock(home), self.letter.store() as store:
            left_claims.settle_left_claims(home, store, at=self.letter.now)
            mailings = [one for one in store.mailings() if one.issue not in self._finished]
            issues = {one.issue for one in mailings}
            once = _states(store, issues)
            assert left_claims.settle_left_claims(home, store, at=self.letter.now) == {}
            assert _states(store, issues) == once
            self._compare(once, issues)
            for one in mailings:
                balance, mark = store.balance(one.issue), read_mark(home, one.issue)
                assert balance.enqueued == sum(copy_of(id_)[0] == one.issue for id_ in once)
                assert mark is None or mark.deliveries == balance.enqueued
                assert mark is None or mark.claims <= one.claims
        places = self.letter.folders()
        for one in mailings:
            [place] = [name for name, there in places.items() if issue_name(one.issue) in there]
            assert place in ({"sending", "sent"} if one.finished else {"new", "sending"})
            if one.finished and place == "sent":
                self._finished.add(one.issue)

    def _compare(self, states: dict[int, DeliveryState], issues: set[int]) -> None:
        copies = {copy: count for copy, count in self.copies().items() if copy[0] in issues}
        for number, state in states.items():
            copy = copy_of(number)
            count, resent = copies.pop(copy, 0), self.resent[copy]
            if state is DeliveryState.SENT:
                assert count or copy in self.dropped, (copy, state, count)
            elif state is not DeliveryState.IN_DOUBT:
                assert count <= resent, (copy, state, count, resent)
            assert count <= 1 + resent, (copy, state, count, resent)
        assert not copies
        now = {number for number, state in states.items() if state is DeliveryState.IN_DOUBT}
        self.doubts += len(now - self._in_doubt)
        self._in_doubt = now
        assert self.doubts <= CONNECTIONS * self.kills

    def _doubtful(self) -> dict[int, list[int]]:
        found: defaultdict[int, list[int]] = defaultdict(list)
        with self.letter.store() as store:
            issues = {one.issue for one in store.mailings() if not one.finished}
            for number, state in _states(store, issues).items():
                if state is DeliveryState.IN_DOUBT:
                    issue, reader = copy_of(number)
                    found[issue].append(reader)
        return found


def copy_of(delivery: int) -> Copy:
    """The issue and the subscriber that a delivery's id is made of."""
    return delivery >> 32, delivery & 0xFFFFFFFF


def _states(store: SubscriberStore, issues: set[int]) -> dict[int, DeliveryState]:
    query = select(deliveries.c.id, deliveries.c.state).where(deliveries.c.issue.in_(issues))
    return {number: DeliveryState(state) for number, state in store._all(query, tuple)}
