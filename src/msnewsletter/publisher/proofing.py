"""Proof: the next issue as it would go out, for the editor to see first; changes nothing.

A proof is the real thing: the files of the outbox and the pages and feeds of the site, from the
same functions that publishing calls, on a copy of the database in memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from msnewsletter.config import load_settings
from msnewsletter.publisher import scheduling
from msnewsletter.publisher.approving import Reviewed, content_digest, review
from msnewsletter.publisher.checking import blocking_in, findings_in
from msnewsletter.publisher.collecting import Collected, collect, plan_collect
from msnewsletter.publisher.recovery import reading_store
from msnewsletter.publisher.scheduling import Occasion, Standing, standing
from msnewsletter.publisher.site import site_files
from msnewsletter.publisher.steps import render_folder
from msnewsletter.publisher.templates import load_templates

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from msnewsletter.compose import Draft
    from msnewsletter.config import Settings
    from msnewsletter.home import Home
    from msnewsletter.model import Issue
    from msnewsletter.preflight import Finding
    from msnewsletter.store import LastIssue, SlotTaken, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """The next issue, rendered and inspected.

    Attributes:
        asked: when it was asked for, aware.
        occasion: what it would be published for: the next slot, or a person's publishing now.
        settings: those in force.
        standing: how the schedule stands; None: there is no schedule.
        last_issue, last_slot: the newest of each; None before the first.
        number: of the issue that comes.
        reviewed: what would be in it, and whether a person's approval holds.
        collected: what the sources hold that the store does not, and what was refused.
        content: what an approval would stand for, as a hash; empty without an issue.
        files: of its folder in the outbox, by name; empty without an issue.
        findings: what preflight says, what blocks first.
    """

    asked: datetime
    occasion: Occasion
    settings: Settings
    standing: Standing | None
    last_issue: LastIssue | None
    last_slot: SlotTaken | None
    number: int
    reviewed: Reviewed
    collected: Collected
    content: str
    files: Mapping[str, bytes]
    findings: tuple[Finding, ...]

    @property
    def draft(self) -> Draft:
        """What would be in the issue, what is held, and why."""
        return self.reviewed.draft

    @property
    def issue(self) -> Issue | None:
        """The issue itself; None: nothing is new."""
        return self.reviewed.draft.issue

    @property
    def blocked(self) -> tuple[Finding, ...]:
        """What keeps the issue from going out."""
        return blocking_in(self.findings)

    @property
    def waits(self) -> str | None:
        """Why the issue would not go out by itself; None: it would."""
        if self.issue is None:
            return None
        if self.standing and self.standing.late and not self.occasion.by_hand:
            return scheduling.TOO_LATE
        return self.reviewed.because

    def version(self) -> str:
        """The same for two proofs in which an editor sees the same: 16 hex digits."""
        seen = sha256()
        for part in (
            self.occasion.name,
            self.waits,
            self.blocked,
            self.findings,
            self.draft.held,
            self.draft.warned,
            self.collected.refused,
            self.collected.warned,
            self.collected.coming,
            self.reviewed.approval,
            self.standing and (self.standing.due, self.standing.late, self.standing.upcoming),
            self.content,
            self.settings,
        ):
            seen.update(repr(part).encode(errors="replace"))
        for name, data in self.files.items():
            # The message's date is that of asking where there is no slot.
            if name.endswith((".html", ".txt")):
                seen.update(data)
        return seen.hexdigest()[:16]


def proof(home: Home, *, at: datetime, by_hand: bool = False) -> Proof:
    """The issue of the slot that is due at `at` (aware: now), or else of the next slot.

    `by_hand`, or without a schedule: the one that a person would publish at `at`. Touches no state.

    Raises any NewsletterError that publishing would raise before anything is fixed.
    """
    settings, templates = load_settings(home.settings), load_templates(home)
    with reading_store(home, settings) as store:
        found = standing(settings, store, at=at)
        occasion, moment = _occasion(settings, store, found, at=at, by_hand=by_hand)
        collected = plan_collect(home, settings, store, touched=0)
        reviewed = review(settings, store, collected, templates, occasion=occasion, at=moment)
        issue = reviewed.draft.issue
        files = render_folder(issue, templates)[0] if issue else {}
        last = store.last_issue()
        return Proof(
            asked=at,
            occasion=occasion,
            settings=settings,
            standing=found,
            last_issue=last,
            last_slot=store.last_slot(),
            number=last.number + 1 if last else 1,
            reviewed=reviewed,
            collected=collected,
            content=content_digest(issue, templates) if issue else "",
            files=files,
            findings=findings_in(issue, files) if issue else (),
        )


def proof_site(home: Home, proof: Proof) -> dict[str, bytes]:
    """What publishing that issue would write to the site, by path; nothing is written.

    The whole path is gone through on a copy of the database in memory: collect, select, pages,
    feeds and the site's own checks. Raises what publishing would.
    """
    settings, templates = load_settings(home.settings), load_templates(home)
    with reading_store(home, settings) as store, store.copy() as copy:
        collect(home, settings, copy, now=proof.asked, touched=0)
        numbers = []
        if proof.issue:
            occasion = proof.occasion
            copy.select(
                proof.draft,
                slot=occasion.name,
                instant=occasion.instant,
                named_by=occasion.named_by,
                coalesce=occasion.coalesce,
            )
            numbers.append(proof.issue.number)
        return site_files(home, copy, numbers, templates)


def _occasion(
    settings: Settings, store: Store, found: Standing | None, *, at: datetime, by_hand: bool
) -> tuple[Occasion, datetime]:
    """What the issue is for, and the moment as of which it is composed."""
    slot = found.target if found else None
    if by_hand or slot is None:
        return scheduling.by_hand(settings, store, at=at), at
    return Occasion(name=slot.key, instant=slot.instant), max(at, slot.instant)
