"""Output helpers shared by the commands."""

from __future__ import annotations

from datetime import datetime
from itertools import islice
from operator import attrgetter
from typing import TYPE_CHECKING

import click

from msnewsletter.issue.edit_lines import edit_lines, marked
from msnewsletter.text import local_time

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from msnewsletter.home import Home
    from msnewsletter.issue.compose import Draft
    from msnewsletter.model import Held, Issue
    from msnewsletter.publisher.approval_validity import ReviewedDraft
    from msnewsletter.publisher.collected import Collected
    from msnewsletter.publisher.next_issue_preview import NextIssuePreview
    from msnewsletter.text_diff import Piece

_SAID = 50  # lines of one kind on a terminal: more hide each other
_COLOURS = {"gone": "red", "new": "green"}


def print_draft(draft: Draft, fetched: Container[str] = ()) -> None:
    """Print what would go out or went out, what is held, and why.

    `fetched`: places of summaries that no person put into a file: their keys are named too, which
    pins, holds and overrides need.
    """
    if draft.issue:
        _print_issue(draft.issue, fetched)
    else:
        click.secho("NOTHING NEW: no issue.", bold=True)
    print_edits(draft)
    print_held(draft.held)
    if draft.baseline:
        older = count(len(draft.baseline), "summary", "summaries")
        click.echo(f"  {older} older than the newsletter's start: never mailed")


def print_edits(draft: Draft) -> None:
    """Print the edits of sent summaries: what becomes of each, and what it changes."""
    for line in edit_lines(draft.edits, mark=_coloured):
        click.echo(f"  {line}")


def _coloured(piece: Piece) -> str:
    colour = _COLOURS.get(piece.kind)
    return click.style(marked(piece), fg=colour) if colour else marked(piece)


def print_waiting(reason: str | None) -> None:
    """Print why what is new would wait for a person, if it would."""
    if reason:
        click.secho(f"It would wait: {reason}", bold=True)


def sent_back_row(reviewed: ReviewedDraft) -> dict[str, object] | None:
    """That the next issue was sent back, for `--json`; None: it was not."""
    found = reviewed.sent_back
    if found is None:
        return None
    return row(found, "issue", "by", "at", "reason") | {"changed": reviewed.changed}


def print_unfinished(numbers: Iterable[int]) -> None:
    """Print the issues that a crash left unfinished."""
    for number in numbers:
        click.echo(f"Issue {number} was interrupted; the next publish finishes it.")


def print_held(held: Iterable[Held]) -> None:
    """Print the held summaries with their reasons, one line each."""
    for one in held:
        click.echo(f"  held  {one}")


def _print_issue(issue: Issue, fetched: Container[str]) -> None:
    held = contents(len(issue.entries), len(issue.corrections))
    click.echo(f"Issue {issue.number}: {held}")
    for one in issue.corrections:
        click.echo(f"  {one.news}, first of all: {one.headline or one.key}")
        click.echo(f"        {one.why}")
    for entry in issue.entries:
        click.echo(f"  {entry.position:>4}  {entry.summary.headline}")
        click.echo(f"        {entry.why}")
        if entry.summary.location in fetched:
            click.echo(f"        key {entry.summary.key}, from {entry.summary.location}")


def complain(error: object) -> None:
    """Print one line on stderr: place, problem, remedy."""
    click.echo(f"msnewsletter: {error}", err=True)


def complain_about(collected: Collected, preview: NextIssuePreview | None = None) -> None:
    """Print on stderr what was refused, what readers do not get for it, and the notes.

    A preview knows more of the last two than the files do.
    """
    complain_all("refused", collected.refused)
    complain_all("NOT CORRECTED", (preview or collected).alarms)
    complain_all("note", preview.notes if preview else collected.notes())


def print_origin(home: Home) -> None:
    """Print on stderr that the home was restored, until it has an issue newer than its backup."""
    from msnewsletter.publisher.restore import restored_from

    if origin := restored_from(home):
        from msnewsletter.settings import load_settings

        made = local_time(origin.at, load_settings(home.settings).zone)
        newest = f"its newest issue is {origin.last_issue}" if origin.last_issue else "no issue yet"
        said = (
            f"this home was restored from a backup of {made}, {newest}; if later ones were "
            "published, copy their records to issues/ before you publish"
        )
        complain_all("note", [said])


def complain_all(
    what: str, things: Iterable[object], rest: str = "'msnewsletter status --json' names all"
) -> None:
    """Print one line on stderr for each thing; of very many, the first, how many more, and `rest`.

    What is said twice is printed once.

    `rest`: where the others are to be seen.
    """
    left = iter(dict.fromkeys(map(str, things)))
    for thing in islice(left, _SAID):
        click.echo(f"{what}: {thing}", err=True)
    if more := sum(1 for _ in left):
        click.echo(f"{what}: {more:,} more; {rest}", err=True)


def contents(summaries: int, corrections: int) -> str:
    """The contents of an issue: `3 summaries, 1 correction`."""
    held = [count(summaries, "summary", "summaries")] if summaries or not corrections else []
    if corrections:
        held.append(count(corrections, "correction", "corrections"))
    return ", ".join(held)


def count(number: int, one: str, many: str) -> str:
    """A number with its noun."""
    return f"{number} {one if number == 1 else many}"


def row(thing: object, *names: str, **renamed: str) -> dict[str, object]:
    """The attributes of a thing for `--json`, by name.

    A dotted path, such as `summary.key`, is named by its last part. `renamed` maps other names to
    paths.
    """
    paths = {name.rpartition(".")[2]: name for name in names} | renamed
    values = {name: attrgetter(path)(thing) for name, path in paths.items()}
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in values.items()
    }


def rows(things: Iterable[object], *names: str, **renamed: str) -> list[dict[str, object]]:
    """One `row` for each thing."""
    return [row(thing, *names, **renamed) for thing in things]


def edit_rows(draft: Draft) -> list[dict[str, object]]:
    """The edits of sent summaries for `--json`."""
    return [
        {
            "key": edit.key,
            "issue": edit.sent.issue,
            "location": edit.sent.source.location,
            "effect": edit.effect,
            "announced": edit.correction is not None,
            "kept_back": edit.kept_back,
            "changes": rows(edit.changes, "field", "before", "after"),
        }
        for edit in draft.edits
    ]
