"""Settings of a source of pages that are narrowed later mean what was read before, too."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from homes import AT, command, empty_home, name_sources
from msnewsletter.publisher.collect import collect_now
from msnewsletter.publisher.editing.override import fetched_at, override
from msnewsletter.publisher.fetch import fetch
from msnewsletter.publisher.fetched_files import fetched_files
from msnewsletter.publisher.preview import next_issue_preview
from msnewsletter.publisher.publish import publish
from msnewsletter.settings import load_settings
from sources.fetch.web_server import WebServer, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from msnewsletter.home import Home
    from msnewsletter.publisher.next_issue_preview import NextIssuePreview

DAY = timedelta(days=1)
BROKEN = "<!doctype html><main><h1>About us.</h1><p>We write.</p></main>"


@pytest.fixture
def site() -> Iterator[WebServer]:
    with serving({}) as found:
        yield found


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return empty_home(tmp_path / "home")


def page(number: int) -> str:
    return (
        f"<!doctype html><main><h1>Study {number} found something of its own.</h1>"
        f"<h2>What was found</h2><p>Finding {number} was large in people with MS, they say.</p>"
        f"<h2>Why it matters</h2><p>Reason {number} may help many people one day.</p>"
        f"<h2>Cautions</h2><p>It was a small study, the {number}th of its kind.</p></main>"
    )


def links(*urls: str) -> str:
    return "<main>" + "".join(f"<p><a class=s href={url}>x</a></p>" for url in urls) + "</main>"


def set_source(home: Home, **more: str) -> None:
    given = "".join(f"{key} = {value}\n" for key, value in more.items())
    name_sources(home, f'name = "site"\nkind = "page"\nprivate = true\npause = 0\n{given}')


def look(home: Home, days: int = 0) -> NextIssuePreview:
    """Fetch, collect, and see what would go out."""
    at = AT + days * DAY
    (done,) = fetch(home, now=lambda: at, forced=True)
    assert done.failure is None
    return seen(home, days)


def left_out_notes(home: Home, days: int = 0) -> list[str]:
    """What collecting says now of pages that its source leaves out."""
    notes = collect_now(home, at=AT + days * DAY).notes()
    return [str(one) for one in notes if "left out" in str(one)]


def seen(home: Home, days: int = 0) -> NextIssuePreview:
    collect_now(home, at=AT + days * DAY)
    return next_issue_preview(home, at=AT + days * DAY, by_hand=True)


def numbers(found: NextIssuePreview) -> list[str]:
    entries = found.issue.entries if found.issue else ()
    return sorted(one.summary.key.rpartition("/")[2] for one in entries)


def put_all(site: WebServer) -> list[str]:
    urls = [site.put(f"/{number}", page(number)) for number in (1, 2)]
    return [*urls, site.put("/about", BROKEN)]


def test_pages_that_are_excluded_later_are_neither_sent_nor_refused_nor_held(
    home: Home, site: WebServer
) -> None:
    index = site.put("/", links(*put_all(site)))
    set_source(home, index=f'"{index}"', links='"a.s"')
    found = look(home)
    assert numbers(found) == ["1", "2"]
    assert len(found.collected.refused) == 1
    set_source(home, index=f'"{index}"', links='"a.s"', exclude='["/about$", "/2$"]')
    for found in (seen(home), look(home, 40)):
        assert numbers(found) == ["1"]
        assert found.collected.refused == ()
        assert found.draft.held == ()
        assert "left out" not in "".join(map(str, found.notes)), "it was said once"
    assert site.paths.count("/2") == 1
    (state,) = found.collected.since
    assert (state.known, state.taken, state.left_out, state.problems) == (3, 1, 2, 0)
    assert "2 left out by its settings" in command(home, "status").stdout
    set_source(home, index=f'"{index}"', links='"a.s"', exclude='["/about$"]')
    assert numbers(seen(home, 40)) == ["1", "2"], "it is taken again"


def test_pages_that_urls_name_no_longer_are_not_taken(home: Home, site: WebServer) -> None:
    one, two, about = put_all(site)
    set_source(home, urls=f'["{one}", "{two}", "{about}"]')
    found = look(home)
    assert numbers(found) == ["1", "2"]
    (private,) = [str(each) for each in found.findings if each.name == "private-link"]
    assert private.startswith("newsletter.toml: the source 'site': 2 summaries lead to '127.0.0.1'")
    set_source(home, urls=f'["{two}"]')
    found = seen(home)
    assert numbers(found) == ["2"]
    assert found.collected.refused == ()


@pytest.mark.parametrize("changed", ["index", "links"])
def test_pages_that_another_index_named_are_not_taken_once_the_new_one_was_read(
    home: Home, site: WebServer, changed: str
) -> None:
    one, two, about = put_all(site)
    old = site.put("/", links(one, two, about) + f'<b><a href="{two}">x</a></b>', etag="one")
    new = site.put("/new", links(two)) if changed == "index" else old
    before = {"index": f'"{old}"', "links": '"p a"'}
    after = {"index": f'"{new}"', "links": '"p a"' if changed == "index" else '"b a"'}
    set_source(home, **before)
    assert numbers(look(home)) == ["1", "2"]
    set_source(home, **after)
    assert numbers(seen(home)) == ["1", "2"], "the new one was never read"
    found = look(home, 40)
    assert numbers(found) == ["2"]
    assert found.collected.refused == ()
    assert site.paths.count("/1") == 1
    set_source(home, **before)
    assert numbers(look(home, 80)) == ["1", "2"], "and back"


def test_a_page_that_falls_off_its_index_stays(home: Home, site: WebServer) -> None:
    one, two, _ = put_all(site)
    index = site.put("/", links(one, two))
    set_source(home, index=f'"{index}"', links='"p a"')
    look(home)
    site.put("/", links(two))
    assert numbers(look(home, 1)) == ["1", "2"]


def test_an_index_that_cannot_be_read_leaves_nothing_out(home: Home, site: WebServer) -> None:
    one, two, _ = put_all(site)
    set_source(home, index=f'"{site.put("/", links(one, two))}"', links='"p a"')
    look(home)
    set_source(home, index=f'"{site.fail("/new", 500)}"', links='"p a"')
    fetch(home, now=lambda: AT + DAY, forced=True)
    assert numbers(seen(home, 1)) == ["1", "2"]


def test_pages_that_wait_no_more_are_named_once_with_the_settings_that_leave_them_out(
    home: Home, site: WebServer
) -> None:
    one, two, _ = put_all(site)
    index = site.put("/", f"<nav><a href={one}>x</a></nav>" + links(two))
    set_source(home, index=f'"{index}"', links='"nav a"')
    assert numbers(look(home)) == ["1"]
    set_source(home, index=f'"{index}"', links='"a.s"')
    fetch(home, now=lambda: AT + DAY, forced=True)
    shown = next_issue_preview(home, at=AT + DAY, by_hand=True)
    assert "1 page that waited is left out" in "".join(map(str, shown.notes)), "who only looks"
    (note,) = left_out_notes(home, 1)
    assert "index or links, which changed since" in note
    assert left_out_notes(home, 2) == []
    assert numbers(seen(home, 2)) == ["2"]
    assert "1 left out by its settings" in command(home, "status").stdout


@pytest.mark.parametrize("state", ["broken", "sent", "overridden"])
def test_nothing_is_said_of_a_page_that_does_not_wait_or_has_a_file_of_its_own(
    home: Home, site: WebServer, state: str
) -> None:
    one, two, about = put_all(site)
    named = about if state == "broken" else one
    index = site.put("/", f"<nav><a href={named}>x</a></nav>" + links(two))
    set_source(home, index=f'"{index}"', links='"nav a"')
    look(home)
    if state == "sent":
        publish(home, at=AT, agreed=True)
    if state == "overridden":
        (text,) = fetched_files(home, load_settings(home.settings)).files
        shown = fetched_at(home, text.location, at=AT)
        assert shown
        override(home, shown.place, shown.text, version=shown.version, at=AT)
        collect_now(home, at=AT)
    set_source(home, index=f'"{index}"', links='"a.s"')
    fetch(home, now=lambda: AT + DAY, forced=True)
    assert left_out_notes(home, 1) == []
