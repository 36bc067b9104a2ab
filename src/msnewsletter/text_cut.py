"""Cuts a text to a length between two words, with an ellipsis. Pure."""

from __future__ import annotations

import re

import regex

ELLIPSIS = "…"

# No-break spaces (U+00A0, U+2007, U+202F) hold the words on both sides together: not a gap.
_GAP = re.compile(r"[^\S\u00a0\u2007\u202f]+")
# How far past the cut to look for the end of the cluster that straddles it.
_STRADDLE = 64
# Characters: a longer run without a space is no word (Chinese, a web address) and is cut within.
_LONGEST_WORD = 40
# What an ellipsis must not follow directly: a comma, an opening bracket, a dash.
_DANGLING = " \u00a0\u2007\u202f,;:.!?([{<=+±×~/–—-…“‘«"


def shorten(text: str, *, limit: int) -> str:
    """One line of at most `limit` code points, with an ellipsis only when cut.

    A cut falls at a word boundary: the last space within the limit where the text before it,
    without what an ellipsis must not follow, is neither nothing nor a number that waits for its
    unit. Where no such boundary fits (`— — — nerve`), or there are more than 40 characters between
    the last space and the limit (Chinese, a web address), the cut falls between two characters
    as a reader sees them; nothing but the ellipsis is left where none of them ends well either.

    A cut never falls inside such a character (UAX #29 grapheme cluster: base and combining marks,
    emoji sequences), and never between digits or behind one.
    """
    line = _GAP.sub(" ", text).strip()
    if len(line) <= limit:
        return line
    room = limit - len(ELLIPSIS)
    clusters = _clusters(line[: room + _STRADDLE])
    ends = [end for end in reversed(clusters) if end <= room]
    words = [end for end in ends if line[end] == " " and end + 1 in clusters]
    if words and words[0] < room - _LONGEST_WORD:
        words = []
    for end in (*words, *ends):
        kept = line[:end].rstrip(_DANGLING)
        # A number here still waits for its unit: `of 42`, not `42%`.
        if len(kept) in clusters and not kept[-1].isdigit():
            return kept + ELLIPSIS
    return ELLIPSIS


def _clusters(line: str) -> range | dict[int, None]:
    """The ends of all clusters, as a container that is quick to search."""
    if line.isascii():  # without line ends each letter is its own cluster, and most texts are so
        return range(1, len(line) + 1)
    return dict.fromkeys(match.end() for match in regex.finditer(r"\X", line))
