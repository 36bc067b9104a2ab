"""`issues/next.md`: the note goes out once, with the issue that it names, and is recorded."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from databases import lose_rows
from homes import AT, command, empty_home, write_summary
from msnewsletter.errors import SourceError
from msnewsletter.model import Issue
from msnewsletter.publisher.preview import next_issue_preview
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.results import Released
from msnewsletter.serialize import from_json, to_json
from msnewsletter.sources.next_issue_file import (
    next_issue_text,
    parse_next_issue,
    read_next_issue,
)
from render.mail.samples import SUMMARIES, issue_of

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = empty_home(tmp_path)
    home.records.mkdir()
    write_summary(home, "sleep")
    return home


def test_a_note_goes_out_once_with_the_issue_that_it_names(home: Home) -> None:
    (home.records / "next.md").write_text(
        "---\nissue: 1\nsubject: A quiet week\n---\nOnly **one** study.\n"
    )
    publish(home, at=AT)
    folder = home.outbox / "new" / "0001"
    assert "Only one study." in (folder / "digest.txt").read_text()
    assert b"\r\nSubject: A quiet week\r\n" in (folder / "digest.eml").read_bytes()
    assert json.loads(home.record(1).read_bytes())["issue"]["note"] == "Only **one** study."

    write_summary(home, "walks", published="2026-11-23T09:00+01:00")
    done = publish(home, at=AT + timedelta(days=7))
    assert done.preview.draft is not None
    assert done.preview.draft.warned == (), "the file is left over, as after every issue"
    assert "Only one study." not in (home.outbox / "new" / "0002" / "digest.txt").read_text()


def test_a_lost_database_keeps_the_note_of_a_published_issue(home: Home) -> None:
    (home.records / "next.md").write_text("---\nissue: 1\n---\nHello.\n")
    publish(home, at=AT)
    before = home.record(1).read_bytes()
    lose_rows(home)
    home.record(1).with_name("next.md").unlink()
    publish(home, at=AT + timedelta(days=7))
    assert home.record(1).read_bytes() == before


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Hello.", "issues/next.md: it names no issue"),
        (
            "---\nissue: 0\n---\nHello.",
            "issues/next.md:2: issue: '0' is no issue: they are counted",
        ),
        ("---\nissue: next\n---\nHello.", "issues/next.md:2: issue: 'next' is no number"),
        ("---\nisue: 1\n---\nHello.", "issues/next.md:2: "),
        ("---\nissue: 1\nHello.", "issues/next.md:1: the front matter never ends"),
    ],
)
def test_a_note_that_cannot_be_read_stops_the_issue_with_its_line(
    home: Home, text: str, problem: str
) -> None:
    (home.records / "next.md").write_text(text)
    done = command(home, "publish", "--at", AT.isoformat())
    assert done.returncode == 1
    assert problem in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert not list((home.outbox / "new").iterdir())
    assert not home.record(1).exists()


def test_bytes_that_are_no_text_are_refused(home: Home) -> None:
    (home.records / "next.md").write_bytes(b"\xff\xfe")
    assert "it is not UTF-8" in command(home, "publish", "--at", AT.isoformat()).stderr


def test_a_subject_alone_is_enough() -> None:
    coming = parse_next_issue(b"---\nissue: 7\nsubject: Seven\n---\n", "issues/next.md")
    assert (coming.issue, coming.note, coming.subject) == (7, None, "Seven")
    with pytest.raises(SourceError):
        parse_next_issue(b"", "issues/next.md")


def test_records_from_before_there_were_notes_still_load() -> None:
    issue = issue_of(SUMMARIES[0])
    document = json.loads(to_json(issue))
    assert not {"note", "subject"} & set(document)
    assert "question" not in document["masthead"]
    assert from_json(Issue, json.dumps(document)) == issue


def test_a_subject_or_reason_that_yaml_cuts_is_noted_with_its_line() -> None:
    text = "---\nissue: 7\nsubject: Our question #1\nhold:\n  gut: waits for table #2\n---\n"
    read = parse_next_issue(text.encode(), "issues/next.md")
    assert read.subject == "Our question"
    assert [note.place for note in read.warned] == ["issues/next.md:3", "issues/next.md:5"]
    assert all("ends before ' #'" in note.text for note in read.warned)


def test_a_question_for_one_issue_stands_in_place_of_that_of_the_settings(home: Home) -> None:
    (home.records / "next.md").write_text("---\nissue: 1\nquestion: What helps me sleep?\n---\n")
    done = publish(home, at=AT)
    assert isinstance(done, Released)
    assert done.issue.masthead.question == "What helps me sleep?"
    assert "What helps me sleep?" in (home.outbox / "new/0001/digest.txt").read_text()
    wanted = read_next_issue(home)
    assert wanted
    assert parse_next_issue(next_issue_text(wanted).encode(), wanted.place) == wanted


def test_a_question_that_is_too_long_is_refused_with_its_line() -> None:
    with pytest.raises(SourceError, match=r"next.md:3: question has 501 characters"):
        parse_next_issue(f"---\nissue: 1\nquestion: {'a' * 501}\n---\n".encode(), "next.md")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("---\nissue: 1\n---\n\n\nSee [there](/there).\n", 6),
        ("---\nissue: 1\nsubject: Hello\n---\nOne.\n\nTwo.\nSee [it](/there).\n", 8),
    ],
)
def test_what_is_wrong_with_a_link_of_the_note_names_its_line(
    home: Home, text: str, line: int
) -> None:
    (home.records / "next.md").write_text(text)
    preview = next_issue_preview(home, at=AT)
    assert [one.place for one in preview.findings if one.name == "relative-link"] == [
        f"issues/next.md:{line}"
    ]
