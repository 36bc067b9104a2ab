"""Decides how much of each entry a long issue's mail shows, by the bytes of the rendered mail.

Gmail clips a mail at 102,400 bytes of HTML and hides what follows: the disclaimer and the
unsubscribe link among it.
"""

from __future__ import annotations

from bisect import bisect_left
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ROOM = 80_000  # bytes of HTML; leaves a fifth for what relays and forwarding add
# Some hundred linked headlines may take more, but not so much that Gmail clips them.
ROOM_OF_LINES = 98_000
# With one linked headline only; the corrections that do not fit are on the web page, and counted.
_ROOM_OF_CORRECTIONS = 40_000
# No linked headline takes less than 200 bytes, and no correction less than 250.
_MOST_LINES, _MOST_CORRECTIONS = ROOM_OF_LINES // 200, _ROOM_OF_CORRECTIONS // 250


class Detail(StrEnum):
    """The amount of an entry that the mail shows; a link leads to the rest."""

    FULL = "full"
    TEASER = "teaser"  # no findings, no links to the study
    LINE = "line"  # a linked headline


def details(entries: int, steps: int) -> list[Detail]:
    """The detail of each entry after so many steps; those that only the web page lists have none.

    A step shortens one entry. From the last to the first, all lose their findings; then, from the
    last again, they become lines; then they are left out.
    """
    shortened, more = divmod(steps, entries or 1)
    levels = [*Detail, None, None][shortened : shortened + 2]
    chosen = [levels[0]] * (entries - more) + [levels[1]] * more
    return [detail for detail in chosen if detail]


def shortening(entries: int, corrections: int, size: Callable[[int, int], int]) -> tuple[int, int]:
    """The fewest steps, and the most corrections, with which the mail is short enough.

    At least one entry is a line, and at least one correction is shown, whatever their size.

    Args:
        entries, corrections: how many the issue has.
        size: bytes of the HTML after so many steps, with so many corrections.
    """
    lines, last = 2 * entries, max(0, 3 * entries - 1)
    first = max(0, last - _MOST_LINES) if entries > _MOST_LINES else 0
    shown = min(corrections, _MOST_CORRECTIONS)
    if size(first, shown) <= (ROOM_OF_LINES if first else ROOM):
        return first, shown
    if shown:
        too_many = range(2, shown + 1)
        shown = 1 + bisect_left(
            too_many, x=True, key=lambda count: size(last, count) > _ROOM_OF_CORRECTIONS
        )
    steps = bisect_left(
        range(last),
        x=True,
        lo=first,
        key=lambda step: size(step, shown) <= (ROOM if step < lines else ROOM_OF_LINES),
    )
    return steps, shown
