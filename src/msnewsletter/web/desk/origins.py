"""Where the summaries of the lists came from: their sources, overrides, merged fields. Pure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from msnewsletter.publisher.source_files import label_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from msnewsletter.publisher.collected import Collected

# A place, and the names of the fields that came from there.
Filled = tuple[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Origins:
    """Where summaries came from.

    Attributes:
        labels: the source of each file, by location.
        several: whether there is more than one source, so that it is worth a word.
        overridden: keys of what a person's file says instead of a source that is fetched.
        filled: by key, what came from other places.
    """

    labels: Mapping[str, str]
    several: bool
    overridden: frozenset[str]
    filled: Mapping[str, tuple[Filled, ...]]

    @classmethod
    def of(cls, collected: Collected) -> Self:
        """What was collected, as the lists show it."""
        filled = {}
        for study in collected.one_study.studies or ():
            by_place: defaultdict[str, list[str]] = defaultdict(list)
            for name, place in study.filled.items():
                by_place[place].append(name.replace("_", " "))
            if by_place:
                filled[study.key] = tuple((one, tuple(by_place[one])) for one in sorted(by_place))
        labels = collected.labels
        return cls(
            labels=labels,
            several=len(set(labels.values())) > 1,
            overridden=collected.one_study.overridden(collected.fetched),
            filled=filled,
        )

    def source_of(self, location: str) -> str:
        """The label of the source of a summary's place; empty where there is but one source."""
        return label_of(self.labels, location) if self.several else ""
