"""The queries about summaries after they were sent: edits in their sources, and what is public.

A sent summary has three texts: as it was sent (`entries`), as its source has it (`summaries`), and
as readers may see it (`post_send_edits.document`; without one, as it was sent).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, delete, insert, select, update

from msnewsletter.issue.edits import (
    PostSendEdit,
    SentSummary,
    as_announced,
    content_of,
    taken_down,
)
from msnewsletter.model import Entry, Status, Summary, Takedown
from msnewsletter.serialize import from_json, to_json
from msnewsletter.store.announcements import last_announced
from msnewsletter.store.base import StoreBase, batches, rows_with, upsert
from msnewsletter.store.register_queries import enter
from msnewsletter.store.tables import entries, issues, post_send_edits, summaries, takedowns

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from msnewsletter.model import Correction

_SENT = (
    select(
        entries.c.key,
        entries.c.issue,
        entries.c.position,
        entries.c.document.label("sent"),
        issues.c.cutoff,
        summaries.c.document.label("source"),
        post_send_edits.c.document.label("public"),
    )
    .join(issues, issues.c.number == entries.c.issue)
    .join(summaries, summaries.c.key == entries.c.key)
    .outerjoin(post_send_edits, post_send_edits.c.key == entries.c.key)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicText:
    """A sent summary as readers may see it now, though it was sent otherwise.

    `changed` (aware UTC) is when its notice changed last; None: only the text was improved.
    `public_since` (likewise) is when this text became public; None: an earlier version did not say.
    """

    summary: Summary
    changed: datetime | None
    public_since: datetime | None


class Edits(StoreBase):
    """Sent summaries, and what became of them."""

    def edited(self, read: Iterable[Summary]) -> list[SentSummary]:
        """The sent summaries whose source has another text than readers see; `read`, saved or not.

        Oldest issue first, then by key. What was taken down is never among them.
        """
        now = {summary.key: summary for summary in read}
        with self._reading() as connection:
            marked = connection.scalars(
                select(post_send_edits.c.key).where(post_send_edits.c.differs)
            ).all()
            gone = set(connection.scalars(_TAKEN_DOWN))
            found = list(_sent(connection, {*now, *marked} - gone, now))
        found = [one for one in found if content_of(one.source) != content_of(one.public)]
        return sorted(found, key=lambda one: (one.issue, one.entry.summary.key))

    def sent_summaries(self, keys: Iterable[str]) -> dict[str, SentSummary]:
        """Those of the keys that an issue carried, with all that is known of each, by key."""
        with self._reading() as connection:
            return {one.entry.summary.key: one for one in _sent(connection, keys, {})}

    def unannounced(self) -> list[SentSummary]:
        """The summaries that were taken back in public, and no issue has said so yet."""
        marked = select(post_send_edits.c.key).where(post_send_edits.c.unannounced)
        with self._reading() as connection:
            return list(_sent(connection, connection.scalars(marked).all(), {}))

    def public_texts(self, keys: Iterable[str]) -> dict[str, PublicText]:
        """Those of the summaries that readers see otherwise than they were sent, by key."""
        query = select(
            post_send_edits.c.key,
            post_send_edits.c.document,
            post_send_edits.c.changed,
            post_send_edits.c.public_since,
        ).where(post_send_edits.c.document.is_not(None))
        with self._reading() as connection:
            rows = rows_with(connection, query, post_send_edits.c.key, keys)
            return {
                row.key: PublicText(
                    summary=from_json(Summary, row.document),
                    changed=row.changed,
                    public_since=row.public_since,
                )
                for row in rows
            }

    def waiting(self) -> dict[int, list[str]]:
        """Keys of public texts that the site does not show yet, by issue, oldest first."""
        # In two steps: joined, SQLite walks all entries for the sake of their order.
        marked = select(post_send_edits.c.key).where(post_send_edits.c.waiting)
        query = select(entries.c.issue, entries.c.position, entries.c.key)
        with self._reading() as connection:
            keys = connection.scalars(marked).all()
            rows = rows_with(connection, query, entries.c.key, keys)
        found: dict[int, list[str]] = {}
        for number, _, key in sorted(rows):
            found.setdefault(number, []).append(key)
        return found

    def note_shown(self, keys: Sequence[str]) -> None:
        """Record that the site shows these public texts."""
        with self._transaction() as connection:
            for batch in batches(keys):
                some = post_send_edits.c.key.in_(batch)
                connection.execute(update(post_send_edits).where(some).values(waiting=False))

    # ── takedowns ────────────────────────────────────────────────────────────────────────────

    def takedowns(self) -> dict[str, Takedown]:
        """Every takedown, ended or not, by key."""
        rows = self._all(
            select(takedowns.c.document), lambda row: from_json(Takedown, row.document)
        )
        return {one.key: one for one in sorted(rows, key=lambda one: one.key)}

    def put_takedown(self, takedown: Takedown) -> None:
        """Begin a takedown, or end it: the summary's source is an edit that waits again.

        What readers see changes at once; the site shows it when it is written next.
        """
        row = {"key": takedown.key, "document": to_json(takedown)}
        its = post_send_edits.c.key == takedown.key
        with self._transaction() as connection:
            upsert(connection, takedowns, [row | {"lifted": takedown.lifted is not None}])
            if takedown.lifted is not None:
                ended = update(post_send_edits).where(its)
                connection.execute(ended.values(differs=True, unannounced=False))
                return
            for one in _sent(connection, [takedown.key], {}):
                public = taken_down(one.entry.summary, takedown.note)
                _put_public(
                    connection, public, at=takedown.at, changes_notice=True, unannounced=True
                )


_TAKEN_DOWN = select(takedowns.c.key).where(takedowns.c.lifted.is_(False))


def note_edits(connection: Connection, read: Sequence[Summary]) -> None:
    """Mark which of the collected summaries differ from what readers see, or no longer do."""
    now = {summary.key: summary for summary in read}
    rows = [
        {"key": one.entry.summary.key, "document": None, "waiting": False, "changed": None}
        | {"differs": content_of(one.source) != content_of(one.public), "unannounced": False}
        | {"public_since": None}
        for one in _sent(connection, now, now)
    ]
    kept = {"document", "waiting", "changed", "public_since", "unannounced"}
    upsert(connection, post_send_edits, rows, keep=kept)


def accept_edits(connection: Connection, edits: Iterable[PostSendEdit], *, at: datetime) -> None:
    """Make public what may be, at `at` (aware)."""
    for edit in edits:
        if not edit.is_accepted:
            continue
        differs = edit.kept_back is not None
        _put_public(
            connection, edit.public, at=at, changes_notice=edit.changes_notice, differs=differs
        )


def restore_public(
    connection: Connection, corrections: Sequence[Correction], *, at: datetime
) -> None:
    """Make public what an issue announced, as its record says it; `at`: the issue's cutoff."""
    by_key = {one.key: one for one in corrections}
    for one in list(_sent(connection, by_key, {})):
        key = one.entry.summary.key
        correction = by_key[key]
        public = as_announced(one.public, correction)
        _put_public(connection, public, at=at, changes_notice=True)
        if correction.status is Status.TAKEN_DOWN:
            _restore_takedown(connection, correction)
            continue
        connection.execute(delete(takedowns).where(takedowns.c.key == key))
        # Until its source is read, and for good where that is gone: what readers see.
        same = summaries.c.key == key
        connection.execute(update(summaries).where(same).values(document=to_json(public)))


def _restore_takedown(connection: Connection, correction: Correction) -> None:
    """Take down what an issue says was taken down, though the list in `issues/` may be lost.

    It is older than whatever that list says: only the list knows when and why.
    """
    known = select(takedowns.c.key).where(takedowns.c.key == correction.key)
    if connection.scalar(known) is None and correction.carried:
        takedown = Takedown(
            key=correction.key,
            reason="lost; an issue announced it",
            note=correction.note,
            at=correction.carried,
        )
        row = {"key": takedown.key, "document": to_json(takedown), "lifted": False}
        connection.execute(insert(takedowns), [row])


def note_announced(connection: Connection, keys: Sequence[str]) -> None:
    """Record that an issue says what became of these."""
    for batch in batches(keys):
        some = post_send_edits.c.key.in_(batch)
        connection.execute(update(post_send_edits).where(some).values(unannounced=False))


def _put_public(
    connection: Connection,
    public: Summary,
    *,
    at: datetime,
    changes_notice: bool,
    differs: bool = False,
    unannounced: bool = False,
) -> None:
    row = {"key": public.key, "document": to_json(public), "waiting": True, "public_since": at}
    row |= {"differs": differs, "unannounced": unannounced}
    row |= {"changed": at if changes_notice else None}
    upsert(connection, post_send_edits, [row], keep=() if changes_notice else ("changed",))
    enter(connection, [public.key])


def _sent(
    connection: Connection, keys: Iterable[str], read: dict[str, Summary]
) -> Iterator[SentSummary]:
    wanted = sorted(set(keys))
    announced = last_announced(connection, wanted)
    for row in rows_with(connection, _SENT, entries.c.key, wanted):
        yield _sent_summary(row, announced.get(row.key), read.get(row.key))


def _sent_summary(row: Any, announced: Correction | None, read: Summary | None) -> SentSummary:  # noqa: ANN401  (a row of `_SENT`)
    entry = from_json(Entry, row.sent)
    return SentSummary(
        issue=row.issue,
        carried=row.cutoff,
        entry=entry,
        public=from_json(Summary, row.public) if row.public else entry.summary,
        source=read or from_json(Summary, row.source),
        announced=announced,
    )
