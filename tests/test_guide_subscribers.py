"""The guides to subscribers and to moving here: each command as it is written, with real lists."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from guide_blocks import typed
from homes import empty_home
from msnewsletter.publisher.subscribing.opened import reading_subscribers
from test_guides import blocks_in

if TYPE_CHECKING:
    from msnewsletter.home import Home

MAILCHIMP = '"Email Address",MEMBER_RATING,OPTIN_TIME,CONFIRM_TIME,LAST_CHANGED,LEID,EUID\n'
LISTMONK = "uuid,email,name,attributes,status,created_at,updated_at\n"
TIMES = "2023-05-01 10:20:30.123456 +0000 UTC,2024-01-01 00:00:00 +0000 UTC"
FILES = {
    "signed.txt": "paper@example.org\n",
    "address.txt": "paper@example.org\n",
    "list.csv": "address,state\nlisted@example.org,confirmed\ngone@example.org,unsubscribed\n",
    "listmonk-unsubscribed.csv": f"{LISTMONK}1,left@example.org,L,{{}},enabled,{TIMES}\n",
    "listmonk-confirmed.csv": (
        f"{LISTMONK}2,stays@example.org,S,{{}},enabled,{TIMES}\n"
        f"3,blocked@example.org,B,{{}},blocklisted,{TIMES}\n"
    ),
    "cleaned_email_audience_export_1a2b.csv": (
        f"{MAILCHIMP}bounced@example.org,1,,2015-03-16 14:40:47,2016-01-01 00:00:00,1,2\n"
    ),
    "unsubscribed_email_audience_export_1a2b.csv": (
        f"{MAILCHIMP}quit@example.org,1,,2015-03-16 14:40:47,2016-01-01 00:00:00,1,2\n"
    ),
    "subscribed_email_audience_export_1a2b.csv": (
        f"{MAILCHIMP}chimp@example.org,5,,2015-03-16 14:40:47,2016-01-01 00:00:00,1,2\n"
    ),
    "buttondown.csv": (
        "email_address,type,creation_date\nbutton@example.org,regular,2024-02-02T10:00:00Z\n"
        "slow@example.org,unactivated,2024-02-02T10:00:00Z\n"
    ),
}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    return empty_home(tmp_path / "home")


def run(line: str, home: Home) -> str:
    """Run a line of the guide, with the file that it reads; what it says."""
    done = typed(line, home.root.parent, home.root)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_command_of_the_guide_does_what_it_says(root: Path, home: Home) -> None:
    guides = root / "docs" / "guides"
    text = (guides / "subscribers.md").read_text()
    add, _, later = text.partition("## Take the list elsewhere")
    bring = blocks_in((guides / "moving.md").read_text(), "Bring a list")
    blocks = [*blocks_in(add), *bring, *blocks_in(later)]
    shown = [block for language, block in blocks if language == "sh"]
    lines = [line for block in shown for line in block.splitlines()]
    assert len(lines) > 12
    used = {Path(word).name for line in lines for word in shlex.split(line)}
    assert set(FILES) <= used
    for line in lines:
        run(line, home)
    with reading_subscribers(home) as store:
        states = {one.address.typed.partition("@")[0]: one.state for one in store.subscribers()}
        assert store.count_forgotten() == 1, "paper, at the end"
    assert states == {
        "listed": "confirmed",
        "gone": "unsubscribed",
        "left": "unsubscribed",
        "stays": "confirmed",
        "blocked": "suppressed",
        "bounced": "suppressed",
        "quit": "unsubscribed",
        "chimp": "confirmed",
        "button": "confirmed",
        "slow": "pending",
    }
