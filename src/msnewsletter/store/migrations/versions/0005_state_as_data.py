"""State as data: columns in place of sentences and of names that had to be taken apart.

Tables that get another name are made anew, so that their indexes and constraints are named after
them on every database.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Convert what is there; no fact is lost but the sentences that were made of it."""
    _summaries()
    _slots()
    _marks()
    _site_index()
    _corrections()


def _summaries() -> None:
    """`settled`, a sentence, becomes `settled_as` and the reason of those in the baseline."""
    op.drop_index("summaries_pending", "summaries")
    op.execute("ALTER TABLE summaries RENAME COLUMN settled TO baseline_reason")
    op.add_column("summaries", sa.Column("settled_as", sa.Text))
    op.execute(
        "UPDATE summaries SET settled_as = CASE"
        " WHEN EXISTS (SELECT 1 FROM entries WHERE entries.key = summaries.key) THEN 'issue'"
        " ELSE 'baseline' END"
        " WHERE baseline_reason IS NOT NULL"
    )
    op.execute("UPDATE summaries SET baseline_reason = NULL WHERE settled_as = 'issue'")
    prefix, suffix = "in the baseline (", ")"
    op.execute(
        f"UPDATE summaries SET baseline_reason = substr(baseline_reason, {len(prefix) + 1},"  # noqa: S608
        f" length(baseline_reason) - {len(prefix) + len(suffix)})"
        f" WHERE baseline_reason LIKE '{prefix}%{suffix}'"
    )
    op.create_index("summaries_settled", "summaries", ["settled_as"])


def _slots() -> None:
    """Who named a slot was seen by the zone at its end."""
    columns = 'slot, instant, outcome, issue, "into"'
    found = op.get_bind().execute(
        sa.text(
            f"SELECT {columns}, CASE WHEN slot LIKE '%]' THEN 'schedule' ELSE 'person' END"  # noqa: S608
            " AS named_by FROM slots"
        )
    )
    rows = [dict(row) for row in found.mappings()]
    op.drop_table("slots")
    table = op.create_table(
        "slots",
        sa.Column("slot", sa.Text, primary_key=True),
        sa.Column("instant", sa.Text, nullable=False, unique=True),
        sa.Column("named_by", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("issue", sa.Integer, sa.ForeignKey("issues.number")),
        sa.Column("into", sa.Text),
    )
    op.bulk_insert(table, rows)


def _marks() -> None:
    """Three kinds of fact that shared a table, told apart by how their names begin."""
    clock_marks = _dated("clock_marks", "kind")
    notifications = _dated("notifications", "kind", "slot")
    release_claim = _dated("release_claim", "token")
    for name, at in op.get_bind().execute(sa.text("SELECT name, at FROM marks")).all():
        match name.split(" "):
            case ["begun"]:
                op.bulk_insert(clock_marks, [{"kind": "watched_since", "at": at}])
            case ["told", kind, slot]:
                op.bulk_insert(notifications, [{"kind": kind, "slot": slot, "at": at}])
            case ["bringing", "out", token]:
                op.bulk_insert(release_claim, [{"token": token, "at": at}])
            case _:
                raise ValueError(f"an unknown mark: {name!r}")
    op.drop_table("marks")


def _dated(name: str, *keys: str) -> sa.Table:
    columns = [sa.Column(key, sa.Text, primary_key=True) for key in keys]
    return op.create_table(name, *columns, sa.Column("at", sa.Text, nullable=False))


def _site_index() -> None:
    for old, new, looked_up in (
        ("tagged", "entry_tags", "slug"),
        ("leads", "headline_starts", "start"),
    ):
        _move(
            old,
            new,
            sa.Column(looked_up, sa.Text, primary_key=True),
            sa.Column("issue", sa.Integer, primary_key=True, autoincrement=False),
            sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        )
        op.create_index(f"{new}_issue", new, ["issue"])


def _corrections() -> None:
    _move(
        "edits",
        "post_send_edits",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("waiting", sa.Boolean, nullable=False),
        sa.Column("changed", sa.Text),
    )
    op.create_index("post_send_edits_waiting", "post_send_edits", ["waiting"])
    _move(
        "told",
        "announced_corrections",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("note", sa.Text),
        sa.Column("issue", sa.Integer, sa.ForeignKey("issues.number"), nullable=False),
    )


def _move(old: str, new: str, *columns: sa.Column[Any]) -> None:
    op.create_table(new, *columns)
    names = ", ".join(column.name for column in columns)
    op.execute(f"INSERT INTO {new} ({names}) SELECT {names} FROM {old}")  # noqa: S608
    op.drop_table(old)
