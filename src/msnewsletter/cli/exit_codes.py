"""What a command says by its exit code."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """The exit codes; the reference lists them."""

    DONE = 0
    """The command did its work."""
    FAILED = 1
    """It did not, or something needs a person; one line on standard error says what, where and the
    remedy.
    """
    MISUSED = 2
    """It was called wrongly."""
    AGAIN = 75
    """Of `inbound --stdin`: the message was not handled now, and is to be handed over again
    (EX_TEMPFAIL of sysexits.h, by which a mail server keeps it).
    """
    INTERRUPTED = 130
    """Ctrl-C ended it; what `publish` had begun, the next `publish` finishes."""
