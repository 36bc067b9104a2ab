"""The way back after an issue that went out dated in the future: nothing later than now is left."""

from __future__ import annotations

import json
import re
import shutil
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from clock.clocks import at, entries, once, scheduled_home, slots
from databases import lose_database, on_both, start_anew
from homes import AT, command, empty_home, published_tree, write_summary
from msnewsletter.errors import RefusedError
from msnewsletter.publisher.preview import next_issue_preview
from msnewsletter.publisher.publish import publish, publish_site
from msnewsletter.publisher.resolve_clock import resolve_clock
from msnewsletter.publisher.results import Released
from msnewsletter.publisher.send_back import send_back
from msnewsletter.publisher.session import Step
from msnewsletter.publisher.takedown import take_down

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home

WRONG = datetime(2062, 11, 23, 7, tzinfo=UTC)
NOW = AT + timedelta(days=2)
DAY = timedelta(days=1)


def dated_home(root: Path, **settings: str) -> Home:
    """Issue 1 as it should be, and issue 2 by a clock that is 36 years ahead."""
    home = empty_home(root, **settings)
    write_summary(home, "a", tags="[fatigue]")
    publish(home, at=AT)
    write_summary(home, "b", tags="[fatigue]")
    path = write_summary(home, "undated", tags="[fatigue]")
    path.write_text(path.read_text().replace("published: 2026-11-20\n", ""))
    publish(home, at=WRONG)
    return home


def wrongly_dated(home: Home) -> list[str]:
    """The files that programs or readers see and that still name the wrong year."""
    return [
        name
        for name, data in published_tree(home).items()
        if b"2062" in re.sub(rb"[0-9a-f]{64}", b"", data)
        and "withdrawn" not in name
        and ".json.dated-" not in name
    ]


@on_both
def test_nothing_that_readers_see_is_dated_in_the_future_any_more(tmp_path: Path) -> None:
    home = dated_home(tmp_path)
    assert wrongly_dated(home)
    done = resolve_clock(home, at=NOW)
    assert [one.number for one in done.issues] == [2]
    assert wrongly_dated(home) == []
    assert entries(home) == {1: ["a"], 2: ["undated", "b"]}
    record = json.loads(home.record(2).read_bytes())
    assert record["issue"]["cutoff"] == "2026-11-25T07:00:00Z"
    assert record["issue"]["slot"] == "2026-11-25T08:00:00+01:00"
    # And issues go out again.
    write_summary(home, "c")
    after = publish(home, at=NOW + DAY)
    assert isinstance(after, Released)
    assert [entry.summary.key for entry in after.issue.entries] == ["c"]


def test_the_old_record_stays_beside_it_and_is_read_by_nothing(tmp_path: Path) -> None:
    home = dated_home(tmp_path)
    before = home.record(2).read_bytes()
    done = resolve_clock(home, at=NOW)
    kept = home.records / "0002.json.dated-2062-11-23"
    assert [one.kept for one in done.issues] == [kept]
    assert kept.read_bytes() == before
    # A database that is filled from the records is of the new moments.
    shown = published_tree(home)
    lose_database(home)
    assert next_issue_preview(home, at=NOW + DAY).number == 3
    publish(home, at=NOW + DAY)
    assert {name: data for name, data in published_tree(home).items() if name in shown} == shown


def test_a_mail_that_waits_gets_the_new_date_and_one_that_was_taken_stays_gone(
    tmp_path: Path,
) -> None:
    waiting = dated_home(tmp_path / "waiting")
    [issue] = resolve_clock(waiting, at=NOW).issues
    assert issue.rendered_again
    mail = (waiting.outbox / "new" / "0002" / "digest.eml").read_bytes()
    assert re.search(rb"^Date: Wed, 25 Nov 2026", mail, re.MULTILINE)
    start_anew()
    taken = dated_home(tmp_path / "taken")
    shutil.move(taken.outbox / "new" / "0002", tmp_path / "sent")
    manifest = (tmp_path / "sent" / "manifest.json").read_bytes()
    [issue] = resolve_clock(taken, at=NOW).issues
    assert not issue.rendered_again
    assert sorted(path.name for path in (taken.outbox / "new").iterdir()) == ["0001"]
    # Of the mail, its record says what readers got.
    record = json.loads(taken.record(2).read_bytes())
    assert record.pop("manifest") == json.loads(manifest)
    assert "2062" not in json.dumps(record)


@on_both
def test_two_issues_in_the_future_keep_their_order(tmp_path: Path) -> None:
    home = dated_home(tmp_path)
    write_summary(home, "c")
    publish(home, at=WRONG + DAY)
    done = resolve_clock(home, at=NOW)
    assert [(one.number, one.cutoff) for one in done.issues] == [
        (2, NOW - timedelta(seconds=1)),
        (3, NOW),
    ]
    assert wrongly_dated(home) == []
    assert [instant[:19] for instant, _, _ in slots(home)] == [
        "2026-11-23T07:00:00",
        "2026-11-25T06:59:59",
        "2026-11-25T07:00:00",
    ]


def test_an_empty_slot_in_the_future_is_freed(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    write_summary(home, "a")
    publish(home, at=AT)
    publish(home, at=WRONG)
    with pytest.raises(RefusedError, match="before the last slot"):
        publish(home, at=NOW)
    done = resolve_clock(home, at=NOW)
    assert done.issues == ()
    assert done.freed[-1] == "2062-11-23T08:00:00+01:00"
    assert len(slots(home)) == 1
    write_summary(home, "b")
    assert isinstance(publish(home, at=NOW), Released)


def test_slots_of_the_schedule_that_are_to_come_are_free_again(tmp_path: Path) -> None:
    home = scheduled_home(tmp_path)
    once(home, AT - timedelta(hours=1))
    write_summary(home, "a")
    later = AT + timedelta(days=21, hours=1)
    once(home, later)  # four weeks in one: three slots are coalesced
    assert [outcome for _, _, outcome in slots(home)] == ["coalesced"] * 3 + ["published"]
    done = resolve_clock(home, at=NOW)
    assert len(done.freed) == 3
    assert [outcome for _, _, outcome in slots(home)] == ["coalesced", "published"]
    assert json.loads(home.record(1).read_bytes())["coalesced"] == [
        "2026-11-23T08:00[Europe/Berlin]"
    ]
    write_summary(home, "b")
    once(home, AT + timedelta(days=7))
    assert entries(home) == {1: ["a"], 2: ["b"]}


def test_marks_approvals_and_first_sights_of_the_wrong_clock_do_not_last(tmp_path: Path) -> None:
    home = scheduled_home(tmp_path, review='"required"')
    path = write_summary(home, "undated")
    path.write_text(path.read_text().replace("published: 2026-11-20\n", ""))
    once(home, WRONG)
    assert at(home, WRONG, "approve", "--by", "Ada").code == 0
    assert next_issue_preview(home, at=NOW, by_hand=True).draft.held
    resolve_clock(home, at=NOW)
    found = next_issue_preview(home, at=NOW, by_hand=True)
    assert [entry.summary.key for entry in found.issue.entries] == ["undated"] if found.issue else 0
    assert found.reviewed.approval is None
    once(home, AT + timedelta(days=7))
    assert next_issue_preview(home, at=AT + timedelta(days=7)).due_slot_waits


def test_what_was_sent_back_by_the_wrong_clock_still_waits_as_of_now(tmp_path: Path) -> None:
    home = scheduled_home(tmp_path)
    write_summary(home, "a")
    send_back(home, reason="The dose is wrong.", by="Bo", at=WRONG)
    resolve_clock(home, at=NOW)
    found = next_issue_preview(home, at=NOW, by_hand=True).reviewed
    assert found.waits
    assert found.sent_back
    assert found.sent_back.at == NOW


def test_an_approval_is_kept_with_its_issue(tmp_path: Path) -> None:
    home = empty_home(tmp_path, review='"required"')
    write_summary(home, "a")
    assert at(home, WRONG, "approve", "--by", "Ada").code == 0
    publish(home, at=WRONG)
    resolve_clock(home, at=NOW)
    approval = json.loads(home.record(1).read_bytes())["approval"]
    assert approval["by"] == "Ada"
    assert approval["at"].startswith("2026-11-25")


def test_a_correction_and_a_takedown_of_the_wrong_clock_are_redated(tmp_path: Path) -> None:
    home = dated_home(tmp_path)
    write_summary(home, "b", tags="[fatigue]", status="corrected", note="A number was wrong.")
    publish(home, at=WRONG + DAY)
    take_down(home, "a", reason="law", note=None, at=WRONG + 2 * DAY)
    resolve_clock(home, at=NOW)
    assert wrongly_dated(home) == []
    publish(home, at=NOW + DAY)
    assert wrongly_dated(home) == []


@on_both
@pytest.mark.parametrize("step", list(Step))
def test_killed_anywhere_it_may_be_repeated(tmp_path: Path, step: Step) -> None:
    class KilledError(Exception):
        pass

    def die(reached: Step) -> None:
        if reached is step:
            raise KilledError

    home = dated_home(tmp_path)
    write_summary(home, "c")
    publish(home, at=WRONG + DAY)
    shutil.move(home.outbox / "new" / "0002", tmp_path / "sent")
    try:
        resolve_clock(home, at=NOW, reached=die)
    except KilledError:
        try:
            resolve_clock(home, at=NOW + timedelta(minutes=1))
        except RefusedError as error:
            assert "nothing here is dated later" in str(error)  # noqa: PT017  (either is right)
    assert set(wrongly_dated(home)) <= {"issues/0002.json"}  # the manifest of what was sent
    assert sorted(path.name for path in (home.outbox / "new").iterdir()) == ["0001", "0003"]
    assert entries(home) == {1: ["a"], 2: ["undated", "b"], 3: ["c"]}
    write_summary(home, "d")
    publish(home, at=NOW + DAY)
    assert entries(home)[4] == ["d"]


@pytest.mark.usefixtures("postgresql")
def test_a_second_home_on_the_database_gets_the_new_records_too(tmp_path: Path) -> None:
    first = dated_home(tmp_path / "first")
    second = empty_home(tmp_path / "second")
    shutil.copytree(first.records, second.records)
    resolve_clock(first, at=NOW)
    resolve_clock(second, at=NOW + timedelta(minutes=1))
    assert second.record(2).read_bytes() == first.record(2).read_bytes()
    with pytest.raises(RefusedError, match="nothing here is dated later than now"):
        resolve_clock(second, at=NOW + timedelta(minutes=2))


def test_where_nothing_lies_ahead_it_is_refused_in_one_line(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    write_summary(home, "a")
    publish(home, at=AT)
    with pytest.raises(
        RefusedError, match="nothing here is dated later than now; there is nothing"
    ):
        resolve_clock(home, at=NOW)
    # By the machine's clock the same.
    publish(home, at=AT + DAY)
    lines = command(home, "resolve", "--clock").stderr.splitlines()
    assert len(lines) == 1


def test_the_command_says_what_it_did(tmp_path: Path) -> None:
    home = scheduled_home(tmp_path, sandbox="false")
    write_summary(home, "a")
    publish(home, at=AT)
    write_summary(home, "b")
    publish(home, at=AT + timedelta(days=9))
    done = at(home, NOW, "resolve", "--clock")
    assert done.code == 0, done.complained
    assert done.said.splitlines() == [
        (
            "Issue 2 counts as of Wed 2026-11-25 08:00 (Europe/Berlin); "
            "it was dated Wed 2026-12-02 08:00 (Europe/Berlin)."
        ),
        "  Its mail had not been taken: it waits in outbox/new/ with the new date.",
        "  Its old record is kept as issues/0002.json.dated-2026-12-02.",
        "2 slots that are to come: free again.",
        "Nothing here is dated later than now any more.",
    ]
    assert "ok   time" in at(home, NOW, "doctor").said


@pytest.mark.parametrize("words", [[], ["2"], ["--sent"], ["2", "--clock"], ["--clock", "--sent"]])
def test_wrong_calls_are_refused_as_such(tmp_path: Path, words: list[str]) -> None:
    assert command(empty_home(tmp_path), "resolve", *words).returncode == 2


def site_times(home: Home) -> dict[str, float]:
    found = (path for path in home.site.rglob("*") if path.is_file())
    return {path.relative_to(home.site).as_posix(): path.stat().st_mtime for path in found}


@on_both
def test_no_file_of_the_site_is_dated_later_than_now(tmp_path: Path) -> None:
    home = dated_home(tmp_path)
    text = home.settings.read_text()
    home.settings.write_text(text.replace('title = "', 'title = "New '))
    publish_site(home, at=WRONG + DAY)  # it dates files that no issue to come writes again
    before = site_times(home)
    assert max(before.values()) > NOW.timestamp()
    resolve_clock(home, at=NOW)
    after = site_times(home)
    assert max(after.values()) <= NOW.timestamp()
    good = {name for name, time in before.items() if time <= NOW.timestamp()}
    assert good
    assert all(after[name] >= before[name] for name in good)
    assert after["index.html"] == after["issues/0002.html"] == NOW.timestamp()


def test_the_site_of_another_home_gets_the_same_times(tmp_path: Path) -> None:
    home = dated_home(tmp_path / "h")
    resolve_clock(home, at=NOW)
    before = site_times(home)
    shutil.rmtree(home.site)
    publish_site(home, at=NOW + DAY)
    after = site_times(home)
    of_issue_2 = {name for name in after if "0002" in name or name in ("index.html", "rss.xml")}
    assert len(of_issue_2) > 4
    assert {name: before[name] for name in of_issue_2} == {name: after[name] for name in of_issue_2}


@pytest.mark.parametrize("step", [Step.RECORDED, Step.WRITTEN, Step.PUBLISHING])
def test_a_kill_leaves_no_time_in_the_future_once_it_is_done(tmp_path: Path, step: Step) -> None:
    home = dated_home(tmp_path)

    def die(reached: Step) -> None:
        if reached is step:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        resolve_clock(home, at=NOW, reached=die)
    again = NOW + timedelta(hours=1)
    if step is Step.PUBLISHING:  # the database has it: recovery does the rest
        publish_site(home, at=again)
    else:
        resolve_clock(home, at=again)
    assert max(site_times(home).values()) <= again.timestamp()
