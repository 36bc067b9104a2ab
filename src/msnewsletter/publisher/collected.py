"""What one collecting has read, what was refused, and the state of the files."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from msnewsletter.publisher.one_study_once import OneStudyOnce
from msnewsletter.publisher.overrides import Overrides

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from msnewsletter.errors import SourceError
    from msnewsletter.issue.compose import Draft
    from msnewsletter.issue.pins_and_holds import NextIssue
    from msnewsletter.model import Note, Summary
    from msnewsletter.publisher.dropped_entries import DroppedEntry
    from msnewsletter.publisher.fetched_files import SourceSince
    from msnewsletter.sources.folder import SourceFile
    from msnewsletter.store import Pending


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What was read, what was refused, and the state of the files.

    Attributes:
        read: summaries of new and changed files, with their files' paths.
        changed: keys of those that are not in the store as they are.
        refused, warned: one line each for the editor; of a source that is fetched, the first.
        refused_in_full: every line.
        alarms: one line for each file with a summary that was sent and that is refused now.
        files: all source files that exist, by path, in the order of the sources.
        clean: size and time of change (ns) of files that need no reading until they change.
        stale: paths whose stored state is out of date.
        read_again: paths of the files that were new or changed.
        absorbed: keys of pending summaries that are read under the key of a sent one now.
        next_issue: the content of issues/next.md, if any.
        lost: why what was fetched before is no longer there, by key.
        elsewhere: keys of pending summaries that another machine fetched, and this one never.
        unread: what is wrong with fetched files, by path.
        since: from when on each fetched source is taken.
        one_study: what several sources have together.
        sent_without_page: keys of what was sent, and whose page is gone or does not read.
        dropped: entries that feeds name no more.
        overrides: what people's files take the place of.
        unsettled: sizes of the files that may still be being written, by path: they wait for the
            next look, and what was read of them before stays as it was.
    """

    read: tuple[tuple[Summary, str], ...] = ()
    changed: frozenset[str] = frozenset()
    refused: tuple[SourceError, ...] = ()
    refused_in_full: tuple[SourceError, ...] = ()
    warned: tuple[Note, ...] = ()
    alarms: tuple[Note, ...] = ()
    files: Mapping[str, SourceFile] = field(default_factory=dict)
    clean: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    stale: tuple[str, ...] = ()
    read_again: frozenset[str] = frozenset()
    absorbed: frozenset[str] = frozenset()
    next_issue: NextIssue | None = None
    lost: Mapping[str, str] = field(default_factory=dict)
    elsewhere: frozenset[str] = frozenset()
    unread: Mapping[str, str] = field(default_factory=dict)
    since: tuple[SourceSince, ...] = ()
    one_study: OneStudyOnce = field(default_factory=OneStudyOnce)
    sent_without_page: frozenset[str] = frozenset()
    dropped: tuple[DroppedEntry, ...] = ()
    overrides: Overrides = field(default_factory=Overrides)
    unsettled: Mapping[str, int] = field(default_factory=dict)

    @property
    def listed(self) -> frozenset[str]:
        """Paths of all source files that exist."""
        return frozenset(self.files)

    @property
    def labels(self) -> dict[str, str]:
        """The source of each file, by path."""
        return {path: file.source for path, file in self.files.items()}

    @property
    def fetched_from(self) -> dict[str, str]:
        """The source of each file that no person wrote, by path."""
        return {path: file.source for path, file in self.files.items() if file.is_fetched}

    @property
    def fetched(self) -> frozenset[str]:
        """Paths of the files that no person wrote."""
        return frozenset(self.fetched_from)

    def notes(self, draft: Draft | None = None) -> tuple[Note, ...]:
        """Remarks for the editor about what was not refused, with those of the draft."""
        said = self.next_issue.warned if self.next_issue else ()
        return (*said, *self.warned, *(draft.warned if draft else ()))

    def gone(self, pending: Iterable[Pending]) -> dict[str, str]:
        """Why pending summaries are no longer in their files, by key."""
        held = {(summary.key, path) for summary, path in self.read}
        reasons = {}
        for key, path in ((one.summary.key, one.path) for one in pending):
            if key in self.elsewhere and key not in self.lost:
                continue
            if path not in self.files:
                reasons[key] = self.lost.get(key) or f"{path} is gone; put it back to send it"
            elif path in self.read_again and (key, path) not in held:
                reasons[key] = (
                    self.unread.get(path)
                    or f"{path} no longer holds it, or no longer reads; correct the file"
                )
        return reasons
