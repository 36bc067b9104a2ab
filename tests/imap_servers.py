"""A real dovecot (Debian's dovecot-imapd), with TLS and a Maildir of its own."""

from __future__ import annotations

import base64
import os
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import certificates
from free_ports import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

USER, PASSWORD = "inbound@news.example", 'quiet "horse" \\ ä'

NOBODY = 65534

CONFIGURATION = """
base_dir = {root}/run
state_dir = {root}/run
log_path = {root}/log
protocols = imap
ssl = required
ssl_cert = <{root}/certificate.pem
ssl_key = <{root}/key.pem
mail_location = maildir:{root}/Maildir
first_valid_uid = 0
first_valid_gid = 0
{capability}
service imap-login {{
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {port}
    ssl = yes
  }}
}}
# It would make whoever gives a wrong password wait, and the next test with them.
auth_failure_delay = 0
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
passdb {{
  driver = passwd-file
  args = {root}/users
}}
userdb {{
  driver = static
  args = uid={owner} gid={owner} home={root}
}}
"""


@dataclass(frozen=True, kw_only=True)
class Dovecot:
    """A running server, and the folder in which its mail lies."""

    port: int
    maildir: Path
    moves: bool

    def empty(self) -> None:
        """Remove all mail, and all other folders than the inbox."""
        shutil.rmtree(self.maildir)
        _lay_out(self.maildir)

    def put(self, name: str, content: bytes) -> None:
        """Deliver a message into the inbox, as a mail server does."""
        waiting = self.maildir / "tmp" / name
        waiting.write_bytes(content)
        waiting.rename(self.maildir / "new" / name)


def _owner() -> int:
    """Whom the mail belongs to: dovecot refuses to read it as root."""
    return os.getuid() or NOBODY


def _lay_out(maildir: Path) -> None:
    for folder in (maildir, *(maildir / name for name in ("new", "cur", "tmp"))):
        folder.mkdir()
        os.chown(folder, _owner(), -1)


@contextmanager
def dovecot(*, moves: bool) -> Iterator[Dovecot]:
    """A server that is able to move messages, or says that it is not."""
    # A short path: the names of its sockets may have 108 bytes.
    with tempfile.TemporaryDirectory(prefix="dovecot-") as folder:
        root = Path(folder)
        _lay_out(root / "Maildir")
        with _running(root, moves=moves) as port:
            yield Dovecot(port=port, maildir=root / "Maildir", moves=moves)


@contextmanager
def _running(root: Path, *, moves: bool) -> Iterator[int]:
    program = shutil.which("dovecot")
    assert program, "apt-get install dovecot-imapd"
    port = free_port()
    certificates.write_certificate(root, "localhost")
    password = base64.b64encode(PASSWORD.encode()).decode()
    (root / "users").write_text(f"{USER}:{{PLAIN.B64}}{password}\n")
    # Its workers have users of their own, who must find the sockets.
    root.chmod(0o755)
    (root / "users").chmod(0o644)
    configuration = root / "dovecot.conf"
    configuration.write_text(
        CONFIGURATION.format(
            root=root,
            port=port,
            owner=_owner(),
            capability="" if moves else "imap_capability = IMAP4rev1 UIDPLUS",
        )
    )
    # In the foreground, so that it ends with the test run at the latest; ready is when it listens.
    server = subprocess.Popen([program, "-F", "-c", configuration])
    try:
        _wait(port, server)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait(port: int, server: subprocess.Popen[bytes]) -> None:
    """Return once the server takes connections."""
    for _ in range(1000):
        assert server.poll() is None, "dovecot has ended"
        with suppress(ConnectionRefusedError), socket.create_connection(("localhost", port)):
            return
        time.sleep(0.01)
    raise AssertionError("dovecot does not listen")
