"""What a notice says of the mail of an issue: who sends it, or that it was sent."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from homes import AT, copy_of, empty_home, write_summary
from msnewsletter.publisher.clock_work import last_issue
from msnewsletter.publisher.delivering.mail_way import mail_sentence, mail_way
from msnewsletter.publisher.publish import publish
from msnewsletter.settings import load_settings

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BY_HAND, BY_ITSELF = "automatic = false", "automatic = true"


def _published(root: Path) -> Home:
    home = empty_home(root)
    write_summary(home, "a")
    publish(home, at=AT)
    return home


@pytest.mark.parametrize(
    ("deliver", "place", "age", "says"),
    [
        (BY_ITSELF, "new", HOUR, "Its mail goes to your subscribers by itself"),
        (BY_ITSELF, "new", 2 * DAY, "send it with 'msnewsletter deliver 1'"),
        (BY_ITSELF, "sending", 2 * DAY, "Its mail goes to your subscribers by itself"),
        (BY_ITSELF, "sent", HOUR, "Its mail was sent to your subscribers already"),
        (BY_HAND, "new", HOUR, "send it with 'msnewsletter deliver 1'"),
        (BY_HAND, "sending", HOUR, "Its mail is being sent: 'msnewsletter status' says how"),
        (BY_HAND, "sent", HOUR, "Its mail was sent to your subscribers already"),
        ("", "new", HOUR, "for your mail system"),
        ("", "sent", HOUR, "Its folder is no longer in outbox/new/"),
    ],
)
def test_it_is_said_by_where_the_issue_lies_and_who_sends_it(
    tmp_path: Path, deliver: str, place: str, age: timedelta, says: str
) -> None:
    home = copy_of(_published, tmp_path / "home")
    if deliver:
        sends = f'[smtp]\nhost = "127.0.0.1"\n[deliver]\n{deliver}\n'
        home.settings.write_text(f"{home.settings.read_text()}\n{sends}")
    new = home.outbox / "new" / "0001"
    (home.outbox / place).mkdir(exist_ok=True)
    new.rename(home.outbox / place / "0001")
    found = last_issue(home, at=AT)
    assert found
    issue, _ = found
    way = mail_way(home, load_settings(home.settings), issue, at=AT + age)
    assert says in mail_sentence(1, str(new) if new.is_dir() else "", way)
