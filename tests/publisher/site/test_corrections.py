"""Corrections on the whole site: told everywhere, nothing left of what was taken back."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree, html

from chance import examples
from databases import lose_database, start_anew
from homes import AT, copy_of, empty_home
from msnewsletter import urls
from msnewsletter.model import Takedown
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.session import Step, working
from msnewsletter.publisher.site.write import write_site
from publisher.site.test_write import files, read, touched
from publisher.walking import SITE, walked

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from msnewsletter.home import Home

HOUR = timedelta(hours=1)
# Long enough that a card of it is a certain one.
HEADLINE = "Walking {} every evening made tired people with MS sleep an hour longer at night."
SECTIONS = ("Forty walkers of {} kept a diary.", "Sleep by {} is cheap.", "Only one town, {}.")


def write(home: Home, key: str, **fields: object) -> None:
    """A summary whose every text names its key."""
    found, why, cautions = (text.format(f"k{key}k") for text in SECTIONS)
    document = {
        "key": key,
        "headline": HEADLINE.format(f"k{key}k"),
        "found": found,
        "why_it_matters": why,
        "cautions": cautions,
        "published": "2026-11-20",
        "tags": ["sleep", f"only {key}"],
        **fields,
    }
    (home.root / "summaries" / f"{key}.json").write_text(json.dumps(document))


def card(key: str) -> dict[str, str]:
    """The card of a summary as pages have it: the first 100 characters of its headline."""
    return {"date": "2026-11-01", "teaser": HEADLINE.format(f"k{key}k")[:100]}


def three_issues_out(root: Path) -> Home:
    """Issue 1 with a, b and c; issue 2 with d, which cites a; issue 3 with e, untagged."""
    home = empty_home(root)
    for key in "abc":
        write(home, key)
    publish(home, at=AT)
    write(home, "d", related=[card("a"), card("b")])
    publish(home, at=AT + HOUR)
    write(home, "e", tags=[], related=[card("a")])
    publish(home, at=AT + 2 * HOUR)
    return home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return copy_of(three_issues_out, tmp_path)


def page(home: Home, key: str) -> html.HtmlElement:
    (path,) = home.site.glob(f"summaries/{key}-*.html")
    return html.fromstring(path.read_bytes())


def cards(home: Home, key: str) -> list[str]:
    lists = page(home, key).xpath("//section[@class='related']//li")
    return [" ".join(each.text_content().split()) for each in lists]


def take_down(home: Home, key: str, at: datetime) -> None:
    with working(home, at=at) as session:
        session.store.put_takedown(Takedown(key=key, reason="A court order.", at=at))
        write_site(session)


def holding(home: Home, *texts: str) -> set[str]:
    """The files of the site in which one of these texts is left."""
    return {
        name for name, data in files(home).items() if any(text.encode() in data for text in texts)
    }


def sections(key: str) -> tuple[str, ...]:
    return tuple(text.format(f"k{key}k") for text in SECTIONS)


@pytest.mark.parametrize("status", ["withdrawn", "retracted"])
def test_nothing_of_a_text_that_was_taken_back_is_left_anywhere(home: Home, status: str) -> None:
    assert len(holding(home, *sections("a"))) > 5
    write(home, "a", status=status, note="We mixed up two studies.")
    publish(home, at=AT + 3 * HOUR)
    assert holding(home, *sections("a")) == set()
    assert len(holding(home, "We mixed up two studies.")) > 15
    assert len(holding(home, *sections("b"))) > 5


def test_nothing_of_a_taken_down_summary_is_left_not_even_its_headline(home: Home) -> None:
    write(home, "a", headline="A second ka2k headline.", status="corrected", note="A ka3k note.")
    publish(home, at=AT + 3 * HOUR)
    assert holding(home, "kak") >= {"issues/0004.html", "corrections.html", "issues/feed.json"}
    take_down(home, "a", AT + 4 * HOUR)
    left = ("kak", "ka2k", "ka3k")
    assert holding(home, *left) == set()
    (home.root / "summaries" / "a.json").unlink()
    publish(home, at=AT + 5 * HOUR)
    assert holding(home, *left) == set()
    assert "This summary was taken down" in page(home, "a").find(".//h1").text
    told = html.fromstring((home.site / "issues/0005.html").read_bytes()).text_content()
    assert "A summary in issue 1 of 23 November 2026 was taken down." in told
    assert "kbk" in "".join(cards(home, "d"))
    assert cards(home, "e")[:1] != [card("a")["teaser"]]


@pytest.mark.parametrize("told", [False, True])
def test_nothing_of_it_is_left_on_a_site_that_came_back_from_a_backup(
    home: Home, tmp_path: Path, *, told: bool
) -> None:
    shutil.copytree(home.site, tmp_path / "backup")
    take_down(home, "a", AT + 3 * HOUR)
    if told:
        publish(home, at=AT + 4 * HOUR)
    shutil.rmtree(home.site)
    shutil.copytree(tmp_path / "backup", home.site)
    write(home, "f")
    publish(home, at=AT + 5 * HOUR)
    assert holding(home, "kak") == set()
    before = files(home)
    shutil.rmtree(home.site)
    with working(home, at=AT + 6 * HOUR) as session:
        write_site(session)
    assert differing(before, files(home)) == set()


def test_a_backup_in_which_it_was_titled_and_tagged_otherwise_is_brought_up_to_date(
    home: Home, tmp_path: Path
) -> None:
    shutil.copytree(home.site, tmp_path / "backup")
    write(home, "a", headline="A ka2k one.", tags=["new"], status="corrected", note="A slip.")
    publish(home, at=AT + 3 * HOUR)
    shutil.rmtree(home.site)
    shutil.copytree(tmp_path / "backup", home.site)
    write(home, "f")
    publish(home, at=AT + 4 * HOUR)
    before = files(home)
    shutil.rmtree(home.site)
    with working(home, at=AT + 5 * HOUR) as session:
        write_site(session)
    assert differing(before, files(home)) == set()


def test_the_cards_of_other_pages_follow_what_became_of_a_summary(home: Home) -> None:
    one = HEADLINE.format("kak")
    linked = [each for each in cards(home, "d") if "kak" in each]
    assert linked == [f"1 November 2026 {one}"]
    write(home, "a", status="withdrawn", note="Wrong.")
    publish(home, at=AT + 3 * HOUR)
    for key in "de":
        assert f"1 November 2026 Withdrawn: {one}" in cards(home, key)
    assert not [each for each in cards(home, "b") if "kak" in each]
    write(home, "a")
    publish(home, at=AT + 4 * HOUR)
    for key in "bc":
        assert f"20 November 2026 {one}" in cards(home, key)
    write(home, "a", headline="Walking did nothing.", status="corrected", note="A slip.")
    publish(home, at=AT + 5 * HOUR)
    for key in "bc":
        assert "20 November 2026 Corrected: Walking did nothing." in cards(home, key)
    # It cites the headline of its day, and still leads to the same page.
    assert f"1 November 2026 Corrected: {one}" in cards(home, "d")


def test_a_summarys_page_and_the_issue_that_told_its_correction_lead_to_each_other(
    home: Home,
) -> None:
    write(home, "a", status="corrected", note="There were 14.")
    publish(home, at=AT + 3 * HOUR)
    (when,) = page(home, "a").xpath("//p[@class='notice']/following-sibling::p[1]")
    assert when.xpath(".//a/@href") == ["../issues/0004.html"]
    assert when.xpath(".//time/@datetime") == ["2026-11-23"]
    (name,) = (path.name for path in home.site.glob("summaries/a-*"))
    assert f"../summaries/{name}" in (home.site / "issues/0004.html").read_text()
    ledger = home.site / "corrections.html"
    assert ledger.read_text().count(f'summaries/{name}"><bdi>') == 1
    write(home, "a", status="withdrawn", note="It was about mice.")
    publish(home, at=AT + 4 * HOUR)
    assert ledger.read_text().count(f'summaries/{name}"><bdi>') == 2


# ── archives ─────────────────────────────────────────────────────────────────────────────────


def test_a_corrected_entry_also_stands_in_the_archive_of_the_issue_that_told_it(
    home: Home,
) -> None:
    id_ = next(
        id_ for id_, item in read(home, "archive/0001/feed.json").items() if "kak" in item["title"]
    )
    write(home, "a", status="corrected", note="There were 14.")
    write(home, "f")
    publish(home, at=AT + 3 * HOUR)
    for folder in ("archive/0001", "archive/0004", "full/archive/0001", "full/archive/0004"):
        item = read(home, f"{folder}/feed.json")[id_]
        assert item["title"].startswith("Corrected: ")
        assert "There were 14." in item["content_html"]
    assert id_ not in read(home, "archive/0002/feed.json")


def test_walking_back_meets_every_summary_and_every_correction_newest_first(
    tmp_path: Path,
) -> None:
    home = empty_home(tmp_path)
    for issue in range(3):
        for one in range(30):
            write(home, f"s{issue}x{one}")
        publish(home, at=AT + issue * HOUR)
    write(home, "s0x0", status="corrected", note="There were 14.")
    publish(home, at=AT + 3 * HOUR)
    for one in range(60):
        write(home, f"later{one}")
    publish(home, at=AT + 4 * HOUR)
    (id_,) = (id_ for id_, item in read(home, "archive/0004/feed.json").items())
    for name in ("atom.xml", "full/rss.xml"):
        feed, *archives = walked(home, name)
        assert id_ not in feed
        met = [number for number, document in enumerate(archives) if id_ in document]
        assert met == [0, 3]
        assert len({one for document in (feed, *archives) for one in document}) == 150


def test_more_corrections_than_a_feed_holds_are_all_told_by_it_and_its_archive(
    tmp_path: Path,
) -> None:
    home = empty_home(tmp_path)
    for one in range(50):
        write(home, f"old{one}")
    publish(home, at=AT)
    for one in range(50):
        write(home, f"new{one}")
    publish(home, at=AT + HOUR)
    for one in range(50):
        write(home, f"old{one}", status="corrected", note="There were 14.")
    publish(home, at=AT + 2 * HOUR)
    feed, newest, *_ = walked(home, "atom.xml")
    old = set(read(home, "archive/0001/feed.json"))
    assert len(old.intersection(feed)) == 40
    assert set(newest) == old


# ── sitemaps and the ledger ──────────────────────────────────────────────────────────────────


def lastmods(home: Home) -> dict[str, str]:
    root = etree.fromstring((home.site / "sitemaps/0001.xml").read_bytes())
    return {url.findtext("{*}loc").removeprefix(SITE): url.findtext("{*}lastmod") for url in root}


def test_sitemaps_say_when_a_page_changed_last(home: Home) -> None:
    before = lastmods(home)
    assert before["issues/0002.html"] == "2026-11-23T08:00:00Z"
    write(home, "a", status="corrected", note="There were 14.")
    publish(home, at=AT + 3 * HOUR)
    after = lastmods(home)
    (name,) = (f"summaries/{path.name}" for path in home.site.glob("summaries/a-*"))
    assert {path for path in before if before[path] != after[path]} == {name, "issues/0001.html"}
    assert after[name] == after["issues/0001.html"] == "2026-11-23T10:00:00Z"
    assert "corrections.html" in (home.site / "sitemaps/pages.xml").read_text()


def test_a_text_that_was_silently_mended_has_its_date_on_its_page_and_in_sitemaps_alone(
    home: Home,
) -> None:
    before, (feed,) = lastmods(home), walked(home, "atom.xml")
    updated = {id_: item.get("date_modified") for id_, item in read(home, "feed.json").items()}
    write(home, "a", found="A spelling was mended.")
    publish(home, at=AT + 3 * HOUR)
    after = lastmods(home)
    (name,) = (f"summaries/{path.name}" for path in home.site.glob("summaries/a-*"))
    assert {path for path in before if before[path] != after[path]} == {name, "issues/0001.html"}
    assert after[name] == "2026-11-23T10:00:00Z"
    (data,) = page(home, "a").xpath("//script[@type='application/ld+json']/text()")
    assert json.loads(data)["dateModified"] == "2026-11-23T10:00:00+00:00"
    # To feed readers it is the same entry: they would show it as unread again.
    assert walked(home, "atom.xml") == [feed]
    assert updated == {
        id_: item.get("date_modified") for id_, item in read(home, "feed.json").items()
    }


def test_the_ledger_is_cut_with_the_archive_and_no_piece_changes_without_need(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(urls, "CHUNK", 5)  # pieces of five issues instead of fifty
    home = empty_home(tmp_path)
    write(home, "a")
    publish(home, at=AT)
    for number in range(1, 8):
        write(home, "a", status="corrected", note=f"Note n{number}n.")
        publish(home, at=AT + number * HOUR)
    newest = (home.site / urls.CORRECTIONS).read_text()
    older = (home.site / urls.ledger_page_name(1)).read_text()
    told = [number for number in range(1, 8) if f"n{number}n" in newest]
    assert told == [5, 6, 7]
    assert [number for number in range(1, 8) if f"n{number}n" in older] == [*range(1, 5)]
    assert newest.index("n7n") < newest.index("n6n")
    write(home, "b")
    before = touched(home)[urls.ledger_page_name(1)]
    publish(home, at=AT + 10 * HOUR)
    assert touched(home)[urls.ledger_page_name(1)] == before
    take_down(home, "a", AT + 11 * HOUR)
    assert holding(home, "n3n", "n7n") == set()


# ── the same bytes ───────────────────────────────────────────────────────────────────────────


def step_by_step(root: Path) -> Home:
    """Every kind of change in turn, each published; then nothing is waiting."""
    home = three_issues_out(root)
    turns: list[tuple[str, dict[str, object]]] = [
        ("a", {"status": "corrected", "note": "There were 14."}),
        ("b", {"status": "withdrawn", "note": "Wrong."}),
        ("c", {"headline": "Walking did nothing.", "status": "corrected", "note": "A slip."}),
        ("a", {"status": "corrected", "note": "There were 15.", "tags": ["walking"]}),
        ("b", {}),
        ("d", {"status": "expression of concern", "note": "The journal looks into it."}),
        ("e", {"found": "A spelling was mended.", "tags": ["sleep"]}),
        ("c", {"status": "retracted", "note": "Its data were made up."}),
    ]
    for turn, (key, fields) in enumerate(turns, start=3):
        write(home, key, **fields)
        write(home, f"new{turn}", related=[card("a"), card("c")])
        publish(home, at=AT + turn * HOUR)
    take_down(home, "d", AT + 20 * HOUR)
    (home.root / "summaries" / "d.json").unlink()
    publish(home, at=AT + 21 * HOUR)
    return home


def differing(before: dict[str, bytes], after: dict[str, bytes]) -> set[str]:
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


def test_a_site_kept_step_by_step_has_the_bytes_of_one_made_from_nothing(tmp_path: Path) -> None:
    home = copy_of(step_by_step, tmp_path)
    before = files(home)
    shutil.rmtree(home.site)
    with working(home, at=AT + 30 * HOUR) as session:
        write_site(session)
    assert differing(before, files(home)) == set()


def test_so_has_one_whose_database_came_back_from_the_records(tmp_path: Path) -> None:
    home = copy_of(step_by_step, tmp_path)
    publish(home, at=AT + 30 * HOUR)
    before = files(home)
    shutil.rmtree(home.site)
    lose_database(home)
    publish(home, at=AT + 31 * HOUR)
    # No record tells when a spelling was mended: it became public again.
    (mended,) = (f"summaries/{path.name}" for path in home.site.glob("summaries/e-*"))
    assert differing(before, files(home)) == {mended, "sitemaps/0001.xml"}


@pytest.mark.parametrize("step", [Step.PAGES, Step.FEEDS])
def test_a_crash_in_between_leaves_no_card_and_no_topic_behind(home: Home, step: Step) -> None:
    class Crash(Exception):  # noqa: N818  (it stands for a power cut)
        pass

    def reached(now: Step) -> None:
        if now is step:
            raise Crash

    write(home, "a", status="withdrawn", note="Wrong.", tags=[])
    with pytest.raises(Crash):
        publish(home, at=AT + 3 * HOUR, reached=reached)
    publish(home, at=AT + 4 * HOUR)
    assert holding(home, *sections("a")) == set()
    before = files(home)
    shutil.rmtree(home.site)
    with working(home, at=AT + 5 * HOUR) as session:
        write_site(session)
    assert differing(before, files(home)) == set()


FATES: dict[str, dict[str, object]] = {
    "live": {},
    "text": {"found": "A spelling of k{0}k was mended."},
    "tags": {"tags": ["walking"]},
    "corrected": {"status": "corrected", "note": "There were 14."},
    "headline": {"headline": "Walking k{0}k did nothing.", "status": "corrected", "note": "Slip."},
    "withdrawn": {"status": "withdrawn", "note": "Wrong.", "tags": []},
    "retracted": {"status": "retracted", "note": "Its data were made up."},
    "concern": {"status": "expression of concern", "note": "The journal looks into it."},
}
TURNS = st.lists(
    st.tuples(
        st.sampled_from("abd"),
        st.sampled_from([*FATES, "down"]),
        st.sampled_from(["", "publish", "publish", Step.PAGES, Step.FEEDS]),
    ),
    min_size=2,
    max_size=7,
)


@settings(max_examples=examples(3, exploring=120))
@given(TURNS)
def test_whatever_happens_the_site_is_what_a_rebuild_would_write_and_nothing_taken_back_is_left(
    tmp_path_factory: pytest.TempPathFactory, turns: list[tuple[str, str, str]]
) -> None:
    class Crash(Exception):  # noqa: N818  (it stands for a power cut)
        pass

    start_anew()
    home = empty_home(tmp_path_factory.mktemp("turns"))
    for key in "ab":
        write(home, key)
    publish(home, at=AT)
    write(home, "d", related=[card("a"), card("b")])
    publish(home, at=AT + HOUR)
    write(home, "e", tags=[], related=[card("a"), card("d")])
    publish(home, at=AT + 2 * HOUR)
    fates: dict[str, str] = {}

    for turn, (key, fate, then) in enumerate(turns, start=3):
        at = AT + turn * HOUR
        if fates.get(key) == "down":
            continue
        fates[key] = fate
        if fate == "down":
            take_down(home, key, at)
        else:
            fields = {
                name: text.format(key) if isinstance(text, str) else text
                for name, text in FATES[fate].items()
            }
            write(home, key, **fields)
        write(home, f"new{turn}", related=[card(key)])
        if isinstance(then, Step):
            with pytest.raises(Crash):
                publish(home, at=at + HOUR / 4, reached=lambda now, at=then: stop(Crash, now, at))
        if then:
            publish(home, at=at + HOUR / 2)
    publish(home, at=AT + 90 * HOUR)
    publish(home, at=AT + 91 * HOUR)

    for key, fate in fates.items():
        if fate in {"withdrawn", "retracted", "down"}:
            assert holding(home, *sections(key), f"spelling of k{key}k") == set()
        if fate == "down":
            assert holding(home, f"k{key}k") == set()
    before = files(home)
    shutil.rmtree(home.site)
    with working(home, at=AT + 92 * HOUR) as session:
        write_site(session)
    assert differing(before, files(home)) == set()


def stop(crash: type[Exception], now: Step, step: Step) -> None:
    if now is step:
        raise crash
