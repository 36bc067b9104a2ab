"""Who sent the next issue back; and the register: a row for each summary that waits no more."""

import json
import unicodedata
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_BATCH = 500
_SEARCHED = ("key", "headline", "title", "journal", "doi", "pmid", "location")
_UNSEEN = frozenset({"Cf", "Mn", "Me"})
_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
)


def upgrade() -> None:
    """Make both, and enter what waits no more."""
    op.create_table(
        "sent_back",
        sa.Column("issue", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("cutoff", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
    )
    table = op.create_table(
        "register",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("issue", sa.Integer, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("status", sa.Text),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("year", sa.Text, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
    )
    for batch in _batches():
        op.bulk_insert(table, [_row(row) for row in batch])
    op.create_index("register_issue", "register", ["issue", "position"])


def _batches() -> Iterator[list[Any]]:
    found = op.get_bind().execute(
        sa.text(
            "SELECT s.key, s.path, s.source, s.document AS read, e.issue, e.position,"
            " e.document AS sent, i.cutoff, p.document AS public"
            " FROM summaries AS s LEFT JOIN entries AS e ON e.key = s.key"
            " LEFT JOIN issues AS i ON i.number = e.issue"
            " LEFT JOIN post_send_edits AS p ON p.key = s.key"
            " WHERE s.settled_as IS NOT NULL"
        )
    )
    for batch in found.partitions(_BATCH):
        yield list(batch)


def _row(row: Any) -> dict[str, object]:  # noqa: ANN401  (a row of the query above)
    """As store/register_queries.py had it when this was written."""
    texts = [json.loads(text) for text in (row.public, row.sent, row.read) if text]
    texts = [text.get("summary", text) for text in texts]
    date = next((text["published"] for text in texts if text.get("published")), "")
    status = texts[0].get("status", "live") if row.issue is not None else None
    parts = [row.key, row.path]
    if status != "taken down":
        parts += [text.get(name) for text in texts for name in _SEARCHED]
    return {
        "key": row.key,
        "issue": row.issue or 0,
        "position": row.position or 0,
        "status": status,
        "source": row.source or "",
        "year": date[:4] or (row.cutoff or "")[:4],
        "words": "\n".join(dict.fromkeys(filter(None, (_folded(part) for part in parts if part)))),
    }


def _folded(text: str) -> str:
    """As search_words.py had it when this was written."""
    if text.isascii() and text.isprintable():
        return " ".join(text.casefold().split())
    text = unicodedata.normalize("NFKD", text).casefold().translate(_PLAIN)
    text = unicodedata.normalize("NFKD", text)
    seen = (letter for letter in text if unicodedata.category(letter) not in _UNSEEN)
    spaced = (letter.casefold() if letter.isprintable() else " " for letter in seen)
    return " ".join("".join(spaced).split())
