"""The places of the sender at which something can happen: before or after one of its calls.

What happens there is for a process of its own (see `forks`): nothing puts the calls back.
"""

from __future__ import annotations

import os
import signal
from enum import Enum
from typing import TYPE_CHECKING, Any

from msnewsletter.delivery import dialogue, send_journal
from msnewsletter.disk import outbox
from msnewsletter.publisher.delivering import left_claims
from msnewsletter.store.subscribers import SubscriberStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn


class Place(Enum):
    """A call that the sender makes."""

    ENQUEUE = (SubscriberStore, "enqueue")
    TAKE_FOLDER = (outbox, "take_issue")
    MARK_FOLDER = (outbox, "mark_delivery")
    MAKE_JOURNAL = (send_journal.SendJournal, "__init__")
    CLAIM = (SubscriberStore, "claim_deliveries")
    SAY_COMMAND = (dialogue.Dialogue, "_write")
    BODY = (dialogue.Dialogue, "_body")
    LAST_BYTES = (dialogue.Dialogue, "_last_bytes")
    NOTE_SENDING = (send_journal.SendJournal, "sending")
    READ_VERDICT = (dialogue.Dialogue, "_read")
    NOTE_ACCEPTED = (send_journal.SendJournal, "accepted")
    NOTE_REFUSED = (send_journal.SendJournal, "refused")
    SETTLE = (SubscriberStore, "settle")
    READ_JOURNALS = (left_claims, "_noted")
    REMOVE_JOURNALS = (left_claims, "_remove_journals")
    SUPPRESS = (SubscriberStore, "suppress_dead")
    FINISH = (SubscriberStore, "finish_mailing")
    PUT_AWAY = (outbox, "put_sent")


def die() -> NoReturn:
    """Be killed here."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("nobody survives this")


def happen(place: Enum, do: Callable[[], object], *, call: int = 0, after: bool = False) -> None:
    """Do something before or after the call of that number, from 0, at this place.

    `place`: its value is a class or module and the name of what is called there, as in `Place`.
    """
    owner: Any = place.value[0]
    name = place.value[1]
    usual = getattr(owner, name)
    calls = 0

    def called(*args: Any, **more: Any) -> Any:
        nonlocal calls
        now = calls == call
        calls += 1
        if now and not after:
            do()
        done = usual(*args, **more)
        if now and after:
            do()
        return done

    setattr(owner, name, called)
