"""Inputs that came out wrong: the files of ../shared/cases, and the right outcome of each."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from homes import AT, command, empty_home, write_summary
from msnewsletter.checks import Severity
from msnewsletter.model import HoldReason
from msnewsletter.publisher.preview import next_issue_preview
from msnewsletter.publisher.publish import publish

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home

HOUR = timedelta(hours=1)

HELD = {
    "merge-markers.md": (HoldReason.UNFINISHED, "a conflict marker is left"),
    "chatbot-marks.md": (HoldReason.UNFINISHED, "a chatbot's citation mark is left"),
    "lost-letters.md": (HoldReason.UNFINISHED, "a lost character (U+FFFD) is left"),
    "half-copied.md": (HoldReason.UNFINISHED, "half a sentence is left"),
    "gut.sync-conflict-20261121-101112-ABCDEFG.md": (
        HoldReason.CONFLICT_COPY,
        "a conflict copy of summaries/gut.md",
    ),
}
SENT = ("gut.md", "age-limits.md", "list-in-cautions.md", "first-sentence-small.md")


@pytest.mark.parametrize("name", HELD)
def test_what_no_editor_would_send_is_held_and_the_rest_goes_out(
    tmp_path: Path, shared: Path, name: str
) -> None:
    home = empty_home(tmp_path)
    for file in {name, *SENT}:
        data = (shared / "cases" / "files" / file).read_bytes()
        (home.root / "summaries" / file).write_bytes(data)
    preview = next_issue_preview(home, at=AT, by_hand=True)
    [held] = preview.draft.held
    assert held.because is HELD[name][0]
    assert HELD[name][1] in held.reason
    assert held.summary.location == f"summaries/{name}"
    assert preview.issue is not None
    assert len(preview.issue.entries) == len(SENT)


FINDINGS = {
    "entities.md": {"typed-markup": "“<sup>”", "typed-entity": "“&amp;”"},
    "typed-markup.md": {"typed-markup": "“**helped**”, “[the study](https://example.com)”"},
}


@pytest.mark.parametrize("name", FINDINGS)
def test_what_would_be_shown_as_typed_is_a_finding_and_goes_out_all_the_same(
    tmp_path: Path, shared: Path, name: str
) -> None:
    home = empty_home(tmp_path)
    for file in (name, "gut.md", "age-limits.md"):
        data = (shared / "cases" / "files" / file).read_bytes()
        (home.root / "summaries" / file).write_bytes(data)
    preview = next_issue_preview(home, at=AT, by_hand=True)
    assert preview.issue is not None
    assert len(preview.issue.entries) == 3
    found = {one.name: one for one in preview.findings if one.place.startswith("summaries/")}
    assert found.keys() == FINDINGS[name].keys()
    for kind, quote in FINDINGS[name].items():
        assert found[kind].place == f"summaries/{name}"
        assert found[kind].severity is Severity.WARN
        assert quote in found[kind].reason


def test_a_preprint_and_its_article_in_one_issue_are_both_sent_and_pointed_out(
    tmp_path: Path,
) -> None:
    home = empty_home(tmp_path)
    for key, doi in (("a-preprint", "10.1101/2026.05.01.26306789"), ("article", "10.5555/walk.9")):
        path = write_summary(home, key, doi=doi)
        text = path.read_text().replace(f"What we know of {key}.", "Slow walks eased fatigue.")
        path.write_text(text)
    preview = next_issue_preview(home, at=AT, by_hand=True)
    assert preview.issue is not None
    assert len(preview.issue.entries) == 2
    (finding,) = preview.findings
    assert (finding.name, finding.place) == ("preprint-and-article", "summaries/article.md")
    assert "'a-preprint' in this issue: “Slow walks eased fatigue.”" in finding.reason


def copied(home: Home, shared: Path, *names: str) -> None:
    for name in names:
        data = (shared / "cases" / "files" / name).read_bytes()
        (home.root / "summaries" / name).write_bytes(data)


def sent(home: Home, number: int) -> list[str]:
    """The keys of an issue that is out."""
    document = json.loads(home.record(number).read_bytes())
    return [entry["summary"]["key"] for entry in document["issue"]["entries"]]


@pytest.mark.parametrize("pair", ["doi-full-stop", "pmid"])
def test_of_two_files_on_one_study_one_goes_out_and_one_is_held(
    tmp_path: Path, shared: Path, pair: str
) -> None:
    home = empty_home(tmp_path)
    copied(home, shared, f"{pair}-a.md", f"{pair}-b.md")
    publish(home, at=AT)
    (out,) = sent(home, 1)
    [held] = next_issue_preview(home, at=AT + HOUR, by_hand=True).draft.held
    assert {out, held.summary.key} == {f"{pair}-a", f"{pair}-b"}
    assert held.because is HoldReason.SAME_STUDY


@pytest.mark.parametrize("pair", ["doi-full-stop", "pmid"])
def test_a_second_file_on_a_study_that_was_sent_is_held(
    tmp_path: Path, shared: Path, pair: str
) -> None:
    home = empty_home(tmp_path)
    copied(home, shared, f"{pair}-b.md")
    publish(home, at=AT)
    copied(home, shared, f"{pair}-a.md", "gut.md")
    publish(home, at=AT + HOUR)
    assert (sent(home, 1), sent(home, 2)) == ([f"{pair}-b"], ["gut"])
    [held] = next_issue_preview(home, at=AT + 2 * HOUR, by_hand=True).draft.held
    assert (held.summary.key, held.because) == (f"{pair}-a", HoldReason.SAME_STUDY)


@pytest.mark.parametrize("name", ["soft-returns", "nbsp-heading", "hash-in-value"])
def test_what_is_typed_another_way_goes_out_whole(tmp_path: Path, shared: Path, name: str) -> None:
    home = empty_home(tmp_path)
    copied(home, shared, f"{name}.md")
    publish(home, at=AT)
    assert sent(home, 1) == [name]
    (path,) = (home.outbox / "new" / "0001").glob("digest.txt")
    said = " ".join(path.read_text().split())
    assert "Few people." in said
    assert not {"Lesionschanged", "brainlesions", "##"} & set(said.split())


def test_a_value_that_is_cut_is_said_before_it_goes_out(tmp_path: Path, shared: Path) -> None:
    home = empty_home(tmp_path)
    copied(home, shared, "hash-in-value.md")
    said = command(home, "check", "--at", AT.isoformat())
    assert "'studied_in' ends before ' #'" in said.stdout + said.stderr


def test_typographic_quotes_refuse_one_file_with_their_name_and_the_rest_goes_out(
    tmp_path: Path, shared: Path
) -> None:
    home = empty_home(tmp_path)
    copied(home, shared, "typographic-front-matter.md", "gut.md")
    preview = next_issue_preview(home, at=AT, by_hand=True)
    [refused] = preview.collected.refused
    assert "are typographic; write straight ones, or none" in str(refused)
    publish(home, at=AT)
    assert sent(home, 1) == ["gut"]
