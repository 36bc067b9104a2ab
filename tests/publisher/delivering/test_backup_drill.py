"""The backup drill: yesterday's database of subscribers is put back, and nobody is mailed twice."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from clock.clocks import at
from delivering import Newsletter, newsletter, recipients
from homes import command
from msnewsletter.errors import OutboxError, RefusedError
from msnewsletter.home import Home
from msnewsletter.publisher.backup import backup
from msnewsletter.publisher.delivering.mailing_report import MailingEnd
from msnewsletter.publisher.delivering.resolve_mailing import (
    DoubtDecision,
    resolve_delivered,
    resolve_doubt,
)
from msnewsletter.publisher.delivering.sending_ailments import sending_ailments
from msnewsletter.publisher.delivering.sending_state import sending_state
from msnewsletter.publisher.restore import decide_restored
from msnewsletter.publisher.restore import restore as restore_home
from msnewsletter.settings import load_settings
from msnewsletter.subscribers.delivery_state import DeliveryState
from msnewsletter.subscribers.subscriber import SubscriberState
from peers.behaviours import Behaviour, Drop, Greylist, Step
from peers.recording_server import RecordingServer, recording_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from msnewsletter.subscribers.delivery_state import ClaimedDelivery

SENT, DOUBT = DeliveryState.SENT, DeliveryState.IN_DOUBT
pytestmark = pytest.mark.sqlite("it restores a backup, which keeps the database's file")
LATER = Behaviour(rules=(Greylist(lines=("450 4.2.0 Later",)),))


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RecordingServer]:
    (tmp_path / "server").mkdir()
    with recording_server(tmp_path / "server") as running:
        yield running


@pytest.fixture
def letter(tmp_path: Path, server: RecordingServer) -> Newsletter:
    return newsletter(tmp_path, server)


def back_up(letter: Newsletter, to: Path) -> None:
    with (
        closing(sqlite3.connect(letter.home.subscribers)) as live,
        closing(sqlite3.connect(to)) as copy,
    ):
        live.backup(copy)


def restore(letter: Newsletter, backup: Path) -> None:
    for path in letter.home.var.glob("subscribers.db*"):
        path.unlink()
    shutil.copyfile(backup, letter.home.subscribers)


def leave(letter: Newsletter, reader: int) -> None:
    with letter.store() as store:
        store.change_state(reader, SubscriberState.UNSUBSCRIBED, at=letter.now)


def stops(letter: Newsletter, issues: str, first: int, *, rest: bool = False) -> None:
    """Each run stops with the one line, also one for an issue by its name.

    rest: the database takes some of the first one for open.
    """
    line = (
        "var/subscribers.db: it is older than the outbox: it does not know all that went out of "
        f"issue {issues}; who left since then is on it again; take out who left, then run "
        f"'msnewsletter resolve {first} --delivered'"
    )
    if rest:
        line += ", or with --send-rest if readers may get it twice rather than not at all"
    for named in (None, None, first):
        with pytest.raises(RefusedError) as caught:
            letter.deliver(named)
        assert str(caught.value) == line


def test_yesterday_s_database_mails_nobody_until_a_person_has_decided(
    letter: Newsletter, server: RecordingServer, tmp_path: Path
) -> None:
    ada, bo, eve = letter.subscribe("ada", "bo", "eve")
    letter.publish()
    letter.deliver()
    back_up(letter, tmp_path / "backup")
    letter.now += timedelta(days=1)
    leave(letter, ada.id)
    letter.publish()
    letter.deliver()
    before = recipients(server)
    assert len(before) == 5

    restore(letter, tmp_path / "backup")
    letter.now += timedelta(hours=1)
    letter.publish()
    stops(letter, "2", 2)
    assert recipients(server) == before
    # Who left is on it again: the line asks for them.
    leave(letter, ada.id)
    resolve_delivered(letter.home, 2, at=letter.now)
    [report] = letter.deliver().mailings
    assert (report.issue, report.end) == (3, MailingEnd.DONE)
    both = [bo.address.mailbox, eve.address.mailbox]
    assert recipients(server) == sorted([*before, *both])
    assert letter.deliver().mailings == ()
    assert letter.folders() == {"new": [], "sending": [], "sent": ["0001", "0002", "0003"]}


def test_several_issues_are_asked_for_one_after_another(
    letter: Newsletter, server: RecordingServer, tmp_path: Path
) -> None:
    letter.subscribe("ada")
    back_up(letter, tmp_path / "backup")
    for _ in range(2):
        letter.publish()
        letter.deliver()
        letter.now += timedelta(days=1)
    restore(letter, tmp_path / "backup")
    stops(letter, "1, 2", 1)
    resolve_delivered(letter.home, 1, at=letter.now)
    stops(letter, "2", 2)
    resolve_delivered(letter.home, 2, at=letter.now)
    assert letter.deliver().mailings == ()
    assert len(server.accepted()) == 2


@pytest.mark.parametrize("put_away", [True, False])
def test_a_database_from_the_middle_of_a_mailing_is_noticed_too(
    letter: Newsletter, server: RecordingServer, tmp_path: Path, *, put_away: bool
) -> None:
    """It has as queued, or as due, what went out since; the folder may be in either place."""
    letter.subscribe("ada", "bo", "eve")
    letter.publish()
    server.behave(LATER)
    letter.deliver()
    back_up(letter, tmp_path / "backup")
    doubt = () if put_away else (Drop(at=Step.BODY, kept=True, times=1),)
    server.behave(Behaviour(rules=doubt))
    letter.now += timedelta(minutes=5)
    letter.deliver()
    before = recipients(server)
    assert letter.folders()["sent" if put_away else "sending"] == ["0001"]
    restore(letter, tmp_path / "backup")
    letter.now += timedelta(minutes=5)
    stops(letter, "1", 1, rest=True)
    resolve_delivered(letter.home, 1, at=letter.now)
    assert letter.deliver().mailings == ()
    assert recipients(server) == before
    assert letter.folders()["sent"] == ["0001"]
    with letter.store() as store:
        assert store.balance(1).counts == {SENT: 3}
    with pytest.raises(RefusedError, match="knows it"):
        resolve_delivered(letter.home, 1, at=letter.now)


def test_a_database_from_while_its_sender_worked_leaves_in_doubt_what_it_had_in_hand(
    letter: Newsletter, server: RecordingServer, tmp_path: Path
) -> None:
    """All was claimed when the backup was made: the outbox knows no more, no journal is left."""
    letter.subscribe("ada", "bo", "eve")
    letter.publish()
    with letter.store() as store:
        claim = type(store).claim_deliveries

        def claim_and_back_up(*given: Any, **more: Any) -> list[ClaimedDelivery]:
            claimed = claim(*given, **more)
            if not (tmp_path / "backup").exists():
                back_up(letter, tmp_path / "backup")
            return claimed

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(store), "claim_deliveries", claim_and_back_up)
        letter.deliver()
    before = recipients(server)
    assert len(before) == 3
    restore(letter, tmp_path / "backup")
    [report] = letter.deliver().mailings
    assert (report.end, report.balance.counts) == (MailingEnd.IN_DOUBT, {DOUBT: 3})
    resolve_doubt(letter.home, 1, DoubtDecision.DROP, at=letter.now)
    assert letter.deliver().mailings == ()
    assert recipients(server) == before
    assert letter.folders()["sent"] == ["0001"]


def test_a_database_that_was_restored_in_time_goes_on(
    letter: Newsletter, server: RecordingServer, tmp_path: Path
) -> None:
    """Nothing went out since the backup: there is nothing to ask."""
    letter.subscribe("ada", "bo")
    letter.publish()
    letter.deliver()
    back_up(letter, tmp_path / "backup")
    restore(letter, tmp_path / "backup")
    letter.now += timedelta(days=1)
    letter.publish()
    [report] = letter.deliver().mailings
    assert report.balance.counts == {SENT: 2}
    assert len(server.accepted()) == 4


def restored_home(letter: Newsletter, root: Path) -> Newsletter:
    """The newsletter as it is now, restored elsewhere; the clock goes on a minute."""
    backup(letter.home, root / "whole", at=letter.now)
    restore_home(root / "whole", Home(root / "restored"))
    letter.now += timedelta(minutes=1)
    return replace(letter, home=Home(root / "restored"))


def test_a_restored_home_sends_nothing_until_a_person_lets_it(
    letter: Newsletter, server: RecordingServer, tmp_path: Path
) -> None:
    """The issue waited when the backup was made, and was sent after it."""
    letter.set("automatic = true")
    _, bo = letter.subscribe("ada", "bo")
    letter.publish()
    again = restored_home(letter, tmp_path)
    letter.deliver()
    before = recipients(server)
    assert len(before) == 2
    again.publish()
    line = (
        "this home: it was restored from a backup of .*: who left since is on the list again, and "
        "issue 1 in outbox/ may have been sent since; nothing is sent; take out who left, run "
        "'msnewsletter resolve 1 --delivered' if they have it, then run "
        "'msnewsletter resolve --restored'"
    )
    for named in (None, 1, 2):
        with pytest.raises(RefusedError, match=line):
            again.deliver(named, confirmed=True)
    document = json.loads(at(again.home, again.now, "status", "--json").said)
    made = (again.now - timedelta(minutes=1)).isoformat()
    assert document["sending"]["restored"] == {"at": made, "issues": [1]}
    settings = load_settings(again.home.settings)
    state = sending_state(again.home, settings, at=again.now)
    assert state
    [wrong] = sending_ailments(state, at=again.now, zone=UTC)
    assert re.match(line, wrong.says)
    assert recipients(server) == before

    leave(again, bo.id)
    resolve_delivered(again.home, 1, at=again.now)
    with pytest.raises(RefusedError, match="on the list again; nothing is sent"):
        again.deliver()
    decide_restored(again.home)
    document = json.loads(at(again.home, again.now, "status", "--json").said)
    assert document["sending"]["restored"] is None
    [report] = again.deliver().mailings
    assert (report.issue, report.balance.counts) == (2, {SENT: 1})
    assert again.folders() == {"new": [], "sending": [], "sent": ["0001", "0002"]}
    with pytest.raises(RefusedError, match="nothing is to be decided"):
        decide_restored(again.home)


def test_restore_names_the_command_for_what_readers_have(
    letter: Newsletter, tmp_path: Path
) -> None:
    letter.publish()
    backup(letter.home, tmp_path / "whole", at=letter.now)
    done = command(letter.home, "restore", str(tmp_path / "whole"), str(tmp_path / "restored"))
    line = (
        "Waiting in outbox/new: 0001. If readers have it, run 'msnewsletter resolve 1 --delivered'"
    )
    assert line in done.stdout


def test_what_no_reader_has_is_sent_once_a_person_lets_the_restored_home(
    letter: Newsletter, server: RecordingServer, tmp_path: Path
) -> None:
    letter.subscribe("ada")
    letter.publish()
    again = restored_home(letter, tmp_path)
    decide_restored(again.home)
    again.deliver()
    assert len(recipients(server)) == 1


def test_a_restored_home_whose_note_is_damaged_sends_nothing_either(
    letter: Newsletter, server: RecordingServer, tmp_path: Path
) -> None:
    letter.subscribe("ada")
    letter.publish()
    again = restored_home(letter, tmp_path)
    (again.home.var / "restored.json").write_text('{"at": ')
    with pytest.raises(OutboxError, match=r"var/restored\.json: is damaged.*resolve --restored"):
        again.deliver()
    assert server.accepted() == []
    decide_restored(again.home)
    again.deliver()
    assert len(recipients(server)) == 1


def test_a_mailing_under_way_in_a_restored_home_can_count_as_sent(
    letter: Newsletter, server: RecordingServer, tmp_path: Path
) -> None:
    letter.subscribe("ada", "bo")
    letter.publish()
    server.behave(LATER)
    letter.deliver()
    again = restored_home(letter, tmp_path)
    resolve_delivered(again.home, 1, at=again.now)
    decide_restored(again.home)
    again.now += timedelta(hours=1)
    assert again.deliver().mailings == ()
    assert recipients(server) == []
    assert again.folders()["sent"] == ["0001"]


def test_an_issue_of_ours_that_was_moved_back_is_not_mailed_again_by_an_older_ledger(
    letter: Newsletter, server: RecordingServer, tmp_path: Path
) -> None:
    letter.subscribe("ada")
    back_up(letter, tmp_path / "backup")
    letter.publish()
    letter.deliver()
    before = recipients(server)
    outbox = letter.home.outbox
    (outbox / "sent/0001").rename(outbox / "new/0001")
    restore(letter, tmp_path / "backup")
    stops(letter, "1", 1)
    resolve_delivered(letter.home, 1, at=letter.now)
    assert letter.deliver().mailings == ()
    assert recipients(server) == before
    assert letter.folders() == {"new": [], "sending": [], "sent": ["0001"]}


def test_a_folder_with_a_wrong_name_is_said_to_have_one(
    letter: Newsletter, server: RecordingServer
) -> None:
    letter.subscribe("ada", "bo")
    letter.publish()
    server.behave(LATER)
    letter.deliver()
    sending = letter.home.outbox / "sending"
    (sending / "0001").rename(sending / "0002")
    line = "outbox/sending/0002: the folder has a wrong name: it is issue 1; rename it to 0001"
    with pytest.raises(OutboxError) as caught:
        letter.deliver()
    assert str(caught.value) == line
    with pytest.raises(OutboxError, match="wrong name"):
        resolve_delivered(letter.home, 2, at=letter.now)
    (sending / "0002").rename(sending / "0001")
    server.behave(Behaviour())
    letter.now += timedelta(hours=1)
    [report] = letter.deliver().mailings
    assert report.balance.counts == {SENT: 2}
