"""The command line: one verb, one call; every error one line.

Reads the clock and prints. Decides nothing: publisher does. Heavy imports stand in the commands
that need them, so that `msnewsletter --help` stays quick.
"""

from msnewsletter.cli.main import main

__all__ = ["main"]
