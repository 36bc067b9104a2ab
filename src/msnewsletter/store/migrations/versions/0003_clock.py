"""Approvals, what the clock has done, and slots that were coalesced."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add what the schedule needs."""
    op.add_column("slots", sa.Column("into", sa.Text))
    op.create_table(
        "approvals",
        sa.Column("issue", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("slot", sa.Text),
        sa.Column("cutoff", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
    )
    op.create_table(
        "marks",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("at", sa.Text, nullable=False),
    )
