"""The tab "Summaries": every summary is found by its address, with its reason and what to do."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import expect

from homes import AT, empty_home, tree, write_summary
from msnewsletter.home import Home
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.state_name import StateName
from msnewsletter.publisher.summary_register import LISTED, RegisterQuery
from msnewsletter.web.desk.summaries.summary_query import address_of_query, query_in
from web.desk.barriers import barriers
from web.desk.desk_client import DeskClient
from web.desk.running import running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from lxml.html import HtmlElement
    from playwright.sync_api import Page

    from web.desk.running import Running

    Opened = Callable[..., Page]

WEEK = timedelta(weeks=1)
HOSTILE = "<script>alert(1)</script> ${7*7} {{ 7*7 }} \u202e'\"&lt;"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Sent, withdrawn, held, refused and pending ones; the last with hostile words."""
    home = empty_home(tmp_path_factory.mktemp("made") / "home", start="2026-11-10")
    write_summary(home, "walks", "2026-11-20", journal="Gångarter")
    write_summary(home, "diet", "2026-11-19")
    publish(home, at=AT)
    write_summary(home, "diet", "2026-11-19", status="withdrawn", note="We were wrong.")
    publish(home, at=AT + timedelta(hours=1))
    write_summary(home, "later", "2099-12-24")
    write_summary(home, "wrong", "2026-02-30")
    path = write_summary(home, "hostile", "2026-11-22", journal=json.dumps(HOSTILE))
    path.write_text(path.read_text().replace("# What we know of", f"# {HOSTILE[:40]} of"))
    return home


@pytest.fixture
def home(made: Home, tmp_path: Path) -> Home:
    shutil.copytree(made.root, tmp_path / "home")
    return Home(tmp_path / "home")


def asked(home: Home, address: str = "/summaries") -> HtmlElement:
    answer = DeskClient(home, AT + WEEK).get(address)
    assert answer.status == 200
    return answer.tree


def headlines(page: HtmlElement) -> list[str]:
    return [one.text_content() for one in page.find_class("headline")]


def row(page: HtmlElement, key: str) -> HtmlElement:
    [found] = [one for one in page.find_class("register")[0] if key in one.text_content()]
    return found


def links(inside: list[HtmlElement]) -> dict[str, str]:
    """The words of all links, and where they lead."""
    found = (link for one in inside for link in one.iter("a"))
    return {" ".join(a.text_content().split()): str(a.get("href")) for a in found}


def actions(one: HtmlElement) -> dict[str, str]:
    return links(one.find_class("acts"))


def test_each_row_leads_to_its_own_screen_and_to_what_may_be_done(made: Home) -> None:
    before = tree(made.root)
    page = asked(made)
    assert actions(row(page, "walks")) == {
        "Edit": "/summary?place=summaries%2Fwalks.md",
        "Correct…": "/corrections/new?key=walks&as=corrected",
        "Withdraw…": "/corrections/new?key=walks&as=withdrawn",
        "Duplicate": "/summary/new?from=walks",
    }
    assert list(actions(row(page, "diet"))) == ["Edit", "Lift…", "Duplicate"]
    assert list(actions(row(page, "later"))) == ["Edit", "Duplicate"]
    refused = row(page, "wrong.md:3")
    assert actions(refused) == {"Edit": "/summary?place=summaries%2Fwrong.md%3A3&as=text"}
    assert links(refused.find_class("headline")) == {
        "summaries/wrong.md:3": actions(refused)["Edit"]
    }
    walks = row(page, "walks")
    assert links(walks.find_class("headline")) == {"What we know of walks.": "/summary?key=walks"}
    said = " ".join(walks.find_class("quiet")[0].text_content().split())
    assert said == "sent dated 20 November 2026 · Gångarter · walks · Issue 1, 23 November 2026"
    assert links(page.find_class("heading")) == {"Write a new summary": "/summary/new"}
    assert tree(made.root) == before


def test_what_is_held_or_refused_says_why_in_a_sentence(made: Home) -> None:
    page = asked(made)
    for key in ("later", "wrong.md:3"):
        [why] = row(page, key).find_class("why")
        assert why.text_content()[0].isupper()
        assert why.text_content().endswith(".")


def test_the_states_are_links_with_their_counts(made: Home) -> None:
    page = asked(made, "/summaries?find=know")
    found = links(page.find_class("states"))
    assert found["All 3"] == "/summaries?find=know"
    assert found["Sent 2"] == "/summaries?find=know&state=sent"
    assert found["Withdrawn 1"] == "/summaries?find=know&state=withdrawn"
    assert found["Refused 0"] == "/summaries?find=know&state=refused"
    [chosen] = [a for a in page.find_class("states")[0].iter("a") if a.get("aria-current")]
    assert chosen.text_content() == "All 3"


@pytest.mark.parametrize("find", [HOSTILE, "\0", "%00", "'; drop table register; --", "ÿ" * 5000])
def test_nothing_that_is_typed_or_written_becomes_markup(made: Home, find: str) -> None:
    page = asked(made, f"/summaries?find={quote(find, errors='replace')}")
    assert [one.get("src") for one in page.iter("script")] == ["/desk.js"]
    assert page.get_element_by_id("find").get("value") is not None


def test_an_absurd_address_shows_what_there_is(made: Home) -> None:
    everything = headlines(asked(made))
    for query in ("state=nonsense", "page=0", "page=-1", "page=%C2%B2", "year=%00", "issue=x"):
        assert headlines(asked(made, f"/summaries?{query}")) == everything
    page = asked(made, f"/summaries?page={'9' * 400}")
    assert headlines(page) == everything
    assert "There is no page 9,999,999. This is the last one." in page.text_content()
    assert headlines(asked(made, f"/summaries?issue={'9' * 400}")) == everything
    assert headlines(asked(made, "/summaries?source=%00%F0")) == everything


def test_an_empty_list_says_so_and_how_to_get_back(made: Home, tmp_path: Path) -> None:
    page = asked(made, "/summaries?find=nothing+such&state=sent")
    [empty] = page.find_class("empty")
    assert "“nothing such”" in empty.text_content()
    assert links([empty]) == {
        "Look for these words in all summaries": "/summaries?find=nothing+such",
        "Show all summaries": "/summaries",
    }
    [first] = asked(empty_home(tmp_path / "new")).find_class("empty")
    assert links([first]) == {"Write the first one": "/summary/new"}


def test_the_pages_of_a_long_list_lead_to_each_other(home: Home) -> None:
    for number in range(LISTED + 1):
        write_summary(home, f"more-{number:02}", "2026-11-01")
    first = asked(home, "/summaries?find=know")
    assert links(first.find_class("paging")) == {"Older": "/summaries?find=know&page=2"}
    second = asked(home, "/summaries?find=know&page=2")
    assert not {*headlines(first)} & {*headlines(second)}
    assert len(headlines(first)) == LISTED
    assert links(second.find_class("paging")) == {"Newer": "/summaries?find=know"}


@pytest.mark.sqlite("it breaks the database's file")
def test_without_its_database_the_screen_says_so_in_one_line(home: Home) -> None:
    desk = DeskClient(home, AT + WEEK)
    assert desk.desk.live.shown.preview
    home.database.write_bytes(b"no database" * 1000)
    page = desk.get("/summaries").tree
    said = [one.text_content() for one in page.find_class("bad")]
    missing = "What was sent is not in this list. var/newsletter.db: "
    assert sum(one.startswith(missing) for one in said) == 1
    assert len(headlines(page)) == 3


@pytest.mark.parametrize("state", [None, *StateName])
def test_a_query_is_what_its_address_says(state: StateName | None) -> None:
    query = RegisterQuery(find="a & b=c", state=state, source="x: y", year="2026", issue=7, page=3)
    address = address_of_query(query, page=3)
    given = {name: value[0] for name, value in parse_qs(urlsplit(address).query).items()}
    assert query_in(given) == query
    assert "page" not in parse_qs(urlsplit(address_of_query(query, year=None)).query)


@pytest.fixture
def desk(home: Home) -> Iterator[Running]:
    with running(home, AT + WEEK) as desk:
        yield desk


def test_an_editor_finds_a_sent_summary_by_keyboard_without_scripts(opened: Opened) -> None:
    page = opened("/summaries", java_script_enabled=False)
    page.get_by_label("Find", exact=True).press_sequentially("GANGARTER")
    page.keyboard.press("Enter")
    expect(page.locator(".register > li")).to_have_count(1)
    assert parse_qs(urlsplit(page.url).query) == {"find": ["GANGARTER"]}
    withdraw = page.get_by_role("link", name="Withdraw…: What we know of walks.")
    assert withdraw.get_attribute("href") == "/corrections/new?key=walks&as=withdrawn"


def test_nothing_in_the_list_keeps_anybody_out(opened: Opened) -> None:
    page = opened("/summaries", bypass_csp=True)
    assert barriers(page) == []
