"""Who sends an issue back notifies the editors, unless a clock is at work, which then does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clock.test_notices import DAY, HOUR, SLOT, Noted, noted
from homes import empty_home, write_summary
from msnewsletter.clock.clock_lock import ClockLock
from msnewsletter.clock.notify_at_once import tell_of_sent_back
from msnewsletter.publisher.send_back import send_back

if TYPE_CHECKING:
    from pathlib import Path


def sent_back(tmp_path: Path) -> Noted:
    found = noted(tmp_path)
    write_summary(found.home, "a")
    found.wake(SLOT - DAY)
    send_back(found.home, reason="The dose is wrong.", by="Bo", at=SLOT - 20 * HOUR)
    return found


def test_without_a_clock_the_editors_are_notified_at_once_and_by_no_clock_again(
    tmp_path: Path,
) -> None:
    found = sent_back(tmp_path)
    said = tell_of_sent_back(found.home, at=SLOT - 20 * HOUR)
    assert said == "The editors are notified."
    assert "The dose is wrong." in found.notices[0]["TEXT"]
    tell_of_sent_back(found.home, at=SLOT - 20 * HOUR)
    found.wake(SLOT - 19 * HOUR)
    assert found.events == ["sent_back"]


def test_a_clock_at_work_gives_the_notice(tmp_path: Path) -> None:
    found = sent_back(tmp_path)
    clock = ClockLock(found.home)
    assert clock.take()
    said = tell_of_sent_back(found.home, at=SLOT - 20 * HOUR)
    assert said == "'msnewsletter run' notifies the editors at its next wake."
    assert found.events == []
    clock.leave()
    found.wake(SLOT - 19 * HOUR)
    assert found.events == ["sent_back"]


def test_a_notice_that_cannot_be_given_is_said_and_tried_again(tmp_path: Path) -> None:
    found = sent_back(tmp_path)
    hook = tmp_path / "hook"
    works = hook.read_text()
    hook.write_text("#!/bin/sh\necho no route\nexit 3\n")
    said = tell_of_sent_back(found.home, at=SLOT - 20 * HOUR)
    assert said.startswith("The editors could not be notified: newsletter.toml: the command of")
    assert "no route" in said
    hook.write_text(works)
    found.wake(SLOT - 19 * HOUR)
    assert found.events == ["sent_back"]


def test_where_nobody_is_to_be_notified_that_is_said(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    write_summary(home, "a")
    send_back(home, reason="No.", by="Bo", at=SLOT)
    assert tell_of_sent_back(home, at=SLOT).startswith("Nobody else is notified: ")
