"""What lists of any program say plainly, and what they do not."""

from __future__ import annotations

import pytest

from msnewsletter.subscribers.listed_subscriber import ListStanding
from msnewsletter.subscribers.plain_states import PLAIN_COLUMNS, plain_standings
from msnewsletter.subscribers.subscriber import SubscriberState, SuppressionReason

LEFT = ListStanding(SubscriberState.UNSUBSCRIBED)
BOUNCED = ListStanding(SubscriberState.SUPPRESSED, SuppressionReason.BOUNCE)


def test_each_column_says_what_it_holds() -> None:
    cells = {"status": "Hard-Bounced", "subscribed": "No", "name": "unsubscribed"}
    assert plain_standings(cells) == [BOUNCED, LEFT]
    assert plain_standings({"status": "active", "subscribed": "yes", "unsubscribed": "0"}) == []


def test_empty_cells_say_nothing() -> None:
    assert plain_standings(dict.fromkeys(PLAIN_COLUMNS, " ")) == []


@pytest.mark.parametrize("column", ["status", "unsubscribed", "subscribed"])
def test_a_value_that_a_column_has_not_is_an_error(column: str) -> None:
    with pytest.raises(ValueError, match=column):
        plain_standings({column: "2nd"})
