"""Summaries, files, issues, entries and slots."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the first tables."""
    op.create_table(
        "summaries",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("document", sa.Text),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("doi", sa.Text),
        sa.Column("text_digest", sa.Text),
        sa.Column("first_seen", sa.Text, nullable=False),
        sa.Column("settled", sa.Text),
    )
    pending = sa.text("settled IS NULL")
    op.create_index(
        "summaries_pending", "summaries", ["key"], sqlite_where=pending, postgresql_where=pending
    )
    op.create_index("summaries_doi", "summaries", ["doi"])
    op.create_index("summaries_text", "summaries", ["text_digest"])
    op.create_table(
        "files",
        sa.Column("path", sa.Text, primary_key=True),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("changed_ns", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "issues",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("cutoff", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("manifest", sa.Text),
    )
    op.create_index("issues_state", "issues", ["state"])
    op.create_table(
        "entries",
        sa.Column(
            "issue",
            sa.Integer,
            sa.ForeignKey("issues.number"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("key", sa.Text, sa.ForeignKey("summaries.key"), nullable=False, unique=True),
        sa.Column("document", sa.Text, nullable=False),
    )
    op.create_table(
        "slots",
        sa.Column("slot", sa.Text, primary_key=True),
        sa.Column("instant", sa.Text, nullable=False, unique=True),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("issue", sa.Integer, sa.ForeignKey("issues.number")),
    )
