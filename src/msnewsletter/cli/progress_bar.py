"""The bar that shows how far something is that takes longer than a second, on a terminal alone.

On standard error: what a command prints may be read by a program.
"""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterator

# Seconds: what is done by then needs no bar.
PATIENCE = 1.0
# Seconds between two drawings: nobody sees more of them.
PAUSE = 0.1


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
        if (moment < self._next and not ends) or not sys.stderr.isatty():
            return
        self._next = moment + PAUSE
        self._bar.length = whole or None
        if not self._bar.entered:
            self._bar.__enter__()
        if self._rated and moment > began:
            self._bar.label = f"{self._label}, {(done - before) / (moment - began):,.0f} a second"
        self._bar.update(done - self._bar.pos)

    def make_way(self) -> None:
        """End its line, so that something else can be said; the next call draws it anew."""
        if self._bar.entered:
            self._bar.render_finish()
            self._bar.entered = False


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
