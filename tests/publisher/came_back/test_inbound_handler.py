"""What comes back changes the books once, of whom it is about, and nothing that is forged does."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from came_back import BOUNCES, Returns
from databases import on_both
from delivering import Newsletter, newsletter, recipients
from msnewsletter.publisher.came_back.inbound_decision import InboundOutcome
from msnewsletter.publisher.reset import reset
from msnewsletter.store.subscribers.subscriber_tables import delivery_id
from msnewsletter.subscribers.address import parse_address
from msnewsletter.subscribers.bounces import BounceKind
from msnewsletter.subscribers.delivery_state import DeliveryState
from msnewsletter.subscribers.subscriber import SubscriberState, SuppressionReason

if TYPE_CHECKING:
    from pathlib import Path

    from peers.recording_server import RecordingServer

CONFIRMED, LEFT = SubscriberState.CONFIRMED, SubscriberState.UNSUBSCRIBED
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def keeps_messages() -> bool:
    return True


@pytest.fixture
def letter(tmp_path: Path, server: RecordingServer) -> Newsletter:
    return newsletter(tmp_path, server, deliver=f'bounces = "{BOUNCES}"')


@pytest.fixture
def returns(letter: Newsletter) -> Returns:
    return Returns(letter=letter)


def send(letter: Newsletter) -> int:
    """One more issue, in every inbox."""
    issue = letter.publish()
    letter.deliver()
    return issue


def test_a_dead_address_gets_no_other_issue_and_its_delivery_stays_sent(
    letter: Newsletter, returns: Returns, server: RecordingServer
) -> None:
    ada, bo = letter.subscribe("ada", "bo")
    send(letter)
    letter.now += DAY
    assert returns.read(returns.bounce(1, ada)) is InboundOutcome.DEAD
    assert returns.now(ada).suppression is SuppressionReason.BOUNCE
    assert returns.now(bo).state is CONFIRMED
    with letter.store() as store:
        assert store.balance(1).counts == {DeliveryState.SENT: 2}
    assert returns.counts(1) == {(BounceKind.DEAD, "5.1.1"): 1}
    server.forget()
    letter.now += 7 * DAY
    send(letter)
    assert recipients(server) == ["bo@example.org"]


def test_the_same_bounce_again_changes_nothing_also_after_they_came_anew(
    letter: Newsletter, returns: Returns
) -> None:
    [ada] = letter.subscribe("ada")
    send(letter)
    bounce = returns.bounce(1, ada)
    assert returns.read(bounce) is InboundOutcome.DEAD
    once = returns.now(ada)
    assert returns.read(bounce) is InboundOutcome.REPEATED
    assert returns.now(ada) == once
    with letter.store() as store:
        store.change_state(ada.id, CONFIRMED, at=letter.now + DAY)
    letter.now += 2 * DAY
    assert returns.read(bounce) is InboundOutcome.REPEATED
    assert returns.now(ada).state is CONFIRMED


def test_a_bounce_of_a_mail_from_before_they_confirmed_anew_is_kept_and_changes_nothing(
    letter: Newsletter, returns: Returns
) -> None:
    [ada] = letter.subscribe("ada")
    send(letter)
    with letter.store() as store:
        store.change_state(ada.id, LEFT, at=letter.now + DAY)
        store.change_state(ada.id, CONFIRMED, at=letter.now + 2 * DAY)
    letter.now += 3 * DAY
    assert returns.read(returns.bounce(1, ada)) is InboundOutcome.REPEATED
    assert returns.now(ada).state is CONFIRMED
    assert returns.counts(1) == {(BounceKind.DEAD, "5.1.1"): 1}


def test_who_has_left_stays_one_who_has_left(letter: Newsletter, returns: Returns) -> None:
    [ada] = letter.subscribe("ada")
    send(letter)
    with letter.store() as store:
        store.change_state(ada.id, LEFT, at=letter.now)
    assert returns.read(returns.bounce(1, ada)) is InboundOutcome.REPEATED
    assert returns.now(ada).state is LEFT


def test_an_envelope_sender_that_leaked_is_worth_nothing_after_two_weeks(
    letter: Newsletter, returns: Returns
) -> None:
    [ada] = letter.subscribe("ada")
    send(letter)
    letter.now += 14 * DAY + timedelta(seconds=1)
    assert returns.read(returns.bounce(1, ada)) is InboundOutcome.OUTDATED
    assert (returns.now(ada).state, returns.counts(1)) == (CONFIRMED, {})
    letter.now -= timedelta(seconds=1)
    assert returns.read(returns.bounce(1, ada)) is InboundOutcome.DEAD


def test_what_was_never_sent_cannot_come_back(letter: Newsletter, returns: Returns) -> None:
    [ada] = letter.subscribe("ada")
    with letter.store() as store:
        store.enqueue(1, manifest="x", at=letter.now)
    assert returns.read(returns.bounce(1, ada)) is InboundOutcome.OUTDATED
    assert returns.now(ada).state is CONFIRMED


def test_a_bounce_that_is_quicker_than_the_ledger_counts(
    letter: Newsletter, returns: Returns
) -> None:
    [ada] = letter.subscribe("ada")
    with letter.store() as store:
        store.enqueue(1, manifest="x", at=letter.now)
        store.claim_deliveries(1, most=10, journal="j", now=letter.now)
    assert returns.read(returns.bounce(1, ada)) is InboundOutcome.DEAD
    assert returns.now(ada).suppression is SuppressionReason.BOUNCE


def test_forged_bounces_change_nothing(letter: Newsletter, returns: Returns) -> None:
    [ada] = letter.subscribe("ada")
    send(letter)
    number = delivery_id(1, ada.id)
    forged = f"bounces+{number}.aaaaaaaaaaaaaaaa@example.org"
    assert returns.read(returns.bounce(1, ada, sender=forged)) is InboundOutcome.FORGED
    # Right for another delivery alone.
    other = returns.sender(1, ada).replace(f"+{number}.", f"+{number + 1}.")
    assert returns.read(returns.bounce(1, ada, sender=other)) is InboundOutcome.FORGED
    # Of a delivery that there never was, of somebody who never was.
    nobody = returns.verp.make(delivery_id(9, 9))
    assert returns.read(returns.bounce(1, ada, sender=nobody)) is InboundOutcome.NOBODY
    plain = returns.bounce(1, ada, sender="bounces@example.org")
    assert returns.read(plain) is InboundOutcome.OTHER
    assert returns.now(ada) == ada
    assert returns.counts(1) == returns.counts(9) == {}


@pytest.mark.sqlite("a home on PostgreSQL is not reset")
def test_a_bounce_from_before_a_reset_is_of_no_mail_after_it(
    letter: Newsletter, returns: Returns
) -> None:
    """Its delivery has the number of another one now."""
    [ada] = letter.subscribe("ada")
    letter.publish()
    letter.deliver()
    old = returns.bounce(1, ada)
    reset(letter.home, at=letter.now)
    letter.publish()
    letter.deliver()
    assert returns.read(old) is InboundOutcome.FORGED
    with letter.store() as store:
        assert [one.state for one in store.subscribers()] == [SubscriberState.CONFIRMED]
    assert returns.read(returns.bounce(1, ada)) is InboundOutcome.DEAD


def test_a_bounce_of_whom_they_forward_to_is_no_death(letter: Newsletter, returns: Returns) -> None:
    [ada] = letter.subscribe("ada")
    send(letter)
    assert returns.read(returns.bounce(1, ada, of="old@other.example")) is InboundOutcome.SOFT
    assert (returns.now(ada).state, returns.now(ada).soft_bounces) == (CONFIRMED, 1)


def test_the_address_counts_as_it_was_given_to_the_server(
    letter: Newsletter, returns: Returns
) -> None:
    [ada] = letter.subscribe("Ada@BÜCHER.example")
    send(letter)
    dead = returns.bounce(1, ada, of="ada@xn--bcher-kva.example")
    assert returns.read(dead) is InboundOutcome.DEAD


def test_what_is_ours_to_mend_is_kept_and_suppresses_nobody(
    letter: Newsletter, returns: Returns
) -> None:
    readers = letter.subscribe("ada", "bo")
    for issue in range(1, 9):
        send(letter)
        for one in readers:
            assert returns.read(returns.bounce(issue, one, "5.7.1")) is InboundOutcome.OURS
        letter.now += 7 * DAY
    assert [returns.now(one) for one in readers] == readers
    assert returns.counts(8) == {(BounceKind.OURS, "5.7.1"): 2}


def test_five_issues_in_a_row_that_came_back_for_now_are_one_too_many(
    letter: Newsletter, returns: Returns
) -> None:
    ada, bo = letter.subscribe("ada", "bo")
    outcomes = []
    for issue in range(1, 6):
        send(letter)
        soft = returns.bounce(issue, ada, "5.2.2")
        outcomes.append(returns.read(soft))
        # One delivery counts once.
        assert returns.read(soft) is InboundOutcome.REPEATED
        if issue < 5:
            assert returns.now(ada).soft_bounces == issue
        letter.now += 7 * DAY
    assert outcomes == [*[InboundOutcome.SOFT] * 4, InboundOutcome.GIVEN_UP]
    assert returns.now(ada).suppression is SuppressionReason.BOUNCE
    assert returns.now(bo) == bo


def test_an_issue_that_arrives_begins_the_count_anew(letter: Newsletter, returns: Returns) -> None:
    [ada] = letter.subscribe("ada")
    for issue in range(1, 10):
        send(letter)
        if issue != 5:
            assert returns.read(returns.bounce(issue, ada, "4.4.1")) is InboundOutcome.SOFT
        letter.now += 7 * DAY
    assert returns.now(ada).soft_bounces == 4
    assert returns.now(ada).state is CONFIRMED


@pytest.mark.parametrize("state", list(SubscriberState))
def test_who_complains_is_never_mailed_again(
    letter: Newsletter, returns: Returns, state: SubscriberState
) -> None:
    [ada] = letter.subscribe("ada")
    send(letter)
    with letter.store() as store:
        store.change_state(ada.id, state, at=letter.now)
    complaint = returns.complaint(sender=returns.sender(1, ada))
    letter.now += 90 * DAY
    assert returns.read(complaint) is InboundOutcome.COMPLAINT
    assert returns.now(ada).suppression is SuppressionReason.COMPLAINT
    assert returns.read(complaint) is InboundOutcome.REPEATED


def test_a_complaint_is_known_by_the_token_in_the_mail_that_it_is_about(
    letter: Newsletter, returns: Returns
) -> None:
    ada, bo = letter.subscribe("ada", "bo")
    token = returns.token(ada)
    cut = token[:-1] + ("A" if token[-1] != "A" else "B")
    assert returns.read(returns.complaint(token=cut)) is InboundOutcome.NOBODY
    assert returns.now(ada) == ada
    assert returns.read(returns.complaint(token=token)) is InboundOutcome.COMPLAINT
    assert returns.now(ada).suppression is SuppressionReason.COMPLAINT
    assert returns.now(bo) == bo


def test_what_an_operator_decided_stands(letter: Newsletter, returns: Returns) -> None:
    [ada] = letter.subscribe("ada")
    hand = SuppressionReason.HAND
    with letter.store() as store:
        store.change_state(ada.id, SubscriberState.SUPPRESSED, at=letter.now, suppression=hand)
    token = returns.token(ada)
    assert returns.read(returns.complaint(token=token)) is InboundOutcome.REPEATED
    asks = returns.request("ada@example.org", subject=f"unsubscribe {token}")
    assert returns.read(asks) is InboundOutcome.REPEATED
    assert returns.now(ada).suppression is hand


def test_the_subject_of_list_unsubscribe_unsubscribes_whoever_sends_it(
    letter: Newsletter, returns: Returns
) -> None:
    ada, bo = letter.subscribe("ada", "bo")
    subject = f"unsubscribe {returns.token(ada)}"
    asks = returns.request("bo@example.org", subject=subject)
    assert returns.read(asks) is InboundOutcome.UNSUBSCRIBED
    assert returns.now(ada).state is LEFT
    assert returns.now(bo) == bo
    assert returns.read(asks) is InboundOutcome.REPEATED


def test_one_word_from_a_subscriber_s_own_address_unsubscribes_them_alone(
    letter: Newsletter, returns: Returns
) -> None:
    ada, bo = letter.subscribe("ada", "bo")
    for stranger in ("ada@example.com", "x.ada@example.org", "ada+x@example.org", "no address"):
        assert returns.read(returns.request(stranger)) in {
            InboundOutcome.NOBODY,
            InboundOutcome.LETTER,
        }
    assert returns.now(ada) == ada
    assert returns.read(returns.request("Ada <ADA@Example.org>")) is InboundOutcome.UNSUBSCRIBED
    assert returns.now(ada).state is LEFT
    assert returns.now(bo) == bo


def test_one_word_to_another_address_is_a_letter_for_a_person(
    letter: Newsletter, returns: Returns
) -> None:
    [ada] = letter.subscribe("ada")
    asks = returns.request("ada@example.org", to="editors@example.org")
    assert returns.read(asks) is InboundOutcome.LETTER
    assert returns.now(ada) == ada


def test_an_answer_to_the_bounce_address_is_known_by_its_delivery(
    letter: Newsletter, returns: Returns
) -> None:
    ada, bo = letter.subscribe("ada", "bo")
    send(letter)
    asks = returns.request("bo@example.org", to=returns.sender(1, ada))
    assert returns.read(asks) is InboundOutcome.UNSUBSCRIBED
    assert returns.now(ada).state is LEFT
    assert returns.now(bo) == bo


@pytest.mark.parametrize("to", ["friend@example.net", "unsub-other@example.org", ""])
def test_a_subject_that_only_has_the_form_of_ours_unsubscribes_nobody(
    letter: Newsletter, returns: Returns, to: str
) -> None:
    [ada] = letter.subscribe("ada")
    for word in ("notification-settings", "A" * 12 + ".aaaaaa." + "x" * 43):
        asks = returns.request("ada@example.org", to=to, subject=f"Unsubscribe {word}")
        assert returns.read(asks) is InboundOutcome.NOBODY
    assert returns.now(ada) == ada


def test_a_token_of_another_newsletter_or_purpose_unsubscribes_nobody(
    letter: Newsletter, returns: Returns
) -> None:
    [ada] = letter.subscribe("ada")
    token = "A" * 12 + ".aaaaaa." + "x" * 40
    asks = returns.request("stranger@example.com", subject=f"unsubscribe {token}")
    assert returns.read(asks) in {InboundOutcome.NOBODY, InboundOutcome.LETTER}
    assert returns.now(ada) == ada


def test_who_is_on_holiday_stays(letter: Newsletter, returns: Returns) -> None:
    [ada] = letter.subscribe("ada")
    send(letter)
    answer = (
        f"From: ada@example.org\nTo: {returns.sender(1, ada)}\nSubject: unsubscribe\n"
        "Auto-Submitted: auto-replied\n\nI am away.\n"
    ).encode()
    assert returns.read(answer) is InboundOutcome.ANSWER
    assert returns.now(ada) == ada


def test_what_comes_back_for_somebody_forgotten_is_about_nobody(
    letter: Newsletter, returns: Returns
) -> None:
    [ada] = letter.subscribe("ada")
    send(letter)
    dead, asks = returns.bounce(1, ada), returns.request("ada@example.org")
    with letter.store() as store:
        store.forget(parse_address("ada@example.org"), secret=store.secret(), at=letter.now)
    assert returns.read(dead) is InboundOutcome.NOBODY
    assert returns.read(asks) is InboundOutcome.NOBODY


def test_a_stray_mail_makes_no_database_of_subscribers(
    letter: Newsletter, returns: Returns
) -> None:
    assert not letter.home.subscribers.exists()
    assert returns.read(b"From: a@b.example\nSubject: hello\n\nx\n") is InboundOutcome.LETTER
    assert not letter.home.subscribers.exists()


@on_both
def test_the_books_are_changed_on_either_database(letter: Newsletter, returns: Returns) -> None:
    stray = b"From: a@b.example\nSubject: hello\n\nx\n"
    assert returns.read(stray) is InboundOutcome.LETTER, "there are no books yet"
    ada, bo, eve = letter.subscribe("ada", "bo", "eve")
    with letter.store() as store:
        store.enqueue(1, manifest="x", at=letter.now)
        store.claim_deliveries(1, most=10, journal="j", now=letter.now)
    assert returns.read(returns.bounce(1, ada)) is InboundOutcome.DEAD
    assert returns.read(returns.bounce(1, bo, "4.2.2")) is InboundOutcome.SOFT
    assert returns.read(returns.request("eve@example.org")) is InboundOutcome.UNSUBSCRIBED
    assert returns.now(ada).suppression is SuppressionReason.BOUNCE
    assert (returns.now(bo).state, returns.now(bo).soft_bounces) == (CONFIRMED, 1)
    assert returns.now(eve).state is LEFT
    assert returns.read(returns.bounce(1, ada)) is InboundOutcome.REPEATED
