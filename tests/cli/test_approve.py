"""`approve` on the command line: the issue of the slot, or with `--now` what goes out by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from clock.clocks import at
from homes import AT, command, empty_home, write_summary
from msnewsletter.publisher.clock_work import publish_due
from msnewsletter.publisher.results import Waits

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home

DAY = timedelta(days=1)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Its slot, at AT, has one summary more than publishing by hand two days before."""
    home = empty_home(tmp_path / "home", review='"required"')
    write_summary(home, "a")
    write_summary(home, "b", "2026-11-22")
    return home


def test_what_goes_out_by_hand_before_its_slot_is_approved_with_now(home: Home) -> None:
    early = AT - 2 * DAY
    at(home, early, "approve", "--by", "Ada")
    refused = at(home, early, "publish")
    assert refused.complained.endswith("then run 'msnewsletter approve --now'\n")
    approved = at(home, early, "approve", "--now", "--by", "Bo")
    said = "Issue 1, as 'msnewsletter publish' sends it now, is approved by Bo."
    assert said in approved.said
    published = at(home, early + timedelta(minutes=5), "publish")
    assert "Issue 1 is published to the outbox" in published.said
    mail = (home.outbox / "new/0001/digest.txt").read_text()
    assert "What we know of a." in mail
    assert "What we know of b." not in mail
    # That was of issue 1 alone: what the slot adds waits for its own approval.
    assert at(home, early + timedelta(minutes=6), "publish").code == 0
    assert "nobody has approved it" in at(home, AT, "publish").complained


def test_the_clock_does_not_take_it_for_an_approval_of_the_slots_issue(home: Home) -> None:
    at(home, AT - 2 * DAY, "approve", "--now", "--by", "Bo")
    done = publish_due(home, at=AT)
    assert isinstance(done, Waits)
    assert "it has changed since Bo approved it" in done.reason


@pytest.mark.parametrize("other", [("--take-back",), ("--send-back", "no")])
def test_approving_now_goes_with_no_other_decision(home: Home, other: tuple[str, ...]) -> None:
    done = command(home, "approve", "--now", *other)
    assert done.returncode == 2
    assert "exclude each other" in done.stderr
