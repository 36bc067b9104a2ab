"""The process of a worker on trial: the command itself, with periods that a trial has time for."""

from __future__ import annotations

import json
import sys

from crash.naive_worker import be_naive
from msnewsletter.cli import main as run_command
from msnewsletter.cluster import worker
from msnewsletter.cluster.lease import Periods


def main() -> None:
    """Work as the one argument says, as JSON: root, lanes, periods, and whether to be naive."""
    told = json.loads(sys.argv.pop())
    periods = Periods(**told["periods"])
    worker.Periods = lambda: periods  # type: ignore[assignment,misc]
    if told["naive"]:
        be_naive()
    sys.argv = ["msnewsletter", "--home", told["root"], "worker"]
    sys.argv += ["--concurrency", str(told["lanes"])]
    run_command()
