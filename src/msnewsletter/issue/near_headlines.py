"""Points out headlines that nearly agree in two sources. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msnewsletter.issue.one_study import headline_fold
from msnewsletter.model import Note

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from msnewsletter.model import Summary

_NAMED = 20  # pairs that are pointed out


def near_headlines(pending: Iterable[tuple[Summary, str]], labels: Mapping[str, str]) -> list[Note]:
    """Notes on summaries of different sources whose headlines, or papers' titles, nearly agree.

    A preprint and its article are two studies to the program; a person may know better.
    """
    first: dict[str, tuple[Summary, str]] = {}
    notes: list[Note] = []
    for summary, path in sorted(pending, key=lambda one: one[0].key):
        label = labels.get(path, "")
        for title in {headline_fold(summary.headline), headline_fold(summary.paper_title or "")}:
            other, source = first.setdefault(title, (summary, label))
            if title and other is not summary and source != label:
                text = (
                    f"nearly the headline of {other.key!r} ({other.location}): if they are one "
                    "study, hold one of them, or give both the same DOI"
                )
                notes.append(Note(place=summary.location, text=text))
                break
    return notes[:_NAMED]
