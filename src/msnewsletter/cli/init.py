"""`init`: a new home; asks for what options do not say, where there is a terminal to ask at."""

from __future__ import annotations

import shlex
import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from msnewsletter.cli import answers as answer
from msnewsletter.cli.examples import examples
from msnewsletter.cli.folder_argument import Folder
from msnewsletter.cli.instants import now
from msnewsletter.home import Home

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date
    from pathlib import Path

    from msnewsletter.checks import Finding
    from msnewsletter.publisher.new_settings import NewsletterAnswers
    from msnewsletter.publisher.settings_from_record import SettingsFromRecord

# What must be said: nothing tells it.
_NEEDED = ("name", "site", "from_address")
# What is asked with an answer that Enter takes.
_GUESSED = frozenset({"language", "zone", "from_name", "start"})
# Issue 1 reaches back so far, unless the editor says otherwise.
_BACK = timedelta(days=28)
# What a new home still needs until its readers get issues.
_STEPS = (
    "A summary: write over summaries/first-summary.md, which is held until then.",
    "A mail server: in newsletter.toml, write [smtp], [subscribe] and [deliver].",
    "Readers: msnewsletter subscribers add (or import).",
    "Issues that go out by [schedule]: msnewsletter run.",
)


@click.command(
    epilog=examples(
        "init newsletter", "init --samples trial # to try things out: nothing leaves it"
    )
)
@click.argument("folder", type=Folder(file_okay=True))
@click.option("--name", type=answer.name, help="The newsletter's name.")
@click.option(
    "--language",
    type=answer.language,
    metavar="TAG",
    help="The language of its summaries, e.g. de (default: en).",
)
@click.option("--site", type=answer.site, help="The address of its website.")
@click.option("--zone", type=answer.zone, help="Its time zone (default: this machine's).")
@click.option("--from-address", type=answer.mailbox, help="The mail address that it comes from.")
@click.option(
    "--from-name", type=answer.name, help="The name that it comes from (default: its own)."
)
@click.option("--postal-address", type=answer.line, help="The sender's, which every mail shows.")
@click.option(
    "--written-by",
    type=answer.written_by,
    metavar="WHO",
    help="Who writes the summaries: ai, people, or 'ai and people' (default: ai).",
)
@click.option(
    "--start",
    type=answer.first_day,
    metavar="DAY",
    help="Issue 1 takes what was published from this day on (default: four weeks ago).",
)
@click.option(
    "--id", type=answer.identity, help="Its permanent id (default: made of site and name)."
)
@click.option("--samples", is_flag=True, help="A home to try things out in, with sample summaries.")
@click.option("--sandbox", is_flag=True, help="For trying things out: any moment is allowed.")
def init(folder: Path, *, samples: bool, sandbox: bool, **said: Any) -> None:  # noqa: ANN401  (each has its own type)
    """Lay out a new home in FOLDER, with one summary to write over.

    Asks at a terminal for what no option says. Where records of a home are left in FOLDER, the
    settings come from the newest one; nothing is added to summaries that are there.
    """
    from msnewsletter.publisher.init_home import init_again, init_own, init_samples, refuse_home
    from msnewsletter.publisher.init_home import is_left_of_a_home as is_left
    from msnewsletter.publisher.settings_from_record import settings_from_record

    home = Home(folder.absolute())
    said = {name: value for name, value in said.items() if value is not None}
    refuse_home(home)
    if samples:
        _refuse_said(said, "the samples have settings of their own")
        init_samples(home)
        click.echo(f"A home to try things out in: {folder}. Nothing leaves it. Publish:")
        _show(folder, "publish")
    elif found := settings_from_record(home):
        _refuse_said(said, f"the settings come from the record of issue {found.issue}")
        init_again(home, found, sandbox=sandbox)
        _print_found(folder, found)
    else:
        left, today = is_left(home), now().astimezone().date()
        answers = _answers(said, today)
        blocking = init_own(home, answers, on=today, sandbox=sandbox)
        _print_new(folder, answers, left=left)
        _print_blocking(blocking, folder)
        if not left:  # what is left of a home may have all of this
            _print_steps(folder)
        click.echo("Then look:" if blocking or not left else "Look:")
        _show(folder, "preview")


def _refuse_said(said: dict[str, Any], why: str) -> None:
    if said:
        option = f"--{next(iter(said)).replace('_', '-')}"
        raise click.UsageError(f"{option} has no effect: {why}. Leave it out.")


def _answers(said: dict[str, Any], today: date) -> NewsletterAnswers:
    """What options say and, at a terminal, the editor; raises RefusedError where nobody says it."""
    from msnewsletter.errors import RefusedError
    from msnewsletter.publisher.new_settings import NewsletterAnswers

    if sys.stdin.isatty() and sys.stdout.isatty():
        said = _asked(said, today)
    elif missing := [f"--{name.replace('_', '-')}" for name in _NEEDED if name not in said]:
        problem = f"nobody can be asked here, and there is no {', '.join(missing)}"
        raise RefusedError("init", problem, "add what is missing, or try things out with --samples")
    return NewsletterAnswers(**{"zone": _machine_zone(), "start": today - _BACK, **said})


def _asked(said: dict[str, Any], today: date) -> dict[str, Any]:
    """What was said, and what the editor answers to the questions that are left."""
    answers = dict(said)
    if not answers.keys() >= _GUESSED:
        click.echo("Enter takes the answer in brackets.")

    def ask(
        name: str, question: str, kind: Callable[[str], object], default: str | None = None
    ) -> None:
        if name not in answers:
            answers[name] = _prompt(question, value_proc=kind, default=default)

    def need(name: str, question: str, kind: Callable[[str], object], wanted: str) -> None:
        if name not in answers:
            reads = answer.needed(kind, wanted)
            answers[name] = _prompt(question, value_proc=reads, default="", show_default=False)

    need("name", "The newsletter's name", answer.name, "a name, such as Leeds Notes")
    ask("language", "The language of its summaries, such as de", answer.language, "en")
    need("site", "The address of its website", answer.site, "an address, such as www.example.org")
    ask("zone", "Its time zone", answer.zone, _machine_zone())
    mailbox = "a mail address, such as news@example.org"
    need("from_address", "The mail address that it comes from", answer.mailbox, mailbox)
    ask("from_name", "The name that it comes from", answer.name, answers["name"])
    if "postal_address" not in answers:
        question = "Your postal address, which every mail shows (Enter: later)"
        given = _prompt(question, value_proc=answer.line_if_any, default="", show_default=False)
        if given:
            answers["postal_address"] = given
    # Nothing is taken for granted here: every mail says it, and what was sent keeps saying it.
    question = "Who writes the summaries (ai, people, ai and people)"
    need("written_by", question, answer.written_by, "one of the three")
    first = str(today - _BACK)
    ask("start", "The first day that issue 1 reaches back to", answer.first_day, first)
    return answers


def _prompt(question: str, **how: Any) -> Any:  # noqa: ANN401  (click's own signature)
    """The answer to a question; whoever ends it by Ctrl-C or Ctrl-D ends its line, too."""
    try:
        return click.prompt(question, **how)
    except click.Abort:
        click.echo(err=True)
        raise


def _machine_zone() -> str:
    """The zone of this machine; UTC where nobody can tell."""
    from zoneinfo import ZoneInfoNotFoundError

    from tzlocal import get_localzone_name

    from msnewsletter.validators import zone_name

    try:
        return zone_name(get_localzone_name() or "UTC")
    except (ValueError, ZoneInfoNotFoundError, OSError):
        return "UTC"


def _print_new(folder: Path, answers: NewsletterAnswers, *, left: bool) -> None:
    click.echo(
        f"A new home: {folder}, of {answers.site}, in the time zone {answers.zone}. Issue 1 takes "
        f"what was published from {answers.start} on."
    )
    click.echo(f"Readers are told who writes the summaries: {answers.written_by} (written_by).")
    settings = f"{folder}/newsletter.toml"
    if left:
        click.secho(
            "No record says what its settings were. Its id and zone must be the old ones before "
            f"anything is published: correct {settings}.",
            bold=True,
        )


def _print_blocking(blocking: Sequence[Finding], folder: Path) -> None:
    """Print what in the settings blocks every issue, a line each."""
    if blocking:
        click.echo(f"Nothing can be published before these are corrected, in {folder}:")
    for one in blocking:
        click.echo(f"  {one.place}: {one.reason}; {one.remedy}")


def _print_steps(folder: Path) -> None:
    """Print what every new home still needs until its readers get issues, a line each."""
    click.echo(f"What is still to do, in {folder}:")
    for step in _STEPS:
        click.echo(f"  {step}")


def _print_found(folder: Path, found: SettingsFromRecord) -> None:
    click.echo(f"A home again: {folder}, with the settings in the record of issue {found.issue}.")
    click.secho(f"No record holds these: {', '.join(found.unknown)}.", bold=True)
    if found.approved:
        click.echo('Issues were approved, so review = "required" is set.')
    else:
        click.secho('No issue was approved; write review = "required" if they must be.', bold=True)
    click.echo(
        "If issues were published after that one, copy their records to issues/ first: otherwise "
        "their summaries are mailed twice."
    )
    click.echo(f"Correct {folder}/newsletter.toml, look at 'msnewsletter status', then publish:")
    _show(folder, "publish")


def _show(folder: Path, verb: str) -> None:
    click.echo(f"  cd {shlex.quote(str(folder))}")
    click.echo(f"  msnewsletter {verb}")
