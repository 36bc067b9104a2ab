"""What Jinja2 makes of a template's text, kept in this process. Knows no rendering and no home.

Two sets of templates mostly differ in one: the others of a set are not compiled again, as when an
editor tries a change of one in the desk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from jinja2 import BytecodeCache
from jinja2.utils import LRUCache

if TYPE_CHECKING:
    from jinja2.bccache import Bucket

# The program's own are fifty, of about 20 kB each.
_KEPT: Final = 200


class CompiledTemplates(BytecodeCache):
    """Compiled templates by the kind of their environment, their name and their text.

    All environments of a kind have to have the same options, and filters that do the same.
    """

    def __init__(self) -> None:
        self._kept = LRUCache(_KEPT)

    def __len__(self) -> int:
        return len(self._kept)

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give the bucket what was kept, if anything was."""
        bucket.code = self._kept.get(_key_of(bucket))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what the bucket has."""
        self._kept[_key_of(bucket)] = bucket.code

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """The name of the template, and its file's."""
        return f"{name}|{filename}"

    def get_source_checksum(self, source: str) -> str:
        """The text itself: another text with its checksum would be other code."""
        return source


def _key_of(bucket: Bucket) -> tuple[type, str, str]:
    return type(bucket.environment), bucket.key, bucket.checksum
