"""Sources that come, change, vanish, move and lie: nothing is mailed twice, lost, or too old.

A state machine on a real home. Every study has a word of its own, which is in all that any source
ever says of it; so what was mailed is found in the records, and what readers can read on the site.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from chance import examples
from databases import start_anew
from fetching import GONE, LAYOUT, fields_of, keep, page_source
from homes import AT, FOLDER, empty_home, name_sources
from msnewsletter.publisher.collect import collect_now
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.results import Released
from msnewsletter.sources.addresses import identity_of
from msnewsletter.sources.fetch.finds import Read, Unread

if TYPE_CHECKING:
    from msnewsletter.model import Summary
    from msnewsletter.sources.fetched_file import Problem

SOURCES = ("site", "news", "export")
STUDIES = tuple(f"study{number}x" for number in range(2))
# In a text: an address may be that of another study by now.
WORD = re.compile(r"(?<!/)study\d+x")
DAY = timedelta(days=1)

# Most of what sources say may be mailed; some is of an archive, or of a day to come.
agos = st.sampled_from([None, None, None, -1, 0, 0, 3, 400])
sources = st.sampled_from(SOURCES)
studies = st.sampled_from(STUDIES)


def day_before(ago: int) -> date:
    return AT.date() - ago * DAY


@dataclass(frozen=True, kw_only=True)
class Page:
    """What a source says of a study: where, with its number or not, of which day and version."""

    address: str
    doi: bool = True
    ago: int | None = None
    version: int = 0

    def find(self, study: str) -> Read:
        fields = fields_of(study)
        if self.ago is not None:
            fields["published"] = str(day_before(self.ago))
        if self.doi:
            fields["doi"] = f"10.1000/{study}"
        if self.version:
            fields["cautions"] = f"{fields['cautions']} It was version {self.version}."
        identities = (identity_of(self.address),)
        return Read(identities=identities, address=self.address, fields=fields)


class SourcesOverTime(RuleBasedStateMachine):
    """Sources do what they like; an editor overrides; a publisher publishes."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.now = AT
        self.number = 0
        self.pages: dict[tuple[str, str], Page] = {}
        # How many days ago each was published, as its source said last; by location and study.
        self.said: dict[tuple[str, str], int | None] = {}
        self.since: dict[str, date | None] = dict.fromkeys(SOURCES)
        self.named = list(SOURCES)
        self.added: dict[str, date] = {}
        self.mailed: set[str] = set()
        self.keys: set[str] = set()

    def teardown(self) -> None:
        self.folder.cleanup()

    @initialize(known=st.lists(st.tuples(sources, studies, agos, st.booleans()), max_size=6))
    def begin(self, known: list[tuple[str, str, int | None, bool]]) -> None:
        start_anew()
        self.home = empty_home(Path(self.folder.name) / "home")
        self.name()
        for source, study, ago, doi in known:
            address = f"https://{source}.example/{study}"
            self.say(source, study, Page(address=address, ago=ago, doi=doi))

    def name(self) -> None:
        tables = [
            page_source(name, **({"since": str(day)} if (day := self.since[name]) else {}))
            for name in self.named
        ]
        name_sources(self.home, *tables, FOLDER)

    def tick(self) -> None:
        self.now += timedelta(hours=7)

    def next_number(self) -> int:
        self.number += 1
        return self.number

    def keep(self, source: str, find: Read | Unread) -> None:
        """Have a look of a source find something; the newsletter had an issue at its first."""
        self.tick()
        self.added.setdefault(source, self.now.date())
        keep(self.home, source, find, at=self.now)

    def say(self, source: str, study: str, page: Page) -> None:
        self.pages[source, study] = page
        self.said[f"{source}: {page.address}", study] = page.ago
        self.keep(source, page.find(study))

    # ── what sources do ──────────────────────────────────────────────────────────────────────

    @rule(source=sources, study=studies, ago=agos)
    def come(self, source: str, study: str, ago: int | None) -> None:
        address = f"https://{source}.example/{study}"
        self.say(source, study, self.pages.get((source, study), Page(address=address, ago=ago)))

    @rule(source=sources, study=studies, ago=agos, doi=st.booleans())
    def lie(self, source: str, study: str, ago: int | None, *, doi: bool) -> None:
        if page := self.pages.get((source, study)):
            self.say(source, study, replace(page, ago=ago, doi=doi))

    @rule(source=sources, study=studies)
    def change(self, source: str, study: str) -> None:
        if page := self.pages.get((source, study)):
            self.say(source, study, replace(page, version=self.next_number()))

    @rule(source=sources, study=studies)
    def move(self, source: str, study: str) -> None:
        """Redirect to another address, under which it stays known by the old one too."""
        if page := self.pages.get((source, study)):
            address = f"https://{source}.example/{self.next_number()}/{study}?utm_id=1"
            moved = replace(page, address=address)
            find = moved.find(study)
            self.pages[source, study] = moved
            self.said[f"{source}: {address}", study] = moved.ago
            identities = (*find.identities, identity_of(page.address))
            self.keep(source, replace(find, identities=identities))

    @rule(source=sources, study=studies)
    def change_all_ids(self, source: str, study: str) -> None:
        """Name the same thing by another id alone, as if it were new."""
        if page := self.pages.get((source, study)):
            address = f"https://{source}.example/id/{self.next_number()}/{study}"
            self.say(source, study, replace(page, address=address))

    @rule(source=sources, study=studies, ago=agos)
    def give_address_to_another(self, source: str, study: str, ago: int | None) -> None:
        """Show another study where this one was; both may come to that address again."""
        if page := self.pages.get((source, study)):
            other = next(one for one in STUDIES if one != study)
            self.say(source, other, Page(address=page.address, ago=ago))

    @rule(source=sources, study=studies, problem=st.sampled_from([GONE, LAYOUT]))
    def vanish(self, source: str, study: str, problem: Problem) -> None:
        if page := self.pages.get((source, study)):
            identities = (identity_of(page.address),)
            find = Unread(
                identities=identities, address=page.address, problem=problem, passing=False
            )
            self.keep(source, find)

    @rule(source=sources)
    def lose_what_was_fetched(self, source: str) -> None:
        """A disk breaks: the source is added anew when it is looked at next."""
        shutil.rmtree(self.home.fetched / source, ignore_errors=True)

    # ── what editors do ──────────────────────────────────────────────────────────────────────

    @rule(source=sources, day=st.sampled_from([None, day_before(30), day_before(-1)]))
    def set_since(self, source: str, day: date | None) -> None:
        self.since[source] = day
        self.name()

    @rule(order=st.permutations(SOURCES), count=st.integers(1, len(SOURCES)))
    def name_other_sources(self, order: list[str], count: int) -> None:
        self.named = order[:count]
        self.name()

    @rule(source=sources, study=studies)
    def override(self, source: str, study: str) -> None:
        page = self.pages.get((source, study))
        if page is None:
            return
        self.tick()
        fields = fields_of(study)
        path = self.home.root / "summaries" / f"{source}-{study}.md"
        path.write_text(
            f"---\nkey: {identity_of(page.address)}\ndoi: 10.1000/{study}\n---\n"
            f"# {fields['headline']}\n\n## What was found\n{fields['found']}\n\n"
            f"## Why it matters\nAn editor wrote {self.next_number()}.\n\n"
            f"## Cautions\n{fields['cautions']}\n"
        )
        os.utime(path, (self.now.timestamp(), self.now.timestamp()))

    @rule(source=sources, study=studies)
    def remove_override(self, source: str, study: str) -> None:
        (self.home.root / "summaries" / f"{source}-{study}.md").unlink(missing_ok=True)

    # ── what the program does ────────────────────────────────────────────────────────────────

    @rule()
    def collect(self) -> None:
        self.tick()
        collect_now(self.home, at=self.now)

    @rule()
    def publish(self) -> None:
        self.publish_now()

    @rule(source=sources, study=studies)
    def change_and_publish(self, source: str, study: str) -> None:
        """The same as two rules: what is published often is explored more."""
        self.change(source, study)
        self.publish_now()

    @rule(source=sources, study=studies)
    def rename_and_publish(self, source: str, study: str) -> None:
        self.change_all_ids(source, study)
        self.publish_now()

    def publish_now(self) -> None:
        self.tick()
        done = publish(self.home, at=self.now, agreed=True)
        for entry in done.issue.entries if isinstance(done, Released) else ():
            self.mail(entry.summary)
        self.look_at_what_was_mailed()

    def mail(self, summary: Summary) -> None:
        (study,) = WORD.findall(summary.headline)
        location = summary.location.partition(" [")[0]
        if (location, study) in self.said:
            # A file of an editor is a person's word that it be sent; no source has such a word.
            assert study not in self.mailed, summary
            source = summary.location.partition(": ")[0]
            ago = self.said[location, study]
            assert ago is None or day_before(ago) >= (self.since[source] or self.added[source])
        else:
            assert summary.location.startswith("summaries/")
        self.mailed.add(study)
        assert summary.key not in self.keys
        self.keys.add(summary.key)

    def look_at_what_was_mailed(self) -> None:
        """All that was ever mailed is on the site and in the records."""
        pages = "".join(path.read_text() for path in self.home.site.glob("summaries/*.html"))
        assert self.mailed <= set(WORD.findall(pages))
        records = "".join(path.read_text() for path in self.home.records.glob("0*.json"))
        assert self.mailed == set(WORD.findall(records))


SourcesOverTime.TestCase.settings = settings(
    max_examples=examples(6, exploring=240), stateful_step_count=20
)
TestSourcesOverTime = SourcesOverTime.TestCase
