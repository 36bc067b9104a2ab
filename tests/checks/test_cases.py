"""Inputs that came out wrong: the files of ../shared/cases, and the right outcome of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from homes import AT, empty_home, write_summary
from msnewsletter.checks import Severity
from msnewsletter.model import HoldReason
from msnewsletter.publisher.next_issue_preview import next_issue_preview

if TYPE_CHECKING:
    from pathlib import Path

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
