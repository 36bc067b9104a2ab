"""Many deliveries over several connections: one outcome for each, whatever the server does."""

from __future__ import annotations

import dataclasses
import itertools
import signal
import threading
import time
from collections import Counter
from contextlib import closing, suppress
from typing import TYPE_CHECKING

import pytest

from certificates import server_context, trust
from delivery.sending import BOOT, journal_at, message, outgoing, recipient, server
from delivery.smtp_peer import HANGS, SmtpPeer, smtp_peer
from mailservers import PASSWORD, USER, mail_server
from msnewsletter.delivery.send_journal import recovered
from msnewsletter.delivery.send_outcomes import (
    Accepted,
    ConnectHindrance,
    ConnectionEnd,
    NoConnection,
    NotTried,
    SlowDown,
    Unfit,
    Unsendable,
)
from msnewsletter.delivery.send_plan import SendPlan
from msnewsletter.delivery.send_pool import PoolEnd, SendPool
from msnewsletter.delivery.windows import SendWindow, SendWindows
from msnewsletter.errors import OutboxError, StoreError

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator
    from pathlib import Path

    from msnewsletter.delivery.send_outcomes import ConnectionEvent, SendOutcome
    from msnewsletter.delivery.transaction import Outgoing


class QuickClock:
    """A clock in which a second lasts a hundredth of one."""

    def __init__(self) -> None:
        self.began = time.monotonic()

    def __call__(self) -> float:
        return (time.monotonic() - self.began) * 100


class OneAtATime(SmtpPeer):
    """A mail server that refuses a second connection."""

    def serve(self, listening: socket.socket) -> None:
        talks: list[threading.Thread] = []
        with suppress(OSError):
            while True:
                connection, _ = listening.accept()
                if any(talk.is_alive() for talk in talks):
                    with connection, suppress(OSError):
                        connection.sendall(b"421 4.7.0 Too many connections\r\n")
                else:
                    talks.append(threading.Thread(target=self.talk, args=(connection,)))
                    talks[-1].start()
        for talk in talks:
            talk.join()


def pool(
    port: int, journals: Path, *, windows: SendWindows | None = None, **more: object
) -> SendPool:
    plan = SendPlan(server=server(port), journals=journals, boot=BOOT, connections=4)
    return SendPool(dataclasses.replace(plan, **more), windows or SendWindows(), now=QuickClock())


def letters(count: int) -> Iterator[Outgoing]:
    return (outgoing(number) for number in range(1, count + 1))


def run(
    sending: SendPool, deliveries: Iterator[Outgoing]
) -> tuple[list[SendOutcome], list[ConnectionEvent]]:
    outcomes: list[SendOutcome] = []
    events: list[ConnectionEvent] = []
    for batch in sending.run(deliveries):
        outcomes += batch.outcomes
        events += batch.events
    return outcomes, events


def tally(outcomes: list[SendOutcome]) -> Counter[str]:
    assert len({one.id for one in outcomes}) == len(outcomes)
    return Counter(type(one).__name__ for one in outcomes)


def test_everybody_gets_one_over_connections_that_are_kept(tmp_path: Path) -> None:
    with mail_server() as box:
        sending = pool(box.port, tmp_path)
        outcomes, events = run(sending, letters(300))
    assert (tally(outcomes), events, sending.end) == ({"Accepted": 300}, [], PoolEnd.DONE)
    assert sorted(letter.to for letter in box.letters) == sorted(
        [recipient(number)] for number in range(1, 301)
    )
    read = [journal_at(path) for path in sorted(tmp_path.iterdir())]
    assert 1 <= len(read) <= 4
    assert {one.noted for one in recovered(range(1, 301), read, boot=BOOT).values()} == {"accepted"}


def test_nothing_to_send_opens_no_connection(tmp_path: Path) -> None:
    assert run(pool(1, tmp_path), letters(0)) == ([], [])
    assert list(tmp_path.iterdir()) == []


def test_encrypted_and_logged_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trust(monkeypatch, tmp_path)
    journals = tmp_path / "journals"
    journals.mkdir()
    with mail_server(security="starttls", context=server_context("localhost"), login=True) as box:
        there = dataclasses.replace(
            server(box.port), host="localhost", security="starttls", user=USER, password=PASSWORD
        )
        outcomes, _ = run(pool(box.port, journals, server=there), letters(20))
    assert tally(outcomes) == {"Accepted": 20}
    assert {(letter.encrypted, letter.user) for letter in box.letters} == {(True, USER)}


def test_refusals_and_misfits_are_of_those_deliveries_alone(tmp_path: Path) -> None:
    odd = dataclasses.replace(outgoing(7), recipient="rüdiger@in.test")
    with mail_server() as box:
        box.answers[f"RCPT {recipient(3)}"] = "550 5.1.1 nobody"
        box.answers[f"RCPT {recipient(5)}"] = "450 4.2.1 busy"
        outcomes, _ = run(
            pool(box.port, tmp_path), iter([odd if one.id == 7 else one for one in letters(40)])
        )
    # aiosmtpd offers SMTPUTF8 only where it is told to.
    assert Unsendable(id=7, why=Unfit.NEEDS_SMTPUTF8) in outcomes
    assert tally(outcomes) == {
        "Accepted": 37,
        "RefusedForGood": 1,
        "RefusedForNow": 1,
        "Unsendable": 1,
    }


# ── servers that complain ────────────────────────────────────────────────────────────────────────


def test_a_server_that_leaves_with_421_is_met_with_less_and_nothing_fails(tmp_path: Path) -> None:
    with smtp_peer(SmtpPeer(answers={"RCPT": ["250 ok", "421 4.7.0 too fast"]})) as peer:
        outcomes, events = run(pool(peer.port, tmp_path, connections=1), letters(20))
    assert [type(one) for one in events] == [SlowDown]
    found = tally(outcomes)
    assert found["NotTried"] == 1
    assert found == {"Accepted": 19, "NotTried": 1}
    assert peer.connections == 2


def test_a_server_that_closes_after_each_message_gets_each_one_once(tmp_path: Path) -> None:
    with smtp_peer(SmtpPeer(answers={".": ["250 ok\r\n421 bye"] * 50})) as peer:
        outcomes, _ = run(pool(peer.port, tmp_path, connections=1), letters(10))
    accepted = [one.id for one in outcomes if isinstance(one, Accepted)]
    assert peer.messages == [message(number) for number in accepted]
    assert set(tally(outcomes)) <= {"Accepted", "NotTried"}
    assert accepted


def test_a_greylisting_server_gets_one_message_at_a_time_until_it_is_content(
    tmp_path: Path,
) -> None:
    with smtp_peer(SmtpPeer(answers={"RCPT": ["450 4.7.1 greylisted"] * 3})) as peer:
        outcomes, events = run(pool(peer.port, tmp_path, connections=1), letters(50))
    assert {type(one) for one in events} == {SlowDown}
    assert tally(outcomes) == {"Accepted": 47, "RefusedForNow": 3}


# ── no connection ────────────────────────────────────────────────────────────────────────────────


def test_a_server_that_is_not_there_is_tried_a_few_times(tmp_path: Path) -> None:
    with smtp_peer(SmtpPeer()) as peer:
        port = peer.port
    sending = pool(port, tmp_path)
    outcomes, events = run(sending, letters(10_000))
    assert sending.end is PoolEnd.NO_CONNECTION
    assert {type(one) for one in outcomes} == {NotTried}
    tally(outcomes)
    last = events[-1]
    assert isinstance(last, NoConnection)
    assert (last.why, last.problem) == (ConnectHindrance.UNREACHABLE, "nobody listens there")
    assert 3 <= len(events) < 30


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"security": "tls"}, ConnectHindrance.TLS),
        ({"security": "starttls"}, ConnectHindrance.TLS),
        ({"user": USER, "password": "battery"}, ConnectHindrance.AUTH),
    ],
)
def test_what_a_person_must_mend_ends_the_run(
    given: dict[str, str], why: ConnectHindrance, tmp_path: Path
) -> None:
    with mail_server(login="user" in given) as box:
        there = dataclasses.replace(server(box.port), **given)
        sending = pool(box.port, tmp_path, server=there, connections=1)
        outcomes, events = run(sending, letters(100))
    assert sending.end is PoolEnd.NO_CONNECTION
    assert {one.why for one in events if isinstance(one, NoConnection)} == {why}
    assert len(events) <= 3
    assert {type(one) for one in outcomes} == {NotTried}
    assert not box.letters
    assert "battery" not in repr(events)


def test_a_single_delivery_is_tried_as_often_as_many(tmp_path: Path) -> None:
    with smtp_peer(SmtpPeer()) as peer:
        port = peer.port
    sending = pool(port, tmp_path)
    outcomes, events = run(sending, letters(1))
    assert sending.end is PoolEnd.NO_CONNECTION
    assert outcomes == [NotTried(id=1, end=None)]
    assert len(events) == 3


def test_one_refused_connection_leaves_nobody_out(tmp_path: Path) -> None:
    with smtp_peer(SmtpPeer(greetings=["421 4.3.2 busy"])) as peer:
        sending = pool(peer.port, tmp_path, connections=1)
        outcomes, events = run(sending, letters(5))
    assert (sending.end, tally(outcomes)) == (PoolEnd.DONE, {"Accepted": 5})
    assert [type(one) for one in events] == [NoConnection]


def test_a_server_that_grants_fewer_connections_gets_all_over_those(tmp_path: Path) -> None:
    with smtp_peer(OneAtATime()) as peer:
        sending = pool(peer.port, tmp_path)
        sending._now = time.monotonic
        outcomes, _ = run(sending, letters(60))
    assert (sending.end, tally(outcomes)) == (PoolEnd.DONE, {"Accepted": 60})


# ── stopping, and failing ────────────────────────────────────────────────────────────────────────


def test_stopping_finishes_what_is_under_way_and_hands_back_the_rest(tmp_path: Path) -> None:
    with mail_server() as box:
        sending = pool(box.port, tmp_path)
        outcomes: list[SendOutcome] = []
        with closing(sending.run(letters(100_000))) as batches:
            before = signal.signal(signal.SIGTERM, lambda *_: sending.stop())
            for batch in batches:
                outcomes += batch.outcomes
                signal.raise_signal(signal.SIGTERM)
            signal.signal(signal.SIGTERM, before)
    assert sending.end is PoolEnd.STOPPED
    found = tally(outcomes)
    assert found["Accepted"] == len(box.letters) > 0
    assert set(found) <= {"Accepted", "NotTried"}
    assert all(one.end is None for one in outcomes if isinstance(one, NotTried))
    assert sorted(one.id for one in outcomes) == list(range(1, len(outcomes) + 1))


def test_a_caller_that_turns_away_leaves_journals_that_know_all(tmp_path: Path) -> None:
    with mail_server() as box:
        with closing(pool(box.port, tmp_path).run(letters(1000))) as batches:
            next(batches)
        read = [journal_at(path) for path in tmp_path.iterdir()]
        noted = recovered(range(1, 1001), read, boot=BOOT)
        accepted = {number for number, one in noted.items() if one.noted == "accepted"}
        assert {letter.to[0] for letter in box.letters} == {recipient(one) for one in accepted}
        assert {one.noted for one in noted.values()} <= {"accepted", "not_sent"}


def test_an_iterator_that_fails_ends_the_run_after_what_was_under_way(tmp_path: Path) -> None:
    def failing() -> Iterator[Outgoing]:
        yield from letters(30)
        raise StoreError("var/subscribers.db", "is locked", "try again")

    outcomes: list[SendOutcome] = []
    with mail_server() as box:
        sending = pool(box.port, tmp_path)
        with pytest.raises(StoreError):
            outcomes.extend(one for batch in sending.run(failing()) for one in batch.outcomes)
    assert sorted(one.id for one in outcomes) == list(range(1, 31))


def test_a_folder_that_cannot_be_written_sends_nothing(tmp_path: Path) -> None:
    with mail_server() as box, pytest.raises(OutboxError):
        run(pool(box.port, tmp_path / "missing"), letters(1000))
    assert not box.letters


def test_a_journal_of_another_run_is_read_first_and_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "1.journal").write_text("something")
    with mail_server() as box, pytest.raises(FileExistsError):
        run(pool(box.port, tmp_path, connections=1), letters(10))
    assert not box.letters


# ── windows ──────────────────────────────────────────────────────────────────────────────────────


def test_no_window_is_exceeded_and_a_full_domain_keeps_no_other_waiting(tmp_path: Path) -> None:
    """A clock that is a hundred times as fast: 20 a second are 20 in a hundredth of one."""
    windows = SendWindows(
        server=[SendWindow(count=50, seconds=10)],
        domains={"slow.test": [SendWindow(count=2, seconds=5)]},
    )

    def mixed() -> Iterator[Outgoing]:
        for number in range(1, 101):
            domain = "slow.test" if number <= 10 else "in.test"
            yield dataclasses.replace(outgoing(number), recipient=f"r{number}@{domain}")

    with mail_server() as box:
        sending = pool(box.port, tmp_path, windows=windows, connections=2)
        clock = sending._now
        outcomes, _ = run(sending, mixed())
        assert clock() >= 20
    assert tally(outcomes) == {"Accepted": 100}
    order = [letter.to[0].endswith("slow.test") for letter in box.letters]
    assert order.index(False) < 10
    assert order[:10].count(True) <= 4


def test_a_window_that_opens_late_ends_the_run_and_what_was_taken_is_handed_back(
    tmp_path: Path,
) -> None:
    windows = SendWindows(
        server=[SendWindow(count=9, seconds=86_400)],
        domains={"in.test": [SendWindow(count=4, seconds=3_600)]},
    )
    others = (dataclasses.replace(outgoing(n), recipient=f"r{n}@b.test") for n in range(21, 24))
    with mail_server() as box:
        sending = SendPool(
            SendPlan(server=server(box.port), journals=tmp_path, boot=BOOT, connections=2),
            windows,
            now=QuickClock(),
            patience=30,
        )
        outcomes, _ = run(sending, itertools.chain(letters(10), others))
    assert sending.end is PoolEnd.PACED
    assert tally(outcomes) == {"Accepted": 7, "NotTried": 6}
    assert len(box.letters) == 7


def test_no_more_is_taken_from_the_iterator_than_what_is_under_way(tmp_path: Path) -> None:
    """So memory does not grow with the number of deliveries; their texts are shared."""
    pulled = 0

    def counted() -> Iterator[Outgoing]:
        nonlocal pulled
        for one in letters(1500):
            pulled += 1
            yield one

    done = 0
    with mail_server() as box:
        sending = pool(box.port, tmp_path, connections=1)
        for batch in sending.run(counted()):
            done += len(batch.outcomes)
            assert pulled - done <= 64
    assert done == 1500


def test_a_server_that_stalls_leaves_one_in_doubt_and_the_rest_goes_on(tmp_path: Path) -> None:
    with smtp_peer(SmtpPeer(answers={".": [HANGS]})) as peer:
        sending = pool(peer.port, tmp_path, connections=1, verdict_within=0.2)
        outcomes, _ = run(sending, letters(5))
    assert tally(outcomes) == {"InDoubt": 1, "NotTried": 1, "Accepted": 3}
    assert NotTried(id=2, end=ConnectionEnd.TIMEOUT) in outcomes
