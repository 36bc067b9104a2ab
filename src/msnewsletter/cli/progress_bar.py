"""The bar that shows how far something is that takes longer than a second, on a terminal alone.

On standard error: what a command prints may be read by a program.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from collections.abc import Iterator

# Seconds: what is done by then needs no bar.
PATIENCE = 1.0
# Seconds between two drawings: nobody sees more of them.
PAUSE = 0.1
_WIDTH: Final = 36  # signs of the bar itself, where there is room
_USUAL: Final = 80  # columns of a terminal that does not say how many it has
_ETA: Final = len("  1d 00:00:00")


class ProgressBar:
    """A bar, to be called with what is done and with the whole: a `Progress`.

    Where nobody knows the whole, it is 0: what is done is counted then.
    """

    def __init__(self, label: str, *, percent: bool, rated: bool) -> None:
        self._label, self._rated = label, rated
        self._next = time.monotonic() + PATIENCE
        self._began: tuple[float, int] | None = None
        # Nothing is drawn before it is entered.
        self._bar = click.progressbar(
            length=1, label=label, file=sys.stderr, show_pos=not percent, show_eta=rated
        )

    def __call__(self, done: int, whole: int) -> None:
        """Show it, if anybody looks, and it is time."""
        moment = time.monotonic()
        self._began = began, before = self._began or (moment, done)
        ends = self._bar.entered and done == whole
        if (moment < self._next and not ends) or not _may_draw():
            return
        self._next = moment + PAUSE
        self._bar.length = whole or None
        labels = [self._label]
        if self._rated and moment > began:
            rate = f"{(done - before) / (moment - began):,.0f} a second"
            labels.insert(0, f"{self._label}, {rate}")
        if any(self._fits(label, max(done, whole)) for label in labels):
            if not self._bar.entered:
                self._bar.__enter__()
            self._bar.update(done - self._bar.pos)

    def _fits(self, label: str, most: int) -> bool:
        """Take a label, and make the bar as wide as the terminal allows; False: no room for it.

        `most`: the largest number that may be shown.
        """
        bar, columns = self._bar, _columns()
        bar.label, bar.width = label, 0
        words = len(bar.format_progress_line()) + len(str(most)) - len(str(bar.pos))
        if self._rated and not bar.eta_known:
            words += _ETA
        # A line that reaches the last column is two lines on some terminals.
        bar.width = max(0, min(_WIDTH, columns - 1 - words))
        # What is cleared behind it: the terminal may have been wider before.
        bar.max_width = min(bar.max_width, columns - 1) if bar.max_width else bar.max_width
        return words < columns

    def make_way(self) -> None:
        """End its line, so that something else can be said; the next call draws it anew."""
        if self._bar.entered:
            self._bar.render_finish()
            self._bar.entered = False


def _may_draw() -> bool:
    """Whether standard error is a terminal, and one that takes more than text."""
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb"


def _columns() -> int:
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or _USUAL
    except OSError:
        return _USUAL


@contextmanager
def progress_bar(
    label: str, *, percent: bool = False, rated: bool = False
) -> Iterator[ProgressBar]:
    """A bar for as long as something is under way.

    Args:
        label: what is under way, as in "Pushing".
        percent: of units that say nothing to people, such as bytes, it shows how many of a hundred.
        rated: it also says how fast it is.
    """
    bar = ProgressBar(label, percent=percent, rated=rated)
    try:
        yield bar
    finally:
        bar.make_way()
