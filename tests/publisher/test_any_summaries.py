"""No summary, whatever it holds, keeps an issue from going out, or makes it slow.

Issues of odd summaries are published one after the other, each in a process that is ended after
ten seconds of computing, or with 300 MB more than it began with. `make explore` draws texts as long
as they may be.
"""

from __future__ import annotations

import json
import resource
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from chance import examples
from databases import start_anew
from homes import command, empty_home
from msnewsletter.records import load_record
from msnewsletter.render.site.verify import check_feeds, read_feed
from msnewsletter.sources.json_objects import KNOWN_FIELDS
from msnewsletter.urls import FEED_NAMES
from publisher.odd_summaries import EDITS, FIELDS, SITE, SUMMARIES

if TYPE_CHECKING:
    from msnewsletter.home import Home

SECONDS, MEGABYTES = 10, 300
GOOD = {
    "headline": "The {} study was good.",
    "found": "Walking helped {} people.",
    "why_it_matters": "It may help others than the {}.",
    "cautions": "The study of {} was small.",
    "published": "2026-11-20",
}
PLAIN = {name: text.format("plain") for name, text in GOOD.items()}


def limited() -> None:
    """End this process when it computes or takes too much."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + MEGABYTES * 1_000_000
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


def good(number: int) -> dict[str, Any]:
    return {name: text.format(f"{number}th") for name, text in GOOD.items()} | {
        "key": f"good-{number}"
    }


def publish(home: Home, number: int, objects: list[dict[str, Any]]) -> None:
    """Publish the issue of that number; a good new summary is in it, and no other stops it."""
    named = [good(each + 1) for each in range(number)]
    file = home.root / "summaries" / "odd.json"
    file.write_text(json.dumps([*objects, *named]))
    done = command(home, "publish", "--at", f"2026-11-{22 + number}T08:00", preexec_fn=limited)
    told = done.stderr[-2_000:]
    assert "Traceback" not in told
    # It says so too, though the issue is out, when a sent summary is refused now.
    assert done.returncode == 0 or "NOT CORRECTED" in done.stderr, told
    place = f"issues/{number:04}.json"
    record = load_record((home.root / place).read_bytes(), place=place, number=number)
    assert f"good-{number}" in {entry.summary.key for entry in record.issue.entries}, told
    check_site(home, number)


def check_site(home: Home, number: int) -> None:
    """The feeds parse and agree, and have what was good in all issues."""
    for folder in ("", "full/"):
        files = {name: (home.site / folder / name).read_bytes() for name in FEED_NAMES}
        check_feeds(files)
        ids = [{entry.id for entry in read_feed(name, data)} for name, data in files.items()]
        assert ids[0] == ids[1] == ids[2]
        titles = {entry.title for entry in read_feed("feed.json", files["feed.json"])}
        assert {good(each + 1)["headline"] for each in range(number)} <= titles


def test_the_drawn_summaries_have_every_field_that_a_source_may_have() -> None:
    assert {*FIELDS} == {*KNOWN_FIELDS} - {"key"}


# Three issues each: over two thousand when exploring.
@settings(max_examples=examples(6, exploring=700))
@given(st.lists(st.tuples(SUMMARIES, EDITS), min_size=1, max_size=5), SUMMARIES)
@example([(PLAIN | {"cautions": "Small study… Only 12 people took part."}, None)], PLAIN)
@example([(PLAIN | {"cautions": "Small study.\u0085Only 12\u0085took part."}, None)], PLAIN)
@example(
    [
        (PLAIN | {"cautions": text}, None)
        for text in ("…", "\ue000", "1" * 900, "e" + "\u0301" * 900)
    ],
    PLAIN,
)
@example(
    [(PLAIN | {"headline": text}, None) for text in ("Unsubscribe", "RSS feed", "DOI 10.1000/1")],
    PLAIN | {"doi": "10.1000/1"},
)
@example(
    [(PLAIN | {"headline": "Patients in OrlÃ©ans and their families&rsquo; views."}, None)], PLAIN
)
@example(
    [(PLAIN | {"disclaimer": "No advice. " * 10_000}, None)],
    PLAIN | {"reviewed_by": "Ada " * 30_000, "reviewed_on": "2026-11-20"},
)
@example(
    [(PLAIN | {"url": "https://www.example.com/a?a=1&amp;b=2"}, {"url": "https://x.example/"})],
    PLAIN,
)
@example([(PLAIN | {"url": f"{SITE}nowhere.html"}, None)], PLAIN | {"url": f"{SITE}%2e%2e/x"})
def test_no_summary_keeps_an_issue_from_going_out(
    drawn: list[tuple[dict[str, Any], dict[str, Any] | None]], later: dict[str, Any]
) -> None:
    start_anew()
    with tempfile.TemporaryDirectory() as folder:
        home = empty_home(Path(folder) / "home")
        first = [{"key": f"k{place}"} | odd for place, (odd, _) in enumerate(drawn)]
        publish(home, 1, first)
        edited = [one | (edit or {}) for one, (_, edit) in zip(first, drawn, strict=True)]
        publish(home, 2, [*edited, {"key": "later"} | later])
        publish(home, 3, edited)
