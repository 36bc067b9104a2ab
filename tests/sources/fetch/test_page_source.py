"""Pages of a real site: which are asked for, what they become, and what a bad answer costs."""

from __future__ import annotations

import datetime as dt
import gzip
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from markups_of_pages import MARKUPS, PageOfText
from msnewsletter.errors import SourceError
from msnewsletter.source_settings import PageSource
from msnewsletter.sources.addresses import identity_of
from msnewsletter.sources.fetch import page_source
from msnewsletter.sources.fetch.client import Fetcher, FetchLimits
from msnewsletter.sources.fetch.finds import (
    Forgotten,
    NamedNow,
    NotAsked,
    Read,
    Remark,
    Remembered,
    Unchanged,
    Unread,
)
from msnewsletter.sources.fetch.known_source import KnownSource, KnownSummary
from sources.fetch import page_homes
from sources.fetch.web_server import WebServer, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from msnewsletter.sources.fetch.finds import Find

AT = dt.datetime(2026, 11, 27, 8, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


@pytest.fixture
def site() -> Iterator[WebServer]:
    with serving() as found:
        yield found


def look(known: KnownSource | None = None, **settings: Any) -> list[Find]:
    source = PageSource(kind="page", name="site", private=True, pause=0, **settings)
    limits = FetchLimits(private=True, pause=0, robots=False)
    known = known or KnownSource(at=AT)
    with Fetcher(agent="test", limits=limits, now=lambda: known.at) as fetcher:
        return list(page_source.look(source, fetcher=fetcher, known=known, root=None))  # type: ignore[arg-type]


def after(finds: list[Find], at: dt.datetime, looked: dt.datetime = AT) -> KnownSource:
    """What is known after a look, as the keeper tells it."""
    summaries = {
        identity: KnownSummary(
            key=find.identities[0],
            first_seen=AT,
            looked=looked,
            read=AT if isinstance(find, Read) and not find.problem else None,
        )
        for find in finds
        if isinstance(find, Read | Unread)
        for identity in find.identities
    }
    documents = {find.url: find for find in finds if isinstance(find, Remembered)}
    return KnownSource(at=at, summaries=summaries, documents=documents)


def of_kind(finds: list[Find], kind: type[Any]) -> list[Any]:
    return [find for find in finds if isinstance(find, kind)]


def page(number: int, head: str = "", cautions: str = "It was a small study.") -> str:
    return (
        f"<!doctype html><head>{head}<title>T</title></head><body><main><h1>Study {number} found "
        f"something.</h1><h2>What was found</h2><p>Finding {number}.</p><h2>Why it matters</h2>"
        f"<p>Reason {number}.</p>"
        + (f"<h2>Cautions</h2><p>{cautions}</p>" if cautions else "")
        + "</main></body>"
    )


def sitemap(*entries: tuple[str, str]) -> str:
    urls = "".join(
        f"<url><loc>{url}</loc>{f'<lastmod>{date}</lastmod>' if date else ''}</url>"
        for url, date in entries
    )
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'


@pytest.mark.parametrize("markup", MARKUPS)
def test_the_five_real_pages_come_with_the_dates_of_a_sitemap_where_they_show_none(
    site: WebServer, shared: Path, markup: str
) -> None:
    pages = [PageOfText.of(path.read_bytes()) for path in sorted((shared / "seeds").glob("*.txt"))]
    urls = [site.put(f"/r/{n}", MARKUPS[markup](one)) for n, one in enumerate(pages)]
    dates = [f"2026-11-{20 - n}" for n in range(5)]
    address = site.put("/sitemap.xml", sitemap(*zip(urls, dates, strict=True)))
    found = of_kind(look(sitemap=address), Read)
    names = ("headline", "found", "why_it_matters", "cautions", "disclaimer")
    assert [[one.fields[name] for name in names if name in one.fields] for one in found] == [
        list(one.texts) for one in pages
    ]
    own = ["1999-01-01"] * 5 if markup == "semantic" else None
    assert [one.fields["published"] for one in found] == (own or dates)
    assert {one.weak for one in found} == {() if own else ("published",)}
    assert {one.problem for one in found} == {None}


@pytest.mark.parametrize(
    ("links", "page", "says"),
    [
        (
            "article a",
            "<main><a href=/1>One</a><a href=/2>Two</a></main>",
            "none of its 2 links is 'article a'",
        ),
        ("article a", "<main><a href=/1>One</a></main>", "its one link is not 'article a'"),
        ("article a", "<main>Log in</main>", "has no link to a summary: has it changed?"),
    ],
)
def test_an_index_of_which_nothing_is_taken_says_whether_it_has_links(
    site: WebServer, links: str, page: str, says: str
) -> None:
    address = site.put("/", page)
    [remark] = of_kind(look(index=address, links=links), Remark)
    assert says in remark.says
    assert ("correct 'links'" in remark.says) == ("<a " in page)


def test_the_newest_come_first_and_no_more_than_asked_for(site: WebServer) -> None:
    urls = [site.put(f"/{n}", page(n)) for n in range(6)]
    dates = ["2026-11-01", "2026-11-20", "", "2026-11-10", "", "2026-11-15"]
    address = site.put("/sitemap.xml", sitemap(*zip(urls, dates, strict=True)))
    finds = look(sitemap=address, most=3)
    assert [one.address for one in of_kind(finds, Read)] == [urls[1], urls[5], urls[3]]
    assert address not in {one.url for one in of_kind(finds, Remembered)}
    then = look(after(finds, AT), sitemap=address, most=3)
    assert [one.address for one in of_kind(then, Read)] == [urls[0], urls[2], urls[4]]


def test_an_index_of_sitemaps_is_followed_and_one_that_fails_costs_no_other(
    site: WebServer,
) -> None:
    url = site.put("/a", page(1))
    child = site.put("/one.xml.gz", gzip.compress(sitemap((url, "")).encode()))
    gone = site.fail("/two.xml", 500)
    loop = site.base + "/index.xml"
    names = "".join(f"<sitemap><loc>{one}</loc></sitemap>" for one in (gone, child, loop))
    index = site.put("/index.xml", f"<sitemapindex>{names}</sitemapindex>")
    finds = look(sitemap=index)
    assert [one.address for one in of_kind(finds, Read)] == [url]
    assert len(of_kind(finds, Remark)) == 1
    assert site.paths.count("/index.xml") == 1


def test_an_index_page_names_pages_and_the_date_beside_each_link(site: WebServer) -> None:
    site.put("/r/a", page(1))
    site.put("/r/b", page(2))
    index = site.put(
        "/list/",
        '<base href="/r/"><main><ul><li><time datetime="2026-11-02">x</time><a href="a">A</a></li>'
        '<li><a class=x href="b#top">B</a></li></ul><a href="/about">About</a></main>',
    )
    found = of_kind(look(index=index, links="li a"), Read)
    assert [one.address for one in found] == [site.base + "/r/a", site.base + "/r/b"]
    assert [one.fields.get("published") for one in found] == ["2026-11-02", None]


def test_a_page_that_no_one_dates_now_leaves_the_date_that_was_said_before(
    site: WebServer,
) -> None:
    url = site.put("/a", page(1))
    address = site.put("/s.xml", sitemap((url, "2026-11-20")), etag='"s"')
    finds = look(sitemap=address)
    (found,) = of_kind(look(after(finds, AT + DAY), sitemap=address), Read)
    assert "published" not in found.fields
    assert found.weak == ("published",)


def test_include_and_exclude_choose_by_address(site: WebServer) -> None:
    urls = [site.put(path, page(1)) for path in ("/r/a", "/r/b-draft", "/about")]
    found = of_kind(look(urls=urls, include=["/r/"], exclude=["draft"]), Read)
    assert [one.address for one in found] == [urls[0]]


def test_a_page_without_change_is_asked_for_by_its_tag_and_costs_nothing(site: WebServer) -> None:
    url = site.put("/a", page(1), etag='"1"')
    finds = look(urls=[url])
    then = look(after(finds, AT + dt.timedelta(hours=2)), urls=[url])
    assert then == [*of_kind(then, NotAsked), *of_kind(then, NamedNow)]
    remembered = of_kind(finds, Remembered)
    again = look(after(finds, AT + DAY), urls=[url])
    named = of_kind(again, NamedNow)
    assert again == [Unchanged(identity=identity_of(url)), *remembered, *named]
    assert site.paths == ["/a", "/a"]


def test_old_pages_are_looked_at_every_thirty_days_and_at_once_when_lastmod_changes(
    site: WebServer,
) -> None:
    url = site.put("/a", page(1))
    address = site.put("/s.xml", sitemap((url, "2026-11-01")))
    finds = [find for find in look(sitemap=address) if getattr(find, "url", "") != address]
    later = after(finds, AT + 41 * DAY, looked=AT + 31 * DAY)
    assert of_kind(look(later, sitemap=address), Read) == []
    site.put("/s.xml", sitemap((url, (AT + 40 * DAY).isoformat())))
    assert len(of_kind(look(later, sitemap=address), Read)) == 1
    site.put("/s.xml", sitemap((url, "2026-11-01")))
    much_later = after(finds, AT + 61 * DAY, looked=AT + 31 * DAY)
    assert len(of_kind(look(much_later, sitemap=address), Read)) == 1


def test_other_selectors_read_an_unchanged_page_again(site: WebServer) -> None:
    url = site.put("/a", page(1), etag='"1"')
    known = after(look(urls=[url]), AT + dt.timedelta(minutes=5))
    found = of_kind(look(known, urls=[url], select={"journal": "h1"}), Read)
    assert [one.fields["journal"] for one in found] == ["Study 1 found something."]


def test_other_patterns_read_an_unchanged_list_again(site: WebServer) -> None:
    site.put("/a", page(1))
    url = site.put("/b", page(2))
    address = site.put("/s.xml", sitemap((site.base + "/a", ""), (url, "")), etag='"1"')
    known = after(look(sitemap=address, include=["/a"]), AT + dt.timedelta(minutes=5))
    assert [one.address for one in of_kind(look(known, sitemap=address), Read)] == [url]


def test_what_is_not_asked_for_any_more_is_forgotten(site: WebServer) -> None:
    urls = [site.put("/a", page(1)), site.put("/b", page(2))]
    old = site.put("/old.xml", sitemap((urls[0], "")))
    known = after(look(sitemap=old), AT + DAY)
    new = site.put("/new.xml", sitemap((urls[1], "")))
    # The page that is named no longer is known, and may change.
    assert of_kind(look(known, sitemap=new), Forgotten) == [Forgotten(url=old)]
    forgotten = {one.url for one in of_kind(look(known, urls=urls[1:]), Forgotten)}
    assert forgotten == {old, urls[0]}


@pytest.mark.parametrize(("status", "passing"), [(404, False), (410, False), (500, True)])
def test_a_page_that_fails_costs_no_other(site: WebServer, status: int, passing: bool) -> None:  # noqa: FBT001
    bad, good = site.fail("/a", status), site.put("/b", page(1))
    finds = look(urls=[bad, good])
    assert [one.address for one in of_kind(finds, Read)] == [good]
    (unread,) = of_kind(finds, Unread)
    assert unread.passing is passing
    assert str(status) in unread.problem.says


def test_a_site_that_does_not_answer_five_times_is_left_alone(site: WebServer) -> None:
    urls = [site.fail(f"/{n}", 503) for n in range(9)]
    with pytest.raises(SourceError, match="503"):
        look(urls=urls)
    assert len({*site.paths}) <= 5


def test_a_page_whose_layout_changed_keeps_what_was_read_and_comes_whole_when_it_is_back(
    site: WebServer,
) -> None:
    url = site.put("/a", page(1), etag='"1"')
    known = after(look(urls=[url]), AT + DAY)
    site.put("/a", page(1, cautions=""), etag='"2"')
    finds = look(known, urls=[url])
    (unread,) = of_kind(finds, Unread)
    assert (unread.problem.says, unread.passing) == ("no cautions found", False)
    (remembered,) = of_kind(finds, Remembered)
    assert remembered.etag is None


def test_a_new_page_without_cautions_is_shown_and_held(site: WebServer) -> None:
    (found,) = of_kind(look(urls=[site.put("/a", page(1, cautions=""))]), Read)
    assert found.problem.says == "no cautions found"
    assert found.fields["found"] == "Finding 1."


def test_the_canonical_address_is_the_identity_and_the_address_asked_for_another(
    site: WebServer,
) -> None:
    head = f'<link rel="canonical" href="{site.base}/study-1/">'
    (found,) = of_kind(look(urls=[site.put("/a?id=1", page(1, head))]), Read)
    assert found.identities == (identity_of(site.base + "/study-1"), identity_of(found.address))


@pytest.mark.parametrize("canonical", ["/", "/b", "/list", "https://other.example/a"])
def test_a_canonical_address_that_is_another_page_makes_no_two_pages_one(
    site: WebServer, canonical: str
) -> None:
    head = f'<link rel="canonical" href="{canonical}">'
    urls = [site.put(f"/{n}", page(n, head)) for n in "abc"]
    found = of_kind(finds := look(urls=urls), Read)
    identities = [identity for one in found for identity in one.identities]
    assert len(identities) == len(set(identities))
    assert {identity_of(url) for url in urls} <= set(identities)
    if canonical in {"/", "/b"}:
        assert of_kind(finds, Remark)


def test_a_page_that_leads_to_the_home_page_is_no_summary(site: WebServer) -> None:
    site.put("/", page(1))
    site.fail("/a", 302, Location="/")
    (unread,) = of_kind(look(urls=[site.base + "/a"]), Unread)
    assert "leads to the home page" in unread.problem.says


def test_pages_that_one_build_dated_have_no_date(site: WebServer) -> None:
    urls = [site.put(f"/{n}", page(n)) for n in range(5)]
    address = site.put("/s.xml", sitemap(*((url, "2026-11-20") for url in urls)))
    finds = look(sitemap=address)
    assert ["published" in one.fields for one in of_kind(finds, Read)] == [False] * 5
    assert of_kind(finds, Remark)


def test_pages_that_one_build_dated_a_millisecond_apart_have_no_date(site: WebServer) -> None:
    urls = [site.put(f"/{n}", page(n)) for n in range(20)]
    dates = [f"2026-11-24T08:00:00.{100 + n}Z" for n in range(20)]
    address = site.put("/s.xml", sitemap(*zip(urls, dates, strict=True)))
    finds = look(sitemap=address)
    assert [one for one in of_kind(finds, Read) if "published" in one.fields] == []
    assert len(of_kind(finds, Remark)) == 1


def test_a_page_that_is_no_html_is_one_line(site: WebServer) -> None:
    json_url = site.put("/a", '{"a": 1}', Content_Type="application/json")
    pdf = site.put("/b", b"%PDF-1.7", Content_Type="application/pdf")
    said = [one.problem.says for one in of_kind(look(urls=[json_url, pdf]), Unread)]
    assert said == [
        "its page is no HTML page but application/json",
        "its page is no HTML page but a PDF document",
    ]


def test_a_known_page_that_the_index_names_no_longer_is_looked_at_all_the_same(
    site: WebServer,
) -> None:
    url = site.put("/a", page(1))
    index = site.put("/list", '<main><a href="/a">A</a></main>')
    known = after(look(index=index, links="a"), AT + DAY)
    site.put("/b", page(2))
    site.put("/list", '<main><a href="/b">B</a></main>')
    found = of_kind(look(known, index=index, links="a"), Read)
    assert [one.address for one in found] == [url, site.base + "/b"]


def test_a_sitemap_of_one_build_says_so_at_each_look(site: WebServer) -> None:
    urls = [site.put(f"/{n}", page(n)) for n in range(5)]
    entries = sitemap(*((url, "2026-11-26") for url in urls))
    address = site.put("/s.xml", entries, etag='"1"')
    finds = look(sitemap=address)
    for found in (finds, look(after(finds, AT + DAY), sitemap=address)):
        assert "the date of the site's last build" in "".join(
            one.says for one in of_kind(found, Remark)
        )


# ── a page to log in, and sites that move ────────────────────────────────────────────────────────

LOGIN = "<head><link rel=canonical href=/login></head><main><h1>Log in</h1><p>Your name</p></main>"


@pytest.mark.parametrize("status", [200, 302, 301])
def test_a_page_to_log_in_names_no_study(site: WebServer, tmp_path: Path, status: int) -> None:
    urls = [site.url(f"/{number}") for number in range(3)]
    site.put("/login", LOGIN)
    for number in range(3):
        if status == 200:
            site.put(f"/{number}", LOGIN)
        else:
            site.fail(f"/{number}", status, Location="/login")
    home = page_homes.page_home(tmp_path, urls=urls)
    page_homes.look(home)
    for number in range(3):
        site.put(f"/{number}", page_homes.study(number))
    page_homes.look(home, page_homes.AT + DAY)
    found = page_homes.items(home)
    assert sorted(found) == [identity_of(url) for url in urls]
    assert [one["identities"] for one in found.values()] == [[key] for key in found]


MOVES = {
    "other paths": lambda site, n, _: site.url(f"/new/{n}"),
    "another host": lambda site, n, _: site.url(f"/new/{n}", host="localhost"),
    "another server": lambda _, n, other: other.url(f"/r/{n}"),
}


@pytest.mark.parametrize("way", MOVES)
@pytest.mark.parametrize("canonical", [False, True])
@pytest.mark.parametrize("corrected", [False, True])
def test_a_site_that_moves_for_good_keeps_each_page_once(
    site: WebServer, tmp_path: Path, way: str, *, canonical: bool, corrected: bool
) -> None:
    with serving() as other:
        old = [site.put(f"/old/{number}", page_homes.study(number)) for number in range(4)]
        home = page_homes.page_home(tmp_path, sitemap=site.put("/s.xml", _of_urls(old)))
        page_homes.look(home)
        keys = sorted(page_homes.items(home))
        assert len(keys) == 4
        new = [MOVES[way](site, number, other) for number in range(5)]
        for number, url in enumerate(new):
            head = f'<link rel=canonical href="{url}">' if canonical else ""
            text = page_homes.study(number, head, "It was tiny." if corrected else "It was small.")
            for server in (site, other):
                server.put(urlsplit(url).path, text)
            site.fail(f"/old/{number}", 301, Location=url)
        site.put("/s.xml", _of_urls(new))
        for hours in (2, 30, 60):
            done = page_homes.look(home, page_homes.AT + dt.timedelta(hours=hours))
            assert (done.failure, done.remarks) == (None, ())
            found = page_homes.items(home)
            assert sorted({*found} - {*keys}) == [identity_of(new[4])]
            addresses = [one["fields"]["url"] for one in found.values()]  # type: ignore[index]
            assert sorted(addresses) == sorted(new)
        site.asked.clear()
        page_homes.look(home, page_homes.AT + dt.timedelta(hours=90))
        assert not [path for path in site.paths if path.startswith("/old/")]


def test_new_pages_wait_while_more_have_moved_than_one_look_asks_for(
    site: WebServer, tmp_path: Path
) -> None:
    old = [site.put(f"/old/{number}", page_homes.study(number)) for number in range(5)]
    home = page_homes.page_home(tmp_path, sitemap=site.put("/s.xml", _of_urls(old)), most=3)
    for hours in (0, 1):
        page_homes.look(home, page_homes.AT + dt.timedelta(hours=hours))
    keys = sorted(page_homes.items(home))
    assert len(keys) == 5
    new = [site.put(f"/new/{number}", page_homes.study(number)) for number in range(6)]
    for number in range(5):
        site.fail(f"/old/{number}", 301, Location=f"/new/{number}")
    site.put("/s.xml", _of_urls(new))
    for hours in (2, 3):
        page_homes.look(home, page_homes.AT + dt.timedelta(hours=hours))
    assert sorted({*page_homes.items(home)} - {*keys}) == [identity_of(new[5])]


def test_pages_that_only_fall_off_a_list_are_asked_for_once_more_and_stay(
    site: WebServer, tmp_path: Path
) -> None:
    urls = [site.put(f"/{number}", page_homes.study(number)) for number in range(4)]
    home = page_homes.page_home(tmp_path, sitemap=site.put("/s.xml", _of_urls(urls[:2])))
    page_homes.look(home)
    for hours, expected in ((1, ["/0", "/2"]), (2, ["/3"])):
        site.asked.clear()
        site.put("/s.xml", _of_urls(urls[1 : 2 + hours]))
        page_homes.look(home, page_homes.AT + dt.timedelta(hours=hours))
        assert [path for path in site.paths if path[1:].isdecimal()] == expected
    assert len(page_homes.items(home)) == 4


def _of_urls(urls: list[str]) -> str:
    return sitemap(*((url, "") for url in urls))


@pytest.mark.parametrize("way", ["sitemap", "index"])
def test_addresses_of_megabytes_are_left_out_with_one_line(site: WebServer, way: str) -> None:
    urls = [site.put("/1", page(1)), *(site.url(f"/{n}{'x' * 300_000}") for n in range(5))]
    listing = (
        _of_urls(urls) if way == "sitemap" else "".join(f"<a href={url}>x</a>" for url in urls)
    )
    address = site.put("/list", listing)
    finds = look(sitemap=address) if way == "sitemap" else look(index=address, links="a")
    assert [one.address for one in of_kind(finds, Read)] == urls[:1]
    (remark,) = of_kind(finds, Remark)
    assert remark.says == "5 addresses of more than 2,048 characters are left out"
    assert all(len(repr(find)) < 2_000 for find in finds)
