"""The preview of the next issue: what would go out, from the functions that publishing calls.

`status`, `check`, dry runs, notifications, test sends, the desk and publishing itself read it;
preview.py gathers it. Changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING

from msnewsletter.checks import in_order
from msnewsletter.checks.finding import NOTE
from msnewsletter.checks.mail_checks import CLIPPED_AT
from msnewsletter.errors import NewsletterError
from msnewsletter.issue.pins_and_holds import line_of
from msnewsletter.model import Issue, Note
from msnewsletter.publisher.approval_validity import (
    ReviewedDraft,
    content_digest,
    has_news,
)
from msnewsletter.publisher.fitness import unfit_entries
from msnewsletter.publisher.plugin_checks import plugin_findings
from msnewsletter.publisher.publish_rehearsal import PublishRehearsal
from msnewsletter.publisher.readiness import (
    UnfitError,
    blocking_in,
    blocking_in_settings,
    findings_in,
    findings_in_addresses,
    findings_in_edits,
    refuse_stray,
    require_fit,
)
from msnewsletter.publisher.release import Rehearsed
from msnewsletter.publisher.schedule_state import (
    TOO_LATE,
    ScheduleState,
    Trigger,
)
from msnewsletter.render.mail.issue_folder import IssueFolder, render_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from msnewsletter.checks import Finding
    from msnewsletter.issue.compose import Draft
    from msnewsletter.issue.holds import Hindrance
    from msnewsletter.model import Summary
    from msnewsletter.publisher.collected import Collected
    from msnewsletter.publisher.earlier_words import EarlierWords
    from msnewsletter.publisher.session import Session
    from msnewsletter.publisher.site.rendered import RehearsedSite
    from msnewsletter.schedule.slots import Slot
    from msnewsletter.settings import Settings
    from msnewsletter.store import LastIssue, TakenSlot


@dataclass(frozen=True, kw_only=True, eq=False)
class NextIssuePreview:
    """The next issue as of a moment.

    Attributes:
        session: the home, its settings and templates, and the moment.
        trigger: what the issue would be published for.
        schedule: the state of the schedule; None: there is none.
        last_issue, last_slot: the newest of each; None before the first.
        coalesced: keys of the older slots that were coalesced into the last one.
        taken: the slot at this very moment, if it is taken.
        unfinished: issues that a crash left; the next publish finishes them.
        number: of the next issue.
        collected: what the sources hold, and what was refused.
        reviewed: what would be in the issue, and whether a person's approval is valid.
        earlier: the summaries of earlier issues that its own may repeat.
        damaged: the last issue's record, where it is not what the database has.
        unusual: why the issue looks like an archive that got in by accident; None: it does not, or
            a person has said that it may go out.
        earlier_words: what `issues/next.md` says for an issue that is out; None: nothing.
    """

    session: Session
    trigger: Trigger
    schedule: ScheduleState | None
    last_issue: LastIssue | None
    last_slot: TakenSlot | None
    coalesced: tuple[str, ...]
    taken: TakenSlot | None
    unfinished: tuple[int, ...]
    number: int
    collected: Collected
    reviewed: ReviewedDraft
    earlier: tuple[Summary, ...]
    damaged: tuple[Note, ...] = ()
    unusual: str | None = None
    earlier_words: EarlierWords | None = None

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self.session.settings

    @property
    def draft(self) -> Draft:
        """What would be in the issue, what is held, and why."""
        return self.reviewed.draft

    @property
    def issue(self) -> Issue | None:
        """The issue itself; None: nothing is new."""
        return self.draft.issue

    @property
    def has_news(self) -> bool:
        """Whether publishing would show readers anything: an issue, or an edited text."""
        return has_news(self.draft)

    @property
    def alarms(self) -> tuple[Note, ...]:
        """What readers of earlier issues do not get although its source says it, and why."""
        kept_back = (
            Note(
                place=edit.sent.source.location or edit.key,
                text=f"it was edited after issue {edit.sent.issue} had sent it, and the edit is "
                f"kept back: {edit.kept_back}",
            )
            for edit in self.draft.kept_back
        )
        return (*self.damaged, *self.collected.alarms, *kept_back)

    @property
    def notes(self) -> tuple[Note, ...]:
        """Remarks for the editor about what was not refused."""
        unsaid = self.unsaid
        return (*([unsaid] if unsaid else ()), *self.collected.notes(self.draft))

    @property
    def unsaid(self) -> Note | None:
        """That the editor's words are for an issue that went out without them; None: none are."""
        return self.earlier_words.unsaid if self.earlier_words else None

    @property
    def asked_again(self) -> Slot | None:
        """The slot at which its sources are asked once more; None: none is, or there is no slot."""
        return self.schedule.target if self.schedule and self.settings.fetched else None

    @property
    def late(self) -> bool:
        """Whether its slot is too long past for the clock to publish it."""
        return self.schedule is not None and self.schedule.late and not self.trigger.by_hand

    @property
    def needs_approval(self) -> bool:
        """Whether nothing goes out that no person has approved."""
        return self.settings.newsletter.review == "required"

    @property
    def waiting_reason(self) -> str | None:
        """Why the issue would wait for a person; None: it would go out."""
        if self.late and self.issue:
            return TOO_LATE
        return self.reviewed.waiting_reason or self._unusual_reason

    @property
    def waits_for_a_word(self) -> bool:
        """Whether nothing but its unusual size keeps it: a person's word is enough."""
        return bool(self.unusual) and not self.reviewed.waits and not self.late

    @property
    def _unusual_reason(self) -> str | None:
        if self.unusual is None:
            return None
        return f"{self.unusual}; if all of it is meant, run 'msnewsletter publish --yes'"

    @property
    def due_slot_waits(self) -> str | None:
        """Why the issue of the slot that is due waits for a person; None: it does not."""
        if self.schedule is None or self.schedule.due is None or not self.has_news:
            return None
        late = self.schedule.late and self.issue
        return TOO_LATE if late else self.reviewed.waiting_reason or self._unusual_reason

    # ── rendered at the first asking ─────────────────────────────────────────────────────────

    @cached_property
    def content(self) -> str:
        """The hash that an approval would record; empty where readers would see nothing new."""
        return content_digest(self.draft, self.session.templates) if self.has_news else ""

    @cached_property
    def folder(self) -> IssueFolder | None:
        """The issue's folder in the outbox; None without an issue. Raises TemplateError."""
        return render_folder(self.issue, self.session.templates) if self.issue else None

    @property
    def files(self) -> Mapping[str, bytes]:
        """The files of that folder, by name."""
        return self.folder.files if self.folder else {}

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What the checks say, what blocks first."""
        found = tuple(findings_in_edits(self.draft, self.settings.masthead()))
        if self.has_news:
            found += tuple(findings_in_addresses(self.settings, self.issue))
        if self.issue is None:
            return in_order(found)
        in_issue = findings_in(
            self.issue,
            self.files,
            self.earlier,
            theme=self.session.theme,
            fetched=self.collected.fetched_from,
        )
        of_plugins = plugin_findings(self.issue, self.files)
        return in_order((*map(self._with_line, in_issue), *found, *of_plugins))

    def _with_line(self, one: Finding) -> Finding:
        """What is said of the note, with the line of the file that it is in."""
        wanted = self.collected.next_issue
        if wanted is None or not one.about or one.place != NOTE:
            return one
        line = line_of(wanted, one.about)
        return replace(one, place=f"{wanted.place}:{line}") if line else one

    @property
    def blocked(self) -> tuple[Finding, ...]:
        """What keeps the issue from going out."""
        return blocking_in(self.findings)

    @property
    def size(self) -> int:
        """Bytes of HTML; 0 without an issue."""
        return len(self.files.get("digest.html", b""))

    @property
    def bytes_left(self) -> int:
        """Bytes left before Gmail clips the mail."""
        return CLIPPED_AT - self.size

    def site(self) -> dict[str, bytes]:
        """What publishing the issue would write to the site, by path; nothing is written.

        Every step runs as in publishing, with what this preview collected: select, pages, feeds and
        the site's own checks. All that is changed in the database is undone. Raises what publishing
        would.
        """
        return self._rehearsal.site()

    @cached_property
    def _rehearsal(self) -> PublishRehearsal:
        return PublishRehearsal(
            session=self.session,
            trigger=self.trigger,
            number=self.number,
            collected=self.collected,
            draft=self.draft,
        )

    @cached_property
    def failure(self) -> NewsletterError | None:
        """Why mail, pages or feeds cannot be published; None: they can.

        At work it is the whole of publishing that is tried, with all that the site shows; while
        looking, the issue's own pages, and its entries in feeds, so far as somebody would wait.
        """
        try:
            _ = self.folder
            require_fit(self.findings)
            if self.session.is_working:
                _ = self._rehearsed_site
            elif self.issue:
                self._rehearsal.require_pages(self.issue)
        except NewsletterError as error:
            return error
        return None

    @cached_property
    def _rehearsed_site(self) -> RehearsedSite | None:
        return self._rehearsal.whole_site(mail=sum(map(len, self.files.values())))

    @property
    def rehearsed(self) -> Rehearsed:
        """What was rendered of news for which nothing failed; at work only."""
        return Rehearsed(issue=self.issue, folder=self.folder, site=self._rehearsed_site)

    @cached_property
    def recovery_failure(self) -> NewsletterError | None:
        """Why what a crash left cannot be finished; None: it can, or nothing was left."""
        if not self.unfinished:
            return None
        try:
            self._rehearsal.require_recovery(self.unfinished)
        except NewsletterError as error:
            return error
        return None

    @property
    def unfit(self) -> dict[str, Hindrance]:
        """Entries and edits that keep the rest from being published, and why, by key."""
        if not self.has_news:
            return {}
        found = self._rehearsal.unfit_edits()
        if self.issue and self.failure and not self._fails_for_settings:
            found |= unfit_entries(self._rehearsal.trial, self.issue)
        return found

    @property
    def _fails_for_settings(self) -> bool:
        """Whether settings alone block it: then no entry is looked for, which takes long."""
        if not isinstance(self.failure, UnfitError):
            return False
        return set(self.failure.blocking) <= set(blocking_in_settings(self.settings))

    def require_rendered(self) -> None:
        """Raises what rendering mail and site, and the site's own checks, would be refused for.

        All of the site is tried, on a copy of the database where nobody works on it.
        """
        if not self.has_news:
            return
        if self.session.is_working:
            if self.failure:
                raise self.failure
            return
        _ = self.folder
        self.site()

    def require_ready(self) -> None:
        """Raises what publishing would refuse the issue for; nothing is fixed before this."""
        if self.issue:
            refuse_stray(self.session.home, self.issue.number)
        require_fit(self.findings)
        self.require_rendered()

    @cached_property
    def refusal(self) -> NewsletterError | None:
        """What `require_ready` raises for news; None: nothing, or there is no news."""
        if not self.has_news:
            return None
        try:
            self.require_ready()
        except NewsletterError as error:
            return error
        return None

    @cached_property
    def version(self) -> str:
        """16 hex digits, the same for two previews that look the same to an editor."""
        seen = sha256()
        for part in (
            self.trigger.name,
            self.waiting_reason,
            self.findings,
            self.draft.held,
            self.draft.warned,
            self.alarms,
            [(edit.key, edit.sent.source, edit.sent.public) for edit in self.draft.edits],
            self.collected.refused,
            self.collected.warned,
            self.collected.next_issue,
            self.earlier_words,
            self.reviewed.approval,
            self.reviewed.sent_back,
            self.schedule and (self.schedule.due, self.schedule.late, self.schedule.upcoming),
            self.content,
            self.settings,
            self.session.glossary,
        ):
            seen.update(repr(part).encode(errors="replace"))
        for name, data in self.files.items():
            # Without a slot, the message's date is the moment of the preview.
            if name.endswith((".html", ".txt")):
                seen.update(data)
        return seen.hexdigest()[:16]
