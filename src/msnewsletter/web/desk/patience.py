"""Waits a little where somebody else is at work in the home: two people decide at once."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final, TypeVar

from msnewsletter.errors import BusyError, StaleError

if TYPE_CHECKING:
    from collections.abc import Callable

_Done = TypeVar("_Done")

# A decision takes less than a second; publishing with a long archive, minutes.
_LOOKS: Final = 50
_PAUSE: Final = 0.1  # seconds between two
_ROUNDS: Final = 20  # of others who save in between; each takes milliseconds


def patiently(do: Callable[[], _Done]) -> _Done:
    """What `do` returns, tried again for five seconds while another process is at work.

    It changes nothing where it raises BusyError: see publisher/session.py. Raises that in the end,
    and anything else at once.
    """
    for _ in range(_LOOKS):
        try:
            return do()
        except BusyError:
            time.sleep(_PAUSE)
    return do()


def anew(do: Callable[[], _Done]) -> _Done:
    """What `do` returns, which reads a file and saves it: anew where others saved it in between.

    Two who pin at once change different things, and neither was shown a text of the other. Raises
    StaleError in the end, and anything else at once.
    """
    for _ in range(_ROUNDS):
        try:
            return do()
        except StaleError:
            continue
    return do()
