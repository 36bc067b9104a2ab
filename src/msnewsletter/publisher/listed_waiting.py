"""The rows of what waits for an issue, and of what does not read: from a preview. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msnewsletter.home import GLOSSARY_NAME
from msnewsletter.model import HoldReason
from msnewsletter.publisher.source_files import label_of
from msnewsletter.publisher.state_name import STATE_OF, StateName
from msnewsletter.publisher.summary_register import RegisterRow
from msnewsletter.store.register_queries import searched_parts
from msnewsletter.store.summaries import path_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo

    from msnewsletter.errors import SourceError
    from msnewsletter.model import Summary
    from msnewsletter.publisher.next_issue_preview import NextIssuePreview

_ORDER = {state: place for place, state in enumerate(StateName)}


def waiting_rows(preview: NextIssuePreview) -> list[RegisterRow]:
    """What is in no issue yet: pending, then held, then never mailed, each newest first.

    What does not read comes last.
    """
    collected, draft, origins = preview.collected, preview.draft, file_origins(preview)
    entries = preview.issue.entries if preview.issue else ()
    rows = [_waiting_row(one.summary, StateName.PENDING, origins) for one in entries]
    rows += (
        _waiting_row(
            one.summary,
            StateName.HELD,
            origins,
            why=one.reason,
            to_choose=one.because is HoldReason.SOURCES_DIFFER,
        )
        for one in draft.held
    )
    rows += (_waiting_row(one, StateName.BASELINE, origins, why=why) for one, why in draft.baseline)
    zone = preview.settings.zone
    # What waits for a date far away does not stand above what goes out next.
    rows.sort(key=lambda row: (_ORDER[row.state], -_moment(row, zone), row.key))
    # What is wrong with the glossary is no summary.
    refused = (
        one for one in collected.refused_in_full if one.place.partition(":")[0] != GLOSSARY_NAME
    )
    return [*rows, *(_refused_row(one, origins) for one in refused)]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOrigins:
    """The sources of files by path, what is overridden by key, and the files that are there."""

    labels: Mapping[str, str]
    overridden: frozenset[str]
    files: frozenset[str]

    def marks(self, summary: Summary) -> tuple[StateName, ...]:
        """What a summary is besides."""
        state = STATE_OF.get(summary.status)
        fate = (state,) if state else ()
        return (*fate, StateName.OVERRIDDEN) if summary.key in self.overridden else fate

    def place(self, summary: Summary) -> str:
        """Where its text is; empty: its file is gone."""
        return summary.location if path_of(summary) in self.files else ""


def file_origins(preview: NextIssuePreview | None) -> FileOrigins:
    """What is known of files; without a preview nothing is."""
    if preview is None:
        return FileOrigins(labels={}, overridden=frozenset(), files=frozenset())
    collected = preview.collected
    return FileOrigins(
        labels=collected.labels,
        overridden=collected.one_study.overridden(collected.fetched),
        files=collected.listed,
    )


def _waiting_row(
    summary: Summary,
    state: StateName,
    origins: FileOrigins,
    *,
    why: str = "",
    to_choose: bool = False,
) -> RegisterRow:
    return RegisterRow(
        state=state,
        headline=summary.headline,
        key=summary.key,
        marks=origins.marks(summary),
        place=origins.place(summary),
        published=summary.published,
        journal=summary.journal or "",
        source=label_of(origins.labels, summary.location),
        year=summary.published.text[:4] if summary.published else "",
        why=why,
        to_choose=to_choose,
        searched=searched_parts(summary),
    )


def _moment(row: RegisterRow, zone: ZoneInfo) -> float:
    """When it is from, in seconds since 1970; 0: it does not say."""
    return row.published.start(zone).timestamp() if row.published else 0


def _refused_row(error: SourceError, origins: FileOrigins) -> RegisterRow:
    return RegisterRow(
        state=StateName.REFUSED,
        headline=error.place,
        place=error.place,
        source=label_of(origins.labels, error.place),
        why=f"{error.problem}. Remedy: {error.remedy}",
        searched=(error.place, error.problem),
    )
