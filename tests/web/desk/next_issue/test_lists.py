"""The desk's lists: every summary once, with why; found by words, fifty at a time."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from homes import AT, empty_home, published_tree, write_summary
from msnewsletter.publisher.preview import next_issue_preview
from msnewsletter.publisher.publish import publish
from msnewsletter.web.desk.next_issue.lists import SHOWN, Lists, Row, lists_of
from msnewsletter.web.desk.templating import address_of
from web.desk.desk_client import DeskClient

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home

WEEK = timedelta(weeks=1)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = empty_home(tmp_path)
    home.records.mkdir()
    for key, day in (("walks", "2026-11-20"), ("sleep", "2026-11-21"), ("diet", "2026-11-19")):
        write_summary(home, key, day, journal=f"Journal of {key.title()}")
    return home


def listed(home: Home, *, find: str = "", first: int = 0) -> Lists:
    return lists_of(next_issue_preview(home, at=AT + WEEK), find=find, first=first)


def keys(rows: tuple[Row, ...]) -> list[str]:
    return [row.key for row in rows]


def test_the_rows_are_in_the_order_of_the_issue_and_say_why(home: Home) -> None:
    lists = listed(home)
    assert keys(lists.taken) == ["sleep", "walks", "diet"]
    assert [row.position for row in lists.taken] == [1, 2, 3]
    assert all(row.why and row.location == f"summaries/{row.key}.md" for row in lists.taken)
    assert "Journal of Sleep" in lists.taken[0].quiet
    assert (lists.taken_total, lists.held_total, lists.found) == (3, 0, 3)


def test_what_is_held_says_so_in_a_word_and_a_sentence(home: Home) -> None:
    write_summary(home, "later", "2026-12-24")
    [row] = listed(home).held
    assert (row.key, row.badges, row.position, row.by_editor) == (
        "later",
        ("dated later",),
        0,
        False,
    )
    assert row.quiet == "24 December 2026"
    assert row.why


def test_what_the_editor_holds_may_be_released_and_pins_know_their_ends(home: Home) -> None:
    (home.records / "next.md").write_text(
        "---\nissue: 1\npin: [diet, walks]\nhold:\n  sleep: its author asked us to wait\n---\n"
    )
    lists = listed(home)
    pins = [(row.key, row.badges, row.pinned, row.first, row.last) for row in lists.taken]
    assert pins == [
        ("diet", ("pinned",), True, True, False),
        ("walks", ("pinned",), True, False, True),
    ]
    [row] = lists.held
    assert (row.key, row.badges, row.by_editor) == ("sleep", ("editor",), True)
    assert "its author asked us to wait" in row.why


def test_pins_of_another_issue_count_for_nothing(home: Home) -> None:
    (home.records / "next.md").write_text("---\nissue: 2\npin: [diet]\n---\n")
    lists = listed(home)
    assert not any(row.pinned for row in lists.taken)
    assert [note.place for note in lists.warned] == ["issues/next.md"]


def test_late_ones_and_corrections_are_marked(home: Home) -> None:
    publish(home, at=AT)
    write_summary(home, "found-late", "2026-11-12")
    write_summary(home, "walks", status="corrected", note=json.dumps("There were 14."))
    lists = listed(home)
    [late] = lists.taken
    assert (late.key, late.badges) == ("found-late", ("from before an earlier issue",))
    assert "earlier issue" not in late.quiet
    [row] = lists.corrections
    assert (row.key, row.badges, row.quiet) == (
        "walks",
        ("corrected",),
        "sent in issue 1; not announced yet",
    )
    assert row.why == "There were 14."


@pytest.mark.parametrize(
    ("find", "found"),
    [
        ("SLEEP", ["sleep"]),
        ("know of", ["sleep", "walks", "diet"]),
        ("know diet", ["diet"]),
        ("journal walks", ["walks"]),
        ("sleep walks", []),
        ("  ", ["sleep", "walks", "diet"]),
        ("<b>", []),
    ],
)
def test_rows_are_found_by_all_of_the_words_in_any_case(
    home: Home, find: str, found: list[str]
) -> None:
    lists = listed(home, find=find)
    assert keys(lists.taken) == found
    assert lists.taken_total == lists.found == len(found)


def test_a_page_has_fifty_rows_and_knows_whether_more_follow(home: Home) -> None:
    for number in range(SHOWN):
        write_summary(home, f"more-{number:02}", "2026-11-01")
    first, second, beyond = (listed(home, first=at) for at in (0, SHOWN, 5 * SHOWN))
    assert (len(first.taken), first.next) == (SHOWN, SHOWN)
    assert (len(second.taken), second.next) == (3, None)
    assert (beyond.taken, beyond.next) == ((), None)
    assert first.taken_total == second.taken_total == SHOWN + 3
    assert not {*keys(first.taken)} & {*keys(second.taken)}


def test_a_home_without_summaries_has_empty_lists(tmp_path: Path) -> None:
    lists = listed(empty_home(tmp_path))
    assert (lists.taken, lists.held, lists.corrections, lists.next) == ((), (), (), None)


@pytest.mark.parametrize(
    ("place", "address"),
    [
        ("issues/next.md", "/next"),
        ("issues/next.md:3", "/next?line=3"),
        ("summaries/next.md:3", "/summary?place=summaries%2Fnext.md%3A3&as=text"),
        ("summaries/whatnext.md", "/summary?place=summaries%2Fwhatnext.md"),
        ("digest.html:4", "/"),
        ("digest-short.txt", "/?view=text&edition=digest-short"),
        ("digests/gut.md:4", "/summary?place=digests%2Fgut.md%3A4&as=text"),
        ("mailmerge.eml", "/?view=source&edition=mailmerge"),
        ("newsletter.toml: mail.subject", ""),
        ("glossary.md:4", ""),
        ("templates/digest.mjml.j2:12", ""),
    ],
)
def test_a_place_leads_to_its_own_screen_whatever_its_name_resembles(
    place: str, address: str
) -> None:
    assert address_of(place) == address


def test_many_pending_are_paged_and_found_and_pinned(home: Home) -> None:
    for number in range(4 * SHOWN):
        write_summary(home, f"study-{number:03d}", published="2026-11-10")
    before = set(published_tree(home))
    desk = DeskClient(home, AT + WEEK)
    first = desk.get("/")
    assert len(first.tree.xpath("//section[@data-live='taken']//ol/li")) == SHOWN
    assert (
        str(4 * SHOWN + 3)
        in first.tree.xpath("//section[@data-live='taken']//h2")[0].text_content()
    )
    (more,) = first.links(f"The next {SHOWN}")
    assert desk.get(more).tree.xpath("//section[@data-live='taken']//ol/li/@value")[0] == "51"
    found = desk.get("/?find=study-199")
    assert len(found.tree.xpath("//section[@data-live='taken']//ol/li")) == 1
    desk.post("/pin", found.fields("/pin"))
    top = desk.get("/").tree.xpath("//section[@data-live='taken']//ol/li")[0]
    assert "study-199" in top.text_content()
    assert set(published_tree(home)) - before == {"issues/next.md"}
