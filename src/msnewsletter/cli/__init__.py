"""The command line: one verb, one call; every error one line.

Reads the clock and prints. Decides nothing: publisher does. Slow imports are inside the commands,
so that `msnewsletter --help` stays quick.
"""

from msnewsletter.cli.main import main

__all__ = ["main"]
