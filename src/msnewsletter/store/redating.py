"""The queries about what the database has from after a moment, and what takes it back before it."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, delete, func, or_, select, update

from msnewsletter.decisions import Approval
from msnewsletter.issue.redated import not_after, redated_approval
from msnewsletter.model import Summary, Takedown
from msnewsletter.serialize import from_json, to_json
from msnewsletter.store.announcements import put_announced
from msnewsletter.store.base import StoreBase
from msnewsletter.store.issues import IssueState
from msnewsletter.store.register_queries import enter
from msnewsletter.store.slots import NamedBy
from msnewsletter.store.tables import (
    announced_corrections,
    approvals,
    clock_marks,
    entries,
    issues,
    notifications,
    post_send_edits,
    sent_back,
    slots,
    summaries,
    takedowns,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from sqlalchemy import Column

    from msnewsletter.issue.redated import Redating
    from msnewsletter.model import Issue


class RedatingQueries(StoreBase):
    """What lies after a moment: of use when the machine's clock was wrong."""

    def issues_after(self, moment: datetime) -> tuple[int, ...]:
        """Numbers of the issues whose slot or cutoff lies after `moment` (aware), ascending."""
        late = select(slots.c.issue).where(slots.c.instant > moment, slots.c.issue.is_not(None))
        query = select(issues.c.number).where(
            or_(issues.c.cutoff > moment, issues.c.number.in_(late))
        )
        return tuple(self._all(query.order_by(issues.c.number), lambda row: row.number))

    def slots_after(self, moment: datetime) -> tuple[str, ...]:
        """Names of the slots after `moment` (aware) that are taken, oldest first."""
        query = select(slots.c.slot).where(slots.c.instant > moment)
        return tuple(self._all(query.order_by(slots.c.instant), lambda row: row.slot))

    def noted_after(self, moment: datetime) -> bool:
        """Whether something else is dated after `moment` (aware): a mark, say, or a first sight."""
        columns: tuple[Column[Any], ...] = (
            summaries.c.first_seen,
            clock_marks.c.at,
            notifications.c.at,
            approvals.c.at,
            sent_back.c.at,
            post_send_edits.c.changed,
            post_send_edits.c.public_since,
        )
        with self._reading() as connection:
            newest = [connection.scalar(select(func.max(column))) for column in columns]
        down = self._all(select(takedowns.c.document), lambda row: from_json(Takedown, row[0]))
        return any(at and at > moment for at in (*newest, *(one.changed for one in down)))

    def last_before(self, moment: datetime) -> datetime | None:
        """The newest slot or cutoff at or before `moment` (aware); None: there is none."""
        slot = select(func.max(slots.c.instant)).where(slots.c.instant <= moment)
        cutoff = select(func.max(issues.c.cutoff)).where(issues.c.cutoff <= moment)
        found = [self._value(query) for query in (slot, cutoff)]
        return max(filter(None, found), default=None)

    def redate(
        self,
        redated: Mapping[int, Issue],
        new: Mapping[int, Redating],
        *,
        manifests: Mapping[int, str],
        watched_since: datetime,
        now: datetime,
        zone: ZoneInfo,
    ) -> None:
        """Let nothing be after `now` (aware), in one transaction.

        Args:
            redated: the issues that were, as of their new moments, by number.
            new: those moments.
            manifests: of the issues whose folder is in `outbox/tmp/` anew, to be released; the
                others are out, and only the site lacks them.
            watched_since: since when a clock watches the home, where that was noted after `now`.
            now: aware UTC.
            zone: the newsletter's.

        Slots of the schedule after `now` are free again.
        """
        with self._transaction() as connection:
            for number, issue in redated.items():
                manifest = manifests.get(number)
                _put_issue(connection, issue, manifest=manifest)
                _move_slot(connection, number, new[number], after=now)
                _move_approval(connection, number, new[number])
            connection.execute(delete(slots).where(slots.c.instant > now))
            connection.execute(delete(notifications).where(notifications.c.at > now))
            connection.execute(delete(approvals).where(approvals.c.at > now))
            # An approval from then is void; that a person said stop is not.
            late = sent_back.c.at > now
            connection.execute(update(sent_back).where(late).values(at=now))
            late = clock_marks.c.at > now
            connection.execute(update(clock_marks).where(late).values(at=watched_since))
            _clamp_texts(connection, now=now, zone=zone)
            _clamp_takedowns(connection, now=now)
            for issue in redated.values():
                enter(connection, [entry.summary.key for entry in issue.entries])


def _put_issue(connection: Connection, issue: Issue, *, manifest: str | None) -> None:
    its = issues.c.number == issue.number
    values: dict[str, object] = {
        "cutoff": issue.cutoff,
        "document": to_json(replace(issue, entries=())),
        "state": IssueState.PUBLISHED,
    }
    if manifest is not None:
        values |= {"state": IssueState.PUBLISHING, "manifest": manifest}
    connection.execute(update(issues).where(its).values(**values))
    for entry in issue.entries:
        its = (entries.c.issue == issue.number) & (entries.c.position == entry.position)
        connection.execute(update(entries).where(its).values(document=to_json(entry)))
    mine = announced_corrections.c.issue == issue.number
    connection.execute(delete(announced_corrections).where(mine))
    put_announced(connection, issue.corrections, issue=issue.number)


def _move_slot(connection: Connection, number: int, new: Redating, *, after: datetime) -> None:
    """Give the issue its new slot; what was coalesced into the old one and has been stays so."""
    row = connection.execute(select(slots).where(slots.c.issue == number)).one()
    into = slots.c.into == row.slot
    connection.execute(delete(slots).where(into, slots.c.instant > after))
    connection.execute(update(slots).where(into).values(into=new.slot))
    moved = {"slot": new.slot, "instant": new.cutoff, "named_by": NamedBy.PERSON}
    connection.execute(update(slots).where(slots.c.issue == number).values(**moved))


def _move_approval(connection: Connection, number: int, new: Redating) -> None:
    row = connection.execute(select(approvals).where(approvals.c.issue == number)).first()
    if row:
        moved = asdict(redated_approval(Approval(**row._asdict()), new))
        connection.execute(update(approvals).where(approvals.c.issue == number).values(**moved))


def _clamp_texts(connection: Connection, *, now: datetime, zone: ZoneInfo) -> None:
    """Let no text have been seen, changed or made public after `now`."""
    late = summaries.c.first_seen > now
    changed = select(summaries.c.key, summaries.c.document).where(
        or_(late, summaries.c.settled_as.is_(None)), summaries.c.document.is_not(None)
    )
    for row in connection.execute(changed).all():
        if text := _clamped(row.document, now=now, zone=zone):
            its = summaries.c.key == row.key
            connection.execute(update(summaries).where(its).values(document=text))
    connection.execute(update(summaries).where(late).values(first_seen=now))
    public = select(post_send_edits.c.key, post_send_edits.c.document).where(
        post_send_edits.c.document.is_not(None)
    )
    for row in connection.execute(public).all():
        if text := _clamped(row.document, now=now, zone=zone):
            its = post_send_edits.c.key == row.key
            connection.execute(update(post_send_edits).where(its).values(document=text))
    for column in (post_send_edits.c.changed, post_send_edits.c.public_since):
        # The site shows the wrong date, and is to be written again.
        moved = {column: now, post_send_edits.c.waiting: True}
        connection.execute(update(post_send_edits).where(column > now).values(moved))


def _clamped(document: str, *, now: datetime, zone: ZoneInfo) -> str | None:
    """The document without a date after `now`; None: it had none."""
    summary = from_json(Summary, document)
    moved = not_after(summary, now, zone)
    return None if moved == summary else to_json(moved)


def _clamp_takedowns(connection: Connection, *, now: datetime) -> None:
    for row in connection.execute(select(takedowns.c.key, takedowns.c.document)).all():
        one = from_json(Takedown, row.document)
        moved = replace(one, at=min(one.at, now), lifted=one.lifted and min(one.lifted, now))
        if moved != one:
            its = takedowns.c.key == row.key
            connection.execute(update(takedowns).where(its).values(document=to_json(moved)))
