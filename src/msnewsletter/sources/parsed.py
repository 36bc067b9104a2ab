"""The result of reading a source: summaries, refusals and notes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterable

    from msnewsletter.errors import SourceError
    from msnewsletter.model import Note, Summary


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Summaries in the order of their source, and a line for each thing that is wrong with it.

    `refused_keys` are those of the refused summaries, where they could be read.
    """

    summaries: tuple[Summary, ...] = ()
    refused: tuple[SourceError, ...] = ()
    refused_keys: tuple[str, ...] = ()
    warned: tuple[Note, ...] = ()

    @classmethod
    def joined(cls, readings: Iterable[Self]) -> Self:
        """Several readings as one, in their order."""
        parts = tuple(readings)
        return cls(
            summaries=tuple(summary for part in parts for summary in part.summaries),
            refused=tuple(error for part in parts for error in part.refused),
            refused_keys=tuple(key for part in parts for key in part.refused_keys),
            warned=tuple(warning for part in parts for warning in part.warned),
        )
