"""The queries. Every method is one transaction, and every failure one StoreError."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from importlib import import_module
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, delete, desc, insert, select, update

from msnewsletter.issue.duplicates import EarlierDuplicate, text_digest
from msnewsletter.model import Correction, Entry, Issue, Summary
from msnewsletter.records import baseline_reason, baseline_text
from msnewsletter.schedule.slots import Slot
from msnewsletter.serialize import from_json, to_json
from msnewsletter.store.clock import ClockStore, NamedBy, put_approval, take_slot
from msnewsletter.store.corrections import put_told, untold
from msnewsletter.store.database import explained, open_engine
from msnewsletter.store.site_index import SiteIndex
from msnewsletter.store.tables import entries, files, issues, slots, summaries

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Insert, Select, Table

    from msnewsletter.issue.compose import Draft
    from msnewsletter.model import Approval
    from msnewsletter.records import Record
    from msnewsletter.store.place import Place

# Well under SQLite's limit of bound values in one statement (32,766).
_BATCH = 500


class IssueState(StrEnum):
    """How far an issue has come; publishing moves it down this list, recovery finishes it."""

    SELECTED = "selected"  # T1: its entries are fixed; nothing is rendered that counts
    PUBLISHING = "publishing"  # T2: complete in outbox/tmp, perhaps already in outbox/new
    PUBLISHED = "published"  # T3: in outbox/new; the site may not show it yet
    COMPLETE = "complete"  # feeds and pages show it


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
        """The same for the editor."""
        match self.settled_as:
            case SettledAs.ISSUE:
                return f"in issue {self.issue}"
            case SettledAs.BASELINE:
                return baseline_text(self.reason or "")


@dataclass(frozen=True, slots=True, kw_only=True)
class LastIssue:
    """The newest issue, without its texts; `cutoff` is aware UTC, `count` that of its entries."""

    number: int
    slot: str
    cutoff: datetime
    state: IssueState
    count: int
    corrections: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A collected summary in no issue, and the file that it came from."""

    summary: Summary
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Where a key was last read, and what became of it (None: it is pending)."""

    path: str
    settled: Settled | None


def open_store(place: Place, *, create: bool = True) -> Store:
    """The store at a place, made where there is none; not to be made, it is one in memory."""
    return Store(open_engine(place, create=create), place=place)


class Store(ClockStore):
    """The database, open."""

    # ── what is known ────────────────────────────────────────────────────────────────────────

    def last_issue(self) -> LastIssue | None:
        """The newest issue, in whatever state."""
        newest = select(issues).order_by(desc(issues.c.number)).limit(1)
        with self._reading() as connection:
            row = connection.execute(newest).first()
            if row is None:
                return None
            slot = select(slots.c.slot).where(slots.c.issue == row.number)
            last = select(entries.c.position).where(entries.c.issue == row.number)
            return LastIssue(
                number=row.number,
                slot=connection.execute(slot).scalar_one(),
                cutoff=row.cutoff,
                state=IssueState(row.state),
                count=connection.execute(last.order_by(desc("position")).limit(1)).scalar() or 0,
                corrections=len(from_json(Issue, row.document).corrections),
            )

    def pending(self) -> list[Pending]:
        """All collected summaries in no issue and not in the baseline, in no order."""
        query = select(summaries).where(summaries.c.settled_as.is_(None))
        with self._reading() as connection:
            rows = connection.execute(query).all()
            return [Pending(summary=_summary(row), path=row.path) for row in rows]

    def known_files(self) -> dict[str, tuple[int, int]]:
        """Size and time of change (ns) of every file that needs no new reading, by path."""
        with self._reading() as connection:
            rows = connection.execute(select(files.c.path, files.c.size, files.c.changed_ns)).all()
        return {path: (size, changed_ns) for path, size, changed_ns in rows}

    def known(self, keys: Iterable[str]) -> dict[str, Known]:
        """Where those of the keys that were collected before were last read."""
        query = _with_issue(summaries.c.key, summaries.c.path)
        return {
            row.key: Known(path=row.path, settled=_settled(row))
            for row in self._matching(query, summaries.c.key, keys)
        }

    def sent(self, keys: Iterable[str]) -> dict[str, Summary]:
        """Those of the keys that are in an issue, with the summary as it was sent."""
        query = select(entries.c.key, entries.c.document)
        with explained(self._shown):
            return {
                row.key: from_json(Entry, row.document).summary
                for row in self._matching(query, entries.c.key, keys)
            }

    def twins(
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

        def twin(row: Any) -> EarlierDuplicate:  # noqa: ANN401  (a row of this table)
            gone = "" if row.path in listed else "whose file is gone"
            # Of the baseline, one is sent after all by another key, in the same file.
            if (row.text_digest, row.path) in texts and row.settled_as == SettledAs.ISSUE:
                gone = "in the same file"
            settled = _settled(row)
            where = settled.where if settled else ""
            return EarlierDuplicate(key=row.key, where=where, gone=gone)

        return (
            {row.doi: twin(row) for row in self._matching(query, summaries.c.doi, dois)},
            {
                row.text_digest: twin(row)
                for row in self._matching(
                    query, summaries.c.text_digest, {text for text, _ in texts}
                )
            },
        )

    def _matching(self, query: Any, column: Any, values: Iterable[str]) -> Iterator[Any]:  # noqa: ANN401
        """Rows whose column is one of the values, asked for in batches."""
        wanted = sorted(set(values))
        with self._reading() as connection:
            for first in range(0, len(wanted), _BATCH):
                batch = wanted[first : first + _BATCH]
                yield from connection.execute(query.where(column.in_(batch))).all()

    def unfinished(self) -> list[tuple[int, IssueState]]:
        """Issues that publishing has begun and not completed, oldest first."""
        begun = [state for state in IssueState if state is not IssueState.COMPLETE]
        # By the index: this is asked at every run, however long the archive.
        query = select(issues.c.number, issues.c.state).where(issues.c.state.in_(begun))
        with self._reading() as connection:
            rows = connection.execute(query.order_by(issues.c.number)).all()
        return [(number, IssueState(state)) for number, state in rows]

    def issue(self, number: int) -> Issue:
        """One issue, complete with its entries."""
        with self._reading() as connection:
            document = connection.execute(
                select(issues.c.document).where(issues.c.number == number)
            ).scalar_one()
            rows = connection.execute(
                select(entries.c.document)
                .where(entries.c.issue == number)
                .order_by(entries.c.position)
            ).scalars()
            placed = tuple(from_json(Entry, row) for row in rows)
            return replace(from_json(Issue, document), entries=placed)

    def untold(self, read: Iterable[Summary]) -> list[Correction]:
        """What no issue has told yet of corrected summaries; `read` counts, saved or not."""
        with self._reading() as connection:
            return untold(connection, read)

    def manifest(self, number: int) -> str | None:
        """The manifest of an issue's folder; None until T2."""
        query = select(issues.c.manifest).where(issues.c.number == number)
        with self._reading() as connection:
            found: str | None = connection.execute(query).scalar()
        return found

    def baseline(self) -> dict[str, str]:
        """Why each summary of the baseline will never be mailed, by key."""
        query = select(summaries.c.key, summaries.c.baseline_reason).where(
            summaries.c.settled_as == SettledAs.BASELINE
        )
        with self._reading() as connection:
            rows = connection.execute(query).all()
        return {row.key: row.baseline_reason for row in sorted(rows, key=attrgetter("key"))}

    @property
    def site(self) -> SiteIndex:
        """What the public site looks up."""
        return SiteIndex(self._engine, shown=self._shown)

    # ── what changes ─────────────────────────────────────────────────────────────────────────

    def save_collected(
        self,
        read: Iterable[tuple[Summary, str]],
        *,
        now: datetime,
        clean: Mapping[str, tuple[int, int]],
        stale: Sequence[str],
    ) -> None:
        """Remember what `collect` read: summaries with their paths, and the state of their files.

        `first_seen` of a known key stays; `clean` files need no reading until they change, `stale`
        ones do.
        """
        rows = [_row(summary, path=path, first_seen=now) for summary, path in read]
        with self._transaction() as connection:
            _upsert(
                connection, summaries, rows, keep={"first_seen", "settled_as", "baseline_reason"}
            )
            for path in stale:
                connection.execute(delete(files).where(files.c.path == path))
            _upsert(
                connection,
                files,
                [
                    {"path": path, "size": size, "changed_ns": changed_ns}
                    for path, (size, changed_ns) in clean.items()
                ],
            )

    def select(
        self,
        draft: Draft,
        *,
        slot: str,
        instant: datetime,
        named_by: NamedBy,
        coalesce: Iterable[Slot] = (),
        approval: Approval | None = None,
    ) -> None:
        """T1: take the slot and fix the issue's entries, or record that nothing was new.

        Args:
            draft: what was composed.
            slot, instant: the slot's key or name, and its moment.
            named_by: who named it.
            coalesce: older slots that are due as well.
            approval: the one under which the issue goes out.
        """
        with self._transaction() as connection:
            for summary, reason in draft.baseline:
                _settle(connection, [summary.key], SettledAs.BASELINE, reason=reason)
            number = draft.issue.number if draft.issue else None
            if draft.issue:
                _insert_issue(connection, draft.issue, state=IssueState.SELECTED)
                put_approval(connection, draft.issue.number, approval)
            take_slot(
                connection,
                slot,
                instant=instant,
                named_by=named_by,
                issue=number,
                coalesce=coalesce,
            )

    def publishing(self, number: int, manifest: str) -> None:
        """T2: the folder is complete in outbox/tmp, and this is its manifest."""
        self._advance(number, state=IssueState.PUBLISHING, manifest=manifest)

    def select_again(self, number: int) -> None:
        """Back to T1: the folder that was complete will never be released."""
        self._advance(number, state=IssueState.SELECTED)

    def published(self, number: int) -> None:
        """T3: the folder is in outbox/new and the record is written."""
        self._advance(number, state=IssueState.PUBLISHED)

    def complete(self, number: int) -> None:
        """Feeds and pages show the issue."""
        self._advance(number, state=IssueState.COMPLETE)

    def _advance(self, number: int, **values: str) -> None:
        with self._transaction() as connection:
            connection.execute(update(issues).where(issues.c.number == number).values(**values))

    def restore(self, record: Record, *, manifest: str) -> None:
        """Fill in an issue that its record knows and the database does not.

        It counts as published but not complete: the site is written again.
        """
        issue = record.issue
        rows = [
            _row(entry.summary, path=_path_of(entry.summary), first_seen=issue.cutoff)
            for entry in issue.entries
        ]
        rows += [
            {"key": key, "document": None, "path": "", "doi": None, "text_digest": None}
            | {"first_seen": issue.cutoff, "settled_as": SettledAs.BASELINE}
            | {"baseline_reason": baseline_reason(text)}
            for key, text in record.baseline.items()
        ]
        with self._transaction() as connection:
            _upsert(connection, summaries, rows)
            _insert_issue(connection, issue, state=IssueState.PUBLISHED, manifest=manifest)
            put_approval(connection, issue.number, record.approval)
            take_slot(
                connection,
                issue.slot,
                instant=record.instant,
                # A record tells a slot of the schedule by its key alone.
                named_by=NamedBy.SCHEDULE if Slot.is_key(issue.slot) else NamedBy.PERSON,
                issue=issue.number,
                coalesce=[Slot.parse(key) for key in record.coalesced or ()],
            )


def _summary(row: Any) -> Summary:  # noqa: ANN401  (a row of this table)
    return replace(from_json(Summary, row.document), first_seen=row.first_seen)


def _row(summary: Summary, *, path: str, first_seen: datetime) -> dict[str, object]:
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
    return Settled(
        settled_as=SettledAs(row.settled_as), issue=row.issue, reason=row.baseline_reason
    )


def _path_of(summary: Summary) -> str:
    """The file that a location is in: `feed.json` for `feed.json#3` and for `feed.json:3`."""
    return summary.location.partition("#")[0].rpartition(":")[0] or summary.location


def _insert_issue(
    connection: Connection, issue: Issue, *, state: IssueState, manifest: str | None = None
) -> None:
    connection.execute(
        insert(issues).values(
            number=issue.number,
            cutoff=issue.cutoff,
            state=state,
            document=to_json(replace(issue, entries=())),
            manifest=manifest,
        )
    )
    rows = [
        {"issue": issue.number, "position": entry.position}
        | {"key": entry.summary.key, "document": to_json(entry)}
        for entry in issue.entries
    ]
    if rows:
        connection.execute(insert(entries), rows)
    put_told(connection, issue.corrections, issue=issue.number)
    _settle(connection, [entry.summary.key for entry in issue.entries], SettledAs.ISSUE)


def _settle(
    connection: Connection, keys: Sequence[str], settled_as: SettledAs, *, reason: str | None = None
) -> None:
    for first in range(0, len(keys), _BATCH):
        batch = keys[first : first + _BATCH]
        connection.execute(
            update(summaries)
            .where(summaries.c.key.in_(batch))
            .values(settled_as=settled_as, baseline_reason=reason)
        )


def _upsert(
    connection: Connection,
    table: Table,
    rows: Sequence[Mapping[str, object]],
    *,
    keep: Iterable[str] = (),
) -> None:
    """Insert the rows, or update those whose primary key is known but for the columns to keep."""
    if not rows:
        return
    # Each database's own INSERT ... ON CONFLICT; importing one that is not used takes 25 ms.
    dialect = import_module(f"sqlalchemy.dialects.{connection.dialect.name}")
    statement = dialect.insert(table)
    keys = [column.name for column in table.primary_key]
    changing = set(table.c.keys()) - set(keys) - set(keep)
    upsert: Insert = statement.on_conflict_do_update(
        index_elements=keys, set_={name: statement.excluded[name] for name in changing}
    )
    connection.execute(upsert, rows)
