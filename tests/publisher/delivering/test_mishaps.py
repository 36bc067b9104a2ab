"""What may happen to a home while its issue is being sent: nobody gets it twice, nothing is silent.

Each sender is a process of its own; things happen to it before or after one of its calls.
"""

from __future__ import annotations

import os
import re
import resource
import shutil
import signal
import traceback
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest

from crash.places import Place, die, happen
from delivering import Newsletter, newsletter, recipients, said
from forks import child_of
from msnewsletter.delivery.send_journal import boot_id
from msnewsletter.disk import outbox
from msnewsletter.errors import BusyError, NewsletterError, RefusedError
from msnewsletter.publisher.delivering.mailing_report import MailingEnd
from msnewsletter.publisher.delivering.resolve_mailing import (
    DoubtDecision,
    resolve_delivered,
    resolve_doubt,
)
from msnewsletter.publisher.delivering.sole_sender import delivery_lock
from msnewsletter.publisher.resolve import resolve
from msnewsletter.publisher.takedown import take_down
from msnewsletter.settings import load_settings
from msnewsletter.store.machine_lock import SENDER, SessionLock
from msnewsletter.store.subscribers import subscribers_at
from msnewsletter.subscribers.delivery_state import DeliveryState
from msnewsletter.subscribers.subscriber import SubscriberState
from peers.behaviours import Behaviour, Greylist, Reply, Step
from peers.recording_server import RecordingServer, recording_server

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from msnewsletter.home import Home

SENT, DOUBT, QUEUED = DeliveryState.SENT, DeliveryState.IN_DOUBT, DeliveryState.QUEUED
READERS = [f"r{number:02}" for number in range(40)]
MAILBOXES = [f"{name}@example.org" for name in READERS]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, one_server: RecordingServer) -> Newsletter:
    made = newsletter(
        tmp_path_factory.mktemp("made"),
        one_server,
        deliver='connections = 2\nbounces = "bounces@example.org"',
    )
    made.subscribe(*READERS)
    made.publish()
    return made


@pytest.fixture
def letter(made: Newsletter, server: RecordingServer, tmp_path: Path) -> Newsletter:
    del server  # it has forgotten all
    return made.copied(tmp_path / "home")


def run(letter: Newsletter, *arm: Callable[[], object]) -> str | None:
    """What a sender says to whom these things happen; None: it was killed."""
    told = letter.home.root.with_name("told")

    def sender() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # what exceeds the limit is EFBIG
        try:
            for each in arm:
                each()
            text = said(letter.deliver())
        except NewsletterError as error:
            text = str(error)
        except BaseException:  # noqa: BLE001  (it is told below)
            text = traceback.format_exc()
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        told.write_text(text)

    _, status = os.waitpid(child_of(sender), 0)
    if os.WIFSIGNALED(status):
        return None
    text = told.read_text()
    assert "Traceback" not in text, text
    assert "@" not in text
    return text


def balance(letter: Newsletter, issue: int = 1) -> dict[DeliveryState, int]:
    with letter.store() as store:
        return dict(store.balance(issue).counts)


def suppressed(letter: Newsletter) -> list[str]:
    with letter.store() as store:
        return [one.address.typed for one in store.subscribers(SubscriberState.SUPPRESSED)]


def once_each(letter: Newsletter, server: RecordingServer) -> None:
    """The next run needs nobody, and all have one."""
    [report] = letter.deliver().mailings
    assert (report.end, report.balance.counts) == (MailingEnd.DONE, {SENT: 40})
    assert recipients(server) == MAILBOXES
    assert letter.folders()["sent"] == ["0001"]


# ── the disk ─────────────────────────────────────────────────────────────────────────────────────


def fill_disk(size: int) -> None:
    """From now on no file of this process grows beyond so many bytes."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


@pytest.mark.parametrize("size", [0, 40, 2_000, 30_000])
def test_a_disk_that_is_full_from_the_start_is_one_line(
    letter: Newsletter, server: RecordingServer, size: int
) -> None:
    text = run(letter, partial(fill_disk, size))
    assert text
    assert re.search(r"full|too large|space|room", text), text
    assert len(text.splitlines()) == 1
    assert server.accepted() == []
    once_each(letter, server)


@pytest.mark.parametrize(
    ("place", "call", "size"),
    [
        (Place.ENQUEUE, 0, 60_000),
        (Place.CLAIM, 0, 60),  # a journal has its first line, and a torn one
        (Place.CLAIM, 0, 70),
        (Place.NOTE_SENDING, 3, 80),
        (Place.NOTE_ACCEPTED, 5, 0),
        (Place.NOTE_ACCEPTED, 5, 200),
        (Place.SETTLE, 0, 0),
        (Place.FINISH, 0, 0),
        (Place.PUT_AWAY, 0, 0),
    ],
)
def test_a_disk_that_gets_full_in_mid_delivery_stops_it_with_one_line(
    letter: Newsletter, server: RecordingServer, place: Place, call: int, size: int
) -> None:
    after = place in {Place.CLAIM, Place.NOTE_SENDING}
    text = run(letter, partial(happen, place, partial(fill_disk, size), call=call, after=after))
    assert text
    assert len(text.splitlines()) == 1
    got = recipients(server)
    assert len(got) == len(set(got))
    for report in letter.deliver().mailings:
        assert set(report.balance.counts) <= {SENT, DOUBT}
    got = recipients(server)
    assert len(got) == len(set(got))
    found = balance(letter)
    # A connection whose journal could not say A may have one in doubt.
    assert found.get(DOUBT, 0) <= 2
    assert len(got) >= found[SENT]
    if DOUBT in found:
        resolve_doubt(letter.home, 1, DoubtDecision.RESEND, at=letter.now)
        letter.deliver()
    assert sorted(set(recipients(server))) == MAILBOXES


@pytest.mark.sqlite("it breaks the database's file")
def test_a_ledger_lost_in_mid_delivery_sends_nothing_again(
    letter: Newsletter, server: RecordingServer
) -> None:
    def lose() -> None:
        for path in letter.home.var.glob("subscribers.db*"):
            path.unlink()

    run(letter, partial(happen, Place.NOTE_ACCEPTED, lose, call=10))
    server.settle()
    got = len(server.accepted())
    assert got == len(set(recipients(server)))
    # What has taken its place knows nobody, until a backup is restored.
    with pytest.raises(RefusedError, match=r"all that went out of issue 1;.*resolve 1 --delivered"):
        letter.deliver()
    assert len(server.accepted()) == got


@pytest.mark.sqlite("it breaks the database's file")
def test_a_ledger_that_is_torn_in_mid_delivery_is_one_line(
    letter: Newsletter, server: RecordingServer
) -> None:
    def tear() -> None:
        letter.home.subscribers.write_bytes(b"no database" * 1000)
        for path in letter.home.var.glob("subscribers.db-*"):
            path.write_bytes(b"x" * 100_000)

    text = run(letter, partial(happen, Place.NOTE_ACCEPTED, tear, call=10))
    assert text
    assert "var/subscribers.db" in text
    assert run(letter) is not None
    got = recipients(server)
    assert len(got) == len(set(got))


def remove_journals(home: Home) -> None:
    shutil.rmtree(home.journals)


def test_journals_removed_in_mid_delivery_cost_nothing_while_the_sender_lives(
    letter: Newsletter, server: RecordingServer
) -> None:
    run(letter, partial(happen, Place.NOTE_SENDING, partial(remove_journals, letter.home), call=9))
    assert balance(letter) == {SENT: 40}
    assert recipients(server) == MAILBOXES


def test_journals_removed_before_a_kill_leave_all_that_was_claimed_in_doubt(
    letter: Newsletter, server: RecordingServer
) -> None:
    def remove_and_die() -> None:
        remove_journals(letter.home)
        die()

    assert run(letter, partial(happen, Place.NOTE_SENDING, remove_and_die, call=9)) is None
    text = said(letter.deliver())
    assert "its journals settled" in text
    assert "In doubt" in text
    found = balance(letter)
    assert set(found) <= {SENT, DOUBT}
    assert found[DOUBT] >= 30
    got = recipients(server)
    assert len(got) == len(set(got)) < 40


@pytest.mark.parametrize(("place", "after"), [(Place.NOTE_REFUSED, True), (Place.SUPPRESS, False)])
def test_a_dead_address_is_suppressed_by_the_journal_of_a_killed_sender(
    letter: Newsletter, server: RecordingServer, place: Place, *, after: bool
) -> None:
    dead = Reply(at=Step.RCPT, lines=("550 Sorry, no such user here",), to="^r07")
    server.behave(Behaviour(rules=(dead,)))
    assert run(letter, partial(happen, place, die, after=after)) is None
    letter.deliver()
    # Of the other connection one may be in doubt.
    assert balance(letter)[DeliveryState.PERM_FAILED] == 1
    assert suppressed(letter) == ["r07@example.org"]


def test_a_server_that_calls_very_many_dead_is_not_believed_by_a_killed_sender_s_journal(
    letter: Newsletter, server: RecordingServer
) -> None:
    dead = Reply(at=Step.RCPT, lines=("550 5.1.1 No such user",), to="^r[01]")
    server.behave(Behaviour(rules=(dead,)))
    # The first time is before anything was sent.
    assert run(letter, partial(happen, Place.REMOVE_JOURNALS, die, call=1)) is None
    letter.deliver()
    assert balance(letter) == {SENT: 20, DeliveryState.PERM_FAILED: 20}
    assert suppressed(letter) == []


def test_after_a_power_cut_what_has_no_answer_is_in_doubt(
    letter: Newsletter, server: RecordingServer
) -> None:
    assert run(letter, partial(happen, Place.NOTE_SENDING, die, call=9)) is None
    server.settle()
    before = recipients(server)
    for path in letter.home.journals.glob("*/*.journal"):
        # Another boot has written it, and its last lines are lost.
        lines = path.read_text().replace(boot_id(), "0" * 8 + boot_id()[8:]).splitlines()
        path.write_text("".join(f"{line}\n" for line in lines[:-2]))
    letter.deliver()
    assert recipients(server) == before
    found = balance(letter)
    assert sum(found.values()) == found.get(SENT, 0) + found[DOUBT] == 40
    assert found.get(SENT, 0) <= len(before)


# ── time, settings, people ───────────────────────────────────────────────────────────────────────


def test_two_senders_at_once_are_one(letter: Newsletter, server: RecordingServer) -> None:
    with delivery_lock(letter.home), pytest.raises(BusyError, match="is sending here"):
        letter.deliver()
    with delivery_lock(letter.home), pytest.raises(BusyError, match="is sending here"):
        resolve_doubt(letter.home, 1, DoubtDecision.DROP, at=letter.now)
    once_each(letter, server)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
@pytest.mark.usefixtures("database")
def test_two_machines_with_one_database_are_one_sender(
    server: RecordingServer, tmp_path: Path
) -> None:
    letter = newsletter(tmp_path, server)
    letter.subscribe("ada")
    letter.publish()
    lock = SessionLock(subscribers_at(letter.home, load_settings(letter.home.settings)), SENDER)
    assert lock.take()
    with pytest.raises(BusyError, match="another machine sends from it"):
        letter.deliver()
    lock.leave()
    [report] = letter.deliver().mailings
    assert report.balance.counts == {SENT: 1}


def test_a_clock_that_is_set_back_delays_and_doubles_nothing(
    letter: Newsletter, server: RecordingServer
) -> None:
    server.behave(Behaviour(rules=(Greylist(lines=("450 4.2.0 Later",)),)))
    letter.deliver()
    letter.now -= timedelta(days=400)
    [report] = letter.deliver().mailings
    assert report.end is MailingEnd.WAITS
    assert server.accepted() == []
    letter.now += timedelta(days=400, minutes=5)
    once_each(letter, server)


def test_the_rest_goes_over_another_server_and_bounces_elsewhere(
    letter: Newsletter, server: RecordingServer, tmp_path: Path
) -> None:
    assert run(letter, partial(happen, Place.NOTE_SENDING, die, call=9)) is None
    server.settle()
    (tmp_path / "other").mkdir()
    with recording_server(tmp_path / "other") as other:
        text = letter.home.settings.read_text()
        text = text.replace(f"port = {server.port}", f"port = {other.port}")
        letter.home.settings.write_text(text.replace("bounces@example.org", "b@example.net"))
        letter.deliver()
        found = balance(letter)
        assert set(found) <= {SENT, DOUBT}
        assert not {*recipients(server)} & {*recipients(other)}
        assert {one.sender.rpartition("@")[2] for one in other.accepted()} == {"example.net"}
        if DOUBT in found:
            resolve_doubt(letter.home, 1, DoubtDecision.RESEND, at=letter.now)
        letter.deliver()
        both = [*server.accepted(), *other.accepted()]
        assert len({one.message_id for one in both}) == 40
        assert sorted({one.recipients[0] for one in both}) == MAILBOXES


def test_who_joins_in_mid_delivery_gets_the_next_issue(
    letter: Newsletter, server: RecordingServer
) -> None:
    run(
        letter, partial(happen, Place.CLAIM, partial(letter.subscribe, "late", "later"), after=True)
    )
    assert recipients(server) == MAILBOXES
    letter.now += timedelta(hours=1)
    letter.publish()
    [report] = letter.deliver().mailings
    assert report.balance.counts == {SENT: 42}


# ── the issue ────────────────────────────────────────────────────────────────────────────────────


def test_an_issue_under_way_cannot_be_withdrawn_and_takes_its_way(
    letter: Newsletter, server: RecordingServer
) -> None:
    assert run(letter, partial(happen, Place.NOTE_SENDING, die, call=9)) is None
    with pytest.raises(RefusedError, match="nothing to resolve"):
        resolve(letter.home, 1, sent=False, at=letter.now)
    assert not outbox.withdraw_issue(letter.home, 1, as_of=letter.now)
    letter.deliver()
    assert set(balance(letter)) <= {SENT, DOUBT}
    got = recipients(server)
    assert len(got) == len(set(got))


@pytest.mark.parametrize("place", ["outbox/aside", "outbox/sent/0001"])
def test_a_mailing_is_ended_by_taking_its_folder_away_and_saying_so(
    letter: Newsletter, server: RecordingServer, place: str
) -> None:
    """As after a takedown, which names the folder that is being sent with the text in it."""
    assert run(letter, partial(happen, Place.NOTE_SENDING, die, call=9)) is None
    server.settle()
    got = recipients(server)
    [folder] = take_down(letter.home, "study-1", reason="retracted", at=letter.now).mails
    assert folder == letter.home.outbox / "sending" / "0001"
    folder.rename(letter.home.root / place)
    for _ in range(2):
        text = run(letter)
        assert text
        assert "run 'msnewsletter resolve 1 --delivered'" in text
    resolve_delivered(letter.home, 1, at=letter.now)
    found = balance(letter)
    # Nobody refused them: no list of dead addresses.
    assert set(found) == {SENT, DeliveryState.LEFT}
    assert sum(found.values()) == 40
    assert letter.deliver().mailings == ()
    assert recipients(server) == got


def test_an_outbox_lost_in_mid_delivery_is_one_line_and_doubles_nothing(
    letter: Newsletter, server: RecordingServer
) -> None:
    def lose() -> None:
        shutil.rmtree(letter.home.outbox)

    text = run(letter, partial(happen, Place.SETTLE, lose))
    assert text is not None
    for _ in range(2):
        done = letter.deliver()
        got = recipients(server)
        assert len(got) == len(set(got))
    found = balance(letter)
    assert sum(found.values()) in {0, 40}
    if sum(found.values()) != found.get(SENT, 0):
        assert "its folder is neither in" in said(done)
