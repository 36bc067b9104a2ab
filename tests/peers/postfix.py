"""Debian's postfix as an instance of our own: it takes mail for our domain, and has Maildirs.

It is the real server at the far end: TLS, login (with dovecot), a milter, DSNs of its own making.
It needs root, for postfix changes users; nothing of the system's own postfix is read or written.
"""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
import tempfile
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from certificates import write_certificate
from free_ports import free_ports
from peers.debian_server import need_programs, need_root, running_server

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DOMAIN = "example.org"
# Where mail for an address without a mailbox of its own goes.
EVERYONE = "everyone"
# Who owns what was delivered; virtual(8) refuses root.
OWNER = "nobody"

_MASTER = Path("/usr/lib/postfix/sbin/master")
_FOR_POSTFIX = [
    "active",
    "bounce",
    "corrupt",
    "defer",
    "deferred",
    "flush",
    "hold",
    "incoming",
    "private",
    "saved",
    "trace",
]
_SERVICES = """
{port}     inet  n - n - - smtpd
{tls_port} inet  n - n - - smtpd -o smtpd_tls_wrappermode=yes
cleanup    unix  n - n - 0 cleanup
qmgr       unix  n - n 300 1 qmgr
tlsmgr     unix  - - n 1000? 1 tlsmgr
rewrite    unix  - - n - - trivial-rewrite
bounce     unix  - - n - 0 bounce
defer      unix  - - n - 0 bounce
trace      unix  - - n - 0 bounce
flush      unix  n - n 1000? 0 flush
proxymap   unix  - - n - - proxymap
error      unix  - - n - - error
retry      unix  - - n - - error
discard    unix  - - n - - discard
virtual    unix  - n n - - virtual
anvil      unix  - - n - 1 anvil
postlog    unix-dgram n - n - 1 postlogd
"""


@dataclass(frozen=True, kw_only=True)
class Delivered:
    """A message in a Maildir: `received` as it lies there, `message` as it was sent, with CRLF.

    What a milter put before it is in both.
    """

    sender: str
    to: str
    received: bytes
    message: bytes


@dataclass(frozen=True, kw_only=True)
class Postfix:
    """A running postfix: STARTTLS at `port`, TLS from the first byte at `tls_port`."""

    folder: Path
    port: int
    tls_port: int
    _process: subprocess.Popen[bytes] = field(repr=False)

    def maildir(self, mailbox: str = EVERYONE) -> Path:
        """The Maildir of an address that was given a mailbox, or that of all others."""
        return self.folder / "mail" / mailbox

    def delivered(self, mailbox: str = EVERYONE) -> list[Delivered]:
        """What has arrived there, in no order; waits until each message taken so far is settled."""
        self.settle()
        new = self.maildir(mailbox) / "new"
        return [_read(path.read_bytes()) for path in new.iterdir()] if new.exists() else []

    def settle(self) -> None:
        """Wait until each message was delivered, bounced or deferred."""
        # Twice: while we look, what is active may leave a bounce behind us in incoming; but there
        # is no bounce of a bounce.
        while self.queued("incoming", "active", "incoming", "active"):
            # A pause that ends at once when nothing more can happen.
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=0.02)
                raise AssertionError(self.log())

    def queued(self, *queues: str) -> int:
        """How many messages are in these queues of postfix (incoming, active, deferred ...)."""
        # A message moves from the earlier to the later ones, and so is not overlooked.
        return sum(
            len(names) for queue in queues for *_, names in os.walk(self.folder / "queue" / queue)
        )

    def empty(self) -> None:
        """Have nothing in the Maildirs; what is deferred stays."""
        self.settle()
        for path in (self.folder / "mail").glob("*/new/*"):
            path.unlink()

    def log(self) -> str:
        """What postfix logged; it has addresses."""
        return _log(self.folder)


@contextmanager
def postfix(
    *,
    mailboxes: tuple[str, ...] = (),
    refusing: Mapping[str, str] | None = None,
    bouncing: Mapping[str, str] | None = None,
    login_at: Path | None = None,
    milter: str | None = None,
    settings: Mapping[str, str] | None = None,
) -> Iterator[Postfix]:
    """Run postfix, which takes mail for each address of DOMAIN.

    `mailboxes`: addresses with a Maildir of their own (and what `address+more@` gets); all other
    mail goes to EVERYONE. `refusing`: domains whose addresses are refused at RCPT, with status and
    text: {"gone.example": "5.1.1 No such user"}; `bouncing`: domains whose mail is taken, then
    bounced (5.x.x) or deferred (4.x.x). `login_at`: the socket of
    dovecot's that knows who may send, on TLS only; then nobody else may. `milter`: its address.
    `settings`: more lines for main.cf, as {"smtpd_hard_error_limit": "3"}.
    """
    need_root("postfix")
    need_programs("postfix", _MASTER)
    # Not tmp_path: other users read what is in there.
    with tempfile.TemporaryDirectory(prefix="postfix-") as made:
        folder = Path(made)
        port, tls_port = free_ports(2)
        _lay_out(folder)
        write_certificate(folder / "etc", "127.0.0.1", "localhost")
        lines = _main_cf(folder, mailboxes, refusing or {}, bouncing or {})
        lines |= _login(login_at) | _milter(milter)
        _write(folder / "etc" / "main.cf", lines | dict(settings or {}))
        services = _SERVICES.format(port=f"127.0.0.1:{port}", tls_port=f"127.0.0.1:{tls_port}")
        (folder / "etc" / "master.cf").write_text(services)
        words = [_MASTER, "-c", folder / "etc", "-d"]
        with running_server(words, folder, port, log=lambda: _log(folder)) as process:
            yield Postfix(folder=folder, port=port, tls_port=tls_port, _process=process)


def _log(folder: Path) -> str:
    with suppress(FileNotFoundError):
        return (folder / "log").read_text()
    return ""


def _lay_out(folder: Path) -> None:
    folder.chmod(0o755)
    for name in ("etc", "queue", "data", "mail"):
        (folder / name).mkdir()
    shutil.chown(folder / "data", "postfix")
    shutil.chown(folder / "mail", OWNER)
    queue = folder / "queue"
    for name in _FOR_POSTFIX:
        (queue / name).mkdir(mode=0o700)
        shutil.chown(queue / name, "postfix")
    for name, mode in (("public", 0o2710), ("maildrop", 0o1730)):
        (queue / name).mkdir()
        shutil.chown(queue / name, "postfix", "postdrop")
        (queue / name).chmod(mode)
    (queue / "pid").mkdir()


def _main_cf(
    folder: Path,
    mailboxes: tuple[str, ...],
    refusing: Mapping[str, str],
    bouncing: Mapping[str, str],
) -> dict[str, str]:
    etc = folder / "etc"
    _write_map(
        etc / "mailboxes", {_pattern(one): f"{one}/" for one in mailboxes} | {"/@/": f"{EVERYONE}/"}
    )
    by_status = {"4": "retry", "5": "error"}
    _write_map(
        etc / "ways", {one: f"{by_status[text[0]]}:{text}" for one, text in bouncing.items()}
    )
    _write_map(etc / "refused", {one: f"{text[0]}50 {text}" for one, text in refusing.items()})
    return {
        "compatibility_level": "3.6",
        "config_directory": str(etc),
        "queue_directory": str(folder / "queue"),
        "data_directory": str(folder / "data"),
        "daemon_directory": str(_MASTER.parent),
        "maillog_file": str(folder / "log"),
        "maillog_file_prefixes": str(folder),
        "inet_interfaces": "127.0.0.1",
        "inet_protocols": "ipv4",
        "myhostname": "mail.test",
        "mynetworks": "127.0.0.0/8",
        # Nothing leaves this machine, and nobody is asked for a name.
        "default_transport": "error:5.4.4 Nothing leaves the tests",
        "smtpd_peername_lookup": "no",
        "mydestination": "",
        "local_recipient_maps": "",
        "alias_maps": "",
        "alias_database": "",
        "local_header_rewrite_clients": "",
        "recipient_delimiter": "+",
        "virtual_mailbox_domains": DOMAIN,
        "virtual_mailbox_base": str(folder / "mail"),
        "virtual_mailbox_maps": f"regexp:{etc}/mailboxes",
        "virtual_uid_maps": f"static:{_id_of_owner()}",
        "virtual_gid_maps": f"static:{_id_of_owner()}",
        "virtual_mailbox_limit": "0",
        "relay_domains": " ".join([*refusing, *bouncing]),
        "transport_maps": f"texthash:{etc}/ways",
        "smtpd_relay_restrictions": "reject_unauth_destination",
        "smtpd_recipient_restrictions": f"check_recipient_access texthash:{etc}/refused",
        # Who is to bounce later is not refused already.
        "smtpd_reject_unlisted_recipient": "no",
        "smtpd_tls_security_level": "may",
        "smtpd_tls_cert_file": str(etc / "certificate.pem"),
        "smtpd_tls_key_file": str(etc / "key.pem"),
        # It punishes nobody by waiting.
        "smtpd_error_sleep_time": "0",
        "smtpd_client_connection_count_limit": "0",
        "in_flow_delay": "0",
    }


def _pattern(mailbox: str) -> str:
    """The addresses of a mailbox; virtual(8) asks a map for the whole address first."""
    local, _, domain = mailbox.partition("@")
    return rf"/^{re.escape(local)}(\+[^@]*)?@{re.escape(domain)}$/"


def _login(socket_path: Path | None) -> dict[str, str]:
    if socket_path is None:
        return {}
    return {
        "smtpd_sasl_auth_enable": "yes",
        "smtpd_sasl_type": "dovecot",
        "smtpd_sasl_path": str(socket_path),
        "smtpd_tls_auth_only": "yes",
        "smtpd_sender_restrictions": "permit_sasl_authenticated, reject",
    }


def _milter(address: str | None) -> dict[str, str]:
    return {"smtpd_milters": address, "milter_default_action": "tempfail"} if address else {}


def _id_of_owner() -> int:
    return pwd.getpwnam(OWNER).pw_uid


def _write(path: Path, lines: Mapping[str, str]) -> None:
    path.write_text("".join(f"{name} = {value}\n" for name, value in lines.items()))
    _make_old(path)


def _write_map(path: Path, entries: Mapping[str, str]) -> None:
    path.write_text("".join(f"{key} {value}\n" for key, value in entries.items()))
    _make_old(path)


def _make_old(path: Path) -> None:
    """Postfix waits for seconds until a file that is new does not change any more."""
    os.utime(path, (0, 0))


def _read(received: bytes) -> Delivered:
    """Take off the headers that postfix puts before a message; Received is the last of them."""
    rest = received
    put_before: dict[bytes, bytes] = {}
    while found := re.match(
        rb"(Return-Path|X-Original-To|Delivered-To|Received): (.*(?:\n[ \t].*)*)\n", rest
    ):
        put_before[found[1]] = found[2]
        rest = rest[found.end() :]
        if found[1] == b"Received":
            break
    return Delivered(
        sender=put_before[b"Return-Path"].decode().strip("<>"),
        to=put_before[b"X-Original-To"].decode(),
        received=received,
        message=rest.replace(b"\n", b"\r\n"),
    )
