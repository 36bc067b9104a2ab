"""Tables for workers on other machines; nothing that there is changes."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "sent_moments",
        sa.Column("moment", sa.Text(), primary_key=True),
        sa.Column("domain", sa.Text(), primary_key=True),
        sa.Column("sent", sa.Integer(), nullable=False),
    )
    op.create_table(
        "mailing_mails",
        sa.Column("issue", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("edition", sa.Text(), primary_key=True),
        sa.Column("data", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "mailing_chunks",
        sa.Column("issue", sa.Integer(), nullable=False),
        sa.Column("first", _ID, primary_key=True, autoincrement=False),
        sa.Column("last", _ID, nullable=False),
    )
    op.create_table(
        "workers",
        sa.Column("name", sa.Text(), primary_key=True),
        sa.Column("machine", sa.Text(), nullable=False),
        sa.Column("process", sa.Integer(), nullable=False),
        sa.Column("release", sa.Text(), nullable=False),
        sa.Column("form", sa.Integer(), nullable=False),
        sa.Column("started", sa.Text(), nullable=False),
        sa.Column("seen", sa.Text(), nullable=False),
        sa.Column("ended", sa.Text()),
        sa.Column("says", sa.Text()),
    )
    op.create_table(
        "leases",
        sa.Column("journal", sa.Text(), primary_key=True),
        sa.Column("worker", sa.Text(), nullable=False),
        sa.Column("until", sa.Text(), nullable=False),
        sa.Column("lost", sa.Text()),
    )
