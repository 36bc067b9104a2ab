"""A summary that was sent: edits are checked and approved as new texts are, and never swallowed."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from databases import lose_database
from homes import AT, command, copy_of, empty_home, write_summary
from msnewsletter.clock.notices import notification_text
from msnewsletter.errors import RefusedError, TemplateError
from msnewsletter.issue.edit_lines import EDITS_SHOWN, edit_lines
from msnewsletter.model import HoldReason
from msnewsletter.publisher.approve import approve
from msnewsletter.publisher.collect import collect_now
from msnewsletter.publisher.preview import next_issue_preview
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.results import NothingNew, Released
from msnewsletter.records import load_record
from msnewsletter.store import Notification

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home
    from msnewsletter.model import Correction
    from msnewsletter.publisher.next_issue_preview import NextIssuePreview

HOUR = timedelta(hours=1)
NEXT = AT + HOUR
LATER = AT + 2 * HOUR


def issue_1_out(root: Path) -> Home:
    """Issue 1 is out, with the summaries a and b."""
    home = empty_home(root)
    for key in ("a", "b"):
        write_summary(home, key)
    publish(home, at=AT)
    return home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return copy_of(issue_1_out, tmp_path)


def edit(home: Home, old: str, new: str, key: str = "a") -> None:
    path = home.root / "summaries" / f"{key}.md"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def preview(home: Home) -> NextIssuePreview:
    return next_issue_preview(home, at=NEXT, by_hand=True)


def page_of(home: Home, key: str = "a") -> str:
    (path,) = home.site.glob(f"summaries/{key}-*.html")
    return path.read_text()


def told(home: Home) -> list[Correction]:
    records = [
        load_record(path.read_bytes(), place="issues", number=int(path.stem))
        for path in sorted(home.records.glob("0*.json"))
    ]
    return [one for record in records for one in record.issue.corrections]


# ── an edit is inspected as a new text is ────────────────────────────────────────────────────────

BAD = {
    "a placeholder": ("Something about a.", "Something about {{ name }}."),
    "a conflict marker": (
        "Something about a.",
        "<<<<<<< HEAD\nSomething.\n=======\nElse.\n>>>>>>> b",
    ),
    "a chatbot's citation mark": ("Something about a.", "Something.【4†source】"),
    "a lost character": ("Something about a.", "Something abo\ufffdt a."),
    "half a sentence": ("The study was small.", "The study was small and the"),
    "no cautions": ("The study was small.", "…"),
    "text in a wrong encoding": ("It may help.", "It may help people in OrlÃ©ans and MÃ¼nchen."),
}


@pytest.mark.parametrize("name", BAD)
def test_an_edit_that_no_editor_would_send_leaves_readers_the_old_text_and_is_loud(
    home: Home, name: str
) -> None:
    before = page_of(home)
    edit(home, *BAD[name])
    (one,) = preview(home).draft.edits
    assert one.kept_back
    assert name.partition(" ")[2].split()[-1] in one.kept_back
    assert not one.is_accepted
    write_summary(home, "new")
    done = command(home, "publish", "--at", NEXT.isoformat())
    assert done.returncode == 1
    assert "Issue 2 is published to the outbox" in done.stdout
    assert "NOT CORRECTED: summaries/a.md: it was edited after issue 1 had sent it" in done.stderr
    assert page_of(home) == before
    assert told(home) == []
    doctor = json.loads(command(home, "doctor", "--json").stdout)
    (sent,) = (one for one in doctor if one["check"] == "sent")
    assert not sent["ok"]
    assert "kept back" in sent["says"]


def test_a_text_that_waits_says_in_which_line_and_what_else_is_left(home: Home) -> None:
    path = write_summary(home, "new")
    text = path.read_text()
    path.write_text(text.replace("It may help.", "As an AI model, I hope it may help {{ whom }}."))
    edit(home, "The study was small.", "The study was {{ size }}.")
    found = preview(home)
    (held,), (kept,) = found.draft.held, found.draft.edits
    assert held.reason.startswith("line 11: a placeholder is left: ")
    assert held.reason.endswith("; also what a chatbot says of itself")
    assert kept.kept_back
    assert kept.kept_back.startswith("line 14: a placeholder is left: ")


def test_an_edit_that_is_mended_goes_out_and_nothing_is_wrong_any_more(home: Home) -> None:
    edit(home, "Something about a.", "Something about {{ name }}.")
    assert command(home, "publish", "--at", NEXT.isoformat()).returncode == 1
    edit(home, "{{ name }}", "sleep")
    assert preview(home).alarms == ()
    assert command(home, "publish", "--at", LATER.isoformat()).returncode == 0
    assert "Something about sleep." in page_of(home)


def test_an_edit_of_what_is_said_in_short_is_shown_field_by_field(home: Home) -> None:
    more = "title: A short one\nkey_messages: [It rose., It fell.]\nauthors: Lee, B.; Smith, J.\n"
    edit(home, "key: a\n", f"key: a\n{more}")
    (one,) = preview(home).draft.edits
    assert [(change.field, change.before, change.after) for change in one.changes] == [
        ("title", "", "A short one"),
        ("key_messages", "", "It rose.\nIt fell."),
        ("authors", "", "Lee, B.; Smith, J."),
    ]
    assert "      key_messages: {+It rose. It fell.+}" in [*edit_lines([one])]
    edit(home, "It rose.", "Lorem ipsum rose.")
    (kept,) = preview(home).draft.edits
    assert not kept.is_accepted
    assert "a placeholder is left" in str(kept.kept_back)


def test_an_edit_that_is_taken_back_is_none(home: Home) -> None:
    before = page_of(home)
    edit(home, "small", "tiny")
    assert len(preview(home).draft.edits) == 1
    edit(home, "tiny", "small")
    assert preview(home).draft.edits == ()
    publish(home, at=NEXT)
    assert page_of(home) == before


def test_a_correction_with_a_bad_text_is_not_announced_until_it_is_good(home: Home) -> None:
    write_summary(home, "a", status="corrected", note="There were 14.")
    edit(home, "Something", "Lorem ipsum")
    publish(home, at=NEXT)
    assert told(home) == []
    edit(home, "Lorem ipsum", "Something else")
    publish(home, at=LATER)
    assert [(one.key, one.note) for one in told(home)] == [("a", "There were 14.")]
    assert "Something else about a." in page_of(home)


def test_an_edit_behind_a_withdrawal_is_nobody_s_business(home: Home) -> None:
    write_summary(home, "a", status="withdrawn", note="Wrong numbers.")
    edit(home, "What we know of a.", "{{ headline }} of a.")
    publish(home, at=NEXT)
    assert not any(b"{{" in path.read_bytes() for path in home.site.rglob("*") if path.is_file())
    assert "Withdrawn: What we know of a." in page_of(home)
    assert preview(home).draft.edits == ()
    assert preview(home).alarms == ()


def test_edits_alone_are_fixed_only_where_the_site_can_show_them(home: Home) -> None:
    edit(home, "small", "tiny")
    (home.root / "templates" / "site").mkdir(parents=True)
    broken = home.root / "templates" / "site" / "summary.html.j2"
    broken.write_text("{{ entry.nothing }}")
    with pytest.raises(TemplateError):
        publish(home, at=NEXT)
    broken.unlink()
    done = publish(home, at=LATER)
    assert isinstance(done, NothingNew)
    assert [one.key for one in done.preview.draft.accepted] == ["a"]
    assert "tiny" in page_of(home)


def test_a_withdrawal_never_waits_for_its_text_or_note(home: Home) -> None:
    write_summary(home, "a", status="withdrawn", note="TODO {{ why }}")
    edit(home, "Something", "{{ found }}")
    (one,) = preview(home).draft.edits
    assert one.kept_back
    publish(home, at=NEXT)
    assert [(each.status, each.note) for each in told(home)] == [("withdrawn", None)]
    page = page_of(home)
    assert "We have withdrawn this summary." in page
    assert "{{" not in page
    edit(home, "TODO {{ why }}", "The numbers were those of another study.")
    publish(home, at=LATER)
    assert [each.note for each in told(home)] == [None, "The numbers were those of another study."]
    assert preview(home).alarms == ()


def test_an_expression_of_concern_shows_beside_the_old_text_where_the_new_one_is_bad(
    home: Home,
) -> None:
    write_summary(home, "a", status="expression of concern")
    edit(home, "Something about a.", "Something about {{ name }}.")
    publish(home, at=NEXT)
    page = page_of(home)
    assert "expressed concern" in page
    assert "Something about a." in page
    assert [each.status for each in told(home)] == ["expression of concern"]


def test_what_an_edit_changes_is_shown_word_by_word(home: Home) -> None:
    edit(home, "The study was small.", "The study was very small.")
    for words in (("status",), ("check",), ("publish", "--dry-run")):
        done = command(home, *words, "--at", NEXT.isoformat())
        assert "edited  a (issue 1): goes to site and feeds with the next publishing" in done.stdout
        assert "cautions: The study was {+very +}small." in done.stdout


def test_of_many_edits_the_first_are_shown_the_same_by_command_and_notice(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    keys = [f"s{number:02}" for number in range(EDITS_SHOWN + 2)]
    for key in keys:
        write_summary(home, key)
    publish(home, at=AT)
    for key in keys:
        edit(home, "The study was small.", "The study was tiny.", key=key)
    lines = list(edit_lines(preview(home).draft.edits))
    assert lines[:2] == [
        f"edited  s00 (issue 1): {preview(home).draft.edits[0].effect}",
        "      cautions: The study was [-small.-]{+tiny.+}",
    ]
    assert len(lines) == 2 * EDITS_SHOWN + 1
    assert lines[-1] == "edited  and 2 more"
    shown = command(home, "check", "--at", NEXT.isoformat()).stdout
    assert "".join(f"  {line}\n" for line in lines) in shown
    notice = notification_text(preview(home), None, Notification.DRAFT)
    assert "".join(f"{line}\n" for line in lines) in notice


def test_a_notice_without_a_slot_names_none(home: Home) -> None:
    write_summary(home, "new")
    notice = notification_text(preview(home), None, Notification.DRAFT)
    assert notice.startswith("Issue 2\n")


def test_an_edit_of_one_field_alone_has_its_findings(home: Home) -> None:
    edit(home, "It may help.", "It may help **all** people.")
    names = {finding.name for finding in preview(home).findings}
    assert names == {"typed-markup"}


# ── approval ─────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def reviewed(home: Home) -> Home:
    text = home.settings.read_text()
    home.settings.write_text(text.replace('review = "none"', 'review = "required"'))
    return home


def test_an_edit_alone_waits_for_approval_and_then_shows(reviewed: Home) -> None:
    before = page_of(reviewed)
    edit(reviewed, "small", "tiny")
    with pytest.raises(RefusedError, match="nobody has approved"):
        publish(reviewed, at=NEXT)
    assert page_of(reviewed) == before
    approve(reviewed, by="Ada", at=NEXT)
    assert isinstance(publish(reviewed, at=LATER), NothingNew)
    assert "tiny" in page_of(reviewed)
    # The approval ended with what it was for.
    write_summary(reviewed, "new")
    with pytest.raises(RefusedError, match="nobody has approved"):
        publish(reviewed, at=LATER + HOUR)


def test_an_edit_after_the_approval_withdraws_it(reviewed: Home) -> None:
    write_summary(reviewed, "new")
    approve(reviewed, by="Ada", at=NEXT)
    edit(reviewed, "small", "tiny")
    with pytest.raises(RefusedError, match="it has changed since Ada approved it"):
        publish(reviewed, at=LATER)
    edit(reviewed, "tiny", "small")
    assert isinstance(publish(reviewed, at=LATER), Released)
    assert "tiny" not in page_of(reviewed)


def test_a_withdrawal_waits_for_approval_with_the_correction_that_tells_it(reviewed: Home) -> None:
    write_summary(reviewed, "a", status="withdrawn", note="Wrong numbers.")
    with pytest.raises(RefusedError, match="nobody has approved"):
        publish(reviewed, at=NEXT)
    assert "Something about a." in page_of(reviewed)
    approve(reviewed, by="Ada", at=NEXT)
    publish(reviewed, at=LATER)
    assert "Something about a." not in page_of(reviewed)
    assert [one.key for one in told(reviewed)] == ["a"]


def test_an_edit_that_is_kept_back_withdraws_no_approval(reviewed: Home) -> None:
    write_summary(reviewed, "new")
    approve(reviewed, by="Ada", at=NEXT)
    edit(reviewed, "small.", "small, {{ number }}.")
    assert isinstance(publish(reviewed, at=LATER), Released)
    assert "{{" not in page_of(reviewed)


def test_a_lost_site_and_database_show_nothing_that_nobody_approved(reviewed: Home) -> None:
    edit(reviewed, "small", "tiny")
    lose_database(reviewed)
    shutil.rmtree(reviewed.site)
    with pytest.raises(RefusedError, match="nobody has approved"):
        publish(reviewed, at=NEXT)
    assert "tiny" not in page_of(reviewed)


# ── a withdrawal or retraction is never swallowed ────────────────────────────────────────────────


@pytest.mark.parametrize(
    "front",
    [
        {"status": "withdrawn"},
        {"status": "Retracted"},
        {"status": "Retracted Publication"},
        {"status": "WITHDRAWAL", "note": "Wrong."},
        {"status": "Expression of Concern"},
        {"doi": "10.1000/notice-of-retraction", "status": "retracted"},
    ],
)
def test_its_readers_are_told_whatever_the_word_and_without_a_note(
    home: Home, front: dict[str, str]
) -> None:
    write_summary(home, "a", **front)
    done = command(home, "publish", "--at", NEXT.isoformat())
    assert done.returncode == 0, done.stderr
    assert [one.key for one in told(home)] == ["a"]
    assert len(told(home)[0].status) > len("live")


def test_retracted_before_the_headline_with_the_notice_s_own_doi_is_the_same_study(
    tmp_path: Path,
) -> None:
    home = empty_home(tmp_path)
    write_summary(home, "a", doi="10.1000/study")
    publish(home, at=AT)
    write_summary(home, "a", doi="10.1000/notice")
    edit(home, "# What we know of a.", "# RETRACTED: What we know of a.")
    publish(home, at=NEXT)
    ((key, status),) = [(one.key, one.status) for one in told(home)]
    assert (key, status) == ("a", "retracted")
    assert "Something about a." not in page_of(home)


@pytest.mark.parametrize("name", ["RETRACTED-a.md", "retracted_a.md", "WITHDRAWN a.md"])
def test_a_file_renamed_so_takes_back_what_was_sent(tmp_path: Path, name: str) -> None:
    home = empty_home(tmp_path)
    path = write_summary(home, "a")
    path.write_text(path.read_text().replace("key: a\n", ""))
    publish(home, at=AT)
    path.rename(path.with_name(name))
    done = publish(home, at=NEXT)
    assert isinstance(done, Released)
    assert [one.key for one in told(home)] == ["a"]
    assert any("read as 'a', " in note.text for note in done.preview.notes)
    assert "Something about a." not in page_of(home)


@pytest.mark.parametrize("name", ["RETRACTED-gut.md", "gut.md"])
def test_a_file_with_that_name_is_never_mailed_as_new(tmp_path: Path, name: str) -> None:
    home = empty_home(tmp_path)
    path = write_summary(home, "gut")
    path.write_text(path.read_text().replace("key: gut\n", ""))
    if name == "gut.md":  # collected before it got the mark
        collect_now(home, at=AT)
    path.rename(path.with_name("RETRACTED-gut.md"))
    found = preview(home)
    assert found.issue is None
    assert [(one.because, one.summary.key) for one in found.draft.held] == [
        (HoldReason.NOT_LIVE, "gut" if name == "gut.md" else "RETRACTED-gut")
    ]
    assert found.alarms == ()


def test_papers_about_retractions_are_new_like_any_other(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    path = write_summary(home, "x")
    path.write_text(path.read_text().replace("key: x\n", ""))
    path.rename(path.with_name("retracted-papers-live-on.md"))
    found = preview(home)
    assert found.issue
    assert len(found.issue.entries) == 1


def test_renamed_first_and_withdrawn_later_it_is_told_all_the_same(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    path = write_summary(home, "heat")
    path.write_text(path.read_text().replace("key: heat\n", ""))
    publish(home, at=AT)
    new = path.rename(path.with_name("vest.md"))
    collect_now(home, at=NEXT)
    assert [one.because for one in preview(home).draft.held] == [HoldReason.SAME_STUDY]
    new.write_text(new.read_text().replace("published:", "status: withdrawn\npublished:"))
    publish(home, at=LATER)
    assert [(one.key, one.status) for one in told(home)] == [("heat", "withdrawn")]
    assert next_issue_preview(home, at=LATER, by_hand=True).draft.held == ()


def test_a_renamed_file_that_is_refused_is_loud(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    path = write_summary(home, "gut")
    path.write_text(path.read_text().replace("key: gut\n", ""))
    publish(home, at=AT)
    new = path.rename(path.with_name("RETRACTED-gut.md"))
    new.write_text(new.read_text().replace("published:", "status: retrated\npublished:"))
    (alarm,) = preview(home).alarms
    assert alarm.place == "summaries/RETRACTED-gut.md"
    assert alarm.text.startswith("'gut': sent to readers from a file of another name")


def lines_of(home: Home, *objects: object) -> None:
    text = "\n".join(one if isinstance(one, str) else json.dumps(one) for one in objects)
    (home.root / "summaries" / "feed.jsonl").write_text(text + "\n")


def line(key: str, **more: object) -> dict[str, object]:
    texts = {"found": f"Something about {key}.", "why_it_matters": "It may help."}
    return {
        "key": key,
        "headline": f"What we know of {key}.",
        "cautions": "It was small.",
        "published": "2026-11-20",
        **texts,
        **more,
    }


def test_of_a_file_of_many_only_what_is_refused_raises_an_alarm(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    lines_of(home, line("one"), line("two"))
    publish(home, at=AT)
    # A rolling export drops what is old; another line is broken.
    lines_of(home, line("two"), line("new", published="2026-02-30"))
    assert preview(home).alarms == ()
    lines_of(home, line("two", published="2026-02-30"), line("new"))
    assert [alarm.text[:6] for alarm in preview(home).alarms] == ["'two':"]
    lines_of(home, line("two"), "{no json")
    (alarm,) = preview(home).alarms
    assert "'one': sent to readers, and perhaps what is refused here" in alarm.text
    (home.root / "summaries" / "feed.jsonl").write_bytes(b"\xff\n")
    (alarm,) = preview(home).alarms
    assert "'one', 'two': sent to readers, and refused now" in alarm.text


def test_the_journal_s_notice_in_a_file_of_its_own_is_loud_while_the_old_file_stays(
    home: Home,
) -> None:
    write_summary(home, "notice", status="retracted")
    edit(home, "What we know of notice", "What we know of a", key="notice")
    found = preview(home)
    (error,) = found.collected.refused
    assert "it is the study of 'a' (in issue 1), whose file is summaries/a.md" in error.problem
    assert len(found.alarms) == 1
    assert command(home, "publish", "--at", NEXT.isoformat()).returncode == 1
    (home.root / "summaries" / "a.md").unlink()
    publish(home, at=LATER)
    assert [(one.key, one.status) for one in told(home)] == [("a", "retracted")]


@pytest.mark.parametrize(
    "break_it",
    [
        lambda path: path.write_text("no headline at all\n"),
        lambda path: path.write_bytes(b"\xff\xfe\x00broken"),
        lambda path: path.write_text(path.read_text().replace("2026-11-20", "2026-02-30")),
        lambda path: path.write_text(
            path.read_text().replace("key: a\n", "key: a\nstatus: gone\n")
        ),
        lambda path: path.write_text(
            path.read_text().replace("key: a\n", "key: a\nstatus: corrected\n")
        ),
    ],
)
def test_whatever_is_refused_of_a_sent_summary_is_loud(home: Home, break_it: object) -> None:
    break_it(home.root / "summaries" / "a.md")  # type: ignore[operator]
    (alarm,) = preview(home).alarms
    assert alarm.place == "summaries/a.md"
    assert "'a': sent to readers, and refused now" in alarm.text
    done = command(home, "publish", "--at", NEXT.isoformat())
    assert done.returncode == 1
    assert command(home, "check", "--at", NEXT.isoformat()).returncode == 1
    assert "BAD  sent: summaries/a.md" in command(home, "doctor").stdout
    notice = notification_text(preview(home), None, Notification.ALARM)
    assert notice.startswith("Readers still see an old text of these summaries")
    assert f"NOT CORRECTED  {alarm}" in notice


def test_what_is_refused_and_was_never_sent_raises_no_alarm(home: Home) -> None:
    (home.root / "summaries" / "c.md").write_text("no headline\n")
    assert preview(home).alarms == ()
    assert command(home, "publish", "--at", NEXT.isoformat()).returncode == 0


# ── one study once ───────────────────────────────────────────────────────────────────────────────


def test_a_file_renamed_and_edited_is_held_under_its_old_name(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    path = write_summary(home, "gut")
    path.write_text(path.read_text().replace("key: gut\n", ""))
    publish(home, at=AT)
    new = path.rename(path.with_name("gut-bacteria.md"))
    new.write_text(new.read_text().replace("It may help.", "It might help."))
    (held,) = preview(home).draft.held
    assert held.because is HoldReason.SAME_STUDY
    assert "'gut' in issue 1" in held.reason
    assert "'key: gut'" in held.reason
    new.write_text(new.read_text().replace("published:", "key: gut\npublished:"))
    assert preview(home).draft.held == ()
    assert len(preview(home).draft.edits) == 1


@pytest.mark.parametrize("what", ["# What we know of gut.", "Something about gut."])
def test_headline_or_finding_alone_tell_a_renamed_file(tmp_path: Path, what: str) -> None:
    home = empty_home(tmp_path)
    path = write_summary(home, "gut")
    publish(home, at=AT)
    text = path.read_text()
    path.unlink()
    for old, new in (
        ("# What we know of gut.", "# Bacteria in the gut, seen anew."),
        ("Something about gut.", "Another wording altogether of what was found."),
        ("It may help.", "It could help."),
        ("The study was small.", "Few took part."),
    ):
        text = text if old == what else text.replace(old, new)
    (home.root / "summaries" / "other.md").write_text(text.replace("key: gut", "key: other"))
    (held,) = preview(home).draft.held
    assert "'key: gut'" in held.reason


def test_a_preprint_and_its_article_go_out_with_a_finding(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    write_summary(home, "gut", doi="10.1101/2026.01.02.123456")
    publish(home, at=AT)
    path = write_summary(home, "article", doi="10.1000/article")
    path.write_text(path.read_text().replace("of article", "of gut"))
    found = preview(home)
    assert found.issue
    assert "preprint-and-article" in {finding.name for finding in found.findings}


@pytest.mark.parametrize("number", ["38012345", "PMID: 38012345", "038012345"])
def test_a_pubmed_number_is_one_study_however_it_is_written(tmp_path: Path, number: str) -> None:
    home = empty_home(tmp_path)
    write_summary(home, "a", pmid="38012345")
    publish(home, at=AT)
    write_summary(home, "b", pmid=json.dumps(number))
    (held,) = preview(home).draft.held
    assert held.because is HoldReason.SAME_STUDY
    assert "PMID 38012345 is also that of 'a' in issue 1" in held.reason


SLEEP = """---
key: gut
---
# Better sleep went with less fatigue in a survey of 300 people with MS.

## What was found
People who slept seven hours or more reported less fatigue in the following week than those who
slept less. The link was strongest in winter, and weaker in people who worked in shifts.

## Why it matters
Fatigue is among the most common complaints in MS, and few drugs ease it.

## Cautions
A survey cannot show what causes what. Only one clinic took part.
"""
GUT = """---
key: gut
---
# Gut bacteria of mice changed before their nerves were harmed.

## What was found
Ten days before any symptom, the bacteria in the intestines of the animals had become less diverse.
Two kinds that make short fatty acids had nearly vanished.

## Why it matters
If the same holds for humans, a stool sample could warn early of a relapse.

## Cautions
These were mice with an illness that only resembles MS.
"""


def test_a_retraction_of_another_study_under_a_sent_key_is_refused_and_loud(
    tmp_path: Path,
) -> None:
    home = empty_home(tmp_path)
    write_summary(home, "a", doi="10.1000/a")
    write_summary(home, "b", doi="10.1000/b")
    publish(home, at=AT)
    path = write_summary(home, "a", doi="10.1000/b", status="retracted")
    found = preview(home)
    assert "it is the study of 'b' in issue 1" in found.collected.refused[0].problem
    assert len(found.alarms) == 1
    publish(home, at=NEXT)
    assert "Something about a." in page_of(home)
    path.write_text(path.read_text().replace("10.1000/b", "10.1000/notice"))
    publish(home, at=LATER)
    assert [one.key for one in told(home)] == ["a"]


def test_a_correction_in_a_renamed_file_reaches_the_readers_of_the_old_one(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    path = write_summary(home, "a", doi="10.1000/a")
    publish(home, at=AT)
    path.unlink()
    write_summary(home, "a-corrected", doi="10.1000/a", status="corrected", note="There were 14.")
    publish(home, at=NEXT)
    assert [(one.key, one.note) for one in told(home)] == [("a", "There were 14.")]


@pytest.mark.parametrize(
    "headline", ["RETRACTED What we know of a.", "What we know of a. [Retracted]"]
)
def test_the_mark_counts_in_capitals_and_behind_the_headline(home: Home, headline: str) -> None:
    edit(home, "What we know of a.", headline)
    publish(home, at=NEXT)
    assert [(one.key, one.status) for one in told(home)] == [("a", "retracted")]


def test_a_mark_in_place_of_the_headline_is_refused_and_loud(home: Home) -> None:
    edit(home, "What we know of a.", "RETRACTED:")
    assert "the headline is only a mark" in preview(home).collected.refused[0].problem
    assert len(preview(home).alarms) == 1


@pytest.mark.parametrize("text", ["TODO", "TODO: write this", "TBD."])
def test_a_section_that_begins_as_a_reminder_is_none_yet(home: Home, text: str) -> None:
    edit(home, "It may help.", text)
    (one,) = preview(home).draft.edits
    assert one.kept_back
    assert not one.is_accepted


def test_an_edit_does_not_become_another_study_that_was_sent(home: Home) -> None:
    write_summary(home, "a", doi="10.1000/a")
    write_summary(home, "b", doi="10.1000/b")
    publish(home, at=NEXT)
    write_summary(home, "a", doi="10.1000/b")
    (edit_,) = preview(home).draft.edits
    assert edit_.kept_back == "its DOI is also that of 'b' in issue 1; correct the DOI"


def test_a_study_is_known_by_the_number_that_was_sent(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    write_summary(home, "a", doi="10.1000/study")
    publish(home, at=AT)
    write_summary(home, "a", doi="10.1000/notice", status="retracted")
    publish(home, at=NEXT)
    write_summary(home, "again", doi="10.1000/study")
    (held,) = preview(home).draft.held
    assert held.because is HoldReason.SAME_STUDY


@pytest.mark.parametrize("gone", ["first", "second"])
def test_of_two_with_one_headline_either_file_may_be_the_renamed_one(
    tmp_path: Path, gone: str
) -> None:
    home = empty_home(tmp_path)
    for key, found in (("first", "Something."), ("second", "Something else.")):
        path = write_summary(home, key)
        text = path.read_text().replace(f"What we know of {key}.", "One headline.")
        path.write_text(text.replace(f"Something about {key}.", found))
    publish(home, at=AT)
    path = home.root / "summaries" / f"{gone}.md"
    text = path.read_text().replace(f"key: {gone}", "key: other")
    path.unlink()
    (home.root / "summaries" / "other.md").write_text(text.replace("It may help.", "It might."))
    (held,) = preview(home).draft.held
    assert f"'key: {gone}'" in held.reason


def test_a_sent_file_overwritten_by_a_new_study_is_refused_and_loud(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    path = home.root / "summaries" / "gut.md"
    path.write_text(GUT)
    publish(home, at=AT)
    path.write_text(SLEEP)
    found = preview(home)
    assert "key 'gut' is that of another study, in issue 1" in found.collected.refused[0].problem
    assert len(found.alarms) == 1
    publish(home, at=NEXT)
    assert "Gut bacteria" in page_of(home, "gut")
    # The same file, thoroughly reworded, is an edit.
    path.write_text(
        GUT.replace("# Gut bacteria of mice changed", "# In mice, bacteria of the gut changed")
        .replace("Two kinds", "Two sorts")
        .replace("If the same holds for humans", "Should this be so in people")
    )
    assert preview(home).collected.refused == ()
    assert len(preview(home).draft.edits) == 1


def test_a_conflict_copy_of_the_editor_s_note_is_named(home: Home) -> None:
    (home.records / "next.sync-conflict-20261121-101112-ABCDEFG.md").write_text(
        "---\nissue: 2\n---\n"
    )
    (note,) = preview(home).notes
    assert note.place == "issues/next.sync-conflict-20261121-101112-ABCDEFG.md"
    assert "a conflict copy of issues/next.md" in note.text


def test_an_archive_without_dates_is_pointed_out(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    for number in range(12):
        path = write_summary(home, f"s{number}")
        path.write_text(path.read_text().replace("published: 2026-11-20\n", ""))
    names = [finding.name for finding in preview(home).findings]
    assert "many-undated" in names
