"""A new summary at the desk: from an empty form, as a copy, and a file that is written again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from homes import empty_home, sample_home, write_summary
from msnewsletter.publisher.clock_work import publish_due
from web.desk.conftest import NOW, SLOT
from web.desk.desk_client import DeskClient

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home

NEW = "/summary/new"
WRITTEN = {
    "headline": "Short walks ease fatigue.",
    "found": "Sixteen people walked & felt better.",
    "why_it_matters": "Fatigue is common.",
    "cautions": "It was a small study.",
}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return empty_home(tmp_path / "home")


@pytest.fixture
def desk(home: Home) -> DeskClient:
    return DeskClient(home, NOW)


def files(home: Home) -> dict[str, str]:
    return {path.name: path.read_text() for path in (home.root / "summaries").glob("*.md")}


def test_the_empty_form_asks_for_every_field_and_creates_the_summary(
    home: Home, desk: DeskClient
) -> None:
    form = desk.get(NEW).fields(NEW)
    assert set(form) > {*WRITTEN, "key", "evidence", "status", "note", "disclaimer"}
    assert not any(text for name, text in form.items() if name != "token")
    made = desk.post(NEW, form | WRITTEN | {"evidence": "trial, preprint", "authors": "A; B"})
    assert "Created in summaries/short-walks-ease-fatigue.md." in made.words
    assert "Its key is short-walks-ease-fatigue, made from its headline." in made.words
    assert "In issue 1, the next one, as number 1." in made.words
    assert files(home) == {
        "short-walks-ease-fatigue.md": (
            "---\nkey: short-walks-ease-fatigue\nevidence:\n  - trial\n  - preprint\n"
            "authors:\n  - A\n  - B\n---\n# Short walks ease fatigue.\n\n"
            "## What was found\n\nSixteen people walked & felt better.\n\n"
            "## Why it matters\n\nFatigue is common.\n\n## Cautions\n\nIt was a small study.\n"
        )
    }


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"published": "2026-02-30"}, "published", "2026-02-30"),
        ({"headline": ""}, "headline", "it is empty"),
        ({"found": " \n"}, "found", "it is empty"),
        ({"reviewed_by": "B. Reader"}, "reviewed_on", "say who checked it and when"),
        ({"status": "corrected"}, "note", "corrected without a 'note'"),
        ({"evidence": "trial, review"}, "evidence", "exclude each other"),
        ({"doi": "x"}, "doi", "doi"),
    ],
)
def test_what_does_not_read_is_refused_at_its_field_and_no_word_is_lost(
    home: Home, desk: DeskClient, typed: dict[str, str], field: str, said: str
) -> None:
    written = desk.get(NEW).values(NEW) | WRITTEN | {"teaser": 'A "teaser" <b>'} | typed
    answer = desk.post(NEW, written)
    assert answer.status == 409
    assert said in answer.alert
    assert "summaries/" in answer.alert
    assert answer.tree.xpath(f"//*[@role='alert']//a[@href='#{field}']")
    (wrong,) = answer.tree.xpath("//*[@aria-invalid='true']")
    assert wrong.get("id") == field
    for described in wrong.get("aria-describedby").split():
        assert answer.tree.get_element_by_id(described).text_content()
    assert answer.values(NEW) == written
    assert files(home) == {}


@pytest.mark.parametrize("is_sent", [False, True])
def test_a_key_that_exists_is_refused_by_name_with_a_link_to_it(
    home: Home, desk: DeskClient, *, is_sent: bool
) -> None:
    path = write_summary(home, "walks")
    where = "summaries/walks.md"
    if is_sent:
        publish_due(home, at=SLOT)
        path.unlink()
        where = "a summary that is in issue 1"
    before = files(home)
    answer = desk.post(NEW, WRITTEN | {"key": "walks"})
    assert answer.status == 409
    assert f"the key 'walks' is already that of {where}" in answer.alert
    (link,) = answer.links("Look at the summary that has the key walks")
    assert "What we know of walks." in desk.get(link).words
    assert answer.values(NEW)["found"] == WRITTEN["found"]
    assert files(home) == before


def test_two_tabs_that_create_under_one_key_make_one_summary(home: Home, desk: DeskClient) -> None:
    desk.post(NEW, WRITTEN | {"key": "walks"})
    before = files(home)
    again = desk.post(NEW, WRITTEN | {"key": "walks"})  # the same button, pressed twice
    assert "Created in summaries/walks.md." in again.words
    other = desk.post(NEW, WRITTEN | {"key": "walks", "found": "Something else."})
    assert "the key 'walks' is already that of summaries/walks.md" in other.alert
    assert other.values(NEW)["found"] == "Something else."
    assert files(home) == before


def test_a_file_of_that_name_is_never_overwritten(home: Home, desk: DeskClient) -> None:
    path = home.root / "summaries" / "short-walks-ease-fatigue.md"
    path.write_text("a note that does not read")
    made = desk.post(NEW, WRITTEN)
    assert "Created in summaries/short-walks-ease-fatigue-2.md." in made.words
    typed = desk.post(NEW, WRITTEN | {"key": "short-walks-ease-fatigue"})
    assert "is there already" in typed.alert
    assert path.read_text() == "a note that does not read"


def test_a_copy_has_the_words_and_neither_key_nor_date_nor_fate(
    home: Home, desk: DeskClient
) -> None:
    front = {"status": "corrected", "note": "A slip.", "journal": "Gut", "tags": "[a, b]"}
    write_summary(home, "walks", reviewed_by="B. Reader", reviewed_on="2026-11-20", **front)
    screen = desk.get("/summary?key=walks")
    (link,) = screen.links("Duplicate as a new one")
    form = desk.get(link).values(NEW)
    assert {name: text for name, text in form.items() if text} == {
        "copied": "walks",
        "headline": "What we know of walks.",
        "found": "Something about walks.",
        "why_it_matters": "It may help.",
        "cautions": "The study was small.",
        "journal": "Gut",
        "tags": "a, b",
    }
    assert "without its key" in desk.post(NEW, form | {"doi": "x"}).words  # it stays a copy


def test_a_copy_of_what_is_not_there_is_refused_in_one_line(desk: DeskClient) -> None:
    assert "there is no summary with this key" in desk.get(f"{NEW}?from=nothing").words


def test_a_sent_summary_without_its_file_is_shown_and_its_file_written_again(home: Home) -> None:
    path = write_summary(home, "walks", journal="Gut")
    publish_due(home, at=SLOT)
    path.unlink()
    desk = DeskClient(home, SLOT)
    screen = desk.get("/summary?key=walks")
    assert "Sent in issue 1 on 30 November 2026" in screen.words
    assert "Its file is gone" in screen.words
    assert not screen.tree.xpath("//main//textarea | //main//input[not(@type='hidden')]")
    again = desk.post("/summary/again", screen.fields("/summary/again"))
    assert "Written again as summaries/walks.md; readers see no difference." in again.words
    assert "Its source says something else" not in again.words
    assert again.values("/summary")["journal"] == "Gut"
    twice = desk.post("/summary/again", {"key": "walks"})
    assert "summaries/walks.md" in twice.words
    assert list(files(home)) == ["walks.md"]


def test_without_a_folder_to_write_into_the_words_stay(tmp_path: Path) -> None:
    home = sample_home(tmp_path / "home")
    text = home.settings.read_text()
    home.settings.write_text(
        text.replace('path = "summaries"', 'path = "summaries"\nformat = "json"')
    )
    answer = DeskClient(home, NOW).post(NEW, WRITTEN)
    assert "nowhere to write" in answer.alert
    assert answer.values(NEW)["found"] == WRITTEN["found"]
