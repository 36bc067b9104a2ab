"""The tables of the database: a new one gets them as they are here, an older one by migrations/."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
)

from msnewsletter.store.table_set import TableSet

if TYPE_CHECKING:
    from sqlalchemy import Dialect


class Instant(TypeDecorator[datetime]):
    """An aware date-time, stored as UTC text of one width: it sorts as time does, anywhere."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """To the database."""
        del dialect
        return value.astimezone(UTC).isoformat(timespec="microseconds") if value else None

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        """From the database."""
        del dialect
        return datetime.fromisoformat(value) if value else None


metadata = MetaData()

NEWSLETTER = TableSet(
    metadata=metadata,
    migrations=Path(__file__).with_name("migrations"),
    # Those of migrations/versions/; a test compares them.
    released=("0004", "0005", "0006", "0007", "0008"),
    known_by="issues",
    remedy="move it away (a file: with its -wal and -shm) and run again: "
    "it is rebuilt from issues/",
    conflict="run again: its issue is out, yours was not begun",
)

# One row for each summary that was ever collected.
summaries = Table(
    "summaries",
    metadata,
    Column("key", Text, primary_key=True),
    Column(
        "document", Text
    ),  # model.Summary; null: only its key is known (baseline of a rebuilt database)
    Column("path", Text, nullable=False),  # the file it came from, as shown to the editor
    # What tells a study or text again: issue/same_study.py
    Column("doi", Text),
    Column("pmid", Text),
    Column("text_digest", Text),
    Column("headline_digest", Text),
    Column("found_digest", Text),
    Column("source", Text),  # the label of its source; null: not known any more
    Column("page", Text),  # addresses.identity_of its url
    Column("first_seen", Instant, nullable=False),
    Column("settled_as", Text),  # store.SettledAs; null: pending
    Column("baseline_reason", Text),  # why it is in the baseline, for people: decides nothing
)
# What is pending stays quick to find however large the archive grows.
Index("summaries_settled", summaries.c.settled_as)
Index("summaries_doi", summaries.c.doi)
Index("summaries_pmid", summaries.c.pmid)
Index("summaries_text", summaries.c.text_digest)
Index("summaries_headline", summaries.c.headline_digest)
Index("summaries_found", summaries.c.found_digest)
Index("summaries_path", summaries.c.path)

# What the desk searches: a row for each summary that is pending no more, made from other tables.
register = Table(
    "register",
    metadata,
    Column("key", Text, primary_key=True),
    Column("issue", Integer, nullable=False),  # 0: none, it is in the baseline
    Column("position", Integer, nullable=False),
    Column("status", Text),  # model.Status, as readers see it; null: it is in the baseline
    Column("source", Text, nullable=False),  # the label; empty: not known
    Column("year", Text, nullable=False),  # of its date, or else of its issue; empty: not known
    Column("words", Text, nullable=False),  # search_words.folded_line of what is searched
)
Index("register_issue", register.c.issue, register.c.position)

# Studies that several sources have, or of which several texts were one.
studies = Table(
    "studies",
    metadata,
    Column("key", Text, primary_key=True),  # of the summary that they are one as
    Column("document", Text, nullable=False),  # issue.one_study.SharedStudy
)

# Files that were read without complaint, so that unchanged ones are not read again.
files = Table(
    "files",
    metadata,
    Column("path", Text, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("changed_ns", BigInteger, nullable=False),
)

issues = Table(
    "issues",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("cutoff", Instant, nullable=False),
    Column("state", Text, nullable=False),  # store.IssueState
    Column("document", Text, nullable=False),  # model.Issue without its entries
    Column("manifest", Text),  # outbox/new/NNNN/manifest.json, once it is written
)
Index("issues_state", issues.c.state)

entries = Table(
    "entries",
    metadata,
    Column("issue", Integer, ForeignKey("issues.number"), primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    # A summary is in one issue at most: the database itself refuses a second time.
    Column("key", Text, ForeignKey("summaries.key"), nullable=False, unique=True),
    Column("document", Text, nullable=False),  # model.Entry
)

slots = Table(
    "slots",
    metadata,
    Column("slot", Text, primary_key=True),
    Column("instant", Instant, nullable=False, unique=True),
    Column("named_by", Text, nullable=False),  # store.NamedBy
    Column("outcome", Text, nullable=False),  # store.Outcome
    Column("issue", Integer, ForeignKey("issues.number")),
    Column("into", Text),  # the slot that it was coalesced into
)

# Who approved which issue; one row for each, until another approval takes its place.
approvals = Table(
    "approvals",
    metadata,
    Column("issue", Integer, primary_key=True, autoincrement=False),
    Column("slot", Text),  # a key of schedule.Slot; null: made without a schedule
    Column("cutoff", Instant, nullable=False),
    Column("digest", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Instant, nullable=False),
)

# Who sent which issue back, and why; a row is there for as long as it counts.
sent_back = Table(
    "sent_back",
    metadata,
    Column("issue", Integer, primary_key=True, autoincrement=False),
    Column("cutoff", Instant, nullable=False),
    Column("digest", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Instant, nullable=False),
)

# What the clock does once.
clock_marks = Table(
    "clock_marks",
    metadata,
    Column("kind", Text, primary_key=True),  # store.ClockMark
    Column("at", Instant, nullable=False),
)

# What the editors were notified of.
notifications = Table(
    "notifications",
    metadata,
    Column("kind", Text, primary_key=True),  # store.Notification
    Column("slot", Text, primary_key=True),  # see Slots.notified
    Column("at", Instant, nullable=False),
)

# Which home, of several on one database, was the last to have an issue's folder complete.
# One row at most.
release_claim = Table(
    "release_claim",
    metadata,
    Column("token", Text, primary_key=True),  # also in that home's var/begun
    Column("at", Instant, nullable=False),
)

# What the site looks up; filled from the entries whenever an issue's pages are written.
tags = Table(
    "tags",
    metadata,
    Column("slug", Text, primary_key=True),  # urls.tag_slug
    Column("name", Text, nullable=False),  # as it was first written
)
entry_tags = Table(
    "entry_tags",
    metadata,
    Column("slug", Text, primary_key=True),
    Column("issue", Integer, primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
)
headline_starts = Table(
    "headline_starts",
    metadata,
    Column("start", Text, primary_key=True),  # how a headline begins, as cards of others cite it
    Column("issue", Integer, primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
)
card_starts = Table(
    "card_starts",
    metadata,
    Column("start", Text, primary_key=True),  # how a card that came with the entry begins
    Column("issue", Integer, primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
)

# Sent summaries whose text changed, in their source or in public.
post_send_edits = Table(
    "post_send_edits",
    metadata,
    Column("key", Text, primary_key=True),
    Column("document", Text),  # model.Summary, as readers may see it; null: as it was sent
    Column("differs", Boolean, nullable=False),  # its source has another text
    Column("waiting", Boolean, nullable=False),  # the site does not show `document` yet
    Column("unannounced", Boolean, nullable=False),  # no issue has said what became of it
    Column("changed", Instant),  # when its notice changed last; null: never, or spelling alone
    Column("public_since", Instant),  # when `document` became public; null: not known
)
Index("post_send_edits_differs", post_send_edits.c.differs)
Index("post_send_edits_unannounced", post_send_edits.c.unannounced)
Index("post_send_edits_waiting", post_send_edits.c.waiting)
# Every correction that an issue announced; the last of a key is what readers know.
announced_corrections = Table(
    "announced_corrections",
    metadata,
    Column("issue", Integer, ForeignKey("issues.number"), primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("key", Text, nullable=False),
    Column("document", Text, nullable=False),  # model.Correction
)
Index("announced_corrections_key", announced_corrections.c.key)
# Takedowns: texts removed for law or harm; lifted: it was ended.
takedowns = Table(
    "takedowns",
    metadata,
    Column("key", Text, primary_key=True),
    Column("document", Text, nullable=False),  # model.Takedown
    Column("lifted", Boolean, nullable=False),
)
# An issue is found again by its number when it is indexed once more.
Index("entry_tags_issue", entry_tags.c.issue)
Index("headline_starts_issue", headline_starts.c.issue)
Index("card_starts_issue", card_starts.c.issue)
