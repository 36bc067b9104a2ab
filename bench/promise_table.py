"""The table of promises as Markdown, and its place in docs/performance.md."""

from __future__ import annotations

import os
from statistics import median
from typing import TYPE_CHECKING

from measure import Measured, NotMeasured, Of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

BEGIN = "<!-- make bench: what follows is generated -->"
END = "<!-- make bench: end -->"
# Processes that ran or waited in the last minute, for each core: above that somebody else works.
BUSY = 0.35
_HEAD = """| promise | ours | peer | the peer's | ratio | wanted | met |
|---|---|---|---|---|---|---|
"""
_MET = {True: "yes", False: "**no**", None: ""}


def table(rows: Iterable[Measured | NotMeasured]) -> str:
    """All rows; figures are medians, with the lowest and the highest in parentheses."""
    return _HEAD + "".join(f"| {' | '.join(_cells(row))} |\n" for row in rows)


def summary(rows: Sequence[Measured | NotMeasured]) -> str:
    """How many promises were kept, missed and not measured."""
    kept = [row.met for row in rows if isinstance(row, Measured)]
    absent = sum(isinstance(row, NotMeasured) for row in rows)
    return f"{kept.count(True)} kept, {kept.count(False)} missed, {absent} not measured"


def write(page: Path, text: str) -> None:
    """Put the text between the marks of the page.

    Raises:
        ValueError: the page has not each mark once, in this order.
    """
    whole = page.read_text()
    before, begin, rest = whole.partition(f"{BEGIN}\n")
    old, end, after = rest.partition(END)
    if not begin or not end or BEGIN in old + after or END in before + after:
        raise ValueError(f"{page}: it needs the lines {BEGIN} and {END}, once each")
    page.write_text(f"{before}{BEGIN}\n\n{text.strip()}\n\n{END}{after}")


def write_quiet(page: Path, text: str, load: float) -> None:
    """Put the text into the page, unless other work kept the machine busy before; says which.

    Args:
        page: as for `write`.
        text: as for `write`.
        load: the load average of the minute before it was measured.
    """
    if load > BUSY * (os.cpu_count() or 1):
        print(f"{page.name} is left as it was: a load average of {load:.1f} before it began.")
    else:
        write(page, text)
        print(f"{page.name} is written.")


def _cells(row: Measured | NotMeasured) -> tuple[str, ...]:
    promise = row.promise
    wanted = promise.wanted
    asked = ""
    if wanted:
        figure = _figure(wanted.figure)
        asked = f"{wanted.bound} {figure}"
        asked += f" {promise.unit}" if wanted.of is Of.OURS else ""
    if isinstance(row, NotMeasured):
        reason = row.reason.replace("|", "\\|")
        return promise.name, f"not measured: {reason}", promise.peer, "", "", asked, ""
    return (
        promise.name,
        _spread(row.ours, f" {promise.unit}"),
        promise.peer,
        _spread(row.theirs, f" {promise.unit}"),
        _spread(row.ratios, ""),
        asked,
        _MET[row.met],
    )


def _spread(figures: tuple[float, ...], unit: str) -> str:
    if not figures:
        return ""
    middle = f"{_figure(median(figures))}{unit}"
    if len(figures) == 1:
        return middle
    return f"{middle} ({_figure(min(figures))} to {_figure(max(figures))})"


def _figure(number: float) -> str:
    """Three digits that mean something, and all before the point."""
    for least, digits in ((100, 0), (10, 1), (1, 2)):
        if number >= least:
            text = f"{number:,.{digits}f}"
            return text.rstrip("0").rstrip(".") if digits else text
    return f"{number:.3g}"
