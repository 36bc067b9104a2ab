"""The faults of one file: the first are named, the others counted, and reading ends at a thousand.

Owns how many are said. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from msnewsletter.errors import SourceError
from msnewsletter.model import Note

if TYPE_CHECKING:
    from collections.abc import Sequence

NAMED: Final = 10  # with these in hand, a file is corrected
MOST: Final = 1_000  # a file with so many is no list of summaries


@dataclass(slots=True, kw_only=True)
class Faults:
    """What is wrong with the parts of one file, so far.

    Attributes:
        place: the file.
        named: the first faults, in their order.
        count: how many there were.
    """

    place: str
    named: list[SourceError] = field(default_factory=list)
    count: int = 0

    def add(self, error: SourceError) -> None:
        """Count one more."""
        self.count += 1
        if self.count <= NAMED:
            self.named.append(error)

    @property
    def too_many(self) -> bool:
        """Whether there are so many that the rest of the file is not worth reading."""
        return self.count >= MOST

    def lines(self) -> tuple[SourceError, ...]:
        """A line for each of the first, and one for all others."""
        if self.count <= NAMED:
            return tuple(self.named)
        problem = f"has {self.count:,} faults, of which the first {NAMED} are named"
        remedy = "correct them, and look again"
        if self.too_many:
            problem += ", and reading stopped there: what follows was not looked at"
            remedy = "correct the file, or remove it"
        return (*self.named, SourceError(self.place, problem, remedy))


def first_notes(notes: Sequence[Note], place: str) -> tuple[Note, ...]:
    """The first notes on one file, and one that counts the others."""
    if len(notes) <= NAMED:
        return tuple(notes)
    more = Note(place=place, text=f"and {len(notes) - NAMED:,} more notes of this kind on it")
    return (*notes[:NAMED], more)
