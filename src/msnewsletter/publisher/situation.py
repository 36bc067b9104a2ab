"""The situation of a home at a moment: what `status`, `doctor` and notices look for troubles in.

Gathered once, and never by halves: where something cannot be read, the reason stands in its place.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

from msnewsletter.disk.atomic import reading_errors
from msnewsletter.errors import NewsletterError
from msnewsletter.publisher.delivering.sending_state import SendingState, sending_state
from msnewsletter.publisher.preview import preview
from msnewsletter.publisher.schedule_state import trigger_by_hand
from msnewsletter.publisher.session import looking
from msnewsletter.publisher.source_reports import SourceReport, source_reports
from msnewsletter.settings import load_settings

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from msnewsletter.decisions import Approval
    from msnewsletter.home import Home
    from msnewsletter.publisher.next_issue_preview import NextIssuePreview
    from msnewsletter.publisher.settling import MachineClock
    from msnewsletter.settings import Settings


@dataclass(frozen=True, kw_only=True, eq=False)
class Situation:
    """A home at a moment.

    Attributes:
        home: the newsletter's home.
        at: the moment, aware.
        settings: in force; None: they cannot be read.
        preview: of the issue that a person would publish now; None: there can be none.
        approval: of the last issue that is fixed, if a person approved it.
        refused: why there are no settings, or no preview.
        sources: how the fetched ones do, as of now.
        sending: how it stands; None: nothing is sent from here.
        is_now: it is the machine's present moment; of another one its clock says nothing.
    """

    home: Home
    at: datetime
    settings: Settings | None = None
    preview: NextIssuePreview | None = None
    approval: Approval | None = None
    refused: NewsletterError | None = None
    sources: tuple[SourceReport, ...] = ()
    sending: SendingState | None = None
    is_now: bool = True

    @property
    def zone(self) -> tzinfo:
        """The newsletter's zone; UTC where no settings say it."""
        return self.settings.zone if self.settings else UTC

    def required_preview(self) -> NextIssuePreview:
        """The preview; raises why there is none."""
        if self.preview is None:
            assert self.refused is not None  # noqa: S101  (one of the two is there)
            raise self.refused
        return self.preview


def gather(
    home: Home, *, at: datetime, machine: MachineClock | None = None, is_now: bool = True
) -> Situation:
    """The situation at a moment; touches no state, and raises nothing of ours.

    Args:
        home: the newsletter's home.
        at: the moment, aware.
        machine: the machine's clock, by which files that are being written wait.
        is_now: the moment is what that clock says.
    """
    settings, sources, sending = None, tuple[SourceReport, ...](), None
    try:
        settings = load_settings(home.settings)
        sources = source_reports(home, settings, at=at)
        sending = sending_state(home, settings, at=at)
        with reading_errors(home), looking(home, at=at, machine=machine) as session:
            found = preview(session, trigger_by_hand(session))
            last = found.last_issue
            approval = session.store.approval(last.number) if last else None
    except NewsletterError as error:
        return Situation(
            home=home,
            at=at,
            settings=settings,
            refused=error,
            sources=sources,
            sending=sending,
            is_now=is_now,
        )
    return Situation(
        home=home,
        at=at,
        settings=settings,
        preview=found,
        approval=approval,
        sources=sources,
        sending=sending,
        is_now=is_now,
    )
