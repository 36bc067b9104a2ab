"""Who gets an issue that is published now, from when and how fast: by settings and subscribers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from delivering import Newsletter
from homes import empty_home
from msnewsletter.publisher.delivering.release_forecast import (
    MailFate,
    ReleaseForecast,
    release_forecast,
)
from msnewsletter.settings import load_settings
from msnewsletter.subscribers.address import parse_address
from msnewsletter.subscribers.subscriber import SubscribedEdition, SubscriberState

if TYPE_CHECKING:
    from pathlib import Path

BERLIN, DAY = ZoneInfo("Europe/Berlin"), timedelta(days=1)
LOW = SubscribedEdition.LOW_ENERGY
NOON = datetime(2026, 11, 25, 11, tzinfo=UTC)  # in Berlin


SMTP = '[smtp]\nhost = "{}"\nport = 25\nsecurity = "none"'


@pytest.fixture
def letter(tmp_path: Path) -> Newsletter:
    """It delivers; tests add to the end of [deliver]."""
    made = Newsletter(home=empty_home(tmp_path), now=NOON)
    made.set(SMTP.format("127.0.0.1"))
    made.set("[deliver]\nautomatic = true")
    return made


def forecast(letter: Newsletter, at: datetime = NOON) -> ReleaseForecast:
    return release_forecast(letter.home, load_settings(letter.home.settings), at=at)


def test_who_is_confirmed_and_wants_mail_now_is_counted_by_edition(letter: Newsletter) -> None:
    _, bo = letter.subscribe("ada", "bo")
    letter.subscribe("cy", edition=LOW)
    with letter.store() as store:
        not_yet = parse_address("not-yet@example.org")
        store.add_subscriber(not_yet, at=NOON, state=SubscriberState.PENDING)
        store.pause(bo.id, until=NOON + DAY)
    assert forecast(letter) == ReleaseForecast(
        fate=MailFate.AT_ONCE, readers={SubscribedEdition.FULL: 1, LOW: 1}
    )
    assert forecast(letter, NOON + DAY).total == 3


def test_whoever_is_counted_gets_a_delivery(letter: Newsletter) -> None:
    letter.subscribe("ada", "bo")
    letter.subscribe("cy", edition=LOW)
    with letter.store() as store:
        store.enqueue(1, manifest="m", at=NOON)
        assert store.balance(1).enqueued == forecast(letter).total


@pytest.mark.parametrize(
    ("at", "begins"),
    [
        ("05:00", "2026-11-25T08:00"),
        ("08:00", None),
        ("17:59", None),
        ("18:00", "2026-11-26T08:00"),
    ],
)
def test_the_hours_of_the_settings_delay_it(
    letter: Newsletter, at: str, begins: str | None
) -> None:
    letter.set('hours = "08:00-18:00"')
    moment = datetime.fromisoformat(f"2026-11-25T{at}").replace(tzinfo=BERLIN)
    found = forecast(letter, moment.astimezone(UTC)).begins
    assert found == (datetime.fromisoformat(begins).replace(tzinfo=BERLIN) if begins else None)


def test_limits_are_named_where_they_hold_some_of_it_back(letter: Newsletter) -> None:
    letter.set("per_day = 2\nper_hour = 1\nwarm_up = true")
    letter.subscribe("ada", "bo")
    found = forecast(letter)
    assert (found.most_a_day, found.most_an_hour, found.warming_up) == (None, 1, False)
    letter.subscribe("cy")
    found = forecast(letter)
    assert (found.most_a_day, found.most_an_hour, found.warming_up) == (2, 1, False)


def test_a_new_sender_warms_up(letter: Newsletter) -> None:
    letter.set("warm_up = true")
    letter.subscribe(*(f"r{number}" for number in range(201)))
    found = forecast(letter)
    assert (found.most_a_day, found.warming_up) == (200, True)


@pytest.mark.sqlite("it breaks the database's file")
def test_whoever_sends_it_is_known_from_the_settings(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    made = Newsletter(home=home, now=NOON)
    assert forecast(made).fate is MailFate.ELSEWHERE
    made.set(SMTP.format("mail.example.org"))
    made.set("[deliver]")
    assert forecast(made).fate is MailFate.KEPT_IN
    text = home.settings.read_text()
    home.settings.write_text(text.replace("mail.example.org", "127.0.0.1"))
    assert forecast(made) == ReleaseForecast(fate=MailFate.BY_HAND)
    assert not home.subscribers.exists(), "looking makes no database"
    home.subscribers.parent.mkdir(exist_ok=True)
    home.subscribers.write_bytes(b"not a database" * 1000)
    broken = forecast(made)
    assert broken.fate is MailFate.BY_HAND
    assert "var/subscribers.db" in str(broken.fault)
