"""What `doctor` prints for people: how the home stands, what is wrong, and the rest."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from msnewsletter.cli.output import contents, count
from msnewsletter.text import local_time

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from msnewsletter.publisher.next_issue_preview import NextIssuePreview
    from msnewsletter.publisher.situation import Situation
    from msnewsletter.publisher.troubles.trouble import HealthLine

# Columns and lines of a screen where there is none, such as in a mail of cron's.
_SCREEN = (80, 40)


def print_health(situation: Situation, found: Sequence[HealthLine], *, everything: bool) -> None:
    """Print a home's state, then what is wrong, then what is well.

    What is well is folded to one line where all of it fills more than a screen, unless `everything`
    is asked for; what is wrong never is.
    """
    state = [*state_lines(situation)]
    reasons = [*dict.fromkeys(one.says for one in found if not one.ok)]
    wrong = [*_wrong_lines([one for one in found if not one.ok])]
    well = [health_line(one) for one in found if one.ok]
    summed = "All is well:"
    if wrong:
        summed = f"{count(len(reasons), 'thing is', 'things are')} wrong:"
    if not everything and not _fits([*state, summed, *wrong, *well]):
        names = ", ".join(one.check for one in found if one.ok)
        well = [f"ok   {names}", "     what each of these found: msnewsletter doctor --all"]
    for line in state:
        click.echo(line)
    click.secho(summed, bold=True)
    for line in (*wrong, *well):
        click.echo(line)


def _wrong_lines(found: Sequence[HealthLine]) -> Iterator[str]:
    """A line for each reason; what else it keeps from being known is named below it."""
    of_reason: dict[str, list[HealthLine]] = {}
    for one in found:
        of_reason.setdefault(one.says, []).append(one)
    for first, *others in of_reason.values():
        yield health_line(first)
        if others:
            names = ", ".join(dict.fromkeys(one.check for one in others))
            yield f"     until then, nothing can be said of: {names}"


def health_line(one: HealthLine) -> str:
    """One check as it is printed."""
    return f"{'ok ' if one.ok else 'BAD'}  {one.check}: {one.says}"


def _fits(lines: Sequence[str]) -> bool:
    """Whether lines fill no more than a screen, and leave room for the next prompt."""
    seen = sys.stdout.isatty()
    columns, height = shutil.get_terminal_size(_SCREEN) if seen else _SCREEN
    rows = sum(-(-max(len(line), 1) // max(columns, 1)) for line in lines)
    return rows < height


def state_lines(situation: Situation) -> Iterator[str]:
    """Which home it is, its last and its next issue, and the next slot, as far as is known."""
    if situation.settings:
        newsletter = situation.settings.newsletter
        sandbox = ", a sandbox" if newsletter.sandbox else ""
        yield f"{newsletter.title}, in {situation.home.root}{sandbox}"
    if found := situation.preview:
        yield f"  last issue: {_last(found)}"
        yield f"  next issue: {_next(found)}"
        yield f"  next slot:  {_slot(found)}"


def _last(found: NextIssuePreview) -> str:
    last = found.last_issue
    if last is None:
        return "none yet"
    return f"{last.number}, {contents(last.count, last.corrections)}, slot {last.slot}"


def _next(found: NextIssuePreview) -> str:
    held = len(found.draft.held)
    but = f", {count(held, 'summary is', 'summaries are')} held" if held else ""
    if found.issue is None:
        return f"{found.number}, nothing is new{but}"
    inside = contents(len(found.issue.entries), len(found.issue.corrections))
    return f"{found.number}, {inside} if published now{but}"


def _slot(found: NextIssuePreview) -> str:
    schedule = found.schedule
    if schedule is None:
        return "none; there is no [schedule]"
    if schedule.due:
        return f"{schedule.due.publish.key} is due"
    if not schedule.upcoming:
        return "none; the schedule has ended"
    first = schedule.upcoming[0]
    return local_time(first.shown, ZoneInfo(first.zone))
