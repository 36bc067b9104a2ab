"""A newsletter's two databases from SQLite to PostgreSQL: each row copied, all compared."""

from msnewsletter.store.transfer.copy_target import CopyTarget, locked_target
from msnewsletter.store.transfer.fill_target import fill_target
from msnewsletter.store.transfer.held_file import HeldFile, held_file, moved_to_from

__all__ = ["CopyTarget", "HeldFile", "fill_target", "held_file", "locked_target", "moved_to_from"]
