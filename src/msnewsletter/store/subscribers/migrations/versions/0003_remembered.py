"""What workers remember of a mailing, since when they are hindered, and what they have to share."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add them: nothing that there is was set back, as far as anybody knows."""
    op.add_column("mailings", sa.Column("remembered", sa.Integer()))
    op.add_column("workers", sa.Column("hindered", sa.Text()))
    op.create_table(
        "sending_terms",
        sa.Column("name", sa.Text(), primary_key=True),
        sa.Column("value", sa.Text(), nullable=False),
    )
