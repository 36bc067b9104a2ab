r"""A mailbox on an IMAP server (RFC 9051, RFC 3501), always over verified TLS.

Reads no more than the beginning of a message. Handled is what has the flag \Seen, or was moved to
another folder, so the mailbox must be one that no person reads. Never deletes: where the server
cannot move (RFC 6851), a message is copied and its original marked. Whoever is cut off begins again
with what is not marked.
"""

from __future__ import annotations

import imaplib
import re
import socket
import ssl
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from msnewsletter.delivery.inbound.bounded_message import READ_LIMIT
from msnewsletter.delivery.inbound.inbound_mail import InboundMail
from msnewsletter.errors import DeliveryError

if TYPE_CHECKING:
    from collections.abc import Iterator

# Messages of which numbers are asked for at once: an answer's line may have a million bytes.
_BATCH: Final = 10_000
# Bytes of one literal that a server may send: a message's beginning, and not what it likes.
_LITERAL: Final = 2 * READ_LIMIT
_SIZE: Final = re.compile(rb"RFC822\.SIZE (\d{1,19})")
_NETWORK: Final = "check the host, and the network"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImapMailbox:
    r"""Where to read.

    Attributes:
        host, port: the server.
        starttls: TLS begins by a command (RFC 9051, section 6.2.1), and not with the first byte.
        user: printable.
        password: printable; outside ASCII only where the server has AUTH=PLAIN.
        folder: the folder that is read.
        handled: the folder that handled messages are moved to; empty: they get \Seen.
        timeout: seconds that any answer may take.
    """

    host: str
    port: int = 993
    starttls: bool = False
    user: str = field(repr=False)
    password: str = field(repr=False)
    folder: str = "INBOX"
    handled: str = ""
    timeout: float = 60.0

    @property
    def place(self) -> str:
        """The server, as errors name it."""
        return f"{self.host}:{self.port}"


class _Bounded(imaplib.IMAP4):
    """An IMAP connection that reads no literal beyond the limit."""

    def read(self, size: int) -> bytes:
        if size > _LITERAL:
            raise self.abort("it sends more than was asked for")
        return super().read(size)


class _ImapConnection(_Bounded, imaplib.IMAP4_SSL):
    """One with TLS from the first byte."""


@contextmanager
def imap_messages(mailbox: ImapMailbox) -> Iterator[Iterator[InboundMail]]:
    """The messages that were not handled, oldest first, for as long as the block runs.

    Raises DeliveryError where there is no connection, or it ends; what was marked stays so.
    """
    connection, count = _opened(mailbox)
    try:
        yield _messages(connection, mailbox, count)
    finally:
        # A failed LOGOUT takes back no flag.
        with suppress(imaplib.IMAP4.error, OSError):
            connection.logout()
        _closed(connection)


def _opened(mailbox: ImapMailbox) -> tuple[imaplib.IMAP4, int]:
    """A connection with the folder selected, and how many messages that has."""
    _refuse_controls(mailbox)
    try:
        connection = _connected(mailbox)
    except (imaplib.IMAP4.error, OSError) as error:
        raise _no_connection(mailbox, error) from None
    try:
        _login(connection, mailbox)
        # A server may offer more to whom it knows (RFC 9051, section 6.2.3).
        said, data = _asked(mailbox, connection.capability)
        if said == "OK" and data[0]:
            connection.capabilities = tuple(data[0].decode("ascii", "replace").upper().split())
        return connection, _select(connection, mailbox)
    except BaseException:
        _closed(connection)
        raise


def _connected(mailbox: ImapMailbox) -> imaplib.IMAP4:
    context = ssl.create_default_context()
    if not mailbox.starttls:
        return _ImapConnection(
            mailbox.host, mailbox.port, ssl_context=context, timeout=mailbox.timeout
        )
    connection = _Bounded(mailbox.host, mailbox.port, timeout=mailbox.timeout)
    try:
        # Raises where the server does not offer it: nothing is said in the clear.
        connection.starttls(context)
    except BaseException:
        _closed(connection)
        raise
    return connection


def _closed(connection: imaplib.IMAP4) -> None:
    with suppress(OSError):
        connection.shutdown()


def _refuse_controls(mailbox: ImapMailbox) -> None:
    # imaplib would send a line break on, and with it a command.
    for name in ("user", "password", "folder", "handled"):
        value = getattr(mailbox, name)
        if not value.isprintable():
            raise DeliveryError(mailbox.place, f"{name} holds a control character", "remove it")
    for name in ("folder", "handled"):
        if not getattr(mailbox, name).isascii():
            remedy = "choose a folder with a name in ASCII"
            raise DeliveryError(mailbox.place, f"{name} holds letters outside ASCII", remedy)


def _no_connection(mailbox: ImapMailbox, error: Exception) -> DeliveryError:
    match error:
        case ssl.SSLCertVerificationError():
            problem = f"its certificate cannot be trusted ({error.verify_message.rstrip('.')})"
            remedy = "name the host as in its certificate, or its authority's file in SSL_CERT_FILE"
        case ssl.SSLError():
            problem, remedy = "TLS fails", "check the port: 993 is that of IMAP over TLS"
        case socket.gaierror():
            problem, remedy = "there is no such host", _NETWORK
        case TimeoutError():
            problem, remedy = f"it does not answer within {mailbox.timeout:g} s", _NETWORK
        case ConnectionRefusedError():
            problem, remedy = "nobody listens there", "check the port, and that the server runs"
        case _:
            problem, remedy = "the connection fails", _NETWORK
    return DeliveryError(mailbox.place, problem, remedy)


def _login(connection: imaplib.IMAP4, mailbox: ImapMailbox) -> None:
    try:
        if "AUTH=PLAIN" in connection.capabilities:
            # RFC 4616. Unlike LOGIN of imaplib, it takes letters outside ASCII.
            response = f"\0{mailbox.user}\0{mailbox.password}".encode()
            connection.authenticate("PLAIN", lambda _: response)
        else:
            connection.login(mailbox.user, mailbox.password)
    except imaplib.IMAP4.abort:
        raise _ended(mailbox) from None
    except (imaplib.IMAP4.error, UnicodeEncodeError):
        # The server's words often repeat the user, which is an address.
        raise DeliveryError(mailbox.place, "it refuses user and password", "check both") from None
    except OSError as error:
        raise _no_connection(mailbox, error) from None


def _select(connection: imaplib.IMAP4, mailbox: ImapMailbox) -> int:
    said, data = _asked(mailbox, connection.select, _quoted(mailbox.folder))
    if said != "OK":
        problem = f"there is no folder {mailbox.folder!r}"
        raise DeliveryError(mailbox.place, problem, "make it, or name another")
    if mailbox.handled:
        # Says no where the folder is there already.
        _asked(mailbox, connection.create, _quoted(mailbox.handled))
    return int(data[0] or 0)


def _messages(connection: imaplib.IMAP4, mailbox: ImapMailbox, count: int) -> Iterator[InboundMail]:
    for uid in _waiting(connection, mailbox, count):
        # The folder is the operator's; a UID is a number.
        place = f"{mailbox.folder}, message {uid}"
        said, data = _asked(
            mailbox, connection.uid, "FETCH", uid, f"(RFC822.SIZE BODY.PEEK[]<0.{READ_LIMIT}>)"
        )
        content = _content(data) if said == "OK" else None
        if content is None:
            # Removed meanwhile, or the server cannot read it itself.
            yield InboundMail(place=place, problem="the server does not give it", done=_nothing)
        else:
            done = partial(_mark, connection, mailbox, uid)
            yield InboundMail(place=place, content=content, done=done)


def _waiting(connection: imaplib.IMAP4, mailbox: ImapMailbox, count: int) -> list[str]:
    """The UIDs of all that was not handled; all at once, since moving changes other numbers."""
    uids: list[str] = []
    for first in range(1, count + 1, _BATCH):
        numbers = f"{first}:{min(first + _BATCH - 1, count)}"
        said, data = _asked(mailbox, connection.uid, "SEARCH", numbers, "UNSEEN", "UNDELETED")
        if said != "OK":
            raise DeliveryError(mailbox.place, "it cannot search", "ask whoever runs the server")
        uids += [uid.decode("ascii") for line in data if line for uid in line.split()]
    return sorted(uids, key=int)


def _content(data: list[Any]) -> bytes | None:
    """A message's beginning in the answer to FETCH; None: it is not there."""
    for line in data:
        if isinstance(line, tuple):
            return bytes(line[1])[:READ_LIMIT]
    # An empty message comes without a literal.
    empty = any(isinstance(line, bytes) and _SIZE.search(line) for line in data)
    return b"" if empty else None


def _mark(connection: imaplib.IMAP4, mailbox: ImapMailbox, uid: str) -> None:
    r"""Move the message, or give it \Seen; raises DeliveryError."""
    if not mailbox.handled:
        return _must(mailbox, connection, "STORE", uid, "+FLAGS.SILENT", r"(\Seen)")
    if "MOVE" in connection.capabilities:
        return _must(mailbox, connection, "MOVE", uid, _quoted(mailbox.handled))
    _must(mailbox, connection, "COPY", uid, _quoted(mailbox.handled))
    return _must(mailbox, connection, "STORE", uid, "+FLAGS.SILENT", r"(\Seen)")


def _must(mailbox: ImapMailbox, connection: imaplib.IMAP4, *command: str) -> None:
    said, _ = _asked(mailbox, connection.uid, *command)
    if said != "OK":
        problem = f"it does not let us mark message {command[1]} of {mailbox.folder!r} as handled"
        raise DeliveryError(mailbox.place, problem, "check what the user may do in the folders")


def _asked(mailbox: ImapMailbox, ask: Any, *arguments: str) -> tuple[str, list[Any]]:  # noqa: ANN401  (imaplib's methods)
    try:
        said, data = ask(*arguments)
    except imaplib.IMAP4.abort:
        raise _ended(mailbox) from None
    except imaplib.IMAP4.error:
        return "BAD", []
    except OSError as error:
        raise _no_connection(mailbox, error) from None
    return said, data


def _ended(mailbox: ImapMailbox) -> DeliveryError:
    return DeliveryError(mailbox.place, "it closed the connection", "try again later")


def _quoted(name: str) -> str:
    escaped = name.replace("\\", r"\\").replace('"', r"\"")
    return f'"{escaped}"'


def _nothing() -> None:
    """What the server does not give is not marked."""
