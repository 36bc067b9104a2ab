"""The queries about summaries: where each was last read, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, delete, select, update

from msnewsletter.issue.duplicates import EarlierDuplicate, text_digest
from msnewsletter.model import Correction, Entry, Summary
from msnewsletter.records import baseline_text
from msnewsletter.serialize import from_json, to_json
from msnewsletter.store.announcements import unannounced_corrections
from msnewsletter.store.base import StoreBase, batches, rows_with, upsert
from msnewsletter.store.tables import entries, files, summaries

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select


class SettledAs(StrEnum):
    """Why a summary is never pending again."""

    ISSUE = "issue"  # an issue carried it
    BASELINE = "baseline"  # it is older than the newsletter's start: it is never mailed


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What became of a summary: the number of its issue, or the reason why it is never mailed."""

    settled_as: SettledAs
    issue: int | None = None
    reason: str | None = None

    @property
    def where(self) -> str:
        """What became of it, for the editor: `in issue 3`."""
        match self.settled_as:
            case SettledAs.ISSUE:
                return f"in issue {self.issue}"
            case SettledAs.BASELINE:
                return baseline_text(self.reason or "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A collected summary in no issue, and the file that it came from."""

    summary: Summary
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownKey:
    """Where a key was last read, and what became of it (None: it is pending)."""

    path: str
    settled: Settled | None


class Summaries(StoreBase):
    """The summaries that were collected, and the files they came from."""

    def pending(self) -> list[Pending]:
        """All collected summaries in no issue and not in the baseline, in no order."""
        query = select(summaries).where(summaries.c.settled_as.is_(None))
        return self._all(query, lambda row: Pending(summary=summary_of(row), path=row.path))

    def known_files(self) -> dict[str, tuple[int, int]]:
        """Size and time of change (ns) of every file that needs no new reading, by path."""
        rows = self._all(select(files.c.path, files.c.size, files.c.changed_ns), tuple)
        return {path: (size, changed_ns) for path, size, changed_ns in rows}

    def known(self, keys: Iterable[str]) -> dict[str, KnownKey]:
        """Where those of the keys that were collected before were last read."""
        query = _with_issue(summaries.c.key, summaries.c.path)
        with self._reading() as connection:
            rows = rows_with(connection, query, summaries.c.key, keys)
            return {row.key: KnownKey(path=row.path, settled=_settled(row)) for row in rows}

    def stored(self, keys: Iterable[str]) -> dict[str, Summary]:
        """The summaries with these keys as `collect` last saved them, sent or not."""
        with self._reading() as connection:
            rows = rows_with(connection, select(summaries), summaries.c.key, keys)
            return {row.key: summary_of(row) for row in rows}

    def sent(self, keys: Iterable[str]) -> dict[str, Summary]:
        """The summaries with these keys that are in an issue, as they were sent."""
        query = select(entries.c.key, entries.c.document)
        with self._reading() as connection:
            rows = rows_with(connection, query, entries.c.key, keys)
            return {row.key: from_json(Entry, row.document).summary for row in rows}

    def duplicates(
        self, pending: Collection[Pending], *, listed: Container[str]
    ) -> tuple[dict[str, EarlierDuplicate], dict[str, EarlierDuplicate]]:
        """Settled summaries with the DOI, and with the text, of one of those given.

        `listed` are the source files that exist now, as paths.
        """
        query = _with_issue(
            summaries.c.key, summaries.c.path, summaries.c.doi, summaries.c.text_digest
        ).where(summaries.c.settled_as.is_not(None))
        dois = [one.summary.doi for one in pending if one.summary.doi]
        texts = {(text_digest(one.summary), one.path) for one in pending}

        def duplicate(row: Any) -> EarlierDuplicate:  # noqa: ANN401  (a row of this table)
            gone = "" if row.path in listed else "whose file is gone"
            # A summary of the baseline may be sent after all under another key, from the same file.
            if (row.text_digest, row.path) in texts and row.settled_as == SettledAs.ISSUE:
                gone = "in the same file"
            settled = _settled(row)
            where = settled.where if settled else ""
            return EarlierDuplicate(key=row.key, where=where, gone=gone)

        with self._reading() as connection:
            by_doi = rows_with(connection, query, summaries.c.doi, dois)
            by_text = rows_with(
                connection, query, summaries.c.text_digest, {text for text, _ in texts}
            )
        return (
            {row.doi: duplicate(row) for row in by_doi},
            {row.text_digest: duplicate(row) for row in by_text},
        )

    def unannounced(self, read: Iterable[Summary]) -> list[Correction]:
        """The corrections that no issue has announced yet; `read` counts, saved or not."""
        with self._reading() as connection:
            return unannounced_corrections(connection, read)

    def baseline(self) -> dict[str, str]:
        """Why each summary of the baseline will never be mailed, by key."""
        query = select(summaries.c.key, summaries.c.baseline_reason).where(
            summaries.c.settled_as == SettledAs.BASELINE
        )
        return dict(sorted(self._all(query, tuple)))

    def save_collected(
        self,
        read: Iterable[tuple[Summary, str]],
        *,
        now: datetime,
        clean: Mapping[str, tuple[int, int]],
        stale: Sequence[str],
    ) -> None:
        """Save what `collect` read: summaries with their paths, and the state of their files.

        `first_seen` of a known key stays; `clean` files need no reading until they change, `stale`
        ones do.
        """
        rows = [summary_row(summary, path=path, first_seen=now) for summary, path in read]
        states = [
            {"path": path, "size": size, "changed_ns": changed_ns}
            for path, (size, changed_ns) in clean.items()
        ]
        kept = {"first_seen", "settled_as", "baseline_reason"}
        with self._transaction() as connection:
            upsert(connection, summaries, rows, keep=kept)
            for path in stale:
                connection.execute(delete(files).where(files.c.path == path))
            upsert(connection, files, states)


def summary_of(row: Any) -> Summary:  # noqa: ANN401  (a row of this table)
    """The summary in a row."""
    return replace(from_json(Summary, row.document), first_seen=row.first_seen)


def summary_row(summary: Summary, *, path: str, first_seen: datetime) -> dict[str, object]:
    """The row of a summary that is pending."""
    return {
        "key": summary.key,
        "document": to_json(replace(summary, first_seen=None)),
        "path": path,
        "doi": summary.doi,
        "text_digest": text_digest(summary),
        "first_seen": summary.first_seen or first_seen,
        "settled_as": None,
        "baseline_reason": None,
    }


def _with_issue(*columns: ColumnElement[Any]) -> Select[Any]:
    """Columns of summaries with what `_settled` needs."""
    return select(
        *columns, summaries.c.settled_as, summaries.c.baseline_reason, entries.c.issue
    ).outerjoin(entries, entries.c.key == summaries.c.key)


def _settled(row: Any) -> Settled | None:  # noqa: ANN401  (a row of `_with_issue`)
    if row.settled_as is None:
        return None
    settled_as = SettledAs(row.settled_as)
    return Settled(settled_as=settled_as, issue=row.issue, reason=row.baseline_reason)


def path_of(summary: Summary) -> str:
    """The file that a location is in: `feed.json` for `feed.json#3` and for `feed.json:3`."""
    return summary.location.partition("#")[0].rpartition(":")[0] or summary.location


def settle(
    connection: Connection, keys: Sequence[str], settled_as: SettledAs, *, reason: str | None = None
) -> None:
    """Note what became of the summaries with these keys."""
    values = {"settled_as": settled_as, "baseline_reason": reason}
    for batch in batches(keys):
        connection.execute(update(summaries).where(summaries.c.key.in_(batch)).values(**values))
