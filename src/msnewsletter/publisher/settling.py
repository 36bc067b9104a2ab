"""Files that are still being written: they wait for the next look.

Compares files' times with the machine's clock, never with the moment that an issue is made for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msnewsletter.model import Note

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from msnewsletter.sources.folder import SourceFile

# Who writes a file by halves (a slow copy, a synchronising program) writes again within a second or
# two, and each write moves the time of modification; some file systems keep it in steps of 2 s.
SETTLING_S = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineClock:
    """The machine's clock, for who may use it.

    Attributes:
        now: the time, aware.
        wait: waits for so many seconds; None: there is no second look.
    """

    now: Callable[[], datetime]
    wait: Callable[[float], object] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileTimes:
    """What one look at the source files compares their times with.

    Attributes:
        at: when, by the machine's clock, in seconds since 1970.
        sizes: of the files that were unsettled at the look before, by location.
    """

    at: float
    sizes: Mapping[str, int]

    def unsettled(self, files: Iterable[SourceFile]) -> dict[str, int]:
        """Sizes of the files that may still be being written, by location.

        A time of modification to come is another machine's; it says nothing of the last seconds.
        """
        return {
            file.location: file.size
            for file in files
            if self.at - SETTLING_S < file.written_ns / 1e9 <= self.at
            or self.sizes.get(file.location, file.size) != file.size
        }


def unsettled_notes(places: Iterable[str], *, read: bool) -> list[Note]:
    """A note for each file that may still be being written; `read`: it was read all the same."""
    text = "changed a moment ago; " + (
        "it is shown as it is now, and publishing reads it again"
        if read
        else "it is read at the next look"
    )
    return [Note(place=place, text=text) for place in places]
