"""Hands finished messages to a mail server, byte for byte.

Never parses, changes or logs a message.
"""

from __future__ import annotations

import smtplib
import ssl
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from msnewsletter.delivery.send_outcomes import ConnectHindrance
from msnewsletter.delivery.smtp_errors import FAILURES, connect_hindrance, opening, sending
from msnewsletter.errors import DeliveryError
from msnewsletter.settings_errors import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from msnewsletter.mail_settings import SmtpSection

# The server answered: the next message may be tried.
_ANSWERS = (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused)


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where mail is handed over; the password is never shown.

    Attributes:
        host, port: as in the settings.
        security: "tls" from the first byte, "starttls", or "none".
        user, password: both or neither, in ASCII.
        timeout: seconds to wait for each answer.
    """

    host: str
    port: int
    security: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    timeout: float = 30

    @property
    def place(self) -> str:
        """Its name in errors: `mail.example.org:587`."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class NotTakenError(DeliveryError):
    """The server did not take one message.

    Attributes:
        address_refused: it refused the address, for good: trying again is of no use.
    """

    def __init__(self, place: str, error: Exception, *, timeout: float, to: str) -> None:
        super().__init__(place, *sending(error, timeout=timeout, to=to))
        refused = error.recipients if isinstance(error, smtplib.SMTPRecipientsRefused) else {}
        # RFC 5321, section 4.2.1: 5yz is for good.
        self.address_refused = any(code // 100 == 5 for code, _ in refused.values())  # noqa: PLR2004


class Connection:
    """An open connection, logged in where the settings name a user; made by `connected`."""

    def __init__(self, server: Server, smtp: smtplib.SMTP) -> None:
        self._server = server
        self._smtp = smtp

    @property
    def ended(self) -> bool:
        """Whether it is known that no more can be sent over it."""
        return self._smtp.sock is None

    def send(self, message: bytes, *, sender: str, to: str) -> None:
        """Hand over one message for one address; both are in ASCII, the lines end in CRLF.

        Raises NotTakenError where the server does not take it, and DeliveryError where it was not
        tried; the next one may be.
        """
        place, timeout = self._server.place, self._server.timeout
        if self.ended:
            raise DeliveryError(place, "the connection had ended, so it was not tried", "try again")
        try:
            # Of bytes smtplib changes nothing but the dots (RFC 5321, section 4.5.2).
            self._smtp.sendmail(sender, [to], message)
        except FAILURES as error:
            self._tidy(error)
            raise NotTakenError(place, error, timeout=timeout, to=to) from None

    def _tidy(self, error: Exception) -> None:
        if isinstance(error, _ANSWERS):
            # smtplib leaves a transaction open where DATA itself was refused.
            with suppress(*FAILURES):
                self._smtp.rset()
        else:
            self._smtp.close()


@contextmanager
def connected(server: Server) -> Iterator[Connection]:
    """A connection for as long as the block runs; raises NoConnectionError where there is none."""
    smtp = open_smtp(server)
    try:
        yield Connection(server, smtp)
    finally:
        # A failed QUIT takes back no message that the server has accepted.
        with suppress(*FAILURES):
            smtp.quit()
        smtp.close()


def server_of(section: SmtpSection, *, password: str | None) -> Server:
    """The server of the settings; raises DeliveryError where its password is missing or unfit."""
    server = Server(
        host=section.host,
        port=section.effective_port,
        security=section.security,
        user=section.user,
        password=password if section.user else None,
        timeout=section.timeout,
    )
    if server.user and not password:
        raise DeliveryError(server.place, "there is no password for its user", f"set {PASSWORD}")
    if server.password and not server.password.isascii():
        raise DeliveryError(
            server.place, f"{PASSWORD} holds letters outside ASCII", "choose another password"
        )
    return server


class NoConnectionError(DeliveryError):
    """There is no connection; nothing was sent.

    Attributes:
        why: for decisions.
        code: of the server's reply, where that was the reason.
    """

    def __init__(
        self,
        server: Server,
        why: ConnectHindrance,
        said: tuple[str, str],
        *,
        code: int | None = None,
    ) -> None:
        super().__init__(server.place, *said)
        self.why = why
        self.code = code


def open_smtp(server: Server) -> smtplib.SMTP:
    """Connect, encrypt and log in as the server's settings have it; raises NoConnectionError."""
    try:
        return _opened(server)
    except FAILURES as error:
        code = error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else -1
        raise NoConnectionError(
            server,
            connect_hindrance(error),
            opening(error, timeout=server.timeout),
            code=code if code > 0 else None,
        ) from None


def _opened(server: Server) -> smtplib.SMTP:
    kind: Callable[..., smtplib.SMTP] = smtplib.SMTP
    if server.security == "tls":
        kind = partial(smtplib.SMTP_SSL, context=_verifying())
    with ExitStack() as failed:
        smtp = kind(server.host, server.port, timeout=server.timeout)
        failed.callback(smtp.close)
        if server.security == "starttls":
            remedy = 'set smtp.security = "tls", or another smtp.port'
            _require(server, smtp, "STARTTLS", ConnectHindrance.TLS, remedy)
            smtp.starttls(context=_verifying())
        if server.user and server.password:
            remedy = "leave out smtp.user, or set another smtp.port"
            _require(server, smtp, "AUTH", ConnectHindrance.AUTH, remedy)
            smtp.login(server.user, server.password)
        # What it offers may be another list now that the connection is encrypted.
        smtp.ehlo_or_helo_if_needed()
        failed.pop_all()
    return smtp


def _verifying() -> ssl.SSLContext:
    # Unlike smtplib's own: certificates are verified, and host names checked.
    return ssl.create_default_context()


def _require(
    server: Server, smtp: smtplib.SMTP, extension: str, why: ConnectHindrance, remedy: str
) -> None:
    smtp.ehlo_or_helo_if_needed()
    if not smtp.has_extn(extension):
        raise NoConnectionError(server, why, (f"it does not offer {extension}", remedy))
