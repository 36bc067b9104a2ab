"""Pages and files in our own words, in the layout of the real ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msnewsletter.sources import read_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from msnewsletter.model import Note, Summary

HEADLINE = "A small trial suggests that short walks ease fatigue in MS."
FOUND = (
    "Forty people walked for ten minutes a day — most felt “less tired” (p < 0.05 & TNF-α fell)."
)
WHY = "Fatigue is common, and walking costs nothing."
CAUTIONS = "The trial was small, and nobody was blinded; it's early."
DISCLAIMER = "AI-generated summary – written by a program for this test"
CARDS = (("12/31/2026", "How the gut and the brain talk to each other, and what a proje"),)
JOURNAL = "Walking & health : a journal"


def ending(journal: str = JOURNAL) -> str:
    """The standing paragraph of a page."""
    return f"Reports in respected medical journals like {journal} often range from tiny to large."


def page(
    *texts: str, cards: Sequence[tuple[str, str]] = CARDS, journal: str = JOURNAL, end: str = "\n"
) -> str:
    """A page: its texts, then its cards glued as on the web, then the paragraph."""
    texts = texts or (HEADLINE, FOUND, WHY, CAUTIONS)
    lines, glue = [*texts], ""
    for date, teaser in cards:
        lines += [f"{glue}{date}", teaser]
        glue = "Read More"
    return end.join([*lines, glue + ending(journal)])


def markdown(front: str = "", *, headline: str = HEADLINE) -> str:
    """A Markdown summary with the fields of `front` above it."""
    return (
        f"---\n{front}---\n# {headline}\n\n## What was found\n\n{FOUND}\n\n"
        f"## Why it matters\n\n{WHY}\n\n## Cautions\n\n{CAUTIONS}\n"
    )


def read_one(text: str | bytes, location: str = "summaries/walk.txt") -> Summary:
    """The one summary of a text that is read without a word."""
    summary, warned = read_warned(text, location)
    assert not warned, [str(line) for line in warned]
    return summary


def read_warned(
    text: str | bytes, location: str = "summaries/walk.txt"
) -> tuple[Summary, list[Note]]:
    """The one summary of a text, and what is said about it."""
    reading = read_bytes(text.encode() if isinstance(text, str) else text, location=location)
    assert not reading.refused, [str(error) for error in reading.refused]
    (summary,) = reading.summaries
    return summary, list(reading.warned)


def refusal(text: str | bytes, location: str = "summaries/walk.txt") -> str:
    """The one line that refuses a text, from which nothing else came."""
    reading = read_bytes(text.encode() if isinstance(text, str) else text, location=location)
    assert not reading.summaries
    (error,) = reading.refused
    return str(error)
