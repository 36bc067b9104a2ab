"""The tests themselves notice an address in a log, and in what a command prints."""

from __future__ import annotations

import logging
import subprocess
from typing import TYPE_CHECKING

import pytest

from homes import command, empty_home
from no_addresses import watch_command

if TYPE_CHECKING:
    from pathlib import Path


def test_a_log_with_an_address_fails_the_test() -> None:
    log = logging.getLogger("msnewsletter.clock")
    with pytest.raises(AssertionError, match="a mail address in the log"):
        log.info("sent", extra={"facts": {"to": "ada@example.org"}})
    log.info("sent", extra={"facts": {"delivery": 7}})


def test_a_command_that_prints_an_address_fails_the_test(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    command(home, "subscribers", "add", "Ada@example.org", "--confirmed", "--consent", "Yes.")
    said = subprocess.CompletedProcess((), 0, stdout="", stderr="refused: <ada@EXAMPLE.org>")
    with pytest.raises(AssertionError, match="a subscriber's address"):
        watch_command(home, ("status",), said)
