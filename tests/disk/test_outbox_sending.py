"""Folders of issues on their way: taken once, marked, put away, and seen for what they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from homes import empty_home
from msnewsletter.disk import outbox

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = empty_home(tmp_path)
    outbox.write_issue(home, 7, {"a.txt": b"a"}, b"{}")
    outbox.release_issue(home, 7)
    return home


def test_an_issue_goes_from_new_to_sending_to_sent_and_each_step_may_be_repeated(
    home: Home,
) -> None:
    assert outbox.delivered_here(home) == ()
    assert outbox.take_issue(home, 7)
    assert outbox.take_issue(home, 7)
    assert outbox.delivery_mark(home, 7) is None
    outbox.mark_delivery(home, 7, b"{}")
    assert outbox.delivery_mark(home, 7) == b"{}"
    assert outbox.delivery_mark(home, 8) is None
    assert outbox.delivered_here(home) == (7,)
    assert outbox.released_folder(home, 7) == home.outbox / "sending" / "0007"
    assert outbox.waiting_folders(home) == ()
    for _ in range(2):
        outbox.put_sent(home, 7)
        assert outbox.delivered_here(home) == (7,)
    assert outbox.released_folder(home, 7) == home.outbox / "sent" / "0007"
    outbox.take_back(home, 7)
    assert outbox.released_folder(home, 7) == home.outbox / "sending" / "0007"


def test_what_another_sender_took_is_not_ours(home: Home) -> None:
    (home.outbox / "new" / "0007").rename(home.outbox / "sent" / "0007")
    assert not outbox.take_issue(home, 7)
    assert outbox.delivered_here(home) == ()


def test_other_names_in_the_outbox_are_no_issues(home: Home) -> None:
    for name in ("sending/notes", "sending/²", "sent/x/delivery.json"):
        (home.outbox / name).mkdir(parents=True)
    assert outbox.delivered_here(home) == ()
