"""Whatever a mail server does, each run ends in states that are true, and the next one goes on.

`ALL_FAULTS` has all bad servers, and a cut behind every byte that matters.
"""

from __future__ import annotations

import os
from datetime import UTC, timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest

from certificates import trust
from delivering import Newsletter, newsletter, recipients, said
from msnewsletter.cli.deliver import print_delivered
from msnewsletter.delivery.send_outcomes import ConnectHindrance
from msnewsletter.delivery.send_plan import SendPlan
from msnewsletter.publisher.delivering import sending_pace
from msnewsletter.publisher.delivering.mailing_report import MailingEnd
from msnewsletter.publisher.delivering.resolve_mailing import DoubtDecision, resolve_doubt
from msnewsletter.settings_errors import PASSWORD
from msnewsletter.subscribers.delivery_state import DeliveryState
from msnewsletter.subscribers.subscriber import SubscriberState
from peers.bad_servers import BAD_SERVERS
from peers.behaviours import Behaviour, Certificate, Ending, Login, Reply, Side, Step
from peers.fault_proxy import Cut, FaultProxy, Traffic, fault_proxy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from peers.recording_server import RecordingServer

ALL = bool(os.environ.get("ALL_FAULTS"))
SENT, AGAIN, FAILED = DeliveryState.SENT, DeliveryState.TEMP_FAILED, DeliveryState.PERM_FAILED
QUEUED, DOUBT = DeliveryState.QUEUED, DeliveryState.IN_DOUBT
READERS = ("ada", "bo", "eve", "kim")
ALL_READERS = [f"{name}@example.org" for name in READERS]

# Where all four meet the same: their state, why the run ended, and after how long they are due.
ALIKE = {
    "354 after a refused recipient": (FAILED, MailingEnd.DONE, None),
    "refusals of many lines": (FAILED, MailingEnd.DONE, None),
    "greylists": (AGAIN, MailingEnd.WAITS, 15),
    "refuses each batch by 421": (AGAIN, MailingEnd.WAITS, 15),
    "refuses each batch by 452": (AGAIN, MailingEnd.WAITS, 15),
    "no such user": (FAILED, MailingEnd.DONE, None),
    "mailbox full": (FAILED, MailingEnd.DONE, None),
    "refused by policy": (AGAIN, MailingEnd.WAITS, 15),
    "junk in place of a reply": (AGAIN, MailingEnd.WAITS, 5),
    "junk in a reply": (FAILED, MailingEnd.DONE, None),
    "a line of 1 MB": (QUEUED, MailingEnd.NO_CONNECTION, None),
    "ten lines of 1 MB": (AGAIN, MailingEnd.WAITS, 5),
}
# A reply of 5.1.1: there is no such mailbox.
DEAD = {
    "354 after a refused recipient",
    "refusals of many lines",
    "no such user",
    "junk in a reply",
}
ONCE = sorted(set(BAD_SERVERS) - set(ALIKE))
SOME_ONCE = [name for name in ONCE if not name.startswith(("reset", "half-close"))]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, one_server: RecordingServer) -> Newsletter:
    """An issue for four readers, over one connection, with little patience."""
    made = newsletter(tmp_path_factory.mktemp("made"), one_server, deliver="connections = 1")
    change(made, 'security = "none"', 'security = "none"\ntimeout = 1')
    made.subscribe(*READERS)
    made.publish()
    return made


@pytest.fixture
def letter(made: Newsletter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Newsletter:
    monkeypatch.setattr(sending_pace, "SendPlan", partial(SendPlan, verdict_within=0.3))
    return made.copied(tmp_path / "home")


def change(letter: Newsletter, old: str, new: str) -> None:
    text = letter.home.settings.read_text()
    assert old in text
    letter.home.settings.write_text(text.replace(old, new))


def rest(letter: Newsletter, server: RecordingServer) -> MailingEnd | None:
    """Runs against a good server, for two days; returns how the last one ended."""
    server.behave(Behaviour())
    end = None
    for _ in range(6):
        letter.now += timedelta(hours=8)
        for report in letter.deliver().mailings:
            end = report.end
    return end


def nobody_twice(letter: Newsletter, server: RecordingServer) -> None:
    """Nobody has two while what is in doubt is held, and everybody one once it is sent again."""
    end = rest(letter, server)
    got = recipients(server)
    assert len(got) == len(set(got))
    with letter.store() as store:
        balance = store.balance(1)
    assert set(balance.counts) <= {SENT, DOUBT}
    assert balance[SENT] <= len(got)
    if balance[DOUBT]:
        assert end is MailingEnd.IN_DOUBT
        resolve_doubt(letter.home, 1, DoubtDecision.RESEND, at=letter.now)
        assert rest(letter, server) is MailingEnd.DONE
        assert set(recipients(server)) == set(ALL_READERS)
    else:
        assert got == ALL_READERS
    assert letter.folders()["sent"] == ["0001"]


@pytest.mark.parametrize("name", ALIKE)
def test_a_server_that_is_bad_to_all_ends_in_one_state(
    letter: Newsletter, server: RecordingServer, name: str
) -> None:
    state, end, minutes = ALIKE[name]
    server.behave(BAD_SERVERS[name])
    done = letter.deliver()
    [report] = done.mailings
    assert (report.balance.counts, report.end) == ({state: 4}, end)
    assert report.due == (letter.now + timedelta(minutes=minutes) if minutes else None)
    assert len(said(done).splitlines()) <= 2
    assert print_delivered(done, UTC) is (end is not MailingEnd.NO_CONNECTION)
    assert server.accepted() == []
    with letter.store() as store:
        suppressed = list(store.subscribers(SubscriberState.SUPPRESSED))
    assert len(suppressed) == (4 if name in DEAD else 0)
    if state is FAILED:
        assert rest(letter, server) is None
        assert server.accepted() == []
    else:
        nobody_twice(letter, server)


@pytest.mark.parametrize("name", ONCE if ALL else SOME_ONCE)
def test_a_server_that_is_bad_once_costs_nobody_a_mail(
    letter: Newsletter, server: RecordingServer, name: str
) -> None:
    server.behave(BAD_SERVERS[name])
    done = letter.deliver()
    [report] = done.mailings
    counts = report.balance.counts
    # The one that met it, and the one whose commands had gone out with its final dot.
    assert set(counts) <= {SENT, AGAIN, DOUBT}
    assert (counts[SENT] >= 2, report.balance.enqueued) == (True, 4)
    assert report.balance[DOUBT] <= 1
    assert report.end in {MailingEnd.DONE, MailingEnd.WAITS}
    assert len(said(done).splitlines()) <= 2
    nobody_twice(letter, server)


# ── encryption and login ─────────────────────────────────────────────────────────────────────────

TLS, AUTH = ConnectHindrance.TLS, ConnectHindrance.AUTH
LOGIN = Login()


# What the server does, what the settings ask for, and what is said of it.
UNTRUSTED = {
    "no STARTTLS": (Behaviour(), "starttls", TLS, "it does not offer STARTTLS"),
    "no TLS": (Behaviour(), "tls", TLS, "TLS fails"),
    "expired": (
        Behaviour(security="starttls", certificate=Certificate.EXPIRED),
        "starttls",
        TLS,
        "its certificate cannot be trusted (certificate has expired)",
    ),
    "for another name": (
        Behaviour(security="tls", certificate=Certificate.OTHER_NAME),
        "tls",
        TLS,
        "its certificate cannot be trusted (IP address mismatch",
    ),
    "not now": (
        Behaviour(
            security="starttls", rules=(Reply(at=Step.STARTTLS, lines=("454 4.7.0 Not now",)),)
        ),
        "starttls",
        ConnectHindrance.REFUSED,
        "it refuses to talk to us (454 4.7.0 Not now)",
    ),
}


@pytest.mark.parametrize("name", UNTRUSTED)
def test_without_encryption_that_can_be_trusted_nothing_is_sent(
    letter: Newsletter, server: RecordingServer, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    behaviour, security, why, problem = UNTRUSTED[name]
    trust(monkeypatch, letter.home.root)
    server.behave(behaviour)
    change(letter, 'security = "none"', f'security = "{security}"')
    done = letter.deliver()
    [report] = done.mailings
    assert (report.end, report.balance.counts) == (MailingEnd.NO_CONNECTION, {QUEUED: 4})
    assert report.hindrance
    assert report.hindrance.why is why
    assert problem in said(done).splitlines()[0]
    assert not print_delivered(done, UTC)
    assert server.accepted() == []
    change(letter, f'security = "{security}"', 'security = "none"')
    nobody_twice(letter, server)


def test_a_wrong_password_is_one_line_and_is_not_shown(
    letter: Newsletter,
    server: RecordingServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(PASSWORD, "battery staple")
    server.behave(Behaviour(login=LOGIN))
    change(letter, 'security = "none"', f'security = "none"\nuser = "{LOGIN.user}"')
    done = letter.deliver()
    [report] = done.mailings
    assert report.hindrance
    assert report.hindrance.why is AUTH
    assert report.balance.counts == {QUEUED: 4}
    assert "it refuses user and password" in said(done)
    assert "battery" not in said(done)
    monkeypatch.setenv(PASSWORD, LOGIN.password)
    letter.now += timedelta(minutes=1)
    assert letter.deliver().mailings[0].balance.counts == {SENT: 4}
    assert recipients(server) == ALL_READERS
    assert {one.user for one in server.accepted()} == {LOGIN.user}


# ── cut at a byte ────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def proxy(one_server: RecordingServer) -> Iterator[FaultProxy]:
    with fault_proxy(one_server.port) as running:
        yield running


def cuts(traffic: Traffic) -> list[Cut]:
    """Behind each byte that the server says, and of ours behind those that are no message's."""
    ours = {*range(250), *range(traffic.client - 250, traffic.client)}
    ours |= {*range(0, traffic.client, 977)}
    every = [Cut(after=byte, side=Side.CLIENT, times=1) for byte in sorted(ours)]
    every += [Cut(after=byte, side=Side.SERVER, times=1) for byte in range(traffic.server)]
    if ALL:
        return every
    return [*every[:: len(every) // 20], *every[-3:]]


@pytest.mark.parametrize("ending", [Ending.CLOSE, Ending.RESET])
def test_a_connection_that_is_cut_at_any_byte_doubles_and_loses_nothing(
    made: Newsletter,
    server: RecordingServer,
    proxy: FaultProxy,
    tmp_path: Path,
    ending: Ending,
) -> None:
    whole = made.copied(tmp_path / "whole")
    through_proxy = (f"port = {server.port}", f"port = {proxy.port}")
    change(whole, *through_proxy)
    proxy.cut(None)
    assert whole.deliver().mailings[0].balance.counts == {SENT: 4}
    [traffic] = proxy.traffic()
    for number, cut in enumerate(cuts(traffic)):
        server.forget()
        proxy.cut(Cut(after=cut.after, side=cut.side, ending=ending, times=1))
        letter = made.copied(tmp_path / f"{number}")
        change(letter, *through_proxy)
        [report] = letter.deliver().mailings
        counts = report.balance
        assert counts.enqueued == 4, cut
        assert counts[DOUBT] <= 1, cut
        assert set(counts.counts) <= {SENT, AGAIN, DOUBT}, cut
        letter.now += timedelta(minutes=5)
        letter.deliver()
        with letter.store() as store:
            after = store.balance(1)
        assert after[SENT] + after[DOUBT] == 4, cut
        got = recipients(server)
        assert len(got) == len(set(got)) >= after[SENT], cut
