"""What several sources have together: what is one study, what waits, and what is said of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from msnewsletter.issue.one_study import (
    DOUBT_REMEDY,
    SharedStudy,
    contested_reason,
    hindrance_of,
    parted_hindrance,
)
from msnewsletter.model import Note

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping

    from msnewsletter.issue.holds import Hindrance
    from msnewsletter.model import Summary

_NAMED = 20  # studies of which a note each says who has them


@dataclass(frozen=True, kw_only=True)
class OneStudyOnce:
    """What several sources have together.

    Attributes:
        studies: all of them; None: there is but one source, and there never was another.
        pending: keys of those that were not sent.
        read: texts that are others through this, with their files' paths.
    """

    studies: tuple[SharedStudy, ...] | None = None
    pending: frozenset[str] = frozenset()
    read: Mapping[str, tuple[Summary, str]] = field(default_factory=dict)

    @cached_property
    def followers(self) -> frozenset[str]:
        """Keys of the summaries that are one with another, which goes out for them."""
        return frozenset(key for one in self.studies or () for key in one.others)

    def overridden(self, fetched: Container[str]) -> frozenset[str]:
        """Keys of what a person's file says instead of a source; `fetched`: files of sources."""
        found = set()
        for study in self.studies or ():
            first, *others = study.sources
            if first.place not in fetched and any(
                one.place in fetched and one.key == study.key for one in others
            ):
                found.add(study.key)
        return frozenset(found)

    @cached_property
    def contested(self) -> dict[str, str]:
        """Why what sources say of sent summaries waits, by key: for a person's choice."""
        return {
            one.key: contested_reason(one)
            for one in self.studies or ()
            if one.differing and one.key not in self.pending
        }

    @cached_property
    def undecided(self) -> dict[str, Hindrance]:
        """Why summaries wait, by key: for a person's choice."""
        found: dict[str, Hindrance] = {}
        for study in self.studies or ():
            hindrance = hindrance_of(study) if study.key in self.pending else None
            if hindrance:
                found[study.key] = hindrance
        for study in self.studies or ():  # a choice would send once more what was sent
            found |= dict.fromkeys(study.parted, parted_hindrance(study)) if study.parted else {}
        return found

    @cached_property
    def parted(self) -> frozenset[str]:
        """Keys of what was one with a sent study."""
        return frozenset(key for one in self.studies or () for key in one.parted)

    def alarms(self, *, down: Container[str]) -> Iterator[Note]:
        """Studies that were sent, and that one of their sources takes back or doubts.

        `down`: keys of what readers do not see any more.
        """
        for one in self.studies or ():
            if one.doubting and one.key not in self.pending and one.key not in down:
                text = (
                    f"takes back or doubts {one.key!r}, which was sent to readers, and "
                    f"{one.sources[0].place} does not; {DOUBT_REMEDY}"
                )
                yield Note(place=one.doubting[0].place, text=text)

    def notes(self) -> Iterator[Note]:
        """Who has the studies that wait to go out, and what came from where."""
        waiting = [
            one
            for one in self.studies or ()
            if one.key in self.pending and len(one.sources) > 1 and not one.differing
        ]
        for study in waiting[:_NAMED]:
            yield _note_on(study)
        for study in self.studies or ():
            if study.key not in self.pending:
                yield from _notes_on_late_files(study)
        if more := waiting[_NAMED:]:
            text = f"it and {len(more) - 1:,} more are in several sources too"
            yield Note(place=more[0].sources[0].place, text=text)


def _note_on(study: SharedStudy) -> Note:
    first, *others = study.sources
    places = ", ".join(one.place for one in others)
    by_place: dict[str, list[str]] = {}
    for name, place in study.filled.items():
        by_place.setdefault(place, []).append(name)
    from_there = "".join(
        f"; {', '.join(names)} from {place}" for place, names in sorted(by_place.items())
    )
    return Note(place=first.place, text=f"one study with {places}: its text is taken{from_there}")


def _notes_on_late_files(study: SharedStudy) -> Iterator[Note]:
    """Notes on people's files about a study that was sent under another key."""
    for one in study.sources:
        if one.by_hand and one.key != study.key:
            text = (
                f"it is the study of {study.key!r}, which is not sent again; if this text is to "
                f"replace that one, write 'key: {study.key}' into the file"
            )
            yield Note(place=one.place, text=text)
