"""A takedown removes a text at once and everywhere, whatever happens next; and can be ended."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from databases import lose_database, on_both
from homes import AT, command, copy_of, empty_home, tree, write_summary
from msnewsletter.errors import RecordError, RefusedError
from msnewsletter.model import HoldReason, Status
from msnewsletter.publisher.past_issues import past_issue
from msnewsletter.publisher.preview import next_issue_preview
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.session import Step
from msnewsletter.publisher.takedown import lift_takedown, take_down
from msnewsletter.records import load_record

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home
    from msnewsletter.model import Correction

HOUR = timedelta(hours=1)
SECRET = b"What we know of a"
TEXT = b"Something about a"
REASON = "A court told us to, in case 12/26."


def issue_1_out(root: Path) -> Home:
    """Issue 1 is out with the summaries a and b, which share a tag, and a sender has its mail."""
    home = empty_home(root)
    for key in ("a", "b"):
        write_summary(home, key, tags="[sleep]")
    publish(home, at=AT)
    (home.outbox / "new" / "0001").rename(home.outbox / "sent" / "0001")
    return home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return copy_of(issue_1_out, tmp_path)


def left(home: Home) -> list[str]:
    """The files of the site that hold the headline or the text."""
    found = tree(home.site)
    return [name for name, data in found.items() if SECRET in data or TEXT in data]


def told(home: Home, number: int) -> tuple[Correction, ...]:
    data = home.record(number).read_bytes()
    return load_record(data, place="issues", number=number).issue.corrections


def test_text_and_headline_are_gone_from_the_whole_site_at_once(home: Home) -> None:
    assert left(home)
    done = take_down(home, "a", reason=REASON, at=AT + HOUR)
    assert done.issue == 1
    assert done.mails == ()
    assert left(home) == []
    assert not any(REASON.encode() in data for data in tree(home.outbox).values())
    (page,) = home.site.glob("summaries/a-*.html")
    assert "We have taken this summary down." in page.read_text()
    feed = json.loads((home.site / "feed.json").read_bytes())
    assert len(feed["items"]) == 2


def test_the_next_issue_tells_it_once_and_names_no_headline(home: Home) -> None:
    take_down(home, "a", reason=REASON, note="Its author asked us to.", at=AT + HOUR)
    write_summary(home, "new")
    publish(home, at=AT + 2 * HOUR)
    ((status, headline, note),) = [(one.status, one.headline, one.note) for one in told(home, 2)]
    assert (status, headline, note) == (Status.TAKEN_DOWN, "", "Its author asked us to.")
    for name, data in tree(home.outbox / "new" / "0002").items():
        assert SECRET not in data, name
    mail = " ".join((home.outbox / "new/0002/digest.txt").read_text().split())
    assert (
        "A summary in issue 1 of 23 November 2026 was taken down. Its author asked us to." in mail
    )
    assert left(home) == []
    publish(home, at=AT + 3 * HOUR)
    assert not home.record(3).exists()


def test_no_edit_of_its_file_brings_it_back(home: Home) -> None:
    take_down(home, "a", reason=REASON, at=AT + HOUR)
    write_summary(home, "a", tags="[sleep]", status="corrected", note="It was right after all.")
    assert next_issue_preview(home, at=AT + 2 * HOUR, by_hand=True).draft.edits == ()
    publish(home, at=AT + 2 * HOUR)
    assert left(home) == []


@on_both
@pytest.mark.parametrize("lost", ["database", "site", "both"])
def test_what_is_lost_and_made_again_does_not_bring_it_back(
    tmp_path: Path, database: str, lost: str
) -> None:
    del database
    home = empty_home(tmp_path)
    write_summary(home, "a")
    publish(home, at=AT)
    write_summary(home, "a", status="corrected", note="Something about a was wrong.")
    publish(home, at=AT + HOUR)
    take_down(home, "a", reason=REASON, at=AT + 2 * HOUR)
    publish(home, at=AT + 3 * HOUR)
    if lost != "site":
        lose_database(home)
    if lost != "database":
        shutil.rmtree(home.site)
    write_summary(home, "new")
    assert next_issue_preview(home, at=AT + 4 * HOUR, by_hand=True).draft.edits == ()
    publish(home, at=AT + 5 * HOUR)
    assert left(home) == []
    assert not any(told(home, number) for number in range(4, 5) if home.record(number).exists())


@pytest.mark.parametrize("step", [Step.PAGES, Step.FEEDS, Step.COMPLETE])
def test_killed_in_between_the_next_run_finishes_it(home: Home, step: Step) -> None:
    class Crash(Exception):  # noqa: N818  (it stands for a power cut)
        pass

    def reached(now: Step) -> None:
        if now is step:
            raise Crash

    with pytest.raises(Crash):
        take_down(home, "a", reason=REASON, at=AT + HOUR, reached=reached)
    publish(home, at=AT + 2 * HOUR)
    assert left(home) == []


def test_the_list_in_issues_is_enough(home: Home) -> None:
    """Killed between the list and the database, or the list brought from another machine."""
    take_down(home, "a", reason=REASON, at=AT + HOUR)
    listed = home.takedowns.read_bytes()
    assert json.loads(listed)["takedowns"][0]["reason"] == REASON
    lift_takedown(home, "a", at=AT + 2 * HOUR)
    publish(home, at=AT + 3 * HOUR)
    assert left(home)
    text = listed.decode().replace("T08:00:00Z", "T11:30:00Z")
    home.takedowns.write_text(text)
    publish(home, at=AT + 5 * HOUR)
    assert left(home) == []


def test_it_can_be_ended_and_readers_are_told(home: Home) -> None:
    take_down(home, "a", reason=REASON, at=AT + HOUR)
    publish(home, at=AT + 2 * HOUR)
    lift_takedown(home, "a", at=AT + 3 * HOUR)
    assert left(home) == []
    (edit,) = next_issue_preview(home, at=AT + 3 * HOUR, by_hand=True).draft.edits
    assert edit.is_accepted
    publish(home, at=AT + 4 * HOUR)
    assert left(home)
    assert [(one.key, one.status) for one in told(home, 3)] == [("a", Status.LIVE)]


def test_ended_before_it_was_told_it_is_no_news(home: Home) -> None:
    before = tree(home.site)
    take_down(home, "a", reason=REASON, at=AT + HOUR)
    lift_takedown(home, "a", at=AT + 2 * HOUR)
    publish(home, at=AT + 3 * HOUR)
    assert not home.record(2).exists()
    page = next(name for name in before if "/summaries/a-" in name)
    assert TEXT in tree(home.site)[page]


def test_its_past_issue_renders_without_it(home: Home) -> None:
    take_down(home, "a", reason=REASON, at=AT + HOUR)
    for name, data in past_issue(home, 1).files.items():
        assert SECRET not in data, name
        assert TEXT not in data, name
    assert SECRET in home.record(1).read_bytes()


def test_a_past_correction_of_it_says_on_all_sides_that_it_was_taken_down(home: Home) -> None:
    write_summary(home, "a", tags="[sleep]", status="corrected", note="Something about a was off.")
    publish(home, at=AT + HOUR)
    take_down(home, "a", reason=REASON, at=AT + 2 * HOUR)
    said = "has since been taken down."
    rendered = " ".join(past_issue(home, 2).files["digest.txt"].decode().split())
    before = "Correction to issue 1 of 23 November 2026 The summary in issue 1"
    assert f"{before} {said}" in rendered
    assert said in (home.site / "issues" / "0002.html").read_text()
    assert "was off" not in rendered


def test_a_mail_that_still_waits_is_named(home: Home) -> None:
    (home.outbox / "sent" / "0001").rename(home.outbox / "new" / "0001")
    done = take_down(home, "a", reason=REASON, at=AT + HOUR)
    assert done.mails == (home.outbox / "new" / "0001",)


def test_so_is_one_that_quotes_it_in_a_correction(home: Home) -> None:
    write_summary(home, "a", tags="[sleep]", status="corrected", note="It was wrong.")
    publish(home, at=AT + HOUR)
    done = take_down(home, "a", reason=REASON, at=AT + 2 * HOUR)
    assert done.mails == (home.outbox / "new" / "0002",)


@pytest.mark.parametrize("key", ["a", "c"])
@pytest.mark.parametrize("step", [Step.SELECTED, Step.WRITTEN, Step.PUBLISHING])
def test_an_issue_that_a_crash_left_is_never_mailed_with_the_text(
    home: Home, step: Step, key: str
) -> None:
    class Crash(Exception):  # noqa: N818  (it stands for a power cut)
        pass

    def reached(now: Step) -> None:
        if now is step:
            raise Crash

    write_summary(home, "a", tags="[sleep]", status="corrected", note="It was wrong.")
    write_summary(home, "c")
    with pytest.raises(Crash):
        publish(home, at=AT + HOUR, reached=reached)
    assert take_down(home, key, reason=REASON, at=AT + 2 * HOUR).mails == ()
    assert (home.outbox / "new" / "0002" / "digest.eml").is_file()
    for name, data in tree(home.outbox / "new", home.site).items():
        assert f"What we know of {key}".encode() not in data, name
        assert f"Something about {key}".encode() not in data, name


def test_an_unfinished_note_is_refused_before_anything_is_done(home: Home) -> None:
    with pytest.raises(RefusedError, match="it is not finished"):
        take_down(home, "a", reason=REASON, note="TODO {{ why }}", at=AT + HOUR)
    assert left(home)
    assert not home.takedowns.exists()


def test_its_note_can_be_replaced(home: Home) -> None:
    take_down(home, "a", reason=REASON, at=AT + HOUR)
    publish(home, at=AT + 2 * HOUR)
    take_down(home, "a", reason=REASON, note="Its author asked us to.", at=AT + 3 * HOUR)
    publish(home, at=AT + 4 * HOUR)
    assert [one.note for number in (2, 3) for one in told(home, number)] == [
        None,
        "Its author asked us to.",
    ]


def test_a_copy_of_it_is_never_mailed_as_new(home: Home) -> None:
    take_down(home, "a", reason=REASON, at=AT + HOUR)
    text = (home.root / "summaries" / "a.md").read_text()
    (home.root / "summaries" / "copy.md").write_text(text.replace("key: a", "key: copy"))
    (held,) = next_issue_preview(home, at=AT + 2 * HOUR, by_hand=True).draft.held
    assert held.because is HoldReason.SAME_STUDY
    assert "which was taken down since" in held.reason


def test_with_list_and_database_lost_what_was_announced_stays_down(home: Home) -> None:
    take_down(home, "a", reason=REASON, at=AT + HOUR)
    publish(home, at=AT + 2 * HOUR)
    lose_database(home)
    home.takedowns.unlink()
    publish(home, at=AT + 3 * HOUR)
    assert left(home) == []
    assert not home.record(3).exists()
    assert json.loads(home.takedowns.read_bytes())["takedowns"][0]["key"] == "a"


def test_it_ends_only_where_its_file_is_there(home: Home) -> None:
    take_down(home, "a", reason=REASON, at=AT + HOUR)
    path = home.root / "summaries" / "a.md"
    text = path.read_text()
    path.unlink()
    lose_database(home)
    with pytest.raises(RefusedError, match="put the file back"):
        lift_takedown(home, "a", at=AT + 2 * HOUR)
    path.write_text(text)
    lift_takedown(home, "a", at=AT + 3 * HOUR)
    publish(home, at=AT + 4 * HOUR)
    assert left(home)


def test_ended_it_quotes_no_headline_from_before(home: Home) -> None:
    path = write_summary(home, "a", tags="[sleep]", status="corrected", note="It was wrong.")
    path.write_text(path.read_text().replace("What we know of a.", "What is right."))
    publish(home, at=AT + HOUR)
    take_down(home, "a", reason=REASON, at=AT + 2 * HOUR)
    publish(home, at=AT + 3 * HOUR)
    write_summary(home, "a", tags="[sleep]")
    path.write_text(path.read_text().replace("What we know of a.", "What is right."))
    lift_takedown(home, "a", at=AT + 4 * HOUR)
    publish(home, at=AT + 5 * HOUR)
    assert [one.headline for one in told(home, 4)] == ["What is right."]


def test_the_command_says_what_is_gone_and_what_is_left(home: Home) -> None:
    done = command(home, "takedown", "a", "--reason", REASON)
    assert done.returncode == 0, done.stderr
    assert "a (issue 1) is taken down." in done.stdout
    assert "The text is still in summaries/a.md and in the record of issue 1." in done.stdout
    again = command(home, "takedown", "a", "--reason", REASON)
    assert again.returncode == 1
    assert "it was taken down on" in again.stderr
    assert command(home, "takedown", "a", "--lift").returncode == 0
    assert "it is not taken down" in command(home, "takedown", "a", "--lift").stderr
    assert command(home, "takedown", "b").returncode == 2


@pytest.mark.parametrize("option", ["--reason", "--note"])
def test_what_ends_a_takedown_takes_no_reason_and_no_note(home: Home, option: str) -> None:
    take_down(home, "a", reason=REASON, at=AT + HOUR)
    before = home.takedowns.read_bytes()
    done = command(home, "takedown", "a", "--lift", option, "")
    assert done.returncode == 2
    assert "--lift ends a takedown" in done.stderr
    assert home.takedowns.read_bytes() == before


@pytest.mark.parametrize("note", ["", "  "])
def test_an_empty_note_is_none(home: Home, note: str) -> None:
    done = command(home, "takedown", "a", "--reason", REASON, "--note", note)
    assert done.returncode == 0, done.stderr
    assert json.loads(home.takedowns.read_bytes())["takedowns"][0].get("note") is None


@pytest.mark.parametrize("key", ["nobody", "pending"])
def test_what_was_never_sent_is_refused(home: Home, key: str) -> None:
    write_summary(home, "pending")
    with pytest.raises(RefusedError, match="no issue has carried"):
        take_down(home, key, reason=REASON, at=AT + HOUR)
    assert not home.takedowns.exists()


@pytest.mark.parametrize("data", [b"", b"[]", b'{"format": 9, "takedowns": []}', b"\xff"])
def test_a_list_that_cannot_be_read_stops_all_in_one_line(home: Home, data: bytes) -> None:
    home.takedowns.write_bytes(data)
    with pytest.raises(RecordError, match=r"issues/takedowns\.json"):
        publish(home, at=AT + HOUR)
    done = command(home, "status")
    assert done.returncode == 1
    assert done.stderr.startswith("msnewsletter: issues/takedowns.json: ")
    assert done.stderr.count("\n") == 1
