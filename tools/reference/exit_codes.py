"""docs/reference/exit-codes.md: what a command says by its exit code."""

from __future__ import annotations

from typing import Final

from msnewsletter.cli.exit_codes import ExitCode
from reference.attribute_docstrings import below
from reference.markdown import page, table

_HEAD: Final = """\
# Exit codes

What each command ends with. Findings, refusals and notes go to standard error. Single summaries
that are refused or held do not fail a command, except `read`."""


def exit_codes_page() -> str:
    """The page."""
    says = below(ExitCode)
    rows = [(str(one.value), says[one.name]) for one in ExitCode]
    return page(_HEAD, table(("exit code", "meaning"), rows))
