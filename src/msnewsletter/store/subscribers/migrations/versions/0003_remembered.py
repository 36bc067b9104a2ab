"""What workers remember of a mailing of which the ledger knows less."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the column: nothing that there is was set back, as far as anybody knows."""
    op.add_column("mailings", sa.Column("remembered", sa.Integer()))
