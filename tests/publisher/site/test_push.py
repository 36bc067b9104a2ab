"""The site at an object store: its bytes, never a link to what is not there, never an older one."""

from __future__ import annotations

import posixpath
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import obstore
import pytest

from homes import AT
from msnewsletter.errors import BusyError, PushError, RefusedError
from msnewsletter.publisher.site.push import NewerThereError, push_site
from msnewsletter.publisher.site.push_plan import MANIFEST, PushClaim, PushManifest
from msnewsletter.publisher.site.push_state import change_push_state, read_push_state
from msnewsletter.render.site.file_headers import is_feed
from msnewsletter.serialize import from_json, pretty, to_document
from publisher.walking import SITE, links_of
from pushed_homes import (
    Killed,
    WatchedStore,
    order,
    published_home,
    push_to,
    site_of,
    with_second_issue,
)

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home

READ = {".html", ".xml", ".json", ".opml"}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return push_to(published_home(tmp_path / "home"))


def other_home(home: Home) -> None:
    """The same site, of a home that has another name."""
    change_push_state(home, lambda state: type(state)(home=f"other than {state.home}"))


def manifest(store: WatchedStore) -> PushManifest:
    found = store.read(MANIFEST)
    assert found
    return from_json(PushManifest, found.data)


def put_manifest(store: WatchedStore, one: PushManifest) -> None:
    obstore.put(store.memory, MANIFEST, pretty(to_document(one)))


def dead_links(files: dict[str, bytes], known: set[str]) -> set[tuple[str, str]]:
    """What is missing of what readers reach from the pages that they may know."""
    seen, waiting, missing = set(known), list(known), set()
    while waiting:
        source = waiting.pop()
        for place in links_of(files[source], SITE + source):
            name = place + "index.html" if not place or place.endswith("/") else place
            if name in seen:
                continue
            seen.add(name)
            if name not in files:
                missing.add((source, name))
            elif posixpath.splitext(name)[1] in READ:
                waiting.append(name)
    return missing


def test_what_is_there_is_byte_for_byte_the_outbox_s(home: Home) -> None:
    store = WatchedStore()
    report = push_site(home, order(), store=store)
    assert store.files() == site_of(home)
    assert set(report.put) == site_of(home).keys()
    assert manifest(store).claim is None


def test_a_second_push_writes_nothing(home: Home) -> None:
    store = WatchedStore()
    push_site(home, order(), store=store)
    again = WatchedStore(store.memory)
    report = push_site(home, order(), store=again)
    assert (again.done, report.put, report.removed, report.left) == ([], (), (), 0)


def test_pages_go_before_feeds_and_what_is_new_before_what_leads_to_it(home: Home) -> None:
    store = WatchedStore()
    push_site(home, order(), store=store)
    before = store.files()
    with_second_issue(home)
    again = WatchedStore(store.memory)
    push_site(home, order(), store=again)
    put = again.names("put")
    assert len(put) == len(set(put))
    assert all(site_of(home)[name] != before.get(name) for name in put)
    # New pages, new feeds; then the pages that were there, then the feeds that were.
    kinds = [(name in before, is_feed(name)) for name in put]
    assert kinds == sorted(kinds)


@pytest.mark.parametrize("first", [True, False], ids=["first push", "second issue"])
def test_after_no_write_anything_leads_to_what_is_not_there(home: Home, *, first: bool) -> None:
    begun = WatchedStore()
    if not first:
        push_site(home, order(), store=begun)
        with_second_issue(home)
    there = begun.files()

    class Walked(WatchedStore):
        def after(self, name: str) -> None:
            files = self.files()
            known = {*there, *({"index.html"} & files.keys())}
            missing.update((name, *one) for one in dead_links(files, known))
            walks.append(name)

    missing: set[tuple[str, str, str]] = set()
    walks: list[str] = []
    store = Walked()
    _fill(store, there, begun)
    push_site(home, order(), store=store)
    assert missing == set()
    assert len(walks) > 30


@pytest.mark.parametrize("first", [True, False], ids=["first push", "second issue"])
def test_killed_at_any_write_the_next_push_goes_on(home: Home, *, first: bool) -> None:
    begun = WatchedStore()
    if not first:
        push_site(home, order(), store=begun)
        with_second_issue(home)
    there = begun.files()
    for kill in range(0, len(_pushed_into(home, there, begun).done), 4):
        memory = WatchedStore()
        _fill(memory, there, begun)
        with pytest.raises(Killed):
            push_site(home, order(), store=WatchedStore(memory.memory, dies_after=kill))
        # It does not wait for the dead one's claim.
        push_site(home, order(), store=WatchedStore(memory.memory))
        assert memory.files() == site_of(home)


def _fill(store: WatchedStore, files: dict[str, bytes], begun: WatchedStore) -> None:
    for name, data in files.items():
        obstore.put(store.memory, name, data)
    if files:
        put_manifest(store, manifest(begun))


def _pushed_into(home: Home, files: dict[str, bytes], begun: WatchedStore) -> WatchedStore:
    store = WatchedStore()
    _fill(store, files, begun)
    push_site(home, order(), store=store)
    return store


def test_after_a_kill_what_was_put_and_noted_is_not_put_again(home: Home) -> None:
    for number in range(700):
        (home.site / f"hand-{number:04}.html").write_text(f"page {number}")
    store = WatchedStore()
    push_site(home, order(), store=store)
    whole = len(store.names("put"))
    memory = WatchedStore()
    with pytest.raises(Killed):
        push_site(home, order(), store=WatchedStore(memory.memory, dies_after=620))
    again = WatchedStore(memory.memory)
    push_site(home, order(), store=again)
    assert len(again.names("put")) <= whole - 512
    assert again.files() == site_of(home)


def test_of_5000_pages_one_that_changed_is_the_only_one_that_is_put(home: Home) -> None:
    for number in range(5000):
        (home.site / "summaries" / f"hand-{number}.html").write_text(f"page {number}")
    store = WatchedStore()
    push_site(home, order(), store=store)
    (home.site / "summaries" / "hand-17.html").write_text("another")
    again = WatchedStore(store.memory)
    push_site(home, order(), store=again)
    assert again.names("put") == ["summaries/hand-17.html"]
    assert len(again.done) < 10
    assert again.read("summaries/hand-17.html").data == b"another"


def test_what_is_gone_is_removed_last(home: Home) -> None:
    old = home.site / "old.html"
    old.write_text("old")
    store = WatchedStore()
    push_site(home, order(), store=store)
    old.unlink()
    with_second_issue(home)
    again = WatchedStore(store.memory)
    report = push_site(home, order(), store=again)
    assert report.removed == ("old.html",)
    order_of = [what for what, name in again.done if not name.startswith(".")]
    assert order_of == sorted(order_of)  # "put" before "remove"
    assert again.files() == site_of(home)


def test_a_page_that_was_removed_in_a_push_that_died_and_is_wanted_again_is_put(
    home: Home,
) -> None:
    old = home.site / "old.html"
    old.write_text("old")
    store = WatchedStore()
    push_site(home, order(), store=store)
    old.unlink()
    probe = 3  # writes of the probe at the start, then the claim
    with pytest.raises(Killed):
        push_site(home, order(), store=WatchedStore(store.memory, dies_after=probe))
    old.write_text("old")
    push_site(home, order(), store=WatchedStore(store.memory))
    assert store.files() == site_of(home)


def test_a_dry_run_says_what_would_go_and_writes_nothing(home: Home) -> None:
    store = WatchedStore()
    report = push_site(home, order(dry=True), store=store)
    assert set(report.put) == site_of(home).keys()
    assert (store.done, store.files()) == ([], {})
    assert read_push_state(home).through is None


def test_when_its_time_is_over_a_push_stops_and_the_next_one_goes_on(home: Home) -> None:
    store = WatchedStore()
    report = push_site(home, order(within=0.0), store=store)
    assert (report.put, report.left) == ((), len(site_of(home)))
    assert read_push_state(home).through is None
    assert manifest(store).claim is None
    push_site(home, order(), store=store)
    assert store.files() == site_of(home)


# ── two at once ──────────────────────────────────────────────────────────────────────────────────


def test_while_one_machine_pushes_another_waits_and_takes_over_when_it_is_gone(home: Home) -> None:
    store = WatchedStore()
    with pytest.raises(Killed):
        push_site(home, order(), store=WatchedStore(store.memory, dies_after=20))
    other_home(home)
    with pytest.raises(BusyError, match="another machine is pushing"):
        push_site(home, order(at=AT + timedelta(minutes=14)), store=store)
    push_site(home, order(at=AT + timedelta(minutes=16)), store=store)
    assert store.files() == site_of(home)


class OvertakenStore(WatchedStore):
    """Another machine replaces the manifest after some files."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self._after = after

    def write(self, name: str, *data: object, **more: object) -> None:
        super().write(name, *data, **more)
        if len(self.names("put")) == self._after:
            claim = PushClaim(run="another", home="another", at=AT)
            put_manifest(self, replace(manifest(self), claim=claim))


def test_of_two_at_once_the_one_that_was_overtaken_stops_and_overwrites_nothing(
    home: Home,
) -> None:
    store = OvertakenStore(after=3)
    with pytest.raises(PushError, match="another machine has pushed meanwhile"):
        push_site(home, order(), store=store)
    claim = manifest(store).claim
    assert claim
    assert claim.run == "another"


def test_an_older_site_of_another_home_replaces_no_newer_one(home: Home, tmp_path: Path) -> None:
    older = push_to(published_home(tmp_path / "older"))
    other_home(older)
    store = WatchedStore()
    with_second_issue(home)
    push_site(home, order(), store=store)
    newest = store.files()
    again = WatchedStore(store.memory)
    with pytest.raises(NewerThereError):
        push_site(older, order(), store=again)
    assert (again.done, store.files()) == ([], newest)
    push_site(older, order(force=True), store=again)
    assert store.files() == site_of(older)


# ── what only a person can mean ──────────────────────────────────────────────────────────────────


def test_a_place_with_files_of_others_is_left_alone_until_a_person_says_so(home: Home) -> None:
    store = WatchedStore()
    obstore.put(store.memory, "index.html", b"somebody's own site")
    obstore.put(store.memory, "other.html", b"somebody's own page")
    with pytest.raises(PushError, match=r"index\.html is there, and msnewsletter did not push it"):
        push_site(home, order(), store=store)
    assert store.done == []
    push_site(home, order(force=True), store=store)
    # What we did not put is not ours to remove.
    assert store.files() == {**site_of(home), "other.html": b"somebody's own page"}


def test_what_others_changed_or_removed_there_is_put_again_where_a_person_says_so(
    home: Home,
) -> None:
    store = WatchedStore()
    push_site(home, order(), store=store)
    obstore.put(store.memory, "index.html", b"spoilt")
    obstore.delete(store.memory, "rss.xml")
    push_site(home, order(), store=store)
    assert store.files()["index.html"] == b"spoilt", "it trusts what it has noted"
    push_site(home, order(force=True), store=store)
    assert store.files() == site_of(home)


def test_the_place_of_another_newsletter_is_left_alone(home: Home) -> None:
    store = WatchedStore()
    put_manifest(store, PushManifest(newsletter="another", home="there", changed=AT))
    with pytest.raises(PushError, match="the site of another newsletter is there"):
        push_site(home, order(), store=store)


def test_a_manifest_that_cannot_be_read_stops_the_push_until_a_person_says_so(home: Home) -> None:
    store = WatchedStore()
    obstore.put(store.memory, MANIFEST, b"{")
    with pytest.raises(PushError, match="cannot be read, so nobody knows what is there"):
        push_site(home, order(), store=store)
    push_site(home, order(force=True), store=store)
    assert store.files() == site_of(home)


def test_a_site_that_is_mostly_gone_takes_nothing_away_there(home: Home) -> None:
    for number in range(200):
        (home.site / f"hand-{number}.html").write_text("page")
    store = WatchedStore()
    push_site(home, order(), store=store)
    for path in home.site.glob("hand-*"):
        path.unlink()
    with pytest.raises(PushError, match=r"200 of the .* would go"):
        push_site(home, order(), store=store)
    assert len(store.files()) > 200
    (home.site / "index.html").unlink()
    with pytest.raises(RefusedError, match="the site is not there"):
        push_site(home, order(force=True), store=store)


def test_a_page_that_is_written_meanwhile_is_left_for_the_next_push(home: Home) -> None:
    class Rewriting(WatchedStore):
        def write(self, name: str, *data: object, **more: object) -> None:
            super().write(name, *data, **more)
            (home.site / "feeds.opml").write_text("another")

    (home.site / "zz.html").write_text("late")
    store = Rewriting()
    push_site(home, order(), store=store)
    report = push_site(home, order(), store=WatchedStore(store.memory))
    assert report.left == 0
    assert store.files() == site_of(home)


def test_names_that_no_store_takes_stay_here_and_keep_nothing_else(home: Home) -> None:
    odd = "sümmary & 100%20 #1?.html"
    (home.site / odd).write_text("odd")
    (home.site / "line\nbreak.html").write_text("unfit")
    (home.site / ".hidden.html").write_text("half-written")
    store = WatchedStore()
    report = push_site(home, order(), store=store)
    assert report.left_out == ("line\nbreak.html",)
    assert store.files()[odd] == b"odd"
    assert ".hidden.html" not in store.files()


def test_what_lies_outside_by_a_link_is_not_shown(home: Home) -> None:
    (home.site / "secret.html").symlink_to(home.settings)
    store = WatchedStore()
    push_site(home, order(), store=store)
    assert "secret.html" not in store.files()
