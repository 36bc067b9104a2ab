"""The network of the tests of lost cables is theirs alone."""

from __future__ import annotations

import os
import subprocess
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from machines import network

if TYPE_CHECKING:
    from collections.abc import Iterator

    from machines import Network


@contextmanager
def laid_out() -> Iterator[Network]:
    with closing(network()) as made:  # type: ignore[type-var]
        yield next(made)


def cards(whose: str) -> str:
    """The network cards that a process has."""
    return Path("/proc", whose, "net/dev").read_text()


def own_network() -> int:
    return Path("/proc/thread-self/ns/net").stat().st_ino


def test_who_is_outside_sees_nothing_of_it_and_so_are_we_afterwards() -> None:
    before = own_network()
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE) as outside:
        with laid_out():
            assert "switch" in cards("thread-self")
            assert "switch" not in cards(str(outside.pid))
            assert "port" not in cards(str(outside.pid))
        assert own_network() == before
        assert outside.stdin
        outside.stdin.close()


def test_what_a_process_of_our_number_left_when_it_was_killed_is_in_nobodys_way() -> None:
    # Who may not do that may make no network either, and is not asked to.
    subprocess.run(["ip", "netns", "add", f"msn{os.getpid()}-2"], check=False)
    with laid_out() as net:
        assert net.one.name == f"msn{os.getpid()}-2"
        assert (
            "eth0"
            in subprocess.run(
                ["ip", "-n", net.one.name, "link", "show"],
                check=True,
                capture_output=True,
                text=True,
            ).stdout
        )
    assert not Path("/run/netns", net.one.name).exists()
