"""Machines of a network of their own, each in a namespace, with a cable that can be pulled.

The switch is in a namespace too, and so are we, as long as there is the network: of addresses that
come and go here each Chromium of this machine would hear, and drop the pages that it waits for
(ERR_NETWORK_CHANGED).
"""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import subprocess
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator

_NEWNET: Final = 0x40000000  # CLONE_NEWNET in sched.h
# A card that nobody has: what is sent to it is lost.
_NOBODY: Final = ("lladdr", "02:00:00:00:00:01", "nud", "permanent")

# No other process is in that namespace, so these need not be its own.
_SWITCH: Final = "switch"
_NET: Final = "10.128.0"


class Cut(StrEnum):
    """What is lost: all, or what goes one way."""

    CABLE = "cable"
    FROM_IT = "from it"
    TO_IT = "to it"


@dataclass(frozen=True, kw_only=True)
class Machine:
    """A machine of the network: a namespace, its cable to the switch, and both addresses."""

    name: str
    port: str
    address: str
    switch: str

    def cut(self, what: Cut) -> None:
        """Lose what is sent from now on, without a word to who sends it."""
        match what:
            case Cut.CABLE:
                _ip("link", "set", self.port, "down")
            case Cut.FROM_IT:
                self.lose(self.switch)
            case Cut.TO_IT:
                _ip("neighbour", "replace", self.address, *_NOBODY, "dev", _SWITCH)

    def mend(self, what: Cut) -> None:
        """Let it through again."""
        match what:
            case Cut.CABLE:
                _ip("link", "set", self.port, "up")
                self._await_link()
            case Cut.FROM_IT:
                self.find(self.switch)
            case Cut.TO_IT:
                _ip("neighbour", "delete", self.address, "dev", _SWITCH)

    def _await_link(self) -> None:
        """Wait until the switch passes on what comes; the kernel takes a second, or more."""
        end = time.monotonic() + PATIENCE
        while not self._passes():
            assert time.monotonic() < end, "the cable is in, and nothing passes"

    def _passes(self) -> bool:
        """Whether the switch and the machine say so of the ends of the cable."""
        port = _shown("-details", "link", "show", "dev", self.port)
        card = _shown("-n", self.name, "link", "show", "dev", "eth0")
        forwards: bool = port["linkinfo"]["info_slave_data"]["state"] == "forwarding"
        return forwards and card["operstate"] == "UP"

    def lose(self, address: str) -> None:
        """Lose what is sent from now on to this address at the switch, and to no other one."""
        _ip("-n", self.name, "neighbour", "replace", address, *_NOBODY, "dev", "eth0")

    def find(self, address: str) -> None:
        """Let it through again."""
        _ip("-n", self.name, "neighbour", "delete", address, "dev", "eth0")

    def enter(self) -> None:
        """Move this process there; raises OSError."""
        with Path("/run/netns", self.name).open() as namespace:
            _enter(namespace.fileno())


@dataclass(frozen=True, kw_only=True)
class Network:
    """Two machines and a switch, at which we are ourselves, at both addresses."""

    address: str
    second: str
    one: Machine
    other: Machine


def network() -> Iterator[Network]:
    """A network, until the generator is closed; this thread, and what it starts, is in it."""
    if os.getuid():
        pytest.skip("needs root, who may make networks")
    if shutil.which("ip") is None:
        pytest.fail("needs ip; tools/setup-judges.sh installs iproute2 on Debian")
    machines = [
        Machine(
            # Of processes that run at the same time each has other ones.
            name=f"msn{os.getpid()}-{end}",
            port=f"port{end}",
            address=f"{_NET}.{end}",
            switch=f"{_NET}.1",
        )
        for end in (2, 3)
    ]
    with _at_switch():
        try:
            for end in (1, 4):
                _ip("address", "add", f"{_NET}.{end}/24", "dev", _SWITCH)
            for machine in machines:
                _remove(machine)  # a process of our number may have been killed
                _lay_out(machine)
            yield Network(
                address=f"{_NET}.1", second=f"{_NET}.4", one=machines[0], other=machines[1]
            )
        finally:
            for machine in machines:
                _remove(machine)


@contextmanager
def _at_switch() -> Iterator[None]:
    """A switch, at which this thread is until the end of the block; then the switch is gone.

    Skips the test where even root may make no network, as in containers without CAP_SYS_ADMIN.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    with Path("/proc/thread-self/ns/net").open() as ours:
        if libc.unshare(_NEWNET):
            pytest.skip("needs the right to make networks, which a container may not have")
        try:
            _ip("link", "set", "lo", "up")
            _ip("link", "add", _SWITCH, "type", "bridge")
            _ip("link", "set", _SWITCH, "up")
            yield
        finally:
            _enter(ours.fileno())


def _enter(namespace: int) -> None:
    """Move this thread into the namespace of an open file; raises OSError."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(namespace, _NEWNET):
        raise OSError(ctypes.get_errno(), "setns")


def _remove(machine: Machine) -> None:
    """Remove a machine, and its cable with it, where there is one."""
    with suppress(subprocess.CalledProcessError):
        _ip("netns", "delete", machine.name)


def _lay_out(machine: Machine) -> None:
    _ip("netns", "add", machine.name)
    peer = ("peer", "name", "eth0", "netns", machine.name)
    _ip("link", "add", machine.port, "type", "veth", *peer)
    _ip("link", "set", machine.port, "master", _SWITCH, "up")
    _ip("-n", machine.name, "link", "set", "lo", "up")
    _ip("-n", machine.name, "address", "add", f"{machine.address}/24", "dev", "eth0")
    _ip("-n", machine.name, "link", "set", "eth0", "up")


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True, text=True)


def _shown(*words: str) -> Any:
    """What `ip` shows of one thing."""
    said = subprocess.run(["ip", "-json", *words], check=True, capture_output=True).stdout
    (found,) = json.loads(said)
    return found
