"""One study once: the page that each summary is of, and what several sources have together."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add what is missing; the page of a summary is known when its file is read again."""
    op.add_column("summaries", sa.Column("source", sa.Text))
    op.add_column("summaries", sa.Column("page", sa.Text))
    op.create_table(
        "studies",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("document", sa.Text, nullable=False),
    )
    _read_again()


def _read_again() -> None:
    """Forget the state of the files whose summaries have a web address."""
    found = op.get_bind().execute(
        sa.text("SELECT path, document FROM summaries WHERE document IS NOT NULL")
    )
    paths = sorted({path for path, document in found.all() if json.loads(document).get("url")})
    if paths:
        op.get_bind().execute(
            sa.text("DELETE FROM files WHERE path = :path"), [{"path": path} for path in paths]
        )
