"""Homes with large archives, made quickly: past issues in database and records, none in files."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sample_settings import sample_settings

from msnewsletter import urls
from msnewsletter.home import Home
from msnewsletter.issue.compose import compose
from msnewsletter.issue.holds import EarlierIssues
from msnewsletter.issue.pins_and_holds import NextIssue
from msnewsletter.model import Summary
from msnewsletter.partial_date import PartialDate
from msnewsletter.records import Record, dump_record
from msnewsletter.render.site.related import start_of
from msnewsletter.settings import load_settings
from msnewsletter.store import DatabaseLocation, open_store

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.model import Issue
    from msnewsletter.store import Store

BEGIN = datetime(2026, 10, 1, 6, tzinfo=UTC)
A_WHILE = timedelta(minutes=1)


def archived_home(
    root: Path, *, summaries: int, per_issue: int = 8, site: bool = True
) -> tuple[Home, datetime]:
    """A home whose archive holds that many summaries; returns it and the last cutoff (UTC).

    Without `site` the issues have no files there, which takes most of the time.
    """
    home = Home(root)
    (root / "summaries").mkdir(parents=True)
    home.records.mkdir()
    home.var.mkdir()
    home.settings.write_text(sample_settings())
    masthead = load_settings(home.settings).masthead()
    cutoff = BEGIN
    with open_store(DatabaseLocation(shown="var/newsletter.db", path=home.database)) as store:
        for number in range(1, summaries // per_issue + 1):
            cutoff = BEGIN + number * A_WHILE
            written = [study(number * per_issue + i, cutoff) for i in range(per_issue)]
            slot = cutoff.isoformat()
            past = EarlierIssues(number=number - 1, cutoff=cutoff - A_WHILE)
            draft = compose(
                written,
                past=past,
                masthead=masthead,
                slot=slot,
                cutoff=cutoff,
                start=cutoff.date(),
                wanted=NextIssue(place="", issue=number),
            )
            assert draft.issue is not None  # noqa: S101  (the benchmark's own premise)
            record = Record(instant=cutoff, issue=draft.issue)
            home.record(number).write_bytes(dump_record(record))
            store.restore(record, manifest="{}")
            store.complete(number)
            if site:
                _show(home, store, draft.issue)
    return home, cutoff


def _show(home: Home, store: Store, issue: Issue) -> None:
    """The issue's files on the site, empty: publishing may look for them, and never reads them."""
    store.site.index_issue(
        issue.number,
        slugs={},
        starts={entry.position: [start_of(entry.summary.headline)] for entry in issue.entries},
        cards={},
        names={},
    )
    folder = urls.archive_folder(issue.number)
    chunk = urls.chunk_of(issue.number)
    names = [folder + name for name in urls.FEED_NAMES]
    for name in (
        *names,
        *(urls.FULL + name for name in names),
        urls.issue_page_name(issue.number),
        *(urls.page_name(entry) for entry in issue.entries),
        urls.sitemap_name(chunk),
        urls.chunk_page_name(chunk - 1) if chunk > 1 else urls.ROBOTS,
    ):
        path = home.site / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def study(number: int, when: datetime) -> Summary:
    """A summary of ordinary length."""
    text = f"Study {number} looked at people with MS over two years and compared them. "
    return Summary(
        key=f"study-{number:07}",
        headline=f"Study {number} suggests that a small change in habits may help with fatigue.",
        found=(text * 6).strip(),
        why_it_matters=(text * 5).strip(),
        cautions=(text * 3).strip(),
        journal="Journal of Benchmarks",
        published=PartialDate.parse(when.isoformat()),
        first_seen=when,
        location=f"summaries/study-{number:07}.md",
    )


def write_study(home: Home, number: int, when: datetime) -> Path:
    """The same as a file in the home's source folder."""
    one = replace(study(number, when), location="")
    path = home.root / "summaries" / f"{one.key}.md"
    path.write_text(
        f"---\nkey: {one.key}\npublished: {when.isoformat()}\njournal: {one.journal}\n---\n"
        f"# {one.headline}\n\n## What was found\n{one.found}\n\n"
        f"## Why it matters\n{one.why_it_matters}\n\n## Cautions\n{one.cautions}\n"
    )
    return path
