"""What reading a feed of 1,000 entries costs, against feedparser alone and against rss2email.

Run by `make bench`. The feed has the elements that WordPress gives each entry; feedparser has the
same options as in sources/feed/feed_document.py, without which it is slower. rss2email gets the
feed from the same server, and sends no mail: both read it, keep what is new, and know it again.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import feedparser
import peer_programs
from measure import Benchmark, Measured, Promise, by_turns, program_cost, ratio_at_most

from msnewsletter.home import Home, packaged_home
from msnewsletter.sources.feed.feed_document import read_feed
from msnewsletter.sources.feed.feed_fields import entry_fields

sys.path.append(str(Path(__file__).parents[1] / "tests"))

from sources.fetch.web_server import serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from measure import Run

ENTRIES = 1000
AT = datetime(2026, 11, 23, 7, tzinfo=UTC)
TEXT = " ".join(["Researchers looked at forty people and saw a small difference in the scans."] * 6)
BODY = f"""<h2>What was found?</h2><p>{TEXT}</p><p>{TEXT}</p><h2>Why does it matter?</h2>
<p>{TEXT}</p><h2>What should you keep in mind?</h2><p>{TEXT}</p><ul><li>It was small.</li>
<li>It shows no cause.</li></ul><p><a href="https://doi.org/10.1000/a">The study</a></p>"""


def document(entries: int = ENTRIES) -> bytes:
    """A feed with so many entries of two kilobytes."""
    items = "".join(
        f"<item><title>A finding, number {number}</title><guid>urn:x:{number}</guid>"
        f"<link>https://example.org/{number}</link><description>{TEXT}</description>"
        f"<content:encoded><![CDATA[{BODY}]]></content:encoded>"
        "<category><![CDATA[mice]]></category><category><![CDATA[diet]]></category>"
        f"<dc:creator><![CDATA[ada]]></dc:creator><comments>https://example.org/{number}#respond"
        f"</comments><wfw:commentRss>https://example.org/{number}/feed/</wfw:commentRss>"
        "<slash:comments>0</slash:comments>"
        f"<dc:identifier>doi:10.1000/{number}</dc:identifier>"
        "<pubDate>Fri, 20 Nov 2026 10:00:00 GMT</pubDate></item>"
        for number in range(entries)
    )
    return (
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:wfw="http://wellformedweb.org/CommentAPI/" '
        'xmlns:slash="http://purl.org/rss/1.0/modules/slash/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<link>https://example.org/</link>{items}</channel></rss>"
    ).encode()


def ours(data: bytes) -> None:
    """All fields of all entries."""
    feed = read_feed(data, url="https://example.org/feed")
    read = [entry_fields(entry, mapped={}, at=AT) for entry in feed.entries]
    if len(read) != ENTRIES or any(one.problem for one in read):
        raise SystemExit("the feed was not read")


def peer(data: bytes) -> None:
    """What feedparser alone does."""
    feedparser.parse(io.BytesIO(data), sanitize_html=False, resolve_relative_uris=False)


def promises(_: Run) -> dict[str, Promise]:
    """What a feed may cost."""
    return {
        "read": Promise(
            name=f"a feed of {ENTRIES:,} entries read, all fields",
            unit="ms of CPU time",
            wanted=ratio_at_most(2),
            peer="feedparser alone",
        ),
        **{
            what: Promise(
                name=f"the whole command for a feed of {ENTRIES:,} entries, {name}",
                unit="s",
                wanted=ratio_at_most(most),
                peer="rss2email, sending nothing",
            )
            for what, name, most in (
                ("new", "all new", 1),
                # It knows an entry by its id; ours reads it, to see whether it was edited.
                ("again", "nothing new", 2),
            )
        },
    }


def measure(run: Run, promised: Mapping[str, Promise]) -> Iterator[Measured]:
    """In one process against feedparser, and as commands against rss2email."""
    data = document()
    mine, theirs = by_turns(lambda: _spent(ours, data), lambda: _spent(peer, data))
    yield Measured(promise=promised["read"], ours=mine, theirs=theirs)
    peer_programs.debian("r2e", "rss2email")
    with serving({"/feed.xml": lambda _: data}) as server:
        url = server.url("/feed.xml")
        mine, theirs = by_turns(
            lambda: _collected(run.folder, url, fresh=True),
            lambda: _sent_nothing(run.folder, url, fresh=True),
            turns=3,
            warm_up=0,
        )
        yield Measured(promise=promised["new"], ours=mine, theirs=theirs)
        mine, theirs = by_turns(
            lambda: _collected(run.folder, url, fresh=False),
            lambda: _sent_nothing(run.folder, url, fresh=False),
            turns=3,
        )
        yield Measured(promise=promised["again"], ours=mine, theirs=theirs)


def _spent(call: Callable[[bytes], None], data: bytes) -> float:
    began = time.process_time()
    call(data)
    return 1000 * (time.process_time() - began)


def _collected(folder: Path, url: str, *, fresh: bool) -> float:
    """Seconds of `collect`, into a new home or into one that knows all."""
    home = Home(folder / "home")
    if fresh:
        shutil.rmtree(home.root, ignore_errors=True)
        home.root.mkdir()
        settings = (packaged_home() / "newsletter.toml").read_text()
        source = f'[[sources]]\nname = "news"\nkind = "feed"\nurl = "{url}"\nprivate = true\n'
        home.settings.write_text(settings.replace("[[sources]]\n", f"{source}\n[[sources]]\n", 1))
        (home.root / "summaries").mkdir()
    return program_cost(home.root, "collect").elapsed


def _sent_nothing(folder: Path, url: str, *, fresh: bool) -> float:
    """Seconds of rss2email's run."""
    settings, known = folder / "rss2email.cfg", folder / "rss2email.json"
    words = ["r2e", "-c", str(settings), "-d", str(known)]
    if fresh:
        for path in (settings, known):
            path.unlink(missing_ok=True)
        for more in (["new", "reader@in.test"], ["add", "news", url]):
            subprocess.run([*words, *more], check=True, capture_output=True)
    began = time.perf_counter()
    subprocess.run([*words, "run", "--no-send"], check=True, capture_output=True)
    return time.perf_counter() - began


BENCHMARK = Benchmark(name="feeds", promises=promises, measure=measure)
