"""Mailings as commands show them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from msnewsletter.cli.output import count

if TYPE_CHECKING:
    from msnewsletter.subscribers.delivery_state import Balance


def print_balance(issue: int, balance: Balance) -> None:
    """Print how an issue's deliveries stand, in one line."""
    from msnewsletter.publisher.delivering.sending_lines import balance_line

    subscribers = count(balance.enqueued, "subscriber", "subscribers")
    click.secho(f"Issue {issue}, {subscribers}: {balance_line(balance)}.", bold=True)
