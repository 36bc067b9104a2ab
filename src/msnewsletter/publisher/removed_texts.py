"""Frozen issues without the texts that were taken down since, to be rendered again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from msnewsletter.issue.edits import taken_down
from msnewsletter.render.corrections import without_texts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from msnewsletter.model import Issue, Takedown


def without_removed_texts(issue: Issue, takedowns: Mapping[str, Takedown]) -> Issue:
    """The issue with the notice alone for what was taken down; `takedowns`: all, by key."""
    gone = {key: one for key, one in takedowns.items() if one.lifted is None}
    entries = tuple(
        replace(entry, summary=taken_down(entry.summary, gone[entry.summary.key].note), teaser="")
        if entry.summary.key in gone
        else entry
        for entry in issue.entries
    )
    corrections = tuple(
        without_texts(each) if each.key in gone else each for each in issue.corrections
    )
    return replace(issue, entries=entries, corrections=corrections)


def names(issue: Issue, key: str) -> bool:
    """Whether an issue carries a summary, or announces a correction of it."""
    return any(entry.summary.key == key for entry in issue.entries) or any(
        one.key == key for one in issue.corrections
    )
