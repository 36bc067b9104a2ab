"""Cables that are cut between workers, their database and their mail server: nobody gets two.

The database and the mail server are at the switch of a network of their own, at an address each.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from delivering import recipients
from forks import forked
from machines import Cut
from msnewsletter.publisher.delivering.mailing_report import MailingEnd
from msnewsletter.subscribers.delivery_state import DeliveryState
from peers.recording_server import recording_server
from workers import QUICK, shared_newsletter, until, worker_process

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cluster import Cluster
    from machines import Network
    from msnewsletter.store.subscribers import WorkerRow
    from peers.recording_server import RecordingServer
    from workers import Shared

READERS = 400
SENT, IN_DOUBT = DeliveryState.SENT, DeliveryState.IN_DOUBT
# All that a lane has in hand is more than it sends while a cable is being cut.
_SETTINGS = "workers = true\nconnections = 1"
_DATABASE = "the way to the database"


@pytest.fixture
def mail(net: Network, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecordingServer]:
    with recording_server(tmp_path_factory.mktemp("mail"), host=net.second) as server:
        yield server


@pytest.fixture
def letter(distant_database: Cluster, mail: RecordingServer, tmp_path: Path) -> Shared:
    """A mailing that is enqueued, in one chunk."""
    del distant_database
    made = shared_newsletter(tmp_path, mail, deliver=_SETTINGS)
    text = made.home.settings.read_text()
    # The mail server is on another machine; the network has nobody else in it.
    made.home.settings.write_text(text.replace("sandbox = true\n", "samples = true\n"))
    made.subscribe(*(f"reader.{one:03d}" for one in range(READERS)))
    made.publish()
    assert [one.end for one in made.coordinate().mailings] == [MailingEnd.WITH_WORKERS]
    return made


def everybody() -> list[str]:
    return [f"reader.{one:03d}@example.org" for one in range(READERS)]


@pytest.mark.parametrize("what", [_DATABASE, Cut.CABLE, Cut.FROM_IT, Cut.TO_IT])
def test_what_was_in_hand_behind_a_cut_is_held_until_its_journal_is_back(
    letter: Shared, mail: RecordingServer, net: Network, tmp_path: Path, what: str
) -> None:
    with worker_process(letter.worker_home(tmp_path / "1"), machine=net.one):
        until(lambda: len(mail.accepted()) >= 20)
        if what == _DATABASE:
            net.one.lose(net.address)
        else:
            net.one.cut(Cut(what))
        balance = letter.until_nothing_to_do(1)
        # The mail server has more than the ledger knows of; nobody else sends any of it.
        assert balance[IN_DOUBT] > 0
        assert balance[SENT] + balance[IN_DOUBT] == READERS
        with worker_process(letter.worker_home(tmp_path / "2"), machine=net.other):
            until(lambda: sum(one.ended is None for one in workers(letter)) == 2)
            (report,) = letter.coordinate().mailings
            assert report.end is MailingEnd.IN_DOUBT
            if what == _DATABASE:
                net.one.find(net.address)
            else:
                net.one.mend(Cut(what))
            letter.until_finished(1)
    assert recipients(mail) == everybody()
    assert letter.balance(1)[SENT] == READERS


def test_who_cannot_reach_the_mail_server_leaves_the_chunk_to_who_can(
    letter: Shared, mail: RecordingServer, net: Network, tmp_path: Path
) -> None:
    text = letter.home.settings.read_text()
    quick = text.replace('security = "none"', 'security = "none"\ntimeout = 1')
    letter.home.settings.write_text(quick)
    net.one.lose(net.second)
    try:
        # Both lanes try, and wait; meanwhile nobody has the chunk in hand.
        slow = replace(QUICK, first_pause=60.0, longest_pause=60.0)
        with worker_process(letter.worker_home(tmp_path / "1"), periods=slow, machine=net.one):
            until(lambda: any(one.says for one in workers(letter)))
            with worker_process(letter.worker_home(tmp_path / "2"), machine=net.other):
                letter.until_finished(1)
    finally:
        net.one.find(net.second)
    assert recipients(mail) == everybody()


def test_who_loses_the_mail_server_in_the_midst_keeps_what_it_has_in_hand(
    letter: Shared, mail: RecordingServer, net: Network, tmp_path: Path
) -> None:
    with worker_process(letter.worker_home(tmp_path / "1"), machine=net.one):
        until(lambda: len(mail.accepted()) >= 20)
        net.one.lose(net.second)
        with worker_process(letter.worker_home(tmp_path / "2"), machine=net.other):
            until(lambda: sum(one.ended is None for one in workers(letter)) == 2)
            letter.coordinate()
            # It lives, and says so to the database: nothing is lost, and nobody takes it over.
            assert letter.balance(1)[IN_DOUBT] == 0
            net.one.find(net.second)
            letter.until_finished(1)
    assert recipients(mail) == everybody()


def test_workers_go_on_while_whoever_coordinates_is_cut_off(
    letter: Shared, mail: RecordingServer, net: Network, tmp_path: Path
) -> None:
    net.other.cut(Cut.CABLE)
    try:
        done = forked(["--home", str(letter.home.root), "deliver"], before=net.other.enter)
        assert done.returncode == 1
        assert "cannot be reached" in done.stderr
        assert len(done.stderr.splitlines()) == 1
        with worker_process(letter.worker_home(tmp_path / "1"), machine=net.one):
            until(lambda: letter.balance(1)[SENT] == READERS)
    finally:
        net.other.mend(Cut.CABLE)
    assert letter.folders()["sending"] == ["0001"]
    done = forked(["--home", str(letter.home.root), "deliver"], before=net.other.enter)
    assert done.returncode == 0, done.stderr
    assert letter.folders()["sent"] == ["0001"]
    assert recipients(mail) == everybody()


def workers(letter: Shared) -> list[WorkerRow]:
    with letter.store() as store:
        return store.workers()
