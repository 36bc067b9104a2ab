"""A home with summaries from sources, in every state that the desk shows."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from fetching import FEED, SITE, fields_of, keep, page_source, read_at, unread_at
from homes import FOLDER, empty_home, name_sources
from web.desk.conftest import NOW

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home

DAY = timedelta(days=1)
GUT, EYE, SLEEP, WALKS = (f"https://example.org/{one}" for one in ("gut", "eye", "sleep", "walks"))
GUT_KEY = "example.org/gut"
ORIGINS = {"headline": "JSON-LD: headline", "journal": "meta: citation_journal_title"}


def sourced_home(root: Path) -> Home:
    """One is fetched, one told by two sources, one merged of both, one without cautions."""
    home = empty_home(root / "home")
    name_sources(home, page_source(), page_source(FEED), FOLDER)
    gut = read_at(GUT, fields_of("the gut", journal="Gut", doi="10.1000/gut"))
    keep(
        home,
        SITE,
        replace(gut, origins=ORIGINS),
        read_at(EYE, fields_of("the eye", doi="10.1000/eye")),
        read_at(SLEEP, fields_of("sleep", doi="10.1000/sleep")),
        at=NOW - 2 * DAY,
    )
    other = fields_of("the eye", doi="10.1000/eye", found="The nerve of the eye became thinner.")
    keep(
        home,
        FEED,
        read_at("https://feeds.example.net/eye", other),
        read_at(
            "https://feeds.example.net/sleep",
            fields_of("sleep", doi="10.1000/sleep", journal="Sleep", published="2026-11-23"),
        ),
        at=NOW - 2 * DAY,
    )
    keep(home, SITE, unread_at(WALKS), at=NOW - DAY)
    return home


def written_before(path: Path, days: int) -> None:
    """Set the time at which a file was last written."""
    at = (NOW - days * DAY).timestamp()
    os.utime(path, (at, at))
