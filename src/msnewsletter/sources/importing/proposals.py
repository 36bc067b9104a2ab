"""What a person may begin with where a summary lacks its sections.

A proposal is never sent as it is: a placeholder stands in each section that it lacks, and nobody
has written its cautions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msnewsletter.model import Note
from msnewsletter.sources.fields import Given, build

if TYPE_CHECKING:
    from collections.abc import Mapping

    from msnewsletter.sources.parsed import Reading

# What was read is to be cut down anyway.
_TEXT_LIMIT: Final = 20_000
_FOUND: Final = "[Insert what was found.]"
_FOUND_IN: Final = "[Insert what was found. The page says:]"
_WHY: Final = "[Insert why it matters.]"


def proposal(given: Mapping[str, Given], place: str, *, text: str, why: str) -> Reading:
    """The summary of these fields, with placeholders for what they lack; raises SourceError.

    Args:
        given: a key, a headline, and what else was read; a text of its own counts.
        place: where editors find it.
        text: of the whole document, from which a person writes what was found; empty: there is
            none.
        why: it is only a proposal: what was wrong.
    """
    found = f"{_FOUND_IN}\n\n{text[:_TEXT_LIMIT]}" if text else _FOUND
    texts = {"found": found, "why_it_matters": _WHY}
    lacking = {name: Given(value=value, place=place) for name, value in texts.items()}
    note = f"is only a proposal, and held until you have written it: {why}"
    return build({**lacking, **given}, location=place, warned=(Note(place=place, text=note),))
