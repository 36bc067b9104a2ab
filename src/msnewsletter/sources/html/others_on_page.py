"""Classes by which pages name what is of other pages, or of other people: cards, comments. Pure."""

from __future__ import annotations

import re


def others_class(*more: str) -> re.Pattern[str]:
    """What finds such a word, or one `more`, in an element's `class`."""
    words = (
        *("comments?", "respond", "related", "cards?", "teasers?", "sidebar", "widget", "recent"),
        *("latest", "recommended", "breadcrumbs?", *more),
    )
    return re.compile(rf"(?:^|[\s_-])(?:{'|'.join(words)})(?:$|[\s_-])", re.IGNORECASE)
