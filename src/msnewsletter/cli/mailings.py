"""Mailings as commands show them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from msnewsletter.cli.output import count

if TYPE_CHECKING:
    from msnewsletter.subscribers.delivery_state import Balance


def print_balance(issue: int, balance: Balance) -> None:
    """Print how an issue's deliveries stand, in one line."""
    subscribers = count(balance.enqueued, "subscriber", "subscribers")
    click.secho(f"Issue {issue}, {subscribers}: {balance_line(balance)}.", bold=True)


def balance_line(balance: Balance) -> str:
    """How deliveries stand: `3 sent, 1 queued`; of all states that have any."""
    from msnewsletter.subscribers.delivery_state import DeliveryState

    words = {
        DeliveryState.SENT: "sent",
        DeliveryState.QUEUED: "queued",
        DeliveryState.CLAIMED: "under way",
        DeliveryState.TEMP_FAILED: "refused for now",
        DeliveryState.PERM_FAILED: "failed",
        DeliveryState.IN_DOUBT: "in doubt",
        DeliveryState.LEFT: "left before their turn",
    }
    said = [f"{balance[state]:,} {word}" for state, word in words.items() if balance[state]]
    return ", ".join(said) or "nobody gets it"
