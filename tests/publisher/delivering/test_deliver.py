"""An issue goes from the outbox to every subscriber once, whatever is run, when and how often."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING

import pytest

from delivering import Newsletter, message, newsletter, recipients, said
from msnewsletter.cli.deliver import print_delivered
from msnewsletter.errors import OutboxError, RefusedError
from msnewsletter.publisher.delivering.mailing_report import MailingEnd
from msnewsletter.publisher.delivering.mailing_run import StopRequest
from msnewsletter.publisher.delivering.resolve_mailing import (
    DoubtDecision,
    resolve_delivered,
    resolve_doubt,
    resolve_failed,
)
from msnewsletter.subscribers.delivery_state import DeliveryState
from msnewsletter.subscribers.subscriber import (
    SubscribedEdition,
    SubscriberState,
    SuppressionReason,
)
from msnewsletter.subscribers.tokens import Purpose, Tokens
from peers.behaviours import Behaviour, Drop, Reply, Step

if TYPE_CHECKING:
    from pathlib import Path

    from peers.recording_server import RecordingServer

SENT, FAILED, DOUBT = DeliveryState.SENT, DeliveryState.PERM_FAILED, DeliveryState.IN_DOUBT


@pytest.fixture(scope="module")
def keeps_messages() -> bool:
    return True


@pytest.fixture
def letter(tmp_path: Path, server: RecordingServer) -> Newsletter:
    return newsletter(tmp_path, server)


def test_every_subscriber_gets_a_mail_of_their_own_once(
    letter: Newsletter, server: RecordingServer
) -> None:
    ada, bo = letter.subscribe("Ada", "bo")
    [eve] = letter.subscribe("eve", edition=SubscribedEdition.LOW_ENERGY)
    letter.publish()
    done = letter.deliver()
    [report] = done.mailings
    assert (report.issue, report.end) == (1, MailingEnd.DONE)
    assert report.balance.counts == {SENT: 3}
    assert recipients(server) == ["Ada@example.org", "bo@example.org", "eve@example.org"]
    assert letter.folders() == {"new": [], "sending": [], "sent": ["0001"]}
    with letter.store() as store:
        tokens = Tokens(store.secret())
    by_address = {one.recipients[0]: one for one in server.accepted()}
    for reader, short in ((ada, False), (bo, False), (eve, True)):
        accepted = by_address[reader.address.mailbox]
        mail = message(server, accepted.number)
        assert mail["To"] == reader.address.mailbox
        assert mail["Subject"].endswith("(short)") is short
        link, mailto = mail["List-Unsubscribe"].split(",")
        token = link.strip("<> \r\n").rpartition("/")[2]
        assert tokens.read(Purpose.UNSUBSCRIBE, token, now=letter.now) == reader.handle
        assert token in mailto
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        body = mail.get_payload(0).get_payload(decode=True).decode()
        assert token in body
        assert "%%" not in body
    assert len({one.message_id for one in server.accepted()}) == 3


def test_another_run_sends_nothing_again(letter: Newsletter, server: RecordingServer) -> None:
    letter.subscribe("ada")
    letter.publish()
    letter.deliver()
    assert letter.deliver().mailings == ()
    with pytest.raises(RefusedError, match="issue 0001: is sent"):
        letter.deliver(1)
    letter.now += timedelta(days=7)
    letter.publish()
    [report] = letter.deliver().mailings
    assert (report.issue, report.end) == (2, MailingEnd.DONE)
    assert len(server.accepted()) == 2


def test_an_old_issue_is_sent_only_by_name(letter: Newsletter, server: RecordingServer) -> None:
    letter.subscribe("ada")
    letter.publish()
    letter.now += timedelta(days=2)
    done = letter.deliver()
    assert (done.mailings, done.too_old) == ((), (1,))
    assert letter.folders()["new"] == ["0001"]
    assert letter.deliver(1).mailings[0].balance.counts == {SENT: 1}
    assert len(server.accepted()) == 1


def test_who_leaves_between_two_runs_is_not_mailed(
    letter: Newsletter, server: RecordingServer
) -> None:
    ada, bo = letter.subscribe("ada", "bo")
    letter.publish()
    server.behave(Behaviour(rules=(Reply(at=Step.RCPT, lines=("450 4.2.0 Later",)),)))
    [report] = letter.deliver().mailings
    assert report.end is MailingEnd.WAITS
    assert report.due == letter.now + timedelta(minutes=5)
    with letter.store() as store:
        store.change_state(ada.id, SubscriberState.UNSUBSCRIBED, at=letter.now)
    server.behave(Behaviour())
    letter.now += timedelta(minutes=5)
    [report] = letter.deliver().mailings
    assert report.balance.counts == {SENT: 1, DeliveryState.LEFT: 1}
    assert recipients(server) == [bo.address.mailbox]


def test_a_dead_address_is_suppressed_and_the_others_go_on(
    letter: Newsletter, server: RecordingServer
) -> None:
    ada, bo, eve = letter.subscribe("ada", "bo", "eve")
    letter.publish()
    dead = Reply(at=Step.RCPT, lines=("550 5.1.1 No such user <ada@example.org>",), to="^ada")
    ours = Reply(at=Step.RCPT, lines=("550 5.7.1 We do not like you",), to="^eve")
    server.behave(Behaviour(rules=(dead, ours)))
    [report] = letter.deliver().mailings
    assert report.balance.counts == {SENT: 1, FAILED: 1, DeliveryState.TEMP_FAILED: 1}
    with letter.store() as store:
        found = store.subscriber(ada.id)
        assert found is not None
        assert found.suppression is SuppressionReason.BOUNCE
        states = [store.subscriber(one.id) for one in (bo, eve)]
    assert all(one and one.state is SubscriberState.CONFIRMED for one in states)


def test_a_server_that_calls_everybody_dead_is_not_believed_and_they_get_it_on_a_person_s_word(
    letter: Newsletter, server: RecordingServer
) -> None:
    letter.subscribe(*(f"r{number}" for number in range(12)))
    letter.publish()
    dead = Reply(at=Step.RCPT, lines=("550 5.1.1 No such user",))
    server.behave(Behaviour(rules=(dead,)))
    done = letter.deliver()
    [report] = done.mailings
    assert (report.balance.counts, report.unbelieved) == ({FAILED: 12}, 12)
    assert "calls 12 addresses dead" in said(done).splitlines()[0]
    assert not print_delivered(done, UTC)
    with letter.store() as store:
        assert not list(store.subscribers(SubscriberState.SUPPRESSED))
    assert letter.folders()["sent"] == ["0001"]
    server.behave(Behaviour())
    assert letter.deliver().mailings == ()
    assert resolve_failed(letter.home, 1, at=letter.now) == 12
    with letter.store() as store:
        store.change_state(1, SubscriberState.UNSUBSCRIBED, at=letter.now)
    [report] = letter.deliver().mailings
    assert report.balance.counts == {SENT: 11, DeliveryState.LEFT: 1}
    assert len(set(recipients(server))) == len(server.accepted()) == 11
    assert letter.folders()["sent"] == ["0001"]
    with pytest.raises(RefusedError, match="nothing of it has failed"):
        resolve_failed(letter.home, 1, at=letter.now)


def test_what_is_in_doubt_is_held_and_sent_again_only_on_a_person_s_word(
    letter: Newsletter, server: RecordingServer
) -> None:
    letter.subscribe("ada")
    letter.publish()
    server.behave(Behaviour(rules=(Drop(at=Step.BODY, kept=True, times=1),)))
    [report] = letter.deliver().mailings
    assert report.balance.counts == {DOUBT: 1}
    assert report.end is MailingEnd.IN_DOUBT
    assert letter.deliver().mailings[0].end is MailingEnd.IN_DOUBT
    assert letter.folders()["sending"] == ["0001"]
    assert resolve_doubt(letter.home, 1, DoubtDecision.RESEND, at=letter.now) == 1
    assert letter.deliver().mailings[0].balance.counts == {SENT: 1}
    first, second = server.accepted()
    assert first.message_id == second.message_id
    assert first.sha256 == second.sha256
    with pytest.raises(RefusedError, match="nothing of it is in doubt"):
        resolve_doubt(letter.home, 1, DoubtDecision.DROP, at=letter.now)


def test_what_is_in_doubt_may_be_counted_as_sent(
    letter: Newsletter, server: RecordingServer
) -> None:
    letter.subscribe("ada")
    letter.publish()
    server.behave(Behaviour(rules=(Drop(at=Step.BODY, kept=True, times=1),)))
    letter.deliver()
    assert resolve_doubt(letter.home, 1, DoubtDecision.DROP, at=letter.now) == 1
    assert letter.folders()["sent"] == ["0001"]
    assert letter.deliver().mailings == ()
    assert len(server.accepted()) == 1


@pytest.mark.parametrize(
    ("at", "says"),
    [
        (Step.MAIL, "550 5.7.1 Your domain is not welcome"),
        # Many servers give no enhanced code with what they say of us.
        (Step.RCPT, "550 relay not permitted"),
        (Step.BODY, "554 blocked"),
    ],
)
def test_a_server_that_refuses_all_stops_the_run_and_loses_nobody(
    letter: Newsletter, server: RecordingServer, at: Step, says: str
) -> None:
    letter.subscribe(*(f"r{number}" for number in range(200)))
    letter.publish()
    refusing = Reply(at=at, lines=(says,))
    server.behave(Behaviour(rules=(refusing,)))
    [report] = letter.deliver().mailings
    assert report.end is MailingEnd.REFUSED
    assert report.refusal == says
    assert report.balance.to_do == 200
    server.behave(Behaviour())
    letter.now += timedelta(minutes=15)
    [report] = letter.deliver().mailings
    assert report.balance.counts == {SENT: 200}
    assert len(set(recipients(server))) == len(server.accepted()) == 200


def test_a_mail_too_large_for_the_server_is_one_line_and_nobody_s_failure(
    letter: Newsletter, server: RecordingServer
) -> None:
    letter.subscribe(*(f"r{number}" for number in range(30)))
    letter.publish()
    server.behave(Behaviour(extensions=("PIPELINING", "8BITMIME", "SIZE 1000")))
    done = letter.deliver()
    [report] = done.mailings
    assert (report.end, report.balance.to_do) == (MailingEnd.REFUSED, 30)
    assert "the mail is larger than it takes" in said(done).splitlines()[0]
    server.behave(Behaviour())
    letter.now += timedelta(minutes=15)
    assert letter.deliver().mailings[0].balance.counts == {SENT: 30}


def test_no_server_is_one_report_and_the_next_run_goes_on(
    letter: Newsletter, server: RecordingServer
) -> None:
    letter.subscribe("ada")
    letter.publish()
    text = letter.home.settings.read_text()
    letter.home.settings.write_text(text.replace(f"port = {server.port}", "port = 1"))
    [report] = letter.deliver().mailings
    assert report.end is MailingEnd.NO_CONNECTION
    assert report.hindrance is not None
    assert report.balance.counts == {DeliveryState.QUEUED: 1}
    letter.home.settings.write_text(text)
    assert letter.deliver().mailings[0].balance.counts == {SENT: 1}


def test_a_stop_finishes_what_is_under_way_and_the_next_run_goes_on(
    letter: Newsletter, server: RecordingServer
) -> None:
    letter.subscribe(*(f"r{number}" for number in range(30)))
    letter.publish()
    stop = StopRequest()
    stop.request()
    [report] = letter.deliver(stop=stop).mailings
    assert report.end is MailingEnd.STOPPED
    assert report.balance[SENT] + report.balance.to_do == 30
    assert report.balance[DeliveryState.CLAIMED] == 0 or report.balance.to_do
    assert letter.deliver().mailings[0].balance.counts == {SENT: 30}
    assert len(set(recipients(server))) == len(server.accepted()) == 30


@pytest.mark.sqlite("it puts an older copy of the file back")
def test_a_database_older_than_the_outbox_mails_nobody_until_a_person_has_decided(
    letter: Newsletter, server: RecordingServer
) -> None:
    letter.subscribe("ada")
    before = letter.home.subscribers.read_bytes()
    letter.publish()
    letter.deliver()
    for path in letter.home.var.glob("subscribers.db*"):
        path.unlink()
    letter.home.subscribers.write_bytes(before)
    letter.now += timedelta(days=7)
    letter.publish()
    with pytest.raises(RefusedError, match=r"all that went out of issue 1;.*resolve 1 --delivered"):
        letter.deliver()
    assert len(server.accepted()) == 1
    resolve_delivered(letter.home, 1, at=letter.now)
    [report] = letter.deliver().mailings
    assert (report.issue, report.balance.counts) == (2, {SENT: 1})
    assert len(server.accepted()) == 2
    with pytest.raises(RefusedError, match="knows it"):
        resolve_delivered(letter.home, 1, at=letter.now)


def test_a_folder_that_was_changed_is_not_sent(letter: Newsletter, server: RecordingServer) -> None:
    letter.subscribe("ada")
    letter.publish()
    path = letter.home.outbox / "new" / "0001" / "mailmerge.eml"
    path.write_bytes(path.read_bytes().replace(b"small", b"large"))
    letter.now += timedelta(hours=1)
    letter.publish()
    done = letter.deliver()
    [problem] = done.problems
    assert "mailmerge.eml: is not the file that was published" in str(problem)
    assert [report.issue for report in done.mailings] == [2]
    assert len(server.accepted()) == 1
    with pytest.raises(OutboxError, match="is not the file that was published"):
        letter.deliver(1)


@pytest.mark.sqlite("on PostgreSQL another home may have it: test_mailing_elsewhere.py")
def test_a_folder_that_another_sender_took_meanwhile_is_left_to_it(
    letter: Newsletter, server: RecordingServer
) -> None:
    letter.subscribe("ada")
    letter.publish()
    with letter.store() as store:
        store.enqueue(1, manifest="x", at=letter.now)
    new = letter.home.outbox / "new" / "0001"
    new.rename(letter.home.outbox / "sent" / "0001")
    [problem] = letter.deliver().problems
    assert "neither in outbox/new/ nor in outbox/sending/" in str(problem)
    assert letter.deliver().mailings == ()
    assert server.accepted() == []


def test_a_large_first_mailing_is_asked_for(letter: Newsletter, server: RecordingServer) -> None:
    letter.subscribe("ada")
    letter.publish()
    # To oneself, as the guide says: nobody knows the sender by that.
    assert letter.deliver().mailings[0].balance.counts == {SENT: 1}
    server.forget()
    letter.now += timedelta(days=7)
    with letter.store() as store, store._transaction() as connection:
        connection.exec_driver_sql(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) "
            "INSERT INTO subscribers (handle, typed, mailbox, key, state, edition, since, created, "
            "soft_bounces) SELECT 'h' || i, '', i || '@example.org', i || '@example.org', "
            "'confirmed', 'full', since, created, 0 FROM n, subscribers"
        )
    letter.publish()
    [problem] = letter.deliver().problems
    assert "goes to 5,001 subscribers" in str(problem)
    with pytest.raises(RefusedError, match="goes to 5,001 subscribers"):
        letter.deliver(2)
    assert letter.folders()["new"] == ["0002"]
    assert server.accepted() == []
    letter.set("warm_up = true")
    [report] = letter.deliver().mailings
    # A week after the first mailing, but on the first day of one to many.
    assert (report.end, report.balance[SENT]) == (MailingEnd.PACED, 200)


def test_a_folder_that_came_back_before_anything_was_sent_may_be_another_one(
    letter: Newsletter, server: RecordingServer
) -> None:
    """Killed between enqueuing and taking it, the sender finds what was published anew."""
    letter.subscribe("ada")
    letter.publish()
    with letter.store() as store:
        store.enqueue(1, manifest="of what was withdrawn", at=letter.now)
    [report] = letter.deliver().mailings
    assert (report.end, report.balance.counts) == (MailingEnd.DONE, {SENT: 1})
    assert len(server.accepted()) == 1


def test_a_folder_with_the_number_of_one_under_way_is_not_sent(
    letter: Newsletter, server: RecordingServer
) -> None:
    letter.subscribe("ada")
    letter.publish()
    server.behave(Behaviour(rules=(Reply(at=Step.RCPT, lines=("450 4.2.0 Later",)),)))
    letter.deliver()
    (letter.home.outbox / "sending" / "0001").rename(letter.home.outbox / "new" / "0001")
    manifest = letter.home.outbox / "new" / "0001" / "manifest.json"
    manifest.write_bytes(manifest.read_bytes() + b"\n")
    letter.now += timedelta(hours=1)
    [problem] = letter.deliver().problems
    assert "another one with this number is under way" in str(problem)
    assert server.accepted() == []


def test_limits_end_the_run_quietly(tmp_path: Path, server: RecordingServer) -> None:
    letter = newsletter(tmp_path, server, deliver="per_hour = 3")
    letter.subscribe(*(f"r{number}" for number in range(5)))
    letter.publish()
    [report] = letter.deliver().mailings
    assert report.end is MailingEnd.PACED
    assert report.balance[SENT] == 3
    assert letter.deliver().mailings[0].balance[SENT] == 3
    letter.now += timedelta(minutes=62)
    [report] = letter.deliver().mailings
    assert (report.end, report.balance.counts) == (MailingEnd.DONE, {SENT: 5})
    assert len(set(recipients(server))) == len(server.accepted()) == 5


def test_a_domain_that_must_wait_delays_nobody_behind_it(
    tmp_path: Path, server: RecordingServer
) -> None:
    letter = newsletter(tmp_path, server, deliver='domains."slow.test".per_hour = 5')
    letter.subscribe(*(f"s{number}@slow.test" for number in range(1_100)))
    others = letter.subscribe(*(f"r{number}" for number in range(5)))
    letter.publish()
    [report] = letter.deliver().mailings
    assert report.end is MailingEnd.PACED
    assert report.balance.counts == {SENT: 10, DeliveryState.QUEUED: 1_095}
    assert {one.address.mailbox for one in others} <= set(recipients(server))
    [report] = letter.deliver().mailings
    assert (report.end, report.balance[SENT]) == (MailingEnd.PACED, 10)


def test_a_domain_whose_window_opens_soon_gets_all_in_one_run(
    tmp_path: Path, server: RecordingServer
) -> None:
    letter = newsletter(tmp_path, server, deliver='domains."slow.test".per_second = 2')
    letter.subscribe(*(f"s{number}@slow.test" for number in range(7)), "ada")
    letter.publish()
    [report] = letter.deliver().mailings
    assert (report.end, report.balance.counts) == (MailingEnd.DONE, {SENT: 8})


def test_nothing_is_sent_outside_the_hours(tmp_path: Path, server: RecordingServer) -> None:
    letter = newsletter(tmp_path, server, deliver='hours = "09:00-20:00"')
    letter.subscribe("ada")
    letter.publish()
    assert letter.deliver().mailings[0].end is MailingEnd.PACED
    assert server.accepted() == []
    letter.now += timedelta(hours=1)
    assert letter.deliver().mailings[0].end is MailingEnd.DONE
