"""The program itself: its global options, its verbs, and how an error is said."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from msnewsletter.cli.approve import approve
from msnewsletter.cli.check import check
from msnewsletter.cli.collect import collect
from msnewsletter.cli.doctor import doctor
from msnewsletter.cli.init import init
from msnewsletter.cli.output import complain
from msnewsletter.cli.preview import preview
from msnewsletter.cli.publish import publish
from msnewsletter.cli.read import read
from msnewsletter.cli.resolve import resolve
from msnewsletter.cli.run import run
from msnewsletter.cli.send_test import test_send
from msnewsletter.cli.serve import serve
from msnewsletter.cli.status import status
from msnewsletter.errors import NewsletterError
from msnewsletter.home import Home

# What a shell says of a command that Ctrl-C ended: 128 and the signal's number.
_INTERRUPTED = 130
# What may be run again after that; `test-send` would send its mail again.
_REPEATABLE = frozenset({"collect", "approve", "publish", "resolve", "run"})


# What verbs were called before; asked for, they say what they are called now.
_RENAMED = {"schedule": "run", "settle": "resolve"}


class _Group(click.Group):
    """Prints any of our errors as one line and exits 1; so for Ctrl-C, with 130."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in _RENAMED:
            complain(f"'{cmd_name}' is called '{_RENAMED[cmd_name]}' now")
            ctx.exit(2)
        return super().get_command(ctx, cmd_name)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401  (click's own signature)
        try:
            return super().invoke(ctx)
        except NewsletterError as error:
            complain(error)
            sys.exit(1)
        except KeyboardInterrupt:
            verb, again = ctx.invoked_subcommand, ""
            if verb in _REPEATABLE:
                again = "; run it again: it goes on from there, and does nothing twice"
            complain(f"{verb}: interrupted{again}")
            sys.exit(_INTERRUPTED)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--home",
    "root",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    envvar="MSNEWSLETTER_HOME",
    help="The newsletter's folder (default: this one).",
)
@click.version_option(package_name="msnewsletter")
@click.pass_context
def main(ctx: click.Context, root: Path) -> None:
    """Publish plain-language research summaries as an e-mail digest and as feeds."""
    ctx.obj = Home(root.absolute())


for verb in (
    *(init, read, collect, status, preview, check, test_send),
    *(approve, publish, resolve, run, serve, doctor),
):
    main.add_command(verb)
