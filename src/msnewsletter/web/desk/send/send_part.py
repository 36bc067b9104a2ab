"""How sending stands, on the first screen and under its own tab: what `status` says.

From the ledger and the outbox. Who looks at the desk asks no mail server.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msnewsletter.publisher.delivering.sending_ailments import sending_ailments
from msnewsletter.publisher.delivering.sending_lines import sending_lines
from msnewsletter.publisher.delivering.sending_state import sending_state

if TYPE_CHECKING:
    from msnewsletter.publisher.delivering.sending_state import MailingState
    from msnewsletter.web.desk.context import DeskContext


@dataclass(frozen=True, slots=True, kw_only=True)
class SendPart:
    """What the screen says.

    Attributes:
        wrong: what needs a person, a line each.
        lines: how mailings stand, a line each.
        mailings: each, with its balance.
    """

    wrong: tuple[str, ...]
    lines: tuple[str, ...]
    mailings: tuple[MailingState, ...]


def send_part(desk: DeskContext) -> SendPart | None:
    """The part; None: nothing is sent from here, or there is nothing to say."""
    preview, now = desk.live.shown.preview, desk.live.now()
    state = sending_state(desk.home, preview.settings, at=now) if preview else None
    if state is None:
        return None
    wrong = tuple(one.says for one in sending_ailments(state, at=now, zone=desk.zone))
    lines = tuple(sending_lines(state, desk.zone)) if state.fault is None else ()
    return SendPart(wrong=wrong, lines=lines, mailings=state.mailings) if wrong or lines else None
