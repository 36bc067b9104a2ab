"""What the places of a page say of each field of a summary, in the order in which they count."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldCandidate:
    """What one place says of a field.

    Attributes:
        value: the text, or the texts of a list.
        origin: the place, for people, e.g. "JSON-LD: headline".
        headed: it is what stands under a heading of the page.
    """

    value: str | tuple[str, ...]
    origin: str
    headed: bool = False


@dataclass(frozen=True, slots=True)
class FieldCandidates:
    """All that was found; of each field the first counts.

    Attributes:
        by_field: the candidates.
        notes: what editors should know in any case.
        attempts: what was tried in vain, to be told where a field is missing.
    """

    by_field: dict[str, list[FieldCandidate]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    attempts: list[str] = field(default_factory=list)

    def add(
        self, name: str, value: str | tuple[str, ...], origin: str, *, headed: bool = False
    ) -> None:
        """Add what a place says, unless it says nothing; the arguments: see FieldCandidate."""
        value = value.strip() if isinstance(value, str) else value
        if value:
            one = FieldCandidate(value=value, origin=origin, headed=headed)
            self.by_field.setdefault(name, []).append(one)

    def first(self, name: str) -> str:
        """The text that counts now; empty: there is none."""
        found = self.by_field.get(name)
        return found[0].value if found and isinstance(found[0].value, str) else ""
