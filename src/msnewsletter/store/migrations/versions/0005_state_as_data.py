"""State as data: tables named after what they hold.

Tables that get another name are made anew, so that their indexes and constraints are named after
them on every database.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Convert what is there."""
    _site_index()
    _corrections()


def _site_index() -> None:
    op.create_table(
        "entry_tags",
        sa.Column("slug", sa.Text, primary_key=True),
        sa.Column("issue", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    )
    _move("tagged", "entry_tags", "slug, issue, position")
    op.create_index("entry_tags_issue", "entry_tags", ["issue"])
    op.create_table(
        "headline_starts",
        sa.Column("start", sa.Text, primary_key=True),
        sa.Column("issue", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    )
    _move("leads", "headline_starts", "start, issue, position")
    op.create_index("headline_starts_issue", "headline_starts", ["issue"])


def _corrections() -> None:
    op.create_table(
        "post_send_edits",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("waiting", sa.Boolean, nullable=False),
        sa.Column("changed", sa.Text),
    )
    _move("edits", "post_send_edits", "key, waiting, changed")
    op.create_index(
        "post_send_edits_waiting",
        "post_send_edits",
        ["key"],
        sqlite_where=sa.text("waiting = 1"),
        postgresql_where=sa.text("waiting"),
    )
    op.create_table(
        "announced_corrections",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("note", sa.Text),
        sa.Column("issue", sa.Integer, sa.ForeignKey("issues.number"), nullable=False),
    )
    _move("told", "announced_corrections", "key, status, note, issue")


def _move(old: str, new: str, columns: str) -> None:
    op.execute(f"INSERT INTO {new} ({columns}) SELECT {columns} FROM {old}")  # noqa: S608
    op.drop_table(old)
