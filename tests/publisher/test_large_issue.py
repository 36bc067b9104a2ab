"""A huge issue: far more than anyone sends, and nothing of it is lost or too large.

`SCALE_ENTRIES` sets how many entries it has: a thousand, `make scale` sends ten thousand.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import feedparser
import pytest

from homes import AT, empty_home, write_summary
from msnewsletter.publisher.publish import publish
from publisher.walking import walked

if TYPE_CHECKING:
    from msnewsletter.home import Home

SIZE = int(os.environ.get("SCALE_ENTRIES", "1000"))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = empty_home(tmp_path_factory.mktemp("large"))
    for number in range(SIZE):
        # Bare days and instants in turn, over twenty days.
        day = f"2026-11-{1 + number % 20:02}"
        hour = f"T{number % 24:02}:{number % 60:02}:00+01:00" if number % 2 else ""
        write_summary(home, f"study-{number}", day + hour)
    publish(home, at=AT)
    return home


@pytest.mark.parametrize("name", ["rss.xml", "full/atom.xml"])
def test_its_archives_hold_every_summary_once_and_its_feeds_stay_small(
    home: Home, name: str
) -> None:
    feed, *archives = walked(home, name)
    assert len(feed) == 150
    in_archives = [id_ for document in archives for id_ in document]
    assert len(in_archives) == len(set(in_archives)) == SIZE
    assert set(feed) < set(in_archives)
    assert max(len(document) for document in archives) == 200
    assert (home.site / name).stat().st_size < 500_000
    read = feedparser.parse((home.site / name).read_bytes())
    assert not read.bozo
    dates = [entry.published_parsed for entry in read.entries]
    assert dates == sorted(dates, reverse=True)


def test_every_summary_has_its_page_and_the_mail_is_whole_where_gmail_would_cut_it(
    home: Home,
) -> None:
    assert len(list((home.site / "summaries").iterdir())) == SIZE
    mail = (home.outbox / "new" / "0001" / "digest.html").read_bytes()
    assert len(mail) < 102_400  # bytes; Gmail clips a message there
    assert mail.rstrip().endswith(b"</html>")
