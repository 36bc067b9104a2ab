"""Saving a summary's file: one summary, inside the sources, under the key that it has."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from homes import empty_home, write_summary
from msnewsletter.errors import NewsletterError, RefusedError, StaleError
from msnewsletter.publisher.editing.summary import (
    read_summary_source,
    save_summary_form,
    save_summary_source,
    source_form,
)

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home

PLACE = "summaries/walks.md"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = empty_home(tmp_path / "home")
    write_summary(home, "walks")
    return home


def written(home: Home) -> str:
    return (home.root / PLACE).read_text()


def test_a_text_is_saved_and_read_again(home: Home) -> None:
    seen = read_summary_source(home, f"{PLACE}:3")
    assert (seen.key, seen.format, seen.read_only) == ("walks", "markdown", None)
    better = seen.text.replace("It may help", "It helped six of ten")
    saved = save_summary_source(home, PLACE, better, version=seen.version)
    assert written(home) == saved.text == better
    assert saved.version != seen.version


def test_a_form_changes_its_field_and_no_other_line(home: Home) -> None:
    seen = read_summary_source(home, PLACE)
    form = source_form(seen)
    assert form is not None
    wanted = replace(form, fields={**form.fields, "journal": "Walking & health"})
    save_summary_form(home, PLACE, wanted, version=seen.version)
    lines = written(home).splitlines()
    assert [line for line in lines if line not in seen.text.splitlines()] == [
        "journal: Walking & health"
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("published: 2026-11-20", "published: 2026-02-30", "published"),
        ("# What we know of walks.", "", "headline"),
        ("key: walks", "key: runs", "its key would become 'runs'"),
        ("small", "small \ud800", "half a character"),
    ],
)
def test_what_would_not_read_or_be_another_study_is_not_written(
    home: Home, old: str, new: str, said: str
) -> None:
    seen = read_summary_source(home, PLACE)
    assert old in seen.text
    with pytest.raises(NewsletterError, match=said):
        save_summary_source(home, PLACE, seen.text.replace(old, new), version=seen.version)
    assert written(home) == seen.text


def test_a_file_that_changed_meanwhile_is_shown_before_its_text_is_judged(home: Home) -> None:
    seen = read_summary_source(home, PLACE)
    theirs = seen.text.replace("small", "tiny")
    (home.root / PLACE).write_text(theirs)
    with pytest.raises(StaleError) as caught:
        save_summary_source(home, PLACE, "no summary at all", version=seen.version)
    assert caught.value.text == theirs == written(home)


@pytest.mark.parametrize("place", ["newsletter.toml", "summaries/../newsletter.toml", "/etc/hosts"])
def test_a_file_outside_the_sources_is_neither_shown_nor_written(home: Home, place: str) -> None:
    with pytest.raises(RefusedError, match="is in none of the sources"):
        read_summary_source(home, place)


def test_a_link_that_leads_out_of_the_sources_is_not_followed(home: Home, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (home.root / PLACE).rename(outside / "walks.md")
    (home.root / "summaries" / "linked").symlink_to(outside)
    before = (outside / "walks.md").read_bytes()
    with pytest.raises(NewsletterError):
        save_summary_source(home, "summaries/linked/walks.md", "# Other.\n", version="")
    assert (outside / "walks.md").read_bytes() == before


def test_a_json_file_is_shown_and_not_edited(home: Home) -> None:
    path = home.root / "summaries" / "many.json"
    path.write_text("[]")
    seen = read_summary_source(home, "summaries/many.json")
    assert seen.read_only is not None
    assert source_form(seen) is None
    with pytest.raises(RefusedError, match="not edited"):
        save_summary_source(home, seen.location, "[1]", version=seen.version)
    assert path.read_text() == "[]"


def test_a_file_that_is_gone_is_in_no_source(home: Home) -> None:
    (home.root / PLACE).unlink()
    with pytest.raises(RefusedError, match="is in none of the sources"):
        read_summary_source(home, PLACE)
