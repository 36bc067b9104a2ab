"""Debian's dovecot as an instance of our own: IMAP over a Maildir, for one user.

Beside it, it tells a postfix of ours who may send (`login_at`). It needs root, for dovecot changes
users; nothing of the system's own dovecot is read or written.
"""

from __future__ import annotations

import pwd
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from certificates import write_certificate
from free_ports import free_ports
from peers.debian_server import need_programs, need_root, running_server
from peers.postfix import OWNER

if TYPE_CHECKING:
    from collections.abc import Iterator

_PROGRAM = Path("/usr/sbin/dovecot")
# Dovecot 2.4 has other names for all of it.
_VERSION = "2.3."
_SETTINGS = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <{folder}/certificate.pem
ssl_key = <{folder}/key.pem
mail_location = maildir:{maildir}
first_valid_uid = 1
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
service auth {{
  unix_listener who-may-send {{
    mode = 0666
  }}
}}
auth_mechanisms = plain login
# It punishes nobody by waiting.
auth_failure_delay = 0
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
passdb {{
  driver = passwd-file
  args = username_format=%u {folder}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={uid} home={folder}/home
}}
"""


@dataclass(frozen=True, kw_only=True)
class Dovecot:
    """A running dovecot: IMAP with STARTTLS at `port`, TLS from the first byte at `tls_port`."""

    folder: Path
    port: int
    tls_port: int
    user: str
    password: str

    @property
    def login_at(self) -> Path:
        """The socket at which a postfix asks who may send."""
        return self.folder / "run" / "who-may-send"

    def log(self) -> str:
        """What dovecot logged; it has addresses."""
        return (self.folder / "log").read_text()


@contextmanager
def dovecot(
    maildir: Path,
    *,
    user: str = "bounces@example.org",
    password: str = "correct horse",  # noqa: S107  (of a server of the tests)
) -> Iterator[Dovecot]:
    """Run dovecot over this Maildir, such as one of postfix's; it may come to be later.

    OWNER must be able to read and write it: nothing below pytest's `tmp_path` is.
    """
    _need()
    with tempfile.TemporaryDirectory(prefix="dovecot-") as made:
        folder = Path(made)
        folder.chmod(0o755)
        port, tls_port = free_ports(2)
        write_certificate(folder, "127.0.0.1", "localhost")
        (folder / "users").write_text(f"{user}:{{PLAIN}}{password}\n")
        (folder / "home").mkdir()
        shutil.chown(folder / "home", OWNER)
        settings = _SETTINGS.format(
            folder=folder,
            maildir=maildir,
            port=port,
            tls_port=tls_port,
            uid=pwd.getpwnam(OWNER).pw_uid,
        )
        (folder / "settings").write_text(settings)
        with running_server([_PROGRAM, "-F", "-c", folder / "settings"], folder, port):
            yield Dovecot(folder=folder, port=port, tls_port=tls_port, user=user, password=password)


def _need() -> None:
    need_root("dovecot")
    need_programs("dovecot", _PROGRAM)
    version = subprocess.run([_PROGRAM, "--version"], capture_output=True, text=True, check=True)
    if not version.stdout.startswith(_VERSION):
        pytest.skip(f"needs dovecot {_VERSION}x, not {version.stdout.strip()}")
