"""The first schema that was released: where migrations begin."""

revision = "0004"
down_revision = None


def upgrade() -> None:
    """Nothing: a database of this schema was made by the version that released it."""
