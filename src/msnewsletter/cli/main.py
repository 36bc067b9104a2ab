"""The program itself: its global options, its verbs, and how an error is said."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from msnewsletter.cli.examples import examples
from msnewsletter.cli.exit_codes import ExitCode
from msnewsletter.cli.folder_argument import Folder
from msnewsletter.cli.output import complain
from msnewsletter.cli.secret_files import take_secrets
from msnewsletter.cli.standard_output import guard_output
from msnewsletter.disk.atomic import reading_errors
from msnewsletter.errors import NewsletterError
from msnewsletter.home import Home

# A command imports hundreds of modules, works for a second and ends. To look for garbage meanwhile,
# and at the end in all that is left, would take a fifth of its time.
gc.set_threshold(200_000)
atexit.register(gc.freeze)

# What may be run again after that; `test-send` would send its mail again.
_REPEATABLE = frozenset(
    {
        "collect",
        "approve",
        "publish",
        "push",
        "resolve",
        "reset",
        "run",
        "deliver",
        "inbound",
        "db",
        "worker",
    }
)


# The modules of verbs whose names are no names in Python.
_MODULES = {"test-send": "send_test", "import": "import_summaries"}

# What verbs were called before; asked for, they say what they are called now.
_RENAMED = {"schedule": "run", "settle": "resolve"}


class _Group(click.Group):
    """Loads a verb when it is asked for; prints any of our errors as one line, and exits 1.

    So for Ctrl-C, with 130.
    """

    def main(self, *args: Any, **extra: Any) -> Any:  # noqa: ANN401  (click's own signature)
        guard_output()
        if "_MSNEWSLETTER_COMPLETE" in os.environ:  # a shell asks, at the Tab key
            import_module("msnewsletter.cli.completing_shells").take_the_shells()
        return super().main(*args, **extra)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in _RENAMED and not ctx.resilient_parsing:
            complain(f"'{cmd_name}' is called '{_RENAMED[cmd_name]}' now")
            ctx.exit(ExitCode.MISUSED)
        if cmd_name not in self.commands:
            return None
        name = _MODULES.get(cmd_name, cmd_name)
        verb: click.Command = getattr(import_module(f"msnewsletter.cli.{name}"), name)
        return verb

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401  (click's own signature)
        try:
            with reading_errors(Home(ctx.params["root"].absolute())):
                return super().invoke(ctx)
        except NewsletterError as error:
            complain(error)
            sys.exit(ExitCode.FAILED)
        except KeyboardInterrupt:
            verb, again = ctx.invoked_subcommand, ""
            if verb in _REPEATABLE:
                again = "; run it again: it goes on from there, and does nothing twice"
            complain(f"{verb}: interrupted{again}")
            sys.exit(ExitCode.INTERRUPTED)


@click.group(
    cls=_Group,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=examples("--home newsletter status", "publish --help # what a command does"),
)
@click.option(
    "--home",
    "root",
    type=Folder(),
    default=Path(),
    envvar="MSNEWSLETTER_HOME",
    help="The newsletter's folder (default: this one).",
)
@click.version_option(package_name="msnewsletter")
@click.pass_context
def main(ctx: click.Context, root: Path) -> None:
    """Publish plain-language research summaries as an e-mail digest and as feeds."""
    # no-color.org: whatever it says, unless it is empty. A dumb terminal would show the signs.
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        ctx.color = False
    take_secrets()
    ctx.obj = Home(root.absolute())


# Each is a function in the module of its name, loaded when it is asked for.
for verb in (
    *("init", "read", "collect", "status", "preview", "check", "test-send"),
    *("approve", "publish", "takedown", "resolve", "reset", "run", "serve", "doctor"),
    *("backup", "restore", "choose", "import", "retractions", "deliver", "subscribers"),
    *("inbound", "db", "push", "worker", "completion", "demo", "templates", "plugins"),
):
    main.add_command(click.Command(verb))
