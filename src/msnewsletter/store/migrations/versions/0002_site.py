"""What the site looks up: tags, the beginnings of headlines, and texts edited after sending."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the tables; publishing fills them."""
    op.create_table(
        "tags",
        sa.Column("slug", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
    )
    op.create_table(
        "tagged",
        sa.Column("slug", sa.Text, primary_key=True),
        sa.Column("issue", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    )
    op.create_table(
        "leads",
        sa.Column("start", sa.Text, primary_key=True),
        sa.Column("issue", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    )
    op.create_table(
        "edits",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("waiting", sa.Boolean, nullable=False),
        sa.Column("changed", sa.Text),
    )
    op.create_index(
        "edits_waiting",
        "edits",
        ["key"],
        sqlite_where=sa.text("waiting = 1"),
        postgresql_where=sa.text("waiting"),
    )
    op.create_index("tagged_issue", "tagged", ["issue"])
    op.create_index("leads_issue", "leads", ["issue"])
