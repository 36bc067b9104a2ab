"""Debian's opendkim with a key of our own: signed copies of messages, as a relay makes them.

The key is given without a name server: `dkim.verify(message, dnsfunc=signer.dnsfunc)`.
"""

from __future__ import annotations

import re
import socket
import subprocess
import tempfile
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from peers.debian_server import need_programs

if TYPE_CHECKING:
    from collections.abc import Iterator

_PROGRAM = Path("/usr/sbin/opendkim")
_SETTINGS = """
Mode s
Domain {domain}
Selector {selector}
KeyFile {folder}/{selector}.private
Canonicalization relaxed/simple
InternalHosts 127.0.0.1
RequireSafeKeys no
SignHeaders {headers}
UMask 000
"""
# opendkim's own choice leaves List-Unsubscribe-Post out, so that Gmail shows no button.
_USUAL, _ONE_CLICK = "*", "*,+List-Unsubscribe-Post"


@dataclass(frozen=True, kw_only=True)
class Signer:
    """A domain's key, and opendkim to sign with it."""

    folder: Path
    domain: str
    selector: str
    record: str

    def sign(self, message: bytes) -> bytes:
        """A signed copy of a message, both with CRLF, that was given to no server."""
        path = self.folder / "message"
        path.write_bytes(message)
        words = [_PROGRAM, "-x", self._settings, "-t", path, "-v"]
        done = subprocess.run(words, capture_output=True, check=True)
        told = done.stdout.replace(b"\r\n", b"\n")
        found = re.search(rb"^DKIM-Signature: .*\n(?:[ \t].*\n)*", told, re.MULTILINE)
        assert found, done.stdout + done.stderr
        return found[0].replace(b"\n", b"\r\n") + message

    @contextmanager
    def milter(self) -> Iterator[str]:
        """Run opendkim for a postfix, `postfix(milter=...)`: it signs all mail from the domain."""
        path = self.folder / "socket"
        words = [_PROGRAM, "-f", "-x", self._settings, "-p", f"local:{path}"]
        with (self.folder / "errors").open("wb") as errors:
            process = subprocess.Popen(words, stdout=errors, stderr=errors)
        try:
            while not self._listens(path):
                with suppress(subprocess.TimeoutExpired):
                    process.wait(timeout=0.02)
                    pytest.fail(f"opendkim ended: {(self.folder / 'errors').read_text()}")
            yield f"unix:{path}"
        finally:
            # SIGTERM takes it five seconds, and there is nothing to save.
            process.kill()
            process.wait()

    def dnsfunc(self, name: bytes, timeout: int = 5) -> bytes | None:
        """What a name server would say; in the form that dkimpy asks for it."""
        del timeout
        wanted = f"{self.selector}._domainkey.{self.domain}."
        return self.record.encode() if name.decode() == wanted else None

    @property
    def _settings(self) -> Path:
        return self.folder / "settings"

    def _listens(self, path: Path) -> bool:
        with suppress(OSError), socket.socket(socket.AF_UNIX) as one:
            one.connect(str(path))
            return True
        return False


@contextmanager
def opendkim(
    *, domain: str = "example.org", selector: str = "tests", one_click: bool = True
) -> Iterator[Signer]:
    """Make a key for a domain. `one_click`: whether List-Unsubscribe-Post is signed, too."""
    need_programs("opendkim and opendkim-tools", _PROGRAM, "opendkim-genkey")
    with tempfile.TemporaryDirectory(prefix="opendkim-") as made:
        folder = Path(made)
        # A postfix connects to the socket in it.
        folder.chmod(0o755)
        headers = _ONE_CLICK if one_click else _USUAL
        settings = _SETTINGS.format(
            domain=domain, selector=selector, folder=folder, headers=headers
        )
        (folder / "settings").write_text(settings)
        words = ["opendkim-genkey", "-b", "2048", "-d", domain, "-s", selector, "-D", folder]
        subprocess.run(words, check=True, capture_output=True)
        zone = (folder / f"{selector}.txt").read_text()
        record = "".join(re.findall(r'"([^"]*)"', zone))
        yield Signer(folder=folder, domain=domain, selector=selector, record=record)
