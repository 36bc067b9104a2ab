"""The pause after failures in a row, the same wherever something is tried again. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import timedelta

# Doublings; more would be greater than any longest pause, and in the end than a timedelta.
_MOST: Final = 20


def growing_pause(failures: int, *, first: timedelta, longest: timedelta) -> timedelta:
    """How long to wait after so many failures in a row, from 1: twice as long after each."""
    return min(first * (1 << min(failures - 1, _MOST)), longest)
