"""The guard does the same work for any address, so that no clock can tell who is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import event

from homes import AT, empty_home
from msnewsletter.publisher.subscribing.door_guard import ask_at_door, door_request
from msnewsletter.settings import load_settings
from msnewsletter.store.subscribers import SubscriberStore, open_subscribers, subscribers_at
from msnewsletter.subscribers.address import parse_address
from msnewsletter.subscribers.door_rules import DoorLimits, DoorRequestKind, GuardVerdict
from msnewsletter.subscribers.subscriber import (
    SubscribedEdition,
    SubscriberState,
    SuppressionReason,
)

if TYPE_CHECKING:
    from pathlib import Path

LIMITS = DoorLimits(of_network=100, in_all=100)


def work_for(store: SubscriberStore, address: str) -> tuple[str, ...]:
    """What the database is asked to do for one request."""
    done: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        del connection, cursor
        done.append(statement)

    event.listen(store._engine, "before_cursor_execute", note)
    request = door_request(
        DoorRequestKind.SIGN_UP,
        parse_address(address),
        SubscribedEdition.FULL,
        network="192.0.2.0/24",
        secret=b"secret",
        at=AT,
    )
    assert ask_at_door(store, request, LIMITS) is not GuardVerdict.TOO_MANY
    event.remove(store._engine, "before_cursor_execute", note)
    return tuple(done)


def test_the_same_is_done_for_any_address(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    home.var.mkdir()
    with open_subscribers(subscribers_at(home, load_settings(home.settings))) as store:
        people = {
            state: store.add_subscriber(parse_address(f"{state}@example.org"), at=AT, state=state)
            for state in SubscriberState
            if state is not SubscriberState.SUPPRESSED
        }
        suppressed = store.add_subscriber(
            parse_address("hand@example.org"), at=AT, state=SubscriberState.CONFIRMED
        )
        store.change_state(
            suppressed.id,
            SubscriberState.SUPPRESSED,
            at=AT,
            suppression=SuppressionReason.HAND,
        )
        gone = people[SubscriberState.CONFIRMED].address
        again = ["new@example.org", "new@example.org", "nowhere@no-such-domain.example.org"]
        addresses = [*(f"{state}@example.org" for state in people), "hand@example.org", *again]
        work = {work_for(store, address) for address in addresses}
        store.forget(gone, secret=store.secret(), at=AT)
        work.add(work_for(store, gone.typed))
        assert len(work) == 1
        # Nobody is looked up: what the answer does not ask, it cannot tell.
        assert not any("FROM subscribers" in one for one in next(iter(work)))
