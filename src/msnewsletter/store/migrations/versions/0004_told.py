"""Corrections that an issue has told."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the table; whatever was corrected before counts as untold."""
    op.create_table(
        "told",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("note", sa.Text),
        sa.Column("issue", sa.Integer, sa.ForeignKey("issues.number"), nullable=False),
    )
