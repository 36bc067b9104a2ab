"""The summary that a new home begins with: a form to write over, held until it is filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import date

FIRST_NAME: Final = "first-summary.md"

# Every place to write in is a placeholder of issue/residue_kinds.py.
_FORM = """\
---
published: {day}
# Take out the sign in front of what you know:
# studied_in: 120 people
# journal: The name of the journal
# doi: 10.1000/the-number
---
# [insert one sentence that says what was found]

## What was found

[insert what was done, and what came of it]

## Why it matters

[insert what it may mean for people with MS]

## Cautions

[insert what the study does not show]
"""


def first_summary(on: date) -> bytes:
    """The form, dated `on`."""
    return _FORM.format(day=on.isoformat()).encode()
