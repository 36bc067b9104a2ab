"""Whether a text is still the one that a person checked: the state of a review. Pure.

A source says who checked a text, and on which day; only somebody who saw the text before can say
whether it is the same since. A text that was changed and never read in between is not noticed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from msnewsletter.model import Summary


def with_review_state(read: Summary, known: Iterable[Summary], *, today: date) -> Summary:
    """The summary as read, with the day on which its text became another than the one checked.

    Args:
        read: as its source has it now.
        known: the same summary as it was met before, the latest first: as stored, as sent.
        today: the day in the newsletter's zone.

    The day stays as long as text and review do. A new review is one of the text read with it, and
    so is the first that is met. A text changed back to what it was counts as checked only where
    that text is among those known; otherwise nobody knows any more what it was.
    """
    checked = [one for one in known if read.reviewed_by and _review(one) == _review(read)]
    if not checked:
        return replace(read, changed_on=None) if read.changed_on else read
    same = next((one for one in checked if _text(one) == _text(read)), None)
    return replace(read, changed_on=same.changed_on if same else today)


def _review(summary: Summary) -> tuple[str | None, date | None]:
    return summary.reviewed_by, summary.reviewed_on


def _text(summary: Summary) -> tuple[object, ...]:
    """The words that a person checks."""
    sections = (summary.found, summary.why_it_matters, summary.cautions)
    in_short = (summary.title, summary.teaser, summary.key_messages, summary.caution)
    return (summary.headline, *sections, *in_short)
