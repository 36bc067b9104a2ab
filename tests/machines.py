"""Machines of a network of their own, each in a namespace, with a cable that can be pulled."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator

_NEWNET: Final = 0x40000000  # CLONE_NEWNET in sched.h
# A card that nobody has: what is sent to it is lost.
_NOBODY: Final = ("lladdr", "02:00:00:00:00:01", "nud", "permanent")

# A port of a bridge that passes on (BR_STATE_FORWARDING in linux/if_bridge.h).
_FORWARDS: Final = "3"


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
    bridge: str

    def cut(self, what: Cut) -> None:
        """Lose what is sent from now on, without a word to who sends it."""
        match what:
            case Cut.CABLE:
                _ip("link", "set", self.port, "down")
            case Cut.FROM_IT:
                self.lose(self.switch)
            case Cut.TO_IT:
                _ip("neighbour", "replace", self.address, *_NOBODY, "dev", self.bridge)

    def mend(self, what: Cut) -> None:
        """Let it through again."""
        match what:
            case Cut.CABLE:
                _ip("link", "set", self.port, "up")
                self._await_link()
            case Cut.FROM_IT:
                self.find(self.switch)
            case Cut.TO_IT:
                _ip("neighbour", "delete", self.address, "dev", self.bridge)

    def _await_link(self) -> None:
        """Wait until the switch passes on what comes; the kernel takes a second, or more."""
        end = time.monotonic() + PATIENCE
        state = Path("/sys/class/net", self.port, "brport", "state")
        while state.read_text().strip() != _FORWARDS or "state UP" not in self._link():
            assert time.monotonic() < end, "the cable is in, and nothing passes"

    def _link(self) -> str:
        """What the machine says of its own end of the cable."""
        words = ["ip", "-n", self.name, "link", "show", "dev", "eth0"]
        return subprocess.run(words, check=True, capture_output=True, text=True).stdout

    def lose(self, address: str) -> None:
        """Lose what is sent from now on to this address at the switch, and to no other one."""
        _ip("-n", self.name, "neighbour", "replace", address, *_NOBODY, "dev", "eth0")

    def find(self, address: str) -> None:
        """Let it through again."""
        _ip("-n", self.name, "neighbour", "delete", address, "dev", "eth0")

    def enter(self) -> None:
        """Move this process there; raises OSError."""
        libc = ctypes.CDLL(None, use_errno=True)
        with Path("/run/netns", self.name).open() as namespace:
            if libc.setns(namespace.fileno(), _NEWNET):
                raise OSError(ctypes.get_errno(), "setns")


@dataclass(frozen=True, kw_only=True)
class Network:
    """Two machines and a switch, at which we are ourselves, at both addresses."""

    address: str
    second: str
    one: Machine
    other: Machine


def _require_right(name: str) -> None:
    """Skip where even root may make no network, as in containers without CAP_NET_ADMIN."""
    tried = subprocess.run(["ip", "netns", "add", f"{name}-0"], check=False, capture_output=True)
    if tried.returncode:
        pytest.skip("needs the right to make networks, which a container may not have")
    _ip("netns", "delete", f"{name}-0")


def network() -> Iterator[Network]:
    """A network, until the generator is closed; of several processes each has its own."""
    if os.getuid():
        pytest.skip("needs root, who may make networks")
    if shutil.which("ip") is None:
        pytest.fail("needs ip; tools/setup-judges.sh installs iproute2 on Debian")
    name = f"msn{os.getpid()}"
    # Of processes that run at the same time each has another one.
    net = f"10.{128 + (os.getpid() >> 8) % 64}.{os.getpid() % 256}"
    machines = [
        Machine(
            name=f"{name}-{end}",
            port=f"{name}p{end}",
            address=f"{net}.{end}",
            switch=f"{net}.1",
            bridge=name,
        )
        for end in (2, 3)
    ]
    _require_right(name)
    try:
        _ip("link", "add", name, "type", "bridge")
        _ip("address", "add", f"{net}.1/24", "dev", name)
        _ip("address", "add", f"{net}.4/24", "dev", name)
        _ip("link", "set", name, "up")
        for machine in machines:
            _lay_out(machine)
        yield Network(address=f"{net}.1", second=f"{net}.4", one=machines[0], other=machines[1])
    finally:
        # One that was never laid out is not there.
        for machine in machines:
            with suppress(subprocess.CalledProcessError):
                _ip("link", "delete", machine.port)
            with suppress(subprocess.CalledProcessError):
                _ip("netns", "delete", machine.name)
        with suppress(subprocess.CalledProcessError):
            _ip("link", "delete", name)


def _lay_out(machine: Machine) -> None:
    _ip("netns", "add", machine.name)
    peer = ("peer", "name", "eth0", "netns", machine.name)
    _ip("link", "add", machine.port, "type", "veth", *peer)
    _ip("link", "set", machine.port, "master", machine.bridge, "up")
    _ip("-n", machine.name, "link", "set", "lo", "up")
    _ip("-n", machine.name, "address", "add", f"{machine.address}/24", "dev", "eth0")
    _ip("-n", machine.name, "link", "set", "eth0", "up")


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True, text=True)
