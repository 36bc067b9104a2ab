"""The queries about announced corrections, and about those that no issue has announced yet.

Knows what was last announced of a summary; never how it is announced.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, select

from msnewsletter.model import Correction, Entry, Status, Summary
from msnewsletter.serialize import from_json
from msnewsletter.store.base import rows_with, upsert
from msnewsletter.store.tables import announced_corrections, entries, post_send_edits, summaries

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def unannounced_corrections(connection: Connection, read: Iterable[Summary]) -> list[Correction]:
    """Corrections, withdrawals and retractions of sent summaries that no issue has announced.

    `read` are summaries as their sources have them now, saved or not. The latest state counts: a
    summary that is live again has none, and one that was sent with its correction has no new one.
    """
    now = {summary.key: summary for summary in read}
    changed = sorted(key for key, summary in now.items() if summary.status is not Status.LIVE)
    found: dict[str, Correction] = {}
    for row in _sent(connection, changed):
        after = now.get(row.key) or from_json(Summary, row.now)
        sent = from_json(Entry, row.sent)
        known = (row.status, row.note) if row.status else (sent.summary.status, sent.summary.note)
        if after.status is Status.LIVE or (after.status, after.note) == known:
            continue
        found[row.key] = Correction(
            key=row.key,
            id=sent.id,
            issue=row.issue,
            headline=sent.summary.headline,
            status=after.status,
            note=after.note,
        )
    return list(found.values())


def put_announced(connection: Connection, corrections: Iterable[Correction], *, issue: int) -> None:
    """Record that the issue announces these."""
    rows = [
        {"key": one.key, "status": one.status, "note": one.note, "issue": issue}
        for one in corrections
    ]
    upsert(connection, announced_corrections, rows)


def _sent(connection: Connection, changed: list[str]) -> Iterator[Any]:
    """What was sent and is known of the summaries with these keys, and of all corrected ones."""
    query = (
        select(
            entries.c.key,
            entries.c.issue,
            entries.c.document.label("sent"),
            summaries.c.document.label("now"),
            announced_corrections.c.status,
            announced_corrections.c.note,
        )
        .join(summaries, summaries.c.key == entries.c.key)
        .outerjoin(announced_corrections, announced_corrections.c.key == entries.c.key)
    )
    marked = select(post_send_edits.c.key).where(post_send_edits.c.changed.is_not(None))
    yield from connection.execute(query.where(entries.c.key.in_(marked))).all()
    yield from rows_with(connection, query, entries.c.key, changed)
