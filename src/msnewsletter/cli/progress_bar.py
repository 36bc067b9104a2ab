"""The bar that shows how far something is, on a terminal."""

from __future__ import annotations

import sys
import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterator

    from msnewsletter.publisher.session import Progress


@contextmanager
def progress_bar(label: str, *, rated: bool = False) -> Iterator[Progress]:
    """A bar that appears with the first call of what is yielded; with `rated` it says how fast.

    On standard error: what a command prints may be read by a program.
    """
    # Nothing is drawn before it is entered.
    bar = click.progressbar(length=1, label=label, file=sys.stderr, show_pos=True, show_eta=rated)
    began: list[tuple[float, int]] = []
    with ExitStack() as shown:

        def progress(done: int, whole: int) -> None:
            if not sys.stderr.isatty():
                return
            moment = time.monotonic()
            if not bar.entered:
                bar.length = whole
                shown.enter_context(bar)
                began.append((moment, done))
            since, before = began[0]
            if rated and moment > since:
                bar.label = f"{label}, {(done - before) / (moment - since):,.0f} a second"
            bar.update(done - bar.pos)

        yield progress
