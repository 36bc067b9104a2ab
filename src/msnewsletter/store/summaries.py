"""The queries about summaries: where each was last read, and what became of it."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, delete, select, update

from msnewsletter.issue.same_study import NUMBERS, EarlierDuplicate, Identity, Mark, marks_of
from msnewsletter.model import Entry, Status, Summary
from msnewsletter.serialize import from_json, to_json
from msnewsletter.sources.addresses import identity_of
from msnewsletter.store.base import StoreBase, batches, rows_with, upsert
from msnewsletter.store.edits import note_edits
from msnewsletter.store.register_queries import enter
from msnewsletter.store.settled import Settled, SettledAs
from msnewsletter.store.shared_study_queries import corrected_numbers, put_studies
from msnewsletter.store.tables import entries, files, post_send_edits, summaries

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select

    from msnewsletter.issue.one_study import SharedStudy


# What follows the file's name in a location: a line, or a place in a JSON file.
_POSITION = re.compile(r"(?:[:#][0-9]+)+\Z")


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

    def sent(self, keys: Iterable[str]) -> dict[str, Summary]:
        """The summaries with these keys that are in an issue, as they were sent."""
        query = select(entries.c.key, entries.c.document)
        with self._reading() as connection:
            rows = rows_with(connection, query, entries.c.key, keys)
            return {row.key: from_json(Entry, row.document).summary for row in rows}

    def stored(self, keys: Iterable[str]) -> dict[str, Summary]:
        """The summaries with these keys as `collect` last saved them, sent or not."""
        query = select(summaries).where(summaries.c.document.is_not(None))
        with self._reading() as connection:
            rows = rows_with(connection, query, summaries.c.key, keys)
            return {row.key: summary_of(row) for row in rows}

    def sent_from(self, paths: Iterable[str]) -> dict[str, list[str]]:
        """Keys of the summaries that were sent and last read from these files, by path."""
        return self._keys_from(paths, summaries.c.settled_as == SettledAs.ISSUE)

    def pending_from(self, paths: Iterable[str]) -> dict[str, list[str]]:
        """Keys of the pending summaries last read from these files, by path."""
        return self._keys_from(paths, summaries.c.settled_as.is_(None))

    def pending_paths(self, sources: Iterable[str]) -> dict[str, str]:
        """The files of the pending summaries last read from these sources, by key."""
        query = select(summaries.c.key, summaries.c.path).where(
            summaries.c.settled_as.is_(None), summaries.c.source.in_(tuple(sources))
        )
        return dict(self._all(query, tuple))

    def _keys_from(
        self, paths: Iterable[str], condition: ColumnElement[bool]
    ) -> dict[str, list[str]]:
        query = select(summaries.c.path, summaries.c.key).where(condition)
        with self._reading() as connection:
            rows = rows_with(connection, query, summaries.c.path, paths)
        found: dict[str, list[str]] = {}
        for path, key in sorted(tuple(row) for row in rows):
            found.setdefault(path, []).append(key)
        return found

    def same_study(
        self, one: Summary, *, marks: Container[Mark] = tuple(Mark)
    ) -> dict[str, KnownKey]:
        """The settled summaries that share one of these marks with a summary; not it itself."""
        query = _with_issue(summaries.c.key, summaries.c.path).where(
            summaries.c.settled_as.is_not(None), summaries.c.key != one.key
        )
        with self._reading() as connection:
            found: dict[str, KnownKey] = {}
            for mark, value in marks_of(one).items():
                if mark not in marks:
                    continue
                for row in connection.execute(query.where(summaries.c[mark] == value)):
                    found[row.key] = KnownKey(path=row.path, settled=_settled(row))
            if one.doi or one.pmid:
                now = corrected_numbers(connection)
                keys = {
                    key
                    for identity in marks_of(one).items()
                    if identity[0] in marks
                    for key in now.get(identity, ())
                }
                for row in rows_with(connection, query, summaries.c.key, keys):
                    found[row.key] = KnownKey(path=row.path, settled=_settled(row))
        return dict(sorted(found.items()))

    def duplicates(
        self,
        pending: Collection[Pending],
        *,
        listed: Container[str],
        read: Iterable[Summary] = (),
    ) -> dict[Identity, EarlierDuplicate]:
        """Settled summaries that share a mark with one of those given, by mark and its value.

        `listed` are the source files that exist now, as paths; `read` is what was read and may not
        be saved yet.
        """
        having: defaultdict[Identity, list[Pending]] = defaultdict(list)
        for one in pending:
            for identity in marks_of(one.summary).items():
                having[identity].append(one)
        found: defaultdict[Identity, list[EarlierDuplicate]] = defaultdict(list)
        with self._reading() as connection:
            for mark in Mark:
                column = summaries.c[mark]
                query = _with_issue(
                    summaries.c.key, summaries.c.path, summaries.c.doi, column.label("value")
                )
                query = query.where(summaries.c.settled_as.is_not(None))
                values = [value for kind, value in having if kind is mark]
                for row in rows_with(connection, query, column, values):
                    identity = (mark, row.value)
                    replaced = any(_replaces(one, row.path, mark) for one in having[identity])
                    found[identity].append(_duplicate(row, listed, replaced=replaced))
            for identity, row in _corrected(connection, having, read):
                replaced = any(_replaces(one, row.path, identity[0]) for one in having[identity])
                found[identity].append(_duplicate(row, listed, replaced=replaced))
            back = self._taken_back(
                connection, (one.key for each in found.values() for one in each)
            )
        for identity, each in found.items():
            found[identity] = [
                replace(one, gone=_and_back(one.gone, back[one.key])) if one.key in back else one
                for one in each
            ]
        # Of several, one whose file is gone: what waits may be that one under another name.
        return {
            identity: min(each, key=lambda one: (not one.gone, one.key))
            for identity, each in found.items()
        }

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
        absorbed: Iterable[str] = (),
        united: Iterable[SharedStudy] | None = None,
        labels: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Save what `collect` read: summaries with their paths, and the state of their files.

        `first_seen` of a known key stays; `clean` files need no reading until they change, `stale`
        ones do; pending summaries whose keys were `absorbed` are forgotten. `united` is all that
        several sources have together; None: it stays as it is. `labels` are the sources of files,
        by path.
        """
        collected = list(read)
        marks = self._settled_marks(summary.key for summary, _ in collected)
        rows = [
            summary_row(summary, path=path, first_seen=now, source=labels.get(path))
            | marks.get(summary.key, {})
            for summary, path in collected
        ]
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
            for key in absorbed:
                one = (summaries.c.key == key) & summaries.c.settled_as.is_(None)
                connection.execute(delete(summaries).where(one))
            note_edits(connection, [summary for summary, _ in collected])
            enter(connection, [summary.key for summary, _ in collected])
            if united is not None:
                put_studies(connection, united)

    def _taken_back(self, connection: Connection, keys: Iterable[str]) -> dict[str, Status]:
        """Those of the keys whose text was taken back in public, with how."""
        query = select(post_send_edits.c.key, post_send_edits.c.document).where(
            post_send_edits.c.document.is_not(None)
        )
        rows = rows_with(connection, query, post_send_edits.c.key, keys)
        found = {row.key: from_json(Summary, row.document).status for row in rows}
        return {key: status for key, status in found.items() if status.takes_back}

    def _settled_marks(self, keys: Iterable[str]) -> dict[str, dict[str, str]]:
        """The marks of the settled summaries with these keys, by key.

        They stay: a notice read under the key has a DOI of its own, and the study must be known by
        the one that was sent.
        """
        query = select(summaries.c.key, *(summaries.c[mark] for mark in Mark)).where(
            summaries.c.settled_as.is_not(None)
        )
        with self._reading() as connection:
            rows = rows_with(connection, query, summaries.c.key, keys)
        return {
            row.key: {mark.value: value for mark in Mark if (value := getattr(row, mark))}
            for row in rows
        }


def summary_of(row: Any) -> Summary:  # noqa: ANN401  (a row of this table)
    """The summary in a row."""
    return replace(from_json(Summary, row.document), first_seen=row.first_seen)


def summary_row(
    summary: Summary, *, path: str, first_seen: datetime, source: str | None = None
) -> dict[str, object]:
    """The row of a summary that is pending."""
    marks = marks_of(summary)
    return {
        "key": summary.key,
        "document": to_json(replace(summary, first_seen=None)),
        "path": path,
        "source": source,
        **{mark.value: marks.get(mark) for mark in Mark},
        "page": identity_of(summary.url) if summary.url else None,
        "first_seen": summary.first_seen or first_seen,
        "settled_as": None,
        "baseline_reason": None,
    }


def _corrected(
    connection: Connection, having: Mapping[Identity, list[Pending]], read: Iterable[Summary]
) -> Iterator[tuple[Identity, Any]]:
    """Of each of the identities the sent summaries that have it now, as rows of `_with_issue`."""
    if not any(mark in NUMBERS for mark, _ in having):
        return
    now = {
        identity: keys
        for identity, keys in corrected_numbers(connection, read).items()
        if identity in having
    }
    query = _with_issue(summaries.c.key, summaries.c.path, summaries.c.doi)
    keys = {key for each in now.values() for key in each}
    rows = {row.key: row for row in rows_with(connection, query, summaries.c.key, keys)}
    for identity, each in now.items():
        yield from ((identity, rows[key]) for key in each if key in rows)


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


def _and_back(gone: str, status: Status) -> str:
    """Why an earlier summary is no longer there, where it was taken back as well."""
    return f"{gone} and which was {status} since" if gone else f"which was {status} since"


def _replaces(one: Pending, path: str, mark: Mark) -> bool:
    """Whether a summary is in the file that had the other one.

    Another summary in a file of many may have the same headline; a file of one holds one text.
    """
    return one.path == path and (mark is Mark.TEXT or one.summary.location == path)


def _duplicate(row: Any, listed: Container[str], *, replaced: bool) -> EarlierDuplicate:  # noqa: ANN401  (a row of `_with_issue`)
    gone = "" if row.path in listed else "whose file is gone"
    # A summary of the baseline may be sent after all under another key, from the same file.
    if replaced and row.settled_as == SettledAs.ISSUE:
        gone = "in the same file"
    settled = _settled(row)
    where = settled.where if settled else ""
    return EarlierDuplicate(key=row.key, where=where, gone=gone, doi=row.doi)


def path_of(summary: Summary) -> str:
    """The file that a location is in: `feed.json` for `feed.json#3` and for `feed.json:3`.

    Of what was fetched it is the location itself, `site: https://example.org/gut`: no path has two
    slashes in a row.
    """
    if "//" in summary.location:
        return summary.location
    return _POSITION.sub("", summary.location)


def settle(
    connection: Connection, keys: Sequence[str], settled_as: SettledAs, *, reason: str | None = None
) -> None:
    """Note what became of the summaries with these keys."""
    values = {"settled_as": settled_as, "baseline_reason": reason}
    for batch in batches(keys):
        connection.execute(update(summaries).where(summaries.c.key.in_(batch)).values(**values))
