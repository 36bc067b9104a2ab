"""One key by accident: summaries about different studies are never merged, and never silent."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from fetching import FEED, SITE, fields_of, keep, page_source
from homes import AT, FOLDER, empty_home, name_sources
from msnewsletter.publisher.collect import collect_now
from msnewsletter.publisher.preview import next_issue_preview
from msnewsletter.publisher.publish import publish
from msnewsletter.sources.fetch.finds import Read

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home
    from msnewsletter.publisher.next_issue_preview import NextIssuePreview

BEFORE, DAY = AT - timedelta(days=2), timedelta(days=1)
GUT, EYE = {"doi": "10.1000/gut"}, {"doi": "10.1000/eye"}
SAYS = "has another DOI or PubMed number; give one of them another key, or correct the number"


def home_of(root: Path) -> Home:
    home = empty_home(root / "home")
    name_sources(home, page_source(), page_source(FEED), FOLDER)
    return home


def keyed(about: str, **fields: str) -> Read:
    """A summary that its source gives the key `1`."""
    return Read(
        identities=("1",),
        address=f"https://example.org/{about}",
        fields=fields_of(about, **fields),
        has_key=True,
    )


def write(home: Home, about: str, **front: str) -> Path:
    fields = fields_of(about)
    lines = "".join(f"{key}: {value}\n" for key, value in ({"key": "1"} | front).items())
    path = home.root / "summaries" / "mine.md"
    path.write_text(
        f"---\n{lines}---\n# {fields['headline']}\n\n"
        f"## What was found\n{fields['found']}\n\n## Why it matters\n{fields['why_it_matters']}"
        f"\n\n## Cautions\n{fields['cautions']}\n"
    )
    return path


def look(home: Home, at: object = AT) -> NextIssuePreview:
    return next_issue_preview(home, at=at, by_hand=True)  # type: ignore[arg-type]


def seen(found: NextIssuePreview) -> tuple[list[str], list[str]]:
    """The headlines that would go out, and the places of what is refused for its key."""
    entries = found.issue.entries if found.issue else ()
    refused = [one for one in found.collected.refused if SAYS in str(one)]
    return [one.summary.headline for one in entries], [one.place for one in refused]


def test_the_source_that_stands_first_has_the_key(tmp_path: Path) -> None:
    home = home_of(tmp_path)
    keep(home, FEED, keyed("eye", **EYE), at=BEFORE)
    keep(home, SITE, keyed("gut", **GUT, journal=""), at=BEFORE)
    for _ in range(2):
        found = look(home)
        place = f"{FEED}: https://example.org/eye"
        assert seen(found) == (["What we know of gut."], [place])
        assert (found.draft.held, found.collected.one_study.studies) == ((), ())
        collect_now(home, at=BEFORE)
    publish(home, at=AT)
    assert seen(look(home, AT + DAY)) == ([], [place])


@pytest.mark.parametrize("sent", [False, True])
def test_what_had_the_key_keeps_it(tmp_path: Path, sent: bool) -> None:  # noqa: FBT001  (a case)
    home = home_of(tmp_path)
    keep(home, FEED, keyed("eye", **EYE), at=BEFORE)
    if sent:
        publish(home, at=BEFORE)
    else:
        collect_now(home, at=BEFORE)
    keep(home, SITE, keyed("gut", **GUT), at=BEFORE)
    for _ in range(2):
        found = look(home)
        headlines = [] if sent else ["What we know of eye."]
        assert seen(found) == (headlines, [f"{SITE}: https://example.org/gut"])
        assert (found.collected.alarms, found.draft.edits) == ((), ())
        collect_now(home, at=AT)


@pytest.mark.parametrize("first", ["file", "source", "together"])
def test_a_file_overrides_no_other_study_by_accident(tmp_path: Path, first: str) -> None:
    home = home_of(tmp_path)
    if first == "file":
        write(home, "eye", **EYE)
        collect_now(home, at=BEFORE)
    keep(home, SITE, keyed("gut", **GUT), at=BEFORE)
    if first == "source":
        collect_now(home, at=BEFORE)
    write(home, "eye", **EYE)
    winner, loser = (
        ("eye", f"{SITE}: https://example.org/gut")
        if first == "file"
        else ("gut", "summaries/mine.md")
    )
    for _ in range(2):
        assert seen(look(home)) == ([f"What we know of {winner}."], [loser])
        collect_now(home, at=BEFORE)
    write(home, "eye", **EYE, key="2")
    assert sorted(seen(look(home))[0]) == ["What we know of eye.", "What we know of gut."]


def test_a_file_with_the_same_headline_corrects_the_number(tmp_path: Path) -> None:
    home = home_of(tmp_path)
    keep(home, SITE, keyed("gut", doi="10.1000/gutt"), at=BEFORE)
    collect_now(home, at=BEFORE)
    write(home, "gut", **GUT)
    found = look(home)
    assert seen(found) == (["What we know of gut."], [])
    assert found.issue
    assert found.issue.entries[0].summary.doi == GUT["doi"]


def test_a_notice_about_what_was_sent_has_numbers_of_its_own(tmp_path: Path) -> None:
    home = home_of(tmp_path)
    keep(home, SITE, keyed("gut", **GUT), at=BEFORE)
    publish(home, at=BEFORE)
    path = write(home, "gut", doi="10.1000/9", status="retracted", note="It is wrong.")
    path.write_text(path.read_text().replace("What we know of gut.", "The journal on its paper"))
    found = look(home)
    assert found.collected.refused == ()
    assert [edit.key for edit in found.draft.edits] == ["1"]
