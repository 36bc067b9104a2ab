"""`/corrections`: what was announced, what waits, what readers do not get; fifty on a page."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from homes import empty_home, tree, write_summary
from msnewsletter.publisher.corrections_ledger import LISTED, ledger_page
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.takedown import lift_takedown, take_down
from web.desk.conftest import NOW
from web.desk.desk_client import DeskClient

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home

DAY = timedelta(days=1)
KEYS = [f"s{number:02}" for number in range(LISTED + 1)]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Issue 1 carried sleep, diet and eyes; issue 2 corrected sleep."""
    home = empty_home(tmp_path / "home")
    for key in ("sleep", "diet", "eyes"):
        write_summary(home, key)
    publish(home, at=NOW - 3 * DAY)
    write_summary(home, "sleep", status="corrected", note="There were 14 people.")
    publish(home, at=NOW - 2 * DAY)
    return home


def section(desk: DeskClient, heading: str, path: str = "/corrections") -> str:
    """The words of the part of the screen with this heading; empty: there is none."""
    found = desk.get(path).tree.xpath(f"//section[h2[starts-with(., '{heading}')]]")
    return " ".join(" ".join(one.text_content().split()) for one in found)


def test_what_was_announced_names_both_issues_and_leads_there(home: Home) -> None:
    desk = DeskClient(home, NOW)
    told = section(desk, "Announced")
    assert "corrected What we know of sleep. There were 14 people." in told
    assert "Announced in issue 2, 23 November 2026; sent in issue 1" in told
    links = desk.get("/corrections").tree.xpath("//main//a/@href")
    change = "/corrections/new?key=sleep"
    assert {"/summary?key=sleep", "/issues/1", "/issues/2", change} <= set(links)


def test_what_waits_is_said_with_its_note_and_the_way_to_change_it(home: Home) -> None:
    write_summary(home, "diet", status="withdrawn", note="We mixed up two studies.")
    desk = DeskClient(home, NOW)
    waits = section(desk, "Waits for the next issue")
    assert "withdrawn What we know of diet. We mixed up two studies." in waits
    links = desk.get("/corrections").tree.xpath("//main//a/@href")
    assert "/corrections/new?key=diet&as=withdrawn" in links
    assert "/corrections/new?key=diet&as=live" in links


def test_why_the_issue_itself_waits_is_said_where_corrections_do(home: Home) -> None:
    write_summary(home, "diet", status="withdrawn", note="We mixed up two studies.")
    settings = home.settings.read_text()
    home.settings.write_text(settings.replace('review = "none"', 'review = "required"'))
    said = section(DeskClient(home, NOW), "Waits for the next issue")
    assert "The issue waits: " in said
    home.records.joinpath("next.md").write_text("---\nissue: 3\n---\nLorem ipsum. Dear readers.\n")
    said = section(DeskClient(home, NOW), "Waits for the next issue")
    assert "The issue is blocked: see what has to be corrected." in said


def test_an_edit_that_mails_nobody_waits_too_and_one_that_is_kept_back_is_an_alarm(
    home: Home,
) -> None:
    for key, words in (("diet", "It was tiny."), ("eyes", "TODO write this.")):
        path = home.root / f"summaries/{key}.md"
        path.write_text(path.read_text().replace("The study was small.", words))
    desk = DeskClient(home, NOW)
    assert "edited text What we know of diet." in section(desk, "Waits for the next issue")
    assert "mails nobody" in section(desk, "Waits for the next issue")
    kept_back = section(desk, "Readers do not get")
    assert "summaries/eyes.md" in kept_back
    assert "a placeholder is left" in kept_back


def test_what_was_taken_down_has_its_reason_and_no_word_of_its_text(home: Home) -> None:
    take_down(home, "sleep", reason="a court said so", note="On request.", at=NOW - DAY)
    desk = DeskClient(home, NOW)
    down = section(desk, "Taken down")
    assert "a court said so Readers see: “On request.”" in down
    assert "24 November 2026; ended by msnewsletter takedown sleep --lift" in down
    assert "What we know of sleep." not in desk.get("/corrections").words
    lift_takedown(home, "sleep", at=NOW)
    assert "24 November 2026; ended 25 November 2026" in section(desk, "Taken down")


def test_before_anything_was_corrected_it_says_so(tmp_path: Path) -> None:
    desk = DeskClient(empty_home(tmp_path / "home"), NOW)
    assert "Nothing was corrected or taken back yet." in desk.get("/corrections").words


def test_fifty_are_on_a_page_newest_first_each_once(tmp_path: Path) -> None:
    home = empty_home(tmp_path / "home")
    for key in KEYS:
        write_summary(home, key)
    publish(home, at=NOW - 3 * DAY, agreed=True)
    for key in KEYS[1:]:
        write_summary(home, key, status="corrected", note="Of more.")
    publish(home, at=NOW - 2 * DAY)
    write_summary(home, KEYS[0], status="withdrawn", note="Of the last.")
    publish(home, at=NOW - DAY)
    first, second = (ledger_page(home, at=NOW, first=at) for at in (0, LISTED))
    assert [one.correction.key for one in first.announced] == [KEYS[0], *KEYS[1:LISTED]]
    assert [one.correction.key for one in second.announced] == KEYS[LISTED:]
    assert (first.newer, first.older, second.newer, second.older) == (None, LISTED, 0, None)
    desk = DeskClient(home, NOW)
    assert "Older corrections" in desk.get("/corrections").words
    assert "Newer corrections" in desk.get(f"/corrections?first={LISTED}").words
    for first_row in ("-1", "x", "9" * 400, "999999", "\N{SUPERSCRIPT TWO}"):
        assert desk.get(f"/corrections?{urlencode({'first': first_row})}").status == 200


def test_looking_changes_no_byte(home: Home) -> None:
    before = tree(home.root)
    DeskClient(home, NOW).get("/corrections")
    assert tree(home.root) == before
