"""Every summary has its place in one list, with what it is and why; found on either database."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from databases import on_both, rows
from homes import AT, empty_home, tree, write_summary
from msnewsletter.errors import SourceError
from msnewsletter.home import Home
from msnewsletter.publisher.preview import next_issue_preview
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.state_name import StateName
from msnewsletter.publisher.summary_list import RegisterPage, summary_page
from msnewsletter.publisher.summary_register import LISTED, RegisterQuery
from web.desk.conftest import NOW
from web.desk.sourced import sourced_home

if TYPE_CHECKING:
    from pathlib import Path


WEEK = timedelta(weeks=1)
S = StateName


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return made_in(tmp_path_factory.mktemp("made") / "home")


@pytest.fixture
def home(made: Home, tmp_path: Path) -> Home:
    shutil.copytree(made.root, tmp_path / "home")
    return Home(tmp_path / "home")


def made_in(root: Path) -> Home:
    """A home with one of each kind; issue 1 carried three."""
    home = empty_home(root, start="2026-11-10")
    write_summary(home, "walks", "2026-11-20", journal="Gångarter", doi="10.1000/walks")
    write_summary(home, "sleep", "2026-11-21")
    write_summary(home, "diet", "2026-11-19")
    write_summary(home, "ancient", "2020-01-01")
    publish(home, at=AT)
    write_summary(home, "new", "2026-11-22")
    write_summary(home, "later", "2099-12-24")
    write_summary(home, "wrong", "2026-02-30")
    write_summary(home, "diet", "2026-11-19", status="withdrawn", note="We were wrong.")
    publish(home, at=AT + timedelta(hours=1))  # announces it, and carries "new"
    write_summary(home, "newer", "2026-11-27")
    return home


def listed(home: Home, **query: Any) -> RegisterPage:
    preview = next_issue_preview(home, at=AT + WEEK)
    return summary_page(home, RegisterQuery(**query), preview=preview, at=AT + WEEK)


def keys(page: RegisterPage) -> list[str]:
    return [row.key or row.place for row in page.rows]


def test_all_are_in_one_list_what_goes_out_next_first_and_each_newest_first(home: Home) -> None:
    before = tree(home.root)
    page = listed(home)
    assert [(row.key or row.place, row.state, row.marks, row.issue) for row in page.rows] == [
        ("newer", S.PENDING, (), None),
        ("later", S.HELD, (), None),
        ("summaries/wrong.md:3", S.REFUSED, (), None),
        ("new", S.SENT, (), 2),
        ("sleep", S.SENT, (), 1),
        ("walks", S.SENT, (), 1),
        ("diet", S.SENT, (S.WITHDRAWN,), 1),
        ("ancient", S.BASELINE, (), None),
    ]
    assert (page.counts.found, page.pages, page.trouble) == (8, 1, None)
    assert tree(home.root) == before


def test_what_waits_or_does_not_read_says_why(home: Home) -> None:
    why = {row.key or row.place: row.why for row in listed(home).rows}
    assert "2099-12-24" in why["later"]
    assert "2026-02-30" in why["summaries/wrong.md:3"]
    assert "Remedy: " in why["summaries/wrong.md:3"]
    assert why["ancient"]
    assert why["walks"] == why["newer"] == ""


FINDS: tuple[tuple[dict[str, Any], list[str]], ...] = (
    ({"find": "gangarter"}, ["walks"]),
    ({"find": "https://doi.org/10.1000/WALKS"}, ["walks"]),
    ({"find": "know newer"}, ["newer"]),
    ({"find": "know of new"}, ["newer", "new"]),
    ({"find": "summaries/wrong.md"}, ["summaries/wrong.md:3"]),
    ({"find": "%"}, []),
    ({"find": "sleep walks"}, []),
    ({"state": S.SENT}, ["new", "sleep", "walks", "diet"]),
    ({"state": S.WITHDRAWN}, ["diet"]),
    ({"state": S.BASELINE}, ["ancient"]),
    ({"state": S.OVERRIDDEN}, []),
    ({"issue": 1}, ["sleep", "walks", "diet"]),
    ({"issue": 999_999}, []),
    ({"year": "2020"}, ["ancient"]),
    ({"year": "2099", "state": S.SENT}, []),
    ({"source": "no such\N{NO-BREAK SPACE}source"}, []),
)


@on_both
def test_words_and_choices_find_what_they_say(tmp_path: Path) -> None:
    home = made_in(tmp_path / "home")
    for query, found in FINDS:
        page = listed(home, **query)
        assert page.trouble is None, query
        assert keys(page) == found, query
        assert page.counts.found == len(found), query
    assert keys(listed(home, find="\0 \ud800")) == keys(listed(home))


def test_pages_have_stable_addresses_and_an_absurd_one_is_the_last(home: Home) -> None:
    for number in range(LISTED):
        write_summary(home, f"more-{number:02}", "2026-11-01")
    first, second = listed(home, page=1), listed(home, page=2)
    assert (len(first.rows), first.pages) == (LISTED, 2)
    assert len({*keys(first), *keys(second)}) == LISTED + 8
    for page in (3, 10**9, 0, -4):
        shown = listed(home, page=page)
        assert shown.query.page == (2 if page > 0 else 1)
        assert keys(shown) == keys(second if page > 0 else first)


def test_a_file_that_counts_instead_of_what_was_fetched_is_overridden(tmp_path: Path) -> None:
    home = sourced_home(tmp_path)
    preview = next_issue_preview(home, at=NOW)
    page = summary_page(home, RegisterQuery(state=S.OVERRIDDEN), preview=preview, at=NOW)
    assert page.rows == ()
    mine = write_summary(home, "mine")
    mine.write_text(mine.read_text().replace("key: mine", "key: example.org/gut"))
    publish(home, at=NOW)
    page = summary_page(
        home,
        RegisterQuery(state=S.OVERRIDDEN),
        preview=next_issue_preview(home, at=NOW + WEEK),
        at=NOW + WEEK,
    )
    [row] = page.rows
    assert (row.key, row.state, row.marks) == ("example.org/gut", S.SENT, (S.OVERRIDDEN,))
    assert page.counts.states[S.OVERRIDDEN] == page.counts.found == 1


def test_an_edit_of_what_was_sent_says_what_becomes_of_it(home: Home) -> None:
    write_summary(home, "walks", "2026-11-20", title="Walks anew")
    [row] = listed(home, find="walks").rows
    assert row.why.startswith("Its file was edited: goes to site and feeds")


def test_what_is_gone_has_no_place(home: Home) -> None:
    (home.root / "summaries" / "walks.md").unlink()
    places = {row.key: row.place for row in listed(home).rows}
    assert (places["walks"], places["sleep"]) == ("", "summaries/sleep.md")


def test_a_damaged_text_costs_no_other_its_row(home: Home) -> None:
    preview = next_issue_preview(home, at=AT + WEEK)
    rows(home, "UPDATE entries SET document = '{' WHERE key = 'walks'")
    page = summary_page(home, RegisterQuery(issue=1), preview=preview, at=AT + WEEK)
    assert keys(page) == ["sleep", "walks", "diet"]
    damaged = page.rows[1]
    assert (damaged.headline, damaged.issue) == ("walks", None)
    assert "it is broken" in damaged.why


@pytest.mark.sqlite("it breaks the database's file")
def test_without_the_database_the_rest_is_listed_and_one_line_says_why(home: Home) -> None:
    preview = next_issue_preview(home, at=AT + WEEK)
    home.database.write_bytes(b"no database" * 1000)
    for name in ("-wal", "-shm"):
        home.database.with_name(f"{home.database.name}{name}").unlink(missing_ok=True)
    page = summary_page(home, RegisterQuery(page=7), preview=preview, at=AT + WEEK)
    assert keys(page) == ["newer", "later", "summaries/wrong.md:3"]
    assert page.trouble
    assert page.trouble.place == "var/newsletter.db"
    assert (page.counts.found, page.query.page) == (3, 1)


def test_without_a_preview_what_was_sent_is_listed(home: Home) -> None:
    page = summary_page(home, RegisterQuery(), preview=None, at=AT + WEEK)
    assert keys(page) == ["new", "sleep", "walks", "diet", "ancient"]


def test_what_was_sent_since_the_preview_was_made_is_listed_once(home: Home) -> None:
    preview = next_issue_preview(home, at=AT + WEEK)
    publish(home, at=AT + WEEK)
    page = summary_page(home, RegisterQuery(find="newer"), preview=preview, at=AT + WEEK)
    [row] = page.rows
    assert (row.key, row.state) == ("newer", S.SENT)


def test_fifty_thousand_that_do_not_read_hide_nothing_else(home: Home) -> None:
    preview = next_issue_preview(home, at=AT + WEEK)
    refused = tuple(
        SourceError(f"summaries/bad-{number:05}.md:3", "it is empty", "write a summary")
        for number in range(50_000)
    )
    preview = replace(preview, collected=replace(preview.collected, refused_in_full=refused))
    first = summary_page(home, RegisterQuery(), preview=preview, at=AT + WEEK)
    assert keys(first)[:2] == ["newer", "later"]
    assert (len(first.rows), first.pages) == (LISTED, 1001)
    last = summary_page(home, RegisterQuery(page=10**7), preview=preview, at=AT + WEEK)
    assert keys(last)[-5:] == ["new", "sleep", "walks", "diet", "ancient"]
    one = summary_page(home, RegisterQuery(find="bad-04999"), preview=preview, at=AT + WEEK)
    assert keys(one) == ["summaries/bad-04999.md:3"]


def test_what_is_wrong_with_the_glossary_is_no_summary(home: Home) -> None:
    home.glossary.write_text("## A term\n")
    preview = next_issue_preview(home, at=AT + WEEK)
    assert any(one.place.startswith("glossary.md") for one in preview.collected.refused_in_full)
    found = summary_page(home, RegisterQuery(state=S.REFUSED), preview=preview, at=AT + WEEK)
    assert keys(found) == ["summaries/wrong.md:3"]
