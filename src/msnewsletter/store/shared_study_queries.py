"""The queries about studies: what tells each again, and which several sources have together."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import Connection, delete, or_, select

from msnewsletter.issue.one_study import SharedStudy
from msnewsletter.issue.same_study import Identity, Mark
from msnewsletter.model import Summary
from msnewsletter.serialize import from_json, to_json
from msnewsletter.store.base import StoreBase, batches, rows_with, upsert
from msnewsletter.store.settled import SettledAs
from msnewsletter.store.tables import post_send_edits, studies, summaries

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPlace:
    """What is known of a key without reading its text.

    Attributes:
        path: its file.
        source: the label of its source; None: not known.
        doi, pmid, page: what tells its study; `page` is the identity of its web address.
        settled: it is pending no more.
        sent: an issue carried it.
    """

    path: str
    source: str | None
    doi: str | None
    pmid: str | None
    page: str | None
    settled: bool
    sent: bool


class NumberedKey(NamedTuple):
    """A key, and the numbers of its study, normalised."""

    key: str
    doi: str | None
    pmid: str | None


class SharedStudyQueries(StoreBase):
    """Studies, by what their summaries are known by."""

    def placements(self) -> dict[str, KeyPlace]:
        """All keys that were ever collected."""
        columns = (
            *(summaries.c.key, summaries.c.path, summaries.c.source, summaries.c.doi),
            *(summaries.c.pmid, summaries.c.page, summaries.c.settled_as),
        )
        rows = self._all(select(*columns), tuple)
        return {
            key: KeyPlace(
                path=path,
                source=source,
                doi=doi,
                pmid=pmid,
                page=page,
                settled=settled_as is not None,
                sent=settled_as == SettledAs.ISSUE,
            )
            for key, path, source, doi, pmid, page, settled_as in rows
        }

    def studies(self) -> dict[str, SharedStudy]:
        """What several sources have together, by the key of the summary that it is one as."""
        rows = self._all(
            select(studies.c.document), lambda row: from_json(SharedStudy, row.document)
        )
        return {one.key: one for one in sorted(rows, key=lambda one: one.key)}

    def numbered(self) -> list[NumberedKey]:
        """The keys whose studies have a DOI or a PubMed number, sent or not, in no order."""
        columns = summaries.c.key, summaries.c.doi, summaries.c.pmid
        either = summaries.c.doi.is_not(None) | summaries.c.pmid.is_not(None)
        return self._all(select(*columns).where(either), lambda row: NumberedKey(*row))


def put_studies(connection: Connection, united: Iterable[SharedStudy]) -> None:
    """Make the table have these, and write no other row."""
    wanted = {one.key: to_json(one) for one in united}
    there = {row.key: row.document for row in connection.execute(select(studies))}
    for batch in batches([key for key in there if key not in wanted]):
        connection.execute(delete(studies).where(studies.c.key.in_(batch)))
    changed = [
        {"key": key, "document": document}
        for key, document in wanted.items()
        if there.get(key) != document
    ]
    upsert(connection, studies, changed)


def corrected_numbers(
    connection: Connection, read: Iterable[Summary] = ()
) -> dict[Identity, list[str]]:
    """Keys of sent summaries by the numbers that they have now and were not sent with.

    `read` is what was read and may not be saved yet.
    """
    columns = summaries.c.key, summaries.c.document, summaries.c.doi, summaries.c.pmid
    edited = (
        select(*columns)
        .join(post_send_edits, post_send_edits.c.key == summaries.c.key)
        .where(
            or_(post_send_edits.c.differs, post_send_edits.c.document.is_not(None)),
            summaries.c.document.is_not(None),
        )
    )
    unsaved = {one.key: one for one in read if one.doi or one.pmid}
    settled = select(*columns).where(summaries.c.settled_as.is_not(None))
    rows = {row.key: row for row in rows_with(connection, settled, summaries.c.key, unsaved)}
    rows |= {row.key: row for row in connection.execute(edited)}
    found: defaultdict[Identity, list[str]] = defaultdict(list)
    for key, row in rows.items():
        now = unsaved.get(key) or from_json(Summary, row.document)
        if now.doi and now.doi != row.doi:
            found[Mark.DOI, now.doi].append(key)
        if now.pmid and now.pmid != row.pmid:
            found[Mark.PMID, now.pmid].append(key)
    return found
