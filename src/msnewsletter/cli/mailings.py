"""Mailings as commands show them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from msnewsletter.cli.output import count
from msnewsletter.text import local_time

if TYPE_CHECKING:
    from datetime import tzinfo

    from msnewsletter.home import Home
    from msnewsletter.publisher.came_back.inbound_ailments import ReturnsOfIssue
    from msnewsletter.settings import Settings
    from msnewsletter.subscribers.delivery_state import Balance


def print_balance(issue: int, balance: Balance) -> None:
    """Print how an issue's deliveries stand, in one line."""
    from msnewsletter.publisher.delivering.sending_lines import balance_line

    subscribers = count(balance.enqueued, "subscriber", "subscribers")
    click.secho(f"Issue {issue}, {subscribers}: {balance_line(balance)}.", bold=True)


def inbound_line(home: Home, settings: Settings, *, zone: tzinfo) -> str:
    """How what comes back is read, and what came back of the last issue."""
    from msnewsletter.publisher.came_back.inbound_ailments import last_returns
    from msnewsletter.publisher.came_back.inbound_memory import read_inbound_memory
    from msnewsletter.publisher.came_back.read_mailboxes import mailbox_names

    said = ["your mail server hands over what comes back"]
    if names := mailbox_names(home, settings):
        memory = read_inbound_memory(home)
        when = f"last read {local_time(memory.read, zone)}" if memory else "not read yet"
        said = [f"{' and '.join(names)}, {when}"]
    if settings.deliver and (returns := last_returns(home, settings)):
        said.append(_returns(returns))
    return "; ".join(said)


def _returns(returns: ReturnsOfIssue) -> str:
    from msnewsletter.subscribers.bounces import BounceKind

    words = {
        BounceKind.DEAD: "of dead addresses",
        BounceKind.SOFT: "for now",
        BounceKind.OURS: "refused because of us",
    }
    counts = returns.by_kind
    said = [f"{counts[kind]:,} {says}" for kind, says in words.items() if counts.get(kind)]
    return f"of issue {returns.issue} came back: {', '.join(said) or 'nothing'}"
