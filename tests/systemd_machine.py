"""A machine that systemd runs: in namespaces of its own, above a copy of this machine's disk.

Nothing that happens there changes a file of this machine. It shares our network, and has none of
our services. It ends with the test.
"""

from __future__ import annotations

import ctypes
import os
import shlex
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator

SYSTEMD: Final = Path("/lib/systemd/systemd")
# Units that would reach for this machine's hardware, kernel or disk, and those of no interest.
_MASKED: Final = """
    dbus.service dbus.socket dev-hugepages.mount dev-mqueue.mount getty.target
    proc-sys-fs-binfmt_misc.automount proc-sys-fs-binfmt_misc.mount sys-fs-fuse-connections.mount
    sys-kernel-config.mount sys-kernel-debug.mount sys-kernel-tracing.mount
    systemd-ask-password-console.path systemd-ask-password-wall.path systemd-binfmt.service
    systemd-journal-flush.service systemd-machine-id-commit.service systemd-modules-load.service
    systemd-random-seed.service systemd-remount-fs.service systemd-sysctl.service
    systemd-sysusers.service systemd-tmpfiles-setup.service systemd-tmpfiles-setup-dev.service
    systemd-udev-trigger.service systemd-udevd.service systemd-update-utmp.service timers.target
"""
_TARGET: Final = "[Unit]\nDescription=A machine\nDefaultDependencies=no\n"
# Arguments: a folder, then what of this machine has to be seen there wherever it is mounted.
_BOOT: Final = """
set -e
mount --make-rprivate /
folder=$1; shift
mount -t tmpfs none "$folder"
cd "$folder"
mkdir up work root
mount -t overlay none -o lowerdir=/,upperdir=up,workdir=work root
cd root
mount -t proc none proc
mount -t sysfs none sys
if [ -d /sys/fs/cgroup/systemd ]; then
    mount -t tmpfs none sys/fs/cgroup
    mkdir sys/fs/cgroup/systemd sys/fs/cgroup/unified
    mount -t cgroup -o none,name=systemd none sys/fs/cgroup/systemd
    mount -t cgroup2 none sys/fs/cgroup/unified || true
else
    mount -t cgroup2 none sys/fs/cgroup
fi
mount --bind /dev dev
mount -t tmpfs none dev/shm
mount -t tmpfs none run
mount -t tmpfs none tmp
for path in "$@"; do
    mkdir -p ".$path"
    mount --bind "$path" ".$path"
    above=$(dirname "$path")
    while [ "$above" != / ]; do
        chmod o+x ".$above"
        above=$(dirname "$above")
    done
done
rm -rf etc/systemd/system/*.wants etc/systemd/system/*.requires
for unit in $MASKED; do ln -sf /dev/null "etc/systemd/system/$unit"; done
printf %s "$TARGET" > etc/systemd/system/machine.target
mkdir -p etc/systemd/journald.conf.d
printf '[Journal]\\nStorage=volatile\\nReadKMsg=no\\n' > etc/systemd/journald.conf.d/ours.conf
exec chroot . "$SYSTEMD" --system --unit=machine.target --show-status=0 --log-target=null
"""


@dataclass(frozen=True, kw_only=True)
class SystemdMachine:
    """A machine at work; `pid`: that of its systemd, as we see it."""

    pid: int

    def words(self, *words: str, user: str | None = None) -> list[str]:
        """What runs these words there, as root or another user."""
        within = ["nsenter", "-t", str(self.pid), "-m", "-p", "-u", "-i", "-C", "-r", "-w", "--"]
        as_user = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"]
        return [*within, *(as_user if user else []), *words]

    def run(self, line: str, *, user: str | None = None) -> subprocess.CompletedProcess[str]:
        """How a command ends there, and what it says."""
        words = self.words(*shlex.split(line), user=user)
        return subprocess.run(words, capture_output=True, text=True, check=False)

    def do(self, line: str, *, user: str | None = None) -> str:
        """What a command says that has to end well."""
        done = self.run(line, user=user)
        assert done.returncode == 0, (line, done.stdout, done.stderr, self.log())
        return done.stdout

    def write(self, path: str, text: str) -> None:
        """Write a file there; its folder is made."""
        self.do(f"mkdir -p {Path(path).parent}")
        subprocess.run(self.words("tee", path), input=text.encode(), stdout=-3, check=True)

    def log(self) -> str:
        """What its units have said."""
        words = self.words("journalctl", "--no-pager", "--output=cat", "--unit=msnewsletter*")
        return subprocess.run(words, capture_output=True, text=True, check=False).stdout


@contextmanager
def systemd_machine(folder: Path, root: Path) -> Iterator[SystemdMachine]:
    """A machine with our program as /opt/msnewsletter/bin/msnewsletter; `root`: the repository."""
    groups = _control_groups()

    def enter() -> None:
        # It ends with us, however we end (PR_SET_PDEATHSIG of linux/prctl.h).
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)
        for group in groups:
            (group / "cgroup.procs").write_text(str(os.getpid()))

    process = subprocess.Popen(
        [
            *("unshare", "--mount", "--pid", "--uts", "--ipc", "--cgroup", "--fork"),
            *("--kill-child", "sh", "-c", _BOOT, "sh", str(folder)),
            *dict.fromkeys(map(str, (root, sys.prefix, sys.base_prefix))),
        ],
        stderr=subprocess.PIPE,
        text=True,
        env={
            "PATH": os.environ["PATH"],
            "MASKED": _MASKED,
            "TARGET": _TARGET,
            "SYSTEMD": str(SYSTEMD),
            "container": "other",
        },
        preexec_fn=enter,  # noqa: PLW1509  (we have one thread)
    )
    try:
        machine = SystemdMachine(pid=_booted(process))
        machine.write("/opt/msnewsletter/bin/msnewsletter", _program(root))
        machine.do("chmod 755 /opt/msnewsletter/bin/msnewsletter")
        yield machine
    finally:
        for child in _children(process.pid):  # with its systemd the machine is gone
            os.kill(child, signal.SIGKILL)
        process.kill()
        process.communicate()
        for group in groups:
            _remove(group)


def _program(root: Path) -> str:
    """What stands for the installed program: this one, which writes nothing beside its modules."""
    return (
        "#!/bin/sh\nexport PYTHONDONTWRITEBYTECODE=1\n"
        f'PYTHONPATH={root}/src exec {sys.executable} -m msnewsletter "$@"\n'
    )


def _control_groups() -> list[Path]:
    """Groups of our own, in each hierarchy in which systemd wants to be at the top."""
    mounted = (Path("/sys/fs/cgroup", name) for name in ("systemd", "unified", "."))
    made = []
    try:
        for place in mounted:
            if (place / "cgroup.procs").exists():
                made.append(place / f"machine-{os.getpid()}")
                made[-1].mkdir()
    except OSError as error:
        pytest.skip(f"nobody may make control groups here ({error.strerror})")
    return made


def _remove(group: Path) -> None:
    """Remove a group and all below it, once their processes are gone."""
    end = time.monotonic() + PATIENCE
    while group.exists() and time.monotonic() < end:
        for folder, _, _ in os.walk(group, topdown=False):
            with suppress(OSError):
                Path(folder).rmdir()


def _children(pid: int) -> list[int]:
    """The processes that a process of one thread has started, and that are there."""
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in listed.read_text().split()] if listed.exists() else []


def _booted(process: subprocess.Popen[str]) -> int:
    """The pid of the machine's systemd, once it has reached its target."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if process.poll() is not None:
            assert process.stderr
            pytest.skip(f"no machine can be made here: {process.stderr.read().strip()}")
        for child in _children(process.pid):
            machine = SystemdMachine(pid=child)
            if machine.run("systemctl is-active machine.target").stdout == "active\n":
                return machine.pid
    raise AssertionError("systemd does not reach its target")
