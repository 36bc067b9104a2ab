"""Decides how much of each entry an issue's mail shows: by its place, then by the mail's bytes.

Gmail clips a mail at 102,400 bytes of HTML and hides what follows: the disclaimer and the
unsubscribe link among it.
"""

from __future__ import annotations

from bisect import bisect_left
from enum import IntEnum
from functools import lru_cache
from math import ceil
from typing import TYPE_CHECKING

from msnewsletter.model import MailDetail

if TYPE_CHECKING:
    from collections.abc import Callable

ROOM = 80_000  # bytes of HTML; leaves a fifth for what relays and forwarding add
# Some hundred linked headlines may take more, but not so much that Gmail clips them.
ROOM_OF_LINES = 98_000
# With one linked headline only; the corrections that do not fit are on the web page, and counted.
_ROOM_OF_CORRECTIONS = 40_000
# No linked headline takes less than 200 bytes, and no correction less than 250.
_MOST_LINES, _MOST_CORRECTIONS = ROOM_OF_LINES // 200, _ROOM_OF_CORRECTIONS // 250
# Looks along a line before the rest is halved.
_LOOKS = 4
# A dozen studies are as many as one reads about at a sitting; the others are headlines.
DOZEN = 12


class Detail(IntEnum):
    """The amount of an entry that the mail shows; a link leads to the rest."""

    OUT = 0  # only the web page has it
    LINE = 1  # a linked headline
    SHORT = 2  # two or three sentences of what was found
    WHOLE = 3  # all of what was found


def wanted(entries: int, detail: MailDetail) -> list[Detail]:
    """The detail of each entry as the settings ask for it, however long the mail gets."""
    if detail is MailDetail.WHOLE:
        return [Detail.WHOLE] * entries
    first = Detail.WHOLE if detail is MailDetail.LEAD else Detail.SHORT
    texts = [first, *[Detail.SHORT] * (DOZEN - 1)]
    return [*texts, *[Detail.LINE] * entries][:entries]


# A mail is measured several times until it is short enough.
@lru_cache(maxsize=8)
def transitions(entries: int, detail: MailDetail) -> tuple[tuple[int, Detail], ...]:
    """The steps of shortening, in order: which entry (from 0) becomes what.

    From the last to the first, what is whole becomes short. Those behind the first dozen become
    lines, then only the web page has them. The dozen's own texts are the last to go.
    """
    first = wanted(entries, detail)
    whole = [index for index, one in enumerate(first) if one is Detail.WHOLE]
    texts = [index for index, one in enumerate(first) if one > Detail.LINE]
    head, tail = min(entries, DOZEN), range(entries - 1, DOZEN - 1, -1)
    return (
        *((index, Detail.SHORT) for index in reversed(whole)),
        *((index, Detail.LINE) for index in reversed(texts) if index >= DOZEN),
        *((index, Detail.OUT) for index in tail),
        *((index, Detail.LINE) for index in reversed(range(head))),
        *((index, Detail.OUT) for index in reversed(range(1, head))),
    )


def details(entries: int, steps: int, detail: MailDetail) -> list[Detail]:
    """The detail of each entry after so many steps."""
    chosen = wanted(entries, detail)
    for index, level in transitions(entries, detail)[:steps]:
        chosen[index] = level
    return chosen


def shortening(
    entries: int, corrections: int, size: Callable[[int, int], int], detail: MailDetail
) -> tuple[int, int]:
    """The fewest steps, and the most corrections, with which the mail is short enough.

    At least one entry is a line, and at least one correction is shown, whatever their size.

    Args:
        entries, corrections: how many the issue has.
        size: bytes of the HTML after so many steps, with so many corrections.
        detail: how much the settings ask for.
    """
    steps = transitions(entries, detail)
    # From here on linked headlines give way, which may take more.
    lines = next((at for at, step in enumerate(steps) if step[1] is Detail.OUT), len(steps))
    first = lines + entries - _MOST_LINES if entries > _MOST_LINES else 0
    shown = min(corrections, _MOST_CORRECTIONS)
    if size(first, shown) <= (ROOM_OF_LINES if first else ROOM):
        return first, shown
    if shown:
        too_many = range(2, shown + 1)
        shown = 1 + bisect_left(
            too_many, x=True, key=lambda count: size(len(steps), count) > _ROOM_OF_CORRECTIONS
        )
    fewest = first_fitting(
        range(first, len(steps)),
        lambda step: size(step, shown) - (ROOM if step < lines else ROOM_OF_LINES),
    )
    return fewest, shown


def first_fitting(steps: range, excess: Callable[[int], int]) -> int:
    """The first of the steps after which nothing is in excess; their end: there is none.

    As by halves, and mostly with half as many looks: bytes fall evenly, so the next look is where a
    line through two of them ends.

    Args:
        steps: one after the other.
        excess: how much too long the mail is after a step; falls from step to step.
    """
    low, high, looks = steps.start, steps.stop, 0
    if low >= high or (least := excess(high - 1)) > 0:
        return high
    fits, high = (high - 1, least), high - 1
    long: tuple[int, int] | None = None
    while low < high:
        step = (low + high) // 2
        if long is None:
            step = low
        elif looks < _LOOKS:  # where they do not fall evenly, halves are quicker
            share = long[1] / (long[1] - fits[1])
            step = min(max(low, long[0] + ceil(share * (fits[0] - long[0]))), high - 1)
        looks += 1
        if (found := excess(step)) > 0:
            long, low = (step, found), step + 1
        else:
            fits, high = (step, found), step
    return low
