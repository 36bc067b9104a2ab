"""What becomes of an issue's mail, in a sentence each: whoever sends it, and however fast."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from msnewsletter.errors import StoreError
from msnewsletter.publisher.delivering.forecast_lines import forecast_lines
from msnewsletter.publisher.delivering.release_forecast import MailFate, ReleaseForecast
from msnewsletter.subscribers.subscriber import SubscribedEdition

FULL, LOW = SubscribedEdition.FULL, SubscribedEdition.LOW_ENERGY
EIGHT = datetime(2026, 11, 26, 8, tzinfo=ZoneInfo("Europe/Berlin"))
MANY = {FULL: 1_100, LOW: 104}


@pytest.mark.parametrize(
    ("forecast", "lines"),
    [
        (
            ReleaseForecast(fate=MailFate.ELSEWHERE),
            ["Its mail lies in outbox/new/0008/ until your mail system takes it."],
        ),
        (
            ReleaseForecast(fate=MailFate.AT_ONCE, readers=MANY),
            [
                "Its mail goes at once to 1,204 readers: 'msnewsletter run' sends it.",
                "1,100 get the full edition and 104 get the low-energy edition.",
            ],
        ),
        (
            ReleaseForecast(fate=MailFate.AT_ONCE, readers={FULL: 1}),
            ["Its mail goes at once to 1 reader: 'msnewsletter run' sends it."],
        ),
        (
            ReleaseForecast(fate=MailFate.AT_ONCE),
            [
                (
                    "Its mail lies in outbox/new/0008/: there is no confirmed subscriber who "
                    "wants mail now."
                )
            ],
        ),
        (
            ReleaseForecast(fate=MailFate.BY_HAND, readers={LOW: 2, FULL: 1}),
            [
                (
                    "Its mail lies in outbox/new/0008/ until 'msnewsletter deliver' sends it to "
                    "3 readers."
                ),
                "1 gets the full edition and 2 get the low-energy edition.",
            ],
        ),
        (
            ReleaseForecast(
                fate=MailFate.AT_ONCE,
                readers={FULL: 5_000},
                begins=EIGHT,
                most_a_day=200,
                warming_up=True,
                most_an_hour=50,
            ),
            [
                (
                    "Its mail goes to 5,000 readers from 26 November 2026, 08:00 on: deliver.hours "
                    "lets none go before."
                ),
                (
                    "The warm-up of a new sender lets at most 200 go within 24 hours; the rest "
                    "follows later."
                ),
                "The limits of [deliver] let at most 50 go within an hour.",
            ],
        ),
        (
            ReleaseForecast(fate=MailFate.KEPT_IN, readers=MANY),
            ["Its mail lies in outbox/new/0008/: no mail leaves a sandbox."],
        ),
        (
            ReleaseForecast(fate=MailFate.UNDECIDED, readers=MANY),
            [
                (
                    "Its mail lies in outbox/new/0008/: this home was restored from a backup, and "
                    "sends nothing until 'msnewsletter resolve --restored'."
                )
            ],
        ),
        (
            ReleaseForecast(
                fate=MailFate.AT_ONCE, fault=StoreError("var/subscribers.db", "is broken", "x")
            ),
            [
                "Its mail goes at once to its readers: 'msnewsletter run' sends it.",
                "How many they are is not known: var/subscribers.db: is broken; x.",
            ],
        ),
    ],
)
def test_each_fate_is_said(forecast: ReleaseForecast, lines: list[str]) -> None:
    assert list(forecast_lines(forecast, folder="outbox/new/0008/")) == lines
