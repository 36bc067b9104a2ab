"""The first tables: nothing older was ever released."""

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Change nothing: a new database gets the tables of today at once."""
