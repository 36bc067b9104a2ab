"""Where the summaries of the lists came from: their sources, overrides, merged fields. Pure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

    from msnewsletter.publisher.collect import Collected

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
        overridden, filled = set(), {}
        for study in collected.one_study.studies or ():
            first, *others = study.sources
            if first.place not in collected.fetched and any(
                one.place in collected.fetched and one.key == study.key for one in others
            ):
                overridden.add(study.key)
            by_place: defaultdict[str, list[str]] = defaultdict(list)
            for name, place in study.filled.items():
                by_place[place].append(name.replace("_", " "))
            if by_place:
                filled[study.key] = tuple((one, tuple(by_place[one])) for one in sorted(by_place))
        labels = collected.labels
        return cls(
            labels=labels,
            several=len(set(labels.values())) > 1,
            overridden=frozenset(overridden),
            filled=filled,
        )

    def source_of(self, location: str) -> str:
        """The label of the source of a summary's place; empty where there is but one source."""
        if not self.several:
            return ""
        if location in self.labels:
            return self.labels[location]
        # A place in a file: `summaries/all.jsonl:3`.
        return self.labels.get(location.rpartition(":")[0] or location, "")
