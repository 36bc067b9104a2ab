"""After sending: the text that readers may see, every correction, takedowns, marks of a study.

The public text of an edit that the site does not show yet is the one that was sent.
"""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_BATCH = 500
_QUOTES = str.maketrans("‘’“”", "''\"\"")


def upgrade() -> None:
    """Convert what is there."""
    _summaries()
    _edits()
    _corrections()
    _cards()
    op.create_table(
        "takedowns",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("lifted", sa.Boolean, nullable=False),
    )


def _summaries() -> None:
    """What tells a study again: PubMed's number, the headline, and what was found."""
    for name in ("pmid", "headline_digest", "found_digest"):
        op.add_column("summaries", sa.Column(name, sa.Text))
    for batch in _batches("SELECT key, document FROM summaries WHERE document IS NOT NULL"):
        rows = [
            {
                "row_key": key,
                "pmid": document.get("pmid"),
                "headline": _digest(document["headline"]),
                "found": _digest(document.get("found", "")),
            }
            for key, document in ((row[0], json.loads(row[1])) for row in batch)
        ]
        op.get_bind().execute(
            sa.text(
                "UPDATE summaries SET pmid = :pmid, headline_digest = :headline,"
                " found_digest = :found WHERE key = :row_key"
            ),
            rows,
        )
    for name, column in (
        ("pmid", "pmid"),
        ("headline", "headline_digest"),
        ("found", "found_digest"),
        ("path", "path"),
    ):
        op.create_index(f"summaries_{name}", "summaries", [column])


def _digest(text: str) -> str | None:
    """As issue/same_study.py had it when this was written."""
    folded = " ".join(text.split()).casefold()
    return hashlib.sha256(folded.encode()).hexdigest() if folded else None


def _edits() -> None:
    """`waiting` meant that the site lacks the source's text; that is `differs` now.

    What the site shows and no issue has announced is found by status and note, as it was until now.
    """
    found = op.get_bind().execute(
        sa.text(
            "SELECT p.key, p.waiting, p.changed, s.document, e.document AS sent, a.status, a.note"
            " FROM post_send_edits AS p JOIN summaries AS s ON s.key = p.key"
            " JOIN entries AS e ON e.key = p.key"
            " LEFT JOIN announced_corrections AS a ON a.key = p.key"
        )
    )
    rows = [_edit(row) for row in found]
    op.drop_table("post_send_edits")
    table = op.create_table(
        "post_send_edits",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("document", sa.Text),
        sa.Column("differs", sa.Boolean, nullable=False),
        sa.Column("waiting", sa.Boolean, nullable=False),
        sa.Column("unannounced", sa.Boolean, nullable=False),
        sa.Column("changed", sa.Text),
        sa.Column("public_since", sa.Text),
    )
    op.bulk_insert(table, rows)
    for name in ("differs", "unannounced", "waiting"):
        op.create_index(f"post_send_edits_{name}", "post_send_edits", [name])


def _edit(row: Any) -> dict[str, object]:  # noqa: ANN401  (a row of the query above)
    waiting = bool(row.waiting)
    now, sent = json.loads(row.document), json.loads(row.sent)["summary"]
    told = (row.status, row.note) if row.status else (sent.get("status"), sent.get("note"))
    news = (
        (now["status"], now.get("note")) != told
        if now["status"] != "live"
        else (told[0] in {"withdrawn", "retracted"})
    )
    return {
        "key": row.key,
        "document": None if waiting else row.document,
        "differs": waiting,
        # Earlier versions never wrote archive documents again: what was sent is left in them.
        "waiting": not waiting,
        "unannounced": news and not waiting,
        "changed": None if waiting else row.changed,
        "public_since": None if waiting else row.changed,
    }


def _corrections() -> None:
    """All that were announced, not the last of each summary alone: the issues have them."""
    op.drop_table("announced_corrections")
    table = op.create_table(
        "announced_corrections",
        sa.Column(
            "issue",
            sa.Integer,
            sa.ForeignKey("issues.number"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
    )
    for batch in _batches("SELECT number, document FROM issues ORDER BY number"):
        rows = [
            {"issue": number, "position": position, "key": one["key"], "document": json.dumps(one)}
            for number, document in batch
            for position, one in enumerate(json.loads(document).get("corrections", ()), start=1)
        ]
        op.bulk_insert(table, rows)
    op.create_index("announced_corrections_key", "announced_corrections", ["key"])


def _cards() -> None:
    """How the cards begin that came with each entry, as sent or as readers see it."""
    table = op.create_table(
        "card_starts",
        sa.Column("start", sa.Text, primary_key=True),
        sa.Column("issue", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    )
    query = (
        "SELECT e.issue, e.position, e.document, p.document FROM entries AS e"
        " LEFT JOIN post_send_edits AS p ON p.key = e.key"
    )
    for batch in _batches(query):
        rows = [
            {"start": start, "issue": issue, "position": position}
            for issue, position, sent, public in batch
            for start in sorted({*_starts(json.loads(sent)["summary"]), *_starts(public)})
        ]
        op.bulk_insert(table, rows)
    op.create_index("card_starts_issue", "card_starts", ["issue"])


def _starts(summary: Any) -> set[str]:  # noqa: ANN401  (a document, its text, or None)
    document = json.loads(summary or "{}") if not isinstance(summary, dict) else summary
    return {_start(card["teaser"]) for card in document.get("related", ())}


def _start(teaser: str) -> str:
    """As render/site/related.py had it when this was written."""
    line = " ".join(teaser.removesuffix("…").split()).translate(_QUOTES)
    return line.casefold().rstrip()[:40]


def _batches(query: str) -> Iterator[list[tuple[Any, ...]]]:
    rows = [tuple(row) for row in op.get_bind().execute(sa.text(query))]
    for first in range(0, len(rows), _BATCH):
        yield rows[first : first + _BATCH]
