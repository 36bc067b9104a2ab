"""The program's standard output: what cannot be written there is one line on standard error.

A disk that is full where the output goes is no fault of the home, and no bug.
"""

from __future__ import annotations

import errno
import io
import sys
from typing import TYPE_CHECKING, Any, TextIO

import click

from msnewsletter.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from typing_extensions import Buffer


class UnwritableOutputError(click.ClickException):
    """What a command prints cannot be written; click shows it, and ends the program with 1."""

    exit_code = ExitCode.FAILED

    def show(self, file: Any = None) -> None:  # noqa: ANN401  (click's own signature)
        """Print one line on stderr, and give up standard output: its end would fail again."""
        del file
        sys.stdout = None  # as Python has it where there is none
        click.echo(f"msnewsletter: {self.message}", err=True)


class _Raw(io.FileIO):
    def __init__(self, replaced: TextIO) -> None:
        super().__init__(replaced.fileno(), "w", closefd=False)
        self._replaced = replaced  # kept: it would close the file with its own end

    def write(self, data: Buffer, /) -> int:
        try:
            return super().write(data)
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise  # whoever read it has enough: click ends without a word
            problem = f"it cannot be written ({error.strerror})"
            remedy = "make room where it goes, or send it elsewhere"
            raise UnwritableOutputError(f"standard output: {problem}; {remedy}") from None


def guard_output() -> None:
    """Have whatever is printed from now on raise UnwritableOutputError where it cannot be written.

    Standard output that is no file of the system's stays as it is.
    """
    out = sys.stdout
    try:
        raw = _Raw(out)
    except (AttributeError, OSError):
        return  # it is closed, or whoever calls the program keeps it in memory
    out.flush()
    sys.stdout = io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding=out.encoding,
        errors=out.errors,
        line_buffering=bool(out.line_buffering),
        write_through=getattr(out, "write_through", False),
    )
