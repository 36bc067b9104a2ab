"""A draft that a person sends back waits until a person lets it go, whatever the settings say."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homes import AT, command, empty_home, write_summary
from msnewsletter.errors import RefusedError
from msnewsletter.publisher.approve import approve
from msnewsletter.publisher.clock_work import publish_due
from msnewsletter.publisher.preview import next_issue_preview
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.results import NothingNew, Released, UnapprovedError, Waits
from msnewsletter.publisher.seen_draft import seen_in
from msnewsletter.publisher.send_back import REASON_LIMIT, required_reason, send_back, take_back

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from msnewsletter.home import Home

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
WHY = "The dose in “a” is wrong."


def home_with_a(root: Path, **settings: str) -> Home:
    """Its slot is at AT, and a clock has begun."""
    home = empty_home(root, **settings)
    write_summary(home, "a")
    publish_due(home, at=AT - 2 * DAY)
    return home


def edit(home: Home) -> None:
    path = home.root / "summaries" / "a.md"
    path.write_text(path.read_text().replace("It may help", "It may not help"))


REVIEWS = pytest.mark.parametrize("review", ['"required"', '"none"'])


@REVIEWS
def test_neither_the_clock_nor_a_person_publishes_what_was_sent_back(
    tmp_path: Path, review: str
) -> None:
    home = home_with_a(tmp_path, review=review)
    send_back(home, reason=WHY, by="Bo", at=AT - DAY)
    waits = publish_due(home, at=AT)
    assert isinstance(waits, Waits)
    said = f"Bo sent it back on Sun 2026-11-22 08:00 (Europe/Berlin): “{WHY}”"
    assert waits.reason == said
    with pytest.raises(UnapprovedError, match="Bo sent it back"):
        publish(home, at=AT + HOUR)


@REVIEWS
def test_an_edit_ends_nothing_but_is_said(tmp_path: Path, review: str) -> None:
    home = home_with_a(tmp_path, review=review)
    send_back(home, reason=WHY, by="Bo", at=AT - DAY)
    edit(home)
    waits = publish_due(home, at=AT)
    assert isinstance(waits, Waits)
    assert waits.reason.endswith(f"“{WHY}”; it has changed since then")


def test_what_is_dated_after_it_is_no_change_of_what_was_sent_back(tmp_path: Path) -> None:
    home = home_with_a(tmp_path)
    write_summary(home, "before-the-slot", "2026-11-22T20:00+01:00")
    send_back(home, reason=WHY, by="Bo", at=AT - DAY)
    write_summary(home, "after-it", "2026-11-23T09:00+01:00")
    for moment in (AT - DAY, AT, AT + 2 * HOUR):
        assert not next_issue_preview(home, at=moment).reviewed.changed
        assert not next_issue_preview(home, at=moment, by_hand=True).reviewed.changed


@REVIEWS
def test_who_approves_it_lets_it_go(tmp_path: Path, review: str) -> None:
    home = home_with_a(tmp_path, review=review)
    send_back(home, reason=WHY, by="Bo", at=AT - DAY)
    edit(home)
    done = approve(home, by="Ada", at=AT - HOUR)
    assert done.lifted
    assert done.lifted.by == "Bo"
    assert (done.approval is None) == (review == '"none"')
    assert isinstance(publish_due(home, at=AT), Released)


def test_taking_it_back_restores_what_was_decided_before(tmp_path: Path) -> None:
    home = home_with_a(tmp_path, review='"required"')
    approve(home, by="Ada", at=AT - DAY)
    send_back(home, reason=WHY, by="Bo", at=AT - DAY + HOUR)
    assert not next_issue_preview(home, at=AT).reviewed.approval_valid
    take_back(home, at=AT - HOUR)
    assert isinstance(publish_due(home, at=AT), Released)


def test_taking_it_back_approves_nothing(tmp_path: Path) -> None:
    home = home_with_a(tmp_path, review='"required"')
    send_back(home, reason=WHY, by="Bo", at=AT - DAY)
    take_back(home, at=AT - HOUR)
    waits = publish_due(home, at=AT)
    assert isinstance(waits, Waits)
    assert waits.reason == "nobody has approved it"
    with pytest.raises(RefusedError, match="it is not sent back, or not any more"):
        take_back(home, at=AT)


def test_the_issue_after_it_is_not_sent_back(tmp_path: Path) -> None:
    home = home_with_a(tmp_path)
    send_back(home, reason=WHY, by="Bo", at=AT - DAY)
    approve(home, by="Ada", at=AT - HOUR)
    publish_due(home, at=AT)
    write_summary(home, "b", "2026-11-25")
    assert isinstance(publish_due(home, at=AT + 7 * DAY), Released)


def test_a_draft_that_goes_empty_and_fills_again_still_waits(tmp_path: Path) -> None:
    home = home_with_a(tmp_path)
    send_back(home, reason=WHY, by="Bo", at=AT - DAY)
    (home.root / "summaries" / "a.md").unlink()
    assert isinstance(publish_due(home, at=AT), NothingNew)
    write_summary(home, "b", "2026-11-25")
    assert isinstance(publish_due(home, at=AT + 7 * DAY), Waits)


def test_there_is_nothing_to_send_back_without_news(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="nothing new to send back"):
        send_back(empty_home(tmp_path), reason=WHY, by="Bo", at=AT)


def test_a_decision_on_another_draft_than_was_seen_is_refused_by_name(tmp_path: Path) -> None:
    home = home_with_a(tmp_path, review='"required"')
    seen = seen_in(next_issue_preview(home, at=AT - DAY))
    edit(home)
    changed = "issue 0001: it has changed since you looked at it"
    with pytest.raises(RefusedError, match=changed):
        send_back(home, reason=WHY, by="Bo", at=AT - DAY, seen=seen)
    with pytest.raises(RefusedError, match=changed):
        approve(home, by="Ada", at=AT - DAY, seen=seen)


def test_who_decides_second_learns_what_the_first_decided(tmp_path: Path) -> None:
    home = home_with_a(tmp_path, review='"required"')
    seen = seen_in(next_issue_preview(home, at=AT - DAY))
    approve(home, by="Ada", at=AT - DAY, seen=seen)
    with pytest.raises(RefusedError, match="issue 0001: Ada approved it on Sun 2026-11-22 08:00"):
        send_back(home, reason=WHY, by="Bo", at=AT - DAY + HOUR, seen=seen)
    sent_back = send_back(home, reason=WHY, by="Bo", at=AT - DAY + HOUR)
    with pytest.raises(RefusedError, match="Bo sent it back on Sun 2026-11-22 09:00"):
        approve(home, by="Ada", at=AT - DAY + 2 * HOUR, seen=seen)
    again = send_back(home, reason="Another.", by="Cy", at=AT - DAY + 2 * HOUR)
    with pytest.raises(RefusedError, match="sent it back again since you looked"):
        take_back(home, at=AT - HOUR, name=sent_back.decision.name)
    seen = seen_in(next_issue_preview(home, at=AT - HOUR))
    take_back(home, at=AT - HOUR, name=again.decision.name)
    with pytest.raises(RefusedError, match="Ada approved it"):
        approve(home, by="Bo", at=AT - HOUR, seen=seen)


def test_who_decides_on_what_is_out_learns_that(tmp_path: Path) -> None:
    home = home_with_a(tmp_path)
    seen = seen_in(next_issue_preview(home, at=AT - DAY, by_hand=True))
    publish(home, at=AT - DAY, seen=seen)
    published = "issue 0001: it has been published since you looked at it"
    with pytest.raises(RefusedError, match=published):
        send_back(home, reason=WHY, by="Bo", at=AT - HOUR, seen=seen)
    with pytest.raises(RefusedError, match=published):
        publish(home, at=AT - HOUR, seen=seen)


def test_status_doctor_and_check_say_who_when_why_and_what_to_do(tmp_path: Path) -> None:
    home = home_with_a(tmp_path)
    send_back(home, reason="The dose is wrong.\nSee page 3.", by="Bo", at=AT - DAY)
    said = (
        "Bo sent it back on Sun 2026-11-22 08:00 (Europe/Berlin): “The dose is wrong. See page 3.”"
    )
    remedy = "look at it, then run 'msnewsletter approve', or 'msnewsletter approve --take-back'"
    line = f"issue 0001 waits: {said}; {remedy}"
    when = ("--at", (AT - HOUR).isoformat())
    assert f"ISSUE: {line}\n" in command(home, "status", *when).stdout
    assert f"BAD  issue: {line}\n" in command(home, "doctor").stdout
    check = command(home, "check", *when).stdout
    assert f"It would wait: {said}\n  {remedy}\n" in check


@given(st.text(max_size=REASON_LIMIT - 2))
def test_a_reason_is_lines_of_what_can_be_seen(text: str) -> None:
    reason = required_reason(f"a{text}z")
    assert len(reason) <= REASON_LIMIT
    assert all(line.isprintable() or line == "" for line in reason.split("\n"))
    assert required_reason(reason) == reason


@pytest.mark.parametrize("text", ["", " \n\t ", "\x00\x1b", "x" * (REASON_LIMIT + 1)])
def test_no_reason_and_one_without_end_are_refused(text: str) -> None:
    with pytest.raises(RefusedError, match=r"^the reason: "):
        required_reason(text)


def without_date(home: Home) -> None:
    path = home.root / "summaries" / "a.md"
    path.write_text(path.read_text().replace("published: 2026-11-20\n", ""))


@pytest.mark.parametrize("decide", [approve, send_back])
def test_who_decides_before_the_slot_on_what_has_no_date_decides_on_what_they_saw(
    tmp_path: Path, decide: Callable[..., object]
) -> None:
    home = empty_home(tmp_path, review='"required"')
    write_summary(home, "a")
    without_date(home)
    shown = next_issue_preview(home, at=AT - 2 * DAY)
    assert shown.folder
    # It is seen now, and not only when its slot comes.
    assert "First seen 21 November 2026" in shown.folder.files["digest.txt"].decode()
    reason = {"reason": WHY} if decide is send_back else {}
    decide(home, by="Bo", at=AT - 2 * DAY + HOUR, seen=seen_in(shown), **reason)
    again = next_issue_preview(home, at=AT - DAY)
    assert again.content == shown.content


def test_what_has_no_date_is_published_by_hand_as_it_was_shown_before(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    write_summary(home, "a")
    without_date(home)
    shown = next_issue_preview(home, at=AT - 2 * DAY, by_hand=True)
    done = publish(home, at=AT - 2 * DAY + HOUR, seen=seen_in(shown))
    assert isinstance(done, Released)


def test_on_another_day_what_has_no_date_is_another(tmp_path: Path) -> None:
    home = empty_home(tmp_path, review='"required"')
    write_summary(home, "a")
    without_date(home)
    shown = next_issue_preview(home, at=AT - 2 * DAY)
    with pytest.raises(RefusedError, match="it has changed since you looked at it"):
        approve(home, by="Bo", at=AT - DAY, seen=seen_in(shown))
