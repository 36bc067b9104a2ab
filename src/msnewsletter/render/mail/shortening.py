"""Decides how much of each entry a long issue's mail shows, before anything is rendered. Pure.

Gmail clips a mail at 102,400 bytes of HTML and hides what follows: the disclaimer and the
unsubscribe link among it.
"""

from __future__ import annotations

from enum import StrEnum
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOM = 80_000  # bytes of HTML; leaves a fifth for what relays and forwarding add
# Some hundred linked headlines may take more, but not so much that Gmail clips them.
ROOM_OF_LINES = 98_000


class Detail(StrEnum):
    """The amount of an entry that the mail shows; a link leads to the rest."""

    FULL = "full"
    TEASER = "teaser"  # no findings, no links to the study
    LINE = "line"  # a linked headline


def details(sizes: Sequence[tuple[int, int, int]], room: int) -> list[Detail]:
    """As much of each entry as fits into `room` bytes; the first entries keep the most.

    From the end, entries lose their findings; when all have, from the end again they become lines.
    They never become less than a line, whatever the room; see `lines_that_fit`.

    Args:
        sizes: bytes of each entry as FULL, TEASER and LINE.
        room: bytes for all of them together.
    """
    chosen = [Detail.FULL] * len(sizes)
    total = sum(full for full, _, _ in sizes)
    for level, detail in enumerate((Detail.TEASER, Detail.LINE), start=1):
        for index in reversed(range(len(sizes))):
            if total <= room:
                return chosen
            chosen[index] = detail
            total += sizes[index][level] - sizes[index][level - 1]
    return chosen


def lines_that_fit(sizes: Sequence[int], room: int) -> int:
    """The number of lines, from the first, that fit into `room` bytes; the web has the others."""
    return sum(total <= room for total in accumulate(sizes))
