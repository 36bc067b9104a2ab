"""rspamd as a judge: a server of our own that asks nobody, with the rules that it brings."""

from __future__ import annotations

import contextlib
import http.client
import json
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

# No module that asks a name server, redis or maps; the rules in Lua and by expression are there.
# Its own list of all public suffixes and its models of languages take 20 s to compile: those of the
# addresses in our samples are enough. One that is missing there is no address to it.
_SETTINGS = """
lua = "$RULESDIR/rspamd.lua"
.include "$CONFDIR/metrics.conf"
.include "$CONFDIR/actions.conf"
.include "$CONFDIR/groups.conf"
options {
    filters = "regexp";
    disable_hyperscan = true;
    url_tld = "$RUNDIR/domains";
    tempdir = "$RUNDIR";
    hs_cache_dir = "$RUNDIR";
    control_socket = "$RUNDIR/control";
    dns { nameserver = ["127.0.0.1:9:1"]; timeout = 0.01s; retransmits = 1; }
}
lang_detection { languages = "$RUNDIR/languages"; }
logging { type = "console"; level = "error"; }
worker "normal" { bind_socket = "$RUNDIR/scan mode=0600"; count = 1; }
"""
_DOMAINS = "com\ngov\nnet\norg\n"


class _Local(http.client.HTTPConnection):
    """HTTP on a socket in the file system."""

    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=30)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))


class Rspamd:
    """A running rspamd."""

    def __init__(self, scan: Path) -> None:
        self._scan = scan

    def symbols(self, message: bytes) -> dict[str, float]:
        """The rules that a message meets, with their scores."""
        found = self._asked("POST", "/checkv2", message)["symbols"]
        return {name: one["score"] for name, one in found.items()}

    def _asked(self, verb: str, path: str, body: bytes = b"") -> Any:
        with contextlib.closing(_Local(self._scan)) as connection:
            connection.request(verb, path, body)
            return json.loads(connection.getresponse().read())


def running() -> Iterator[Rspamd]:
    """Start it, and stop it at the end; skips where it is not installed."""
    program = shutil.which("rspamd")
    if program is None:
        pytest.skip("rspamd is not installed; tools/setup-judges.sh does it")
    # Short: the path of a socket has at most 107 characters.
    with tempfile.TemporaryDirectory(prefix="rspamd-") as name:
        folder = Path(name)
        (folder / "settings").write_text(_SETTINGS)
        (folder / "domains").write_text(_DOMAINS)
        (folder / "languages").mkdir()
        variables = [f"--var={one}={folder}" for one in ("DBDIR", "RUNDIR", "LOGDIR")]
        # --insecure: the tests may run as root, and it stays itself.
        words = [program, "--no-fork", "--insecure", "--config", folder / "settings", *variables]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(words, stdout=log, stderr=log)
        try:
            _wait(process, folder)
            yield Rspamd(folder / "scan")
        finally:
            process.terminate()
            process.wait()


def _wait(process: subprocess.Popen[bytes], folder: Path) -> None:
    """Until it takes connections."""
    while True:
        with contextlib.suppress(OSError), contextlib.closing(_Local(folder / "scan")) as one:
            one.connect()
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=0.05)
            pytest.fail(f"rspamd ended: {(folder / 'log').read_text()[-2000:]}")
