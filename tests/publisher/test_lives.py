"""Any life of summaries: what readers see is what was approved, everywhere the same, and no more.

A state machine on a real home. Every version of a text has a word of its own, so that a search of
all bytes of the site says which versions are public.
"""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import tempfile
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from lxml import html

from chance import examples
from databases import lose_database, start_anew
from homes import AT, empty_home, tree
from msnewsletter.errors import RefusedError
from msnewsletter.publisher.approve import approve
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.results import Released
from msnewsletter.publisher.session import Step
from msnewsletter.publisher.takedown import lift_takedown, take_down
from msnewsletter.records import load_record

if TYPE_CHECKING:
    from collections.abc import Callable

KEYS = ("gut", "sleep", "eyes", "walking")
TAKEN_BACK = {"withdrawn", "retracted", "taken down"}
CONCERN = "expression of concern"
FOUND = re.compile(rb"found-\d+-end")
HEADLINE = re.compile(rb"head-(\w+)-\d+-end")


class Crash(Exception):  # noqa: N818  (it stands for a power cut)
    """The power cut."""


def crash_after(step: Step | None) -> Callable[[Step], None]:
    def reached(now: Step) -> None:
        if now is step:
            raise Crash

    return reached


@dataclass(frozen=True, kw_only=True)
class Text:
    """A version of a summary: its number makes its words; a bad one no editor would send."""

    number: int
    status: str = "live"
    note: str | None = None
    bad: bool = False

    @property
    def notice(self) -> tuple[str, str | None]:
        return self.status, None if self.status == "live" else self.note

    @property
    def shown(self) -> str | None:
        return None if self.status in TAKEN_BACK else f"found-{self.number}-end"


@dataclass
class Life:
    """One summary: as its file says it, as readers may see it, and what mail readers were told."""

    source: Text
    public: Text | None = None
    recorded: Text | None = None
    issue: int = 0
    told: tuple[str, str | None] = ("live", None)
    taken_down: bool = False

    @property
    def is_sent(self) -> bool:
        return self.public is not None

    def next_public(self) -> Text | None:
        """What readers may see after the next publishing."""
        if self.public is None or self.taken_down:
            return self.public
        notice = {"status": self.source.status, "note": self.source.note}
        if self.source.status in TAKEN_BACK:
            return replace(self.public, **notice)
        if self.source.bad and self.source.status == CONCERN:
            # The doubt counts, beside the old text.
            return (
                self.public if self.public.status in TAKEN_BACK else replace(self.public, **notice)
            )
        return self.public if self.source.bad else self.source

    def goes_out(self) -> bool:
        """Whether the next issue has it as new."""
        return not self.is_sent and not self.source.bad and self.source.status not in TAKEN_BACK

    def is_news(self, after: Text) -> bool:
        """Whether readers who were told something else must hear of it."""
        if after.notice == self.told:
            return False
        return after.status != "live" or self.told[0] in TAKEN_BACK | {CONCERN}


class Lives(RuleBasedStateMachine):
    """Editors do what they like; a publisher publishes, is killed, loses things."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.lives: dict[str, Life] = {}
        self.number = 0
        self.now = AT
        self.issues = 0
        self.told: list[tuple[str, str, str | None]] = []
        self.approved: object = None
        # After a power cut the site may show what it showed before, or what it will show.
        self.before: set[str] | None = None

    def teardown(self) -> None:
        self.folder.cleanup()

    @initialize(review=st.booleans())
    def begin(self, *, review: bool) -> None:
        self.review = review
        start_anew()
        self.home = empty_home(
            Path(self.folder.name) / "home", review='"required"' if review else '"none"'
        )
        for key in KEYS[:2]:
            self.write(key, Text(number=self.next_number()))
        self.tick()
        if review:
            approve(self.home, by="Ada", at=self.now)
            self.approved = self.would_show()
        self.publish_all()

    # ── what editors do ──────────────────────────────────────────────────────────────────────

    @rule(key=st.sampled_from(KEYS), bad=st.booleans())
    def edit(self, key: str, *, bad: bool) -> None:
        before = self.lives[key].source if key in self.lives else Text(number=0)
        self.write(key, replace(before, number=self.next_number(), bad=bad))

    @rule(
        key=st.sampled_from(KEYS),
        status=st.sampled_from(["corrected", "withdrawn", "retracted", CONCERN, "live"]),
        reworded=st.booleans(),
    )
    def decide(self, key: str, status: str, *, reworded: bool) -> None:
        number = self.next_number()
        before = self.lives[key].source if key in self.lives else Text(number=number)
        note = None if status == "live" else f"Note {number} says why."
        text = replace(before, status=status, note=note)
        self.write(key, replace(text, number=number, bad=False) if reworded else text)

    @rule(
        key=st.sampled_from(KEYS),
        step=st.sampled_from([None, Step.PAGES, Step.FEEDS, Step.COMPLETE]),
    )
    def take_down(self, key: str, step: Step | None) -> None:
        self.tick()
        self.recovered()
        life = self.lives.get(key)
        if life is None or not life.is_sent or life.taken_down:
            with pytest.raises(RefusedError):
                take_down(self.home, key, reason="The law.", at=self.now)
            self.recovered()
            return
        before = self.allowed()
        killed = contextlib.suppress(Crash)
        with killed:
            take_down(self.home, key, reason="The law.", at=self.now, reached=crash_after(step))
        life.public, life.taken_down = Text(number=0, status="taken down"), True
        self.before = before if step else None

    @rule(key=st.sampled_from(KEYS))
    def lift_takedown(self, key: str) -> None:
        life = self.lives.get(key)
        if life is None or not life.taken_down:
            return
        self.tick()
        lift_takedown(self.home, key, at=self.now)
        life.taken_down = False
        self.recovered()

    @precondition(lambda self: self.review)
    @rule()
    def approve(self) -> None:
        self.tick()
        if self.has_news():
            approve(self.home, by="Ada", at=self.now)
            self.approved = self.would_show()
        else:
            with pytest.raises(RefusedError):
                approve(self.home, by="Ada", at=self.now)
        self.recovered()

    # ── what happens ─────────────────────────────────────────────────────────────────────────

    @rule()
    def publish(self) -> None:
        self.tick()
        self.publish_all()

    @rule(step=st.sampled_from([step for step in Step if step is not Step.COMPLETE]))
    def publish_and_crash(self, step: Step) -> None:
        self.tick()
        self.recovered()
        before = self.allowed()
        try:
            publish(self.home, at=self.now, reached=crash_after(step))
        except RefusedError:
            assert not self.may_publish()
            return
        except Crash:
            chosen = self.may_publish() and [*Step].index(step) >= [*Step].index(Step.SELECTED)
        else:
            chosen = self.may_publish()
        if chosen:
            self.fix()
        self.before = before

    @rule()
    def lose_the_database(self) -> None:
        self.tick()
        self.recovered()
        with contextlib.suppress(RefusedError):  # so that its newest record is there
            self.publish_all()
        lose_database(self.home)
        # An edit that no issue announced is not in the records: it waits again.
        for life in self.lives.values():
            if life.public and not life.taken_down:
                life.public = life.recorded
        self.approved = None
        self.tick()
        self.publish_all()

    @rule()
    def lose_the_site(self) -> None:
        self.tick()
        self.publish_all()
        shutil.rmtree(self.home.site, ignore_errors=True)
        self.tick()
        self.publish_all()

    # ── what must be so at every moment ──────────────────────────────────────────────────────

    @invariant()
    def nothing_but_what_is_public_is_on_the_site(self) -> None:
        if not hasattr(self, "home"):
            return
        files = tree(self.home.site)
        found = {word.decode() for data in files.values() for word in FOUND.findall(data)}
        allowed = self.allowed()
        if self.before is None:
            assert found == allowed
        else:
            assert found <= allowed | self.before
        assert not [name for name, data in files.items() if b"{{" in data]
        gone = {key for key, life in self.lives.items() if life.taken_down}
        named = {
            key.decode()
            for name, data in files.items()
            for key in HEADLINE.findall(data)
            if self.before is None
        }
        assert not gone & named

    @invariant()
    def all_of_it_says_the_same(self) -> None:
        if not hasattr(self, "home") or self.before is not None:
            return
        for key, life in self.lives.items():
            pages = [*self.home.site.glob(f"summaries/{key}-*.html")]
            assert bool(pages) == life.is_sent
            if life.public is None:
                continue
            page = pages[0].read_text()
            assert (life.public.shown or "") in page
            if life.public.note and life.public.status != "live":
                assert life.public.note in page
            # Each in the history, or, as the notice that is shown, with that.
            said = html.fromstring(page).text_content().count("announced in")
            assert said == sum(one[0] == key for one in self.told)
        ledger = html.parse(self.home.site / "corrections.html").xpath("//main//li//time")
        assert len(ledger) == len(self.told)
        read = newest_versions(self.home.site)
        assert len(read) == sum(life.is_sent for life in self.lives.values())
        words = {word for text in read.values() for word in re.findall(r"found-\d+-end", text)}
        assert words == self.allowed()

    @invariant()
    def readers_were_told_each_change_once(self) -> None:
        if not hasattr(self, "home"):
            return
        records = [
            load_record(path.read_bytes(), place="issues", number=int(path.stem)).issue
            for path in sorted(self.home.records.glob("0*.json"))
        ]
        if self.before is None:
            assert len(records) == self.issues
            told = [
                (one.key, str(one.status), one.note) for each in records for one in each.corrections
            ]
            assert told == self.told
            sent = [entry.summary.key for each in records for entry in each.entries]
            assert sorted(sent) == sorted(key for key, one in self.lives.items() if one.is_sent)

    # ── the model ────────────────────────────────────────────────────────────────────────────

    def next_number(self) -> int:
        self.number += 1
        return self.number

    def tick(self) -> None:
        self.now += timedelta(hours=1)

    def write(self, key: str, text: Text) -> None:
        front = f"key: {key}\npublished: 2026-11-20\n"
        if text.status != "live":
            front += f"status: {text.status}\nnote: {text.note}\n"
        cautions = "TODO {{ cautions }}" if text.bad and text.number % 2 else "The study was small."
        bad = "{{ more }} " if text.bad else ""
        (self.home.root / "summaries" / f"{key}.md").write_text(
            f"---\n{front}---\n# The study {bad}head-{key}-{text.number}-end of {key}.\n\n"
            f"## What was found\nThe result was found-{text.number}-end.\n\n"
            f"## Why it matters\nIt may help.\n\n## Cautions\n{cautions}\n"
        )
        self.lives.setdefault(key, Life(source=text)).source = text

    def allowed(self) -> set[str]:
        """The words of all texts that readers may see."""
        shown = (life.public.shown for life in self.lives.values() if life.public)
        return {word for word in shown if word}

    def would_show(self) -> object:
        """All that the next publishing would change for readers."""
        return {
            key: (life.next_public(), life.goes_out(), life.told)
            for key, life in self.lives.items()
            if life.goes_out()
            or (life.public and (life.next_public() != life.public or self.unannounced(life)))
        }

    def unannounced(self, life: Life) -> bool:
        return life.taken_down and life.told[0] != "taken down"

    def has_news(self) -> bool:
        return bool(self.would_show())

    def may_publish(self) -> bool:
        return not self.review or not self.has_news() or self.approved == self.would_show()

    def recovered(self) -> None:
        """Any command first finishes what a crash left."""
        if self.before is not None:
            with contextlib.suppress(RefusedError):
                self.publish_all()

    def publish_all(self) -> None:
        allowed = self.may_publish()
        if not allowed:
            with pytest.raises(RefusedError, match="approved"):
                publish(self.home, at=self.now)
            self.before = None
            return
        number = self.issues
        done = publish(self.home, at=self.now)
        if isinstance(done, Released):
            assert done.issue.number == number + 1
        self.fix()
        self.before = None

    def fix(self) -> None:
        """What T1 fixes."""
        issue = False
        told = []
        for key, life in self.lives.items():
            if life.goes_out():
                life.public = life.recorded = life.source
                life.told, life.issue, issue = life.source.notice, self.issues + 1, True
            elif after := life.next_public():
                if life.is_news(after):
                    told.append((key, after.status, after.notice[1], life.issue))
                    life.told, life.recorded, issue = after.notice, after, True
                life.public = after
        # What was taken back comes first, then by issue and key.
        told.sort(key=lambda one: (one[1] not in TAKEN_BACK, one[3], one[0]))
        self.told += [one[:3] for one in told]
        self.issues += issue
        if self.review:
            self.approved = None


def newest_versions(site: Path) -> dict[str, str]:
    """Every entry's text, by id, for a reader who walks from the feed to the archives."""
    found: dict[str, str] = {}
    name: str | None = "full/feed.json"
    base = None
    while name:
        document = json.loads((site / name).read_bytes())
        base = base or document["feed_url"].removesuffix(name)
        for item in document["items"]:
            found.setdefault(item["id"], item["content_html"])
        name = document.get("next_url", "").removeprefix(base) or None
    return found


TestLives = Lives.TestCase
TestLives.settings = settings(max_examples=examples(6, exploring=240), stateful_step_count=14)
