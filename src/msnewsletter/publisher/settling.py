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
# Other files that a note names beside its own.
_NAMED = 2


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

        What was fetched is put in its place whole. A time of modification to come is another
        machine's; it says nothing of the last seconds.
        """
        return {
            file.location: file.size
            for file in files
            if not file.is_fetched
            and (
                self.at - SETTLING_S < file.written_ns / 1e9 <= self.at
                or self.sizes.get(file.location, file.size) != file.size
            )
        }


def unsettled_notes(places: Iterable[str], *, read: bool) -> tuple[Note, ...]:
    """One note on the files that may still be being written; `read`: they were read all the same.

    A folder that was copied a moment ago is one thing to say, however many files it has.
    """
    first, *others = sorted(places) or [""]
    if not first:
        return ()
    it, its = ("they", "them") if others else ("it", "it")
    be = "are" if others else "is"
    then = (
        f"shown as {it} {be} now, and publishing reads {its} again"
        if read
        else "read at the next look"
    )
    return (Note(place=first, text=f"changed a moment ago{_as_did(others)}; {it} {be} {then}"),)


def _as_did(others: list[str]) -> str:
    """The other files of which the same is said; empty: there are none."""
    if not others:
        return ""
    more = len(others) - _NAMED
    named = [*others[:_NAMED], f"{more:,} more"] if more > 0 else others
    *firsts, last = named
    return f", as {', '.join(firsts)} and {last} did" if firsts else f", as {last} did"
