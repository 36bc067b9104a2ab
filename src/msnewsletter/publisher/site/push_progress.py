"""How far a push has got, and what the store's manifest says of that. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from msnewsletter.publisher.site.push_plan import PushManifest


class PushProgress:
    """How far a push has got.

    Args:
        manifest: as it was written before the first file.
        total: how many files are to be put or removed.
    """

    def __init__(self, manifest: PushManifest, *, total: int) -> None:
        self._begun = manifest
        self.total = total
        self._files = dict(manifest.files)
        self.put: list[str] = []
        self.removed: list[str] = []

    @property
    def done(self) -> int:
        """How many files are put or removed."""
        return len(self.put) + len(self.removed)

    @property
    def left(self) -> int:
        """How many are not."""
        return self.total - self.done

    def note_put(self, files: Mapping[str, str]) -> None:
        """Note files that are there now, with their SHA-256, by name."""
        self._files |= files
        self.put += files

    def note_removed(self, names: Iterable[str]) -> None:
        """Note files that are gone now."""
        for name in names:
            self._files.pop(name, None)
            self.removed.append(name)

    def manifest(self) -> PushManifest:
        """What is there now."""
        put, removed = set(self.put), set(self.removed)
        return replace(
            self._begun,
            files=dict(self._files),
            putting=tuple(name for name in self._begun.putting if name not in put),
            removing=tuple(name for name in self._begun.removing if name not in removed),
        )
