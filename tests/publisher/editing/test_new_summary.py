"""A summary in a new file: what is typed is what the reader reads, and no file is overwritten."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from homes import empty_home, write_summary
from msnewsletter.errors import NewsletterError, RefusedError, SourceError
from msnewsletter.list_fields import LIST_FIELDS
from msnewsletter.publisher.clock_work import publish_due
from msnewsletter.publisher.collect import collect_now
from msnewsletter.publisher.editing.new_summary import (
    NEW_FIELDS,
    TakenKeyError,
    copied_fields,
    create_summary,
    put_back,
    text_of_form,
    write_again,
)
from msnewsletter.publisher.preview import next_issue_preview
from msnewsletter.publisher.takedown import take_down
from msnewsletter.sources import read_bytes
from msnewsletter.sources.clean_text import clean
from msnewsletter.sources.fields import Given, build
from publisher.odd_summaries import LINES, WORDS
from web.desk.conftest import NOW, SLOT

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home
    from msnewsletter.model import Summary

WRITTEN = {
    "headline": "Of walks.",
    "found": "A.",
    "why_it_matters": "B.",
    "cautions": "C was small.",
}
SEVERAL = ("found", "why_it_matters", "cautions", "note")
LISTS = ("key_messages", "tags", "authors")
LINE = (
    *("headline", "studied_in", "participants", "population", "paper_title", "funding"),
    *("interests", "teaser", "disclaimer", "journal", "reviewed_by", "caution", "title"),
)
# What would end a field, a section or the front matter, were it not written with care.
HOSTILE = (
    "---",
    "# A headline\n## Cautions\nmine",
    "## What was found",
    "key: other\n---\n# Hm.",
    "- a\n- b: c",
    "'\"\\ # @ %YAML",
    "&a *a !!python/object",
    "\\# not a heading",
    "|2-\n  x",
    "null",
    "~",
    "<script>alert(1)</script>",
    "a\n\n\n\nb   \n c",
    "{% raw %}{{ x }}",
    "\ufeffa\u2028b\x00c\x0bd\x85e",
)
TEXTS = st.sampled_from(HOSTILE) | LINES | WORDS | st.lists(LINES, max_size=4).map("\n".join)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return empty_home(tmp_path / "home")


def outcome_of_file(text: str) -> Summary | str:
    reading = read_bytes(text.encode(), location="x.md", format="markdown")
    return reading.refused[0].field if reading.refused else reading.summaries[0]


def outcome_of_fields(written: dict[str, str]) -> Summary | str:
    """The same rules on the very words, without a file between."""
    typed = {name: clean(text, "x.md")[0].strip() for name, text in written.items()}
    typed["headline"] = " ".join(typed["headline"].split())
    lists = {name: LIST_FIELDS[name].split(text) for name, text in written.items() if name in LISTS}
    given_fields = {
        name: Given(value=value, place="x.md") for name, value in {**typed, **lists}.items()
    }
    try:
        return build(given_fields, location="x.md").summaries[0]
    except SourceError as error:
        return error.field


TYPED = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys((*SEVERAL, *LISTS), TEXTS),
        **dict.fromkeys(LINE, TEXTS.map(lambda text: " ".join(text.split()))),
    },
)


@given(TYPED)
@example(dict.fromkeys(LINE, "---"))
@example({"headline": "\\# not a heading"})
@example(dict.fromkeys(("found", "cautions", "note"), HOSTILE[1]))
def test_what_is_typed_is_what_the_reader_reads(typed: dict[str, str]) -> None:
    whole = {"key": "walks", **WRITTEN, "reviewed_on": "2026-11-20", "reviewed_by": "Ada"}
    written = whole | typed
    text = text_of_form(written, language="en")
    read = outcome_of_file(text)
    if "\0" in text:  # no text file has one
        assert read == ""
    elif isinstance(read, str):  # of several faults the first is named, in the order of the file
        assert outcome_of_fields(whole | {read: written.get(read, "")}) == read
    else:
        assert read == outcome_of_fields(written)


def test_the_key_is_made_from_the_headline_and_never_one_that_exists(home: Home) -> None:
    write_summary(home, "uber-muller")
    publish_due(home, at=SLOT)
    (home.root / "summaries" / "uber-muller.md").unlink()
    for headline, key in (
        ("Über Müller!", "uber-muller-2"),
        ("研究表明。", "summary-2026-11-25"),
        ("研究表明, 二。", "summary-2026-11-25-2"),
        ("README", "summary-readme"),
        ("../../etc/passwd", "etc-passwd"),
    ):
        made = create_summary(home, WRITTEN | {"headline": headline}, at=NOW)
        assert (made.key, made.place, made.derived) == (key, f"summaries/{key}.md", True)
    keys = {one.summary.key for one in next_issue_preview(home, at=NOW).issue.entries}  # type: ignore[union-attr]  (there is one)
    assert "uber-muller-2" in keys


def test_a_key_of_a_german_headline_writes_umlauts_as_german_does(home: Home) -> None:
    headline = "Atemübung mit großer Wirkung."
    made = create_summary(home, WRITTEN | {"headline": headline, "language": "de-AT"}, at=NOW)
    assert made.key == "atemuebung-mit-grosser-wirkung"
    text = home.settings.read_text()
    home.settings.write_text(text.replace('\nlanguage = "en"', '\nlanguage = "de"', 1))
    made = create_summary(home, WRITTEN | {"headline": "Öl hilft."}, at=NOW)
    assert made.key == "oel-hilft"


@pytest.mark.parametrize(
    "key", ["../../x", "a/b", "CON", "Gut & Brain", "index", ".hidden", "é" * 150]
)
def test_any_key_is_a_safe_name_in_the_folder(home: Home, key: str) -> None:
    made = create_summary(home, WRITTEN | {"key": key}, at=NOW)
    (file,) = (home.root / "summaries").iterdir()
    assert made.place == f"summaries/{file.name}"
    assert made.key == key
    assert [one[0].key for one in collect_now(home, at=NOW).read] == [key]


def test_a_key_in_a_file_that_was_never_collected_is_taken_too(home: Home) -> None:
    write_summary(home, "other").write_text(
        (home.root / "summaries" / "other.md").read_text().replace("key: other", "key: walks")
    )
    with pytest.raises(TakenKeyError, match=r"'walks' is already that of summaries/other.md"):
        create_summary(home, WRITTEN | {"key": "walks"}, at=NOW)


def test_a_written_again_file_changes_nothing_for_readers(home: Home) -> None:
    path = write_summary(home, "walks", title="'Walks: in short'", authors="[A, 'B; C']")
    publish_due(home, at=SLOT)
    path.write_text(
        path.read_text().replace("key: walks", "key: walks\nstatus: withdrawn\nnote: X")
    )
    next_issue = next_issue_preview(home, at=SLOT)
    assert next_issue.draft.edits
    later = SLOT.replace(month=12, day=7)
    publish_due(home, at=later)
    path.unlink()
    made = write_again(home, "walks", at=later)
    assert "status: withdrawn" in (home.root / made.place).read_text()
    assert not next_issue_preview(home, at=later).draft.edits
    with pytest.raises(RefusedError, match="is there"):
        write_again(home, "walks", at=later)


def test_a_pending_summary_whose_file_went_is_written_again(home: Home) -> None:
    write_summary(home, "walks")
    collect_now(home, at=NOW)
    (home.root / "summaries" / "walks.md").unlink()
    assert [one.summary.key for one in next_issue_preview(home, at=NOW).draft.held] == ["walks"]
    write_again(home, "walks", at=NOW)
    assert not next_issue_preview(home, at=NOW).draft.held


def test_what_was_taken_down_is_not_written_again(home: Home) -> None:
    path = write_summary(home, "walks")
    publish_due(home, at=SLOT)
    take_down(home, "walks", reason="a court", at=SLOT)
    path.unlink()
    with pytest.raises(RefusedError, match="it was taken down"):
        write_again(home, "walks", at=SLOT)
    with pytest.raises(RefusedError, match="no summary with this key"):
        write_again(home, "runs", at=SLOT)


def test_what_is_put_back_may_not_have_the_key_of_another_file(home: Home) -> None:
    write_summary(home, "walks")
    collect_now(home, at=NOW)
    text = (home.root / "summaries" / "walks.md").read_text()
    with pytest.raises(SourceError, match=r"already that of summaries/walks.md"):
        put_back(home, "summaries/renamed.md", text)
    assert not (home.root / "summaries" / "renamed.md").exists()


def test_a_copy_is_read_as_a_summary_again(home: Home) -> None:
    path = write_summary(home, "walks", evidence="[trial, preprint]", authors="['A, B', C]")
    (summary,) = read_bytes(path.read_bytes(), location="walks.md").summaries
    copied = copied_fields(summary)
    assert copied.keys() <= set(NEW_FIELDS)
    made = outcome_of_file(text_of_form(copied | {"key": "runs"}, language="en"))
    assert not isinstance(made, str)
    assert (made.evidence, made.authors, made.found) == (
        summary.evidence,
        summary.authors,
        summary.found,
    )
    assert made.published is None


def test_a_source_that_is_no_folder_of_files_is_never_written_into(home: Home) -> None:
    folder = home.root / "summaries"
    folder.rmdir()
    folder.write_text("{}")
    with pytest.raises(NewsletterError):
        create_summary(home, WRITTEN, at=NOW)
    assert folder.read_text() == "{}"
